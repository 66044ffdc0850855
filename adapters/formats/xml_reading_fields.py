"""Makes a kind's field table of its XSD: what each value must be, in the words of the schema's own annotations.

The documentation of a simple type is read after "it must be", that of an element says what the field is, that of an
enumeration what the code means.
"""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from adapters.formats.xml_items import FieldWords, Shape
from adapters.formats.xml_schema import XS, Derived, derived
from adapters.formats.xml_schema_documents import declared_name

_BUILT_IN: Final = {
    "date": "a date, such as 2008-05-31",
    "dateTime": "a date and time, such as 2025-10-01T09:30:00",
    "time": "a time, such as 09:30:00",
    "boolean": "true or false",
    "decimal": "a number",
}
_WHOLE: Final = ("integer", "int", "long", "short", "nonNegativeInteger", "positiveInteger", "unsignedInt")
_TEXTS: Final = frozenset({"", "string", "normalizedString", "token"})
_FACETS: Final = tuple(f"{XS}{name}" for name in ("minInclusive", "maxInclusive", "minLength", "maxLength"))


class SchemaFields:
    """The words for every field of a shape, found in its schema when a field is first asked for."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._known: dict[str, FieldWords | None] = {}

    def __reduce__(self) -> tuple[type["SchemaFields"], tuple[Shape]]:
        return SchemaFields, (self._shape,)

    def words(self, path: str) -> FieldWords | None:
        """Return the words for a field by its path below the root without numbers; None for one that is unknown."""
        if path not in self._known:
            declared = self._declared(path.removeprefix(f"{self._shape.root}/"))
            self._known[path] = None if declared is None else self._told(declared)
        return self._known[path]

    def facets(self, path: str) -> frozenset[str]:
        """Return what a field's value is held to: the names of its facets, and `type` where not every text will do."""
        declared = self._declared(path)
        if declared is None:
            return frozenset()
        types = list(self._types(declared))
        restrictions = [node for node in (simple.find(f"{XS}restriction") for simple in types) if node is not None]
        names = {etree.QName(facet).localname for node in restrictions for facet in node.iterchildren(f"{XS}*")}
        base = (restrictions[-1].get("base") if restrictions else declared.get("type")) or ""
        return frozenset(names | (set() if base.rpartition(":")[2] in _TEXTS else {"type"}))

    def attributes(self, path: str) -> Iterator[tuple[str, bool]]:
        """Yield the attributes of an element by its path below the root, each with whether it must stand."""
        declared = self._declared(path) if path else self._derived.documents.root(self._shape.root)
        content = None if declared is None else self._derived.documents.content(declared)
        for one in () if content is None else content.iter(f"{XS}attribute"):
            yield declared_name(one), one.get("use") == "required"

    @property
    def _derived(self) -> Derived:
        return derived(self._shape)

    def _declared(self, path: str) -> etree._Element | None:
        """Return the declaration of a field, an attribute by its name behind an @."""
        documents = self._derived.documents
        found: etree._Element = documents.root(self._shape.root)
        for step in path.split("/"):
            below = documents.declarations(found)
            if step.startswith("@"):
                content = documents.content(found)
                below = [] if content is None else list(content.iter(f"{XS}attribute"))
            named = next((declared for declared in below if declared_name(declared) == step.lstrip("@")), None)
            if named is None:
                return None
            found = documents.get(named, "element", named.get("ref", "")) if named.get("ref") else named
        return found

    def _told(self, declared: etree._Element) -> FieldWords:
        types = list(self._types(declared))
        codes = next((codes for codes in map(_codes, types) if codes), ())
        looks_like = next((words for words in map(documentation, types) if words), "")
        return FieldWords(looks_like or self._measured(declared, types), codes, documentation(declared))

    def _types(self, declared: etree._Element) -> Iterator[etree._Element]:
        """Yield the simple types that a field's value is of, each with the one that it restricts behind it."""
        user, name, within = declared, declared.get("type"), declared.find(f"{XS}simpleType")
        while True:
            simple = (
                within if within is not None or name is None else self._derived.documents.find(user, "simpleType", name)
            )
            if simple is None:
                return
            yield simple
            restriction = simple.find(f"{XS}restriction")
            if restriction is None:
                return
            user, name, within = restriction, restriction.get("base"), restriction.find(f"{XS}simpleType")

    def _measured(self, declared: etree._Element, types: list[etree._Element]) -> str:
        """Return what a value must be by the built-in type and the bounds, where no type says it in words."""
        last = types[-1].find(f"{XS}restriction") if types else None
        base = (last.get("base") if last is not None else declared.get("type")) or ""
        name = base.rpartition(":")[2]
        bounds = {
            str(facet.tag).removeprefix(XS): facet.get("value", "")
            for simple in reversed(types)
            for facet in simple.iter(*_FACETS)
        }
        if name in _BUILT_IN and name != "decimal":
            return _BUILT_IN[name]
        if name in _WHOLE or name == "decimal":
            return ("a number" if name == "decimal" else "a whole number") + _between(bounds)
        return _length(bounds)


def documentation(node: etree._Element) -> str:
    """Return what the schema says of one of its parts, without a full stop at the end; empty where it says nothing."""
    found = node.find(f"{XS}annotation/{XS}documentation")
    return " ".join("".join(map(str, found.itertext())).split()).rstrip(".") if found is not None else ""


def _codes(simple: etree._Element) -> tuple[str, ...]:
    """Return the codes of a type's list, each with its meaning in brackets where the schema says it."""
    restriction = simple.find(f"{XS}restriction")
    listed = () if restriction is None else restriction.iterchildren(f"{XS}enumeration")
    return tuple(_code(code.get("value", ""), documentation(code)) for code in listed if code.get("value"))


def _code(value: str, meaning: str) -> str:
    return f"{value} ({meaning})" if meaning else value


def _between(bounds: dict[str, str]) -> str:
    low, high = bounds.get("minInclusive"), bounds.get("maxInclusive")
    if low and high:
        return f" from {low} to {high}"
    return f" of {low} or more" if low else f" of {high} or less" if high else ""


def _length(bounds: dict[str, str]) -> str:
    least, most = bounds.get("minLength"), bounds.get("maxLength")
    if least == most and least:
        return f"exactly {least} characters"
    if least not in {None, "0"} and most:
        return f"{least} to {most} characters"
    return f"at most {most} characters" if most else f"at least {least} characters" if least else ""

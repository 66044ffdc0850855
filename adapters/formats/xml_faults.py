"""Turns what libxml2 logs of a batch into faults: type, line, path, field and value, never its own sentence."""

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from adapters.formats.xml_items import FaultType, RawFault
from adapters.formats.xml_schema import Model, line_at

_STRUCTURE = etree.ErrorTypes.SCHEMAV_ELEMENT_CONTENT
_TYPES: Final = {
    etree.ErrorTypes.SCHEMAV_CVC_ENUMERATION_VALID: FaultType.ENUM,
    etree.ErrorTypes.SCHEMAV_CVC_PATTERN_VALID: FaultType.PATTERN,
    etree.ErrorTypes.SCHEMAV_CVC_DATATYPE_VALID_1_2_1: FaultType.TYPE,
    etree.ErrorTypes.SCHEMAV_CVC_DATATYPE_VALID_1_2_3: FaultType.TYPE,
    etree.ErrorTypes.SCHEMAV_CVC_MININCLUSIVE_VALID: FaultType.MIN,
    etree.ErrorTypes.SCHEMAV_CVC_MINEXCLUSIVE_VALID: FaultType.MIN,
    etree.ErrorTypes.SCHEMAV_CVC_MAXINCLUSIVE_VALID: FaultType.MAX,
    etree.ErrorTypes.SCHEMAV_CVC_MAXEXCLUSIVE_VALID: FaultType.MAX,
    etree.ErrorTypes.SCHEMAV_CVC_MINLENGTH_VALID: FaultType.MIN_LENGTH,
    etree.ErrorTypes.SCHEMAV_CVC_MAXLENGTH_VALID: FaultType.MAX_LENGTH,
    etree.ErrorTypes.SCHEMAV_CVC_TOTALDIGITS_VALID: FaultType.MAX,
    etree.ErrorTypes.SCHEMAV_CVC_COMPLEX_TYPE_3_1: FaultType.ATTRIBUTE,
    etree.ErrorTypes.SCHEMAV_CVC_COMPLEX_TYPE_3_2_1: FaultType.ATTRIBUTE,
    etree.ErrorTypes.SCHEMAV_CVC_COMPLEX_TYPE_3_2_2: FaultType.ATTRIBUTE,
    etree.ErrorTypes.SCHEMAV_CVC_COMPLEX_TYPE_4: FaultType.ATTRIBUTE,
    _STRUCTURE: FaultType.UNEXPECTED,
}
STRUCTURAL: Final = frozenset({FaultType.MISSING, FaultType.UNEXPECTED})
_NAMESPACE = re.compile(r"\{[^}]*\}(?=[A-Za-z_*])")
_EXPECTED = re.compile(r"Expected is (?:one of )?\( (.*) \)")
_LIMIT = {
    FaultType.ENUM: re.compile(r"element of the set \{(.*)\}", re.DOTALL),
    FaultType.TYPE: re.compile(r"type '(xs:[A-Za-z]+)'"),
    FaultType.MIN: re.compile(r"\('([^']*)'\)\.?$"),
    FaultType.MAX: re.compile(r"\('([^']*)'\)\.?$|maximum of '?([0-9]+)'?|allowed to ([0-9]+)"),
    FaultType.MIN_LENGTH: re.compile(r"minimum length of '([0-9]+)'"),
    FaultType.MAX_LENGTH: re.compile(r"maximum length of '([0-9]+)'"),
}
_STEP = re.compile(r"/([^/\[@]+)(?:\[([0-9]+)\])?")
_ELEMENT = re.compile(r"^Element '[^']*'(, attribute '[^']*')?: ")
_VALUE = 500


class Log:
    """Reads the errors of one validated tree; `model` is that of the tree's root."""

    def __init__(self, root: etree._Element, model: Model) -> None:
        self._root = root
        self._model = model

    def faults(self, log: etree._ListErrorLog, depth: int) -> Iterator[tuple[etree._Element, RawFault]]:
        """Yield each fault with the element at that depth below the root that it stands in, once for each value."""
        known: set[tuple[etree._Element, bool]] = set()
        for entry in log:
            element = self._at(entry.path or "")
            structural = entry.type == _STRUCTURE
            if element is None or (element, structural) in known:
                continue
            known.add((element, structural))
            chain = ancestry(element, self._root)
            top = chain[min(depth, len(chain) - 1)]
            model = self._model.children.get(local(top), Model()) if depth else self._model
            yield top, self._fault(entry, Place(chain[depth:] or [top], model))

    def _fault(self, entry: etree._LogEntry, place: "Place") -> RawFault:
        message = _NAMESPACE.sub("", entry.message or "")
        if entry.type != _STRUCTURE:
            return self._of_value(entry, place, message)
        expected = _EXPECTED.search(message)
        names = tuple(name.strip() for name in expected[1].split(",")) if expected else ()
        return place.missing_at_end(names) if "Missing child element" in message else place.misplaced(names)

    def _of_value(self, entry: etree._LogEntry, place: "Place", message: str) -> RawFault:
        sort = _TYPES.get(entry.type, FaultType.OTHER)
        limit = _LIMIT.get(sort)
        found = limit.search(message) if limit else None
        detail = next((group for group in found.groups() if group), "") if found else ""
        if sort in {FaultType.OTHER, FaultType.ATTRIBUTE}:
            detail = _ELEMENT.sub("", message)
        return place.value_fault(sort, detail)

    def _at(self, path: str) -> etree._Element | None:
        """Return the element that a libxml2 path names; `*` counts all children, a name those that bear it."""
        element: etree._Element | None = None
        for name, number in _STEP.findall(path):
            nth = int(number or 1) - 1
            if element is None:
                element = self._root
            elif name == "*":
                element = element[nth] if nth < len(element) else None
            else:
                element = _named(element, name, nth)
            if element is None:
                return None
        return element


class Place:
    """Where a fault stands: the elements from a record (or the root) down to it, and the model of the first."""

    def __init__(self, chain: list[etree._Element], model: Model) -> None:
        self._chain = chain
        self._models = [model]
        for element in chain[1:]:
            self._models.append(self._models[-1].children.get(local(element), Model()))
        self.element = chain[-1]
        self.line = line_at(self.element)

    @property
    def model(self) -> Model:
        """Return what may stand in the last element."""
        return self._models[-1]

    def path(self, below: str = "") -> str:
        """Return the path below the first element; a child that may repeat bears its number."""
        steps = [_step(element, model) for element, model in zip(self._chain[1:], self._models, strict=False)]
        return "/".join([*steps, below] if below else steps)

    def value_fault(self, sort: FaultType, detail: str) -> RawFault:
        """Return the fault of the element's own value."""
        return RawFault(sort, self.line, self.path(), local(self.element), self._value(), detail)

    def missing_at_end(self, names: tuple[str, ...]) -> RawFault:
        """Return the fault of an element that ends before a child that it must have."""
        required = self._models[-1].required
        field = next((name for name in names if name in required), names[-1] if names else "")
        return RawFault(FaultType.MISSING, self.line, self.path(field), field, None)

    def misplaced(self, names: tuple[str, ...]) -> RawFault:
        """Tell of a child that is not expected whether another is missing before it or it does not belong there."""
        name, above = local(self.element), Place(self._chain[:-1] or self._chain, self._models[0])
        model = self._models[-2] if len(self._models) > 1 else Model()
        absent = next((field for field in names if field in model.required and not _holds(above.element, field)), None)
        if absent is not None and name in model.children:
            return RawFault(FaultType.MISSING, self.line, above.path(absent), absent, None, name)
        detail = "place" if name in model.children else "unknown"
        return RawFault(FaultType.UNEXPECTED, self.line, self.path(), name, self._value(), detail)

    def _value(self) -> str | None:
        return None if len(self.element) else (self.element.text or "")[:_VALUE]


def _holds(element: etree._Element, name: str) -> bool:
    return next(element.iterchildren(f"{{*}}{name}"), None) is not None


def _step(element: etree._Element, above: Model) -> str:
    name = local(element)
    number = sum(1 for _ in element.itersiblings(element.tag, preceding=True)) + 1
    return f"{name}[{number}]" if number > 1 or name in above.repeated else name


def _named(parent: etree._Element, name: str, nth: int) -> etree._Element | None:
    prefix, _, bare = name.rpartition(":")
    found = (child for child in parent if local(child) == bare and (child.prefix or "") == prefix)
    return next((child for count, child in enumerate(found) if count == nth), None)


def local(element: etree._Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def ancestry(element: etree._Element, root: etree._Element) -> list[etree._Element]:
    """Return the elements from the root down to one, both included."""
    chain = [element]
    while chain[-1] is not root:
        parent = chain[-1].getparent()
        if parent is None:
            break
        chain.append(parent)
    return chain[::-1]

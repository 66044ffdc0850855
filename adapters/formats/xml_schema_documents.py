"""Reads an XSD with those that it includes or imports, and finds what each name in them means.

Schemas are our own files; `loaded` is what a file kind gives to the reader as its shape's schema.
"""

from importlib.resources import as_file, files
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from urllib.request import url2pathname

from lxml import etree

XS: Final = "{http://www.w3.org/2001/XMLSchema}"
_CONTENT = frozenset(f"{XS}{name}" for name in ("sequence", "choice", "all", "complexContent", "restriction"))


class SchemaError(ValueError):
    """The schema is none that records can be cut by: our own fault, never the sender's."""


def safe_parser(*, blanks: bool = True) -> etree.XMLParser:
    """Return a parser that opens nothing, resolves nothing and keeps libxml2's limits; comments leave no node.

    White space between tags is left out on request: less is made, and what holds only text keeps all of it.
    """
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        remove_blank_text=not blanks,
    )


def loaded(path: str) -> bytes:
    """Return the schema of a path below `schemas/`, its includes taken in and its imports named by full address."""
    with as_file(files("schemas").joinpath(path)) as found:
        root = etree.fromstring(found.read_bytes(), safe_parser(), base_url=str(found))
        for node in list(root.iterchildren(f"{XS}include")):
            _take_in(root, node, found.parent / node.get("schemaLocation", ""))
        for node in root.iterchildren(f"{XS}import"):
            if node.get("schemaLocation"):
                node.set("schemaLocation", (found.parent / node.get("schemaLocation", "")).resolve().as_uri())
        return etree.tostring(root)


def _take_in(root: etree._Element, node: etree._Element, path: Path) -> None:
    """Put what an included schema declares behind the rest; it must name its namespaces alike."""
    included = etree.fromstring(path.read_bytes(), safe_parser())
    if any(root.nsmap.get(prefix) != uri for prefix, uri in included.nsmap.items()):
        raise SchemaError(f"{path.name} names its namespaces otherwise than what includes it; name them alike.")
    for nested in list(included.iterchildren(f"{XS}include")):
        _take_in(included, nested, path.parent / nested.get("schemaLocation", ""))
    root.remove(node)
    for child in list(included):
        if child.tag == f"{XS}import":
            root.insert(0, child)
        elif child.tag != f"{XS}annotation" and isinstance(child.tag, str):
            root.append(child)


def declared_name(declaration: etree._Element) -> str:
    """Return the name without prefix that a declaration gives its elements."""
    return str(declaration.get("name") or declaration.get("ref") or "").rpartition(":")[2]


def _imported(xsd: etree._Element) -> tuple[etree._Element, ...]:
    """Return the schemas that one imports from files of this host, and those that they import."""
    found: dict[str, etree._Element] = {}
    waiting = [xsd]
    while waiting:
        for node in waiting.pop().iterchildren(f"{XS}import"):
            location = node.get("schemaLocation", "")
            if location.startswith("file:") and location not in found:
                data = Path(url2pathname(urlsplit(location).path)).read_bytes()
                found[location] = etree.fromstring(data, safe_parser(), base_url=location)
                waiting.append(found[location])
    return tuple(found.values())


class Documents:
    """A schema with those that it imports: where each name that it uses is declared."""

    def __init__(self, xsd: etree._Element, imported: tuple[etree._Element, ...] | None = None) -> None:
        self.xsd = xsd
        self.imported = _imported(xsd) if imported is None else imported

    def find(self, user: etree._Element, sort: str, name: str) -> etree._Element | None:
        """Return the global declaration of a sort (`element`, `complexType`, ...) that a name in some place means."""
        prefix, _, local = name.rpartition(":")
        space = user.nsmap.get(prefix or None, "")
        for document in (self.xsd, *self.imported):
            if (document.get("targetNamespace") or "") == space:
                for declared in document.iterchildren(f"{XS}{sort}"):
                    if declared.get("name") == local:
                        return declared
        return None

    def get(self, user: etree._Element, sort: str, name: str) -> etree._Element:
        """Return the declaration that a name means; raise SchemaError where there is none."""
        found = self.find(user, sort, name)
        if found is None:
            raise SchemaError(f"The schema declares no {sort} {name}; correct the schema or its shape.")
        return found

    def root(self, name: str) -> etree._Element:
        """Return the schema's own global element of a name."""
        for declared in self.xsd.iterchildren(f"{XS}element"):
            if declared.get("name") == name:
                return declared
        raise SchemaError(f"The schema declares no element {name}; correct the schema or its shape.")

    def declarations(self, element: etree._Element) -> list[etree._Element]:
        """Return the declarations of the elements directly below one, in order."""
        kind = self.content(element)
        return [] if kind is None else self.below(kind)

    def at(self, element: etree._Element, path: str) -> etree._Element:
        """Return the declaration that a path leads to below an element; raise SchemaError where there is none."""
        found = element
        for name in path.split("/"):
            owner = self.get(found, "element", found.get("ref", "")) if found.get("ref") else found
            below = {declared_name(declaration): declaration for declaration in reversed(self.declarations(owner))}
            if name not in below:
                above = declared_name(owner)
                raise SchemaError(f"The schema has no element {name} below {above}; correct the schema or its shape.")
            found = below[name]
        return found

    def content(self, element: etree._Element) -> etree._Element | None:
        """Return the complex type of an element, its own or the one that it names."""
        own = element.find(f"{XS}complexType")
        named = element.get("type")
        return own if own is not None or named is None else self.find(element, "complexType", named)

    def below(self, node: etree._Element) -> list[etree._Element]:
        """Return the declarations of elements in a content, groups and base types followed."""
        found: list[etree._Element] = []
        for child in node.iterchildren():
            if child.tag == f"{XS}element":
                found.append(child)
            elif child.tag == f"{XS}group" and child.get("ref"):
                found += self.below(self.get(child, "group", child.get("ref", "")))
            elif child.tag == f"{XS}extension" and node.tag == f"{XS}complexContent":
                found += self.below(self.get(child, "complexType", child.get("base", ""))) + self.below(child)
            elif child.tag in _CONTENT:
                found += self.below(child)
        return found

    def space(self, declaration: etree._Element) -> str:
        """Return the namespace that the elements of a declaration bear."""
        document = declaration.getroottree().getroot()
        target = document.get("targetNamespace") or ""
        if declaration.get("ref"):
            prefix = declaration.get("ref", "").rpartition(":")[0]
            return declaration.nsmap.get(prefix or None, "")
        form = declaration.get("form") or document.get("elementFormDefault", "unqualified")
        return target if form == "qualified" or declaration.getparent() is document else ""

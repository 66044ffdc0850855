"""Derives from an XSD the two schemas that a cut file is checked against: one for its records, one for its frame.

The record schema allows any number of records below the root, the frame schema anything at all within a record. xs:key,
xs:unique and xs:keyref go: libxml2 had faults in them (CVE-2024-56171), and across batches they mean nothing, so that
what must be unique in a file is a rule of its kind.
"""

from copy import deepcopy
from functools import cached_property
from typing import Final, cast

from lxml import etree

from adapters.formats.xml_items import Shape

XS: Final = "{http://www.w3.org/2001/XMLSchema}"
_IDENTITY = (f"{XS}key", f"{XS}unique", f"{XS}keyref")
_ANYTHING = (
    '<xs:complexType xmlns:xs="http://www.w3.org/2001/XMLSchema" mixed="true"><xs:sequence>'
    '<xs:any minOccurs="0" maxOccurs="unbounded" processContents="skip"/></xs:sequence>'
    '<xs:anyAttribute processContents="skip"/></xs:complexType>'
)
_HELD_RUN = 1_000


class SchemaError(ValueError):
    """The schema is none that records can be cut by: our own fault, never the sender's."""


def safe_parser() -> etree.XMLParser:
    """Return a parser that opens nothing, resolves nothing and keeps libxml2's limits; comments leave no node."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def line_at(element: etree._Element) -> int:
    """Return the line of an element as libxml2 counted it, exact under 65,536."""
    return cast("int", element.sourceline or 0)


class Model:
    """What may stand below one element: its children in order, which are required, and which may repeat."""

    def __init__(self) -> None:
        self.children: dict[str, Model] = {}
        self.required: set[str] = set()
        self.repeated: set[str] = set()
        self.attributes = False

    @property
    def leaf(self) -> bool:
        """Tell whether the element holds text and no element."""
        return not self.children


class Derived:
    """The schemas and the model that follow from a shape; each part is made when it is first asked for."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self._xsd = etree.fromstring(shape.xsd, safe_parser())
        self.namespace: str = self._xsd.get("targetNamespace") or ""
        for element in list(self._xsd.iter(*_IDENTITY)):
            parent = element.getparent()
            if parent is not None:
                parent.remove(element)

    def tag(self, name: str) -> str:
        """Return the name of an element as lxml writes it."""
        return f"{{{self.namespace}}}{name}" if self.namespace else name

    @cached_property
    def record_xsd(self) -> bytes:
        """Return the schema for a root that holds records and nothing else."""
        xsd = deepcopy(self._xsd)
        root = _global(xsd, "element", self.shape.root)
        declarations = [deepcopy(_record(xsd, root, name)) for name in self.shape.records]
        for child in list(root):
            root.remove(child)
        _drop(root, "type")
        choice = etree.SubElement(
            etree.SubElement(root, f"{XS}complexType"), f"{XS}choice", minOccurs="0", maxOccurs="unbounded"
        )
        for declaration in declarations:
            _drop(declaration, "minOccurs", "maxOccurs")
            choice.append(declaration)
        return etree.tostring(xsd)

    @cached_property
    def frame_xsd(self) -> bytes:
        """Return the schema for the whole file in which a record may hold anything."""
        xsd = deepcopy(self._xsd)
        root = _global(xsd, "element", self.shape.root)
        for name in self.shape.records:
            declaration = _record(xsd, root, name)
            for child in list(declaration):
                declaration.remove(child)
            _drop(declaration, "type")
            if declaration.get("ref"):
                _drop(declaration, "ref")
                declaration.set("name", name)
                declaration.set("form", "qualified")
            declaration.append(etree.fromstring(_ANYTHING))
        return etree.tostring(xsd)

    @cached_property
    def model(self) -> Model:
        """Return what may stand below the root, down to the leaves."""
        return _Models(self._xsd).of(_global(self._xsd, "element", self.shape.root))

    @cached_property
    def longest_run(self) -> int:
        """Return how many equal records in a row the frame must show so that a finite maxOccurs can be passed."""
        root = _global(self._xsd, "element", self.shape.root)
        bounds = [_record(self._xsd, root, name).get("maxOccurs", "1") for name in self.shape.records]
        numbers = [int(bound) for bound in bounds if bound != "unbounded"]
        return min(max([1, *numbers]) + 1, _HELD_RUN)


def compiled(xsd: bytes) -> etree.XMLSchema:
    """Return a checker for a schema's text."""
    return etree.XMLSchema(etree.fromstring(xsd, safe_parser()))


def _global(xsd: etree._Element, sort: str, name: str) -> etree._Element:
    local = name.rpartition(":")[2]
    for element in xsd.iterchildren(f"{XS}{sort}"):
        if element.get("name") == local:
            return element
    raise SchemaError(f"The schema declares no {sort} {local}; correct the schema or its shape.")


def _record(xsd: etree._Element, root: etree._Element, name: str) -> etree._Element:
    """Return the declaration of a record where it stands in the root's content."""
    for declaration in _declarations(xsd, root):
        if _name(declaration) == name:
            return declaration
    raise SchemaError(f"The schema has no element {name} below {root.get('name')}; correct the schema or its shape.")


def _name(declaration: etree._Element) -> str:
    return str(declaration.get("name") or declaration.get("ref") or "").rpartition(":")[2]


def _drop(element: etree._Element, *names: str) -> None:
    for name in names:
        if name in element.attrib:
            del element.attrib[name]


def _content(xsd: etree._Element, element: etree._Element) -> etree._Element | None:
    """Return the complex type of an element, its own or the one that it names."""
    own = element.find(f"{XS}complexType")
    if own is not None or element.get("type") is None:
        return own
    named = element.get("type", "").rpartition(":")[2]
    return next((kind for kind in xsd.iterchildren(f"{XS}complexType") if kind.get("name") == named), None)


def _declarations(xsd: etree._Element, element: etree._Element) -> list[etree._Element]:
    """Return the declarations of the elements directly below one, in order."""
    kind = _content(xsd, element)
    return [] if kind is None else _below(xsd, kind)


def _below(xsd: etree._Element, node: etree._Element) -> list[etree._Element]:
    found: list[etree._Element] = []
    for child in node.iterchildren():
        if child.tag == f"{XS}element":
            found.append(child)
        elif child.tag == f"{XS}group" and child.get("ref"):
            found += _below(xsd, _global(xsd, "group", child.get("ref", "")))
        elif child.tag == f"{XS}extension" and child.getparent().tag == f"{XS}complexContent":  # type: ignore[union-attr]
            found += _below(xsd, _global(xsd, "complexType", child.get("base", ""))) + _below(xsd, child)
        elif child.tag in {f"{XS}{name}" for name in ("sequence", "choice", "all", "complexContent", "restriction")}:
            found += _below(xsd, child)
    return found


class _Models:
    """Makes the model of each declaration once, so that a type that holds itself ends."""

    def __init__(self, xsd: etree._Element) -> None:
        self._xsd = xsd
        self._made: dict[etree._Element, Model] = {}

    def of(self, element: etree._Element) -> Model:
        if element.get("ref"):
            element = _global(self._xsd, "element", element.get("ref", ""))
        kind = _content(self._xsd, element)
        if kind is None:
            return Model()
        if kind in self._made:
            return self._made[kind]
        model = self._made[kind] = Model()
        model.attributes = next(kind.iter(f"{XS}attribute", f"{XS}anyAttribute"), None) is not None
        for declaration in _below(self._xsd, kind):
            name = _name(declaration)
            model.children[name] = self.of(declaration)
            self._occurs(model, name, declaration)
        return model

    def _occurs(self, model: Model, name: str, declaration: etree._Element) -> None:
        """Note whether a child must stand and may repeat, by its own bounds and those of the groups around it."""
        node: etree._Element | None = declaration
        required, repeated = True, False
        while node is not None and node.tag not in {f"{XS}complexType", f"{XS}schema"}:
            required &= node.get("minOccurs") != "0" and node.tag != f"{XS}choice"
            repeated |= node.get("maxOccurs", "1") not in {"0", "1"}
            node = node.getparent()
        if required:
            model.required.add(name)
        if repeated:
            model.repeated.add(name)

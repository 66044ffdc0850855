"""Derives from an XSD the two schemas that a cut file is checked against: one for its records, one for its frame.

The record schema allows any number of records below the root, the frame schema anything at all within a record. xs:key,
xs:unique and xs:keyref go: libxml2 had faults in them (CVE-2024-56171), and across batches they mean nothing, so that
what must be unique in a file is a rule of its kind. A file cannot change a type by xsi:type: what would replace another
is blocked in both schemas.
"""

from copy import deepcopy
from functools import cached_property, lru_cache
from typing import Final, cast

from lxml import etree

from adapters.formats.xml_items import Shape
from adapters.formats.xml_schema_documents import XS, Documents, SchemaError, declared_name, safe_parser

__all__ = ["XS", "Derived", "Model", "SchemaError", "compiled", "line_at", "safe_parser"]
_IDENTITY: Final = (f"{XS}key", f"{XS}unique", f"{XS}keyref")
_ANYTHING = (
    '<xs:complexType xmlns:xs="http://www.w3.org/2001/XMLSchema" mixed="true"><xs:sequence>'
    '<xs:any minOccurs="0" maxOccurs="unbounded" processContents="skip"/></xs:sequence>'
    '<xs:anyAttribute processContents="skip"/></xs:complexType>'
)
_ATTRIBUTES = frozenset(f"{XS}{name}" for name in ("attribute", "anyAttribute", "attributeGroup"))
_HELD_RUN = 1_000
_UNBOUNDED = 1 << 40


def line_at(element: etree._Element) -> int:
    """Return the line of an element as libxml2 counted it, exact under 65,536."""
    return cast("int", element.sourceline or 0)


class Model:
    """What may stand below one element: its children in order, which are required, and how often each may stand."""

    def __init__(self) -> None:
        self.children: dict[str, Model] = {}
        self.required: set[str] = set()
        self.repeated: set[str] = set()
        self.most: dict[str, int] = {}
        self.attributes = False

    @property
    def leaf(self) -> bool:
        """Tell whether the element holds text and no element."""
        return not self.children


class Derived:
    """The schemas and the model that follow from a shape; each part is made when it is first asked for."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        xsd = etree.fromstring(shape.xsd, safe_parser())
        self.namespace: str = xsd.get("targetNamespace") or ""
        xsd.set("blockDefault", "#all")
        for element in list(xsd.iter(*_IDENTITY)):
            parent = element.getparent()
            if parent is not None:
                parent.remove(element)
        self.documents = Documents(xsd)
        self._root = self.documents.root(shape.root)
        if len(set(shape.names)) < len(shape.names) or {*shape.records, *shape.names} & {*shape.containers}:
            raise SchemaError("Two records of a shape bear one name, or one is also a container; correct the shape.")

    @cached_property
    def spaces(self) -> dict[str, str]:
        """Return the namespace of each record element by its name, and of each container by its path."""
        shape = self.shape
        paths = {path: path for path in shape.containers} | dict(zip(shape.records, shape.names, strict=True))
        return {name: self.documents.space(self.documents.at(self._root, path)) for path, name in paths.items()}

    def tag(self, name: str) -> str:
        """Return a record's name, or a container's by its path, as lxml writes it.

        That of no name is what stands before local names.
        """
        form = self.documents.xsd.get("elementFormDefault", "unqualified")
        space = self.spaces.get(name, self.namespace if form == "qualified" else "")
        bare = name.rpartition("/")[2]
        return f"{{{space}}}{bare}" if space else bare

    def _copied(self) -> tuple[Documents, etree._Element]:
        copied = Documents(deepcopy(self.documents.xsd), self.documents.imported)
        return copied, copied.root(self.shape.root)

    @cached_property
    def record_xsd(self) -> bytes:
        """Return the schema for a root that holds records, from whatever depth, and nothing else."""
        documents, root = self._copied()
        return _side_by_side(documents, root, self.shape.records)

    @cached_property
    def container_xsd(self) -> bytes:
        """Return the schema for a root that holds containers and nothing else, in which a record may hold anything."""
        documents, root = self._copied()
        _open_all(documents, root, self.shape.records)
        return _side_by_side(documents, root, self.shape.tops)

    @cached_property
    def frame_xsd(self) -> bytes:
        """Return the schema for the whole file in which a record, or an outermost container, may hold anything."""
        documents, root = self._copied()
        _open_all(documents, root, self.shape.tops)
        return etree.tostring(documents.xsd)

    @cached_property
    def model(self) -> Model:
        """Return what may stand below the root, down to the leaves."""
        return _Models(self.documents).of(self._root)

    @cached_property
    def records(self) -> Model:
        """Return a model whose children are the records, by their names, from whatever depth."""
        found = Model()
        for path in self.shape.records:
            below = self.model
            for step in path.split("/"):
                below = below.children[step]
            found.children[self.shape.name(path)] = below
        return found

    @cached_property
    def few(self) -> frozenset[str]:
        """Return the names of the outermost containers that may stand a limited number of times."""
        tops = set(self.shape.containers).intersection(self.shape.tops)
        return frozenset(name for name in tops if self.model.most.get(name))

    @cached_property
    def longest_run(self) -> int:
        """Return how many equal elements in a row the frame must show so that a finite maxOccurs can be passed."""
        paths = (*self.shape.records, *self.shape.containers)
        bounds = [self.documents.at(self._root, path).get("maxOccurs", "1") for path in paths]
        numbers = [int(bound) for bound in bounds if bound != "unbounded"]
        return min(max([1, *numbers]) + 1, _HELD_RUN)


@lru_cache(maxsize=32)
def derived(shape: Shape) -> Derived:
    """Return what follows from a shape, worked out once in each process."""
    return Derived(shape)


@lru_cache(maxsize=32)
def compiled(xsd: bytes) -> etree.XMLSchema:
    """Return a checker for a schema's text, made once in each process: read its log before the next use."""
    return etree.XMLSchema(etree.fromstring(xsd, safe_parser()))


def _side_by_side(documents: Documents, root: etree._Element, paths: tuple[str, ...]) -> bytes:
    """Return the schema with any number of some elements, in any order, as all that the root holds."""
    declarations = [deepcopy(documents.at(root, path)) for path in paths]
    for child in list(root):
        root.remove(child)
    _drop(root, "type")
    choice = etree.SubElement(
        etree.SubElement(root, f"{XS}complexType"), f"{XS}choice", minOccurs="0", maxOccurs="unbounded"
    )
    for declaration in declarations:
        _drop(declaration, "minOccurs", "maxOccurs")
        choice.append(declaration)
    return etree.tostring(documents.xsd)


def _open_all(documents: Documents, root: etree._Element, paths: tuple[str, ...]) -> None:
    """Let some elements hold anything, where they are declared."""
    target = documents.xsd.get("targetNamespace") or ""
    for declaration in [documents.at(root, path) for path in paths]:
        if declaration.get("ref"):
            _open(declaration, documents.space(declaration), target)
        for child in list(declaration):
            declaration.remove(child)
        _drop(declaration, "type")
        if declaration.tag == f"{XS}element":
            declaration.append(etree.fromstring(_ANYTHING))


def _open(declaration: etree._Element, space: str, target: str) -> None:
    """Turn a reference to a record's declaration into one of its own; one of another namespace may be anything."""
    if space != target:
        declaration.tag = f"{XS}any"
        declaration.set("namespace", space or "##local")
        declaration.set("processContents", "skip")
    else:
        declaration.set("name", declared_name(declaration))
        declaration.set("form", "qualified" if target else "unqualified")
    _drop(declaration, "ref")


def _drop(element: etree._Element, *names: str) -> None:
    for name in names:
        if name in element.attrib:
            del element.attrib[name]


class _Models:
    """Makes the model of each declaration once, so that a type that holds itself ends."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._made: dict[etree._Element, Model] = {}

    def of(self, element: etree._Element) -> Model:
        if element.get("ref"):
            element = self._documents.get(element, "element", element.get("ref", ""))
        kind = self._documents.content(element)
        if kind is None:
            return Model()
        if kind in self._made:
            return self._made[kind]
        model = self._made[kind] = Model()
        model.attributes = _has_attributes(kind)
        for declaration in self._documents.below(kind):
            name = declared_name(declaration)
            model.children[name] = self.of(declaration)
            self._occurs(model, name, declaration)
        return model

    def _occurs(self, model: Model, name: str, declaration: etree._Element) -> None:
        """Note whether a child must stand and may repeat, by its own bounds and those of the groups around it."""
        node: etree._Element | None = declaration
        required, most = True, 1
        while node is not None and node.tag not in {f"{XS}complexType", f"{XS}schema"}:
            required &= node.get("minOccurs") != "0" and node.tag != f"{XS}choice"
            bound = node.get("maxOccurs", "1")
            most *= _UNBOUNDED if bound == "unbounded" else int(bound)
            node = node.getparent()
        if required:
            model.required.add(name)
        if most > 1:
            model.repeated.add(name)
        if most < _UNBOUNDED:
            model.most[name] = most


def _has_attributes(node: etree._Element) -> bool:
    """Tell whether a content declares an attribute of its own, those of elements within it left aside."""
    return any(
        child.tag in _ATTRIBUTES or (child.tag != f"{XS}element" and _has_attributes(child))
        for child in node.iterchildren()
    )

"""The second look: what libxml2 does not see in a record because it stops looking behind a misplaced element.

xmlschema is slow to import and few files need it: it is loaded by the first second look.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import chain as chain_of
from typing import TYPE_CHECKING, Any, Final, cast

from lxml import etree

from adapters.formats.xml_faults import STRUCTURAL, Place, ancestry, local
from adapters.formats.xml_items import FaultType, RawFault
from adapters.formats.xml_schema import Model
from adapters.formats.xml_thin import thin

if TYPE_CHECKING:
    import xmlschema

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_FACETS: Final = {
    "XsdEnumerationFacets": FaultType.ENUM,
    "XsdPatternFacets": FaultType.PATTERN,
    "XsdMinInclusiveFacet": FaultType.MIN,
    "XsdMinExclusiveFacet": FaultType.MIN,
    "XsdMaxInclusiveFacet": FaultType.MAX,
    "XsdMaxExclusiveFacet": FaultType.MAX,
    "XsdMinLengthFacet": FaultType.MIN_LENGTH,
    "XsdMaxLengthFacet": FaultType.MAX_LENGTH,
    "XsdTotalDigitsFacet": FaultType.MAX,
}


class SecondLook:
    """Checks one record at a time with xmlschema, which goes on behind what is not expected."""

    def __init__(self, xsd: bytes) -> None:
        self._xsd = xsd

    def more(self, root: etree._Element, depth: int, model: Model, known: list[RawFault], limit: int) -> list[RawFault]:
        """Return the faults of a tree that are not known yet, up to a limit, in the order of their lines."""
        for element in root.iter():
            for name in [name for name in element.attrib if str(name).startswith(f"{_XSI}schema")]:
                del element.attrib[name]
        seen = {(fault.type in STRUCTURAL, fault.path) for fault in known}
        blind = {_above(fault.path) for fault in known if fault.type in STRUCTURAL}
        found: list[RawFault] = []
        told = [*known]
        thinned = thin(root, depth, model, blind, limit)
        for fault in chain_of(self._beyond(thinned, depth, model, blind), beside(root, depth, model, told)):
            key = (fault.type in STRUCTURAL, fault.path)
            if key in seen:
                continue
            seen.add(key)
            found.append(fault)
            told.append(fault)
            if len(found) >= limit:
                break
        return found

    def _beyond(self, root: etree._Element, depth: int, model: Model, blind: set[str]) -> Iterator[RawFault]:
        """Yield what xmlschema finds, but for the structure of elements of which a fault of structure is known."""
        for error, chain in self._errors(root, depth):
            place = Place(chain, model)
            if not (_is_structural(error) and place.path() in blind):
                yield _fault(error, place, chain, model)

    def _errors(
        self, root: etree._Element, depth: int
    ) -> Iterator[tuple["xmlschema.XMLSchemaValidationError", list[etree._Element]]]:
        """Yield each error with the elements from a depth below the root down to where it stands."""
        for error in xmlschema_of(self._xsd).iter_errors(root):
            if error.elem is None:
                continue
            chain = ancestry(cast("Any", error.elem), root)[depth:]
            if chain:
                yield error, chain


@lru_cache(maxsize=4)
def xmlschema_of(xsd: bytes) -> "xmlschema.XMLSchema10":
    """Return the checker of a schema's text, made once in each process: that takes a second.

    It remembers nothing: of every name that a file has, it would keep for ever what it matches.
    """
    import xmlschema

    return xmlschema.XMLSchema10(xsd.decode(), use_cache=False)


def beside(root: etree._Element, depth: int, model: Model, known: list[RawFault]) -> Iterator[RawFault]:
    """Yield what else is missing or unknown where one child is: both engines tell one such fault of each element."""
    blind = {_above(fault.path) for fault in known if fault.type in STRUCTURAL}
    guessed = {_above(fault.path) for fault in known if fault.type is FaultType.MISSING and not _required(fault, model)}
    for element in root.iter(etree.Element):
        chain = ancestry(element, root)[depth:]
        place = Place(chain, model) if chain else None
        if place is None or not place.model.children or place.path() not in blind:
            continue
        names = [local(child) for child in element.iterchildren(etree.Element)]
        absent = [name for name in place.model.children if name in place.model.required and name not in names]
        for name in absent[:-1] if place.path() in guessed else absent:
            yield _absent(name, place, chain, model)
        for child in element.iterchildren(etree.Element):
            if local(child) not in place.model.children:
                yield Place([*chain, child], model).misplaced(())


def _required(fault: RawFault, model: Model) -> bool:
    for step in filter(None, _above(fault.path).split("/")):
        model = model.children.get(step.partition("[")[0], Model())
    return fault.field in model.required


def _absent(name: str, place: Place, chain: list[etree._Element], model: Model) -> RawFault:
    """Return the fault of a missing child, on the line of the one that it stands before."""
    behind = list(place.model.children)[list(place.model.children).index(name) + 1 :]
    following = (child for child in place.element.iterchildren(etree.Element) if local(child) in behind)
    child = next(following, None)
    return place.missing_at_end((name,)) if child is None else Place([*chain, child], model).misplaced((name,))


def _is_structural(error: "xmlschema.XMLSchemaValidationError") -> bool:
    from xmlschema import validators

    return isinstance(error, validators.XMLSchemaChildrenValidationError)


def _fault(
    error: "xmlschema.XMLSchemaValidationError", place: Place, chain: list[etree._Element], model: Model
) -> RawFault:
    from xmlschema import validators

    if isinstance(error, validators.XMLSchemaChildrenValidationError):
        names = tuple(_name(particle) for particle in error.expected or ())
        index = error.index
        if error.invalid_tag is None or index >= len(place.element):
            return place.missing_at_end(names)
        return Place([*chain, place.element[index]], model).misplaced(names)
    if isinstance(error, validators.XMLSchemaDecodeError):
        return place.value_fault(FaultType.TYPE, _base(error.validator))
    facet = _FACETS.get(type(error.validator).__name__, FaultType.OTHER)
    limit = getattr(error.validator, "value", None)
    if facet is FaultType.ENUM:
        codes = getattr(error.validator, "enumeration", None) or ()
        return place.value_fault(facet, ", ".join(f"'{code}'" for code in codes))
    detail = "" if facet is FaultType.PATTERN or limit is None else str(limit)
    return place.value_fault(facet, detail if facet is not FaultType.OTHER else error.reason or "")


def _base(validator: object) -> str:
    name = getattr(validator, "prefixed_name", None)
    return str(name) if name else ""


def _name(particle: object) -> str:
    name = particle if isinstance(particle, str) else getattr(particle, "local_name", None)
    return str(name or "").rpartition("}")[2].rpartition(":")[2]


def _above(path: str) -> str:
    return path.rpartition("/")[0]

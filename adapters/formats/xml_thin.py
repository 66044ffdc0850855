"""Takes out of a tree the unknown children of which a second look could tell no more: each costs it an error."""

from collections.abc import Iterator
from copy import deepcopy

from lxml import etree

from adapters.formats.xml_faults import Place, ancestry, local
from adapters.formats.xml_schema import Model


def thin(root: etree._Element, depth: int, model: Model, blind: set[str], limit: int) -> etree._Element:
    """Return a tree of which xmlschema tells the same first faults up to a limit; the tree itself if there are few.

    Of an element in which a fault of structure is known, at a path in `blind`, no other is told: its first unknown
    child stands for all. In the others, in the order in which xmlschema tells them, one more than the limit are kept.
    """
    if sum(len(unknown) for _, unknown in _parents(root, depth, model)) <= limit:
        return root
    copied = deepcopy(root)
    left = limit + 1
    for parent, unknown in _parents(copied, depth, model):
        is_blind = Place(ancestry(parent, copied)[depth:], model).path() in blind
        _take_out(parent, unknown[1 if is_blind else left :])
        if not is_blind:
            left = max(0, left - len(unknown))
    return copied


def _parents(root: etree._Element, depth: int, model: Model) -> Iterator[tuple[etree._Element, list[etree._Element]]]:
    """Yield the elements from a depth on that hold unknown children, and these, in the order in which they end."""
    for top in root.iterchildren(etree.Element) if depth else [root]:
        yield from _below(top, model)


def _below(element: etree._Element, model: Model) -> Iterator[tuple[etree._Element, list[etree._Element]]]:
    unknown = []
    for child in element.iterchildren(etree.Element):
        below = model.children.get(local(child))
        if below is None:
            unknown.append(child)
        elif below.children:
            yield from _below(child, below)
    if unknown:
        yield element, unknown


def _take_out(parent: etree._Element, children: list[etree._Element]) -> None:
    """Take children out; text that stands behind one of them, where none may stand, is kept."""
    ink = next((child.tail for child in children if child.tail and child.tail.strip()), "")
    for child in children:
        parent.remove(child)
    if ink:
        parent.text = (parent.text or "") + ink

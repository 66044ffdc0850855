"""Documents with the verdict that a table gives them: each element left out, repeated, moved, and each value broken."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from lxml import etree

from tests.core.xsd_documents import XSI, full, node, smallest
from tests.core.xsd_table import ALL, Route, Table


@dataclass(frozen=True)
class Case:
    """A document and the element at which it is refused, or None where it is accepted."""

    title: str
    root: etree._Element
    at: etree._Element | None = None
    told: str = ""


Sort = Callable[[Table, Route], Iterator[Case]]


def missing(table: Table, route: Route) -> Iterator[Case]:
    """Each optional element may be absent; a mandatory one is missed where the next stands, or at its group."""
    root, (it,) = full(table, route)
    what = route[-1]
    if what.is_attribute:
        it.attrib.pop(what.name[1:])
        yield Case("absent", root, it if what.least else None, what.name[1:] if what.least else "")
        return
    following, group = it.getnext(), it.getparent()
    group.remove(it)
    at = following if following is not None else group
    yield Case("absent", root, at if what.least else None, what.name if what.least else "")


def too_many(table: Table, route: Route) -> Iterator[Case]:
    """Each element may occur as often as its most; one more is refused, and it is the last that is."""
    most = route[-1].most
    if route[-1].is_attribute:
        return
    yield Case("as often as it may", smallest(table, route, most or 60)[0])
    if most is not None:
        root, every = smallest(table, route, most + 1)
        yield Case("once too often", root, every[-1])


def out_of_order(table: Table, route: Route) -> Iterator[Case]:
    """Each element is refused before the one that it follows: there, or, if that is optional, the other after it."""
    siblings = [child for child in route[-2].children if not child.is_attribute]
    position = siblings.index(route[-1]) if route[-1] in siblings else 0
    if position == 0:
        return
    root, (it,) = full(table, route)
    before = it.getprevious()
    before.addprevious(it)
    at = it if siblings[position - 1].least else before
    yield Case("before its predecessor", root, None if route[-2].words == "all" else at)


def wrong_values(table: Table, route: Route) -> Iterator[Case]:
    """Each field accepts the values of its type to their limits, and refuses those beyond."""
    what = route[-1]
    if what.is_group:
        return
    for number, texts in enumerate((what.accepted, what.refused)):
        for text in texts:
            root, (it,) = smallest(table, route)
            if what.is_attribute:
                it.set(what.name[1:], text)
            else:
                it.text = text
            yield Case(f"{text[:40]!a}", root, it if number else None)


def wrong_content(table: Table, route: Route) -> Iterator[Case]:
    """No element has an unknown attribute or child, a group has no text, and only what may be nil is."""
    what = route[-1]
    if what.is_attribute:
        return
    is_open = what.words == "open"
    root, (it,) = smallest(table, route)
    it.set("code", "1")
    yield Case("with an attribute", root, None if is_open else it)
    root, (it,) = smallest(table, route)
    child = etree.SubElement(it, table.tag("Unknown"))
    yield Case("with an unknown child", root, None if is_open else child if what.is_group else it)
    root, (it,) = smallest(table, route)
    it.text = "text"
    if what.is_group:
        yield Case("with text", root, it)
        return
    it.text = None
    it.set(f"{{{XSI}}}nil", "true")
    yield Case("nil", root, None if what.words.startswith("nil ") else it)


SORTS: tuple[Sort, ...] = (missing, too_many, out_of_order, wrong_values, wrong_content)


def whole(table: Table) -> Iterator[Case]:
    """The smallest and the fullest document are accepted; another namespace, or a part as the root, is not."""
    yield Case("what is mandatory", smallest(table)[0])
    yield Case("every element once", node(table, table.top, lambda _: 1))
    yield Case("each as often as it may", node(table, table.top, lambda here: min(here[-1].most or 3, 30)))
    for namespace in ("urn:another", ""):
        if namespace != table.namespace:
            root = moved(smallest(table)[0], namespace)
            yield Case(f"namespace {namespace!r}", root, root)
    for path, route in table.routes.items():
        if len(route) > 1 and not route[-1].is_attribute:
            part = etree.fromstring(etree.tostring(smallest(table, route)[1][0], with_tail=False))
            yield Case(f"{path} as the root", part, part)
    yield from wrong_content(table, (table.top,))


def moved(root: etree._Element, namespace: str) -> etree._Element:
    """Return a document whose root is in another namespace, or in none."""
    name = etree.QName(root).localname
    other = etree.Element(f"{{{namespace}}}{name}" if namespace else name, dict(root.attrib))
    other.extend([etree.fromstring(etree.tostring(child, with_tail=False)) for child in root])
    return other


def instead(table: Table, path: str, *others: str) -> Iterator[Case]:
    """Each other name may stand in the place of an element, and not beside it."""
    for other in others:
        root, (it,) = smallest(table, table.routes[path])
        it.tag = table.tag(other)
        yield Case(f"{other} in place of {path}", root)
        root, (it,) = smallest(table, table.routes[path])
        second = etree.Element(table.tag(other))
        second.extend(etree.fromstring(etree.tostring(child)) for child in it)
        second.text = it.text
        it.addnext(second)
        yield Case(f"{other} beside {path}", root, second)


@cache
def cases(name: str) -> dict[str, list[Case]]:
    """Return the cases of a table by their sort, titled with the path of the element."""
    table = ALL[name]
    made = {sort.__name__: [*_each(table, sort)] for sort in SORTS}
    return {**made, "whole": [*whole(table)]}


def _each(table: Table, sort: Sort) -> Iterator[Case]:
    for path, route in table.routes.items():
        if len(route) > 1:
            for case in sort(table, route):
                yield Case(f"{path}: {case.title}", case.root, case.at, case.told)

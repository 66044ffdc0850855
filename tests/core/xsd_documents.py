"""Makes documents by a table: the smallest, the fullest, and any between with an element so many times."""

from collections.abc import Callable

from lxml import etree

from tests.core.xsd_table import Element, Route, Table

XSI = "http://www.w3.org/2001/XMLSchema-instance"
Often = Callable[[Route], int]


def node(table: Table, what: Element, often: Often, above: Route = ()) -> etree._Element:
    """Return an element with an ordinary value, or with each child as often as `often` says of it."""
    prefix = None if table.qualified else "x"
    declared = {prefix: table.namespace} if table.namespace and not above else None
    made = etree.Element(table.tag(what.name), nsmap=declared)
    if not what.is_group:
        made.text = what.accepted[0]
    for child in what.children:
        here = (*above, what, child)
        times = often(here)
        if child.is_attribute and times:
            made.set(child.name[1:], child.accepted[0])
        elif not child.is_attribute:
            made.extend([node(table, child, often, here[:-1]) for _ in range(times)])
    return made


def smallest(table: Table, route: Route = (), times: int = 1) -> tuple[etree._Element, list[etree._Element]]:
    """Return a document of what is mandatory and of the last element of a route, so many times; and those elements."""

    def often(here: Route) -> int:
        return times if here == route else max(here[-1].least, here == route[: len(here)])

    return found(table, node(table, table.top, often), route)


def full(table: Table, route: Route) -> tuple[etree._Element, list[etree._Element]]:
    """Return a document in which an element of the route stands with each of its siblings once; and that element."""

    def often(here: Route) -> int:
        return max(here[-1].least, here[:-1] == route[:-1] or here == route[: len(here)])

    return found(table, node(table, table.top, often), route)


def found(table: Table, root: etree._Element, route: Route) -> tuple[etree._Element, list[etree._Element]]:
    """Return a document and the elements in it that a route leads to; of an attribute, the element that bears it."""
    steps = [table.tag(step.name) for step in route[1:] if not step.is_attribute]
    return root, root.findall("/".join(steps)) if steps else [root]

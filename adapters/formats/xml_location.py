"""Looks where a file says that its schema is (xsi:schemaLocation). Nothing is ever fetched from there."""

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from adapters.formats.xml_items import Elsewhere
from adapters.formats.xml_schema import line_at

_XSI: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
_FETCHED: Final = re.compile(r"(?:https?|ftp|file):|[A-Za-z]:[/\\]|[/\\]", re.IGNORECASE)


def elsewhere(root: etree._Element, data: bytes) -> Elsewhere | None:
    """Return the first place in a tree from which a schema would be fetched; `data` is what the tree was read from.

    A name relative to the file, as exports usually have it, is no such place.
    """
    for element in root.iter(etree.Element):
        for place in _places(element):
            if _FETCHED.match(place):
                at = data.find(place.encode())
                return Elsewhere(place, data.count(b"\n", 0, at) + 1 if at >= 0 else line_at(element))
    return None


def _places(element: etree._Element) -> Iterator[str]:
    """Yield the places that an element names: those of namespaces stand each behind its namespace."""
    yield from str(element.get(f"{_XSI}schemaLocation", "")).split()[1::2]
    yield from str(element.get(f"{_XSI}noNamespaceSchemaLocation", "")).split()

"""The fields that stand once in an XML file, before its first record: their values and their lines."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from adapters.formats.xml_bytes import Source, one_line_end, start
from adapters.formats.xml_cut import Scanner
from adapters.formats.xml_faults import local
from adapters.formats.xml_frame import opened
from adapters.formats.xml_items import FileFault, Limits, Shape
from adapters.formats.xml_reading_form import file_model
from adapters.formats.xml_schema import Model, line_at, safe_parser

_SPACE = " \t\r\n"


class HeadField(NamedTuple):
    """One field of a file's head: its trimmed text and its line."""

    value: str
    line: int


def head_fields(path: Path, shape: Shape, limits: Limits) -> dict[str, HeadField]:
    """Return the fields before the first record by their paths below the root, such as `Header/Source/UKPRN`."""
    with path.open("rb") as file:
        found = opened(file, shape, limits)
    if isinstance(found, FileFault):
        return {}
    end = b"" if found.closed else f"</{found.around[0]}>".encode()
    root = etree.fromstring(one_line_end(found.head) + end, safe_parser())
    return dict(_fields(root, file_model(shape), ""))


def root_namespace(path: Path) -> str:
    """Return the namespace of a file's outermost element; empty where it has none or cannot be read."""
    with path.open("rb") as file:
        begin = start(file)
        if isinstance(begin, FileFault):
            return ""
        _, token = Scanner(Source(file, begin.encoding, begin.offset), begin.offset, 1).prolog()
    if token is None:
        return ""
    try:
        root = etree.fromstring(token[0] if token[4] else token[0] + b"</" + token[2] + b">", safe_parser())
    except etree.XMLSyntaxError:
        return ""
    return etree.QName(root).namespace or ""


def _fields(element: etree._Element, model: Model, path: str) -> Iterator[tuple[str, HeadField]]:
    counted: dict[str, int] = {}
    for child in element:
        name = local(child)
        counted[name] = counted.get(name, 0) + 1
        step = f"{name}[{counted[name]}]" if name in model.repeated or counted[name] > 1 else name
        below = f"{path}{step}"
        if len(child):
            yield from _fields(child, model.children.get(name, Model()), f"{below}/")
        else:
            yield below, HeadField((child.text or "").strip(_SPACE), line_at(child))

"""Reads what stands round the records of a file: its root, its header, and what stands behind its last record."""

import re
from typing import BinaryIO, NamedTuple

from lxml import etree

from adapters.formats.xml_batch import Around, Run, read_values
from adapters.formats.xml_bytes import Source, bad_character, lines, one_line_end, start
from adapters.formats.xml_cut import TOKEN, Broken, Scanner
from adapters.formats.xml_faults import local
from adapters.formats.xml_items import FileFault, Frame, Limits, Shape, Stop
from adapters.formats.xml_location import elsewhere
from adapters.formats.xml_schema import derived, line_at, safe_parser
from adapters.formats.xml_syntax import cut_short, diagnose, doctype, limit

_DECLARED = re.compile(rb"(<\?xml[^?]*encoding\s*=\s*)([\"'])[^\"']*\2")
_SELF_CLOSED = 4
_AFTER_END = 1 << 20
_PADDING = b"\0 \t\r\n\x1a"


class Opened(NamedTuple):
    """A file whose head was read: the facts, what stands before the first record, and where the reading goes on."""

    frame: Frame
    around: tuple[str, tuple[tuple[str, str], ...]]
    head: bytes
    scanner: Scanner
    closed: bool


def opened(file: BinaryIO, shape: Shape, limits: Limits) -> Opened | FileFault:
    """Return a file's frame, or why nothing of it can be read."""
    begin = start(file)
    if isinstance(begin, FileFault):
        return begin
    scanner = Scanner(Source(file, begin.encoding, begin.offset), begin.offset, 1)
    head, token = scanner.prolog()
    if token is None:
        return _no_root(head, scanner)
    name, closed = token[2], bool(token[_SELF_CLOSED])
    records = {name.encode() for name in shape.tops}
    while not closed and scanner.next_name() not in {None, *records}:
        unit = scanner.unit()
        if isinstance(unit, Broken):
            whole = head + unit.data
            return diagnose(whole, 1, closing=None if unit.ended else b"") or ending(scanner, whole, 1)
        head += unit.data
        if len(head) > limits.head_bytes or lines(head) > limits.batch_lines:
            return diagnose(head, 1, closing=None) or limit(1, "What stands before the first record is too large.")
    head = head if begin.encoding == "utf-8" else _DECLARED.sub(rb"\1\2UTF-8\2", head, count=1)
    whole = head if closed else head + b"</" + name + b">"
    return diagnose(whole, 1) or _framed(whole, shape, begin.encoding, Opened(_NONE, ("", ()), head, scanner, closed))


_NONE = Frame("", "", "", 1, {})


def _no_root(head: bytes, scanner: Scanner) -> FileFault:
    """Return why a file has no root that can be found."""
    refused = doctype(head, 1) or diagnose(head, 1, closing=None)
    return refused or ending(scanner, head, 1)


def ending(scanner: Scanner, data: bytes, line: int, *, ended: bool = True) -> FileFault:
    """Return the fault of bytes that are well-formed so far and do not end as they must."""
    last = line + lines(data.rstrip())
    if scanner.has_bad_byte:
        message = "A byte stands in the file that its declared encoding does not know."
        return FileFault(Stop.ENCODING, message, "Save the file as UTF-8.", line + lines(data))
    return cut_short(last) if ended else limit(line)


def _framed(whole: bytes, shape: Shape, encoding: str, found: Opened) -> Opened | FileFault:
    made = derived(shape)
    data = one_line_end(whole)
    root = etree.fromstring(data, safe_parser())
    namespace = str(root.tag)[1:].partition("}")[0] if str(root.tag).startswith("{") else ""
    if local(root) != shape.root:
        return FileFault(Stop.ROOT, f"The file's root is {local(root)[:40]}; expected {shape.root}.", "", line_at(root))
    if namespace != made.namespace:
        had = f"namespace {namespace[:80]}" if namespace else "no namespace"
        message = f"This file is for {had}; expected {made.namespace or 'no namespace'}."
        return FileFault(Stop.NAMESPACE, message, "Send the file of this collection.", line_at(root))
    values = read_values(root, made.model, len(made.tag("")))
    spaces = tuple((prefix or "", uri) for prefix, uri in root.nsmap.items())
    written = f"{root.prefix}:{local(root)}" if root.prefix else local(root)
    frame = Frame(shape.root, namespace, encoding, line_at(root) or 1, values, elsewhere(root, data))
    return found._replace(frame=frame, around=(written, spaces))


def tail_faults(scanner: Scanner, line: int, around: Around, *, closed: bool) -> FileFault | list[Run]:
    """Return what stands behind the last child of the root: a fault, or stray text before the root's end."""
    data = scanner.rest(_AFTER_END)
    end = next((token.end() for token in TOKEN.finditer(data) if token[2] is not None), len(data))
    after = b"" if closed else data[end:]
    if b"\0" in after and not after.strip(_PADDING):
        return bad_character(data, data.index(b"\0", end), line, after_end=True)
    fault = diagnose(data, line, b"<a/>" if closed else around.opening)
    if fault is not None:
        return fault
    if len(data) > _AFTER_END:
        return limit(line, "Too much stands after the file's end.")
    if scanner.has_bad_byte:
        return ending(scanner, data, line)
    if closed:
        return []
    text = etree.fromstring(around.opening + one_line_end(data), safe_parser()).text or ""
    return [Run(line, "", 1, b"x")] if text.strip(" \t\r\n") else []

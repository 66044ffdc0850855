"""Reads what stands round the records of a file: its root, its header, and the order of all that is below the root."""

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple
from xml.sax.saxutils import quoteattr

from lxml import etree

from adapters.formats.xml_batch import Around, Run, read_values
from adapters.formats.xml_bytes import Source, bad_character, lines, one_line_end, start
from adapters.formats.xml_cut import TOKEN, Broken, Scanner
from adapters.formats.xml_faults import STRUCTURAL, Log, local
from adapters.formats.xml_items import FileFault, Frame, Limits, RawFault, Shape, Stop
from adapters.formats.xml_schema import Derived, compiled, line_at, safe_parser
from adapters.formats.xml_second import SecondLook
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
    records = {record.encode() for record in shape.records}
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
    derived = Derived(shape)
    root = etree.fromstring(one_line_end(whole), safe_parser())
    namespace = str(root.tag)[1:].partition("}")[0] if str(root.tag).startswith("{") else ""
    if local(root) != shape.root:
        return FileFault(Stop.ROOT, f"The file's root is {local(root)[:40]}; expected {shape.root}.", "", line_at(root))
    if namespace != derived.namespace:
        had = f"namespace {namespace[:80]}" if namespace else "no namespace"
        message = f"This file is for {had}; expected {derived.namespace or 'no namespace'}."
        return FileFault(Stop.NAMESPACE, message, "Send the file of this collection.", line_at(root))
    values = read_values(root, derived.model, len(derived.tag("")))
    spaces = tuple((prefix or "", uri) for prefix, uri in root.nsmap.items())
    written = f"{root.prefix}:{local(root)}" if root.prefix else local(root)
    frame = Frame(shape.root, namespace, encoding, line_at(root) or 1, values)
    return found._replace(frame=frame, around=(written, spaces))


class FrameCheck:
    """Checks all that is no record, with one empty element in place of each run of records."""

    def __init__(self, derived: Derived, around: Around, found: Opened, limits: Limits) -> None:
        self._derived = derived
        self._around = around
        self._head = one_line_end(found.head)
        self._closed = found.closed
        self._limits = limits
        self._schema = compiled(derived.frame_xsd)
        self._runs: list[Run] = []
        self._told: set[RawFault] = set()

    def add(self, runs: list[Run]) -> None:
        """Note what stands below the root; the same records again are one run."""
        for run in runs:
            last = self._runs[-1] if self._runs else None
            if last is not None and run.name and last.name == run.name:
                self._runs[-1] = last._replace(times=last.times + run.times)
            elif len(self._runs) < self._limits.runs:
                self._runs.append(run)

    def head_faults(self) -> Iterator[RawFault]:
        """Yield the faults that stand before the first record."""
        most = 1 + self._head.count(b"\n")
        first = [] if self._closed else [Run(most, self._derived.shape.records[0], 1)]
        for fault in self._faults(first):
            if fault.line < most or (fault.line == most and fault.type not in STRUCTURAL):
                self._told.add(fault)
                yield fault

    def other_faults(self) -> Iterator[RawFault]:
        """Yield the faults of the whole frame that were not told yet."""
        yield from (fault for fault in self._faults(self._runs) if fault not in self._told)

    def _faults(self, runs: list[Run]) -> list[RawFault]:
        data, places = self._document(runs)
        root = etree.fromstring(data, safe_parser())
        if self._schema.validate(root):
            return []
        found = [fault for _, fault in Log(root, self._derived.model).faults(self._schema.error_log, 0)]
        if any(fault.type in STRUCTURAL for fault in found):
            second = SecondLook(self._derived.frame_xsd)
            found += second.more(root, 0, self._derived.model, found, self._limits.second_looks_each)
        return [self._real(fault, places) for fault in found]

    def _real(self, fault: RawFault, places: list[tuple[int, int]]) -> RawFault:
        """Return a fault on its line of the file; a record that stands for a run bears no number of its own."""
        path = fault.field if fault.field in self._derived.shape.records else fault.path
        return fault._replace(line=_placed(fault.line, places), path=path)

    def _document(self, runs: list[Run]) -> tuple[bytes, list[tuple[int, int]]]:
        """Return the frame with its runs, and for each run its line there and in the file."""
        if self._closed:
            return self._head, []
        prefix = self._around.name.rpartition(":")[0]
        parts, places, line = [self._head], list[tuple[int, int]](), 1 + self._head.count(b"\n")
        for run in runs:
            stub = self._stub(prefix, run.name) * min(run.times, self._derived.longest_run)
            part = b"\n" + (run.stray or stub)
            places.append((line + 1, run.line))
            line += part.count(b"\n")
            parts.append(part)
        return b"".join([*parts, self._around.closing]), places

    def _stub(self, prefix: str, name: str) -> bytes:
        """Return an empty record element, in the namespace that the schema gives it."""
        space = self._derived.spaces.get(name, "")
        if space == self._derived.namespace:
            return f"<{prefix}{':' * bool(prefix)}{name}/>".encode()
        return f"<{name} xmlns={quoteattr(space)}/>".encode()


def _placed(line: int, places: list[tuple[int, int]]) -> int:
    last = next(((here, there) for here, there in reversed(places) if here <= line), None)
    return line if last is None else last[1] + line - last[0]


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

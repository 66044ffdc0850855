"""Checks one batch of records, in this process or a worker: parse, schema, values, work; and the second look.

A job comes back whole or not at all: where its bytes are no well-formed content, `Checked.whole` is False and the
reading goes on exactly. Lines and bytes are counted from the batch's own place, so that any cut gives the same answer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from adapters.formats.xml_bytes import lines, not_utf8, one_line_end
from adapters.formats.xml_cut import Job
from adapters.formats.xml_faults import STRUCTURAL, Log, local
from adapters.formats.xml_items import (
    FaultType,
    RawFault,
    Seen,
    Settings,
    Shape,
    Values,
)
from adapters.formats.xml_schema import Derived, Model, compiled, safe_parser
from adapters.formats.xml_second import SecondLook
from adapters.formats.xml_spans import BatchBytes, Span

_SPACE = " \t\r\n"
_LEADING = re.compile(rb"[ \t\r\n]+")


class Found(NamedTuple):
    """One record of a batch: what was seen of it, its bytes in the file, and whether a second look may find more."""

    seen: Seen
    start: int
    end: int
    result: object
    broken: bool
    looked: bool | None = None


class Run(NamedTuple):
    """Equal records in a row, or a piece of the file between records that is none (`stray`)."""

    line: int
    name: str
    times: int
    stray: bytes = b""


class Checked(NamedTuple):
    """What a batch holds; `whole` is False where it is not well-formed."""

    whole: bool
    found: list[Found]
    runs: list[Run]


class Again(NamedTuple):
    """A record for the second look: its bytes, the line and offset that they begin at, and whether to look."""

    line: int
    offset: int
    data: bytes
    look: bool


@dataclass(frozen=True)
class Around:
    """What stands round the records: the root's own name as written, and the namespaces that it declares."""

    path: Path
    name: str
    namespaces: tuple[tuple[str, str], ...]

    @cached_property
    def opening(self) -> bytes:
        """Return a start tag on one line that declares what the root of the file declares."""
        declared = "".join(f" xmlns{':' * bool(prefix)}{prefix}={quoteattr(uri)}" for prefix, uri in self.namespaces)
        return f"<{self.name}{declared}>".encode()

    @property
    def closing(self) -> bytes:
        """Return the end tag of the root."""
        return f"</{self.name}>".encode()

    def parse(self, data: bytes) -> etree._Element:
        """Return a root that holds these bytes; raise XMLSyntaxError where they are not well-formed."""
        return etree.fromstring(self.opening + one_line_end(data) + self.closing, safe_parser())


class Checker:
    """Checks batches of one file; a worker process makes its own."""

    def __init__(self, shape: Shape, settings: Settings, around: Around) -> None:
        self._derived = Derived(shape)
        self._schema = compiled(self._derived.record_xsd)
        self._second = SecondLook(self._derived.record_xsd)
        self._work = settings.work
        self._limits = settings.limits
        self._around = around
        self._tags = frozenset(map(self._derived.tag, shape.records))
        self._prefix = len(self._derived.tag(""))

    def batch(self, job: Job) -> Checked:
        """Check the records of a job; the work of a record that needs a second look is left to that."""
        data = job.data if job.data is not None else self._read(job)
        return self._check(job.line, job.offset, data, again=None)

    def again(self, job: Again) -> Found:
        """Check one record on its own, with the second look where it is asked for, and do its work."""
        return self._check(job.line, job.offset, job.data, again=job.look).found[0]

    def _read(self, job: Job) -> bytes:
        with self._around.path.open("rb") as file:
            file.seek(job.offset)
            return file.read(job.length)

    def _check(self, line: int, offset: int, data: bytes, *, again: bool | None) -> Checked:
        blank = _LEADING.match(data)
        if blank:
            line, offset, data = line + lines(blank[0]), offset + blank.end(), data[blank.end() :]
        if not_utf8(data) is not None:
            return Checked(whole=False, found=[], runs=[])
        try:
            root = self._around.parse(data)
        except etree.XMLSyntaxError:
            return Checked(whole=False, found=[], runs=[])
        return self._parsed(root, BatchBytes(line, offset, data), again=again)

    def _parsed(self, root: etree._Element, place: BatchBytes, *, again: bool | None) -> Checked:
        spans = place.spans([_written(child) for child in root])
        runs = list(self._runs(root, place, spans))
        kept = [child.tag in self._tags for child in root]
        large = [place.too_large(span, self._limits.batch_lines) for span in spans]
        names = [local(child) for child in root]
        if any(large) or not all(kept):
            unchecked = [span for span, keep, big in zip(spans, kept, large, strict=True) if big or not keep]
            root = self._around.parse(place.blanked(unchecked))
        checked = iter(list(root))
        records = [
            (None if big else next(checked), name, span)
            for name, span, keep, big in zip(names, spans, kept, large, strict=True)
            if keep
        ]
        root.text = None
        faults = self._faults(root, place.line, again=again)
        found = [
            _too_large(name, span, place)
            if child is None
            else self._found(child, span, place, faults.get(child, []), again=again)
            for child, name, span in records
        ]
        return Checked(whole=True, found=found, runs=runs)

    def _faults(self, root: etree._Element, line: int, *, again: bool | None) -> dict[etree._Element, list[RawFault]]:
        """Return the faults of each record that has one, on the lines of the file."""
        faults: dict[etree._Element, list[RawFault]] = {}
        if self._schema.validate(root) and not again:
            return faults
        for record, fault in Log(root, self._derived.model).faults(self._schema.error_log, 1):
            faults.setdefault(record, []).append(fault)
        if again:
            for record, known in faults.items():
                model = self._derived.model.children.get(local(record), Model())
                known.extend(self._second.more(root, 1, model, known, self._limits.second_looks_each))
        shift = line - 1
        return {
            record: sorted((fault._replace(line=fault.line + shift) for fault in known), key=lambda fault: fault.line)
            for record, known in faults.items()
        }

    def _found(
        self,
        child: etree._Element,
        span: Span,
        place: BatchBytes,
        faults: list[RawFault],
        *,
        again: bool | None,
    ) -> Found:
        """Return a record with its values and, unless a second look comes first, the result of its work."""
        name = local(child)
        model = self._derived.model.children.get(name, Model())
        values = read_values(child, model, self._prefix)
        seen = Seen(name, span.line, values, tuple(faults))
        broken = again is None and any(fault.type in STRUCTURAL for fault in faults)
        result = None
        if self._work is not None:
            result = None if broken else self._work(seen)
            seen = seen._replace(values={})
        return Found(seen, place.offset + span.start, place.offset + span.end, result, broken, again)

    def _runs(self, root: etree._Element, place: BatchBytes, spans: list[Span]) -> Iterator[Run]:
        """Yield what stands below the root in order, equal records in a row counted together."""
        if (root.text or "").strip(_SPACE):
            yield Run(place.line, "", 1, escape(root.text or "").encode())
        current: Run | None = None
        for child, span in zip(root, spans, strict=True):
            tail = (child.tail or "").strip(_SPACE)
            if child.tag in self._tags and current is not None and current.name == local(child) and not tail:
                current = current._replace(times=current.times + 1)
                continue
            if current is not None:
                yield current
            current = None
            if child.tag not in self._tags:
                large = place.too_large(span, self._limits.batch_lines)
                yield Run(span.line, "", 1, _stub(child) if large else etree.tostring(child, with_tail=False))
            elif tail:
                yield Run(span.line, local(child), 1)
            else:
                current = Run(span.line, local(child), 1)
            if tail:
                yield Run(place.line_of(span.end), "", 1, escape(tail).encode())
        if current is not None:
            yield current


def _written(element: etree._Element) -> bytes:
    return f"{element.prefix}:{local(element)}".encode() if element.prefix else local(element).encode()


def _too_large(name: str, span: Span, place: BatchBytes) -> Found:
    """Return a record that nothing is known of but that it is too large; no work is done on it."""
    fault = RawFault(FaultType.TOO_LARGE, span.line, "", name, None, str(span.end - span.start))
    return Found(
        Seen(name, span.line, {}, (fault,)), place.offset + span.start, place.offset + span.end, None, broken=False
    )


def _stub(child: etree._Element) -> bytes:
    return etree.tostring(etree.Element(child.tag))


def read_values(element: etree._Element, model: Model, prefix: int) -> Values:
    """Return what an element holds, trimmed; of a child that may not repeat the first counts."""
    values: dict[str, object] = {}
    children, repeated = model.children, model.repeated
    for child in element:
        name = str(child.tag)[prefix:]
        below = children.get(name)
        if len(child) or (below is not None and below.children):
            value: object = read_values(child, below or _UNKNOWN, prefix)
        else:
            value = (child.text or "").strip(_SPACE)
        if name in repeated:
            values.setdefault(name, []).append(value)  # type: ignore[attr-defined]
        elif name not in values:
            values[name] = value
    if model.attributes:
        values.update((f"@{str(name).rpartition('}')[2]}", str(text)) for name, text in element.attrib.items())
    return values


_UNKNOWN = Model()

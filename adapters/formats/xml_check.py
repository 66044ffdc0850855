"""Checks one batch of records, in this process or a worker: parse, schema, work; and the second look.

A job comes back whole or not at all: where its bytes are no well-formed content, `Checked.whole` is False and the
reading goes on exactly. Lines and bytes are counted from the batch's own place, so that any cut gives the same answer.
"""

import re
from array import array
from collections import deque
from collections.abc import Iterator
from functools import lru_cache, partial
from html import escape
from itertools import compress, repeat
from typing import Final, NamedTuple

from lxml import etree

from adapters.formats.xml_batch import Again, Around, Checked, Run, Told
from adapters.formats.xml_bytes import lines, not_utf8
from adapters.formats.xml_cut import TOKEN, Job
from adapters.formats.xml_faults import STRUCTURAL, Log
from adapters.formats.xml_groups import Form, lazy, line_below, name_of, plain
from adapters.formats.xml_items import MAX_RECORD_BYTES, NOWHERE, FaultType, RawFault, Seen, Settings, Shape, Within
from adapters.formats.xml_schema import Model, compiled, derived
from adapters.formats.xml_second import SecondLook
from adapters.formats.xml_spans import BatchBytes, Span

_SPACE: Final = " \t\r\n"
_KEPT: Final = 8 << 20  # bytes let go of once: glibc then keeps a batch's memory for the next instead of returning it
_LEADING: Final = re.compile(rb"[ \t\r\n]+")
_INK: Final = re.compile(rb"[^\r\n]")
_UNKNOWN: Final = Model()
_ATTRIBUTE: Final = re.compile(rb"\s+([^\s=]+)\s*=\s*(?:\"[^\"]*\"|'[^']*')")


class Checker:
    """Checks batches of one file; a worker process makes its own."""

    def __init__(self, shape: Shape, settings: Settings, around: Around) -> None:
        bytes(_KEPT)
        self._derived = derived(shape)
        self._schema = compiled(self._derived.record_xsd)
        self._second = SecondLook(self._derived.record_xsd)
        self._form = Form(self._derived.records)
        self._work = settings.work
        self._limits = settings.limits
        self._around = around
        self._tags = frozenset(map(self._derived.tag, shape.names))

    def batch(self, job: Job) -> Checked:
        """Check the records of a job; the work of a record that needs a second look is left to that."""
        data = job.data if job.data is not None else self._around.bytes_at(job.offset, job.length)
        if len(job.units) != 1 or job.gaps or job.length <= MAX_RECORD_BYTES:
            return self._check(job, data)
        return self._large(job, data)

    def again(self, record: Again) -> Told:
        """Check one record on its own, with the second look where it is asked for, and do its work."""
        job = Job(record.line, record.offset, len(record.data), None, spaces=record.spaces, within=record.within)
        return self._check(job, record.data, again=record.look).told[0]

    def _large(self, job: Job, data: bytes) -> Checked:
        """Check a child of the root that may be too large for a tree: one that is leaves its start tag alone in it."""
        tag = next(token for token in TOKEN.finditer(data) if token[2] is not None)
        if len(data) - tag.start() <= MAX_RECORD_BYTES:
            return self._check(job, data)
        if not_utf8(data) is not None or not self._around.below(job.spaces).holds(data):
            return _not_whole()
        declared = b"".join(one[0] for one in _ATTRIBUTE.finditer(tag[3]) if one[1].split(b":")[0] == b"xmlns")
        stub = b"".join([data[: tag.start()], b"<", tag[2], declared, b"/>"])
        return self._check(job, stub, cut=len(data) - len(stub))

    def _check(self, job: Job, data: bytes, *, cut: int = 0, again: bool | None = None) -> Checked:
        line, offset, data = job.line, job.offset, _without_gaps(job, data)
        blank = _LEADING.match(data)
        if blank:
            line, offset, data = line + lines(blank[0]), offset + blank.end(), data[blank.end() :]
        if not_utf8(data) is not None:
            return _not_whole()
        try:
            root = self._around.below(job.spaces).parse(data)
        except etree.XMLSyntaxError:
            return _not_whole()
        place = BatchBytes(line, offset, data, cut)
        children = list(root)
        spans = place.spans([_written(child.prefix, child.tag) for child in children])
        if len(children) > self._limits.batch_records:
            return self._halves(place, spans[len(spans) // 2])
        return self._records(root, _Batch(job, place, spans), again=again)

    def _halves(self, place: BatchBytes, middle: Span) -> Checked:
        """Check two halves of a batch: what a fault costs grows with the records beside it.

        Only the fast cut makes a batch of so many records, and there are no gaps in such a one.
        """
        at = middle.start
        one = self._check(Job(place.line, place.offset, at, None), place.data[:at])
        two = self._check(Job(place.line_of(at), place.offset + at, len(place.data) - at, None), place.data[at:])
        told = one.told | {index + len(one.names): told for index, told in two.told.items()}
        columns = (one.names + two.names, one.starts + two.starts, one.ends + two.ends, one.lines + two.lines)
        return Checked(*columns, told, one.runs + two.runs)

    def _records(self, root: etree._Element, batch: "_Batch", *, again: bool | None) -> Checked:
        job, place, spans = batch
        names = [name_of(child.tag) for child in root]
        kept = [child.tag in self._tags for child in root]
        large = place.too_large(spans, self._limits.batch_lines)
        runs = list(self._runs(root, batch, large))
        if any(large) or not all(kept):
            left_out = [big or not keep for big, keep in zip(large, kept, strict=True)]
            root = self._around.below(job.spaces).parse(place.blanked(list(compress(spans, left_out))))
            names, spans, large = list(compress(names, kept)), list(compress(spans, kept)), list(compress(large, kept))
        root.text = None
        within = _within(job, [span.start + place.offset for span in spans])
        records = [_Found(*found) for found in zip(names, spans, large, within or repeat(NOWHERE), strict=False)]
        told = self._told(root, place, records, again=again)
        starts = array("q", [span.start + place.offset for span in spans])
        ends = array("q", [span.end + place.offset for span in spans])
        return Checked(names, starts, ends, array("q", [span.line for span in spans]), told, runs, within=within)

    def _told(
        self, root: etree._Element, place: BatchBytes, records: list["_Found"], *, again: bool | None
    ) -> dict[int, Told]:
        """Return what there is to tell of the records, by their index."""
        shift = place.line - 1
        faults = self._faults(root, shift, again=again)
        told: dict[int, Told] = {}
        children = iter(list(root))
        for index, (name, span, is_large, within) in enumerate(records):
            if is_large:
                fault = RawFault(FaultType.TOO_LARGE, span.line, "", name, None, str(span.end - span.start))
                told[index] = Told((fault,), None, None, broken=False, looked=None)
                continue
            child = next(children)
            found, line_of = tuple(faults.get(child, ())), partial(line_below, child, span.line, shift)
            seen = Seen(name, span.line, lazy(child, self._form.below(name)), found, line_of, within)
            one = self._one(seen, again=again)
            if one is not None:
                told[index] = one
        return told

    def _one(self, seen: Seen, *, again: bool | None) -> Told | None:
        """Return what there is to tell of a record, its work done unless a second look comes first."""
        if again is None and any(fault.type in STRUCTURAL for fault in seen.faults):
            return Told(seen.faults, None, None, broken=True, looked=None)
        if self._work is None:
            return Told(seen.faults, None, plain(seen.group), broken=False, looked=again)
        found = self._work(seen)
        is_odd = seen.faults or found is not None or again is not None
        return Told(seen.faults, found, None, broken=False, looked=again) if is_odd else None

    def _faults(self, root: etree._Element, shift: int, *, again: bool | None) -> dict[etree._Element, list[RawFault]]:
        """Return the faults of each record that has one, on the lines of the file."""
        faults: dict[etree._Element, list[RawFault]] = {}
        if self._schema.validate(root) and not again:
            return faults
        for record, fault in Log(root, self._derived.records).faults(self._schema.error_log, 1):
            faults.setdefault(record, []).append(fault)
        if again:
            for record, known in faults.items():
                model = self._derived.records.children.get(name_of(record.tag), _UNKNOWN)
                known.extend(self._second.more(root, 1, model, known, self._limits.second_looks_each))
        return {
            record: sorted((fault._replace(line=fault.line + shift) for fault in known), key=lambda fault: fault.line)
            for record, known in faults.items()
        }

    def _runs(self, root: etree._Element, batch: "_Batch", large: list[bool]) -> Iterator[Run]:
        """Yield what stands below the root in order, and the gaps; equal records in a row are counted together."""
        job, place, spans = batch
        tags = {child.tag for child in root}
        texts = [root.text, *(child.tail for child in root)]
        is_plain = not job.gaps and not any(text and text.strip(_SPACE) for text in texts)
        if len(tags) == 1 and tags <= self._tags and is_plain:
            yield Run(spans[0].line, name_of(tags.pop()), len(spans))
            return
        gaps, last = deque(job.gaps), 0
        for child, span, is_large, text in zip(root, spans, large, texts, strict=False):
            while gaps and gaps[0].offset < place.offset + span.start:
                yield from (gap := gaps.popleft()).runs
                last = max(0, gap.offset + gap.length - place.offset)
            yield from _text_run(text, place, last)
            yield self._run(child, span, is_large=is_large)
            last = span.end
        yield from (run for gap in gaps for run in gap.runs)
        yield from _text_run(texts[-1], place, last)

    def _run(self, child: etree._Element, span: Span, *, is_large: bool) -> Run:
        """Return a child of the root as the frame shows it."""
        if child.tag in self._tags:
            return Run(span.line, name_of(child.tag), 1)
        whole = etree.Element(child.tag) if is_large else child
        return Run(span.line, "", 1, etree.tostring(whole, with_tail=False))


class _Batch(NamedTuple):
    """A job, its bytes without gaps, and where each child of the root stands in them."""

    job: Job
    place: BatchBytes
    spans: list[Span]


class _Found(NamedTuple):
    """A record of a batch."""

    name: str
    span: Span
    is_large: bool
    within: Within


def _text_run(text: str | None, place: BatchBytes, start: int) -> Iterator[Run]:
    """Yield the text that begins at a byte, if it is more than white space."""
    bare = (text or "").strip(_SPACE)
    if bare:
        yield Run(place.line_of(start), "", 1, escape(bare).encode())


def _without_gaps(job: Job, data: bytes) -> bytes:
    """Return a job's bytes with spaces in place of all but the line ends of its gaps: every place stays the same."""
    parts, last = [], 0
    for gap in job.gaps:
        start, end = gap.offset - job.offset, gap.offset - job.offset + gap.length
        parts += [data[last:start], _INK.sub(b" ", data[start:end])]
        last = end
    return b"".join([*parts, data[last:]]) if job.gaps else data


def _within(job: Job, starts: list[int]) -> list[Within]:
    """Return what each record stands in, by their offsets; nothing in a flat shape."""
    if not job.gaps:
        return [job.within] * len(starts) if job.within else []
    found, gaps, within = [], deque(job.gaps), job.within
    for start in starts:
        while gaps and gaps[0].offset < start:
            within = gaps.popleft().within
        found.append(within)
    return found


@lru_cache(maxsize=4096)
def _written(prefix: str | None, tag: str) -> bytes:
    return f"{prefix}:{name_of(tag)}".encode() if prefix else name_of(tag).encode()


def _not_whole() -> Checked:
    return Checked([], array("q"), array("q"), array("q"), {}, [], whole=False)

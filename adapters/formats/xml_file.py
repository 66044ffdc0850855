"""Reads any XML batch file: its frame, every record with all its schema faults, in memory bounded by a few batches.

`read` gives its items in the order of the file. Whatever the bytes are, it ends in `Totals` or in a `FileFault`; after
a `FileFault` no record of the file may be accepted. A file is cut into batches that worker processes check; the answer
is the same for any number of processes and for either way of cutting.
"""

from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Final

from adapters.formats.xml_batch import Again, Around, Checked, Told
from adapters.formats.xml_bytes import Source, lines
from adapters.formats.xml_crew import Crew, Looks, is_full
from adapters.formats.xml_cut import Broken, FastCut, Job, Scanner, Tail, exact
from adapters.formats.xml_frame import Opened, ending, opened, tail_faults
from adapters.formats.xml_frame_check import FrameCheck
from adapters.formats.xml_items import (
    MAX_HELD_BYTES,
    NOWHERE,
    FileFault,
    FrameFault,
    RawFault,
    Settings,
    Shape,
    Totals,
    XmlItem,
    XmlRecord,
)
from adapters.formats.xml_nested import NestedCut
from adapters.formats.xml_schema import derived
from adapters.formats.xml_syntax import diagnose, not_well_formed
from adapters.formats.xml_words import worded
from gateway.core.model import Group

_SMALL: Final = 64
"""Batches in a file below which the start of a worker is not repaid."""
_EMPTY: Final = Group(values=MappingProxyType({}), groups=MappingProxyType({}))
_NOTHING: Final = Told((), None, None, broken=False, looked=None)


def read(path: Path, shape: Shape, settings: Settings | None = None) -> Iterator[XmlItem]:
    """Yield a file's frame, its faults and its records, then its totals or why the reading stopped."""
    settings = settings or Settings()
    with path.open("rb") as file:
        found = opened(file, shape, settings.limits)
        if isinstance(found, FileFault):
            yield found
            return
        yield found.frame
        with ExitStack() as stack:
            yield from _Reading(file, path, shape, settings, found).items(stack)


class _Reading:
    """One file being read: counts, the frame, and where the exact cut must begin."""

    def __init__(self, file: BinaryIO, path: Path, shape: Shape, settings: Settings, found: Opened) -> None:
        self._file = file
        self._path = path
        self._shape = shape
        self._settings = settings
        self._opened = found
        self._around = Around(path, *found.around)
        self._derived = derived(shape)
        self._frame = FrameCheck(self._derived, self._around, found, settings.limits)
        self._scanner = found.scanner
        self._utf8 = found.frame.encoding == "utf-8"
        self._crew = Crew(shape, settings, self._around)
        self._records = 0
        self._looks = 0
        self._not_looked = 0
        self._fault: FileFault | None = None
        self._nested: NestedCut | None = None

    def items(self, stack: ExitStack) -> Iterator[XmlItem]:
        """Yield all that follows the frame's facts."""
        if self._settings.processes > 1 and self._path.stat().st_size >= _SMALL * self._settings.limits.batch_bytes:
            self._crew.hire(stack)
        yield from self._framed(self._frame.head_faults())
        end: Tail | Broken | FileFault | None = None
        if not self._opened.closed:
            if self._utf8 and not (self._settings.exact or self._shape.containers):
                yield from self._fast()
            end = yield from self._exact()
        fault = self._fault or self._end(end)
        yield from self._framed(self._frame.other_faults() if fault is None else iter(()))
        yield fault or self._frame.too_much or Totals(self._records, self._not_looked, self._frame.values())

    def _fast(self) -> Iterator[XmlItem]:
        """Yield the records of all batches that the fast cut makes well, and leave the rest to the exact one."""
        prefix = self._around.name.rpartition(":")[0]
        names = tuple(f"{prefix}{':' * bool(prefix)}{name}".encode() for name in self._shape.records)
        cut = FastCut(self._file, self._scanner.offset, self._scanner.line, names)
        offset, line = None, 0
        for job, checked, looks in self._checked(cut.jobs(self._settings.limits)):
            if not checked.whole:
                offset, line = job.offset, job.line
                break
            yield from self._told(checked, looks)
        offset, line = (cut.offset, cut.line) if offset is None else (offset, line)
        self._scanner = Scanner(Source(self._file, "utf-8", offset), offset, line)

    def _parts(self) -> Iterator[Job | Tail | Broken | FileFault]:
        """Yield what the exact cut makes of the rest of the file."""
        limits, carried = self._settings.limits, not self._utf8
        if not self._shape.containers:
            return exact(self._scanner, limits, carried=carried)
        self._nested = NestedCut(self._scanner, self._derived, self._around, limits)
        return self._nested.parts(carried=carried)

    def _exact(self) -> Generator[XmlItem, None, Tail | Broken | FileFault | None]:
        """Yield the records of all batches that are cut exactly; return what follows the last of them."""
        ends: list[Tail | Broken | FileFault] = []

        def jobs() -> Iterator[Job]:
            for part in self._parts():
                if isinstance(part, Job):
                    yield part
                else:
                    ends.append(part)

        for job, checked, looks in self._checked(jobs()):
            if not checked.whole:
                yield from self._one_by_one(job)
                if self._fault is not None:
                    return None
            else:
                yield from self._told(checked, looks)
        return ends[0] if ends else None

    def _one_by_one(self, job: Job) -> Iterator[XmlItem]:
        """Yield the records before the first fault of syntax in a job that is not whole, and note that fault."""
        around, gaps = self._around.below(job.spaces), {gap.offset: gap for gap in job.gaps}
        data, place, line, within = self._data(job), 0, job.line, job.within
        for size in job.units:
            unit, offset = data[place : place + size], job.offset + place
            if offset in gaps:
                self._frame.add(list(gaps[offset].runs))
                within = gaps[offset].within
            else:
                part = Job(line, offset, size, unit, (size,), spaces=job.spaces, within=within)
                checked = self._crew.own.batch(part) if len(job.units) > 1 else None
                if checked is None or not checked.whole:
                    self._fault = diagnose(unit, line, around.opening, around.closing) or not_well_formed(line)
                    return
                yield from self._told(checked, self._second(part, checked))
            place, line = place + size, line + lines(unit)

    def _end(self, end: Tail | Broken | FileFault | None) -> FileFault | None:
        """Return the fault of what follows the last record, if any."""
        if isinstance(end, FileFault):
            return end
        if isinstance(end, Broken):
            short = end.ended or len(end.data) > MAX_HELD_BYTES
            opening = self._nested.opening if self._nested else self._around.opening
            fault = diagnose(end.data, end.line, opening, closing=None if short else b"")
            return fault or ending(self._scanner, end.data, end.line, ended=end.ended)
        stray = tail_faults(self._scanner, self._scanner.line, self._around, closed=self._opened.closed)
        if isinstance(stray, FileFault):
            return stray
        self._frame.add(stray)
        return None

    def _checked(self, jobs: Iterator[Job]) -> Iterator[tuple[Job, Checked, Looks]]:
        """Yield each job's outcome in order, with its second looks under way; end at one that is not whole."""
        pending = deque[tuple[Job, Future[Checked]]]()
        ready = deque[tuple[Job, Checked, Looks]]()
        while self._crew.begin(jobs, pending):
            first, future = pending.popleft()
            checked = future.result()
            ready.append((first, checked, self._second(first, checked)))
            if not checked.whole:
                break
            if is_full((done for done, *_ in ready), self._crew.ahead):
                yield ready.popleft()
        yield from ready

    def _second(self, job: Job, checked: Checked) -> Looks:
        """Begin the second looks at the broken records of a job, as many as are left."""
        broken = [index for index, told in checked.told.items() if told.broken]
        if not broken:
            return list
        data, wanted = self._data(job), list[Again]()
        for index in broken:
            look = self._looks < self._settings.limits.second_looks
            self._looks += look
            self._not_looked += not look
            start, end = checked.starts[index], checked.ends[index]
            record, within = (
                data[start - job.offset : end - job.offset],
                checked.within[index] if checked.within else NOWHERE,
            )
            wanted.append(Again(checked.lines[index], start, record, look, job.spaces, within))
        return self._crew.again(wanted)

    def _data(self, job: Job) -> bytes:
        return job.data if job.data is not None else self._around.bytes_at(job.offset, job.length)

    def _told(self, checked: Checked, looks: Looks) -> Iterator[XmlItem]:
        """Yield the records of a batch, each broken one as its second look left it."""
        self._frame.add(checked.runs)
        again, told = iter(looks()), checked.told
        columns = zip(checked.names, checked.starts, checked.ends, checked.lines, strict=True)
        for index, (name, start, end, line) in enumerate(columns):
            self._records += 1
            one = told.get(index, _NOTHING)
            one = next(again) if one.broken else one
            faults = tuple(worded(it, self._shape.path(name), self._settings.fields) for it in one.faults)
            place = (start, end) if self._utf8 else (-1, -1)
            within = checked.within[index] if checked.within else NOWHERE
            group = one.group or _EMPTY
            yield XmlRecord(name, self._records, line, *place, group, faults, one.found, one.looked, within)

    def _framed(self, faults: Iterator[RawFault]) -> Iterator[XmlItem]:
        for fault in faults:
            yield FrameFault(worded(fault, self._shape.root, self._settings.fields))

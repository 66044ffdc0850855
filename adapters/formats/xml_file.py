"""Reads any XML batch file: its frame, every record with all its schema faults, in memory bounded by a few batches.

`read` gives its items in the order of the file. Whatever the bytes are, it ends in `Totals` or in a `FileFault`; after
a `FileFault` no record of the file may be accepted. A file is cut into batches that worker processes check; the answer
is the same for any number of processes and for either way of cutting.
"""

import multiprocessing
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from itertools import chain, repeat
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias

from adapters.formats.xml_batch import Again, Around, Checked, Checker, Found
from adapters.formats.xml_bytes import Source, lines
from adapters.formats.xml_cut import Broken, FastCut, Job, Scanner, Tail, exact
from adapters.formats.xml_frame import FrameCheck, Opened, ending, opened, tail_faults
from adapters.formats.xml_items import (
    MAX_HELD_BYTES,
    FileFault,
    FrameFault,
    RawFault,
    Settings,
    Shape,
    Stop,
    Totals,
    XmlItem,
    XmlRecord,
)
from adapters.formats.xml_schema import Derived
from adapters.formats.xml_syntax import diagnose
from adapters.formats.xml_words import worded

_Looks: TypeAlias = Callable[[], list[Found]]
_SMALL: Final = 4
_IN_FLIGHT: Final = 3
_checkers: list[Checker] = []


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


def _begin(shape: Shape, settings: Settings, around: Around) -> None:
    _checkers[:] = [Checker(shape, settings, around)]


def _batch(job: Job) -> Checked:
    return _checkers[0].batch(job)


def _again(records: list[Again]) -> list[Found]:
    return [_checkers[0].again(record) for record in records]


class _Crew:
    """Runs the two checks here or in worker processes, with a bounded number under way."""

    def __init__(self, checker: Checker, pool: ProcessPoolExecutor | None) -> None:
        self._checker = checker
        self._pool = pool
        self.has_pool = pool is not None

    def batch(self, job: Job) -> Callable[[], Checked]:
        """Begin the check of a job and return how to wait for it."""
        return self._pool.submit(_batch, job).result if self._pool else lambda: self._checker.batch(job)

    def again(self, records: list[Again]) -> Callable[[], list[Found]]:
        """Begin second looks and return how to wait for them."""
        if self._pool and records:
            return self._pool.submit(_again, records).result
        return lambda: [self._checker.again(record) for record in records]


class _Reading:
    """One file being read: counts, the frame, and where the exact cut must begin."""

    def __init__(self, file: BinaryIO, path: Path, shape: Shape, settings: Settings, found: Opened) -> None:
        self._file = file
        self._path = path
        self._shape = shape
        self._settings = settings
        self._opened = found
        self._around = Around(path, *found.around)
        self._frame = FrameCheck(Derived(shape), self._around, found, settings.limits)
        self._scanner = found.scanner
        self._utf8 = found.frame.encoding == "utf-8"
        self._checker = Checker(shape, settings, self._around)
        self._crew = _Crew(self._checker, None)
        self._records = 0
        self._looks = 0
        self._not_looked = 0
        self._fault: FileFault | None = None

    def items(self, stack: ExitStack) -> Iterator[XmlItem]:
        """Yield all that follows the frame's facts."""
        yield from self._framed(self._frame.head_faults())
        self._crew = _Crew(self._checker, self._pool(stack))
        end: Tail | Broken | None = None
        if not self._opened.closed:
            if self._utf8 and not self._settings.exact:
                yield from self._fast()
            end = yield from self._exact()
        fault = self._fault or self._end(end)
        yield from self._framed(self._frame.other_faults() if fault is None else iter(()))
        yield fault or Totals(self._records, self._not_looked)

    def _pool(self, stack: ExitStack) -> ProcessPoolExecutor | None:
        """Return worker processes where the file is large enough to repay their start."""
        settings = self._settings
        if settings.processes < 2 or self._path.stat().st_size < _SMALL * settings.limits.batch_bytes:  # noqa: PLR2004 - one is this process
            return None
        pool = ProcessPoolExecutor(
            settings.processes,
            multiprocessing.get_context("spawn"),
            _begin,
            (self._shape, replace(settings, fields=None), self._around),
        )
        stack.callback(pool.shutdown, cancel_futures=True)
        return pool

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

    def _exact(self) -> Generator[XmlItem, None, Tail | Broken | None]:
        """Yield the records of all batches that are cut exactly; return what follows the last of them."""
        ends: list[Tail | Broken] = []

        def jobs() -> Iterator[Job]:
            for part in exact(self._scanner, self._settings.limits):
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
        """Yield the records before the first fault of syntax in a job, and note that fault."""
        data, place, line = job.data or b"", 0, job.line
        for size in job.units:
            unit = data[place : place + size]
            checked = self._checker.batch(Job(line, job.offset + place, size, unit))
            if not checked.whole:
                self._fault = diagnose(unit, line, self._around.opening, self._around.closing)
                self._fault = self._fault or FileFault(Stop.SYNTAX, "The file is not well-formed XML here.", "", line)
                return
            yield from self._told(checked, self._second(job, checked))
            place, line = place + size, line + lines(unit)

    def _end(self, end: Tail | Broken | None) -> FileFault | None:
        """Return the fault of what follows the last record, if any."""
        if isinstance(end, Broken):
            short = end.ended or len(end.data) > MAX_HELD_BYTES
            fault = diagnose(end.data, end.line, self._around.opening, closing=None if short else b"")
            return fault or ending(self._scanner, end.data, end.line, ended=end.ended)
        stray = tail_faults(self._scanner, self._scanner.line, self._around, closed=self._opened.closed)
        if isinstance(stray, FileFault):
            return stray
        self._frame.add(stray)
        return None

    def _checked(self, jobs: Iterator[Job]) -> Iterator[tuple[Job, Checked, _Looks]]:
        """Yield each job's outcome in order, with its second looks under way; end at one that is not whole."""
        ahead = _IN_FLIGHT * self._settings.processes if self._crew.has_pool else 0
        pending = deque[tuple[Job, Callable[[], Checked]]]()
        ready = deque[tuple[Job, Checked, _Looks]]()
        for job in chain(jobs, repeat(None)):
            if job is not None:
                pending.append((job, self._crew.batch(job)))
            elif not pending:
                break
            if len(pending) <= ahead and job is not None:
                continue
            first, wait = pending.popleft()
            checked = wait()
            ready.append((first, checked, self._second(first, checked)))
            if not checked.whole:
                break
            if len(ready) > ahead:
                yield ready.popleft()
        yield from ready

    def _second(self, job: Job, checked: Checked) -> _Looks:
        """Begin the second looks at the broken records of a job, as many as are left."""
        broken = [found for found in checked.found if found.broken]
        if not broken:
            return list
        data = job.data if job.data is not None else self._reread(job)
        wanted = []
        for found in broken:
            look = self._looks < self._settings.limits.second_looks
            self._looks += look
            self._not_looked += not look
            part = data[found.start - job.offset : found.end - job.offset]
            wanted.append(Again(found.seen.line, found.start, part, look))
        return self._crew.again(wanted)

    def _reread(self, job: Job) -> bytes:
        with self._path.open("rb") as file:
            file.seek(job.offset)
            return file.read(job.length)

    def _told(self, checked: Checked, looks: _Looks) -> Iterator[XmlItem]:
        """Yield the records of a batch, each broken one as its second look left it."""
        self._frame.add(checked.runs)
        again = iter(looks())
        for found in checked.found:
            self._records += 1
            last = next(again) if found.broken else found
            yield self._record(last, looked=last.looked)

    def _record(self, found: Found, *, looked: bool | None) -> XmlRecord:
        name, line, values, raw = found.seen
        faults = tuple(worded(fault, name, self._settings.fields) for fault in raw) if raw else ()
        start, end = (found.start, found.end) if self._utf8 else (-1, -1)
        return XmlRecord(name, self._records, line, start, end, values, faults, found.result, looked)

    def _framed(self, faults: Iterator[RawFault]) -> Iterator[XmlItem]:
        for fault in faults:
            yield FrameFault(worded(fault, self._shape.root, self._settings.fields))

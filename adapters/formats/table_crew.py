"""Has the jobs of one file checked, here and in worker processes, and gives their parts in the order of the file.

The workers are fresh processes, because a process with threads must not be copied; until they are ready, and while
they are busy, this process checks jobs too. A small file needs no worker at all.
"""

import multiprocessing
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

from adapters.formats.table_again import Again, Stamped, read_again
from adapters.formats.table_cut import Cutter, Job
from adapters.formats.table_headings import Layout
from adapters.formats.table_kind import Table
from adapters.formats.table_part import PartCheck
from adapters.formats.table_plan import Part, Plan
from gateway.core.errors import AdapterError
from gateway.core.rules.rule import Context

SMALL: Final = 16 << 20
"""Bytes of a file below which the start of a worker is not repaid."""
_AHEAD: Final = 4
_UNDONE: Final = 16
_MISSES: Final = 3
_HEAVY: Final = 1 << 14
_FAULTY: Final = 6
_checks: list[PartCheck] = []


class Told(NamedTuple):
    """What a worker is told of a file: everything that a kind says of itself is looked up again by its place."""

    where: str
    schema: str
    width: int
    places: Mapping[str, int]
    context: Context
    path: Path
    encoding: str
    spans: bool


def found_table(where: str) -> Table:
    """Return the table at a place such as `adapters.kinds.lrb.kind:TABLE`."""
    module, _, name = where.partition(":")
    table = getattr(import_module(module), name)
    if not isinstance(table, Table):
        raise AdapterError(f"{where} is no Table; correct the place that the table names.")
    return table


def _begin(told: Told) -> None:
    table = found_table(told.where)
    schema = next(schema for schema in (table.schema, *table.others) if schema.name == told.schema)
    layout = Layout(schema, told.width, told.places)
    _checks[:] = [PartCheck(Plan(table, layout, told.context, told.path, told.encoding, told.spans))]


def _check(job: Job) -> Part:
    return _checks[0].check(job)


def _read_again(again: Again) -> Stamped:
    return read_again(_checks[0], again)


class Crew:
    """Those who check the jobs of one file; `here` is this process's own check."""

    def __init__(self, plan: Plan, cutter: Cutter, small: int = SMALL) -> None:
        self.here = PartCheck(plan)
        self._plan = plan
        self._cutter = cutter
        self._misses = 0
        self._pending = deque[tuple[Job, Future[Part] | Part]]()
        many = plan.context.processes > 1 and plan.table.where and plan.path.stat().st_size >= small
        self._pool = self._hired() if many else None

    def _hired(self) -> ProcessPoolExecutor:
        plan = self._plan
        layout = plan.layout
        told = Told(
            where=plan.table.where, schema=layout.schema.name, width=layout.width, places=layout.places,
            context=plan.context, path=plan.path, encoding=plan.encoding, spans=plan.spans,
        )  # fmt: skip
        spawn = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(plan.context.processes - 1, spawn, _begin, (told,))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._dismiss()

    def _dismiss(self) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def parts(self) -> Iterator[tuple[Job, Part]]:
        """Yield each job with its part, in order, up to the file's end or to where the reading must stop."""
        size = 0
        while self._fill(size):
            job, part = self._first()
            self._cutter.suit(_fitting(job, part))
            if part.stop or (part.taken == job.length and part.next_line == job.next_line):
                size = 0
            elif part.taken == job.length:
                size, self._cutter.is_exact = 0, True
                self._go_on(job, part)
            else:
                size = 0 if part.taken else 2 * max(size, job.length)
                self._recut(job, part)
            if part.taken or part.stop:
                yield job, part
            if part.stop:
                return

    def read_again(self, wanted: Sequence[Again]) -> Iterator[Stamped]:
        """Yield the records that are wanted again, job by job; a share of the jobs is read here."""
        pool, here = self._pool, self._plan.context.processes - 1
        waiting = {
            at: pool.submit(_read_again, again) for at, again in enumerate(wanted) if pool and at % (here + 1) != here
        }
        read = {at: read_again(self.here, again) for at, again in enumerate(wanted) if at not in waiting}
        for at in range(len(wanted)):
            yield read[at] if at in read else waiting[at].result()

    def _fill(self, size: int) -> bool:
        """Hand out jobs, and tell whether there is one to wait for."""
        ahead = _AHEAD * self._plan.context.processes if self._pool else 0
        while len(self._pending) <= ahead and (job := self._cutter.next(size)):
            self._pending.append((job, self._pool.submit(_check, job) if self._pool else self.here.check(job)))
        return bool(self._pending)

    def _first(self) -> tuple[Job, Part]:
        """Return the first job with its part; while others are busy with it, check later ones here."""
        job, part = self._pending[0]
        most = _AHEAD * self._plan.context.processes + _UNDONE
        while isinstance(part, Future) and not part.done() and len(self._pending) < most:
            more = self._cutter.next()
            if more is None:
                break
            self._pending.append((more, self.here.check(more)))
        self._pending.popleft()
        return job, part.result() if isinstance(part, Future) else part

    def _recut(self, job: Job, part: Part) -> None:
        """Go on where the last whole row of a job ended; jobs that begin elsewhere were cut wrongly."""
        self._go_on(job, part)
        self._misses += 1
        if self._misses > _MISSES:
            self._dismiss()

    def _go_on(self, job: Job, part: Part) -> None:
        for _, waiting in self._pending:
            if isinstance(waiting, Future):
                waiting.cancel()
        self._pending.clear()
        self._cutter.go_on(job.offset + part.taken, part.next_line)


def _fitting(job: Job, part: Part) -> int:
    """Return how large a job may be, so that the records that its part brings are few enough to be held."""
    weight = _FAULTY * len(part.found) + len(part.clean)
    return job.length * _HEAVY // max(weight, 1)

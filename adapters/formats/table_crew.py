"""Has the jobs of one file checked, here and in worker processes, and gives their parts in the order of the file.

Until the workers are ready, and while they are busy, this process checks jobs too.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from typing import Final

from adapters.formats.csv_long_row import MAX_ROW
from adapters.formats.table_again import Again, Stamped, read_again
from adapters.formats.table_cut import Cutter, Job
from adapters.formats.table_part import PartCheck
from adapters.formats.table_plan import Part, Plan
from adapters.formats.table_workers import Told, Workers, own

_AHEAD: Final = 4
_UNDONE: Final = 16
_MISSES: Final = 3
_HEAVY: Final = 1 << 14
_FAULTY: Final = 6
LONG_ROW: Final = 4 * MAX_ROW
"""Bytes in which one row that can be read has its end."""


def _check(job: Job) -> Part:
    return own().check(job)


def _read_again(again: Again) -> Stamped:
    return read_again(own(), again)


class Crew:
    """Those who check the jobs of one file; `here` is this process's own check."""

    def __init__(self, plan: Plan, cutter: Cutter, workers: Workers) -> None:
        self.here = PartCheck(plan)
        self._plan = plan
        self._ahead = _AHEAD * plan.context.processes
        self._cutter = cutter
        self._misses = 0
        self._pending = deque[tuple[Job, Future[Part] | Part]]()
        self._workers = workers
        workers.tell(Told.of(plan))

    def parts(self) -> Iterator[tuple[Job, Part]]:
        """Yield each job with its part, in order, up to the file's end or to where the reading must stop."""
        size = 0
        while self._fill(size):
            job, part = self._first()
            if not part.taken and not part.stop and job.length >= LONG_ROW:
                job = job._replace(is_one_row=True)
                part = self.here.check(job)
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
        pool, here = self._workers.pool, self._plan.context.processes - 1
        waiting = {
            at: pool.submit(_read_again, again) for at, again in enumerate(wanted) if pool and at % (here + 1) != here
        }
        read = {at: read_again(self.here, again) for at, again in enumerate(wanted) if at not in waiting}
        for at in range(len(wanted)):
            yield read[at] if at in read else waiting[at].result()

    def _fill(self, size: int) -> bool:
        """Hand out jobs, and tell whether there is one to wait for.

        Jobs that were checked here wait for their turn without keeping the workers from others.
        """
        pool = self._workers.pool
        while self._has_room() and (job := self._cutter.next(size)):
            self._pending.append((job, pool.submit(_check, job) if pool else self.here.check(job)))
        return bool(self._pending)

    def _has_room(self) -> bool:
        """Tell whether another job may be handed out."""
        if not self._workers.pool:
            return not self._pending
        under_way = sum(_is_under_way(part) for _, part in self._pending)
        return under_way <= self._ahead and len(self._pending) < self._ahead + _UNDONE

    def _first(self) -> tuple[Job, Part]:
        """Return the first job with its part; while others are busy with it, check later ones here."""
        most = self._ahead + _UNDONE
        while _is_under_way(self._pending[0][1]) and len(self._pending) < most:
            more = self._cutter.next()
            if more is not None:
                self._pending.append((more, self.here.check(more)))
            elif not self._takes_back():
                break
        job, part = self._pending.popleft()
        return job, part.result() if isinstance(part, Future) else part

    def _takes_back(self) -> bool:
        """Check the last job here that no worker has begun, and tell whether there was one."""
        for at, (job, part) in reversed(list(enumerate(self._pending))):
            if isinstance(part, Future) and part.cancel():
                self._pending[at] = job, self.here.check(job)
                return True
        return False

    def _recut(self, job: Job, part: Part) -> None:
        """Go on where the last whole row of a job ended; jobs that begin elsewhere were cut wrongly."""
        self._go_on(job, part)
        self._misses += 1
        if self._misses > _MISSES:
            self._workers.dismiss()

    def _go_on(self, job: Job, part: Part) -> None:
        for _, waiting in self._pending:
            if isinstance(waiting, Future):
                waiting.cancel()
        self._pending.clear()
        self._cutter.go_on(job.offset + part.taken, part.next_line)


def _is_under_way(part: Future[Part] | Part) -> bool:
    return isinstance(part, Future) and not part.done()


def _fitting(job: Job, part: Part) -> int:
    """Return how large a job may be, so that the records that its part brings are few enough to be held."""
    weight = _FAULTY * len(part.found) + len(part.clean)
    return job.length * _HEAVY // max(weight, 1)

"""Has the batches of one XML file checked, here and in worker processes, with a bounded number under way."""

import gc
import multiprocessing
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from functools import cached_property
from typing import Final, TypeAlias

from adapters.formats.xml_batch import Again, Around, Checked, Told
from adapters.formats.xml_check import Checker
from adapters.formats.xml_cut import Job
from adapters.formats.xml_items import MAX_HELD_BYTES, Settings, Shape

Looks: TypeAlias = Callable[[], list[Told]]
"""Waits for second looks that were begun."""
_FEW: Final = 300
_IN_FLIGHT: Final = 3
_DONE_HERE: Final = 16
_checkers: list[Checker] = []


def _begin(shape: Shape, settings: Settings, around: Around) -> None:
    _checkers[:] = [Checker(shape, settings, around)]
    gc.freeze()  # what a worker starts with lives as long as it does: no need to look through it again


def _batch(job: Job) -> Checked:
    return _checkers[0].batch(job)


def _again(records: list[Again]) -> list[Told]:
    return [_checkers[0].again(record) for record in records]


def is_full(jobs: Iterator[Job], most: int) -> bool:
    """Tell whether more jobs are held than may be, by their number or by the bytes that they carry."""
    sizes = [len(job.data or b"") for job in jobs]
    return len(sizes) > most or sum(sizes) > MAX_HELD_BYTES


class Crew:
    """Runs the two checks in worker processes or, while those are busy, here: this process is one of those asked for.

    The workers are fresh processes, because a process with threads must not be copied; none waits for their start.
    """

    def __init__(self, shape: Shape, settings: Settings, around: Around) -> None:
        self._for_own = shape, settings, around
        self._begin = shape, replace(settings, fields=None), around
        self._pool: ProcessPoolExecutor | None = None
        self._looks = 0
        self.ahead = 0

    @cached_property
    def own(self) -> Checker:
        """Return this process's own checker, made when it is first asked for."""
        return Checker(*self._for_own)

    def hire(self, stack: ExitStack) -> None:
        """Start the workers, until a stack is left."""
        _, settings, _ = self._begin
        spawn = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(settings.processes - 1, spawn, _begin, self._begin)
        stack.callback(self._pool.shutdown, cancel_futures=True)
        self.ahead = _IN_FLIGHT * settings.processes

    def _batch(self, job: Job, *, here: bool = False) -> "Future[Checked]":
        """Begin the check of a job, or do it where no worker is to or can."""
        if self._pool and not here:
            return self._pool.submit(_batch, job)
        done = Future[Checked]()
        done.set_result(self.own.batch(job))
        return done

    def again(self, records: list[Again]) -> Looks:
        """Begin second looks and return how to wait for them; a few are not worth loading xmlschema in each worker."""
        self._looks += len(records)
        if self._pool and self._looks > _FEW:
            return self._pool.submit(_again, records).result
        return lambda: [self.own.again(record) for record in records]

    def begin(self, jobs: Iterator[Job], pending: deque[tuple[Job, "Future[Checked]"]]) -> bool:
        """Begin as many checks as may be under way, here too until the first is done; tell whether there is any.

        What waits for its turn is no reason to leave the workers without work: only what is not done yet counts.
        """
        most = self.ahead + _DONE_HERE
        while not is_full((job for job, _ in pending), most):
            here = self._pool is None or sum(not future.done() for _, future in pending) > self.ahead
            if here and pending and pending[0][1].done():
                break
            job = next(jobs, None)
            if job is not None:
                pending.append((job, self._batch(job, here=here)))
            elif not pending or pending[0][1].done() or not self._takes_back(pending):
                break
        return bool(pending)

    def _takes_back(self, pending: deque[tuple[Job, "Future[Checked]"]]) -> bool:
        """Check the last batch here that no worker has begun, and tell whether there was one."""
        for at, (job, future) in reversed(list(enumerate(pending))):
            if future.cancel():
                pending[at] = job, self._batch(job, here=True)
                return True
        return False

"""Runs the pipeline for one submission after the other, retries our own faults, parks what keeps failing."""

import gc
import logging
import os
import socket
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager
from datetime import timedelta

from gateway.core.errors import GatewayError, LeaseLostError
from gateway.core.picking import ANYTHING, MOST_CRASHES, Pick
from gateway.core.ports.gateway import Gateway
from gateway.core.ports.submissions import Store
from gateway.core.submission import TERMINAL, Status, Submission
from gateway.limits import UNBOUNDED, Bounds, watched
from gateway.pipeline import complete, process
from gateway.repeating import repeating

log = logging.getLogger("gateway.worker")

_RENEWALS_PER_LEASE = 4
_COLLECTING = (100_000, 20, 100)
"""New objects before the youngest are looked through, and how many such looks before the older ones are."""
_SUPPLEMENT_LEASE = timedelta(minutes=10)
"""Long enough for any supplement; where two workers make the same one, only one of them is put into `out/`."""


OUT_OF_MEMORY = (
    "Its processing needed more memory than `limits.memory_mb` allows. The file's bytes are kept: raise the limit "
    "where the machine has room, then release it."
)
CREW_LOST = (
    "A process that checked it died, as one does that the system ends for want of memory. The file's bytes are kept: "
    "look at the machine's memory and at `limits`, then release it."
)


def collect_seldom() -> None:
    """Let Python look for circles of garbage seldom: a batch of records has none, and the looking took a third."""
    gc.freeze()
    gc.set_threshold(*_COLLECTING)


def name_of(pid: int) -> str:
    """Return the name of the worker that is a process of this host."""
    return f"{socket.gethostname()}.{pid}"


class Worker:
    """One worker process's name and lease; any number of them work on any number of hosts."""

    def __init__(self, gateway: Gateway, lease: timedelta, pick: Pick = ANYTHING, bounds: Bounds = UNBOUNDED) -> None:
        self._gateway = gateway
        self._lease = lease
        self._pick = pick
        self._bounds = bounds
        self.name = name_of(os.getpid())
        self.files = 0

    def work(self) -> None:
        """Take the next submission that waits and bring it as far as it goes; else answer what was settled later."""
        submission = self._gateway.store.claim(self.name, self._lease, self._pick)
        if submission is None:
            self._complete()
            return
        self.files += 1
        with (
            _renewed(submission, self._gateway.store, self._lease),
            watched(self._bounds, lambda reason: self._end(submission, reason)),
        ):
            self._process(submission)

    def _end(self, submission: Submission, reason: str) -> None:
        """Park a file that has passed a limit, before this process ends itself."""
        self._gateway.store.hold(submission, reason, 0)
        facts = {"submission": submission.id, "worker": self.name, "reason": reason, "status": Status.PARKED}
        log.error("parked", extra=facts)

    def _complete(self) -> None:
        supplement = self._gateway.review.supplements.next(_SUPPLEMENT_LEASE)
        if supplement is None:
            return
        facts = {"submission": supplement.submission.id, "worker": self.name, "part": supplement.number}
        try:
            complete(supplement, self._gateway)
        except Exception as error:  # noqa: BLE001 - an outermost place too: it is held, and told to the operator
            parked = self._gateway.review.supplements.hold(supplement)
            reason = str(error) if isinstance(error, GatewayError) else type(error).__name__
            told = facts | {"reason": reason, "where": _where(error), "status": "parked" if parked else "held"}
            log.error("supplement held", extra=told)  # noqa: TRY400 - a traceback may hold a learner's values
        else:
            log.info("supplement delivered", extra=facts | {"count": len(supplement.records)})

    def _process(self, submission: Submission) -> None:
        facts = {"submission": submission.id, "worker": self.name, "attempts": submission.attempts}
        try:
            ended = process(submission, self._gateway)
        except LeaseLostError:
            log.warning("lease lost", extra=facts)
        except MemoryError:
            self._end(submission, OUT_OF_MEMORY)
        except BrokenProcessPool:
            self._gateway.store.hold(submission, CREW_LOST, MOST_CRASHES)
            log.error("crew lost", extra=facts)  # noqa: TRY400 - a traceback may hold a learner's values
        except Exception as error:  # noqa: BLE001 - the outermost place: whatever it was, the submission is held
            self._gateway.store.hold(submission, f"{type(error).__name__} in an unexpected place")
            log.error("fault", extra=facts | {"exception_type": type(error).__name__, "where": _where(error)})  # noqa: TRY400 - a traceback may hold a learner's values
        else:
            told = {"status": ended.status, "verdict": ended.verdict, "reason": ended.held_reason or ""}
            if ended.status in TERMINAL:
                log.info("processed", extra=facts | told)
            elif ended.status is Status.PARKED:
                log.error("parked", extra=facts | told)
            else:
                log.warning("held", extra=facts | told)


def _renewed(submission: Submission, store: Store, lease: timedelta) -> AbstractContextManager[None]:
    """Prolong the lease while the block runs; a lease that is lost is noticed by the next step that is kept."""

    def renew() -> None:
        try:
            store.renew(submission, lease)
        except GatewayError as error:
            log.warning("lease not renewed", extra={"submission": submission.id, "error": str(error)})

    return repeating(renew, lease.total_seconds() / _RENEWALS_PER_LEASE, f"lease {submission.id}")


def _where(error: BaseException) -> str:
    """Return file and line of the innermost frame: place without values."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    return f"{traceback.tb_frame.f_code.co_filename}:{traceback.tb_lineno}" if traceback else "?"

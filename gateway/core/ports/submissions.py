"""What came, how far it is, what wakes its workers, and what is kept of it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from threading import Event
from typing import Protocol, Self

from gateway.core.documents import Receipt
from gateway.core.handover import Earlier, Listed, Progress
from gateway.core.keeping import Kept, RecordChange, RecordKey
from gateway.core.picking import Pick
from gateway.core.quota import Received
from gateway.core.submission import Submission


class Store(Protocol):
    """The submissions and how far each has come."""

    def announce(self, space: str) -> None:
        """Note that bytes are to be kept for a submission that is not recorded yet.

        A day later they are cleared where it was not recorded: its sender was told that the upload failed.
        """
        ...

    def add(self, submission: Submission, write: Callable[[Earlier], Receipt]) -> Receipt:
        """Record a submission with the receipt that `write` returns and wake a worker, in one transaction.

        Where the same bytes came before (same organisation, mode and job) only the receipt is recorded, and the
        responses of the first submission are put into `out/` again. Bytes that were rejected under another name, or
        while the mailbox was suspended, did not come before: what was wrong stands outside them and may be mended.
        Raise StoreError where the submission's space was not announced, or given up since.
        """
        ...

    def claim(self, worker: str, lease: timedelta, pick: Pick = ...) -> Submission | None:
        """Lease the submission whose turn it is, of those that a worker may take; None where there is none.

        What waits, or whose lease has run out, may be taken; what lost its worker three times is parked.
        """
        ...

    def renew(self, submission: Submission, lease: timedelta) -> None:
        """Prolong a lease; raise LeaseLostError where it has run out and another worker has it."""
        ...

    def kept(self, submission: Submission) -> Mapping[str, str]:
        """Return the results of the steps that are done, by the step's name, as JSON."""
        ...

    def keep(self, submission: Submission, step: str, result: str, progress: Progress) -> Submission:
        """Keep a step's result and what it says of the submission, in one transaction; return the submission.

        Raise LeaseLostError where another worker has the submission now.
        """
        ...

    def hold(self, submission: Submission, reason: str, most_tries: int = ...) -> Submission:
        """Free the submission for a later try after our own fault, or park it when its tries are used up.

        Its organisation is told of a parked one in `receipts/`.
        """
        ...


class StepResult(Protocol):
    """What a step returns: a document that can be kept as JSON and read again, and that says how far things are."""

    @property
    def progress(self) -> Progress:
        """Return what the step says of its submission."""
        ...

    def model_dump_json(self) -> str:
        """Return the result as JSON."""
        ...

    @classmethod
    def model_validate_json(cls, json_data: str) -> Self:
        """Return the result that JSON holds."""
        ...


class Submissions(Protocol):
    """The submissions as people ask for them."""

    def listing(self, organisation: str | None, limit: int) -> list[Listed]:
        """Return the newest submissions first, of one organisation or of all."""
        ...

    def show(self, submission: str) -> Listed | None:
        """Return one submission, or None."""
        ...

    def earlier_names(self, submission: Submission, kind: str) -> tuple[str, ...]:
        """Return the names of the sender's files of a kind that came before and were not rejected, in their order.

        They are those of the same mode and job: what was only checked does not count as sent.
        """
        ...

    def received(self, organisation: str, since: datetime) -> Received:
        """Return how much an organisation has sent since a moment, duplicates and refused files included."""
        ...


class Queue(Protocol):
    """Wakes workers: the submission rows hold the truth, a lost wake-up is made good by `reconcile`."""

    def run(
        self, work: Callable[[], None], stop: Event, tend: Callable[[], object] = ..., *, small_only: bool = ...
    ) -> None:
        """Call `work` for every wake-up until `stop` is set, and let a call that runs come to its end.

        Of all that run, one calls `tend` every minute. A worker of small files is not woken for large ones.
        """
        ...


class Records(Protocol):
    """What is kept for learners beside the register: results, achievements, registrations."""

    def kept(self, keys: Sequence[RecordKey], submission: str) -> dict[RecordKey, Kept]:
        """Return what is kept under these keys, as it was before this submission changed any of it."""
        ...

    def put(self, submission: str, changes: Mapping[int, Sequence[RecordChange]]) -> frozenset[int]:
        """Make the changes of each record in one transaction, each once; return the records that came too late.

        All changes of a record are made, or none of them.
        """
        ...

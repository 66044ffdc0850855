"""The audit trail, a learner's own record, its erasure, and how long bytes are kept."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from gateway.core.audit import Access, AuditEvent, Link
from gateway.core.erasure import Erased, Removed, Retention
from gateway.core.uln_changes import Act


class Audit(Protocol):
    """Every read and write of learners' records: events are only ever added, and linked into one chain."""

    def note(self, access: Access, ulns: Iterable[int], *, with_step: bool = False) -> None:
        """Keep an event, and whose records it is about.

        With `with_step` it is durable as soon as the step that follows is kept, without a wait of its own.
        """
        ...

    def link(self) -> tuple[int, bytes]:
        """Link what was kept since into the chain; return the last link's number and digest."""
        ...

    def chain(self) -> Iterator[Link]:
        """Yield every link from the first on, those that are missing left out, and last of all unlinked events."""
        ...

    def length(self) -> int:
        """Return how many links there are."""
        ...

    def events(self, since: datetime | None = None) -> Iterator[AuditEvent]:
        """Yield the events since a moment, in the order of their numbers."""
        ...

    def history(self, ulns: Sequence[str]) -> list[AuditEvent]:
        """Return the events that are about one of these ULNs, or about the whole register, oldest first."""
        ...


class LearnerRecords(Protocol):
    """All that is kept of one learner, and its end."""

    def numbers(self, uln: str) -> list[str]:
        """Return all numbers that are the same person's, the surviving one first; none where the ULN is unknown."""
        ...

    def extract(self, ulns: Sequence[str]) -> Mapping[str, object]:
        """Return all that is kept of a person who has these numbers, by subject, as values that JSON can hold."""
        ...

    def hold(self, ulns: Sequence[str], act: Act) -> None:
        """Let nothing of a learner be erased, by nobody and no retention; raise StoreError where it is held.

        A reason is kept for good: ConfigurationError is raised where it holds a detail of the learner.
        """
        ...

    def release(self, ulns: Sequence[str], act: Act) -> None:
        """Take a hold back; raise StoreError where there is none."""
        ...

    def erase(self, ulns: Sequence[str], act: Act) -> Erased:
        """Erase a person in one transaction, all but the fact that the numbers were issued.

        Raise StoreError where the person is held, or where something about them is still under way. Done again, it
        takes what came meanwhile.
        """
        ...

    def remaining(self, erased: Erased) -> Mapping[str, int]:
        """Return in which tables something of an erased person is found, and how often."""
        ...


class Removals(Protocol):
    """Takes away what is no longer kept: rows first, then the bytes, again where it was interrupted."""

    def erase_submission(self, submission: str, act: Act) -> Removed:
        """Erase what a finished submission sent and was answered; raise StoreError where it is not finished."""
        ...

    def lapse(self, retention: Retention) -> Mapping[str, int]:
        """Erase a small batch of what has been kept for long enough; return how much, by subject."""
        ...

    def clear(self, clear: Callable[[str], int]) -> int:
        """Call `clear` for each space of the file store whose rows are gone; return how many blobs it removed."""
        ...

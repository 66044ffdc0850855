"""Who sends, what is agreed with them, and what they see."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Protocol

from gateway.core.agreement import Agreement
from gateway.core.answered import AnsweredUln
from gateway.core.handover import Part
from gateway.core.submission import Folder, MailboxFile, Organisation, OrganisationKey, Submission


class Organisations(Protocol):
    """Who may send, and with which keys."""

    def add(self, organisation: Organisation, key: OrganisationKey | None = None) -> None:
        """Add an organisation with its first key, both or neither; raise StoreError where id or key is taken."""
        ...

    def find(self, organisation: str) -> Organisation | None:
        """Return the organisation of that id, or None."""
        ...

    def all(self) -> list[Organisation]:
        """Return every organisation, by id."""
        ...

    def add_key(self, key: OrganisationKey) -> None:
        """Add a key; raise StoreError where any organisation has it already."""
        ...

    def keys(self, organisation: str) -> list[OrganisationKey]:
        """Return the organisation's keys, valid or not."""
        ...

    def revoke_key(self, organisation: str, fingerprint: str, moment: datetime) -> None:
        """Let a key open nothing from a moment on; raise StoreError where the organisation has no such key."""
        ...


class Agreements(Protocol):
    """What is agreed with whom. The one in force when a submission comes is kept with it, the one added last.

    An agreement is never changed: another one is added, or it is revoked.
    """

    def add(self, agreement: Agreement) -> int:
        """Add an agreement and return its number; raise StoreError where there is no such organisation."""
        ...

    def all(self, organisation: str | None = None) -> list[Agreement]:
        """Return every agreement, or an organisation's, in the order in which they were added."""
        ...

    def revoke(self, number: int, day: date) -> None:
        """Let an agreement hold no longer from a day on; raise StoreError where it does not hold then any more."""
        ...


class Mailboxes(Protocol):
    """What an organisation sees: its accepted uploads, its receipts and its responses."""

    def listing(self, organisation: str, folder: Folder) -> list[MailboxFile]:
        """Return the files of a folder, by name."""
        ...

    def find(self, organisation: str, folder: Folder, name: str) -> MailboxFile | None:
        """Return one file of a folder, or None."""
        ...

    def publish(self, submission: str, parts: Mapping[str, Part], answered: Iterable[AnsweredUln] = ()) -> None:
        """Put a response set into `out/`, all of it or nothing, once: a second call changes nothing.

        In the same transaction it is kept with which ULNs the organisation was answered, and under which keys.
        """
        ...

    def answered(self, submission: Submission, ulns: Collection[str]) -> frozenset[str]:
        """Return those of these ULNs that the submission's organisation was answered with, in the same mode."""
        ...

    def touch(self, organisation: str, file: MailboxFile, moment: datetime) -> None:
        """List an accepted upload with a time of its sender's, which mirroring clients compare with their own."""
        ...

    def acknowledge(self, organisation: str, name: str) -> bool:
        """Take a response out of `out/` because its owner deleted it; False where there is none of that name."""
        ...

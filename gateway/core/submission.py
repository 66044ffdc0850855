"""Who sends, what was received from them, and what they see of it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from gateway.core.agreement import NOTHING_AGREED, Agreement


class OrganisationKind(StrEnum):
    """What sort of body sends: it decides which file kinds are its own."""

    SCHOOL = "school"
    COLLEGE = "college"
    PROVIDER = "provider"
    AWARDING_ORGANISATION = "awarding-organisation"


class Mode(StrEnum):
    """A test mailbox is answered in full and nothing of it is registered."""

    LIVE = "live"
    TEST = "test"


class Job(StrEnum):
    """What a submission asks for (specification `lrs` 2.5): `in/` is full, `in/check/` is check only."""

    FULL = "FUL"
    CHECK = "CHK"


class Folder(StrEnum):
    """The folders of a mailbox, as its owner sees them."""

    IN = "in"
    CHECK = "in/check"
    OUT = "out"
    RECEIPTS = "receipts"


class Status(StrEnum):
    """Where a submission stands; delivered, expired and withdrawn are its ends, parked waits for a person."""

    RECEIVED = "received"
    IDENTIFIED = "identified"
    VALIDATED = "validated"
    MATCHED = "matched"
    RESPONDED = "responded"
    DELIVERED = "delivered"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    PARKED = "parked"


TERMINAL = frozenset({Status.DELIVERED, Status.EXPIRED, Status.WITHDRAWN})


class Verdict(StrEnum):
    """Of a whole file's content: all of it, part of it, or none of it was accepted."""

    ACCEPTED = "accepted"
    PART = "part"
    REJECTED = "rejected"


class Refusal(StrEnum):
    """Why a file was refused at the door; its response set follows all the same."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    SUSPENDED = "suspended"
    UNKNOWN_NAME = "unknown-name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """A legal body with a mailbox; `id` is its name as an SFTP user."""

    id: str
    name: str
    kind: OrganisationKind
    ukprn: str | None = None
    urn: str | None = None
    estab: str | None = None
    centre: str | None = None
    mode: Mode = Mode.LIVE
    suspended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationKey:
    """A public key that opens an organisation's mailbox while it is valid, from its networks if any are named."""

    organisation: str
    fingerprint: str
    public_key: str
    comment: str = ""
    not_before: datetime | None = None
    not_after: datetime | None = None
    networks: tuple[str, ...] = ()

    def valid_at(self, moment: datetime) -> bool:
        """Tell whether the key may be used at that moment; both bounds are included."""
        begun = self.not_before is None or self.not_before <= moment
        return begun and (self.not_after is None or moment <= self.not_after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A file that a transport holds whole: the client closed it, and `path` is its durable bytes."""

    organisation: Organisation
    name: str
    path: Path
    size: int
    sha256: str
    job: Job


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One batch file received once.

    `processing_date` is the day that rules about ages and dates are judged by, kept so that a replay judges alike;
    `agreement` is what held for its organisation on that day when it came, kept for the same reason. `turn_at` is where
    it stands in the line, `likely_kind` what its name says that it is; it was replayed `replays` times.
    """

    id: str
    organisation: Organisation
    name: str
    sha256: str
    size: int
    job: Job
    mode: Mode
    received_at: datetime
    processing_date: date
    blob: str
    status: Status = Status.RECEIVED
    kind: str | None = None
    verdict: Verdict | None = None
    refusal: Refusal | None = None
    follows: str | None = None
    attempts: int = 0
    held_reason: str | None = None
    lease: str | None = None
    agreement: Agreement = NOTHING_AGREED
    turn_at: datetime | None = None
    likely_kind: str | None = None
    replays: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxFile:
    """A file that its organisation sees in a folder; `blob` names the kept bytes, `body` holds small ones."""

    folder: Folder
    name: str
    size: int
    modified_at: datetime
    blob: str | None = None
    body: bytes | None = None

"""What a torture run leaves behind: what senders did and saw, and what the gateway holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gateway.core.submission import Folder, Job

JOBS = {str(Folder.IN): Job.FULL, str(Folder.CHECK): Job.CHECK}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One try to upload a file.

    `whole` tells whether the client may have sent all of it and closed it; `acknowledged` that it was told so.
    """

    organisation: str
    folder: str
    name: str
    sha256: str
    whole: bool = True
    acknowledged: bool = True

    @property
    def bytes_of(self) -> tuple[str, str, str]:
        """Return what makes two uploads the same: organisation, job and digest."""
        return self.organisation, JOBS[self.folder], self.sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A submission as its row stands."""

    id: str
    organisation: str
    name: str
    sha256: str
    job: str
    status: str
    blob: str
    leased: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseFile:
    """A response file as its row stands."""

    submission: str
    part: str
    organisation: str
    name: str
    blob: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What the database holds: the truth that mailboxes are held against."""

    submissions: Sequence[Row]
    steps: Mapping[str, Sequence[str]]
    responses: Sequence[ResponseFile]
    receipts: Mapping[tuple[str, str], str]
    """By organisation and name: the submission that the receipt is for."""
    issued: Sequence[tuple[str, int, str]]
    """Submission, record and ULN."""
    registered: Sequence[str]
    """The ULNs of all entries that were issued here."""
    alike: int
    """How many issued entries have the details of another one."""
    awaited: frozenset[str] = frozenset()
    """Spaces whose bytes are cleared in a day, as their submission was never recorded."""
    jobs: int
    """Wake-ups that are waiting or under way."""


@dataclass(slots=True, kw_only=True)
class Evidence:
    """All that the checker looks at."""

    books: Books
    sent: Sequence[Sent]
    mailboxes: Mapping[str, Mapping[str, bytes]]
    """By organisation: `out/name` and `receipts/name` to the bytes that its client finds at the end."""
    seen: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By organisation: every name that was ever seen in `out/` to the digest of what was read then."""
    told: Sequence[str] = ()
    """Faults that a watcher saw while the run went on."""
    blobs: frozenset[str] = frozenset()
    """What the file store keeps, as `space/sha256`."""
    temporary: Sequence[str] = ()
    """Names of unfinished files that nobody writes any more."""

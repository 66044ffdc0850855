"""The ports: what the pipeline needs of the world, six methods each at most.

An adapter is a class with `from_settings(mapping)` and its port's methods; it is found by name through entry points.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import BinaryIO, Final, Protocol, Self, TextIO, runtime_checkable

from gateway.core.agreement import Agreement
from gateway.core.answered import AnsweredUln
from gateway.core.documents import Receipt, Report
from gateway.core.extract import Amendments
from gateway.core.handover import (
    Case,
    Change,
    Claim,
    Earlier,
    EntryBatch,
    Finding,
    Listed,
    Near,
    Part,
    Progress,
    Sample,
    SamplePlan,
)
from gateway.core.keeping import Kept, RecordChange, RecordKey, Settled
from gateway.core.model import (
    Answer,
    Arrival,
    CheckedRecord,
    Entry,
    Folder,
    Identity,
    Learner,
    MailboxFile,
    Match,
    Organisation,
    OrganisationKey,
    OrganisationKind,
    Submission,
)
from gateway.core.proposal import Proposal
from gateway.core.reference import ReferenceLists
from gateway.core.review_ports import ReviewPorts
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context
from gateway.core.uln_changes import Act, NoticeLine, ReportedChange, UlnChange

Clock = Callable[[], datetime]
"""Returns the present moment, with its zone; the only clock that anything reads."""


class Draft(Protocol):
    """A file being written into the file store; `blob` names it once its block has ended without an error."""

    handle: BinaryIO
    blob: str
    size: int


class Files(Protocol):
    """Keeps bytes for good: written to a temporary name, synced, renamed, and named by their SHA-256.

    A `space` holds the blobs of one submission, so that no two submissions share bytes and one can be erased whole.
    """

    def keep(self, path: Path, space: str, sha256: str) -> str:
        """Take over a complete local file and return its blob; the same bytes in the same space are kept once."""
        ...

    def create(self, space: str) -> AbstractContextManager[Draft]:
        """Open a draft; when its block ends its bytes are durable, and when it raises nothing is left of it."""
        ...

    def open(self, blob: str) -> BinaryIO:
        """Open a blob for reading; raise FilesError where it is missing."""
        ...

    def local(self, blob: str) -> AbstractContextManager[Path]:
        """Give a path on this host that holds the blob's bytes while the block lasts."""
        ...

    def remove(self, blob: str) -> None:
        """Remove a blob; one that is not there is no error."""
        ...


class FileKind(Protocol):
    """One sort of batch file: how it is known, read, checked and answered."""

    name: str
    title: str
    max_bytes: int
    senders: frozenset[OrganisationKind]
    """Who may send it; empty where its own rules say so."""
    identity: Identity
    registers: bool
    """Whether its records may register learners (job FUL, where issuing is on)."""
    whole_file: bool
    """Whether nothing of a file is accepted where any of its records is refused."""
    rulebook: Rulebook

    def claims(self, file_name: str, head: bytes) -> Claim | None:
        """Tell whether a file of that name and these first bytes is of this kind, and how surely."""
        ...

    def check(self, path: Path, context: Context) -> Iterator[Finding]:
        """Yield all that the file holds and all that is wrong with it, in order, in bounded memory."""
        ...

    def settling(self, context: Context) -> "Settling | None":
        """Return how its records are settled once their learners are known; None where nothing is kept of them."""
        ...

    def responder(self, case: Case, create: Callable[[str], TextIO]) -> "Responder":
        """Return what writes this kind's own response files; `create` opens one for a part such as `OUT.CSV`."""
        ...

    def samples(self, learners: Iterable[Learner], plan: SamplePlan) -> Sample:
        """Return a file of this kind that holds these learners, and the truth about each of its records."""
        ...


@runtime_checkable
class AnswersByCode(Protocol):
    """A file kind whose response files hold codes of their own, beside those of its rules."""

    outcome_codes: Mapping[str, str]
    """What each such code says, in one or two sentences."""


@runtime_checkable
class Proposing(Protocol):
    """A file kind that can offer a file in which faults of form alone are mended."""

    def propose(self, path: Path, context: Context, out: BinaryIO, changes: TextIO) -> Proposal:
        """Write the proposed file and the list of what was changed; where nothing was, the file is not to be used."""
        ...


@runtime_checkable
class Amending(Protocol):
    """A file kind whose files say something of all records, such as their number."""

    def amendments(self, header: Mapping[str, str]) -> Amendments:
        """Return how head, first record and tail change in a file of the accepted records alone."""
        ...


class Responder(Protocol):
    """Writes a kind's own response files, one answer after the other, in the order received."""

    def write(self, answer: Answer) -> None:
        """Write what one record is answered with."""
        ...

    def finish(self) -> None:
        """Write what follows the last record."""
        ...


class NameCounts(Protocol):
    """How many people there are, and how many of them have a name."""

    def size(self) -> int:
        """Return about how many entries there are."""
        ...

    def names(self, hashes: bytes) -> Iterable[tuple[int, str, int, int]]:
        """Return of names (64 bits): hash, N1, and about how many have it as given and as family name."""
        ...


Probes = tuple[bytes, bytes]
"""The keys that a batch of learners is looked for by (64 bits, rising), and beside each the place of its learner."""


class Candidates(NameCounts, Protocol):
    """Whom learners may be, for a whole batch at once and as numbers: what matching asks of the register."""

    def near(self, asked: Iterable[Probes]) -> Iterator[Near]:
        """Yield for each batch the live entries that have one of its keys; the next may be looked for meanwhile."""
        ...

    def entries(self, numbers: Sequence[int]) -> dict[int, Entry]:
        """Return live entries by their numbers."""
        ...


NOT_APART: Final[Mapping[int, Sequence[str]]] = {}
"""What is known of learners of whom no person said who they are not."""


class Register(Protocol):
    """Who has which ULN."""

    issuing: bool
    """Whether this gateway may issue new ULNs (architecture 3.4)."""
    candidates: Candidates

    def by_uln(self, ulns: Iterable[str]) -> dict[str, Entry]:
        """Return the live entries that hold these ULNs; a ULN unknown or deleted is left out."""
        ...

    def issued(self, submission: str, records: Sequence[int]) -> dict[int, str]:
        """Return the ULNs that these records of a submission were issued before, so that a second run answers alike."""
        ...

    def issue(
        self,
        submission: str,
        learners: Mapping[int, Learner],
        claimed: bytes = b"",
        apart: Mapping[int, Sequence[str]] = NOT_APART,
    ) -> dict[int, str]:
        """Register learners by record number in one transaction and return their new ULNs.

        `apart` are the ULNs that are not a record's, because a person said so: they do not stand in its way.
        Under a lock each learner is looked for again: one whom another submission registered meanwhile is left out
        of the answer, and the caller looks once more. `claimed` are ULNs (64 bits) that other records of the file hold.
        A record issued before gets the same ULN.
        """
        ...

    def proposed(self, submission: str, records: Sequence[int]) -> frozenset[int]:
        """Return those of a submission's records whose details were proposed before."""
        ...

    def propose(self, submission: str, changes: Mapping[int, Change]) -> None:
        """Keep the details that records bring for known ULNs as proposals, each once (architecture 3.10)."""
        ...


class RegisterKeeping(Protocol):
    """What an operator does with the ULN register."""

    def load(self, rows: Iterable[Entry]) -> int:
        """Add entries in one transaction and return their number; raise StoreError where a ULN is there already."""
        ...

    def load_batches(self, batches: Iterable[EntryBatch]) -> int:
        """Add entries that are made ready, as `load` does."""
        ...

    def rekey(self) -> int:
        """Make anew what entries are found and compared by, count their names, and return how many there are."""
        ...

    def stats(self) -> Mapping[str, int]:
        """Return counts: entries, live, linked, deleted, issued."""
        ...

    def entries(self) -> Iterator[Entry]:
        """Yield every entry as it was loaded or issued, linked to what it was linked to, deleted ones too."""
        ...


class RegisterChanges(Protocol):
    """The life of a ULN: every change in one transaction with its history, and each can be undone."""

    def merge(self, master: str, ulns: Sequence[str], act: Act) -> str:
        """Link numbers to a master and return the top one of its own chain, which they are linked to.

        Raise StoreError where a number is unknown, deleted or linked already, or would lead back to itself.
        """
        ...

    def unmerge(self, uln: str, act: Act) -> str:
        """Let a linked number stand alone and return its former master; raise StoreError where it is not linked."""
        ...

    def delete(self, uln: str, act: Act) -> None:
        """Let nobody be matched to a number any more; raise StoreError where live numbers are linked to it."""
        ...

    def restore(self, uln: str, act: Act) -> None:
        """Take a deletion back; raise StoreError where the number is not deleted."""
        ...

    def history(self, uln: str) -> list[UlnChange]:
        """Return every change of a number, and every change that made it a master or took that back, oldest first."""
        ...

    def changes(self, since: datetime, until: datetime) -> Iterator[ReportedChange]:
        """Yield what was merged, unmerged and deleted from a moment until before another; what was restored is not."""
        ...


class ChangeNotices(Protocol):
    """Tells organisations of changes in numbers that they were answered with."""

    def publish(self, day: date, before: datetime, write: Callable[[str, Iterator[NoticeLine]], Part]) -> list[str]:
        """Put a day's notices into `out/`, all or none, once; return the organisations that have one.

        They tell every change that was made before a moment and not told yet, whatever was missed on earlier days.
        `write` is called for each organisation with its own lines alone and returns the file that it kept.
        """
        ...

    def gather(self) -> None:
        """Put some of what was answered lately in order, for a few seconds at most; a worker calls it every minute."""
        ...


class Settling(Protocol):
    """How a file kind settles a record for a learner once it is known who that is."""

    def keys(self, checked: CheckedRecord, found: Match) -> Sequence[RecordKey]:
        """Return the keys that the decision on a record needs; none where nothing is kept for it."""
        ...

    def settle(self, checked: CheckedRecord, found: Match, kept: Mapping[RecordKey, Kept]) -> Settled:
        """Decide on a record by what is kept; keys that are not in `kept` are not known."""
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


class Store(Protocol):
    """The submissions and how far each has come."""

    def add(self, submission: Submission, write: Callable[[Earlier], Receipt]) -> Receipt:
        """Record a submission with the receipt that `write` returns and wake a worker, in one transaction.

        Where the same bytes came before (same organisation, mode and job) only the receipt is recorded, and the
        responses of the first submission are put into `out/` again. Bytes that were rejected under another name, or
        while the mailbox was suspended, did not come before: what was wrong stands outside them and may be mended.
        """
        ...

    def claim(self, worker: str, lease: timedelta) -> Submission | None:
        """Lease the next submission that waits, or whose lease has run out; None where there is none."""
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

    def hold(self, submission: Submission, reason: str) -> Submission:
        """Free the submission for a later try after our own fault, or park it when its tries are used up."""
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


class Queue(Protocol):
    """Wakes workers: the submission rows hold the truth, a lost wake-up is made good by `reconcile`."""

    def run(self, work: Callable[[], None], stop: Event, tend: Callable[[], object] = ...) -> None:
        """Call `work` for every wake-up until `stop` is set, and let a call that runs come to its end.

        Of all that run, one calls `tend` every minute.
        """
        ...


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

    def acknowledge(self, organisation: str, name: str) -> bool:
        """Take a response out of `out/` because its owner deleted it; False where there is none of that name."""
        ...


class Transport(Protocol):
    """A way in: it takes files until it is closed, and hands each complete one to the gateway."""

    def open(self, intake: "Intake") -> str:
        """Begin to take files and return a line that says where."""
        ...

    def close(self, grace: timedelta) -> None:
        """Take no new session, let open ones end within the grace, then cut them."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What a transport may use: it knows no store and no pipeline."""

    take_in: Callable[[Arrival], Receipt]
    organisations: Organisations
    mailboxes: Mailboxes
    files: Files
    clock: Clock


class SystemOfRecord(Protocol):
    """The one database behind several ports."""

    store: Store
    submissions: Submissions
    organisations: Organisations
    agreements: Agreements
    mailboxes: Mailboxes
    register: Register
    register_keeping: RegisterKeeping
    register_changes: RegisterChanges
    change_notices: ChangeNotices
    records: Records
    reference: ReferenceLists
    review: ReviewPorts
    queue: Queue

    def close(self) -> None:
        """Give every connection back, and stop an embedded database that nobody else uses."""
        ...

    def remove(self) -> None:
        """Delete an embedded database for good, with all that it holds; one at a URL is left alone."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """All ports, wired: what the pipeline works with."""

    files: Files
    store: Store
    mailboxes: Mailboxes
    register: Register
    records: Records
    kinds: Mapping[str, FileKind]
    context: Callable[[Submission, str], Context]
    """Returns what a reader may know of a submission of a kind: the day, the sender, the rules as they are set."""
    review: ReviewPorts
    page: Callable[[Report], str]
    clock: Clock
    new_id: Callable[[datetime], str]

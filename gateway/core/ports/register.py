"""The ULN register: whom matching finds in it, what becomes of its numbers, and who is told."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple, Protocol

from gateway.core.handover import Change, EntryBatch, Near, Part
from gateway.core.model import Entry, Learner
from gateway.core.uln_changes import Act, NoticeLine, ReportedChange, UlnChange

NOT_APART: Final[Mapping[int, Sequence[str]]] = {}
"""What is known of learners of whom no person said who they are not."""


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


class Mark(NamedTuple):
    """A moment of the register, as the register tells it: what has come or changed since can be found."""

    last: int
    snapshot: str


class Register(Protocol):
    """Who has which ULN."""

    issuing: bool
    """Whether this gateway may issue new ULNs (architecture 3.4)."""
    candidates: Candidates

    def by_uln(self, ulns: Iterable[str]) -> dict[str, Entry]:
        """Return the live entries that hold these ULNs; a ULN unknown or deleted is left out."""
        ...

    def mark(self) -> Mark:
        """Return this moment; whoever looks for somebody afterwards sees all that it holds."""
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
        *,
        looked: Mark | None = None,
    ) -> dict[int, str]:
        """Register learners by record number in one transaction and return their new ULNs.

        `apart` are the ULNs that are not a record's, because a person said so: they do not stand in its way.
        Under a lock each learner is looked for again: one whom another submission registered meanwhile is left out
        of the answer, and the caller looks once more. `claimed` are ULNs (64 bits) that other records of the file hold.
        A record issued before gets the same ULN. A caller who `looked` for all of them since a mark, in the register
        and among each other, and found nobody says so: then they are held against that alone which has come since.
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
        """Return counts: entries, live, linked, deleted, issued, block_cap, blocks_cut.

        `block_cap` is how many entries of one block are compared, `blocks_cut` how many blocks are larger.
        """
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

"""What a sort of batch file is: how it is known, read, checked, settled and answered."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol, TextIO, runtime_checkable

from gateway.core.extract import Amendments, Place
from gateway.core.handover import Case, Claim, Finding, Sample, SamplePlan
from gateway.core.keeping import Kept, RecordKey, Settled
from gateway.core.model import Answer, CheckedRecord, Identity, Learner, Match
from gateway.core.proposal import Proposal
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context
from gateway.core.submission import OrganisationKind


class Responder(Protocol):
    """Writes a kind's own response files, one answer after the other, in the order received."""

    def write(self, answer: Answer) -> None:
        """Write what one record is answered with."""
        ...

    def finish(self) -> None:
        """Write what follows the last record."""
        ...


class Settling(Protocol):
    """How a file kind settles a record for a learner once it is known who that is."""

    def keys(self, checked: CheckedRecord, found: Match) -> Sequence[RecordKey]:
        """Return the keys that the decision on a record needs; none where nothing is kept for it."""
        ...

    def settle(self, checked: CheckedRecord, found: Match, kept: Mapping[RecordKey, Kept]) -> Settled:
        """Decide on a record by what is kept; keys that are not in `kept` are not known."""
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

    def settling(self, context: Context) -> Settling | None:
        """Return how its records are settled once their learners are known; None where nothing is kept of them."""
        ...

    def responder(self, case: Case, create: Callable[[str], TextIO]) -> Responder:
        """Return what writes this kind's own response files; `create` opens one for a part such as `OUT.CSV`."""
        ...

    def samples(self, learners: Iterable[Learner], plan: SamplePlan) -> Sample:
        """Return a file of this kind that holds these learners, and the truth about each of its records."""
        ...


@runtime_checkable
class NamesUln(Protocol):
    """A file kind whose records hold the ULN that was sent elsewhere than in a field ULN."""

    uln_field: str
    """The path of the field."""


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
class Extracting(Protocol):
    """A file kind whose records stand within others, as results do in candidates, so that none can be cut out alone."""

    def extract(self, source: BinaryIO, places: Iterable[Place], accepted: int, out: BinaryIO) -> None:
        """Write a file of the accepted records, which are so many, with all that they stand in.

        Raise FilesError where the places of the records do not fit the file.
        """
        ...


@runtime_checkable
class Amending(Protocol):
    """A file kind whose files say something of all records, such as their number."""

    def amendments(self, header: Mapping[str, str]) -> Amendments:
        """Return how head, first record and tail change in a file of the accepted records alone."""
        ...

"""What goes through a port and is no value of the field's own: plans, claims, progress, and what a reader yields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from gateway.core.documents import NotRun
from gateway.core.estimate import ALONE, Load
from gateway.core.model import CheckedRecord
from gateway.core.notices import Notice, Scope
from gateway.core.outcomes import MatchOutcome
from gateway.core.submission import Job, Organisation, Status, Submission, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class FileHeader:
    """The fields that stand once in a file, before or beside its first record.

    `job` is what the file itself asks for, if it says so: it may lower what its folder asks for, and never raise it.
    """

    values: Mapping[str, str]
    job: Job | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """Notices on a record given before, which only the whole file shows; `refused` tells whether it was refused then.

    A file kind yields at most one for a record, in the order of the records, after the last of them.
    """

    record: int
    notices: tuple[Notice, ...]
    refused: bool
    refused_as: MatchOutcome = MatchOutcome.REFUSED

    @property
    def refuses(self) -> bool:
        """Tell whether any of the notices refuses the record."""
        return any(notice.refuses(Scope.RECORD) for notice in self.notices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Faultless:
    """So many records in a row in which nothing was found, where only what is wrong was asked for."""

    records: int


Finding = FileHeader | Notice | NotRun | CheckedRecord | Late | Faultless
"""What a file kind yields while it reads: its header, what is said of the file, and each record with its notices.

A `NotRun` is a check of the whole file that the reader could not come to; silence would read as a pass.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """How a file kind knows a file as its own; a right name weighs more than a likely one, and that than content."""

    STRICT: ClassVar[int] = 3
    LIKELY: ClassVar[int] = 2
    CONTENT: ClassVar[int] = 1
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a responder must know of the submission that it answers.

    `rejections` are the notices that refused the whole file; where there are any, no record was processed. `forwards`
    is how many learners were not found and are written into a file that is ready to be sent on for registration, and
    `file_notices` are all that was said of the file, the rejections among them.
    """

    submission: Submission
    responded_at: datetime
    header: Mapping[str, str]
    rejections: Sequence[Notice]
    records: int
    discloses_details: bool = False
    forwards: int = 0
    file_notices: Sequence[Notice] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePlan:
    """What a sample file must be: whose, of which moment, and how many of its records are broken, in per cent."""

    organisation: Organisation
    moment: datetime
    bad_percent: float
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A generated file: its name, its bytes, and for each record the code that it must be refused with, or None."""

    name: str
    content: bytes
    truth: Sequence[str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """New details for a learner who has a ULN: field name to value as sent."""

    uln: str
    details: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """Who shares a blocking key with whom, as numbers of a fixed width in the order of this machine.

    `sent` and `held` (32 bits each) pair the places of learners with places among the entries, which the others
    describe: `numbers`, `ulns` and the ULNs of their `persons` (64 bits), and their `faces`. `capped` are the places
    of learners of whom a block was so large that only its first entries are here.
    """

    sent: bytes
    held: bytes
    numbers: bytes
    ulns: bytes
    persons: bytes
    faces: bytes
    capped: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryBatch:
    """Entries as they are written into the register: their details as CSV, and what they are found and compared by.

    `details` has a row for each entry, its columns as ENTRY_COLUMNS names them. `keys` (64 bits) and `places` (32 bits)
    pair blocking keys with entries; `live` (64 bits) are the places of those who are compared, and `faces` theirs.
    `ulns` and `masters` are 64 bits, 0 for no master. `names` are hash, N1 and how many have it as given and family.
    """

    size: int
    details: bytes
    ulns: bytes
    masters: bytes
    live: bytes
    faces: bytes
    keys: bytes
    places: bytes
    names: Sequence[tuple[int, str, int, int]]


ENTRY_TEXTS = (
    "given_name",
    "family_name",
    "sex",
    "postcode",
    "middle_name",
    "preferred_given_name",
    "previous_family_name",
    "family_name_at_16",
    "email",
    "upn",
    "ability_to_share",
)
ENTRY_COLUMNS = ("uln", "master_uln", "status", "source", "date_of_birth", "former_postcodes", *ENTRY_TEXTS)
"""The columns of an entry's details; former postcodes stand as an array of PostgreSQL's, such as {"LS1 4AB"}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What the store knows of a new file's place among earlier ones: a duplicate of `first_id`, or one that follows.

    `load` says how many wait before it, and how fast they come to their end.
    """

    first_id: str | None = None
    follows: str | None = None
    load: Load = ALONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What a finished step says of its submission; None leaves a value as it is."""

    status: Status
    kind: str | None = None
    verdict: Verdict | None = None
    counts: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A submission as an operator lists it, with its times and its counts."""

    submission: Submission
    finished_at: datetime | None
    counts: Mapping[str, int]
    responses: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One response file, kept: its name in the mailbox, its blob and its size.

    A `stamped` name bears day and minute and not the submission's id; where it is taken it moves on by a minute.
    """

    name: str
    blob: str
    size: int
    stamped: bool = False

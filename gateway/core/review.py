"""Questions that only a person can settle: what is asked, with which evidence, and what was decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from gateway.core.model import CheckedRecord, Learner, Match, Possible
from gateway.core.outcomes import MatchOutcome
from gateway.core.submission import Submission


class QuestionSort(StrEnum):
    """What a question is about: a possible match, too many, a link drawn for the sample, two ULNs, a list's lack."""

    POSSIBLE = "possible"
    MANY = "many"
    SAMPLE = "sample"
    MERGE = "merge"
    REFERENCE = "reference"


class Judgement(StrEnum):
    """What a person decides: the same person, different people, nobody can tell, or the record is taken back."""

    SAME = "same"
    DIFFERENT = "different"
    CANNOT_TELL = "cannot-tell"
    WITHDRAW = "withdraw"


class RecordState(StrEnum):
    """Where a held record stands: it waits, it is due for a supplement, one answers it, or its sender took it back."""

    WAITING = "waiting"
    DUE = "due"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a question shows: the learner as sent, the entries that may be meant, and what stopped an automatic link.

    `rules` names the version of the levels, weights and guards that it was judged by.
    """

    learner: Learner
    outcome: MatchOutcome
    entries: tuple[Possible, ...] = ()
    levels: Mapping[str, str] = field(default_factory=dict)
    other_evidence: tuple[str, ...] = ()
    score: float | None = None
    guard: str | None = None
    rules: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A record with the question that it asks; `settled` where the answer is known and only bound to the record."""

    id: str
    sort: QuestionSort
    organisation: str
    facts: str
    cost: float
    evidence: Evidence
    checked: CheckedRecord
    moment: datetime
    day: date
    settled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A record that hears of a question's decision without asking it.

    What was decided before answered it, or it repeats a record of its file that waits: one of both is told. `answer` is
    what it was answered with meanwhile.
    """

    checked: CheckedRecord
    answer: str
    question: str | None = None
    repeats: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """An automatic link that was drawn for a week's sample: `draw` orders the draw, the lowest stay in."""

    asked: Asked
    submission: str
    week: date
    draw: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person decided on a question, who, when and why.

    `source` is the decision file and its record where the sender decided: running it again decides nothing new.
    """

    judgement: Judgement
    by: str
    reason: str
    moment: datetime
    uln: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A record of a submission; `key` is its sender's own reference."""

    submission: str
    record: int
    key: str = ""
    state: RecordState = RecordState.WAITING


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as it stands: its records, its standing decision, and what its sender claims against the evidence."""

    id: str
    sort: QuestionSort
    organisation: str | None
    facts: str
    cost: float
    evidence: Evidence
    asked_at: datetime
    opens_on: date
    places: tuple[Place, ...] = ()
    decisions: tuple[Decision, ...] = ()
    claim: Decision | None = None

    @property
    def decision(self) -> Decision | None:
        """Return the decision that stands; a merge stands when two people have agreed."""
        needed = 2 if self.sort is QuestionSort.MERGE and self._agreed else 1
        return self.decisions[-1] if len(self.decisions) >= needed else None

    @property
    def _agreed(self) -> bool:
        return bool(self.decisions) and self.decisions[-1].judgement is Judgement.SAME


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What a row of a decision file says of one record of its sender's."""

    submission: str
    record: int
    judgement: Judgement
    uln: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRecord:
    """A record that was held, with the question that it asks; `withdrawn_by` is the row that took it back."""

    submission: Submission
    checked: CheckedRecord
    question: Question
    state: RecordState
    withdrawn_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplement:
    """A further response set of a submission, for records that were settled later; `records` are in their order."""

    submission: Submission
    number: int
    records: tuple[CheckedRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPlan:
    """How questions are handled: links drawn a week, and how many variations of one person may be asked about.

    `gather_s` are the seconds for which decisions on one submission are gathered into one supplement.
    """

    sample_a_week: int = 25
    most_variations: int = 8
    window_days: int = 90
    gather_s: float = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """How many automatic links a person confirmed of those looked at, with the interval of 95 % (Wilson)."""

    looked_at: int
    right: int
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityChange:
    """New details that a record brings for a known ULN, as they stand: proposed, live, or refused."""

    submission: str
    record: int
    organisation: str
    uln: str
    details: Mapping[str, str]
    held: Mapping[str, Any]
    proposed_at: datetime

    @property
    def id(self) -> str:
        """Return what it is called by: its submission and record."""
        return f"{self.submission}/{self.record}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledChange:
    """One detail that a decision made live or refused: what was held, what was proposed, by whom, why and when."""

    submission: str
    record: int
    organisation: str
    uln: str
    field: str
    held: str
    value: str
    live: bool
    by: str
    reason: str
    at: datetime


AUTOMATIC = frozenset({MatchOutcome.EXACT_MATCH, MatchOutcome.CONFIDENT_MATCH, MatchOutcome.LINKED_LEARNER})
"""Outcomes that link a learner who was looked for by name; the weekly sample is drawn from them."""


def is_automatic(checked: CheckedRecord, found: Match) -> bool:
    """Tell whether the gateway linked the record by itself, and neither a person nor the ULN that was sent did."""
    sent = checked.learner is not None and not checked.learner.uln
    return sent and found.outcome in AUTOMATIC and found.decided is None

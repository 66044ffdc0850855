"""The people and the records that pass through the gateway, and what became of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from gateway.core.notices import Notice, Scope
from gateway.core.outcomes import Effect, MatchOutcome, Total, total_of


class Identity(StrEnum):
    """How the learners of a file kind are found: looked for, verified by ULN and names (`lrs` 5.2), or not at all."""

    MATCH = "match"
    VERIFY = "verify"
    NONE = "none"


@dataclass(slots=True, kw_only=True)
class Group:
    """Named values that belong together, and the groups below them: a record, or an element such as a delivery.

    `path` is where it stands below its record: empty for the record itself, else such as `LearningDelivery[2]`; a
    group that may repeat bears its number, from 1. Inside a reader `values` and `groups` may be read only when asked.
    """

    values: Mapping[str, str]
    groups: Mapping[str, Sequence["Group"]] = field(default_factory=dict)
    path: str = ""

    def __getitem__(self, name: str) -> str:
        """Return a field's value without blanks at its ends; empty where the field is absent."""
        return self.values.get(name, "").strip()

    def all(self, name: str) -> Sequence["Group"]:
        """Return the groups of a name in their order; none where there are none."""
        return self.groups.get(name, ())


@dataclass(slots=True, kw_only=True)
class Record(Group):
    """One row or element of a file: its number and first physical line from 1, its fields as received."""

    number: int
    line: int
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Learner:
    """A person as a record describes them; `sex` in LRS codes: 0 not known, 1 male, 2 female, 9 not specified."""

    given_name: str = ""
    family_name: str = ""
    date_of_birth: date | None = None
    sex: str = ""
    postcode: str = ""
    uln: str = ""
    middle_name: str = ""
    preferred_given_name: str = ""
    previous_family_name: str = ""
    family_name_at_16: str = ""
    email: str = ""
    upn: str = ""
    former_postcodes: tuple[str, ...] = ()
    ability_to_share: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One person in the ULN register; `master_uln` is the surviving number of linked learners.

    `linked_ulns` are all numbers that are linked to that surviving one. A deleted entry is only ever loaded.
    """

    uln: str
    learner: Learner
    master_uln: str | None = None
    linked_ulns: tuple[str, ...] = ()
    deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedRecord:
    """A record with everything that was found in it; `refused_as` is its outcome where an error refuses it.

    `learner` is None where nobody is to be looked for: in most records that are refused, but not where the error is
    that the learner's number is missing. `registration_bar` is no fault of the record by itself:
    it says why nobody can be registered with it, which matters only where nobody matches. `not_run` are the codes of
    the rules that could not be run because one of their fields had failed. `span` is where the record's bytes begin
    and end in the file, None where they do not stand there as they were read.
    """

    record: Record
    notices: tuple[Notice, ...] = ()
    learner: Learner | None = None
    refused_as: MatchOutcome | None = None
    registration_bar: Notice | None = None
    not_run: tuple[str, ...] = ()
    span: tuple[int, int] | None = None

    @property
    def waits(self) -> bool:
        """Tell whether an error keeps the record waiting without refusing it."""
        return self.refused_as is None and any(notice.refuses(Scope.RECORD) for notice in self.notices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Possible:
    """An entry that may be the learner: the rule that found it and each field's level."""

    entry: Entry
    rule: str
    levels: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What a verify batch answers of a ULN: its code, the comparisons that failed, and the entry that holds it."""

    code: str
    flags: tuple[str, ...] = ()
    held: Entry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What became of one record in the register, and why.

    `linked_uln` is the number that was hit where `master_uln` took its place. `levels` hold for the best entry, field
    by field: same, near, nickname, former, swapped, missing, different.
    `notices` say the reason where the outcome alone does not, such as RC006. `effect` is what was done with a record
    that is kept, such as a result; it then decides in which total the record counts. `refused` tells that a rule
    refuses the record, whoever was found. `decided` is the question that a person settled, and `apart` are the ULNs
    that are not this learner's by such a decision. `key` is the sender's own of a record that this one decides on.
    `repeats` is the first record of the file with the same learner. `awaits` is the row of a reference list, as in
    `qualifications/60112347`, without which the record can only wait.
    """

    outcome: MatchOutcome
    uln: str | None = None
    master_uln: str | None = None
    linked_uln: str | None = None
    score: float | None = None
    levels: Mapping[str, str] = field(default_factory=dict)
    other_evidence: tuple[str, ...] = ()
    guard: str | None = None
    possible: tuple[Possible, ...] = ()
    notices: tuple[Notice, ...] = ()
    verified: Verified | None = None
    effect: Effect | None = None
    decided: str | None = None
    apart: tuple[str, ...] = ()
    key: str | None = None
    repeats: int | None = None
    awaits: str | None = None
    refused: bool = False

    @property
    def total(self) -> Total:
        """Return the one total that the record counts in."""
        refused = self.refused or any(notice.refuses(Scope.RECORD) for notice in self.notices)
        return total_of(self.outcome, self.effect, refused=refused)

    @property
    def final(self) -> MatchOutcome | Effect:
        """Return the word for what became of the record: what was done with it, else the outcome of matching."""
        if self.effect is not None:
            return self.effect
        refused = self.total is Total.REJECTED and total_of(self.outcome) is not Total.REJECTED
        return MatchOutcome.REFUSED if refused else self.outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A checked record with its match: what a responder writes one line of."""

    checked: CheckedRecord
    match: Match

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Return all that was found in the record, by rules first, by matching last."""
        return self.checked.notices + self.match.notices

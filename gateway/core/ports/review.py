"""The ports of clerical review: questions, their decisions, supplements, near-identical enquiries, identity changes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol, runtime_checkable

from gateway.core.answered import AnsweredUln
from gateway.core.handover import Part
from gateway.core.model import Record
from gateway.core.review import (
    Asked,
    Bound,
    Claimed,
    Decision,
    Drawn,
    HeldRecord,
    IdentityChange,
    Question,
    ReviewPlan,
    SettledChange,
    Supplement,
)
from gateway.core.submission import Submission


class Questions(Protocol):
    """What the pipeline asks people, and what it remembers of their answers."""

    def standing(self, organisation: str, facts: Sequence[str]) -> Mapping[str, Decision]:
        """Return the decisions that stand on these facts of an organisation's questions."""
        ...

    def refuted(self, organisation: str) -> frozenset[str]:
        """Return the facts of an organisation's automatic links that a person found wrong."""
        ...

    def ask(self, submission: str, records: Sequence[int], asked: Sequence[Asked], bound: Sequence[Bound] = ()) -> None:
        """Keep the questions that these records ask, each record once; what one of them asked before is dropped.

        Those that are bound are answered anew with the others when their question is decided anew.
        """
        ...

    def sample(self, drawn: Sequence[Drawn], most: int) -> int | None:
        """Let links into their week's sample while they are among its lowest; return above which none gets in."""
        ...


class Reviews(Protocol):
    """What people do with questions."""

    def listing(self, organisation: str | None, day: date, limit: int) -> list[Question]:
        """Return the open questions of an organisation or of all that are open on a day, the dearest first."""
        ...

    def find(self, question: str) -> Question | None:
        """Return a question with its records and all that was decided, or None."""
        ...

    def decided(self, since: int) -> Sequence[tuple[int, Question]]:
        """Return a page of questions that have a standing decision, numbered in their order, after a number."""
        ...

    def decide(self, question: str, decision: Decision) -> Question:
        """Keep a decision in the place of the one that stood; its waiting records become due for a supplement.

        A merge needs two people: the first "same" leaves it open. Raise StoreError where there is no such question,
        or where the same person decides on a merge twice. The same decision of the same source changes nothing.
        """
        ...

    def undo(self, question: str, by: str, reason: str, moment: datetime) -> Question:
        """Take the standing decision back and open the question again; raise StoreError where none stands."""
        ...

    def propose_merge(self, question: Question) -> None:
        """Keep a question whether two ULNs are one person's, with its proposer's decision, once."""
        ...


class Supplements(Protocol):
    """Records that were held, and the further response sets that answer them."""

    def held(self, organisation: str, places: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], HeldRecord]:
        """Return those of an organisation's own records that were held; another's is left out as an unknown one is."""
        ...

    def claim(self, question: str, claim: Decision) -> None:
        """Note what a sender says against the evidence: the question stays open and comes sooner."""
        ...

    def withdraw(self, place: tuple[str, int], source: str) -> None:
        """Take a record back; a question without another record is closed."""
        ...

    def next(self, lease: timedelta) -> Supplement | None:
        """Lease the next supplement that is due, with its number; None where there is none."""
        ...

    def publish(
        self,
        supplement: Supplement,
        parts: Mapping[str, Part],
        outcomes: Mapping[int, str],
        answered: Iterable[AnsweredUln] = (),
    ) -> None:
        """Put its parts into `out/`, all or none, once, and note what its records and who were answered with."""
        ...

    def hold(self, supplement: Supplement) -> bool:
        """Free it for a later try after our own fault; return whether its tries are used up and it is parked."""
        ...


class Enquiries(Protocol):
    """How often an organisation asked about nearly the same person."""

    def rank(self, submission: Submission, asked: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], int]:
        """Note variations of groups; return for each the place that it had among its group's within the window.

        The first is 1. A variation that was noted before keeps its place, so that the same file is answered alike.
        """
        ...

    def over(self, submission: Submission, most: int) -> frozenset[int]:
        """Return the groups of the organisation's that have had more variations within the window."""
        ...


class IdentityChanges(Protocol):
    """New details for known learners, which become live when a person accepts them or an agreement says so."""

    def listing(self, organisation: str | None, limit: int) -> list[IdentityChange]:
        """Return the open proposals, the oldest first."""
        ...

    def settle(self, place: tuple[str, int], decision: Decision) -> IdentityChange:
        """Make a proposal live ("same") or refuse it ("different"), with its history, in one transaction.

        A former name and a former postcode are kept as such, and the learner is found by them. Raise StoreError where
        there is no open proposal.
        """
        ...

    def agreed(self, submission: str, records: Sequence[int], fields: Collection[str], decision: Decision) -> None:
        """Make live what these records propose in the fields that an agreement names, each once.

        What was settled and taken back is left to people.
        """
        ...

    def settled(self, organisation: str | None, limit: int) -> list[SettledChange]:
        """Return what was made live or refused and not taken back, the newest first."""
        ...

    def undo(self, place: tuple[str, int], by: str, reason: str, moment: datetime) -> None:
        """Take the newest decision on a proposal back: the learner is as before, and the proposal is open again.

        Raise StoreError where nothing was decided, or where a later change stands on it.
        """
        ...


class Figures(Protocol):
    """What `gateway stats` tells."""

    def figures(self) -> Mapping[str, int]:
        """Return counts by name: learners, ULNs, records by outcome, questions by state, links looked at."""
        ...


@runtime_checkable
class Deciding(Protocol):
    """A file kind whose records are its sender's decisions on records that were held."""

    def claimed(self, record: Record) -> Claimed:
        """Return what a record without faults decides."""
        ...


@runtime_checkable
class Counting(Protocol):
    """A file kind whose header says how many records follow."""

    count_field: str
    """The header's field with that number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPorts:
    """All that clerical review needs, in one place."""

    questions: Questions
    reviews: Reviews
    supplements: Supplements
    enquiries: Enquiries
    changes: IdentityChanges
    figures: Figures
    plan: ReviewPlan

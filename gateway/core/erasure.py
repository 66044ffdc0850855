"""The end of what is kept: of a learner who is erased, of a submission, and of what was kept for long enough."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from gateway.core.errors import ConfigurationError

_SHORTEST = 3
"""Characters of a value that may stand in a reason by chance, such as a sex or the end of a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """For how many days what is kept: submissions by their kind, uncollected responses, settled questions."""

    submission_days: int
    kinds: Mapping[str, int] = field(default_factory=dict)
    uncollected_days: int
    question_days: int
    batch: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """What was erased of one submission: rows by table."""

    submission: str
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A finished submission that held an erased learner, and whose bytes others still need.

    `waits` tells that records of other learners wait for a person; else its organisation has not collected all of it.
    """

    submission: str
    finished_on: date
    waits: bool

    def until(self, retention: Retention) -> date | None:
        """Return the day by which its bytes are gone at the latest; None where that is up to people."""
        return None if self.waits else self.finished_on + timedelta(days=retention.uncollected_days + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What an erasure took away: rows by table, the submissions whose bytes go at once, those that follow later.

    `told` are the organisations that were answered with one of the numbers: they must hear of the erasure.
    """

    ulns: tuple[str, ...]
    event: int
    rows: Mapping[str, int]
    submissions: tuple[Removed, ...] = ()
    pending: tuple[Pending, ...] = ()
    told: tuple[str, ...] = ()


def refuse_values(why: str, values: Iterable[str]) -> None:
    """Raise ConfigurationError where a reason is empty, or names the learner whose record it is about.

    Reasons are kept for good, so none may hold what is to be erased.
    """
    if not why.strip():
        raise ConfigurationError("A reason is needed: --reason TEXT.")
    said = why.casefold()
    if any(value.casefold() in said for value in values if len(value) >= _SHORTEST):
        raise ConfigurationError(
            "The reason holds a detail of the learner, and it is kept for good: name a case number, not the person."
        )

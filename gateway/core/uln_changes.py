"""The life of a ULN (specification `lrs` 1.5): merged, unmerged, deleted, restored, and how that is told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import NamedTuple

from gateway.core.days import uk_day
from gateway.core.model import Learner

NOTHING_TO_REPORT = "WSRC0024", "no ULNs for report"
NOTICE_COLUMNS = ("change", "uln", "master_uln", "changed_at", "your_key", "your_submission")


class ChangeSort(StrEnum):
    """What is done to a ULN; each of them can be undone by another."""

    MERGED = "merged"
    UNMERGED = "unmerged"
    DELETED = "deleted"
    RESTORED = "restored"


REPORTED = (ChangeSort.MERGED, ChangeSort.UNMERGED, ChangeSort.DELETED)
"""The changes that have a report of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who changes a number, why, and when."""

    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UlnChange:
    """One change of one number, kept for good; `master_uln` is what it was linked to, or was until then."""

    sort: ChangeSort
    uln: str
    master_uln: str | None
    act: Act


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedChange:
    """A change with the details of both entries as they stand now; a deletion has no master."""

    sort: ChangeSort
    uln: str
    learner: Learner
    master_uln: str | None
    master: Learner | None
    at: datetime


class NoticeLine(NamedTuple):
    """What an organisation is told of a number that it was answered with, under its own key."""

    sort: ChangeSort
    uln: str
    master_uln: str | None
    at: datetime
    key: str
    submission: str


def notice_row(line: NoticeLine) -> list[str]:
    """Return one line of a change notice (specification `gateway-files` 7)."""
    at = f"{line.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return [line.sort, line.uln, line.master_uln or "", at, line.key, line.submission]


def notice_name(day: date) -> str:
    """Return the name of a day's change notice."""
    return f"uln-changes.{day}.csv"


def report_columns(sort: ChangeSort) -> tuple[str, ...]:
    """Return the columns of the report on a sort of change, in their order."""
    if sort is ChangeSort.DELETED:
        return "ULN", "DeletedDate"
    word = sort.capitalize()
    names = ("ULN", "FamilyName", "GivenName", "DateOfBirth")
    return *(f"Master{name}" for name in names), *(f"{word}{name}" for name in names), f"{word}Date"


def report_row(it: ReportedChange) -> Mapping[str, str]:
    """Return one row of the report on a change, by its columns."""
    day = uk_day(it.at).isoformat()
    cells = (it.uln,) if it.master is None else (*_person(it.master_uln, it.master), *_person(it.uln, it.learner))
    return dict(zip(report_columns(it.sort), (*cells, day), strict=True))


def _person(uln: str | None, learner: Learner) -> Iterator[str]:
    yield uln or ""
    yield learner.family_name
    yield learner.given_name
    yield learner.date_of_birth.isoformat() if learner.date_of_birth else ""

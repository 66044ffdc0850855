"""Turns what is kept of a T Level learner into a line of a UCAS results file (`awarding` 5.7)."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from adapters.formats.ucas_pipe import UcasLearner, UcasSubject


class Grades(NamedTuple):
    """A learner's results as they are kept, and as they were when they were told last; None where they never were."""

    now: Mapping[str, str]
    before: Mapping[str, str] | None = None


def ucas_learner(
    uln: str, registration: Mapping[str, str], grades: Grades, *, series: str, centre: str
) -> UcasLearner | None:
    """Return a learner with the grades of one series, or None where there is nothing to be told.

    Where grades were told before, only those are told that differ, each with the one before; one that was removed is
    then empty. T Level files hold no sex, so none is told.
    """
    subjects = list(_subjects(registration, grades, series))
    if not subjects:
        return None
    return UcasLearner(
        centre=centre,
        uln=uln,
        family_name=registration["last_name"],
        given_name=registration["first_name"],
        date_of_birth=date.fromisoformat(registration["date_of_birth"]),
        subjects=subjects,
    )


def _subjects(registration: Mapping[str, str], grades: Grades, series: str) -> Iterator[UcasSubject]:
    """Yield the learner's components that have something to be told, the core component first."""
    before = grades.before or {}
    for component in (registration["core"], *filter(None, registration["specialisms"].split(","))):
        place = f"{component}/{series}"
        grade, previous = grades.now.get(place, ""), before.get(place, "")
        if grade != previous:
            yield UcasSubject(subject=component, grade=grade, previous=previous)

"""Makes T Level files of invented learners, some of them broken, and the truth about each row.

The files of one seed belong together: they are of the same learners, in this order registrations, entries, results.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from random import Random
from typing import Final, NamedTuple

from gateway.core.handover import Sample, SamplePlan
from gateway.core.model import Learner
from gateway.core.uln import ulns_between

_FIRST_ULN: Final = 9_300_000_000
_LAST_ULN: Final = 9_399_999_999
_CORE: Final = "61099016"
_SPECIALISMS: Final = ("ZTLOS901", "ZTLOS901,ZTLOS902")
_GRADES: Final = ("Merit", "Distinction,Pass")
_PROVIDER: Final = "10000001"
_SUMMER_ENDS: Final = 10
"""The month with which the summer series has closed, so that samples are of the next summer's."""

Wrong = Sequence[tuple[str, Mapping[str, str]]]
"""Ways to break a row: the code that refuses it, and the values that do so."""


class Row(NamedTuple):
    """What one learner's row is made of."""

    learner: Learner
    uln: str
    place: int
    series: str


def registration(row: Row) -> dict[str, str]:
    """Return a learner's registration."""
    born = row.learner.date_of_birth
    year = int(row.series[-4:])
    return {
        "ULN": row.uln,
        "First name": row.learner.given_name,
        "Last name": row.learner.family_name,
        "Date of birth": f"{born:%d%m%Y}" if born else "",
        "UKPRN": _PROVIDER,
        "Academic year": f"{year - 1}/{year % 100:02}",
        "Core code": _CORE,
        "Specialism code(s)": _SPECIALISMS[row.place % 2],
    }


def assessment(row: Row) -> dict[str, str]:
    """Return a learner's assessment entries."""
    return {
        "ULN": row.uln,
        "Core code": _CORE,
        "Core assessment entry": row.series,
        "Specialism code(s)": _SPECIALISMS[row.place % 2],
        "Specialism assessment entry": row.series,
    }


def result(row: Row) -> dict[str, str]:
    """Return a learner's results."""
    return {
        "ULN": row.uln,
        "ComponentCode (Core)": _CORE,
        "AssessmentSeries (Core)": row.series,
        "ComponentGrade (Core)": "ABC"[row.place % 3],
        "ComponentCode (Specialisms)": _SPECIALISMS[row.place % 2],
        "AssessmentSeries (Specialisms)": row.series,
        "ComponentGrade (Specialisms)": _GRADES[row.place % 2],
    }


def sample(name: str, rows: Sequence[Mapping[str, str]], wrong: Wrong, plan: SamplePlan) -> Sample:
    """Return a file of these rows, so many per cent of them broken, and the code that refuses each of those."""
    broken = _broken(len(rows), wrong, plan)
    text = StringIO()
    lines = csv.DictWriter(text, list(rows[0]) if rows else ["ULN"])
    lines.writeheader()
    for place, row in enumerate(rows):
        lines.writerow({**row, **broken[place][1]} if place in broken else row)
    truth = [broken[place][0] if place in broken else None for place in range(len(rows))]
    return Sample(name=f"{name}-{plan.moment:%Y%m%d%H%M}.csv", content=text.getvalue().encode(), truth=truth)


def rows_of(learners: Iterable[Learner], plan: SamplePlan) -> list[Row]:
    """Return what the rows are made of; a learner without a ULN gets one that nobody has, by his or her place."""
    series = f"Summer {plan.moment.year + (plan.moment.month > _SUMMER_ENDS)}"
    spare = ulns_between(_FIRST_ULN, _LAST_ULN)
    return [
        Row(it, it.uln or str(uln), place, series) for place, (it, uln) in enumerate(zip(learners, spare, strict=False))
    ]


def _broken(count: int, wrong: Wrong, plan: SamplePlan) -> dict[int, tuple[str, Mapping[str, str]]]:
    """Return which rows are broken, from 0, and how: each sort of fault once before any comes twice."""
    random = Random(plan.seed)  # noqa: S311 - samples must repeat, and hide nothing
    places = random.sample(range(count), round(count * plan.bad_percent / 100))
    ways = list(wrong)
    random.shuffle(ways)
    return {place: ways[turn % len(ways)] for turn, place in enumerate(places)}

"""Makes results files of invented learners, with the truth about each result.

Nothing here is shared with what checks such files: the layout, the faults and their codes are written down afresh, so
that a mistake on one side shows on the other.
"""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from random import Random

from gateway.core.handover import Sample, SamplePlan
from gateway.core.model import Learner

_HEADINGS = (
    "RecordRef,Action,AwardingOrganisationUKPRN,CentreNumber,ProviderUKPRN,CandidateNumber,UCI,ULN,"
    "CandidateIdentifierOther,FamilyName,GivenNames,DateOfBirth,Sex,QAN,SpecificationCode,UnitOrComponentCode,"
    "ResultLevel,ExamSeries,Grade,EndorsementGrade,PartialAbsence,Mark,MaxMark,AwardDate,EmbargoUntil,PreviousGrade,"
    "ChangeReason"
)
COLUMNS = tuple(_HEADINGS.split(","))
NO_UKPRN = "99999999"
CENTRE = "12345"
UNKNOWN_BIRTH = "2999-12-31"
_SOUTH = "10000102"
_TAUGHT: Mapping[str, Sequence[tuple[str, str]]] = {
    "north": (("601/1234/7", "987654321"), ("601/8701/3", "987654321"), ("601/8702/5", "ABCDE")),
    "south": (("601/8703/7", "ABCDE"), ("601/8704/9", "ABCDE")),
}
_SEXES = {"1": "M", "2": "F"}
_CHECKS = "ABCDEFGHKLMRTVWXY"
_SUMMER = 8
_WRONG_VALUES: Sequence[tuple[str, Mapping[str, str]]] = (
    ("AR-10", {"Action": "X"}),
    ("AR-10", {"AwardingOrganisationUKPRN": "10000999"}),
    ("AR-10", {"CentreNumber": "", "ProviderUKPRN": ""}),
    ("AR-10", {"CentreNumber": "1234"}),
    ("AR-10", {"UCI": "", "ULN": "", "CandidateIdentifierOther": ""}),
    ("AR-10", {"ULN": "12345"}),
    ("AR-10", {"FamilyName": "  "}),
    ("AR-10", {"DateOfBirth": "2009-02-29"}),
    ("AR-10", {"DateOfBirth": "2098-01-01"}),
    ("AR-10", {"Sex": "female"}),
    ("AR-10", {"QAN": "60112"}),
    ("AR-10", {"ResultLevel": "U", "UnitOrComponentCode": "", "Grade": "U"}),
    ("AR-10", {"ExamSeries": "Summer"}),
    ("AR-10", {"Mark": "81", "MaxMark": "80"}),
    ("AR-10", {"AwardDate": "20/08/2026"}),
    ("AR-10", {"Action": "A", "PreviousGrade": "", "ChangeReason": "ROMM"}),
    ("AR-10", {"Action": "W", "ChangeReason": ""}),
    ("AR-14", {"UCI": "123450230001X"}),
    ("AR-15", {"ULN": "9990000018"}),
    ("AR-19", {"AwardDate": "2098-08-20"}),
    ("AR-27", {"Grade": ""}),
)

Fault = Callable[[Mapping[str, str]], str]
"""Returns the line of a row that is made wrong."""


@dataclass(frozen=True)
class Sitting:
    """The series that the results of a sample are of, and the day of their awards."""

    series: str
    awarded: str


def sitting_of(plan: SamplePlan) -> Sitting:
    """Return the last series whose results are out at the plan's moment."""
    year = plan.moment.year
    if (plan.moment.month, plan.moment.day) >= (_SUMMER, 20):
        return Sitting(f"6G{year % 100:02}", f"{year}-08-20")
    return Sitting(f"BG{(year - 1) % 100:02}", f"{year}-01-15")


def uci_of(number: int, year: int) -> str:
    """Return the UCI of a candidate of the sample's centre by number, from 1."""
    body = f"{CENTRE}0{(year - number // 9999) % 100:02}{number % 9999 + 1:04}"
    total = sum(int(digit) * weight for digit, weight in zip(body, range(16, 4, -1), strict=True))
    return body + _CHECKS[total % 17]


def graded(plan: SamplePlan, number: int) -> tuple[str, str]:
    """Return the qualification and the grade of a result by its number."""
    taught = _TAUGHT["south" if plan.organisation.ukprn == _SOUTH else "north"]
    qan, grades = taught[number % len(taught)]
    return qan, grades[number // len(taught) % len(grades)]


def rows_of(learners: Iterable[Learner], plan: SamplePlan) -> list[dict[str, str]]:
    """Return a right row for each learner."""
    return [_row(learner, number, plan) for number, learner in enumerate(learners, start=1)]


def csv_sample(learners: Iterable[Learner], plan: SamplePlan) -> Sample:
    """Return a results file with a result for each learner, so many per cent of them broken, and the truth."""
    rows = rows_of(learners, plan)
    broken = broken_places(len(rows), plan, _faults())
    lines = [broken[place][1](row) if place in broken else _line(row) for place, row in enumerate(rows)]
    trailer = f"#TRAILER,{len(rows)}\r\n"
    return Sample(
        name=file_name(plan, ".csv"),
        content="".join([",".join(COLUMNS), "\r\n", *lines, trailer]).encode(),
        truth=[broken[place][0] if place in broken else None for place in range(len(rows))],
    )


def file_name(plan: SamplePlan, extension: str) -> str:
    """Return the name of a results file; its number goes by its seed."""
    ukprn = plan.organisation.ukprn or NO_UKPRN
    return f"AORES_{ukprn}_{sitting_of(plan).series}_{plan.moment:%Y%m%dT%H%M%S}_{plan.seed % 1000:03}{extension}"


def broken_places(count: int, plan: SamplePlan, faults: Sequence[tuple[str, Fault]]) -> dict[int, tuple[str, Fault]]:
    """Return which rows are broken, from 0, and how: each sort of fault once before any comes twice."""
    random = Random(plan.seed)  # noqa: S311 - samples must repeat, and hide nothing
    places = random.sample(range(count), round(count * plan.bad_percent / 100))
    shuffled = list(faults)
    random.shuffle(shuffled)
    return {place: shuffled[turn % len(shuffled)] for turn, place in enumerate(places)}


def _row(learner: Learner, number: int, plan: SamplePlan) -> dict[str, str]:
    qan, grade = graded(plan, number)
    sitting = sitting_of(plan)
    values = {
        "RecordRef": f"R{number:07}",
        "Action": "N",
        "AwardingOrganisationUKPRN": plan.organisation.ukprn or NO_UKPRN,
        "CentreNumber": CENTRE,
        "CandidateNumber": f"{number % 9999 + 1:04}",
        "UCI": uci_of(number, plan.moment.year),
        "ULN": learner.uln,
        "FamilyName": learner.family_name,
        "GivenNames": f"{learner.given_name} {learner.middle_name}".strip(),
        "DateOfBirth": learner.date_of_birth.isoformat() if learner.date_of_birth else UNKNOWN_BIRTH,
        "Sex": _SEXES.get(learner.sex, ""),
        "QAN": qan,
        "ResultLevel": "Q",
        "ExamSeries": sitting.series,
        "Grade": grade,
        "AwardDate": sitting.awarded,
    }
    return {column: values.get(column, "") for column in COLUMNS}


def _faults() -> list[tuple[str, Fault]]:
    faults = [(code, _with_values(wrong)) for code, wrong in _WRONG_VALUES]
    return [*faults, ("AR-11", _short), ("AR-11", _long)]


def _line(row: Mapping[str, str]) -> str:
    text = StringIO()
    csv.writer(text).writerow(row.values())
    return text.getvalue()


def _with_values(wrong: Mapping[str, str]) -> Fault:
    def fault(row: Mapping[str, str]) -> str:
        return _line({**row, **wrong})

    return fault


def _short(row: Mapping[str, str]) -> str:
    return _line(dict(list(row.items())[:-1]))


def _long(row: Mapping[str, str]) -> str:
    return _line({**row, "more": "one too many"})

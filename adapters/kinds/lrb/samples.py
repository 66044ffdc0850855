"""Makes LRB files of invented learners, with the truth about each record.

Nothing here is shared with what checks such files: the layout, the faults and their codes are written down afresh, so
that a mistake on one side shows on the other.
"""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import StringIO
from random import Random

from gateway.core.handover import Sample, SamplePlan
from gateway.core.model import Learner

_HEADINGS = (
    "FileVersion,FileName,UKPRN,LearnerRecordCount,ULN,MISIdentifier,Title,GivenName,PreferredGivenName,"
    "MiddleOtherName,FamilyName,PreviousFamilyName,FamilyNameAt16,SchoolAtAge16,LastKnownAddressLine1,"
    "LastKnownAddressLine2,LastKnownAddressTown,LastKnownAddressCountyorCity,LastKnownPostCode,DateOfAddressCapture,"
    "DateOfBirth,PlaceOfBirth,EmailAddress,Gender,Nationality,ScottishCandidateNumber,AbilityToShare,"
    "VerificationType,OtherVerificationDescription,Notes"
)
_COLUMNS = tuple(_HEADINGS.split(","))
_NO_UKPRN = "99999999"
_WRONG_VALUES: Sequence[tuple[str, Mapping[str, str]]] = (
    ("RC010", {"GivenName": ""}),
    ("RC010", {"FamilyName": "  "}),
    ("RC010", {"LastKnownPostCode": ""}),
    ("RC010", {"DateOfBirth": ""}),
    ("RC010", {"Gender": ""}),
    ("RC010", {"VerificationType": "999", "OtherVerificationDescription": ""}),
    ("RC011", {"ULN": "900000002"}),
    ("RC011", {"ULN": "0123456789"}),
    ("RC011", {"GivenName": "R2D"}),
    ("RC011", {"FamilyName": "A" * 36}),
    ("RC011", {"PreviousFamilyName": "Marlow/Reed"}),
    ("RC011", {"MISIdentifier": "M" * 129}),
    ("RC011", {"LastKnownPostCode": "CV1 2WC"}),
    ("RC011", {"DateOfBirth": "31/05/2008"}),
    ("RC011", {"DateOfBirth": "2009-02-29"}),
    ("RC011", {"DateOfBirth": "2098-01-01"}),
    ("RC011", {"DateOfAddressCapture": "2020-13-01"}),
    ("RC011", {"EmailAddress": "someone@nowhere"}),
    ("RC011", {"Gender": "M"}),
    ("RC011", {"Nationality": "English"}),
    ("RC011", {"ScottishCandidateNumber": "12345"}),
    ("RC011", {"AbilityToShare": "3"}),
    ("RC011", {"VerificationType": "8"}),
    ("RC011", {"Notes": "N" * 4001}),
    ("GR110", {"ULN": "9000000025"}),
    ("RC013", {"DateOfBirth": "1899-12-31"}),
)

Fault = Callable[[Sequence[str]], str]
"""Makes the line of a row wrong."""


def lrb_sample(learners: Iterable[Learner], plan: SamplePlan) -> Sample:
    """Return an LRB file of complete learners aged 13 to 110, so many per cent of them broken, and the truth."""
    rows = [_row(learner, number) for number, learner in enumerate(learners, start=1)]
    ukprn = plan.organisation.ukprn or _NO_UKPRN
    if rows:
        rows[0][:4] = ["2A", f"sample-{plan.seed}", ukprn, str(len(rows))]
    broken = _broken(len(rows), plan)
    lines = [broken[place][1](row) if place in broken else _line(row) for place, row in enumerate(rows)]
    return Sample(
        name=f"LRB_{ukprn.upper()}_{plan.moment:%d%m%Y%H%M}.CSV",
        content="".join([_line(_COLUMNS), *lines]).encode(),
        truth=[broken[place][0] if place in broken else None for place in range(len(rows))],
    )


def _broken(count: int, plan: SamplePlan) -> dict[int, tuple[str, Fault]]:
    """Return which rows are broken, from 0, and how: each sort of fault once before any comes twice."""
    random = Random(plan.seed)  # noqa: S311 - samples must repeat, and hide nothing
    places = random.sample(range(count), round(count * plan.bad_percent / 100))
    faults = _faults()
    random.shuffle(faults)
    return {place: faults[turn % len(faults)] for turn, place in enumerate(places)}


def _faults() -> list[tuple[str, Fault]]:
    faults = [(code, _with_values(wrong)) for code, wrong in _WRONG_VALUES]
    return [*faults, ("ROW_WIDTH", _short), ("ROW_WIDTH", _long), ("ROW_QUOTE", _wrong_quote)]


def _row(learner: Learner, number: int) -> list[str]:
    values = {
        "ULN": learner.uln,
        "MISIdentifier": f"MIS{number:07}",
        "GivenName": learner.given_name,
        "PreferredGivenName": learner.preferred_given_name,
        "MiddleOtherName": learner.middle_name,
        "FamilyName": learner.family_name,
        "PreviousFamilyName": learner.previous_family_name,
        "FamilyNameAt16": learner.family_name_at_16,
        "LastKnownPostCode": learner.postcode,
        "DateOfBirth": learner.date_of_birth.isoformat() if learner.date_of_birth else "",
        "EmailAddress": learner.email,
        "Gender": learner.sex,
        "AbilityToShare": learner.ability_to_share or "1",
        "VerificationType": "1",
    }
    return [values.get(column, "") for column in _COLUMNS]


def _line(cells: Sequence[str]) -> str:
    text = StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerow(cells)
    return text.getvalue()


def _with_values(wrong: Mapping[str, str]) -> Fault:
    def fault(row: Sequence[str]) -> str:
        return _line([wrong.get(column, value) for column, value in zip(_COLUMNS, row, strict=True)])

    return fault


def _short(row: Sequence[str]) -> str:
    return _line(row[:-1])


def _long(row: Sequence[str]) -> str:
    return _line([*row, "one too many"])


def _wrong_quote(row: Sequence[str]) -> str:
    return _line([*row[:-1], "QUOTE"]).replace('"QUOTE"', '"a "wrong" quote"')

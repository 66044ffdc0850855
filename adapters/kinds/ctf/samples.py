"""Makes Common Transfer Files of invented learners, with the truth about each record.

Nothing here is shared with what checks such files: the layout, the faults and their codes are written down afresh, so
that a mistake on one side shows on the other.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from random import Random
from typing import Final
from xml.sax.saxutils import escape

from gateway.core.handover import Sample, SamplePlan
from gateway.core.model import Learner

_NO_SCHOOL: Final = "8234321"
_SEPTEMBER: Final = 9
_UPN_LETTERS: Final = "ABCDEFGHJKLMNPQRTUVWXYZ"
_SEXES: Final = {"1": "M", "2": "F"}
_FIELDS: Final = ("UPN", "UniqueLearnerNumber", "Surname", "Forename", "DOB", "Sex", "AddressLine1", "PostCode")
_WRONG_VALUES: Final[Sequence[tuple[str, Mapping[str, str]]]] = (
    ("C101", {"UPN": ""}),
    ("C101", {"UPN": "I823432100001"}),
    ("C101", {"UPN": "12345"}),
    ("C103", {"UniqueLearnerNumber": "9999999999"}),
    ("C103", {"UniqueLearnerNumber": "9000000025"}),
    ("C105", {"Surname": ""}),
    ("C105", {"Surname": "A" * 36}),
    ("C105", {"Forename": ""}),
    ("C105", {"DOB": ""}),
    ("C105", {"DOB": "31/05/2008"}),
    ("C105", {"DOB": "1899-12-31"}),
    ("C106", {"Sex": ""}),
    ("C106", {"Sex": "X"}),
    ("C107", {"PostCode": ""}),
    ("C107", {"PostCode": "CV1 2WC"}),
    ("C108", {"AddressLine1": ""}),
)

Fault = Callable[[Mapping[str, str]], str]
"""Makes a pupil's element wrong."""


def ctf_sample(learners: Iterable[Learner], plan: SamplePlan) -> Sample:
    """Return a partial transfer file of complete pupils, so many per cent of them broken, and the truth about each."""
    fields = [_fields(learner, number) for number, learner in enumerate(learners, start=1)]
    school = plan.organisation.estab or _NO_SCHOOL
    broken = _broken(len(fields), plan)
    parts = [broken[place][1](one) if place in broken else _pupil(one) for place, one in enumerate(fields)]
    return Sample(
        name=f"{school}_CTF_XXXXXXX_{plan.seed % 1000:03}.xml",
        content="".join([_head(school, plan), *parts, "  </CTFpupilData>\n</CTfile>\n"]).encode(),
        truth=[broken[place][0] if place in broken else None for place in range(len(fields))],
    )


def _head(school: str, plan: SamplePlan) -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<CTfile>
  <Header>
    <DocumentName>Common Transfer File</DocumentName>
    <CTFversion>25.0</CTFversion>
    <DateTime>{plan.moment:%Y-%m-%dT%H:%M:%S}</DateTime>
    <DocumentQualifier>partial</DocumentQualifier>
    <DataDescriptor>ULN request</DataDescriptor>
    <SupplierID>Sample Software</SupplierID>
    <SourceSchool>
      <LEA>{school[:3]}</LEA>
      <Estab>{school[3:]}</Estab>
      <SchoolName>Riverside School</SchoolName>
      <AcademicYear>{plan.moment.year - (plan.moment.month < _SEPTEMBER)}</AcademicYear>
    </SourceSchool>
    <DestSchool>
      <LEA>XXX</LEA>
      <Estab>XXXX</Estab>
    </DestSchool>
  </Header>
  <CTFpupilData>
"""


def _broken(count: int, plan: SamplePlan) -> dict[int, tuple[str, Fault]]:
    """Return which pupils are broken, from 0, and how: each sort of fault once before any comes twice."""
    random = Random(plan.seed)  # noqa: S311 - samples must repeat, and hide nothing
    places = random.sample(range(count), round(count * plan.bad_percent / 100))
    faults: list[tuple[str, Fault]] = [(code, _with_values(wrong)) for code, wrong in _WRONG_VALUES]
    faults.append(("C106", _with_both))
    random.shuffle(faults)
    return {place: faults[turn % len(faults)] for turn, place in enumerate(places)}


def _fields(learner: Learner, number: int) -> dict[str, str]:
    return {
        "UPN": learner.upn or _upn(number),
        "UniqueLearnerNumber": learner.uln,
        "Surname": learner.family_name,
        "Forename": learner.given_name,
        "DOB": learner.date_of_birth.isoformat() if learner.date_of_birth else "",
        "Sex": _SEXES.get(learner.sex, "U"),
        "AddressLine1": f"{number} High Street",
        "PostCode": learner.postcode,
    }


def _upn(number: int) -> str:
    """Return an invented UPN: its first letter is computed from the twelve digits."""
    body = f"{_NO_SCHOOL}{number:05}"
    total = sum(int(digit) * weight for weight, digit in enumerate(body, start=2))
    return _UPN_LETTERS[total % len(_UPN_LETTERS)] + body


def _pupil(fields: Mapping[str, str], more: str = "") -> str:
    basic = "".join(_element(name, fields[name]) for name in _FIELDS[:6])
    line, postcode = (_element(name, fields[name]) for name in _FIELDS[6:])
    address = f"<AddressLines>{line}</AddressLines>" if line else ""
    return f"    <Pupil>{basic}{more}<Address>{address}{postcode}</Address></Pupil>\n"


def _element(name: str, value: str) -> str:
    return f"<{name}>{escape(value)}</{name}>" if value else ""


def _with_values(wrong: Mapping[str, str]) -> Fault:
    return lambda fields: _pupil({**fields, **wrong})


def _with_both(fields: Mapping[str, str]) -> str:
    return _pupil({**fields, "Sex": ""}, "<Gender>F</Gender><Sex>F</Sex>")

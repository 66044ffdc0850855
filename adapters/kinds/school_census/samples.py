"""Makes census returns of invented pupils, with the truth about each record.

Nothing here is shared with what checks such files: the layout, the faults and their codes are written down afresh, so
that a mistake on one side shows on the other.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import Final
from xml.sax.saxutils import escape

from gateway.core.handover import Sample, SamplePlan
from gateway.core.model import Learner

_HEAD: Final = """<?xml version="1.0" encoding="UTF-8"?>
<Message>
  <Header>
    <CollectionDetails>
      <Collection>SC</Collection>
      <Term>{term}</Term>
      <Year>{day.year}</Year>
      <ReferenceDate>{day}</ReferenceDate>
    </CollectionDetails>
    <Source>
      <SourceLevel>S</SourceLevel>
      <LEA>{lea}</LEA>
      <Estab>{estab}</Estab>
      <SoftwareCode>Sample Software</SoftwareCode>
      <Release>1</Release>
      <Xversion>1.0</Xversion>
      <SerialNo>001</SerialNo>
      <DateTime>{moment:%Y-%m-%dT%H:%M:%S}</DateTime>
    </Source>
    <Content><CBDSLevels><CBDSLevel>School</CBDSLevel><CBDSLevel>Pupil</CBDSLevel></CBDSLevels></Content>
  </Header>
  <School>
    <SchoolCharacteristics>
      <SchoolName>Sample School</SchoolName>
      <Phase>{phase}</Phase>
      <SchoolType>{type}</SchoolType>
      <HighestNCyear>{highest}</HighestNCyear>
      <LowestNCyear>{lowest}</LowestNCyear>
      <Intake>COMP</Intake>
      <Governance>CO</Governance>
    </SchoolCharacteristics>
  </School>
  <Pupils>
    <PupilsOnRoll>
"""
_TAIL: Final = "    </PupilsOnRoll>\n  </Pupils>\n</Message>\n"
_TERMS: Final = {10: ("AUT", "3", 1), 1: ("SPR", "1", 3), 5: ("SUM", "2", 3)}
"""By month: the term, its number in file names, and which Thursday of the month is census day."""
_SCHOOLS: Final[Mapping[str, Mapping[str, str]]] = {
    "SS": {"phase": "SS", "type": "46", "highest": "14", "lowest": "7"},
    "PS": {"phase": "PS", "type": "02", "highest": "6", "lowest": "N1"},
}
_DEFAULT_SCHOOLS: Final = {"SS": "8234321", "PS": "8232321"}
_SCHOOL_DIGITS = 7
_UPN_LETTERS: Final = "ABCDEFGHJKLMNPQRTUVWXYZ"
_ULN_AGE, _THURSDAY = 14, 3
_YOUNG, _WITH_SESSIONS, _TEENS = range(2, 5), range(5, 16), range(12, 21)
_AUGUST = 8
_UPN, _ULN, _DOB = "PupilIdentifiers/UPN", "PupilIdentifiers/UniqueLearnerNumber", "PupilIdentifiers/DOB"
_ENTRY, _POSTCODE = "PupilStatus/EntryDate", "HomeInformation/Address/PostCode"

Spoil = Callable[[str], str]
"""Makes a pupil's value wrong; what it makes of two UPNs differs, so that none stands twice."""
_Fault = tuple[str, str, Spoil]


def _value(wrong: str) -> Spoil:
    return lambda _right: wrong


def _checked(body: str) -> str:
    """Return a UPN of its other twelve characters."""
    return _UPN_LETTERS[sum(weight * int(digit) for weight, digit in enumerate(body, start=2)) % 23] + body


_FAULTS: Final[tuple[_Fault, ...]] = (
    ("1500", _UPN, _value("")),
    ("1510", _UPN, lambda upn: ("B" if upn[0] == "A" else "A") + upn[1:]),
    ("1530", _UPN, lambda upn: _checked(f"999{upn[4:]}")),
    ("1540", _UPN, lambda upn: f"{upn[:7]}O{upn[8:]}"),
    ("1550", _UPN, lambda upn: f"{upn[:12]}I"),
    ("1575", _ULN, lambda uln: uln[:9] or "123456789"),
    ("G150", "PupilIdentifiers/Surname", _value("")),
    ("G150", "PupilIdentifiers/Forename", _value("")),
    ("G151", "PupilIdentifiers/Sex", _value("X")),
    ("G152", _DOB, _value("")),
    ("G152", _DOB, _value("31/05/2008")),
    ("G187", "PupilStatus/EnrolStatus", _value("Z")),
    ("1880", _ENTRY, _value("")),
    ("XSD_TYPE", _ENTRY, _value("01/09/2025")),
    ("G300", _POSTCODE, _value("")),
    ("G300", _POSTCODE, _value("CV12WT")),
)
"""Codes that a value is refused with, in any term."""
_SPRING_FAULTS: Final[tuple[_Fault, ...]] = (
    ("G155", "PupilCharacteristics/Ethnicity", _value("XXXX")),
    ("G201", "SpecialEducationalNeeds/SENprovision", _value("K")),
)


def census_sample(learners: Iterable[Learner], plan: SamplePlan) -> Sample:
    """Return a return of complete pupils for the last census before the plan's moment, so many per cent broken."""
    pupils = list(learners)
    day = _census_day(plan.moment.date())
    term, number, _ = _TERMS[day.month]
    phase = "PS" if any(not it.uln and _age(it, day) >= _ULN_AGE for it in pupils) else "SS"
    told = (plan.organisation.estab or "").replace("/", "")
    school = told if len(told) == _SCHOOL_DIGITS and told.isdigit() else _DEFAULT_SCHOOLS[phase]
    lea, estab = school[:3], school[3:]
    head = _HEAD.format(term=term, day=day, lea=lea, estab=estab, moment=plan.moment, **_SCHOOLS[phase])
    broken = _broken(len(pupils), plan, _FAULTS + (_SPRING_FAULTS if term == "SPR" else ()))
    fields = [_fields(pupil, place, day, phase) for place, pupil in enumerate(pupils)]
    for place, (_, path, spoil) in broken.items():
        fields[place] = {**fields[place], path: spoil(fields[place][path])}
    return Sample(
        name=f"{school}_SC{number}_{lea}LL{day:%y}_001.xml",
        content="".join([head, *map(_pupil, fields), _TAIL]).encode(),
        truth=[broken[place][0] if place in broken else None for place in range(len(fields))],
    )


def _census_day(today: date) -> date:
    """Return the last census day that is not after a day."""
    days = (_thursday(year, month) for year in (today.year - 1, today.year) for month in (1, 5, 10))
    return max(day for day in days if day <= today)


def _thursday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(_THURSDAY - first.weekday()) % 7 + 7 * (_TERMS[month][2] - 1))


def _age(learner: Learner, day: date) -> int:
    birth = learner.date_of_birth or day
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def _broken(count: int, plan: SamplePlan, faults: Sequence[_Fault]) -> dict[int, _Fault]:
    """Return which pupils are broken, from 0, and how: each sort of fault once before any comes twice."""
    random = Random(plan.seed)  # noqa: S311 - samples must repeat, and hide nothing
    places = random.sample(range(count), round(count * plan.bad_percent / 100))
    turns = random.sample(list(faults), len(faults))
    return {place: turns[turn % len(turns)] for turn, place in enumerate(places)}


def _upn(place: int, day: date) -> str:
    """Return a right UPN, another one for each place: LA, establishment, year and serial number."""
    schools, serial = divmod(place, 1000)
    return _checked(f"823{4321 + schools:04}{day:%y}{serial:03}")


def _fields(pupil: Learner, place: int, day: date, phase: str) -> dict[str, str]:
    """Return the fields of a pupil by their paths, in the order of the specification; some are empty."""
    august = date(day.year - (day.month <= _AUGUST), _AUGUST, 31)
    age, birth = _age(pupil, august), pupil.date_of_birth or day
    hours = "15" if age in _YOUNG else ""
    return {
        _UPN: pupil.upn or _upn(place, day),
        _ULN: pupil.uln,
        "PupilIdentifiers/Surname": pupil.family_name,
        "PupilIdentifiers/Forename": pupil.given_name,
        "PupilIdentifiers/MiddleNames": pupil.middle_name,
        "PupilIdentifiers/FormerSurname": pupil.previous_family_name,
        "PupilIdentifiers/Sex": {"1": "M"}.get(pupil.sex, "F"),
        _DOB: birth.isoformat(),
        "PupilCharacteristics/Ethnicity": "WBRI",
        "PupilCharacteristics/YSSA": "Yes" if phase == "SS" and age in _TEENS else "",
        "PupilCharacteristics/Language": "ENG",
        "PupilCharacteristics/FundedHours": hours,
        "PupilCharacteristics/HoursAtSetting": hours,
        "PupilStatus/EnrolStatus": "C",
        _ENTRY: max(birth + timedelta(days=1), date(august.year - 1, 9, 3)).isoformat(),
        "PupilStatus/PartTime": "false",
        "PupilStatus/Boarder": "N",
        "PupilStatus/NCyearActual": "X",
        "SpecialEducationalNeeds/SENprovision": "N",
        "Attendance/TermlyAttendance/SessionsPossible": "90" if age in _WITH_SESSIONS else "",
        _POSTCODE: pupil.postcode or "ZZ99 9ZZ",
    }


def _pupil(fields: Mapping[str, str]) -> str:
    """Return a pupil's element without its empty fields; those of one module stand together."""
    parts: list[str] = []
    modules: list[str] = []
    for path, value in ((path, value) for path, value in fields.items() if value):
        *above, name = path.split("/")
        parts += _turn(modules, above)
        modules = above
        parts.append(f"<{name}>{escape(value)}</{name}>")
    return "".join(["      <PupilOnRoll>", *parts, *_turn(modules, []), "</PupilOnRoll>\n"])


def _turn(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """Return the end tags and start tags between two fields."""
    same = 0
    while same < min(len(before), len(after)) and before[same] == after[same]:
        same += 1
    return [f"</{name}>" for name in reversed(before[same:])] + [f"<{name}>" for name in after[same:]]

"""What the rules ask of a pupil's record: its fields by their paths, ages, dates, sessions and codes."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Final

from adapters.kinds.school_census.book import CODES, REFERENCE_DATE, TERM, YEAR
from gateway.core.model import Group, Record
from gateway.core.rules.registry import groups_at
from gateway.core.rules.rule import Context, Found, shown
from gateway.core.rules.shared import age_on
from gateway.core.tables import read_date

UPN: Final = "PupilIdentifiers/UPN"
FORMER_UPN: Final = "PupilIdentifiers/FormerUPN"
ULN: Final = "PupilIdentifiers/UniqueLearnerNumber"
SURNAME: Final = "PupilIdentifiers/Surname"
FORENAME: Final = "PupilIdentifiers/Forename"
SEX: Final = "PupilIdentifiers/Sex"
GENDER: Final = "PupilIdentifiers/Gender"
DOB: Final = "PupilIdentifiers/DOB"
ETHNICITY: Final = "PupilCharacteristics/Ethnicity"
FSM_PERIOD: Final = "PupilCharacteristics/FSMeligibility/FSMperiod"
FUNDED_HOURS: Final = "PupilCharacteristics/FundedHours"
HOURS: Final = "PupilCharacteristics/HoursAtSetting"
ENROL_STATUS: Final = "PupilStatus/EnrolStatus"
TYPE_OF_CLASS: Final = "PupilStatus/TypeOfClass"
ENTRY_DATE: Final = "PupilStatus/EntryDate"
LEAVING_DATE: Final = "PupilStatus/LeavingDate"
PART_TIME: Final = "PupilStatus/PartTime"
BOARDER: Final = "PupilStatus/Boarder"
YEAR_GROUP: Final = "PupilStatus/NCyearActual"
YEAR_LEFT: Final = "PupilStatus/NCyearLeaving"
SEN_PROVISION: Final = "SpecialEducationalNeeds/SENprovision"
SEN_NEED: Final = "SpecialEducationalNeeds/SENneeds/SENneed"
EXCLUSION: Final = "Exclusions/TermlyExclusion"
ATTENDANCE: Final = "Attendance/TermlyAttendance"
ATTENDANCES: Final = (ATTENDANCE, "Attendance/SummerHalfTerm2Attendance", "Attendance/AnnualAttendance")
AIM: Final = "LearningAims/LearningAim"
NURSERY_YEARS: Final = frozenset({"E1", "E2", "N1", "N2"})
"""Year groups before reception."""
SCHOOL_AGES: Final = range(5, 16)
_AUGUST: Final = (8, 31)
_BOARDING: Final = frozenset({"B", "6", "7"})
_MOST_DIGITS: Final = 3
DATE_LENGTH: Final = len("2008-05-31")


@lru_cache(maxsize=4096)
def _steps(path: str) -> tuple[tuple[tuple[str, int], ...], str]:
    """Return the groups on the way of a path, each with its place from 0, and the field at its end."""
    *above, field = path.split("/")
    parts = (step.rstrip("]").partition("[") for step in above)
    return tuple((name, int(number or 1) - 1) for name, _, number in parts), field


def at(group: Group, path: str) -> str:
    """Return what stands at a path below a group, without blanks at its ends; empty where nothing does."""
    steps, field = _steps(path)
    for name, place in steps:
        below = group.all(name)
        if place >= len(below):
            return ""
        group = below[place]
    return group[field]


def said(group: Group, path: str, **words: str) -> Found:
    """Return a finding at a field, with its `name` and what was `given` there for the message."""
    return Found(path, {"name": path.rpartition("/")[2], "given": quoted(at(group, path)), **words})


def quoted(value: str) -> str:
    """Return a value in quotation marks, as a message tells it; of an empty one it says that it is missing."""
    return f'"{shown(value)}"' if value else "missing"


def census_day(record: Record) -> date | None:
    """Return the reference date of the return; None where it cannot be read, which a rule of its own tells."""
    return read_date(record[REFERENCE_DATE])


def born(record: Record) -> date | None:
    """Return the date of birth; None where it cannot be read."""
    return read_date(at(record, DOB))


def day_at(group: Group, path: str) -> date | None:
    """Return the date at a path, a time zone behind it left aside; None where there is none."""
    return read_date(at(group, path)[:DATE_LENGTH])


def age(record: Record) -> int | None:
    """Return the age on 31 August before the census; None where a date cannot be read, or nobody is born yet."""
    return _age(at(record, DOB), record[REFERENCE_DATE])


@lru_cache(maxsize=1 << 13)
def _age(dob: str, reference_date: str) -> int | None:
    birth, day = read_date(dob), read_date(reference_date)
    if birth is None or day is None or birth > day:
        return None
    passed = (day.month, day.day) > _AUGUST
    return age_on(birth, date(day.year if passed else day.year - 1, *_AUGUST))


def is_aged(record: Record, ages: range) -> bool:
    """Tell whether the age on 31 August before the census is one of these; unknown ages are none."""
    found = age(record)
    return found is not None and found in ages


def is_code(field: str, value: str, record: Record) -> bool:
    """Tell whether a value is a code of a list on census day."""
    day = census_day(record)
    return CODES[field].valid(value, day) if day else CODES[field].known(value)


def is_true(value: str) -> bool:
    """Tell whether a value says yes, as XML or as extracts write it."""
    return value in {"true", "1"}


def boards(record: Record) -> bool:
    """Tell whether a pupil boards, all week or part of it."""
    return at(record, BOARDER) in _BOARDING


def is_in_nursery(record: Record) -> bool:
    """Tell whether a pupil is in a nursery class or in a year group before reception."""
    year = at(record, YEAR_GROUP) or at(record, YEAR_LEFT)
    return at(record, TYPE_OF_CLASS) == "N" or year in NURSERY_YEARS


def sessions(value: str) -> int | None:
    """Return a number of sessions, 0 to 999; None where a value is no such number."""
    fits = value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS
    return int(value) if fits else None


def missed(attendance: Group) -> Iterator[tuple[Group, str, int]]:
    """Yield each session detail of an attendance block with its reason and its number of sessions."""
    for detail in groups_at(attendance, "SessionDetails/SessionDetail"):
        count = sessions(detail["Sessions"] or detail["AbsenceSessions"])
        yield detail, detail["AttendanceReason"], count or 0


def first(groups: Iterable[Group]) -> Group | None:
    """Return the first of some groups; None where there is none."""
    return next(iter(groups), None)


def is_supplied(group: Group) -> bool:
    """Tell whether anything stands in a block; one with nothing in it counts as left out."""
    held = any(value.strip() for value in group.values.values())
    return held or any(is_supplied(below) for groups in group.groups.values() for below in groups)


def supplied(record: Record, path: str) -> list[Group]:
    """Return the blocks at a path that hold anything, in their order."""
    return [group for group in groups_at(record, path) if is_supplied(group)]


def any_at(record: Record, paths: Iterable[str]) -> bool:
    """Tell whether any block with something in it stands at one of these paths."""
    return any(supplied(record, path) for path in paths)


def collection(record: Record, context: Context) -> Mapping[str, str] | None:
    """Return the return's own collection from the list of collections; None where it is not listed.

    Only rules that need the list may ask.
    """
    return context.reference.lookup("collections", ("school-census", f"{record[YEAR]}-{record[TERM]}"))

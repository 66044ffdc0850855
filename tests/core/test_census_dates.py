"""Ages and dates in the census's rules, at their very bounds."""

import pytest

from adapters.kinds.school_census.pupil import age
from gateway.core.notices import Scope
from gateway.core.rules.registry import Rulebook
from tests.golden.census_cases import BOOK, CONTEXT, pupil

DOB, DAY = "PupilIdentifiers/DOB", "Header/CollectionDetails/ReferenceDate"


def told(code: str, **fields: str) -> bool:
    """Tell whether a rule speaks; a double underscore in a field's name stands for a stroke."""
    book = Rulebook(rules={name: rule for name, rule in BOOK.rules.items() if rule.code == code})
    record = pupil({name.replace("__", "/"): value for name, value in fields.items()})
    return bool(book.apply(record, CONTEXT, failed=frozenset(), scope=Scope.RECORD).notices)


@pytest.mark.parametrize(
    ("born", "day", "years"),
    [
        ("2010-08-31", "2025-10-02", 15),
        ("2010-09-01", "2025-10-02", 14),
        ("2010-08-31", "2026-01-15", 15),
        ("2010-09-01", "2026-01-15", 14),
        ("2010-08-31", "2026-05-21", 15),
        ("2010-09-01", "2026-05-21", 14),
        ("2012-02-29", "2026-01-15", 13),
        ("2026-01-10", "2026-01-15", -1),
        ("2010-08-31", "", None),
        ("31/08/2010", "2026-01-15", None),
    ],
)
def test_the_age_is_that_of_31_august_before_the_census(born: str, day: str, years: int | None) -> None:
    assert age(pupil({DOB: born, DAY: day})) == years


@pytest.mark.parametrize(
    ("born", "is_told"), [("2012-01-15", True), ("2012-01-16", False), ("2008-02-29", True), ("", False)]
)
def test_a_uln_is_asked_of_a_pupil_on_roll_from_the_14th_birthday_on(born: str, is_told: bool) -> None:  # noqa: FBT001
    assert told("1570", PupilIdentifiers__DOB=born) is is_told


def test_who_was_born_on_29_february_is_14_on_1_march_of_a_common_year() -> None:
    born, left = {"PupilIdentifiers__DOB": "2012-02-29"}, "PupilStatus__LeavingDate"
    assert told("1573", **born, **{left: "2026-03-01"})
    assert not told("1573", **born, **{left: "2026-02-28"})


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("G185", "2021-09-01", "2023-08-31"),
        ("G186", "2020-09-01", "2023-08-31"),
        ("G189", "2009-09-01", "2020-08-31"),
        ("2500", "2009-09-01", "2020-08-31"),
        ("2510", "2009-09-01", "2020-08-31"),
        ("G157", "2004-09-01", "2013-08-31"),
    ],
)
def test_a_rule_for_some_ages_begins_and_ends_on_a_1_september(code: str, first: str, last: str) -> None:
    before, after = f"{first[:8]}01", last
    assert told(code, PupilIdentifiers__DOB=before, PupilStatus__PartTime="true")
    assert told(code, PupilIdentifiers__DOB=after, PupilStatus__PartTime="true")
    day_before = f"{first[:4]}-08-31"
    day_after = f"{last[:4]}-09-01"
    assert not told(code, PupilIdentifiers__DOB=day_before, PupilStatus__PartTime="true")
    assert not told(code, PupilIdentifiers__DOB=day_after, PupilStatus__PartTime="true")


@pytest.mark.parametrize(("day", "is_told"), [("2026-01-14", False), ("2026-01-15", True), ("2021-09-02", True)])
def test_a_leaver_left_before_census_day_and_not_before_coming(day: str, is_told: bool) -> None:  # noqa: FBT001
    assert told("1920", PupilStatus__LeavingDate=day, PupilStatus__EntryDate="2021-09-03") is is_told
    assert not told("1920", PupilStatus__LeavingDate="2021-09-03", PupilStatus__EntryDate="2021-09-03")


@pytest.mark.parametrize(
    ("start", "is_told"),
    [("2025-10-02", True), ("2025-10-03", False), ("2026-01-15", False), ("2026-01-16", True), ("2026-01-16Z", True)],
)
def test_a_permanent_exclusion_lies_within_the_time_of_the_census(start: str, is_told: bool) -> None:  # noqa: FBT001
    exclusion = {"Exclusions__TermlyExclusion[1]__Category": "PERM"}
    assert told("2290", **exclusion, **{"Exclusions__TermlyExclusion[1]__StartDate": start}) is is_told


def test_attendance_reasons_change_on_1_september() -> None:
    reason = "Attendance__TermlyAttendance__SessionDetails__SessionDetail[1]__AttendanceReason"
    day = "Header__CollectionDetails__ReferenceDate"
    assert not told("G252", **{reason: "F", day: "2020-08-31"})
    assert told("G252", **{reason: "F", day: "2020-09-01"})
    assert told("G252", **{reason: "C1", day: "2024-08-31"})
    assert not told("G252", **{reason: "C1", day: "2024-09-01"})

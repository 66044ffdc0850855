"""The facts of a learner that rules share: teaching years, derived values, copies, and what is kept of the last one."""

from collections.abc import Iterator
from datetime import date

import pytest

from adapters.kinds.ilr.aims import (
    Programme,
    aim_of,
    copies,
    expected_uln,
    facts_of,
    first_start,
    is_apprenticeship,
    leaving_day,
    programme_start,
    teaching_year,
    whole,
    years_after,
)
from adapters.kinds.ilr.book import HEADER_PREPARED, HEADER_YEAR
from gateway.core.model import Group
from gateway.core.rules.rule import Context
from tests.examples import record_of

CONTEXT = Context(as_of=date(2026, 2, 1), file_name="")
AIMS = record_of(
    {
        HEADER_YEAR: "2526",
        HEADER_PREPARED: "2026-01-31",
        "LearningDelivery[1]/AimType": "1",
        "LearningDelivery[1]/ProgType": "25",
        "LearningDelivery[1]/LearnStartDate": "2025-09-15",
        "LearningDelivery[2]/AimType": "1",
        "LearningDelivery[2]/ProgType": "25",
        "LearningDelivery[2]/LearnStartDate": "2024-09-16",
        "LearningDelivery[3]/AimType": "3",
        "LearningDelivery[3]/ProgType": "25",
        "LearningDelivery[3]/LearnStartDate": "2023-09-18",
        "LearningDelivery[4]/AimType": "1",
        "LearningDelivery[4]/ProgType": "24",
        "LearningDelivery[4]/LearnStartDate": "2022-09-19",
        "LearningDelivery[5]/LearnStartDate": "soon",
    }
)


@pytest.mark.parametrize(("code", "prepared", "first", "last"), [
    ("2526", date(2030, 1, 1), date(2025, 8, 1), date(2026, 7, 31)),
    ("1819", date(2030, 1, 1), date(2018, 8, 1), date(2019, 7, 31)),
    ("", date(2026, 7, 31), date(2025, 8, 1), date(2026, 7, 31)),
    ("25/6", date(2026, 8, 1), date(2026, 8, 1), date(2027, 7, 31)),
    ("²⁵²⁶", date(2026, 8, 1), date(2026, 8, 1), date(2027, 7, 31)),
])  # fmt: skip
def test_a_teaching_year_is_that_of_its_code_or_of_the_preparation(
    code: str, prepared: date, first: date, last: date
) -> None:
    year = teaching_year(code, prepared)
    assert year == (first, last)
    assert (year.august_end, year.new_year) == (date(first.year, 8, 31), date(last.year, 1, 1))


@pytest.mark.parametrize(("uln", "right"), [
    ("1061484016", True), ("9999999999", True), ("7000000028", False), ("1990909009", False),
])  # fmt: skip
def test_dd01_is_the_check_digit(uln: str, right: bool) -> None:  # noqa: FBT001 - what is expected
    assert expected_uln(uln) is right


def test_dd04_is_the_earliest_start_of_the_programme_aims_of_a_type() -> None:
    aims = facts_of(AIMS, CONTEXT).aims
    assert programme_start(aims, Programme("25", "", "", "")) == date(2024, 9, 16)
    assert programme_start(aims, Programme("31", "", "", "")) is None


def test_dd06_is_the_earliest_start_of_all_aims() -> None:
    assert first_start(facts_of(AIMS, CONTEXT).aims) == date(2022, 9, 19)
    assert first_start(()) is None


def test_dd07_is_a_standard_or_a_framework() -> None:
    found = [
        sort for sort in ("", "2", "3", "20", "21", "22", "23", "24", "25", "30", "31", "32") if is_apprenticeship(sort)
    ]
    assert found == ["2", "3", "20", "21", "22", "23", "25"]


@pytest.mark.parametrize(("born", "day"), [
    (date(2010, 5, 31), date(2026, 6, 26)), (date(2010, 8, 31), date(2026, 6, 26)),
    (date(2010, 9, 1), date(2027, 6, 25)), (date(2007, 6, 30), date(2023, 6, 30)),
])  # fmt: skip
def test_school_is_left_on_the_last_friday_in_june(born: date, day: date) -> None:
    assert leaving_day(born) == day


def test_a_leap_day_is_the_first_of_march_in_common_years() -> None:
    assert years_after(date(2024, 2, 29), 1) == date(2025, 3, 1)
    assert years_after(date(2024, 2, 29), -4) == date(2020, 2, 29)


@pytest.mark.parametrize(
    ("text", "number"), [("25", "25"), ("025", "25"), ("+25", "25"), ("00", "0"), ("", ""), ("-1", "-1")]
)
def test_whole_numbers_are_compared_without_sign_and_noughts(text: str, number: str) -> None:
    assert whole(text) == number


def test_a_learners_facts_are_never_those_of_another() -> None:
    """The facts of the last learner are kept; another record, or another context, has its own."""
    one, other = record_of({HEADER_YEAR: "2526"}), record_of({HEADER_YEAR: "2526"})
    assert facts_of(one, CONTEXT) is facts_of(one, CONTEXT)
    later = Context(as_of=date(2027, 2, 1), file_name="")
    assert [facts_of(*asked).prepared.year for asked in ((one, CONTEXT), (other, later), (one, later))] == [
        2026,
        2027,
        2027,
    ]
    assert facts_of(AIMS, CONTEXT).aims != facts_of(one, CONTEXT).aims


def test_an_aim_is_found_by_its_delivery() -> None:
    assert [aim_of(delivery).group for delivery in AIMS.all("LearningDelivery")] == list(AIMS.all("LearningDelivery"))


def test_copies_are_told_beside_the_first_of_them_and_empty_fields_are_none() -> None:
    def groups() -> Iterator[Group]:
        for place, (letter, number) in enumerate([("A", "1"), ("A", ""), ("A", "01"), ("A", "1"), ("A", "")]):
            yield Group(values={"Letter": letter, "Number": number}, path=str(place))

    assert [(copy.path, first.path) for copy, first in copies(list(groups()), ("Letter", "Number"))] == [
        ("2", "0"),
        ("3", "0"),
    ]

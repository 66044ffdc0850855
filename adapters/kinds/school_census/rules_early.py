# ruff: noqa: D401 - the docstring of a rule is the text that schools read
"""Rules on free school meals and early years (specification `school-census` 4, rules 1762 to 2400)."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Final

from adapters.kinds.school_census.book import BOOK, Roll, applies
from adapters.kinds.school_census.pupil import (
    DOB,
    FSM_PERIOD,
    FUNDED_HOURS,
    HOURS,
    NURSERY_YEARS,
    YEAR_GROUP,
    age,
    at,
    census_day,
    collection,
    day_at,
    is_aged,
    said,
)
from gateway.core.model import Group, Record
from gateway.core.rules.rule import Context, Found
from gateway.core.tables import read_date

_START, _END = "FSMstartDate", "FSMendDate"
_FIVE: Final = 5
_HALF: Final = Decimal("0.5")
_MOST_FUNDED: Final = 15


@BOOK.group_rule("1762", FSM_PERIOD, fields=[_START])
@applies(Roll.ON)
def meals_begun(period: Group, record: Record, _: Context) -> Iterator[Found]:
    """A free school meal period starts after the census day.

    Why: the return tells how things stood on the census day.
    Fix: correct the start date, or leave the period to the next census.
    Message: FSMstartDate is {given}, which is after the census day, {day}.
    Bad: PupilCharacteristics/FSMeligibility/FSMperiod[1]/FSMstartDate=2026-01-16
    Good: PupilCharacteristics/FSMeligibility/FSMperiod[1]/FSMstartDate=2026-01-15
    """
    start, day = day_at(period, _START), census_day(record)
    if start and day and start > day:
        yield said(period, _START, day=day.isoformat())


@BOOK.group_rule("1763", FSM_PERIOD, fields=[_START, _END])
@applies(Roll.ON)
def meals_end_after_start(period: Group, _record: Record, _: Context) -> Iterator[Found]:
    """A free school meal period ends before it starts.

    Why: a period of no length says nothing; the two dates may have been exchanged.
    Fix: correct the two dates in the pupil's details.
    Message: FSMendDate is {given}, which is before FSMstartDate, {start}.
    Bad: "PupilCharacteristics/FSMeligibility/FSMperiod[1]/FSMstartDate=2025-11-03"
     "PupilCharacteristics/FSMeligibility/FSMperiod[1]/FSMendDate=2025-11-02"
    Good: "PupilCharacteristics/FSMeligibility/FSMperiod[1]/FSMstartDate=2025-11-03"
     "PupilCharacteristics/FSMeligibility/FSMperiod[1]/FSMendDate=2025-11-03"
    """
    start, end = day_at(period, _START), day_at(period, _END)
    if start and end and end < start:
        yield said(period, _END, start=start.isoformat())


@BOOK.group_rule("1763", FSM_PERIOD, fields=[_END], needs=["collections"])
@applies(Roll.ON)
def meals_in_window(period: Group, record: Record, context: Context) -> Iterator[Found]:
    """A free school meal period ended before the time that the census collects.

    Why: each census collects the periods that hold in its own time, since the census before.
    Fix: take the period out; it was returned before.
    Message: FSMendDate is {given}, which is before the time that this census collects, from {first} on.
    Bad: PupilCharacteristics/FSMeligibility/FSMperiod[1]/FSMendDate=2025-10-02
    Good: PupilCharacteristics/FSMeligibility/FSMperiod[1]/FSMendDate=2025-10-03
    Good: PupilCharacteristics/FSMeligibility/FSMperiod[1]/FSMstartDate=2019-09-03
    """
    end = day_at(period, _END)
    known = collection(record, context) if end else None
    first = read_date(known["window_from"]) if known else None
    if end and first and end < first:
        yield said(period, _END, first=first.isoformat())


@BOOK.rule("1851", fields=[FUNDED_HOURS, DOB])
@applies(Roll.ON)
def funded_hours_at_five(record: Record, _: Context) -> Iterator[Found]:
    """Funded hours are given for a pupil of 5 or over.

    Why: hours are funded for younger children alone.
    Fix: take FundedHours out, or correct the date of birth.
    Message: FundedHours is {given}, but the pupil was {years} on 31 August before the census.
    Bad: PupilIdentifiers/DOB=2020-08-31 PupilCharacteristics/FundedHours=15
    Good: PupilIdentifiers/DOB=2020-09-01 PupilCharacteristics/FundedHours=15
    Good: PupilIdentifiers/DOB=2020-08-31 PupilCharacteristics/FundedHours=
    """
    yield from _hours_at_five(record, FUNDED_HOURS)


@BOOK.rule("1854", fields=[HOURS, DOB])
@applies(Roll.ON)
def hours_at_five(record: Record, _: Context) -> Iterator[Found]:
    """Hours at the setting are given for a pupil of 5 or over.

    Why: hours at the setting are collected for younger children alone.
    Fix: take HoursAtSetting out, or correct the date of birth.
    Message: HoursAtSetting is {given}, but the pupil was {years} on 31 August before the census.
    Bad: PupilIdentifiers/DOB=2020-08-31 PupilCharacteristics/HoursAtSetting=25
    Good: PupilIdentifiers/DOB=2020-09-01 PupilCharacteristics/HoursAtSetting=25
    Good: PupilIdentifiers/DOB=2020-08-31
    """
    yield from _hours_at_five(record, HOURS)


@BOOK.rule("G185", fields=[FUNDED_HOURS, DOB])
@applies(Roll.ON)
def funded_hours_right(record: Record, _: Context) -> Iterator[Found]:
    """The funded hours of a child of 2 or 3 are missing, are not from 0 to 15, or are not in half hours.

    Why: the funding of early years is counted in half hours, 15 a week at most.
    Fix: enter the funded hours a week, such as 15 or 12.5, and 0 where none is funded.
    Message: FundedHours is {given}; for a child of 2 or 3 it must be from 0 to 15, in half hours.
    Bad: PupilIdentifiers/DOB=2021-09-01 PupilCharacteristics/FundedHours=
    Bad: PupilIdentifiers/DOB=2023-08-31 PupilCharacteristics/FundedHours=15.5
    Bad: PupilIdentifiers/DOB=2022-05-31 PupilCharacteristics/FundedHours=12.25
    Bad: PupilIdentifiers/DOB=2022-05-31 PupilCharacteristics/FundedHours=-1
    Good: PupilIdentifiers/DOB=2021-09-01 PupilCharacteristics/FundedHours=15.00
    Good: PupilIdentifiers/DOB=2023-08-31 PupilCharacteristics/FundedHours=0
    Good: PupilIdentifiers/DOB=2023-09-01
    Good: PupilIdentifiers/DOB=2021-08-31
    """
    if is_aged(record, range(2, 4)):
        hours = _hours(at(record, FUNDED_HOURS))
        if hours is None or not 0 <= hours <= _MOST_FUNDED or hours % _HALF:
            yield said(record, FUNDED_HOURS)


@BOOK.rule("G186", fields=[HOURS, DOB])
@applies(Roll.ON)
def hours_given(record: Record, _: Context) -> Iterator[Found]:
    """The hours at the setting of a child of 2 to 4 are missing or negative.

    Why: how long young children are there is returned beside what is funded.
    Fix: enter the hours a week that the child is there.
    Message: HoursAtSetting is {given}; for a child of 2 to 4 it must be a number of hours, 0 or more.
    Bad: PupilIdentifiers/DOB=2020-09-01 PupilCharacteristics/HoursAtSetting=
    Bad: PupilIdentifiers/DOB=2023-08-31 PupilCharacteristics/HoursAtSetting=-2
    Good: PupilIdentifiers/DOB=2020-09-01 PupilCharacteristics/HoursAtSetting=0
    Good: PupilIdentifiers/DOB=2020-08-31
    Good: PupilIdentifiers/DOB=2023-09-01
    """
    if is_aged(record, range(2, 5)):
        hours = _hours(at(record, HOURS))
        if hours is None or hours < 0:
            yield said(record, HOURS)


@BOOK.rule("2400", fields=[FUNDED_HOURS, DOB, YEAR_GROUP])
@applies(Roll.ON)
def funded_hours_at_four(record: Record, _: Context) -> Iterator[Found]:
    """The funded hours of a child of 4 who is not yet in reception are missing.

    Why: a child of 4 outside reception still has funded hours, if only 0.
    Fix: enter the funded hours a week, and 0 where none is funded.
    Message: FundedHours is missing for a child of 4.
    Bad: PupilIdentifiers/DOB=2020-09-01 PupilStatus/NCyearActual=N2 PupilCharacteristics/FundedHours=
    Bad: PupilIdentifiers/DOB=2021-08-31 PupilStatus/NCyearActual=
    Good: PupilIdentifiers/DOB=2020-09-01 PupilStatus/NCyearActual=N2 PupilCharacteristics/FundedHours=0
    Good: PupilIdentifiers/DOB=2020-09-01 PupilStatus/NCyearActual=R
    Good: PupilIdentifiers/DOB=2021-09-01 PupilStatus/NCyearActual=N2
    """
    before_reception = at(record, YEAR_GROUP) in {"", *NURSERY_YEARS}
    if is_aged(record, range(4, 5)) and before_reception and not at(record, FUNDED_HOURS):
        yield said(record, FUNDED_HOURS)


def _hours_at_five(record: Record, path: str) -> Iterator[Found]:
    years = age(record)
    if years is not None and years >= _FIVE and at(record, path):
        yield said(record, path, years=str(years))


def _hours(value: str) -> Decimal | None:
    """Return a number of hours; None where a value is none."""
    try:
        hours = Decimal(value)
    except InvalidOperation:
        return None
    return hours if hours.is_finite() else None

"""Reads dates as spreadsheets write them, and writes them anew only where one day can be meant.

Whether the day or the month comes first is learnt from the whole column: a number above 12 shows it. A year of two
digits is read only where one century is possible.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum, auto
from functools import lru_cache
from typing import NamedTuple

from gateway.core.correction_words import Doubt
from gateway.core.date_forms import FIRST_YEAR, ISO_DAY, ISO_MOMENT, LAST_YEAR, DateForm
from gateway.core.tables import Field

DAYS = (date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))
"""The days that a date may lie between where its kind says nothing more."""
_TIME = (
    r"(?:(?:[T ]| +)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.0+)?)?"
    r"(?: ?(?P<half>[AaPp])[Mm])?)?"
)
_NUMBERS = re.compile(rf"([0-9]{{1,4}})([/.\- ])([0-9]{{1,2}})\2([0-9]{{1,4}}){_TIME}", re.ASCII)
_DAY_NAMED = re.compile(
    rf"([0-9]{{1,2}})(?:st|[nr]d|th)?[ /.-]?([A-Za-z]{{3,9}})[ /.,-]{{0,2}}([0-9]{{4}}|[0-9]{{2}}){_TIME}", re.ASCII
)
_MONTH_NAMED = re.compile(rf"([A-Za-z]{{3,9}}) ([0-9]{{1,2}})(?:st|[nr]d|th)?,? ([0-9]{{4}}){_TIME}", re.ASCII)
_DAY_NUMBER = re.compile(r"[1-5][0-9]{4}(\.[0-9]+)?", re.ASCII)
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_MONTH_BY_NAME = {name[:size]: place for place, name in enumerate(_MONTHS, 1) for size in (3, len(name))} | {"sept": 9}
_TWO, _FOUR = 2, 4
_LAST_MONTH, _LAST_DAY, _LAST_HOUR, _LAST_MINUTE, _NOON = 12, 31, 23, 59, 12
_CENTURIES = (1800, 1900, 2000)


class Order(Enum):
    """In which order a date's numbers stand; CERTAIN where the value itself shows it."""

    CERTAIN = auto()
    DAY_FIRST = auto()
    MONTH_FIRST = auto()
    YEAR_FIRST = auto()


class Ymd(NamedTuple):
    """A year as written, a month and a day."""

    year: int
    month: int
    day: int


class Written(NamedTuple):
    """A date as somebody wrote it: what it means in each order that is possible, and its time of day."""

    readings: Mapping[Order, Ymd]
    short_year: bool
    time: tuple[int, int, int] | None


class Rewritten(NamedTuple):
    """A date in the form of its field, or why it cannot be told."""

    text: str = ""
    doubt: Doubt | None = None


@lru_cache(maxsize=1 << 14)
def written(value: str) -> Written | None:
    """Return a date that a spreadsheet may have written, or None where the value is none."""
    if found := _NUMBERS.fullmatch(value):
        readings, short = _numbered(found)
    elif found := _DAY_NAMED.fullmatch(value):
        readings, short = _named(found[3], found[2], found[1]), len(found[3]) == _TWO
    elif found := _MONTH_NAMED.fullmatch(value):
        readings, short = _named(found[3], found[1], found[2]), False
    else:
        return None
    time = _time(found) if found["hour"] else None
    return None if not readings or (found["hour"] and time is None) else Written(readings, short, time)


def _numbered(found: re.Match[str]) -> tuple[dict[Order, Ymd], bool]:
    """Return what three numbers can mean, and whether their year has two digits."""
    sizes, parts = (len(found[1]), len(found[4])), (int(found[1]), int(found[3]), int(found[4]))
    first, second, third = parts
    if sizes[0] == _FOUR and sizes[1] <= _TWO:
        return _possible({Order.CERTAIN: Ymd(first, second, third)}), False
    if sizes[0] > _TWO or sizes[1] not in {_TWO, _FOUR}:
        return {}, False
    readings = {Order.DAY_FIRST: Ymd(third, second, first), Order.MONTH_FIRST: Ymd(third, first, second)}
    if sizes == (_TWO, _TWO) and found[2] == "-":
        readings[Order.YEAR_FIRST] = Ymd(first, second, third)
    return _possible(readings), sizes[1] == _TWO


def _named(year: str, month: str, day: str) -> dict[Order, Ymd]:
    number = _MONTH_BY_NAME.get(month.lower(), 0)
    return _possible({Order.CERTAIN: Ymd(int(year), number, int(day))})


def _possible(readings: dict[Order, Ymd]) -> dict[Order, Ymd]:
    """Return the readings whose month and day are numbers that months and days have."""
    return {
        order: ymd for order, ymd in readings.items() if 1 <= ymd.month <= _LAST_MONTH and 1 <= ymd.day <= _LAST_DAY
    }


def _time(found: re.Match[str]) -> tuple[int, int, int] | None:
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    if found["half"]:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if found["half"] in "pP" else 0)
    return (hour, minute, second) if hour <= _LAST_HOUR and max(minute, second) <= _LAST_MINUTE else None


class DateColumn:
    """What all the dates of one column show together of the order of their numbers."""

    def __init__(self, field: Field, days: tuple[date, date] = DAYS) -> None:
        self._field = field
        self._days = days
        self._orders = {Order.DAY_FIRST, Order.MONTH_FIRST, Order.YEAR_FIRST}

    def note(self, value: str) -> None:
        """Learn from a value, whatever it is."""
        date_of = written(value)
        if date_of is not None and Order.CERTAIN not in date_of.readings:
            self._orders &= date_of.readings.keys()

    def rewritten(self, value: str) -> Rewritten | None:
        """Return a value of the column in the field's form, or why it stays; None where it looks like no date."""
        date_of = written(value)
        if date_of is None:
            return Rewritten(doubt=Doubt.DAY_NUMBER) if _DAY_NUMBER.fullmatch(value) else None
        known = {order: ymd for order, ymd in date_of.readings.items() if order in self._orders}
        meant = set((known or date_of.readings).values())
        if len(meant) > 1:
            return Rewritten(doubt=Doubt.DAY_OR_MONTH if self._orders else Doubt.MIXED_ORDER)
        days = self._real(meant.pop(), short_year=date_of.short_year)
        if isinstance(days, Doubt):
            return Rewritten(doubt=days)
        return _in_form(self._field, days, date_of.time)

    def _real(self, ymd: Ymd, *, short_year: bool) -> date | Doubt:
        """Return the one day that is meant, or why there is not one."""
        if not short_year:
            found = _day(ymd.year, ymd)
            return found if found and DAYS[0] <= found <= DAYS[1] else Doubt.NO_SUCH_DAY
        first, last = self._days
        days = [found for century in _CENTURIES if (found := _day(century + ymd.year, ymd))]
        if not days:
            return Doubt.NO_SUCH_DAY
        within = [found for found in days if first <= found <= last]
        return within[0] if len(within) == 1 else Doubt.CENTURY


def _day(year: int, ymd: Ymd) -> date | None:
    try:
        return date(year, ymd.month, ymd.day)
    except ValueError:
        return None


def own_form(field: Field) -> DateForm:
    """Return the form in which a field of dates or times is written."""
    if field.format is None or field.format == "name":
        return ISO_MOMENT if field.type == "datetime" else ISO_DAY
    return field.format


def _in_form(field: Field, day: date, time: tuple[int, int, int] | None) -> Rewritten:
    """Return a day, with its time where the field wants one; a time is never invented nor cut."""
    moment = datetime(day.year, day.month, day.day, *(time or ()))  # noqa: DTZ001 - as the file has it, without a zone
    own = own_form(field)
    if "%H" not in own:
        return Rewritten(moment.strftime(own))
    for form in (own, *field.tolerated):
        timed = "%H" in form
        if timed == (time is not None) and (not timed or "%S" in form or not moment.second):
            return Rewritten(moment.strftime(form))
    return Rewritten(doubt=Doubt.NO_TIME)

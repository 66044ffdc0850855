"""Exam series as files write them: `June 2026`, `6G26` or `2026-06`, all of them the same sitting (`awarding` 2.1)."""

import re
from functools import lru_cache
from typing import Final

MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_LETTERS: Final = "123456789ABC"
_CODED: Final = re.compile(r"([1-9ABC])[A-Z]([0-9]{2})", re.ASCII)
_NAMED: Final = re.compile(r"([A-Za-z]+) ([0-9]{4})", re.ASCII)
_DATED: Final = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])", re.ASCII)
_BY_NAME: Final = {name.casefold(): number for number, name in enumerate(MONTHS, start=1)}


@lru_cache(maxsize=256)
def series_of(text: str) -> str | None:
    """Return a series as year and month, such as 2026-06, however it is written; None where it names none.

    The second character of a code is the awarding organisation's own and tells no two sittings apart.
    """
    coded = _CODED.fullmatch(text)
    if coded:
        return f"20{coded[2]}-{_LETTERS.index(coded[1]) + 1:02}"
    named = _NAMED.fullmatch(text)
    if named and named[1].casefold() in _BY_NAME:
        return f"{named[2]}-{_BY_NAME[named[1].casefold()]:02}"
    return text if _DATED.fullmatch(text) else None

"""How dates and times are written in batch files: each form by its Table Schema format, in words, and as an example."""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Literal, NamedTuple

DateForm = Literal["%Y-%m-%d", "%d/%m/%Y", "%d%m%Y", "%Y%m%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]

ISO_DAY: DateForm = "%Y-%m-%d"
ISO_MOMENT: DateForm = "%Y-%m-%dT%H:%M:%S"
FIRST_YEAR, LAST_YEAR = 1800, 2099
"""The years that a date in any file may lie in (`lrs` 6.5)."""

_DAY_EXAMPLE = datetime(2008, 5, 31, 9, 30)  # noqa: DTZ001 - an example as the files write it, without a zone
_PARTS = {"%Y": ("YYYY", "[0-9]{4}"), "%m": ("MM", "[0-9]{2}"), "%d": ("DD", "[0-9]{2}"), "%H": ("hh", "[0-9]{2}")} | {
    "%M": ("mm", "[0-9]{2}"),
    "%S": ("ss", "[0-9]{2}"),
}
_ZONE = r"(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2})?"


class Shape(NamedTuple):
    """A form in words such as YYYY-MM-DD, an example, the pattern of its digits, and the group that each part has."""

    words: str
    example: str
    pattern: re.Pattern[str]
    timed: bool


def _shape(form: str) -> Shape:
    words, pattern = form, form
    for part, (name, digits) in _PARTS.items():
        words = words.replace(part, name)
        pattern = pattern.replace(part, f"(?P<{part[1]}>{digits})")
    timed = "%H" in form
    return Shape(words, _DAY_EXAMPLE.strftime(form), re.compile(pattern + (_ZONE if timed else ""), re.ASCII), timed)


SHAPES: Mapping[DateForm, Shape] = {
    form: _shape(form) for form in ("%Y-%m-%d", "%d/%m/%Y", "%d%m%Y", "%Y%m%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")
}


@lru_cache(maxsize=1 << 14)
def read_moment(value: str, form: DateForm) -> datetime | None:
    """Return the moment that a text of this form names, years 1800 to 2099, or None; a day is its first moment.

    A zone or a fraction of a second may follow a time; without one the moment has no zone.
    """
    shape = SHAPES[form]
    found = shape.pattern.fullmatch(value)
    if not found or not FIRST_YEAR <= int(found["Y"]) <= LAST_YEAR:
        return None
    try:
        if shape.timed:
            return datetime.fromisoformat(value)
        return datetime(int(found["Y"]), int(found["m"]), int(found["d"]))  # noqa: DTZ001 - a day has no zone
    except ValueError:
        return None

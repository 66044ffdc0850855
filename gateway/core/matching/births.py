"""Dates of birth as numbers such as 20080531, and the levels of two of them."""

from typing import Final

import numpy as np

from gateway.core.matching.columns import Flags, Integers
from gateway.core.matching.weights import Born

_DIGITS: Final = 8
_NEIGHBOURS: Final = ((0, 1), (2, 3), (4, 5), (5, 6), (6, 7))
"""Places of two digits of one part, counted from the end."""
_NEW_YEAR: Final = 101
GENERATION: Final = 12
"""Years that lie between two people of whom one may be the other's parent."""


def born_levels(sent: Integers, held: Integers) -> Integers:
    """Return the level of each pair of birth dates."""
    levels = np.full(len(sent), Born.SAME, np.int8)
    apart = np.flatnonzero(sent != held)
    levels[apart] = _apart(sent[apart].astype(np.int64), held[apart].astype(np.int64))
    levels[(sent == 0) | (held == 0)] = Born.MISSING
    return levels


def _apart(sent: Integers, held: Integers) -> Integers:
    """Return the levels of dates that differ; of those that fit the first one told holds."""
    year, month, day = (sent // 10_000, sent // 100 % 100, sent % 100)
    of_year, of_month, of_day = (held // 10_000, held // 100 % 100, held % 100)
    same_year, between = year == of_year, np.abs(year - of_year)
    parts = same_year.astype(np.int8) + (month == of_month) + (day == of_day)
    new_year = (sent % 10_000 == _NEW_YEAR) | (held % 10_000 == _NEW_YEAR)
    told = (
        (same_year & (month == of_day) & (day == of_month), Born.SWAPPED),
        (_digit(sent, held), Born.DIGIT),
        ((between == 1) & (parts == 2), Born.YEAR),  # noqa: PLR2004 - two of three parts
        (same_year & new_year, Born.JANUARY),
        (parts == 2, Born.PART),  # noqa: PLR2004 - two of three parts
        (between < GENERATION, Born.DIFFERENT),
    )
    fits, levels = zip(*told, strict=True)
    found: Integers = np.select(fits, levels, Born.GENERATION).astype(np.int8)
    return found


def _digit(sent: Integers, held: Integers) -> Flags:
    """Tell where one digit differs, or two neighbouring ones of the same part are exchanged."""
    one = [sent // 10**place % 10 for place in range(_DIGITS)]
    other = [held // 10**place % 10 for place in range(_DIGITS)]
    wrong = sum((a != b).astype(np.int8) for a, b in zip(one, other, strict=True))
    exchanged = np.zeros(len(sent), bool)
    for low, high in _NEIGHBOURS:
        exchanged |= (one[low] == other[high]) & (one[high] == other[low]) & (one[low] != one[high])
    found: Flags = (wrong == 1) | ((wrong == 2) & exchanged)  # noqa: PLR2004 - both digits of the exchange
    return found

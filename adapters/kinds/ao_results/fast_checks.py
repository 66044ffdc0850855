"""Tells right ULNs and UCIs from doubtful ones by looking up sums of their parts: quick enough for every row.

What is doubtful here is looked at again by the rule itself, so these tests may doubt a right value, never the reverse.
"""

from collections.abc import Callable, Iterable, Mapping
from math import nan
from operator import mul
from string import ascii_uppercase, digits
from typing import Final

from adapters.formats.table_kind import Columns, Screen

_DIGITS: Final = {sign: int(sign) for sign in digits}
_LETTERS: Final = {letter: at for at, letter in enumerate(ascii_uppercase, 1)}
_MOST: Final = 20_000
_ULN_CHECKS: Final[Mapping[float, str]] = {remainder: str(10 - remainder) for remainder in range(1, 11)}
_UCI_CHECKS: Final[Mapping[float, str]] = dict(enumerate("ABCDEFGHKLMRTVWXY"))


class _Sums(dict[str, float]):
    """The weighted sum of a part of a number, remembered; a part of another form has none (not a number)."""

    def __init__(self, weights: Iterable[int], values: Mapping[str, int] = _DIGITS, never: str = "-") -> None:
        super().__init__()
        self._weights = tuple(weights)
        self._values = values
        self._never = never

    def __missing__(self, part: str) -> float:
        if len(part) != len(self._weights) or part.startswith(self._never) or not self._values.keys() >= set(part):
            return nan
        total: int = sum(map(mul, map(self._values.__getitem__, part), self._weights))
        if len(self) < _MOST:
            self[part] = total
        return total


_ULN_1, _ULN_2, _ULN_3 = _Sums(range(10, 7, -1), never="0"), _Sums(range(7, 4, -1)), _Sums(range(4, 1, -1))
_UCI_1, _UCI_3, _UCI_4 = _Sums(range(16, 11, -1)), _Sums(range(10, 8, -1)), _Sums(range(8, 4, -1), never="0000")
_UCI_2: Final = _Sums((11,), _DIGITS | _LETTERS)


def doubtful_ulns(values: Iterable[str]) -> set[str]:
    """Return those of some values that are not certainly empty or right ULNs."""
    return {
        it
        for it in values
        if it and _ULN_CHECKS.get((_ULN_1[it[:3]] + _ULN_2[it[3:6]] + _ULN_3[it[6:9]]) % 11) != it[9:]
    }


def doubtful_ucis(values: Iterable[str]) -> set[str]:
    """Return those of some values that are not certainly empty or right UCIs."""
    return {
        it
        for it in values
        if it
        and _UCI_CHECKS.get((_UCI_1[it[:5]] + _UCI_2[it[5:6]] + _UCI_3[it[6:8]] + _UCI_4[it[8:12]]) % 17) != it[12:]
    }


def numbers_right(name: str, doubtful: Callable[[Iterable[str]], set[str]]) -> Screen:
    """Return a screen by a test of all the different values of a column at once."""

    def screen(columns: Columns) -> Iterable[int]:
        wrong = doubtful(columns.distinct(name))
        return [row for row, value in enumerate(columns[name]) if value in wrong] if wrong else ()

    return screen

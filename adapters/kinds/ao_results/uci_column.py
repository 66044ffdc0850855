"""Tells right UCIs from doubtful ones, a whole column at once."""

from collections.abc import Iterable
from string import ascii_uppercase
from typing import Final

from adapters.formats.table_kind import Columns
from adapters.formats.table_numbers import DIGITS, CheckedNumbers, weighted

_CHECKS: Final = "ABCDEFGHKLMRTVWXY"
_BOARD: Final = 11
"""The weight of the sixth sign, which may be a letter."""
_LETTERS: Final = {letter: at for at, letter in enumerate(ascii_uppercase, 1)}
_SIZE: Final = 13
_SERIAL: Final = slice(8, 12)
_UCIS: Final = CheckedNumbers(
    [
        *(weighted(DIGITS | _LETTERS if weight == _BOARD else DIGITS, weight) for weight in range(16, 4, -1)),
        {sign: -place for place, sign in enumerate(_CHECKS)},
    ],
    modulus=17,
    rest=0,
)


def doubtful_ucis(columns: Columns, name: str) -> Iterable[int]:
    """Return the rows whose UCI is not certainly empty or right."""
    rows, signs = columns.bytes_of(name, _SIZE)
    unserialled = rows[(signs[:, _SERIAL] == ord("0")).all(axis=1)]
    return [*_UCIS.doubtful(columns, name), *unserialled.tolist()]

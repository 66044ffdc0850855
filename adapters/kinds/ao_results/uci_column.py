"""Tells right UCIs from doubtful ones, a whole column at once."""

import re
from collections.abc import Collection
from string import ascii_uppercase
from typing import Final

from adapters.formats.table_numbers import DIGITS, CheckedNumbers, weighted

_CHECKS: Final = "ABCDEFGHKLMRTVWXY"
_BOARD: Final = 11
"""The weight of the sixth sign, which may be a letter."""
_LETTERS: Final = {letter: at for at, letter in enumerate(ascii_uppercase, 1)}
_SERIAL: Final = slice(8, 12)
_NO_SERIAL: Final = re.compile("0000.,")
_UCIS: Final = CheckedNumbers(
    [
        *(weighted(DIGITS | _LETTERS if weight == _BOARD else DIGITS, weight) for weight in range(16, 4, -1)),
        {sign: -place for place, sign in enumerate(_CHECKS)},
    ],
    modulus=17,
    rest=0,
)


def doubtful_ucis(values: Collection[str]) -> list[str]:
    """Return those of some values that are not certainly empty or right UCIs."""
    found = _UCIS.doubtful(values)
    if _NO_SERIAL.search(",".join([*values, ""])):
        found += [value for value in values if value[_SERIAL] == "0000"]
    return found

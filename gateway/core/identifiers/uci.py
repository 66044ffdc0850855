"""The unique candidate identifier: where and when a candidate was first entered (specification `awarding` 1.1)."""

import re
from enum import StrEnum, auto
from operator import mul
from string import ascii_uppercase, digits

_CHECKS = "ABCDEFGHKLMRTVWXY"
_BODY = r"[0-9]{5}[0-9A-Z][0-9]{6}"
_SHAPE = re.compile(rf"{_BODY}[{_CHECKS}]?", re.ASCII)
_VALUES = {digit: int(digit) for digit in digits} | {
    letter: value for value, letter in enumerate(ascii_uppercase, start=1)
}
_WEIGHTS = range(16, 4, -1)
_BODY_LENGTH = 12
_NO_SERIAL = "0000"
_BOARD = 5
_FIRST_DOUBTFUL = "Q"


class UciFault(StrEnum):
    """What is wrong with a UCI; only the worst is told."""

    SHAPE = auto()
    """It is not five digits, a digit or capital, six digits and one of the 17 check letters."""
    SERIAL = auto()
    """Its serial, characters 9 to 12, is 0000."""
    NO_CHECK_CHARACTER = auto()
    """Character 13 is blank, as a centre may leave it: `completed_uci` fills it in."""
    CHECK_CHARACTER = auto()
    """Character 13 does not fit the others."""
    CHECK_CHARACTER_DOUBTFUL = auto()
    """The same, but character 6 is one of Q to Z, for which the boards' own programs disagree."""


def uci_fault(value: str) -> UciFault | None:
    """Return what is wrong with a trimmed value as a UCI, or None."""
    uci = value.rstrip(" ")
    if not _SHAPE.fullmatch(uci):
        return UciFault.SHAPE
    if uci[8:12] == _NO_SERIAL:
        return UciFault.SERIAL
    if len(uci) == _BODY_LENGTH:
        return UciFault.NO_CHECK_CHARACTER
    if uci[12] == uci_check_character(uci[:12]):
        return None
    return UciFault.CHECK_CHARACTER_DOUBTFUL if uci[_BOARD] >= _FIRST_DOUBTFUL else UciFault.CHECK_CHARACTER


def uci_check_character(body: str) -> str:
    """Return character 13 for the twelve before it, digits and capitals."""
    return _CHECKS[sum(map(mul, map(_VALUES.__getitem__, body), _WEIGHTS)) % len(_CHECKS)]


def completed_uci(value: str) -> str:
    """Return a UCI with its check character filled in where it was blank; any other value as it is, trimmed."""
    uci = value.strip(" ")
    return uci + uci_check_character(uci) if uci_fault(uci) is UciFault.NO_CHECK_CHARACTER else uci

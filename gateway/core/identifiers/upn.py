"""The Unique Pupil Number: a check letter, who issued it and when, and a serial (specification `identifiers` 2).

A former UPN (the census's and CTF's FormerUPN) has the same shapes and is judged by the same functions.
"""

import re
from collections.abc import Iterator
from enum import StrEnum, auto
from operator import mul

from gateway.core.identifiers.la_number import UPN_LA_NUMBERS

_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_VALUES = {str(digit): digit for digit in range(10)} | {letter: value for value, letter in enumerate(_LETTERS)}
_WEIGHTS = range(2, 14)
_LENGTH = 13
_SHAPE = re.compile(rf"[{_LETTERS}][0-9]{{11}}[0-9{_LETTERS}]", re.ASCII)


class UpnFault(StrEnum):
    """What is wrong with a UPN, in the order of its characters; the check letter and the LA can be told when all fit.

    The census's numbers: 1510 FIRST_LETTER, CHECK_LETTER; 1530 LA_DIGITS, LA_UNKNOWN; 1540 MIDDLE_DIGITS;
    1550 LAST_CHARACTER. No number is known for LENGTH.
    """

    LENGTH = auto()
    """There are not thirteen characters; no place in it can be judged."""
    FIRST_LETTER = auto()
    """The first character is not A to Z in capitals without I, O and S."""
    LA_DIGITS = auto()
    """Characters 2 to 4 are not three digits."""
    MIDDLE_DIGITS = auto()
    """Characters 5 to 12 are not eight digits."""
    LAST_CHARACTER = auto()
    """Character 13 is neither a digit nor A to Z in capitals without I, O and S."""
    CHECK_LETTER = auto()
    """The shape is right, and the first letter does not fit the other characters."""
    LA_UNKNOWN = auto()
    """The shape is right, and characters 2 to 4 are no authority's number."""


def upn_faults(value: str, known: frozenset[str] = UPN_LA_NUMBERS) -> tuple[UpnFault, ...]:
    """Return all that is wrong with a trimmed value as a UPN, permanent or temporary, in the order of UpnFault."""
    if _SHAPE.fullmatch(value):
        return tuple(_content_faults(value, known))
    return (UpnFault.LENGTH,) if len(value) != _LENGTH else tuple(_shape_faults(value))


def _content_faults(value: str, known: frozenset[str]) -> Iterator[UpnFault]:
    if value[0] != upn_check_letter(value[1:]):
        yield UpnFault.CHECK_LETTER
    if value[1:4] not in known:
        yield UpnFault.LA_UNKNOWN


def _shape_faults(value: str) -> Iterator[UpnFault]:
    if value[0] not in _LETTERS:
        yield UpnFault.FIRST_LETTER
    if not _are_digits(value[1:4]):
        yield UpnFault.LA_DIGITS
    if not _are_digits(value[4:12]):
        yield UpnFault.MIDDLE_DIGITS
    if value[12] not in _VALUES:
        yield UpnFault.LAST_CHARACTER


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def upn_check_letter(body: str) -> str:
    """Return the first letter for characters 2 to 13: eleven digits, and a digit or one of the 23 letters."""
    return _LETTERS[sum(map(mul, map(_VALUES.__getitem__, body), _WEIGHTS)) % len(_LETTERS)]


def is_temporary_upn(value: str) -> bool:
    """Tell whether a value has the shape of a temporary UPN: a letter stands where the last digit would."""
    return _SHAPE.fullmatch(value) is not None and not value[12].isdigit()

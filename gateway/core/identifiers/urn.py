"""A school's unique reference number: six digits from 100000 (specification `identifiers` 4)."""

import re
from enum import StrEnum, auto

_DIGITS = re.compile(r"[0-9]{6}", re.ASCII)


class UrnFault(StrEnum):
    """What is wrong with a URN."""

    SHAPE = auto()
    """It is not six digits."""
    LEADING_ZERO = auto()
    """It is six digits below 100000."""


def urn_fault(value: str) -> UrnFault | None:
    """Return what is wrong with a trimmed value as a URN, or None."""
    if not _DIGITS.fullmatch(value):
        return UrnFault.SHAPE
    return UrnFault.LEADING_ZERO if value.startswith("0") else None

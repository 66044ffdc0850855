"""The UK Provider Reference Number: eight digits, from 10000000 (specification `identifiers` 3)."""

import re
from enum import StrEnum, auto

_DIGITS = re.compile(r"[0-9]{8}", re.ASCII)
_LRS = re.compile(r"[0-9A-Za-z]{8}", re.ASCII)


class UkprnFault(StrEnum):
    """What is wrong with a UKPRN; whether a provider has it is for the register of providers to say."""

    SHAPE = auto()
    """It is not eight digits."""
    LEADING_ZERO = auto()
    """It is eight digits below 10000000."""


def ukprn_fault(value: str) -> UkprnFault | None:
    """Return what is wrong with a trimmed value as a UKPRN, or None."""
    if not _DIGITS.fullmatch(value):
        return UkprnFault.SHAPE
    return UkprnFault.LEADING_ZERO if value.startswith("0") else None


def lrs_ukprn_fault(value: str) -> UkprnFault | None:
    """Return what is wrong with a trimmed value as a UKPRN of the LRS, which takes letters too (`lrs` 6.4)."""
    return None if _LRS.fullmatch(value) else UkprnFault.SHAPE

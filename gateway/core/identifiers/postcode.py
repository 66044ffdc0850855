"""Postcodes in the ILR's strict form and the LRS's loose one (specifications `identifiers` 8 and `lrs` 6.2)."""

import re
from enum import StrEnum, auto
from typing import Final

from gateway.core.identifiers.capitals import in_capitals

UNKNOWN_POSTCODE: Final = "ZZ99 9ZZ"
"""What stands for a postcode that is not known; it is looked up nowhere."""
_PSEUDO_OUTWARD = "ZZ99"
_INWARD_LENGTH = 3
_END = "[0-9][ABD-HJLNP-UW-Z]{2}"
_ANY_END = "[0-9][A-Z]{2}"
_ILR = "[A-Z]{1,2}(?:[0-9]{1,2}|[0-9][A-Z])"
_LRS = "[A-Z]{1,2}[0-9R][A-Z0-9]?"
_ILR_FORM = re.compile(f"{_ILR} {_END}", re.ASCII)
_ILR_ANY = re.compile(f"{_ILR} {_ANY_END}", re.ASCII)
_FORCES = re.compile(r"(BFPO) ?([0-9]{1,4})", re.ASCII)
_LRS_FORM = re.compile(f"{_LRS} ?{_END}|{_FORCES.pattern}", re.ASCII)
_LRS_ANY = re.compile(f"{_LRS} {_ANY_END}", re.ASCII)


class PostcodeFault(StrEnum):
    """What is wrong with a postcode; `printed_postcode` mends SPACE and CASE."""

    SPACE = auto()
    """Its blanks are not one space before the last three characters, and nothing else is wrong, small letters aside."""
    CASE = auto()
    """It has small letters and nothing else is wrong."""
    INWARD_LETTERS = auto()
    """The last two letters have a C, I, K, M, O or V, which never stand there; the rest fits, blanks and case aside."""
    SHAPE = auto()
    """It is no postcode at all."""


def postcode_fault(value: str) -> PostcodeFault | None:
    """Return what is wrong with a trimmed value as a postcode of the ILR, census or CTF, or None."""
    if _ILR_FORM.fullmatch(value):
        return None
    printed = printed_postcode(value)
    if _ILR_FORM.fullmatch(printed):
        return PostcodeFault.CASE if in_capitals(value) == printed else PostcodeFault.SPACE
    return PostcodeFault.INWARD_LETTERS if _ILR_ANY.fullmatch(printed) else PostcodeFault.SHAPE


def lrs_postcode_fault(value: str) -> PostcodeFault | None:
    """Return what is wrong with a trimmed value as a postcode of the LRS, or None.

    The LRS takes letters in any case, the space or none, and BFPO with one to four digits.
    """
    if _LRS_FORM.fullmatch(in_capitals(value)):
        return None
    printed = printed_postcode(value)
    if _LRS_FORM.fullmatch(printed):
        return PostcodeFault.SPACE
    return PostcodeFault.INWARD_LETTERS if _LRS_ANY.fullmatch(printed) else PostcodeFault.SHAPE


def compact_postcode(value: str) -> str:
    """Return a postcode as it is compared and looked up: in capitals, without blanks."""
    return "".join(in_capitals(value).split())


def printed_postcode(value: str) -> str:
    """Return a postcode in capitals with one space before its last three characters, or behind BFPO."""
    compact = compact_postcode(value)
    if forces := _FORCES.fullmatch(compact):
        return " ".join(forces.groups())
    return f"{compact[:-_INWARD_LENGTH]} {compact[-_INWARD_LENGTH:]}".lstrip()


def is_unknown_postcode(value: str) -> bool:
    """Tell whether a value is ZZ99 9ZZ, in any case and with any blanks."""
    return compact_postcode(value) == compact_postcode(UNKNOWN_POSTCODE)


def is_pseudo_postcode(value: str) -> bool:
    """Tell whether a value is a postcode of the ZZ99 range, which stands for no place; ZZ99 9ZZ is one of them."""
    printed = printed_postcode(value)
    return _ILR_FORM.fullmatch(printed) is not None and printed.startswith(_PSEUDO_OUTWARD)

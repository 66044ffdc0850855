"""The national insurance number: two letters, six digits, a letter or blank (ILR rule NINumber_01)."""

import re
from enum import StrEnum, auto

from gateway.core.identifiers.capitals import in_capitals

_FIRST = "A-CEGHJ-PR-TW-Z"
_SECOND = "A-CEGHJ-NPR-TW-Z"
_FORM = re.compile(rf"[{_FIRST}][{_SECOND}][0-9]{{6}}[A-D]?", re.ASCII)
_ANY_PREFIX = re.compile(r"[A-Z]{2}[0-9]{6}[A-Z]?", re.ASCII)
_ANY_SUFFIX = re.compile(rf"[{_FIRST}][{_SECOND}][0-9]{{6}}[A-Z]", re.ASCII)


class NiNumberFault(StrEnum):
    """What is wrong with a national insurance number; `compact_ni_number` mends SPACE and CASE."""

    SPACE = auto()
    """It has blanks within and nothing else is wrong, small letters aside."""
    CASE = auto()
    """It has small letters and nothing else is wrong."""
    PREFIX = auto()
    """Its first letter is D, F, I, Q, U or V, or its second one of these or O."""
    SUFFIX = auto()
    """Its ninth character is a letter other than A, B, C and D."""
    SHAPE = auto()
    """It is not two letters, six digits and a letter or blank."""


def ni_number_fault(value: str) -> NiNumberFault | None:
    """Return what is wrong with a value as a national insurance number, or None; a blank at its end is no fault."""
    number = value.strip(" ")
    if _FORM.fullmatch(number):
        return None
    compact = compact_ni_number(number)
    if _FORM.fullmatch(compact):
        return NiNumberFault.CASE if in_capitals(number) == compact else NiNumberFault.SPACE
    if _ANY_SUFFIX.fullmatch(compact):
        return NiNumberFault.SUFFIX
    return NiNumberFault.PREFIX if _ANY_PREFIX.fullmatch(compact) else NiNumberFault.SHAPE


def compact_ni_number(value: str) -> str:
    """Return a national insurance number in capitals and without blanks; a blank ninth character is left out."""
    return "".join(in_capitals(value).split())

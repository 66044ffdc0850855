"""The number of a candidate, unique within a centre and series: 0001 to 9999 (specification `awarding` 2.5)."""

import re
from enum import StrEnum, auto

_SHAPE = re.compile(r"[0-9]{4}", re.ASCII)
_NONE = "0000"


class CandidateNumberFault(StrEnum):
    """What is wrong with a candidate number."""

    SHAPE = auto()
    """It is not four digits."""
    ZERO = auto()
    """It is 0000, which no candidate has."""


def candidate_number_fault(value: str) -> CandidateNumberFault | None:
    """Return what is wrong with a trimmed value as a candidate number, or None."""
    if not _SHAPE.fullmatch(value):
        return CandidateNumberFault.SHAPE
    return CandidateNumberFault.ZERO if value == _NONE else None

"""LearnRefNumber, a provider's own reference for a learner in the ILR (specification `identifiers` 7)."""

import re
from enum import StrEnum, auto

_MOST = 12
_STRANGE = re.compile(r"[^A-Za-z0-9 ]", re.ASCII)


class LearnRefNumberFault(StrEnum):
    """What is wrong with a LearnRefNumber or PrevLearnRefNumber."""

    CHARACTER = auto()
    """It has a character that is no unaccented letter, digit or space."""
    LENGTH = auto()
    """It is empty or has more than twelve characters."""


def learn_ref_number_fault(value: str) -> LearnRefNumberFault | None:
    """Return what is wrong with a trimmed value as a LearnRefNumber, or None."""
    if _STRANGE.search(value):
        return LearnRefNumberFault.CHARACTER
    return None if 1 <= len(value) <= _MOST else LearnRefNumberFault.LENGTH


def learn_ref_number_key(value: str) -> str:
    """Return what two LearnRefNumbers are compared by: trimmed, whatever their case."""
    return value.strip().casefold()

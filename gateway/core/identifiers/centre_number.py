"""The number of an examination centre (NCN): five digits (specification `awarding` 1.4)."""

import re
from enum import StrEnum, auto

_SHAPE = re.compile(r"[0-9]{5}", re.ASCII)


class CentreNumberFault(StrEnum):
    """What is wrong with a centre number; whether a centre has it is for reference data to say."""

    SHAPE = auto()
    """It is not five digits."""


def centre_number_fault(value: str) -> CentreNumberFault | None:
    """Return what is wrong with a trimmed value as a centre number, or None."""
    return None if _SHAPE.fullmatch(value) else CentreNumberFault.SHAPE

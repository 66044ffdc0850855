"""The number of an establishment within its local authority, and both together: the DfE number."""

import re
from collections.abc import Mapping
from enum import StrEnum, auto
from typing import Final, NamedTuple, Self

from gateway.core.identifiers.la_number import numbers_in

_SHAPE = re.compile(r"[0-9]{4}", re.ASCII)
_DFE_NUMBER = re.compile(r"([0-9]{3}|XXX|MMM|NAA)/?([0-9]{4}|XXXX|MMMM|LLLL)", re.ASCII)

PHASE_NUMBERS: Final[Mapping[str, frozenset[str]]] = {
    phase: numbers_in(ranges)
    for phase, ranges in {
        "NS": "1000-1099 1800-1899 6000-6899",
        "PS": "2000-3999 5200-5299 5940-5949 6000-6899",
        "MP": "2000-3999 5200-5299 5940-5949 6000-6899",
        "MS": "4000-4999 5400-5499 5900-5939 6000-6899",
        "SS": "4000-4999 5400-5499 5900-5939 6000-6999",
        "SP": "5950-5999 6000-6899 7000-7999",
    }.items()
}
"""Which numbers each phase of education had under the older rule (specification `identifiers` 4): grounds to query."""


class EstablishmentPlaceholder(StrEnum):
    """What stands in the place of an establishment number; which of them a field takes is for its file kind to say."""

    NOT_KNOWN = "XXXX"
    NOT_MAINTAINED = "MMMM"
    THE_AUTHORITY = "LLLL"


_PLACEHOLDERS = frozenset(EstablishmentPlaceholder)


class EstablishmentFault(StrEnum):
    """What is wrong with an establishment number."""

    SHAPE = auto()
    """It is neither four digits nor a place-holder."""
    PLACEHOLDER = auto()
    """It is a place-holder that this field does not take."""


class DfeNumber(NamedTuple):
    """An LA number and an establishment number, either of which may be a place-holder; its text is LLLEEEE."""

    la_number: str
    establishment_number: str

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Return the DfE number that a trimmed text is, written LLLEEEE or LLL/EEEE; None where it is none."""
        found = _DFE_NUMBER.fullmatch(text)
        return cls(*found.groups()) if found else None

    def __str__(self) -> str:
        return f"{self.la_number}{self.establishment_number}"

    @property
    def printed(self) -> str:
        """The number as people write it: LLL/EEEE."""
        return f"{self.la_number}/{self.establishment_number}"


def establishment_fault(value: str, placeholders: frozenset[str] = frozenset()) -> EstablishmentFault | None:
    """Return what is wrong with a trimmed value as an establishment number, of a field with these place-holders."""
    if _SHAPE.fullmatch(value) or value in placeholders:
        return None
    return EstablishmentFault.PLACEHOLDER if value in _PLACEHOLDERS else EstablishmentFault.SHAPE


def fits_phase(establishment_number: str, phase: str) -> bool:
    """Tell whether a phase has this establishment number; of a phase without a range nothing is said against any."""
    return phase not in PHASE_NUMBERS or establishment_number in PHASE_NUMBERS[phase]

"""The number of a local authority: three digits, or the letters that stand where there is none."""

import re
from collections.abc import Iterator
from enum import StrEnum, auto
from typing import Final

_SHAPE = re.compile(r"[0-9]{3}", re.ASCII)


class LaPlaceholder(StrEnum):
    """What stands in the place of an LA number; which of them a field takes is for its file kind to say."""

    NOT_KNOWN = "XXX"
    NOT_MAINTAINED = "MMM"
    NOT_APPLICABLE = "NAA"


_PLACEHOLDERS = frozenset(LaPlaceholder)


class LaNumberFault(StrEnum):
    """What is wrong with an LA number."""

    SHAPE = auto()
    """It is neither three digits nor a place-holder."""
    PLACEHOLDER = auto()
    """It is a place-holder that this field does not take."""
    UNKNOWN = auto()
    """It is three digits that are no authority's number."""


def numbers_in(text: str) -> frozenset[str]:
    """Return the numbers that a list such as "001 201-213" names, both ends of a range included, zeros kept."""
    return frozenset(number for entry in text.split() for number in _span(entry))


def _span(entry: str) -> Iterator[str]:
    first, _, last = entry.partition("-")
    for number in range(int(first), int(last or first) + 1):
        yield f"{number:0{len(first)}}"


# Lists of specification `identifiers` 2 and 4: a reorganisation of authorities changes these texts and nothing else.
UPN_LA_NUMBERS: Final = numbers_in(
    "001-005 201-213 301-320 330-336 340-344 350-359 370-373 380-384 390-394 420 660-681 701-708 800-803 805-808 "
    "810-813 815 816 820-823 825 826 830 831 835-841 845 846 850-852 855-857 860 861 865-896 908 909 916 919 921 "
    "925 926 928 929 931 933 935-938 940-943"
)
"""The numbers that may stand in a UPN (census rule 1530)."""
COLLECT_LA_NUMBERS: Final = numbers_in(
    "001 003 010-014 016 020-024 026 030-034 036 040-044 046 050-054 056 167 201-213 301-320 330-336 340-344 350-359 "
    "370-373 380-384 390-394 420 600-633 660-681 701-708 800-803 805-808 810-813 815 816 820-823 825 826 830 831 "
    "835-841 845 846 850-852 855-857 860 861 865-896 901-943"
)
"""The numbers that COLLECT knows, those of former authorities included; the place-holders are LaPlaceholder."""


def la_number_fault(
    value: str, placeholders: frozenset[str] = frozenset(), known: frozenset[str] = COLLECT_LA_NUMBERS
) -> LaNumberFault | None:
    """Return what is wrong with a trimmed value as an LA number of a field that takes these place-holders, or None."""
    if value in known or value in placeholders:
        return None
    if value in _PLACEHOLDERS:
        return LaNumberFault.PLACEHOLDER
    return LaNumberFault.UNKNOWN if _SHAPE.fullmatch(value) else LaNumberFault.SHAPE

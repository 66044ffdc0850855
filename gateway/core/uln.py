"""The Unique Learner Number: ten digits, the last one a check digit."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Self

TEMPORARY_ULN = "9999999999"
_SHAPE = re.compile(r"[1-9][0-9]{9}", re.ASCII)
_MODULUS = 11


def _sums(*weights: int) -> dict[str, int]:
    """Return what each three digits in a row add to the weighted sum of nine: files have millions of ULNs."""
    return {
        f"{three:03}": sum(int(digit) * weight for digit, weight in zip(f"{three:03}", weights, strict=True))
        for three in range(1000)
    }


_FIRST, _MIDDLE, _LAST = _sums(10, 9, 8), _sums(7, 6, 5), _sums(4, 3, 2)


class UlnFault(StrEnum):
    """Why a text is no ULN; each value is a sentence's end."""

    SHAPE = "must be ten digits that do not start with 0"
    TEMPORARY = "is the place-holder for a learner who has no ULN yet"
    CHECK_DIGIT = "has a check digit that does not fit: a digit is wrong or two are swapped"


class Uln(str):
    """A ULN that can exist: its shape and its check digit are right (specification `lrs` 1.1, 1.2)."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the ULN that a text holds, blanks at its ends aside; raise ValueError with the UlnFault otherwise."""
        value = text.strip()
        fault = uln_fault(value)
        if fault is not None:
            raise ValueError(fault)
        return cls(value)

    @classmethod
    def of(cls, prefix: int) -> Self | None:
        """Return the ULN that begins with these nine digits, or None where no check digit can make one."""
        digit = check_digit(prefix)
        return None if digit is None else cls(f"{prefix}{digit}")


def check_digit(prefix: int) -> int | None:
    """Return the tenth digit for nine digits; None where the remainder is 0 and no number exists."""
    nine = str(prefix)
    remainder = (_FIRST[nine[:3]] + _MIDDLE[nine[3:6]] + _LAST[nine[6:]]) % _MODULUS
    return None if remainder == 0 else 10 - remainder


def uln_fault(value: str) -> UlnFault | None:
    """Return what is wrong with a trimmed value as a ULN, or None; the place-holder is told before its check digit."""
    if not _SHAPE.fullmatch(value):
        return UlnFault.SHAPE
    if value == TEMPORARY_ULN:
        return UlnFault.TEMPORARY
    return None if check_digit(int(value[:9])) == int(value[9]) else UlnFault.CHECK_DIGIT


def ulns_between(first: int, last: int) -> Iterator[Uln]:
    """Yield every ULN from first to last, both ten-digit numbers and included, in rising order."""
    for prefix in range(first // 10, last // 10 + 1):
        uln = Uln.of(prefix)
        if uln is not None and first <= int(uln) <= last:
            yield uln

"""Columns of whole numbers: each once, those that follow each other, and the ULNs of many."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]

_WEIGHTS: Final = range(2, 11)
"""What each of nine digits is multiplied by, the last one first (specification `lrs` 1.2)."""
_MODULUS: Final = 11


def distinct(numbers: Numbers) -> Numbers:
    """Return numbers in rising order, each once: for many, sorting is quicker than what numpy's `unique` does."""
    ordered = np.sort(numbers)
    first = np.ones(len(ordered), bool)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered[first]


def ranges(begins: Numbers, counts: Numbers) -> Numbers:
    """Return from each beginning so many numbers that follow each other, all in one row."""
    ends = np.cumsum(counts)
    found: Numbers = np.arange(ends[-1] if len(ends) else 0) + np.repeat(begins - (ends - counts), counts)
    return found


def ulns(prefixes: Numbers) -> Numbers:
    """Return the ULN that begins with each nine-digit number, 0 where no check digit can make one."""
    weighed = np.zeros_like(prefixes)
    for place, weight in enumerate(_WEIGHTS):
        weighed += prefixes // 10**place % 10 * weight
    remainders = weighed % _MODULUS
    return np.where(remainders == 0, 0, prefixes * 10 + 10 - remainders)

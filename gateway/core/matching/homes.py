"""Postcodes as numbers: their parts, and slips of the pen between two of them."""

from typing import Final

import numpy as np

from gateway.core.matching.columns import Flags, Integers
from gateway.core.matching.faces import BASE, LONGEST, postcode_number

_LETTER: Final = 11
"""The number of the sign A; those of digits are lower."""
_SHORTEST, _TOO_LONG = BASE**4, BASE**7
_NO_PLACE: Final = postcode_number("ZZ99")
INWARD: Final = BASE**3
"""What a number is divided by to be left without its last three signs."""
_POWERS: Final = [BASE**place for place in range(LONGEST)]
_SIGNS: Final = 8
"""Signs of a postcode, counted from its end, in which a slip is looked for."""


def of_uk_form(homes: Integers) -> Flags:
    """Tell which postcodes end as those of the United Kingdom do: a digit and two letters after two signs or more."""
    last, second, third = homes % BASE, homes // BASE % BASE, homes // BASE**2 % BASE
    return (homes >= _SHORTEST) & (homes < _TOO_LONG) & (last >= _LETTER) & (second >= _LETTER) & (third < _LETTER)


def sectors(homes: Integers) -> Integers:
    """Return the sector of each postcode, which lacks its last two letters; any other postcode stands for itself."""
    return np.where(of_uk_form(homes), homes // BASE**2, homes)


def districts(homes: Integers) -> Integers:
    """Return the postal district of each postcode; any other postcode stands for itself."""
    return np.where(of_uk_form(homes), homes // INWARD, homes)


def areas(homes: Integers) -> Integers:
    """Return the first two signs of each postcode, as one number; one of other signs stands for itself."""
    signs = np.searchsorted(np.array(_POWERS), homes, "right")
    found: Integers = homes // np.array([1, 1, *_POWERS])[signs]
    return found


def jumbles(homes: Integers) -> Integers:
    """Return what postcodes of the same signs in another order have in common; 0 of those that stand for no place."""
    signs = np.sort(homes[:, None] // np.array(_POWERS[:LONGEST]) % BASE, axis=1)
    return np.where(no_place(homes), 0, np.where(homes > 0, signs @ np.array(_POWERS[:LONGEST][::-1]), homes))


def no_place(homes: Integers) -> Flags:
    """Tell which postcodes stand for no place: ZZ99."""
    found: Flags = homes // INWARD == _NO_PLACE
    return found


def slips(one: Integers, other: Integers) -> Flags:
    """Tell which pairs of postcodes differ by one sign, or by two neighbouring signs that are exchanged."""
    low, high = np.minimum(one, other), np.maximum(one, other)
    found = np.zeros(len(one), bool)
    for place in range(_SIGNS):
        below, here, above = _POWERS[place], _POWERS[place + 1], _POWERS[place + 2]
        ends_alike = low % below == high % below
        found |= ends_alike & (low // here == high // here)
        found |= (high // here * below + high % below == low) & (low >= below)
        first, second = low // here % BASE, low // below % BASE
        exchanged = low + (second - first) * here + (first - second) * below
        found |= ends_alike & (exchanged == high) & (low // above == high // above)
    return found & (low > 0)

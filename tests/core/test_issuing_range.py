"""Issued numbers: a frozen order, each ULN once."""

import numpy as np
import pytest

from gateway.core.errors import ConfigurationError
from gateway.core.permutation import IssuingRange, Permutation
from gateway.core.uln import uln_fault

KEY = bytes(range(32))


def test_the_order_is_frozen() -> None:
    """A change of these numbers would issue again what was issued before, were it not for the register."""
    permutation = Permutation(900_000_000, KEY)
    assert permutation(np.arange(5)).tolist() == [191378217, 678218615, 654102631, 107636023, 15837469]


@pytest.mark.parametrize("number", [-1, 10])
def test_a_number_outside_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="between 0 and 9"):
        Permutation(10, KEY)(np.array([3, number]))


def test_a_range_gives_each_of_its_ulns_once_and_nothing_else() -> None:
    issuing = IssuingRange(authority="a test", first=1000000043, last=1000001239)
    permutation = Permutation(issuing.size, KEY)
    made = [str(uln) for uln in issuing.ulns(permutation, np.arange(issuing.size)).tolist() if uln]
    every = [str(uln) for uln in range(issuing.first, issuing.last + 1) if uln_fault(str(uln)) is None]
    assert sorted(made) == every
    assert made != every


@pytest.mark.parametrize(
    ("authority", "first", "last"),
    [
        ("", 1000000000, 2000000000),
        (" ", 1000000000, 2000000000),
        ("a test", 999999999, 2000000000),
        ("a test", 2000000000, 1999999999),
        ("a test", 2000000000, 9999999999),
    ],
)
def test_a_range_that_is_none_is_refused(authority: str, first: int, last: int) -> None:
    with pytest.raises(ConfigurationError, match="ten-digit"):
        IssuingRange(authority=authority, first=first, last=last)

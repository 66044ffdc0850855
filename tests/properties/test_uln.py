"""No slip of a digit and no swap of two turns a ULN into another ULN."""

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from gateway.core.numbers import ulns
from gateway.core.uln import Uln, check_digit, uln_fault

PREFIXES = st.integers(100_000_000, 999_999_999)
ULNS = PREFIXES.map(Uln.of).filter(lambda uln: uln is not None)


@given(ULNS, st.integers(0, 9), st.sampled_from("0123456789"))
def test_every_wrong_digit_is_caught(uln: str, place: int, digit: str) -> None:
    assume(uln[place] != digit)
    assert uln_fault(uln[:place] + digit + uln[place + 1 :]) is not None


@given(ULNS, st.integers(0, 9), st.integers(0, 9))
def test_every_swap_of_two_different_digits_is_caught(uln: str, one: int, other: int) -> None:
    assume(uln[one] != uln[other])
    digits = list(uln)
    digits[one], digits[other] = digits[other], digits[one]
    assert uln_fault("".join(digits)) is not None


@given(ULNS)
def test_what_is_printed_is_read_again(uln: str) -> None:
    assert Uln.parse(uln) == uln


@given(PREFIXES)
def test_the_weighted_sum_of_a_uln_leaves_10(prefix: int) -> None:
    """The equivalent test of specification `lrs` 1.2, over all ten digits."""
    fitting = [last for last in range(10) if weighted(f"{prefix}{last}") % 11 == 10]
    digit = check_digit(prefix)
    assert fitting == ([] if digit is None else [digit])


@given(st.lists(PREFIXES))
def test_many_are_made_as_one_is(prefixes: list[int]) -> None:
    assert ulns(np.array(prefixes, np.int64)).tolist() == [int(Uln.of(prefix) or 0) for prefix in prefixes]


def weighted(number: str) -> int:
    return sum(int(digit) * weight for digit, weight in zip(number, range(10, 0, -1), strict=True))


@given(st.text())
def test_any_text_is_judged(text: str) -> None:
    fault = uln_fault(text)
    assert fault is not None or Uln.parse(text) == text

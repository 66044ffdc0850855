"""A ULN is read, made and refused as the specification says."""

from itertools import islice

import pytest

from gateway.core.uln import TEMPORARY_ULN, Uln, UlnFault, check_digit, uln_fault, ulns_between

VALID = (
    "9276308686 1000000043 1026893096 1174112637 6936002314 4444599390 1964986809 8383558804 7667649978 1026922983 "
    "1061484016 1061485810 1000000000 1010000003 2345678908 5555555554 7000000022 1234567899"
)
WRONG_DIGIT = "1000000063 1234567890 6666666666 7000000028 3000000000 1990909009"
WRONG_SHAPE = [
    "100000004",
    "0123456789",
    "123456789",
    "12345678901",
    "12345 67890",
    "",
    "a123456789",
    "\uff11000000043",
]


@pytest.mark.parametrize("value", VALID.split())
def test_a_uln_of_the_specification_is_read(value: str) -> None:
    assert uln_fault(value) is None
    assert Uln.parse(f" {value} ") == value


@pytest.mark.parametrize("value", WRONG_DIGIT.split())
def test_a_wrong_check_digit_is_told(value: str) -> None:
    assert uln_fault(value) is UlnFault.CHECK_DIGIT


@pytest.mark.parametrize("value", [f"987654321{digit}" for digit in range(10)])
def test_no_number_exists_where_the_remainder_is_0(value: str) -> None:
    assert uln_fault(value) is UlnFault.CHECK_DIGIT
    assert check_digit(987654321) is None
    assert Uln.of(987654321) is None


@pytest.mark.parametrize("value", WRONG_SHAPE)
def test_a_wrong_shape_is_told(value: str) -> None:
    assert uln_fault(value) is UlnFault.SHAPE


def test_the_place_holder_is_told_before_its_check_digit() -> None:
    assert uln_fault(TEMPORARY_ULN) is UlnFault.TEMPORARY


def test_a_uln_that_cannot_exist_is_not_made() -> None:
    with pytest.raises(ValueError, match="check digit"):
        Uln.parse("1000000042")


def test_the_ulns_between_two_numbers_rise_and_include_both_ends() -> None:
    assert list(ulns_between(9000000008, 9000000024)) == ["9000000008", "9000000016", "9000000024"]
    assert list(ulns_between(9000000009, 9000000023)) == ["9000000016"]
    assert list(islice(ulns_between(9876543210, 9876543219), 1)) == []

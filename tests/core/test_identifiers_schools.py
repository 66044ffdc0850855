"""The numbers of authorities, schools, providers and examination centres are judged."""

import pytest

from gateway.core.identifiers.centre_number import CentreNumberFault, centre_number_fault
from gateway.core.identifiers.establishment import (
    PHASE_NUMBERS,
    DfeNumber,
    EstablishmentFault,
    EstablishmentPlaceholder,
    establishment_fault,
    fits_phase,
)
from gateway.core.identifiers.la_number import (
    COLLECT_LA_NUMBERS,
    UPN_LA_NUMBERS,
    LaNumberFault,
    LaPlaceholder,
    la_number_fault,
    numbers_in,
)
from gateway.core.identifiers.ukprn import UkprnFault, lrs_ukprn_fault, ukprn_fault
from gateway.core.identifiers.urn import UrnFault, urn_fault

DESTINATION = frozenset({LaPlaceholder.NOT_KNOWN, LaPlaceholder.NOT_MAINTAINED})
SOURCE = frozenset({EstablishmentPlaceholder.NOT_KNOWN, EstablishmentPlaceholder.THE_AUTHORITY})
UPN_AUTHORITIES = "001 005 201 213 420 660 681 708 801 838 839 841 896 909 938 940 943"
NOT_IN_A_UPN = "000 006 123 200 214 345 600 682 709 804 809 814 842 897 901 939 944 XXX"
COLLECT_AUTHORITIES = "001 003 167 201 600 633 660 841 896 901 943"
NO_AUTHORITIES = "000 002 123 634 842 897 900 944 999"


def test_a_list_of_numbers_names_both_ends_of_its_ranges_and_keeps_zeros() -> None:
    assert numbers_in("001 009-011\n420") == {"001", "009", "010", "011", "420"}
    assert numbers_in("") == frozenset()


@pytest.mark.parametrize("number", UPN_AUTHORITIES.split())
def test_an_authority_of_the_specification_may_stand_in_a_upn(number: str) -> None:
    assert number in UPN_LA_NUMBERS


@pytest.mark.parametrize("number", NOT_IN_A_UPN.split())
def test_no_other_number_may_stand_in_a_upn(number: str) -> None:
    assert number not in UPN_LA_NUMBERS


@pytest.mark.parametrize("number", COLLECT_AUTHORITIES.split())
def test_an_authority_that_collect_knows_is_right(number: str) -> None:
    assert la_number_fault(number) is None


@pytest.mark.parametrize("number", NO_AUTHORITIES.split())
def test_a_number_of_no_authority_is_told(number: str) -> None:
    assert la_number_fault(number) is LaNumberFault.UNKNOWN


@pytest.mark.parametrize("value", ["", "82", "8201", "ULN", "xxx", "82O", "\uff18\uff12\uff10", "820\n"])
def test_what_is_no_la_number_is_told(value: str) -> None:
    assert la_number_fault(value, DESTINATION) is LaNumberFault.SHAPE


def test_a_place_holder_is_right_only_where_the_field_takes_it() -> None:
    assert la_number_fault("XXX") is LaNumberFault.PLACEHOLDER
    assert la_number_fault("NAA", DESTINATION) is LaNumberFault.PLACEHOLDER
    assert la_number_fault("XXX", DESTINATION) is None
    assert la_number_fault("MMM", DESTINATION) is None


def test_a_caller_may_bring_its_own_list_of_authorities() -> None:
    assert la_number_fault("999", known=frozenset({"999"})) is None
    assert COLLECT_LA_NUMBERS.isdisjoint(LaPlaceholder)


@pytest.mark.parametrize("value", ["2000", "0001", "XXXX", "LLLL"])
def test_an_establishment_number_or_a_place_holder_of_the_field_is_right(value: str) -> None:
    assert establishment_fault(value, SOURCE) is None


def test_a_place_holder_of_another_field_is_told() -> None:
    assert establishment_fault("MMMM", SOURCE) is EstablishmentFault.PLACEHOLDER
    assert establishment_fault("LLLL") is EstablishmentFault.PLACEHOLDER


@pytest.mark.parametrize("value", ["", "200", "20000", "200A", "xxxx", "200\uff10", "2000\n"])
def test_what_is_no_establishment_number_is_told(value: str) -> None:
    assert establishment_fault(value, SOURCE) is EstablishmentFault.SHAPE


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("8201234", ("820", "1234")),
        ("820/1234", ("820", "1234")),
        ("820LLLL", ("820", "LLLL")),
        ("XXXXXXX", ("XXX", "XXXX")),
        ("MMM/MMMM", ("MMM", "MMMM")),
    ],
)
def test_a_dfe_number_is_read_in_both_forms(text: str, number: tuple[str, str]) -> None:
    assert DfeNumber.parse(text) == number


@pytest.mark.parametrize("text", ["", "820", "820123", "82012345", "820-1234", "820//1234", "ULN1234", "8201234\n"])
def test_what_is_no_dfe_number_is_not_read(text: str) -> None:
    assert DfeNumber.parse(text) is None


def test_a_dfe_number_is_written_in_both_forms() -> None:
    assert str(DfeNumber("820", "1234")) == "8201234"
    assert DfeNumber("820", "1234").printed == "820/1234"


@pytest.mark.parametrize(
    ("phase", "inside", "outside"),
    [
        ("NS", "1000 1099 1800 1899 6000 6899", "0999 1100 1799 1900 5999 6900"),
        ("PS", "2000 3999 5200 5299 5940 5949 6000 6899", "1999 4000 5199 5300 5939 5950 6900"),
        ("MP", "2000 3999 5200 5299 5940 5949 6000 6899", "1999 4000 5199 5300 5939 5950 6900"),
        ("MS", "4000 4999 5400 5499 5900 5939 6000 6899", "3999 5000 5399 5500 5899 5940 6900"),
        ("SS", "4000 4999 5400 5499 5900 5939 6000 6999", "3999 5000 5399 5500 5899 5940 7000"),
        ("SP", "5950 5999 6000 6899 7000 7999", "5949 6900 6999 8000"),
    ],
)
def test_a_phase_has_its_establishment_numbers(phase: str, inside: str, outside: str) -> None:
    assert all(fits_phase(number, phase) for number in inside.split())
    assert not any(fits_phase(number, phase) for number in outside.split())


def test_nothing_is_said_against_a_phase_without_a_range() -> None:
    assert "PR" not in PHASE_NUMBERS
    assert fits_phase("1234", "PR")


@pytest.mark.parametrize("value", ["10000000", "99999999", "90000064"])
def test_a_ukprn_of_the_specification_is_right(value: str) -> None:
    assert ukprn_fault(value) is None
    assert lrs_ukprn_fault(value) is None


def test_a_ukprn_does_not_start_with_0() -> None:
    assert ukprn_fault("01234567") is UkprnFault.LEADING_ZERO


@pytest.mark.parametrize("value", ["", "1000000", "100000000", "TEST0038", "1000000\uff10", "10000000\n"])
def test_what_is_no_ukprn_is_told(value: str) -> None:
    assert ukprn_fault(value) is UkprnFault.SHAPE


def test_the_lrs_takes_letters_in_a_ukprn() -> None:
    assert lrs_ukprn_fault("TEST0038") is None
    assert lrs_ukprn_fault("TEST003") is UkprnFault.SHAPE
    assert lrs_ukprn_fault("TEST00380") is UkprnFault.SHAPE
    assert lrs_ukprn_fault("TEST-038") is UkprnFault.SHAPE


@pytest.mark.parametrize("value", ["100000", "999999"])
def test_a_urn_is_six_digits(value: str) -> None:
    assert urn_fault(value) is None


def test_a_urn_does_not_start_with_0() -> None:
    assert urn_fault("012345") is UrnFault.LEADING_ZERO


@pytest.mark.parametrize("value", ["", "12345", "1234567", "12345A", "12345\uff16", "123456\n"])
def test_what_is_no_urn_is_told(value: str) -> None:
    assert urn_fault(value) is UrnFault.SHAPE


@pytest.mark.parametrize("value", ["12345", "00001", "00000"])
def test_a_centre_number_is_five_digits(value: str) -> None:
    assert centre_number_fault(value) is None


@pytest.mark.parametrize("value", ["", "1234", "123456", "1234A", "1234\uff15", "12345\n"])
def test_what_is_no_centre_number_is_told(value: str) -> None:
    assert centre_number_fault(value) is CentreNumberFault.SHAPE

"""A postcode is judged in the ILR's strict form and in the LRS's loose one, and mended where it can be."""

import pytest

from gateway.core.identifiers.postcode import (
    UNKNOWN_POSTCODE,
    PostcodeFault,
    compact_postcode,
    is_pseudo_postcode,
    is_unknown_postcode,
    lrs_postcode_fault,
    postcode_fault,
    printed_postcode,
)

VALID = ["CV1 2WT", "SW1A 1AA", "M1 1AE", "EC1A 1BB", "W1A 0AX", "DN55 1PT", "B33 8TH", "ZZ99 9ZZ"]
LOOSE = ["CV12WT", "cv1 2wt", "sw1a1aa", "GIR 0AA", "BFPO 1", "BFPO1234", "bfpo 12"]  # codespell:ignore gir
FAULTS = [
    ("CV12WT", PostcodeFault.SPACE),
    ("CV1  2WT", PostcodeFault.SPACE),
    ("C V1 2WT", PostcodeFault.SPACE),
    ("CV1\N{NO-BREAK SPACE}2WT", PostcodeFault.SPACE),
    ("cv12wt", PostcodeFault.SPACE),
    ("cv1 2WT", PostcodeFault.CASE),
    *((f"CV1 2{pair}", PostcodeFault.INWARD_LETTERS) for pair in ("WC", "IW", "WK", "MW", "WO", "VW")),
    ("cv12wc", PostcodeFault.INWARD_LETTERS),
    ("Q 1AA", PostcodeFault.SHAPE),
    ("1AA 1AA", PostcodeFault.SHAPE),
    ("GIR 0AA", PostcodeFault.SHAPE),  # codespell:ignore gir
    ("BFPO 12", PostcodeFault.SHAPE),
    ("CV1", PostcodeFault.SHAPE),
    ("CV1 2WTA", PostcodeFault.SHAPE),
    ("CV1 2WT\n", PostcodeFault.SPACE),
    ("CV123 2WT", PostcodeFault.SHAPE),
    ("CV\uff11 2WT", PostcodeFault.SHAPE),
    ("", PostcodeFault.SHAPE),
]
LRS_FAULTS = [
    ("CV1  2WT", PostcodeFault.SPACE),
    ("cv 12wt", PostcodeFault.SPACE),
    ("BF PO12", PostcodeFault.SPACE),
    ("CV1 2WC", PostcodeFault.INWARD_LETTERS),
    ("cv12wc", PostcodeFault.INWARD_LETTERS),
    ("BFPO 12345", PostcodeFault.SHAPE),
    ("Q 1AA", PostcodeFault.SHAPE),
    ("1AA 1AA", PostcodeFault.SHAPE),
    ("\u017fW1A 1AA", PostcodeFault.SHAPE),
    ("", PostcodeFault.SHAPE),
]
PRINTED = [
    ("cv12wt", "CV1 2WT"),
    (" CV1   2WT ", "CV1 2WT"),
    ("sw1a1aa", "SW1A 1AA"),
    ("bfpo12", "BFPO 12"),
    ("BFPO 1234", "BFPO 1234"),
    ("AA", "AA"),
    ("", ""),
]


@pytest.mark.parametrize("value", VALID)
def test_a_postcode_of_the_specification_fits_both_forms(value: str) -> None:
    assert postcode_fault(value) is None
    assert lrs_postcode_fault(value) is None
    assert printed_postcode(value) == value


@pytest.mark.parametrize("value", LOOSE)
def test_the_lrs_takes_what_the_ilr_does_not(value: str) -> None:
    assert lrs_postcode_fault(value) is None
    assert postcode_fault(value) is not None


@pytest.mark.parametrize(("value", "fault"), FAULTS)
def test_what_keeps_a_postcode_from_the_strict_form_is_told(value: str, fault: PostcodeFault) -> None:
    assert postcode_fault(value) is fault


@pytest.mark.parametrize(("value", "fault"), LRS_FAULTS)
def test_what_keeps_a_postcode_from_the_loose_form_is_told(value: str, fault: PostcodeFault) -> None:
    assert lrs_postcode_fault(value) is fault


@pytest.mark.parametrize(("value", "printed"), PRINTED)
def test_a_postcode_is_printed_in_one_way(value: str, printed: str) -> None:
    assert printed_postcode(value) == printed


def test_a_postcode_is_compared_in_capitals_without_blanks() -> None:
    assert compact_postcode(" cv1 2wt ") == compact_postcode("CV12WT") == "CV12WT"


@pytest.mark.parametrize("value", [UNKNOWN_POSTCODE, "zz999zz", "ZZ99  9ZZ"])
def test_the_unknown_postcode_is_known_however_written(value: str) -> None:
    assert is_unknown_postcode(value)
    assert is_pseudo_postcode(value)


def test_another_postcode_of_the_zz99_range_stands_for_no_place_but_is_not_the_unknown_one() -> None:
    assert is_pseudo_postcode("ZZ99 3WZ")
    assert not is_unknown_postcode("ZZ99 3WZ")


@pytest.mark.parametrize("value", ["CV1 2WT", "ZZ9 9ZZ", "ZZ99", "ZZ99 9CZ", ""])
def test_what_is_not_of_the_zz99_range_is_no_such_postcode(value: str) -> None:
    assert not is_pseudo_postcode(value)
    assert not is_unknown_postcode(value)

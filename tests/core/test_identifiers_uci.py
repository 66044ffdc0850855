"""A UCI is judged, and completed where its check character was left blank."""

import pytest

from gateway.core.identifiers.uci import UciFault, completed_uci, uci_check_character, uci_fault

VECTORS = "689990980001D 681990012058G 123450230001W 123450230002C 99999B230001H"
FAULTS = [
    ("689990980001E", UciFault.CHECK_CHARACTER),
    ("99999P230001A", UciFault.CHECK_CHARACTER),
    ("99999Q230001A", UciFault.CHECK_CHARACTER_DOUBTFUL),
    ("99999Z230001A", UciFault.CHECK_CHARACTER_DOUBTFUL),
    ("123450230001", UciFault.NO_CHECK_CHARACTER),
    ("123450230001 ", UciFault.NO_CHECK_CHARACTER),
    ("123450230000", UciFault.SERIAL),
    ("123450230000A", UciFault.SERIAL),
    ("", UciFault.SHAPE),
    ("12345023000", UciFault.SHAPE),
    ("123450230001WW", UciFault.SHAPE),
    ("123450230001I", UciFault.SHAPE),
    ("123450230001w", UciFault.SHAPE),
    ("99999b230001H", UciFault.SHAPE),
    ("1234A0230001W", UciFault.SHAPE),
    ("12345023000\uff11W", UciFault.SHAPE),
    ("123450230001W\n", UciFault.SHAPE),
]


@pytest.mark.parametrize("value", VECTORS.split())
def test_a_uci_of_the_specification_is_right(value: str) -> None:
    assert uci_fault(value) is None
    assert uci_check_character(value[:12]) == value[12]


@pytest.mark.parametrize(("value", "fault"), FAULTS)
def test_the_worst_fault_of_a_uci_is_told(value: str, fault: UciFault) -> None:
    assert uci_fault(value) is fault


@pytest.mark.parametrize("letter", "QRSTUVWXYZ")
def test_a_doubtful_letter_with_the_fitting_check_character_is_right(letter: str) -> None:
    body = f"99999{letter}230001"
    assert uci_fault(body + uci_check_character(body)) is None


@pytest.mark.parametrize("value", VECTORS.split())
def test_a_blank_check_character_is_filled_in(value: str) -> None:
    assert completed_uci(value[:12]) == value
    assert completed_uci(f"{value[:12]} ") == value


@pytest.mark.parametrize("value", ["123450230001W", "123450230001A", "123450230000", "none", ""])
def test_what_lacks_no_check_character_stays_as_it_is(value: str) -> None:
    assert completed_uci(value) == value

"""A UPN is judged character by character, as the census's errors name its faults."""

import pytest

from gateway.core.identifiers.upn import UpnFault, is_temporary_upn, upn_check_letter, upn_faults

PERMANENT = "B801200005001 P207000016049 R674123101121 K823432104001 U301400018001"
TEMPORARY = "M80120000500A G82001234050Z"
FAULTS = [
    ("Q207000016049", [UpnFault.CHECK_LETTER]),
    ("A801200005001", [UpnFault.CHECK_LETTER]),
    ("A123456789012", [UpnFault.LA_UNKNOWN]),
    ("B123456789012", [UpnFault.CHECK_LETTER, UpnFault.LA_UNKNOWN]),
    ("I801200005001", [UpnFault.FIRST_LETTER]),
    ("b801200005001", [UpnFault.FIRST_LETTER]),
    ("1801200005001", [UpnFault.FIRST_LETTER]),
    ("B80120000500I", [UpnFault.LAST_CHARACTER]),
    ("B80120000500a", [UpnFault.LAST_CHARACTER]),
    ("B801200005/01", [UpnFault.MIDDLE_DIGITS]),
    ("X80120000A001", [UpnFault.MIDDLE_DIGITS]),
    ("B8O1200005001", [UpnFault.LA_DIGITS]),
    ("BA01200005001", [UpnFault.LA_DIGITS]),
    ("B80\uff11200005001", [UpnFault.LA_DIGITS]),
    ("B801\u00b200005001", [UpnFault.MIDDLE_DIGITS]),
    (
        "O8O12OOOO5OOO",
        [UpnFault.FIRST_LETTER, UpnFault.LA_DIGITS, UpnFault.MIDDLE_DIGITS, UpnFault.LAST_CHARACTER],
    ),
    ("", [UpnFault.LENGTH]),
    ("B80120000500", [UpnFault.LENGTH]),
    ("B8012000050010", [UpnFault.LENGTH]),
    ("B801200005001\n", [UpnFault.LENGTH]),
]


@pytest.mark.parametrize("value", f"{PERMANENT} {TEMPORARY}".split())
def test_a_upn_of_the_specification_is_right(value: str) -> None:
    assert upn_faults(value) == ()
    assert upn_check_letter(value[1:]) == value[0]


@pytest.mark.parametrize(("value", "faults"), FAULTS)
def test_each_fault_of_a_upn_is_told_in_order(value: str, faults: list[UpnFault]) -> None:
    assert list(upn_faults(value)) == faults


def test_a_caller_may_bring_its_own_authorities() -> None:
    assert upn_faults("A123456789012", frozenset({"123"})) == ()
    assert upn_faults("B801200005001", frozenset({"123"})) == (UpnFault.LA_UNKNOWN,)


@pytest.mark.parametrize("value", TEMPORARY.split())
def test_a_letter_at_the_end_makes_a_upn_temporary(value: str) -> None:
    assert is_temporary_upn(value)


@pytest.mark.parametrize("value", [*PERMANENT.split(), "B80120000500I", "M80120000500AA", "B80120000500", ""])
def test_a_permanent_upn_or_none_is_not_temporary(value: str) -> None:
    assert not is_temporary_upn(value)

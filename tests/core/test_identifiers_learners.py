"""What identifies a learner or candidate beside ULN, UPN and UCI is judged."""

import pytest

from gateway.core.identifiers.candidate_name import CandidateName, CandidateNameFault, candidate_name_fault
from gateway.core.identifiers.candidate_number import CandidateNumberFault, candidate_number_fault
from gateway.core.identifiers.learn_ref_number import (
    LearnRefNumberFault,
    learn_ref_number_fault,
    learn_ref_number_key,
)
from gateway.core.identifiers.ni_number import NiNumberFault, compact_ni_number, ni_number_fault

NI_FAULTS = [
    ("AB 12 34 56 C", NiNumberFault.SPACE),
    ("ab 123456 c", NiNumberFault.SPACE),
    ("ab123456c", NiNumberFault.CASE),
    ("Ab123456", NiNumberFault.CASE),
    *((f"{letter}B123456C", NiNumberFault.PREFIX) for letter in "DFIQUV"),
    *((f"A{letter}123456C", NiNumberFault.PREFIX) for letter in "DFIOQUV"),
    ("DA123456", NiNumberFault.PREFIX),
    ("DA123456E", NiNumberFault.PREFIX),
    ("AB123456E", NiNumberFault.SUFFIX),
    ("ab 123456 z", NiNumberFault.SUFFIX),
    ("AB1234567", NiNumberFault.SHAPE),
    ("AB12345C", NiNumberFault.SHAPE),
    ("A1123456C", NiNumberFault.SHAPE),
    ("AB123456CC", NiNumberFault.SHAPE),
    ("AB12345\uff16C", NiNumberFault.SHAPE),
    ("", NiNumberFault.SHAPE),
]


@pytest.mark.parametrize("value", ["AB123456C", "AB123456 ", "AB123456", "OA123456D", "ZZ999999A"])
def test_a_national_insurance_number_may_end_in_a_blank(value: str) -> None:
    assert ni_number_fault(value) is None


@pytest.mark.parametrize(("value", "fault"), NI_FAULTS)
def test_what_is_wrong_with_a_national_insurance_number_is_told(value: str, fault: NiNumberFault) -> None:
    assert ni_number_fault(value) is fault


def test_a_national_insurance_number_is_compared_in_capitals_without_blanks() -> None:
    assert compact_ni_number("ab 12 34 56 c") == "AB123456C"


@pytest.mark.parametrize("value", ["1", "AB 12", "abcXYZ012345"])
def test_a_learner_reference_has_letters_digits_and_spaces(value: str) -> None:
    assert learn_ref_number_fault(value) is None


@pytest.mark.parametrize("value", ["", "1234567890123"])
def test_a_learner_reference_has_one_to_twelve_characters(value: str) -> None:
    assert learn_ref_number_fault(value) is LearnRefNumberFault.LENGTH


@pytest.mark.parametrize("value", ["A-1", "A_1", "A/1", "\u00e91", "A\t1", "1\n", "\uff11"])
def test_a_strange_character_in_a_learner_reference_is_told(value: str) -> None:
    assert learn_ref_number_fault(value) is LearnRefNumberFault.CHARACTER


def test_learner_references_are_compared_whatever_their_case() -> None:
    assert learn_ref_number_key("ab 1") == learn_ref_number_key("AB 1 ")
    assert learn_ref_number_key("ab1") != learn_ref_number_key("ab 1")


@pytest.mark.parametrize("value", ["0001", "9999"])
def test_a_candidate_number_is_0001_to_9999(value: str) -> None:
    assert candidate_number_fault(value) is None


def test_no_candidate_has_the_number_0000() -> None:
    assert candidate_number_fault("0000") is CandidateNumberFault.ZERO


@pytest.mark.parametrize("value", ["", "1", "00001", "000A", "000\uff11", "0001\n"])
def test_what_is_no_candidate_number_is_told(value: str) -> None:
    assert candidate_number_fault(value) is CandidateNumberFault.SHAPE


@pytest.mark.parametrize(
    ("text", "family", "given"),
    [
        ("BLOGGS: ALEX SAM", "BLOGGS", "ALEX SAM"),
        ("BLOGGS:ALEX", "BLOGGS", "ALEX"),
        ("BLOGGS:", "BLOGGS", ""),
        ("BLOGGS : ", "BLOGGS", ""),
        ("O'BLOGGS-SMITH: A: B", "O'BLOGGS-SMITH", "A: B"),
        (": ALEX", "", "ALEX"),
    ],
)
def test_a_candidate_name_is_parted_at_its_first_colon(text: str, family: str, given: str) -> None:
    assert CandidateName.parse(text) == (family, given)


def test_a_candidate_name_without_a_colon_is_not_parted() -> None:
    assert CandidateName.parse("BLOGGS ALEX") is None


@pytest.mark.parametrize("value", ["BLOGGS: ALEX SAM", "BLOGGS:", f"{'B' * 32}: ALEXIS"])
def test_a_candidate_name_may_lack_a_forename_and_has_forty_characters_at_most(value: str) -> None:
    assert candidate_name_fault(value) is None


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("BLOGGS ALEX", CandidateNameFault.NO_COLON),
        ("", CandidateNameFault.NO_COLON),
        (": ALEX", CandidateNameFault.NO_FAMILY_NAME),
        (f"{'B' * 33}: ALEXIS", CandidateNameFault.LENGTH),
    ],
)
def test_what_is_wrong_with_a_candidate_name_is_told(value: str, fault: CandidateNameFault) -> None:
    assert candidate_name_fault(value) is fault

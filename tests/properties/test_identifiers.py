"""Check characters catch the slips that they can, what is printed is read again, and one form is reached at once."""

from collections.abc import Callable
from string import ascii_uppercase

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from gateway.core.identifiers.candidate_name import CandidateName, candidate_name_fault
from gateway.core.identifiers.candidate_number import candidate_number_fault
from gateway.core.identifiers.centre_number import centre_number_fault
from gateway.core.identifiers.establishment import DfeNumber, establishment_fault
from gateway.core.identifiers.la_number import la_number_fault
from gateway.core.identifiers.learn_ref_number import learn_ref_number_fault, learn_ref_number_key
from gateway.core.identifiers.ni_number import compact_ni_number, ni_number_fault
from gateway.core.identifiers.postcode import (
    PostcodeFault,
    compact_postcode,
    lrs_postcode_fault,
    postcode_fault,
    printed_postcode,
)
from gateway.core.identifiers.qan import compact_qan, printed_qan, qan_check_character, qan_fault
from gateway.core.identifiers.uci import completed_uci, uci_check_character, uci_fault
from gateway.core.identifiers.ukprn import lrs_ukprn_fault, ukprn_fault
from gateway.core.identifiers.upn import UpnFault, is_temporary_upn, upn_check_letter, upn_faults
from gateway.core.identifiers.urn import urn_fault

UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
DIGIT = st.sampled_from("0123456789")
ALIKE = [{letter, str(value)} for value, letter in enumerate("ABCDEFGHJK")]
ELEVEN = st.text("0123456789", min_size=11, max_size=11)
UPNS = st.builds(str.__add__, ELEVEN, DIGIT).map(lambda body: upn_check_letter(body) + body)
TEMPORARY_UPNS = st.builds(str.__add__, ELEVEN, st.sampled_from(UPN_LETTERS)).map(
    lambda body: upn_check_letter(body) + body
)
UCI_BODIES = st.from_regex(r"[0-9]{5}[0-9A-Z][0-9]{6}", fullmatch=True).filter(lambda body: body[8:] != "0000")
UCIS = UCI_BODIES.map(lambda body: body + uci_check_character(body))
QANS = st.integers(0, 9_999_999).map(lambda number: f"{number:07}" + qan_check_character(f"{number:07}"))
POSTCODES = st.from_regex(r"[A-Z]{1,2}([0-9]{1,2}|[0-9][A-Z]) [0-9][ABD-HJLNP-UW-Z]{2}", fullmatch=True)
NAMES = st.text().map(str.strip)


def disguised(text: str) -> st.SearchStrategy[str]:
    """Return a strategy of an identifier with one character beyond ASCII in it or behind it."""
    strange = st.characters(min_codepoint=128)
    return st.builds(lambda place, mark: text[:place] + mark + text[place + 1 :], st.integers(0, len(text)), strange)


JUDGES: list[Callable[[str], object]] = [
    candidate_number_fault,
    centre_number_fault,
    establishment_fault,
    la_number_fault,
    learn_ref_number_fault,
    lrs_postcode_fault,
    lrs_ukprn_fault,
    ni_number_fault,
    postcode_fault,
    qan_fault,
    uci_fault,
    ukprn_fault,
    upn_faults,
    urn_fault,
]
FORMS: list[Callable[[str], str]] = [
    compact_ni_number,
    compact_postcode,
    compact_qan,
    completed_uci,
    learn_ref_number_key,
    printed_postcode,
    printed_qan,
]


def swapped(text: str, one: int, other: int) -> str:
    letters = list(text)
    letters[one], letters[other] = letters[other], letters[one]
    return "".join(letters)


@given(st.one_of(UPNS, TEMPORARY_UPNS), st.integers(0, 12), st.sampled_from("0123456789" + UPN_LETTERS))
@example("M80120000500A", 12, "0")
@example(upn_check_letter("801200005009") + "801200005009", 12, "K")
def test_every_wrong_character_of_a_upn_is_caught_but_a_last_letter_for_its_digit(
    upn: str, place: int, character: str
) -> None:
    """A letter in the last place counts as the digit of its value: A for 0 to K for 9 cannot be told from them."""
    assume(upn[place] != character)
    alike = place == 12 and {upn[place], character} in ALIKE
    faults = set(upn_faults(upn[:place] + character + upn[place + 1 :])) - {UpnFault.LA_UNKNOWN}
    assert (not faults) == alike


@given(st.one_of(UPNS, TEMPORARY_UPNS), st.integers(0, 12), st.integers(0, 12))
def test_every_swap_in_a_upn_is_caught(upn: str, one: int, other: int) -> None:
    assume(upn[one] != upn[other])
    assert set(upn_faults(swapped(upn, one, other))) - {UpnFault.LA_UNKNOWN}


@given(UPNS)
def test_a_upn_that_fits_has_no_fault_but_its_authority(upn: str) -> None:
    assert set(upn_faults(upn)) <= {UpnFault.LA_UNKNOWN}
    assert not is_temporary_upn(upn)


@given(TEMPORARY_UPNS)
def test_a_temporary_upn_that_fits_has_no_fault_but_its_authority(upn: str) -> None:
    assert set(upn_faults(upn)) <= {UpnFault.LA_UNKNOWN}
    assert is_temporary_upn(upn)


@given(UCIS, st.sampled_from([*range(5), *range(6, 13)]), st.sampled_from("0123456789" + ascii_uppercase))
def test_every_wrong_character_of_a_uci_is_caught_beside_the_sixth(uci: str, place: int, character: str) -> None:
    assume(uci[place] != character)
    assert uci_fault(uci[:place] + character + uci[place + 1 :]) is not None


@given(UCIS, st.sampled_from("0123456789" + ascii_uppercase))
@example("99999A23000" + "1" + uci_check_character("99999A230001"), "1")
@example("99999A23000" + "1" + uci_check_character("99999A230001"), "R")
def test_a_wrong_board_of_a_uci_is_caught_but_for_values_17_apart(uci: str, board: str) -> None:
    """Digits count as themselves and A to Z as 1 to 26, all by 17: 1, A and R cannot be told apart, nor 9, I and Z."""
    assume(uci[5] != board)
    alike = (board_value(uci[5]) - board_value(board)) % 17 == 0
    assert (uci_fault(uci[:5] + board + uci[6:]) is None) == alike


def board_value(character: str) -> int:
    return int(character) if character.isdigit() else ord(character) - ord("A") + 1


@given(UCIS, st.integers(0, 12), st.integers(0, 12))
def test_every_swap_of_two_digits_in_a_uci_is_caught(uci: str, one: int, other: int) -> None:
    assume(uci[one] != uci[other] and uci[one].isdigit() and uci[other].isdigit())
    assert uci_fault(swapped(uci, one, other)) is not None


@given(UCI_BODIES)
def test_a_completed_uci_is_right(body: str) -> None:
    assert uci_fault(completed_uci(body)) is None
    assert completed_uci(body)[:12] == body


@given(QANS, st.integers(0, 7), st.sampled_from("0123456789X"))
def test_every_wrong_character_of_a_qan_is_caught(qan: str, place: int, character: str) -> None:
    assume(qan[place] != character)
    assert qan_fault(qan[:place] + character + qan[place + 1 :]) is not None


@given(QANS, st.integers(0, 7), st.integers(0, 7))
def test_every_swap_in_a_qan_is_caught(qan: str, one: int, other: int) -> None:
    assume(qan[one] != qan[other])
    assert qan_fault(swapped(qan, one, other)) is not None


@given(QANS)
def test_a_printed_qan_is_read_again(qan: str) -> None:
    assert qan_fault(printed_qan(qan)) is None
    assert compact_qan(printed_qan(qan).lower()) == qan


@given(POSTCODES)
def test_a_printed_postcode_is_right_from_any_writing_of_it(postcode: str) -> None:
    assert postcode_fault(postcode) is None
    assert printed_postcode(compact_postcode(postcode).lower()) == postcode
    assert postcode_fault(postcode.lower()) is PostcodeFault.CASE
    assert postcode_fault(postcode.replace(" ", "")) is PostcodeFault.SPACE


@given(st.from_regex(r"[0-9]{3}", fullmatch=True), st.from_regex(r"[0-9]{4}|LLLL", fullmatch=True))
def test_a_printed_dfe_number_is_read_again(la_number: str, establishment: str) -> None:
    number = DfeNumber(la_number, establishment)
    assert DfeNumber.parse(str(number)) == DfeNumber.parse(number.printed) == number


@given(NAMES.filter(lambda name: ":" not in name), NAMES)
def test_a_printed_candidate_name_is_read_again(family: str, names: str) -> None:
    assert CandidateName.parse(str(CandidateName(family, names))) == (family, names)


@pytest.mark.parametrize("form", FORMS)
@given(text=st.one_of(st.text(), UPNS, UCI_BODIES, QANS, POSTCODES, POSTCODES.map(str.lower)))
@example(text="bfpo 12")
def test_a_form_that_is_reached_is_kept(form: Callable[[str], str], text: str) -> None:
    assert form(form(text)) == form(text)


@pytest.mark.parametrize("judge", JUDGES)
@given(text=st.one_of(st.text(), *(identifiers.flatmap(disguised) for identifiers in (UPNS, UCIS, QANS, POSTCODES))))
@example(text="AB123456\N{NO-BREAK SPACE}")
@example(text="6035829\N{NO-BREAK SPACE}4")
@example(text="\N{LATIN SMALL LETTER LONG S}W1A 1AA")
def test_a_text_with_a_character_beyond_ascii_is_never_right(judge: Callable[[str], object], text: str) -> None:
    assume(not text.isascii())
    assert judge(text)


@given(st.text())
def test_any_text_as_a_candidate_name_is_judged(text: str) -> None:
    assert (candidate_name_fault(text) is None) == (
        ":" in text and text.partition(":")[0].strip() != "" and len(text) <= 40
    )


@given(st.text())
def test_no_text_with_a_character_beyond_ascii_is_a_temporary_upn(text: str) -> None:
    assert text.isascii() or not is_temporary_upn(text)

"""A QAN is judged, compared and printed, however it is written."""

import pytest

from gateway.core.identifiers.qan import (
    QanFault,
    QanForm,
    compact_qan,
    printed_qan,
    qan_check_character,
    qan_fault,
    qan_form,
)

PRINTED = "603/5829/4 603/7066/X 100/2510/8 100/2508/X 500/2735/9 600/1166/X"
COMPACT = "60358294 6037066X 10025108 50079116 1000323X"
BREAK_THE_RULE = "610/0008/X 610/0007/9"
SHAPELESS = [
    "",
    "603582",
    "603/5829",
    "603582944",
    "K/501/5773",
    "ZTLOS001",
    "603/5829/-",
    "603/5829/44",
    "603582\uff194",
]


@pytest.mark.parametrize("value", f"{PRINTED} {COMPACT}".split())
def test_a_qan_of_the_specification_is_right(value: str) -> None:
    assert qan_fault(value) is None


@pytest.mark.parametrize(("number", "check"), [("6035829", "4"), ("6037066", "X"), ("1002510", "8")])
def test_the_check_character_is_that_of_the_specification(number: str, check: str) -> None:
    assert qan_check_character(number) == check


@pytest.mark.parametrize("value", [*BREAK_THE_RULE.split(), "60358295", "6035829X", "6035829A"])
def test_a_check_character_that_does_not_fit_is_told(value: str) -> None:
    assert qan_fault(value) is QanFault.CHECK_CHARACTER


@pytest.mark.parametrize("value", SHAPELESS)
def test_what_is_no_qan_is_told_and_stays_as_it_is(value: str) -> None:
    assert qan_fault(value) is QanFault.SHAPE
    assert qan_form(value) is None
    assert printed_qan(value) == value


@pytest.mark.parametrize("value", PRINTED.split())
def test_a_printed_qan_is_known(value: str) -> None:
    assert qan_form(value) is QanForm.PRINTED


@pytest.mark.parametrize("value", COMPACT.split())
def test_a_compact_qan_is_known(value: str) -> None:
    assert qan_form(value) is QanForm.COMPACT


@pytest.mark.parametrize("value", ["603/7066/x", " 6037066x", "603 7066 X", "6037/066X"])
def test_slashes_blanks_and_a_small_x_do_not_matter_but_are_no_form(value: str) -> None:
    assert qan_fault(value) is None
    assert qan_form(value) is None
    assert compact_qan(value) == "6037066X"
    assert printed_qan(value) == "603/7066/X"

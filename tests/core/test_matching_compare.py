"""A learner beside an entry, field by field."""

from dataclasses import replace
from datetime import date

import pytest

from gateway.core.matching.compare import Forms, birth_level, compare, other_evidence, similar
from gateway.core.model import Learner

ANNA = Learner(
    given_name="Anna",
    family_name="Smith",
    date_of_birth=date(2007, 3, 4),
    sex="2",
    postcode="LS1 4AB",
    previous_family_name="Jones",
    preferred_given_name="Nan",
    former_postcodes=("YO1 7HH",),
)


def level(field: str, held: Learner = ANNA, **sent: object) -> str:
    learner = replace(ANNA, preferred_given_name="", previous_family_name="", former_postcodes=(), **sent)  # type: ignore[arg-type]
    return compare(Forms(learner, ""), Forms(held, ""))[field]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("ANNA", "same"),
        ("Ánna", "near"),
        ("Anna Maria", "near"),
        ("A", "near"),
        ("Ann", "near"),
        ("Annas", "near"),
        ("Nan", "nickname"),
        ("Bob", "different"),
        (" ", "missing"),
    ],
)
def test_levels_of_a_given_name(given: str, expected: str) -> None:
    assert level("given_name", given_name=given) == expected


def test_a_name_that_the_learner_goes_by_is_a_nickname_whoever_knows_it() -> None:
    held = replace(ANNA, given_name="Nan", preferred_given_name="")
    assert compare(Forms(ANNA, ""), Forms(held, ""))["given_name"] == "nickname"


@pytest.mark.parametrize(
    ("family", "expected"),
    [
        ("smith", "same"),
        ("Smíth", "near"),
        ("Smyth", "near"),
        ("Jones", "former"),
        ("Brown", "different"),
        ("", "missing"),
    ],
)
def test_levels_of_a_family_name(family: str, expected: str) -> None:
    assert level("family_name", family_name=family) == expected


def test_a_previous_name_that_the_register_still_holds_is_former() -> None:
    sent = replace(ANNA, family_name="Brown", previous_family_name="Smith")
    assert compare(Forms(sent, ""), Forms(ANNA, ""))["family_name"] == "former"


def test_a_family_name_at_16_is_former() -> None:
    held = replace(ANNA, previous_family_name="", family_name_at_16="Jones")
    assert level("family_name", held, family_name="Jones") == "former"


def test_names_in_each_others_place_are_swapped() -> None:
    assert level("given_name", given_name="Smith", family_name="Anna") == "swapped"
    assert level("family_name", given_name="Smith", family_name="Anna") == "swapped"


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        (date(2007, 3, 4), "same"),
        (date(2007, 4, 3), "swapped"),
        (date(2007, 3, 14), "near"),
        (date(2007, 11, 4), "near"),
        (date(1990, 3, 4), "near"),
        (date(2008, 3, 5), "different"),
        (date(2008, 4, 3), "different"),
        (None, "missing"),
    ],
)
def test_levels_of_a_birth_date(born: date | None, expected: str) -> None:
    assert birth_level(born, ANNA.date_of_birth) == birth_level(ANNA.date_of_birth, born) == expected


@pytest.mark.parametrize(("sex", "expected"), [("2", "same"), ("1", "different"), ("9", "different"), ("", "missing")])
def test_levels_of_a_sex(sex: str, expected: str) -> None:
    assert level("sex", sex=sex) == expected


@pytest.mark.parametrize(
    ("postcode", "expected"),
    [
        ("ls14ab", "same"),
        ("LS1 4ZZ", "near"),
        ("LS2 4AB", "near"),
        ("YO1 7HH", "former"),
        ("M1 1AA", "different"),
        ("", "missing"),
    ],
)
def test_levels_of_a_postcode(postcode: str, expected: str) -> None:
    assert level("postcode", postcode=postcode) == expected


def test_a_former_postcode_counts_whoever_knows_it() -> None:
    held = replace(ANNA, postcode="YO1 7HH", former_postcodes=())
    assert compare(Forms(ANNA, ""), Forms(held, ""))["postcode"] == "former"


def test_other_evidence_is_what_both_have_and_agrees() -> None:
    sent = replace(ANNA, upn="a1", email="A@B.org", middle_name="Zoë")
    held = replace(ANNA, upn="A1", email="a@b.org", middle_name="Zoe")
    assert other_evidence(Forms(sent, "1000000043"), Forms(held, "1000000043")) == (
        "upn",
        "uln",
        "email",
        "middle_name",
    )
    assert other_evidence(Forms(ANNA, ""), Forms(ANNA, "1000000043")) == ()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("anna", "anna", True),
        ("jo", "jo", True),
        ("jo", "joanna", False),
        ("joa", "joanna", True),
        ("j", "joanna", True),
        ("k", "joanna", False),
        ("", "joanna", False),
        ("", "", False),
        ("mark", "marc", True),
        ("mark", "amrk", True),
        ("mark", "mraks", False),
        ("ian", "ina", False),
        ("ian", "ivan", False),
    ],
)
def test_similar_names(one: str, other: str, expected: bool) -> None:  # noqa: FBT001 - a column of the table
    assert similar(one, other) is similar(other, one) is expected

"""Blocking keys and faces: frozen, salted, and none where a detail is missing."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from gateway.core.matching import keys as made
from gateway.core.matching.columns import Columns
from gateway.core.matching.faces import faces, postcode_number, postcode_numbers
from gateway.core.matching.keys import VERSION
from gateway.core.matching.names import text_hash
from gateway.core.matching.register import Newcomers
from gateway.core.model import Learner

ANNA = Learner(given_name="Anna", family_name="O'Neill", date_of_birth=date(2007, 3, 4), sex="2", postcode="LS1 4AB")


def keys(learner: Learner) -> list[int]:
    return made.keys(faces(Columns.of([learner])))[0].tolist()


def probe_keys(learner: Learner) -> list[int]:
    return made.probe_keys(faces(Columns.of([learner])))[0].tolist()


def wide_keys(learner: Learner) -> list[int]:
    return made.wide_keys(faces(Columns.of([learner])))[0].tolist()


def file_keys(learner: Learner) -> list[int]:
    return made.file_keys(faces(Columns.of([learner])))[0].tolist()


def test_keys_and_faces_are_frozen() -> None:
    """A change of these numbers needs a new VERSION: registers in use were built with them."""
    assert VERSION == 3
    assert text_hash("anna") == -8337706299035466544
    assert keys(ANNA) == [
        -8211189000339645071,
        -666674323151074863,
        3155323395108948639,
        3491233195507825612,
        4227315502987303423,
        6838449996316709727,
        7852594996469024885,
        8451576859013526875,
    ]
    turned = {-8156872375827557310, 53648964528566815, 2808291857666747521}
    assert set(wide_keys(ANNA)) - set(keys(ANNA)) == turned
    told = {name: int(faces(Columns.of([ANNA])).rows[name][0]) for name in ("given", "postcode", "born", "sex", "upn")}
    assert told == {"given": text_hash("anna"), "postcode": 1580026293, "born": 20070304, "sex": 3, "upn": 0}


def test_the_register_keeps_them_in_rising_order_with_their_owners() -> None:
    values, owners = made.keys(faces(Columns.of([ANNA, replace(ANNA, postcode=""), ANNA])))
    assert values.tolist() == sorted(values.tolist())
    assert [owners.tolist().count(place) for place in range(3)] == [8, 3, 8]


def test_names_in_the_other_order_are_found_with_and_without_a_birth_date() -> None:
    swapped = replace(ANNA, given_name="O'Neill", family_name="Anna")
    assert {*keys(ANNA)} == {*probe_keys(ANNA)} | ({*wide_keys(ANNA)} & {*keys(ANNA)})
    bare = replace(swapped, date_of_birth=None, postcode="")
    assert {*keys(ANNA)} & {*wide_keys(bare)} == {*keys(ANNA)} & {*file_keys(bare)} != set()
    half = replace(ANNA, given_name="O'Neill", family_name="Brown", postcode="")
    assert {*keys(ANNA)} & {*wide_keys(half)}


def test_wide_keys_find_whoever_lives_there_whatever_the_order_of_the_signs() -> None:
    other = Learner(given_name="Bob", family_name="Brown", date_of_birth=date(1999, 1, 1))
    assert {*keys(ANNA)} & {*wide_keys(replace(other, postcode="LS4 1BA"))}
    assert not {*keys(ANNA)} & {*wide_keys(replace(other, postcode="LS4 1BB"))}
    nowhere = replace(ANNA, postcode="ZZ99 9ZZ")
    assert not {*keys(nowhere)} & {*wide_keys(replace(other, postcode="ZZ99 9ZZ"))}


@pytest.mark.parametrize("shared", ["given_name", "family_name", "date_of_birth"])
def test_wide_keys_find_one_detail_in_the_same_postal_area(shared: str) -> None:
    other = Learner(given_name="Bob", family_name="Brown", date_of_birth=date(1999, 1, 1), postcode="LS17 9XX")
    near = replace(other, **{shared: getattr(ANNA, shared)})
    assert {*keys(ANNA)} & {*wide_keys(near)}
    assert not {*keys(ANNA)} & {*wide_keys(other)}
    assert not {*keys(ANNA)} & {*wide_keys(replace(near, postcode="M1 1AA"))}


def test_keys_of_the_postal_area_can_be_left_out() -> None:
    near = faces(Columns.of([ANNA]))
    fewer = set(made.wide_keys(near, areas=False)[0].tolist())
    assert fewer < set(wide_keys(ANNA))
    there = replace(ANNA, given_name="Zoe", family_name="Quill", postcode="LS9 9ZZ")
    assert set(keys(there)) & set(wide_keys(ANNA))
    assert not set(keys(there)) & fewer


def test_a_given_name_of_several_words_is_found_by_its_first_and_as_a_whole() -> None:
    both = {*keys(replace(ANNA, given_name="Anna Maria"))}
    assert both & {*keys(replace(ANNA, family_name="Brown", postcode="M1 1AA"))}
    assert both & {*keys(replace(ANNA, given_name="Annamaria", family_name="Brown", postcode="M1 1AA"))}


def test_keys_of_one_rule_never_meet_those_of_another() -> None:
    twice = replace(ANNA, given_name="Ali", family_name="Ali")
    assert len(set(keys(twice))) == 8


def test_parts_of_a_key_do_not_run_into_each_other() -> None:
    one = replace(ANNA, date_of_birth=None, postcode="", given_name="ab", family_name="c")
    other = replace(ANNA, date_of_birth=None, postcode="", given_name="a", family_name="bc")
    assert not {*keys(one)} & {*keys(other)}


def test_spellings_of_one_name_have_the_same_keys() -> None:
    assert keys(replace(ANNA, family_name="ONEILL", postcode="ls14ab")) == keys(ANNA)


def test_a_missing_detail_leaves_out_its_rules() -> None:
    assert len(keys(replace(ANNA, date_of_birth=None))) == 4
    assert len(keys(replace(ANNA, postcode=""))) == 3
    assert len(keys(replace(ANNA, given_name=" "))) == 5
    assert keys(replace(Learner(), upn="A1")) != []
    assert keys(Learner()) == []


def test_a_postcode_that_is_no_number_stays_comparable() -> None:
    long, odd = postcode_number("LS1 4AB LS1 4AB 2"), postcode_number("LS1-4AB")
    assert long < 0
    assert odd < 0
    assert long != odd == postcode_number("ls1-4ab")
    assert postcode_number(" ") == 0


def test_many_postcodes_are_the_numbers_that_each_is_alone() -> None:
    texts = [
        "LS1 4AB",
        "",
        " ",
        "m1 1aa",
        "ABCDEF 12345",
        "ABCDEF1234567",
        "LS1-4AB",
        "\u017f1 1AA",
        "M1\t1AA",
        "M1\0",
        "0",
    ]
    assert postcode_numbers(texts).tolist() == [postcode_number(text) for text in texts]
    assert postcode_numbers([]).tolist() == []


def test_older_postcodes_than_the_last_two_are_not_compared() -> None:
    (row,) = faces(Columns.of([replace(ANNA, former_postcodes=("M1 1AA", "M2 2AA", "M3 3AA"))])).rows
    assert (row["former_1"], row["former_2"]) == (postcode_number("M33AA"), postcode_number("M22AA"))


OTHERS = {
    "birth date and family name": replace(ANNA, given_name="Zoe", postcode="M1 1AE"),
    "birth date and given name": replace(ANNA, family_name="Quill", postcode="M1 1AE"),
    "birth date and postcode": replace(ANNA, given_name="Zoe", family_name="Quill"),
    "names in the other order": replace(ANNA, given_name="O'Neill", family_name="Anna"),
    "both names": replace(ANNA, date_of_birth=date(1999, 9, 9), postcode="M1 1AE"),
}


@pytest.mark.parametrize("shared", OTHERS)
def test_whoever_may_find_the_other_waits_for_the_other_where_both_ask_for_a_uln(shared: str) -> None:
    other = OTHERS[shared]
    looked = {*probe_keys(other), *wide_keys(other)} & {*keys(ANNA)}
    blocks = [set(np.frombuffer(Newcomers([it]).blocks(), np.int64).tolist()) for it in (ANNA, other)]
    assert looked
    assert looked <= blocks[0] & blocks[1]

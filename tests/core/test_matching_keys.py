"""Blocking keys and faces: frozen, salted, and none where a detail is missing."""

from dataclasses import replace
from datetime import date

from gateway.core.matching import keys as made
from gateway.core.matching.columns import Columns
from gateway.core.matching.faces import faces, postcode_number, postcode_numbers
from gateway.core.matching.keys import VERSION
from gateway.core.matching.names import text_hash
from gateway.core.model import Learner

ANNA = Learner(given_name="Anna", family_name="O'Neill", date_of_birth=date(2007, 3, 4), sex="2", postcode="LS1 4AB")


def keys(learner: Learner) -> list[int]:
    return made.keys(faces(Columns.of([learner])))[0].tolist()


def probe_keys(learner: Learner) -> list[int]:
    return made.probe_keys(faces(Columns.of([learner])))[0].tolist()


def test_keys_and_faces_are_frozen() -> None:
    """A change of these numbers needs a new VERSION: registers in use were built with them."""
    assert VERSION == 2
    assert text_hash("anna") == -8337706299035466544
    assert keys(ANNA) == [
        -7296586290516867540,
        -4143301478028950087,
        -3900034616145173350,
        -3172553161588152127,
        -666674323151074863,
        3491233195507825612,
        6838449996316709727,
    ]
    assert set(probe_keys(ANNA)) - set(keys(ANNA)) == {4115987184782272217}
    told = {name: int(faces(Columns.of([ANNA])).rows[name][0]) for name in ("given", "postcode", "born", "sex", "upn")}
    assert told == {"given": text_hash("anna"), "postcode": 1580026293, "born": 20070304, "sex": 3, "upn": 0}


def test_the_register_keeps_them_in_rising_order_with_their_owners() -> None:
    values, owners = made.keys(faces(Columns.of([ANNA, replace(ANNA, postcode=""), ANNA])))
    assert values.tolist() == sorted(values.tolist())
    assert [owners.tolist().count(place) for place in range(3)] == [7, 4, 7]


def test_a_probe_has_the_names_in_the_other_order_too() -> None:
    swapped = replace(ANNA, given_name="O'Neill", family_name="Anna")
    assert {*keys(ANNA)} < {*probe_keys(ANNA)}
    assert {*keys(ANNA)} & {*probe_keys(swapped)}


def test_a_given_name_of_several_words_is_found_by_its_first_and_as_a_whole() -> None:
    both = {*keys(replace(ANNA, given_name="Anna Maria"))}
    assert both & {*keys(replace(ANNA, family_name="Brown", postcode="M1 1AA"))}
    assert both & {*keys(replace(ANNA, given_name="Annamaria", family_name="Brown", postcode="M1 1AA"))}


def test_keys_of_one_rule_never_meet_those_of_another() -> None:
    twice = replace(ANNA, given_name="Ali", family_name="Ali")
    assert len(set(keys(twice))) == 7


def test_parts_of_a_key_do_not_run_into_each_other() -> None:
    one = replace(ANNA, date_of_birth=None, given_name="ab", family_name="c")
    other = replace(ANNA, date_of_birth=None, given_name="a", family_name="bc")
    assert not {*keys(one)} & {*keys(other)}


def test_spellings_of_one_name_have_the_same_keys() -> None:
    assert keys(replace(ANNA, family_name="ONEILL", postcode="ls14ab")) == keys(ANNA)


def test_a_missing_detail_leaves_out_its_rules() -> None:
    assert len(keys(replace(ANNA, date_of_birth=None))) == 2
    assert len(keys(replace(ANNA, postcode=""))) == 4
    assert len(keys(replace(ANNA, given_name=" "))) == 2
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

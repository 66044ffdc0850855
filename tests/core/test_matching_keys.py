"""Blocking keys: frozen, salted, and none where a detail is missing."""

from dataclasses import replace
from datetime import date

from gateway.core.matching.keys import VERSION, keys, probe_keys
from gateway.core.model import Learner

ANNA = Learner(given_name="Anna", family_name="O'Neill", date_of_birth=date(2007, 3, 4), sex="2", postcode="LS1 4AB")


def test_keys_are_frozen() -> None:
    """A change of these numbers needs a new VERSION: registers in use were built with them."""
    assert VERSION == 1
    assert keys(ANNA) == [-4491170965448281671, 4804711961245544594, 8958178221950939138, -6819783066177614703]
    assert probe_keys(ANNA) == [-4491170965448281671, 4804711961245544594, 8018457437024398459, -6819783066177614703]


def test_a_probe_has_the_names_in_the_other_order() -> None:
    swapped = replace(ANNA, given_name="O'Neill", family_name="Anna")
    assert len({*keys(ANNA)} & {*probe_keys(ANNA)}) == 3
    assert {*keys(ANNA)} & {*probe_keys(swapped)}
    assert not {*keys(ANNA)} & {*keys(swapped)}


def test_keys_of_one_rule_never_meet_those_of_another() -> None:
    twice = replace(ANNA, given_name="Ali", family_name="Ali")
    assert len(set(keys(twice))) == 4


def test_parts_of_a_key_do_not_run_into_each_other() -> None:
    one = replace(ANNA, date_of_birth=None, given_name="ab", family_name="c")
    other = replace(ANNA, date_of_birth=None, given_name="a", family_name="bc")
    assert not {*keys(one)} & {*keys(other)}


def test_spellings_of_one_name_have_the_same_keys() -> None:
    assert keys(replace(ANNA, family_name="ONEILL", postcode="ls14ab")) == keys(ANNA)


def test_a_missing_detail_leaves_out_its_rules() -> None:
    assert len(keys(replace(ANNA, date_of_birth=None))) == 1
    assert len(keys(replace(ANNA, postcode=""))) == 3
    assert len(keys(replace(ANNA, given_name=" "))) == 1
    assert keys(Learner()) == []


def test_keys_fit_a_signed_64_bit_number() -> None:
    everyone = [key for day in range(1, 29) for key in keys(replace(ANNA, date_of_birth=date(2007, 3, day)))]
    assert all(-(2**63) <= key < 2**63 for key in everyone)
    assert min(everyone) < 0 < max(everyone)

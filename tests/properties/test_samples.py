"""Invented people are the same for the same seed, and every one of them could be real in form."""

import re
from datetime import date
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core.uln import uln_fault
from gateway.samples import people, register_entries

SEEDS = st.integers(min_value=0, max_value=2**32)
COUNTS = st.integers(min_value=0, max_value=250)
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 12, 31)) | st.just(date(2028, 2, 29))
POSTCODE = re.compile(r"[A-Z]{1,2}([0-9]{1,2}|[0-9][A-Z]) [0-9][ABD-HJLNP-UW-Z]{2}")


def age(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


@given(seed=SEEDS, fewer=COUNTS, more=COUNTS, day=DAYS)
def test_fewer_people_of_a_seed_are_the_first_of_more(seed: int, fewer: int, more: int, day: date) -> None:
    fewer, more = sorted((fewer, more))
    many = list(people(seed, more, day))
    assert len(many) == more
    assert list(people(seed, fewer, day)) == many[:fewer]


@given(seed=SEEDS, fewer=COUNTS, more=COUNTS, day=DAYS)
def test_a_smaller_register_of_a_seed_is_the_beginning_of_a_larger_one(
    seed: int, fewer: int, more: int, day: date
) -> None:
    fewer, more = sorted((fewer, more))
    small = list(register_entries(seed, fewer, day, 9_000_000_000))
    assert list(register_entries(seed, more, day, 9_000_000_000))[: len(small)] == small


@given(seed=SEEDS, day=DAYS)
@settings(max_examples=50)
def test_every_person_has_details_of_a_right_form(seed: int, day: date) -> None:
    for person in people(seed, 100, day):
        assert person.date_of_birth is not None
        assert 14 <= age(person.date_of_birth, day) <= 60
        assert POSTCODE.fullmatch(person.postcode)
        assert person.sex in {"0", "1", "2", "9"}
        assert person.ability_to_share in {"0", "1", "2"}
        assert person.email == "" or re.fullmatch(r"[a-z]+\.[a-z]+[0-9]+@example\.org", person.email)
        assert all(0 < len(name) <= 35 for name in (person.given_name, person.family_name))
        assert person.uln == ""


@given(seed=SEEDS, first=st.integers(min_value=1_000_000_000, max_value=9_000_000_000), day=DAYS)
@settings(max_examples=50)
def test_the_numbers_of_a_register_are_right_and_rise(seed: int, first: int, day: date) -> None:
    ulns = [entry.uln for entry in register_entries(seed, 100, day, first)]
    assert all(uln_fault(uln) is None for uln in ulns)
    assert int(ulns[0]) >= first
    assert all(lower < higher for lower, higher in pairwise(ulns))

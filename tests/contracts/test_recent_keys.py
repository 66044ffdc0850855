"""Keys of those who were registered lately: found by every process, whether they stand in the index yet or not."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.stores import recent_keys
from adapters.stores.candidates import LARGEST_BLOCK
from adapters.stores.database import Pool, open_pool
from adapters.stores.recent_keys import RecentKeys, add_recent, fold, fold_many
from adapters.stores.register import PostgresRegister
from adapters.stores.register_keys import changing
from gateway.core.matching import register as rules
from tests.contracts.register_cases import ANNA, FIRST, filled_register, near, people, register


@pytest.fixture
def pool(database: str) -> Iterator[Pool]:
    with open_pool(database) as opened:
        yield opened


@pytest.fixture
def filled(pool: Pool) -> PostgresRegister:
    return filled_register(pool)


def counts(pool: Pool) -> tuple[int, int]:
    """Return how many keys stand in the index, and how many rows of packed ones there are."""
    with pool.connection() as connection:
        (row,) = connection.execute(
            "select (select count(*) from learner_key), (select count(*) from learner_key_recent)"
        ).fetchall()
    return row[0], row[1]


def hits(recent: RecentKeys, pool: Pool, keys: list[int], most: int = LARGEST_BLOCK) -> set[tuple[int, int]]:
    """Return keys with the numbers of entries that have them."""
    with pool.connection() as connection:
        places, numbers = recent.hits(connection, np.array(keys, np.int64), most)
    assert len(places) == len(numbers)
    return {(keys[place], number) for place, number in zip(places.tolist(), numbers.tolist(), strict=True)}


def added(pool: Pool, pairs: list[tuple[int, int]]) -> None:
    keys, numbers = np.array(pairs, np.int64).reshape(-1, 2).T
    with pool.connection() as connection:
        add_recent(connection, keys, numbers)


def test_who_was_registered_lately_is_found_without_the_index(filled: PostgresRegister, pool: Pool) -> None:
    before, other, newcomers = counts(pool), register(pool), people(60)
    issued = {}
    for begin, end in ((1, 2), (2, 40), (40, 41), (41, 61)):
        issued |= filled.issue("s1", {number: newcomers[number] for number in range(begin, end)})
        found = [near(other, newcomers[number])[0].uln for number in issued]
        assert found == list(issued.values())
    assert counts(pool) == (before[0], 4)


def test_all_are_found_alike_once_their_keys_were_moved(filled: PostgresRegister, pool: Pool) -> None:
    before, newcomers = counts(pool), people(30)
    issued = filled.issue("s1", newcomers)
    asked = [near(filled, learner) for learner in newcomers.values()]
    with pool.connection() as connection:
        fold(connection)
    indexed, packed = counts(pool)
    assert packed == 0
    assert indexed > before[0] + 30
    assert [near(filled, learner) for learner in newcomers.values()] == asked
    assert filled.issue("s2", newcomers) == {}
    assert [entry.uln for entry in near(filled, newcomers[7])] == [issued[7]]


def test_a_newcomer_who_is_changed_is_found_as_they_are_now(filled: PostgresRegister, pool: Pool) -> None:
    newcomer = people(1)[1]
    uln = filled.issue("s1", {1: newcomer})[1]
    moved = replace(newcomer, family_name="Green", postcode="M9 9ZZ", given_name="Robin")
    with pool.connection() as connection, changing(connection, rules, [uln]):
        connection.execute(
            "update learner set family_name = 'Green', postcode = 'M9 9ZZ', given_name = 'Robin' where uln = %s", [uln]
        )
    assert [entry.uln for entry in near(filled, moved)] == [uln]
    assert near(filled, replace(newcomer, date_of_birth=None), wide=True) == []


def test_many_are_moved_by_whoever_registers_next(
    filled: PostgresRegister, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    newcomers = people(3)
    filled.issue("s1", {1: newcomers[1]})
    monkeypatch.setattr(recent_keys, "MOST_ROWS", 1)
    filled.issue("s1", {2: newcomers[2]})
    assert counts(pool)[1] == 0
    monkeypatch.setattr(recent_keys, "MOST_ROWS", 2000)
    monkeypatch.setattr(recent_keys, "MOST_KEYS", 1)
    filled.issue("s1", {3: newcomers[3]})
    assert counts(pool)[1] == 0
    assert all(len(near(register(pool), learner)) == 1 for learner in newcomers.values())


def test_a_register_that_is_loaded_or_rekeyed_has_none_left_over(filled: PostgresRegister, pool: Pool) -> None:
    newcomers = people(5)
    issued = filled.issue("s1", newcomers)
    filled.rekey()
    assert counts(pool)[1] == 0
    assert [near(filled, newcomers[number])[0].uln for number in issued] == list(issued.values())
    assert near(filled, ANNA)[0].uln == FIRST


def test_keys_of_a_call_that_failed_are_found_by_itself_alone_and_then_by_nobody(pool: Pool) -> None:
    recent = RecentKeys()
    added(pool, [(1, 11)])
    with pool.connection() as connection:
        add_recent(connection, np.array([5, 2]), np.array([12, 13]))
        places, numbers = recent.hits(connection, np.array([1, 2, 5]), 10)
        assert sorted(zip(places.tolist(), numbers.tolist(), strict=True)) == [(0, 11), (1, 13), (2, 12)]
        connection.rollback()
    assert hits(recent, pool, [1, 2, 5]) == {(1, 11)}


def test_two_who_move_keys_at_once_move_each_once(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    before = counts(pool)[0]
    added(pool, [(1, 11), (2, 12)])
    monkeypatch.setattr(recent_keys, "MOST_ROWS", 0)
    with pool.connection() as one, pool.connection() as two:
        fold(one)
        add_recent(two, np.array([3]), np.array([13]))
        fold_many(two)  # the other's, of which nothing is known yet, are left to it
        two.commit()
        one.commit()
    assert counts(pool) == (before + 3, 0)


def test_a_key_that_very_many_have_is_cut(pool: Pool) -> None:
    added(pool, [(7, number) for number in range(50)] + [(8, 99)])
    assert len(hits(RecentKeys(), pool, [6, 7], most=20)) == 20
    assert hits(RecentKeys(), pool, [6, 8, 9], most=20) == {(8, 99)}


PAIRS = st.lists(st.tuples(st.integers(-9, 9), st.integers(1, 1000)), max_size=30)


@given(st.lists(st.tuples(PAIRS, st.booleans()), max_size=12))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_comes_and_is_moved_a_process_finds_what_is_there(
    pool: Pool, turns: list[tuple[list[tuple[int, int]], bool]]
) -> None:
    recent, asked = RecentKeys(), sorted({*range(-10, 11), -(2**63), 2**63 - 1})
    with pool.connection() as connection:
        connection.execute("truncate learner_key_recent, learner_key")
    there: set[tuple[int, int]] = set()
    for pairs, moves in turns:
        added(pool, pairs)
        there |= set(pairs)
        assert hits(recent, pool, asked) == there
        if moves:
            with pool.connection() as connection:
                fold(connection)
            there = set()
            assert hits(recent, pool, asked) == there

"""The permutation maps any range onto itself, and every key in its own way."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.permutation import Permutation

KEYS = st.binary(min_size=32, max_size=32)


@given(st.integers(1, 2_000), KEYS)
def test_every_number_of_a_range_is_reached_once(size: int, key: bytes) -> None:
    assert sorted(Permutation(size, key)(np.arange(size)).tolist()) == list(range(size))


@given(st.integers(1, 10**9), KEYS, st.data())
def test_a_large_range_is_never_left_and_two_numbers_never_meet(size: int, key: bytes, data: st.DataObject) -> None:
    numbers = data.draw(st.sets(st.integers(0, size - 1), max_size=50))
    permutation, asked = Permutation(size, key), np.array(sorted(numbers), np.int64)
    reached = permutation(asked).tolist()
    assert len(set(reached)) == len(numbers)
    assert all(0 <= place < size for place in reached)
    assert [permutation(asked[place : place + 1])[0] for place in range(len(asked))] == reached


@given(st.sets(KEYS, min_size=2, max_size=2))
def test_two_keys_give_two_orders(keys: set[bytes]) -> None:
    one, other = (Permutation(10**6, key)(np.arange(10)).tolist() for key in keys)
    assert one != other

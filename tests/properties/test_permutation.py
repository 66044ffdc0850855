"""The permutation maps any range onto itself, and every key in its own way."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.core.permutation import Permutation

KEYS = st.binary(min_size=32, max_size=32)


@given(st.integers(1, 2_000), KEYS)
def test_every_number_of_a_range_is_reached_once(size: int, key: bytes) -> None:
    permutation = Permutation(size, key)
    assert sorted(permutation(number) for number in range(size)) == list(range(size))


@given(st.integers(1, 10**9), KEYS, st.data())
def test_a_large_range_is_never_left_and_two_numbers_never_meet(size: int, key: bytes, data: st.DataObject) -> None:
    numbers = data.draw(st.sets(st.integers(0, size - 1), max_size=50))
    reached = {number: Permutation(size, key)(number) for number in numbers}
    assert len(set(reached.values())) == len(numbers)
    assert all(0 <= place < size for place in reached.values())


@given(st.sets(KEYS, min_size=2, max_size=2))
def test_two_keys_give_two_orders(keys: set[bytes]) -> None:
    one, other = ([Permutation(10**6, key)(number) for number in range(10)] for key in keys)
    assert one != other

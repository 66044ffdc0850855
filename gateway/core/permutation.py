"""New ULNs in an order that nobody can guess: a running number goes through a keyed permutation of a range.

The number 0, 1, 2, ... of a new learner becomes one of the range's prefixes of nine digits, each exactly once. Without
the key a ULN says nothing of when it was issued, nor how many were (specification `lrs` 4.3, step 7).
"""

from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from math import isqrt
from typing import Final

import numpy as np

from gateway.core.errors import ConfigurationError
from gateway.core.numbers import Numbers, ulns

KEY_BYTES: Final = 32
_ROUNDS: Final = 8
_FIRST, _LAST = 1_000_000_000, 9_999_999_998
_UNKNOWN: Final = -1


@dataclass(frozen=True)
class Permutation:
    """A keyed one-to-one map of 0 .. size-1 onto itself: the same for the same key, on every machine, for ever.

    A Feistel network over the pairs of a near-square table that has at least `size` places; what falls on a place
    beyond the size is mapped again, which ends within a step or two on average.
    """

    size: int
    key: bytes

    @cached_property
    def _width(self) -> int:
        return isqrt(self.size - 1) + 1

    @cached_property
    def _height(self) -> int:
        return -(-self.size // self._width)

    def __call__(self, numbers: Numbers) -> Numbers:
        """Return where numbers go; raise ValueError where one is not of the permutation's."""
        if ((numbers < 0) | (numbers >= self.size)).any():
            raise ValueError(f"A number is not between 0 and {self.size - 1}")
        places = self._once(numbers)
        while len(beyond := np.flatnonzero(places >= self.size)):
            places[beyond] = self._once(places[beyond])
        return places

    def _once(self, numbers: Numbers) -> Numbers:
        row, column = np.divmod(numbers, self._width)
        for turn in range(0, _ROUNDS, 2):
            row = (row + self._mixed(turn, column)) % self._height
            column = (column + self._mixed(turn + 1, row)) % self._width
        return row * self._width + column

    def _mixed(self, turn: int, halves: Numbers) -> Numbers:
        """Return what each half adds to the other; there are far fewer halves than numbers, so each is made once."""
        known = self._known[turn]
        lacking = np.unique(halves[known[halves] == _UNKNOWN])
        modulus = self._width if turn % 2 else self._height
        known[lacking] = [self._mix(turn, half) % modulus for half in lacking.tolist()]
        return known[halves]

    def _mix(self, turn: int, half: int) -> int:
        mixed = self._keyed[turn].copy()
        mixed.update(half.to_bytes(8, "big"))
        return int.from_bytes(mixed.digest(), "big")

    @cached_property
    def _keyed(self) -> list[blake2b]:
        return [blake2b(digest_size=16, key=self.key, salt=bytes([turn])) for turn in range(_ROUNDS)]

    @cached_property
    def _known(self) -> list[Numbers]:
        """What was mixed before, turn by turn."""
        sizes = (self._height if turn % 2 else self._width for turn in range(_ROUNDS))
        return [np.full(size, _UNKNOWN, np.int64) for size in sizes]


@dataclass(frozen=True, kw_only=True)
class IssuingRange:
    """The ULNs that this gateway may issue, and for which authority; both ends are included (architecture 3.4)."""

    authority: str
    first: int
    last: int

    def __post_init__(self) -> None:
        """Refuse what is no range of ten-digit numbers."""
        if not self.authority.strip() or not _FIRST <= self.first <= self.last <= _LAST:
            raise ConfigurationError(
                "register.issuing must name the authority, and first and last as ten-digit numbers in rising order."
            )

    @property
    def size(self) -> int:
        """How many running numbers there are; about one in eleven of them gives no ULN."""
        return self.last // 10 - self.first // 10 + 1

    def ulns(self, permutation: Permutation, numbers: Numbers) -> Numbers:
        """Return the ULN of each running number, 0 where its check digit or the range allows none."""
        made = ulns(self.first // 10 + permutation(numbers))
        return np.where((made >= self.first) & (made <= self.last), made, 0)

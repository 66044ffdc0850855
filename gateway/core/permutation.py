"""New ULNs in an order that nobody can guess: a running number goes through a keyed permutation of a range.

The number 0, 1, 2, ... of a new learner becomes one of the range's prefixes of nine digits, each exactly once. Without
the key a ULN says nothing of when it was issued, nor how many were (specification `lrs` 4.3, step 7).
"""

from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from math import isqrt
from typing import Final

from gateway.core.errors import ConfigurationError
from gateway.core.uln import Uln

KEY_BYTES: Final = 32
_ROUNDS: Final = 8
_FIRST, _LAST = 1_000_000_000, 9_999_999_998


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

    def __call__(self, number: int) -> int:
        """Return where a number goes; raise ValueError where it is not one of the permutation's."""
        if not 0 <= number < self.size:
            raise ValueError(f"{number} is not between 0 and {self.size - 1}")
        place = self._once(number)
        while place >= self.size:
            place = self._once(place)
        return place

    def _once(self, number: int) -> int:
        row, column = divmod(number, self._width)
        for turn in range(0, _ROUNDS, 2):
            row = (row + self._mix(turn, column)) % self._height
            column = (column + self._mix(turn + 1, row)) % self._width
        return row * self._width + column

    @cached_property
    def _keyed(self) -> list[blake2b]:
        return [blake2b(digest_size=16, key=self.key, salt=bytes([turn])) for turn in range(_ROUNDS)]

    @cached_property
    def _mixed(self) -> list[dict[int, int]]:
        """What was mixed before, turn by turn: there are far fewer halves than numbers."""
        return [{} for _ in range(_ROUNDS)]

    def _mix(self, turn: int, half: int) -> int:
        known = self._mixed[turn].get(half)
        if known is None:
            mixed = self._keyed[turn].copy()
            mixed.update(half.to_bytes(8, "big"))
            known = self._mixed[turn][half] = int.from_bytes(mixed.digest(), "big")
        return known


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

    def uln(self, permutation: Permutation, number: int) -> Uln | None:
        """Return the ULN of a running number, or None where its check digit or the range allows none."""
        uln = Uln.of(self.first // 10 + permutation(number))
        return uln if uln is not None and self.first <= int(uln) <= self.last else None

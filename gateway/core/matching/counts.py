"""What the register counts, asked for once: for as long as one batch is matched its answers stay what they were."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from gateway.core.handover import Near
from gateway.core.model import Entry
from gateway.core.numbers import Numbers
from gateway.core.ports.register import Candidates, Probes

Counted = tuple[int, str, int, int]


class CountsOnce:
    """`Candidates` that remember the register's size and its names, those too that it does not have."""

    def __init__(self, source: Candidates) -> None:
        self._source = source
        self._size: int | None = None
        self._names: dict[int, Counted | None] = {}

    def size(self) -> int:
        """Return about how many entries there are."""
        if self._size is None:
            self._size = self._source.size()
        return self._size

    def names(self, hashes: bytes) -> Iterable[Counted]:
        """Return of names (64 bits): hash, N1, and about how many have it as given and as family name."""
        wanted: list[int] = np.frombuffer(hashes, np.int64).tolist()
        new = [it for it in wanted if it not in self._names]
        if new:
            self._names |= dict.fromkeys(new)
            self._names |= {it[0]: it for it in self._source.names(_packed(new))}
        return [known for known in map(self._names.__getitem__, wanted) if known is not None]

    def near(self, asked: Iterable[Probes]) -> Iterator[Near]:
        """Yield for each batch the live entries that have one of its keys."""
        return self._source.near(asked)

    def entries(self, numbers: Sequence[int]) -> dict[int, Entry]:
        """Return live entries by their numbers."""
        return self._source.entries(numbers)


def _packed(numbers: Sequence[int]) -> bytes:
    packed: Numbers = np.array(numbers, np.int64)
    return packed.tobytes()

"""What is remembered of one file, record by record, as numbers of a fixed width."""

import numpy as np

from gateway.core.matching.columns import Integers


class SortedBlocks:
    """Keys with their owners, each in few blocks in rising order; every block is larger than all that come after it."""

    def __init__(self) -> None:
        self.blocks: list[tuple[Integers, Integers]] = []

    def add(self, keys: Integers, owners: Integers) -> None:
        """Take in keys that are in rising order."""
        while self.blocks and len(self.blocks[-1][0]) <= len(keys):
            earlier, theirs = self.blocks.pop()
            keys, owners = np.concatenate([earlier, keys]), np.concatenate([theirs, owners])
            order = np.argsort(keys, kind="stable")
            keys, owners = keys[order], owners[order]
        self.blocks.append((keys, owners))

    def first(self, keys: Integers) -> Integers:
        """Return for each key the owner that came first, -1 where it has none."""
        found = np.full(len(keys), -1, np.int64)
        for known, owners in reversed(self.blocks):
            if len(known):
                place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
                found = np.where(known[place] == keys, owners[place], found)
        return found


class Numbers:
    """Whole numbers by record number, 0 where none is kept."""

    def __init__(self) -> None:
        self._kept = np.zeros(1024, np.int64)

    def __getitem__(self, record: int) -> int:
        return int(self._kept[record]) if record < len(self._kept) else 0

    def __setitem__(self, record: int, number: int) -> None:
        while record >= len(self._kept):
            self._kept = np.concatenate([self._kept, np.zeros_like(self._kept)])
        self._kept[record] = number

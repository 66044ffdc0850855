"""A set of values against which a whole column is held at once."""

from collections.abc import Iterable

import numpy as np

from adapters.formats.table_cells import KEPT, WORD, Cells, Words, mixed
from adapters.formats.table_split import Places


class KnownValues:
    """Values that are known. A sign leads to the one value that may be meant, and its words tell whether it is."""

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding
        self._signs: Words = np.empty(0, np.uint64)
        self._words: Words = np.empty((0, KEPT), np.uint64)
        self._used = 1
        self._new: list[str] = []

    def add(self, values: Iterable[str]) -> None:
        """Take values, which are sorted in once the next column is held against all."""
        self._new += values

    def _sort_in(self, values: Iterable[str]) -> None:
        """Sort values in, but those that are too long."""
        encoded = [it for it in (value.encode(self._encoding) for value in values) if len(it) <= KEPT * WORD]
        data = b"".join(it.ljust(KEPT * WORD, b"\0") for it in encoded)
        words = np.concatenate([self._words, np.frombuffer(data, "<u8").reshape(-1, KEPT)])
        self._signs, kept = np.unique(mixed(list(words.T)), return_index=True)
        self._words = words[kept]
        self._used = max([self._used, *(-(-len(it) // WORD) for it in encoded)])

    def others(self, cells: Cells, column: int) -> Places:
        """Return the rows whose value in a column is not known."""
        if self._new:
            self._sort_in(self._new)
            self._new = []
        if not len(self._signs):
            return np.arange(cells.size)
        words = cells.words(column)
        if all((word == word[0]).all() for word in words):
            words = [word[:1] for word in words]
        signs = mixed(words)
        at = np.minimum(np.searchsorted(self._signs, signs), len(self._signs) - 1)
        known = self._signs[at] == signs
        most = max(self._used, len(words))
        for nth in range(most if most > 1 else 0):
            known &= self._words[at, nth] == (words[nth] if nth < len(words) else 0)
        if cells.longest[column] > KEPT * WORD:
            known = known & (cells.sizes[column] <= KEPT * WORD)
        return np.flatnonzero(np.broadcast_to(~known, cells.size))

    def firsts(self, cells: Cells, column: int, rows: Places) -> Places:
        """Return of some rows those that are the first with their sign, by which nearly all values are met once."""
        signs = mixed(cells.words(column))[rows]
        return rows[np.unique(signs, return_index=True)[1]]

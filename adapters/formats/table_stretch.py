"""The regular rows of a batch as the screens of a kind see them, column by column."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from adapters.formats.table_batch import Batch
from adapters.formats.table_cells import Cells, Words, mixed
from adapters.formats.table_headings import Layout
from adapters.formats.table_split import Places

_NUL = "\0"


class Stretch:
    """The rows of a batch that have the right number of columns; `at` are their places in it.

    A column that the file lacks is empty.
    """

    def __init__(self, batch: Batch, layout: Layout, encoding: str) -> None:
        self._layout = layout
        self._known: dict[str, Sequence[str]] = {}
        self._odd: dict[str, set[int]] = {}
        self._signs: dict[tuple[str, int], Words] = {}
        self.cells = Cells(batch.splits(layout.width), layout.width, encoding)
        self.at = self.cells.at
        self.size = self.cells.size

    def place(self, name: str) -> int:
        """Return the place of a column among the cells."""
        return self._layout.places.get(name, self._layout.width)

    def __getitem__(self, name: str) -> Sequence[str]:
        """Return the values of a column as they were received."""
        column = self._known.get(name)
        if column is None:
            column = self._known[name] = self.text(name).split(_NUL)[:-1]
        return column

    def text(self, name: str) -> str:
        """Return the values of a column as one text, each with NUL after it."""
        return self.cells.text(self.place(name))

    def values(self, name: str, rows: Iterable[int]) -> list[str]:
        """Return the values of some rows of a column."""
        return self.cells.texts(self.place(name), rows)

    def distinct(self, name: str) -> frozenset[str]:
        """Return the different values of a column."""
        return frozenset(self[name])

    def sizes(self, name: str) -> Places:
        """Return how many bytes each value of a column has."""
        sizes: Places = self.cells.sizes[self.place(name)]
        return sizes

    def signs(self, name: str, most: int) -> Words:
        """Return a number for each value of a column, the same where the first so many characters are; 0 where empty.

        Blanks at its ends do not count.
        """
        signs = self._signs.get((name, most))
        if signs is None:
            signs = self._signs[name, most] = self.cells.signs(self.place(name), most)
        return signs

    def signs_of(self, name: str, told: Callable[[str], int]) -> Words:
        """Return a number for each value of a column as it is told of, once for each, without blanks at its ends."""
        signs = mixed(self.cells.words(self.place(name)))
        _, firsts, places = np.unique(signs, return_index=True, return_inverse=True)
        values = self.values(name, firsts.tolist())
        return np.array([told(value.strip()) for value in values], np.uint64)[places]

    def bytes_of(self, name: str, size: int) -> tuple[Places, NDArray[np.uint8]]:
        """Return the rows whose value in a column has so many bytes, and these bytes."""
        return self.cells.bytes_of(self.place(name), size)

    def note_odd(self, name: str, rows: Iterable[int]) -> None:
        """Take note of the rows whose value of a column is good by itself but not beside all others."""
        self._odd[name] = set(rows)

    def odd(self, names: Iterable[str]) -> set[int]:
        """Return the rows that were noted for one of these columns."""
        return set().union(*(self._odd.get(name, ()) for name in names))

    def with_value(self, name: str, doubtful: frozenset[str]) -> Iterable[int]:
        """Return the rows whose value in a column is one of these."""
        return (row for row, value in enumerate(self[name]) if value in doubtful) if doubtful else ()

    def empty(self) -> list[int]:
        """Return the rows whose cells are all empty."""
        rows: list[int] = np.flatnonzero(~self.cells.sizes.any(axis=0)).tolist()
        return rows

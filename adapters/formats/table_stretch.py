"""The rows of a batch, column by column, without a list or an object for any row."""

from collections.abc import Iterable, Sequence

from adapters.formats.table_batch import Batch
from adapters.formats.table_headings import Layout

_FEW = 4


class Stretch:
    """The rows of a batch that have the right number of columns, column by column; `at` are their places in it."""

    def __init__(self, batch: Batch, layout: Layout) -> None:
        self._layout = layout
        self._known: dict[str, Sequence[str]] = {}
        self._distinct: dict[str, frozenset[str]] = {}
        self._odd: dict[str, frozenset[str]] = {}
        self._cells = batch.cells
        self.at = batch.at
        self.size = len(self.at)

    def __getitem__(self, name: str) -> Sequence[str]:
        """Return the values of a column as they were received; all empty where the file has no such column."""
        column = self._known.get(name)
        if column is None:
            place = self._layout.places.get(name)
            column = [""] * self.size if place is None else self._cells[place :: self._layout.width + 1]
            self._known[name] = column
        return column

    def distinct(self, name: str) -> frozenset[str]:
        """Return the different values of a column."""
        values = self._distinct.get(name)
        if values is None:
            column = self[name]
            if column and column[0] == column[-1] and column.count(column[0]) == self.size:
                values = frozenset(column[:1])
            else:
                values = frozenset(column)
            self._distinct[name] = values
        return values

    def note_odd(self, name: str, values: frozenset[str]) -> None:
        """Take note of the values of a column that are good by themselves but not beside all others."""
        self._odd[name] = values

    def odd(self, names: Iterable[str]) -> set[int]:
        """Return the rows that hold a noted value in one of these columns."""
        return {row for name in names if name in self._odd for row in self.with_value(name, self._odd[name])}

    def with_value(self, name: str, doubtful: frozenset[str]) -> Iterable[int]:
        """Return the rows whose value in a column is one of these."""
        column = self[name]
        if len(doubtful) <= _FEW and sum(map(column.count, doubtful)) == len(doubtful):
            return map(column.index, doubtful)
        return (row for row, value in enumerate(column) if value in doubtful)

    def empty(self) -> list[int]:
        """Return the rows whose cells are all empty."""
        width = self._layout.width
        if any("" not in column for column in self._known.values()):
            return []
        begins = range(0, len(self._cells), width + 1)
        return [row for row, begin in enumerate(begins) if not any(self._cells[begin : begin + width])]

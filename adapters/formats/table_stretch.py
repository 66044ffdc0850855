"""The rows of a batch, column by column, without a list or an object for any row."""

from collections.abc import Iterable, Sequence
from itertools import chain

from adapters.formats.csv_file import Row
from adapters.formats.table_cut import Batch
from adapters.formats.table_headings import Layout


class Stretch:
    """The rows of a batch that have the right number of columns, column by column; `at` are their places in it."""

    def __init__(self, batch: Batch, layout: Layout) -> None:
        self._layout = layout
        self._known: dict[str, Sequence[str]] = {}
        self._distinct: dict[str, frozenset[str]] = {}
        self._cells, self.at = _cells(batch, layout.width)
        self.size = len(self.at)

    def __getitem__(self, name: str) -> Sequence[str]:
        """Return the values of a column as they were received; all empty where the file has no such column."""
        column = self._known.get(name)
        if column is None:
            place = self._layout.places.get(name)
            column = [""] * self.size if place is None else self._cells[place :: self._layout.width]
            self._known[name] = column
        return column

    def distinct(self, name: str) -> frozenset[str]:
        """Return the different values of a column."""
        values = self._distinct.get(name)
        if values is None:
            values = self._distinct[name] = frozenset(self[name])
        return values

    def with_value(self, name: str, doubtful: frozenset[str]) -> Iterable[int]:
        """Yield the rows whose value in a column is one of these."""
        return (row for row, value in enumerate(self[name]) if value in doubtful)

    def empty(self) -> list[int]:
        """Return the rows whose cells are all empty."""
        width = self._layout.width
        if any("" not in self._cells[place::width] for place in range(width)):
            return []
        return [row for row in range(self.size) if not any(self._cells[row * width : (row + 1) * width])]


def _cells(batch: Batch, width: int) -> tuple[list[str], Sequence[int]]:
    """Return the cells of all rows of the right width, one row after the other, and the places of these rows."""
    if not batch.rows_at:
        lines = batch.lines
        counts = list(map(str.count, lines, [","] * len(lines)))
        if counts.count(width - 1) == len(lines):
            return ",".join(lines).split(",") if lines else [], range(len(lines))
        right = [place for place, count in enumerate(counts) if count == width - 1]
        texts = [lines[place] for place in right]
        return ",".join(texts).split(",") if texts else [], right
    return _mixed_cells(batch, width)


def _mixed_cells(batch: Batch, width: int) -> tuple[list[str], Sequence[int]]:
    texts: list[str] = []
    split: list[list[str]] = []
    places: list[int] = []
    split_places: list[int] = []
    for place, item in enumerate(batch.items):
        if isinstance(item, Row):
            if len(item.cells) == width and item.broken is None:
                split.append(item.cells)
                split_places.append(place)
        elif item.count(",") == width - 1:
            texts.append(item)
            places.append(place)
    cells = ",".join(texts).split(",") if texts else []
    cells.extend(chain.from_iterable(split))
    return cells, places + split_places

"""Some rows of a job in their order: plain lines, and those that were split one by one."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Self

import numpy as np

from adapters.formats.csv_file import Row
from adapters.formats.table_split import Lines, Places, Split, split_cells, split_lines


class _Lines:
    """Plain lines, told apart into cells only where these are asked for."""

    def __init__(self, lines: Lines) -> None:
        self._data = lines.data
        self.starts = lines.starts
        self.size = lines.size

    def row(self, nth: int, line: int, encoding: str) -> Row:
        text = self._data[self.starts[nth] : self.starts[nth + 1]].decode(encoding)
        return Row(line, text.removesuffix("\n").removesuffix("\r").split(","))

    def split(self, width: int, _: str) -> Split:
        return split_lines(self._data, width)


class _Rows:
    """Rows that were split one by one, and how many bytes each has."""

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._sizes: list[int] = []

    def add(self, row: Row, size: int) -> None:
        self._rows.append(row)
        self._sizes.append(size)

    @property
    def size(self) -> int:
        return len(self._rows)

    @property
    def starts(self) -> Places:
        return np.fromiter(accumulate(self._sizes, initial=0), np.int64)

    def row(self, nth: int, _: int, __: str) -> Row:
        return self._rows[nth]

    def split(self, width: int, encoding: str) -> Split:
        right = [at for at, row in enumerate(self._rows) if len(row.cells) == width and row.is_split]
        split = split_cells([cell for at in right for cell in self._rows[at].cells], width, encoding)
        return split._replace(at=np.array(right, np.int64))


class Batch:
    """Some rows in their order, from a line and a byte of the file on.

    `bare` tells the cell of a row that holds quotation marks without standing in any.
    """

    def __init__(self, line: int, encoding: str, offset: int) -> None:
        self.size = 0
        self.bare: dict[int, int] = {}
        self._line = line
        self._encoding = encoding
        self._offset = offset
        self._pieces: list[_Lines | _Rows] = []
        self._firsts: list[int] = []
        self._after: list[int] = []
        self._jumps: list[int] = []

    @classmethod
    def of(cls, row: Row, encoding: str, span: tuple[int, int]) -> Self:
        """Return a batch of one row."""
        begin, end = span
        batch = cls(row.line, encoding, begin)
        batch.add_row(row, end - begin, 1)
        return batch

    def add_lines(self, lines: Lines) -> None:
        """Take plain lines."""
        self._add(_Lines(lines))
        self.size += lines.size

    def add_row(self, row: Row, size: int, lines: int) -> None:
        """Take a row that was split, of so many bytes and physical lines."""
        last = self._pieces[-1] if self._pieces else None
        if not isinstance(last, _Rows):
            last = _Rows()
            self._add(last)
        last.add(row, size)
        if row.bare is not None:
            self.bare[self.size] = row.bare
        self.size += 1
        if lines > 1:
            self._after.append(self.size)
            self._jumps.append(lines - 1 + (self._jumps[-1] if self._jumps else 0))

    def _add(self, piece: _Lines | _Rows) -> None:
        self._pieces.append(piece)
        self._firsts.append(self.size)

    def cut(self, size: int) -> None:
        """Leave out all rows after the first so many."""
        self.size = size
        self.bare = {place: cell for place, cell in self.bare.items() if place < size}

    def line(self, at: int) -> int:
        """Return the first physical line of a row."""
        jump = bisect_right(self._after, at)
        return self._line + at + (self._jumps[jump - 1] if jump else 0)

    def row(self, at: int) -> Row:
        """Return a row."""
        piece = bisect_right(self._firsts, at) - 1
        row = self._pieces[piece].row(at - self._firsts[piece], self.line(at), self._encoding)
        return row._replace(bare=self.bare[at]) if at in self.bare else row

    def starts(self) -> Places:
        """Return where in the file each row begins, and where the last ends."""
        sizes = np.concatenate([np.diff(piece.starts) for piece in self._pieces])[: self.size]
        return self._offset + np.concatenate(([0], np.cumsum(sizes)))

    def splits(self, width: int) -> Sequence[Split]:
        """Return the cells of the rows of the right width, piece by piece, `at` being their places in the batch."""
        told = []
        for first, piece in zip(self._firsts, self._pieces, strict=True):
            split = piece.split(width, self._encoding)
            at = split.at + first
            kept = int(np.searchsorted(at, self.size))
            told.append(Split(split.data, split.begins[:kept], split.ends[:kept], at[:kept]))
        return told

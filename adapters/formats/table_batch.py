"""Some rows of a job in their order: the cells of all regular ones in one list, and the few others one by one."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import accumulate, chain, islice, pairwise
from operator import itemgetter
from typing import Self

from adapters.formats.csv_file import Row
from adapters.formats.table_split import END, split_lines


class Batch:
    """Some rows in their order: the cells of those of the table's width, each row with its END, and all others.

    `bare` tells the cell of a row that holds quotation marks without standing in any. `spans` tell where each row
    begins and ends in the file, once `stand` was asked for them.
    """

    def __init__(self, line: int, width: int) -> None:
        self.size = 0
        self.cells: list[str] = []
        self.others: dict[int, Row] = {}
        self.bare: dict[int, int] = {}
        self.spans: Sequence[tuple[int, int]] = ()
        self._width = width
        self._line = line
        self._after: list[int] = []
        self._jumps: list[int] = []
        self._texts: list[tuple[str, bool]] = []

    @classmethod
    def of(cls, row: Row, width: int, span: tuple[int, int] | None) -> Self:
        """Return a batch of one row."""
        batch = cls(row.line, width)
        batch.add_row(row, "", 1)
        batch.spans = (span,) if span else ()
        return batch

    def add_plain(self, text: str) -> tuple[int, int] | None:
        """Take plain lines; return how many, and how many end in CR LF; None, and take none, where CR ends some."""
        found = split_lines(text, self._width)
        if found is None:
            return None
        line = self.line(self.size)
        for row, cells in found.others.items():
            self.others[self.size + row] = Row(line + row, cells)
        self.cells = self.cells + found.cells if self.cells else found.cells
        self.size += found.rows
        self._texts.append((text, False))
        return found.rows, found.pairs

    def add_row(self, row: Row, text: str, lines: int) -> None:
        """Take a row that was split, with its text of so many physical lines."""
        if len(row.cells) == self._width and row.broken is None:
            self.cells += row.cells
            self.cells.append(END)
        else:
            self.others[self.size] = row
        if row.bare is not None:
            self.bare[self.size] = row.bare
        self.size += 1
        self._texts.append((text, True))
        if lines > 1:
            self._after.append(self.size)
            self._jumps.append(lines - 1 + (self._jumps[-1] if self._jumps else 0))

    def cut(self, size: int) -> None:
        """Leave out all rows after the first so many."""
        kept = {place: row for place, row in self.others.items() if place < size}
        self.size, self.others = size, kept
        self.bare = {place: cell for place, cell in self.bare.items() if place < size}
        del self.cells[(size - len(kept)) * (self._width + 1) :]
        self.__dict__.pop("at", None)

    @cached_property
    def at(self) -> Sequence[int]:
        """Return the places of the rows whose cells are given, once the batch is complete."""
        if not self.others:
            return range(self.size)
        borders = [-1, *self.others, self.size]
        return list(chain.from_iterable(range(before + 1, after) for before, after in pairwise(borders)))

    def line(self, at: int) -> int:
        """Return the first physical line of a row."""
        if not self._after:
            return self._line + at
        jump = bisect_right(self._after, at)
        return self._line + at + (self._jumps[jump - 1] if jump else 0)

    def row(self, at: int) -> Row:
        """Return a row."""
        if at in self.others:
            return self.others[at]
        begin = (bisect_left(self.at, at) if self.others else at) * (self._width + 1)
        return Row(
            self.line(at), self.cells[begin : begin + self._width], None, self.bare.get(at) if self.bare else None
        )

    def stand(self, offset: int, encoding: str) -> int:
        """Say where the batch begins in the file, in an encoding; return where it ends."""
        ends = list(accumulate(self._sizes(encoding), initial=offset))
        self.spans = list(pairwise(ends))
        return ends[-1]

    def _sizes(self, encoding: str) -> Iterable[int]:
        """Yield how many bytes each row has, its line end included."""
        for text, is_row in self._texts:
            lines = [text] if is_row else text.removesuffix("\n").split("\n")
            sizes = map(len, lines if text.isascii() else (line.encode(encoding) for line in lines))
            if is_row:
                yield from sizes
            else:
                yield from (size + 1 for size in islice(sizes, len(lines) - 1))
                yield from (size + text.endswith("\n") for size in sizes)


class Skimmed(Batch):
    """Rows of which few are wanted: the cells of plain lines are told apart only where they are asked for.

    It is known before that no row ends in CR alone.
    """

    def __init__(self, line: int, _: int) -> None:
        super().__init__(line, -1)
        self._plain: list[tuple[int, str]] = []
        self._split: tuple[int, list[str]] = (0, [])

    def add_plain(self, text: str) -> tuple[int, int]:
        """Take plain lines, none of which ends in CR alone; return how many."""
        self._plain.append((self.size, text))
        rows = text.count("\n") + (not text.endswith("\n"))
        self.size += rows
        return rows, 0

    def row(self, at: int) -> Row:
        """Return a row."""
        if at in self.others:
            return self.others[at]
        first, lines = self._split
        if not first <= at < first + len(lines):
            first, text = self._plain[bisect_right(self._plain, at, key=itemgetter(0)) - 1]
            lines = text.removesuffix("\n").split("\n")
            self._split = first, lines
        return Row(self.line(at), lines[at - first].removesuffix("\r").split(","))

"""Reads CSV strictly and line by line: every row with its exact physical line, and what stops the reading.

A file is looked through twice: `csv_probe` decides about its bytes as a whole, then `rows` splits it as RFC 4180 says,
in memory bounded by one row of the length that is read. No fault of the data raises: it is yielded.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import NamedTuple, TextIO

from adapters.formats.csv_long_row import MAX_ROW, MAX_VALUE, WHOLE_CELL, LastValue, told_cells

_LINE_ENDS = ("\n", "\r")
_CELL_LIMIT = "field larger"  # how the csv module begins what it says of a cell over its limit


class Stop(StrEnum):
    """Why the reading of a file stopped."""

    SIZE = "size"
    TYPE = "type"
    NUL = "nul"
    ENCODING = "encoding"
    OPEN_QUOTE = "open-quote"
    LONG_ROW = "long-row"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The reading stopped: why, on which line, and what the file seems to be."""

    why: Stop
    line: int | None = None
    what: str = ""


class Row(NamedTuple):
    """One row and its first physical line.

    `broken` counts from 0 the cell whose quotation marks are wrong, `bare` the one that holds some without standing in
    any, which is read as it is. Of a row that `is_long` the first cells are told, and `broken` is the first of them
    that is too long, if any.
    """

    line: int
    cells: list[str]
    broken: int | None = None
    bare: int | None = None
    is_long: bool = False

    @property
    def is_split(self) -> bool:
        """Tell whether the row could be told apart into its cells."""
        return self.broken is None and not self.is_long


def rows(path: Path, encoding: str, max_row: int = MAX_ROW) -> Iterator[Row | Unreadable]:
    """Yield every row with its line, blank ones too; where the reading must stop, say why as the last."""
    with path.open("r", encoding=encoding, newline="") as text:
        yield from RowReader(physical_lines(text, max_row), max_row=max_row).rows()


def physical_lines(text: TextIO, limit: int = MAX_ROW) -> Iterator[str]:
    """Yield the lines of a text with their ends; one over the limit comes in pieces, and no CR LF is taken apart."""
    piece = text.readline(limit + 1)
    while piece:
        more = text.readline(limit + 1) if len(piece) > limit and piece.endswith("\r") else ""
        if more == "\n":
            piece, more = piece + more, ""
        yield piece
        piece = more or text.readline(limit + 1)


class _TooLongError(Exception):
    """The row being read is longer than the limit."""


class RowReader:
    """Splits physical lines into rows, remembering those of the row being read to say what is wrong in it.

    A line that is longer than a row may be can come in pieces. After each row `taken` is how many characters all rows
    so far have, and `ends` how many rows end in CR LF, LF, CR. Where the lines end inside a row, that row is told as
    one whose quotation mark stays open, and `cut_short` is set.
    """

    def __init__(self, lines: Iterable[str], line: int = 1, max_row: int = MAX_ROW) -> None:
        self.taken = 0
        self.ends = [0, 0, 0]
        self.cut_short = False
        self._source = iter(lines)
        self._max_row = max_row
        self._row: list[str] = []
        self._size = 0
        self._line = line - 1
        self._ended = False

    @property
    def next_line(self) -> int:
        """Return the physical line behind the rows so far."""
        return self._line + 1

    def rows(self) -> Iterator[Row | Unreadable]:
        """Yield every row; where the reading must stop, say why as the last."""
        reader = csv.reader(self._lines(), strict=True)
        while True:
            first = self._line + 1
            self._row.clear()
            self._size = 0
            row = self._next(reader, first)
            if row is None:
                return
            if isinstance(row, Unreadable):
                yield row
                return
            if row.is_long:
                reader = csv.reader(self._lines(), strict=True)
            self.taken += self._size
            self._count_end()
            yield row

    def _next(self, reader: "Iterator[list[str]]", first: int) -> Row | Unreadable | None:
        try:
            try:
                return self._split(reader, first)
            except _TooLongError:
                return self._long_row(first)
        except UnicodeDecodeError:
            return Unreadable(Stop.ENCODING, first)

    def _split(self, reader: "Iterator[list[str]]", first: int) -> Row | Unreadable | None:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            return self._broken_row(first, error)
        if cells is None:
            return None
        bare = _bare_cell("".join(self._row)) if '"' in "".join(cells) else None
        return Row(first, cells, bare=bare)

    def _lines(self) -> Iterator[str]:
        row, limit = self._row, self._max_row
        for line in self._source:
            self._size += len(line)
            row.append(line)
            if self._size > limit:
                raise _TooLongError
            self._line += 1
            yield line
        self._ended = True

    def _count_end(self) -> None:
        last = self._row[-1] if self._row else ""
        if last.endswith("\r\n"):
            self.ends[0] += 1
        elif last.endswith("\n"):
            self.ends[1] += 1
        elif last.endswith("\r"):
            self.ends[2] += 1

    def _broken_row(self, first: int, error: csv.Error) -> Row | Unreadable:
        """Return the row whose quotation marks are wrong, or why no row after it can be told.

        Where a mark is open at the end of its line and the value does not end well, nobody knows where the row ends.
        """
        if str(error).startswith(_CELL_LIMIT):
            raise _TooLongError
        text = "".join(self._row)
        cell, start = _broken_cell(text)
        opened = first + line_ends(text[:start])
        if start < len(text) and (self._ended or opened < self._line):
            self.cut_short = self._ended
            return Unreadable(Stop.OPEN_QUOTE, opened)
        try:
            return Row(first, next(csv.reader(self._row)), cell)
        except csv.Error:
            raise _TooLongError from None

    def _long_row(self, first: int) -> Row | Unreadable:
        """Pass over the row to its end, or say where the quotation mark opens because of which nobody knows its end."""
        beginning = "".join(self._row)[: self._max_row]
        last, line = LastValue(), first
        for piece in chain(tuple(self._row), self._more()):
            last.take(piece, line)
            if piece.endswith(_LINE_ENDS):
                self._line = line
                if not last.is_open:
                    break
                if last.size > MAX_VALUE:
                    return Unreadable(Stop.OPEN_QUOTE, last.line)
                line += 1
        if last.is_open:
            self.cut_short = True
            return Unreadable(Stop.OPEN_QUOTE, last.line)
        self._line = line
        cells, long = told_cells(beginning, goes_on=self._size > len(beginning))
        return Row(first, cells, long, is_long=True)

    def _more(self) -> Iterator[str]:
        """Yield further pieces of a row that is too long, keeping the last alone."""
        for piece in self._source:
            self._size += len(piece)
            self._row[:] = [piece]
            yield piece
        self._ended = True


def _bare_cell(text: str) -> int | None:
    """Return the first cell of a well-formed row that holds quotation marks without standing in any, from 0."""
    cell = start = 0
    while start <= len(text) and (whole := WHOLE_CELL.match(text, start)):
        if '"' in whole[0] and not whole[0].startswith('"'):
            return cell
        cell, start = cell + 1, whole.end() + 1
    return None


def _broken_cell(text: str) -> tuple[int, int]:
    """Return which cell of a row is the first with wrong quotation marks, from 0, and where in the text it begins."""
    cell = start = 0
    while start < len(text) and (whole := WHOLE_CELL.match(text, start)):
        cell, start = cell + 1, whole.end() + 1
    return cell, start


def line_ends(text: str) -> int:
    """Return how many lines end in a text: at CRLF, LF or CR."""
    return text.count("\n") + text.count("\r") - text.count("\r\n")

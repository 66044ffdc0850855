"""Cuts the bytes of a CSV file into jobs, and the text of a job into batches of rows with their lines.

A cut is only a guess: it stands at a line end with an even number of quotation marks before it. Whoever reads a job
says how far its last whole row goes, and where that is not the job's end the next job begins there. So the answer is
the same for any cut.
"""

import csv
import re
from bisect import bisect_right
from collections.abc import Iterator
from io import StringIO
from itertools import chain
from typing import BinaryIO, Final, NamedTuple, Self, cast

from adapters.formats.csv_file import MAX_ROW, Row, RowReader, Unreadable, line_ends

JOB_BYTES: Final = 1 << 20
BATCH: Final = 1 << 16
"""Characters of a batch: small enough to stay in a processor's cache, and shorter than the longest value allowed."""
_DENSE = 4
_NEAR = 2048
_LINE = re.compile(r"[^\r\n]*+(?:\r\n|\r|\n)|[^\r\n]++")


class Job(NamedTuple):
    """Bytes of a file: where they stand, their first line, the guessed number of their first record, the last job."""

    offset: int
    length: int
    line: int
    number: int
    last: bool


class Cutter:
    """Cuts a file into jobs, one after the other; it can be set back to where the last whole row ended."""

    def __init__(self, file: BinaryIO, offset: int, line: int, size: int = JOB_BYTES) -> None:
        self._file = file
        self._size = size
        self._first_line = line
        self.ended = False
        self.go_on(offset, line)

    def go_on(self, offset: int, line: int) -> None:
        """Begin the next job here."""
        self._offset, self._line = offset, line
        self._file.seek(0, 2)
        self.ended = offset >= self._file.tell()

    def next(self, size: int = 0) -> Job | None:
        """Return the next job of about this size, or None at the file's end."""
        size = size or self._size
        if self.ended:
            return None
        self._file.seek(self._offset)
        block = self._file.read(size + 1)
        if not block:
            self.ended = True
            return None
        last = len(block) <= size
        end = len(block) if last else _cut(block)
        job = Job(self._offset, end, self._line, self._line - self._first_line + 1, last)
        self._line += _lines_of(block, end)
        self._offset += end
        self.ended = last
        return job


def _cut(block: bytes) -> int:
    """Return where to cut a block: after a line end, with the quotation marks before it in pairs where possible."""
    end = block.rfind(b"\n", 0, -1) + 1 or block.rfind(b"\r", 0, -2) + 1
    if not end:
        return len(block) - (not block.endswith(b"\r\n"))
    if block.count(b'"', 0, end) % 2:
        mark = block.rfind(b'"', 0, end)
        end = block.rfind(b"\n", 0, mark) + 1 or end
    return end


def _lines_of(block: bytes, end: int) -> int:
    return block.count(b"\n", 0, end) + block.count(b"\r", 0, end) - block.count(b"\r\n", 0, end)


class Batch:
    """Some rows in their order: a row without any quotation mark as its text, any other as a Row."""

    def __init__(self, line: int) -> None:
        self.items: list[str | Row] = []
        self.rows_at: list[int] = []
        self.bare_at: list[int] = []
        self._line = line
        self._after: list[int] = []
        self._jumps: list[int] = []

    @classmethod
    def of(cls, row: Row) -> Self:
        """Return a batch of one row."""
        batch = cls(row.line)
        batch.add_row(row, 1)
        return batch

    def cut(self, size: int) -> None:
        """Leave out all items after the first so many."""
        del self.items[size:]
        self.rows_at = [place for place in self.rows_at if place < size]
        self.bare_at = [place for place in self.bare_at if place < size]

    def add_plain(self, text: str) -> None:
        """Take whole lines, each a row, without quotation marks or CR inside; the last may lack its end."""
        lines = text.split("\n")
        if not lines[-1]:
            lines.pop()
        self.items += lines

    def add_row(self, row: Row, lines: int) -> None:
        """Take a row that was split, of so many physical lines."""
        self.rows_at.append(len(self.items))
        if row.bare is not None:
            self.bare_at.append(len(self.items))
        self.items.append(row)
        if lines != 1:
            self._after.append(len(self.items))
            self._jumps.append(lines - 1 + (self._jumps[-1] if self._jumps else 0))

    @property
    def lines(self) -> list[str]:
        """Return the items of a batch that holds no Row."""
        return [] if self.rows_at else cast("list[str]", self.items)

    def line(self, at: int) -> int:
        """Return the first physical line of an item."""
        jump = bisect_right(self._after, at)
        return self._line + at + (self._jumps[jump - 1] if jump else 0)

    def row(self, at: int) -> Row:
        """Return an item as a row."""
        item = self.items[at]
        return Row(self.line(at), item.split(",")) if isinstance(item, str) else item


class Rows:
    """The batches of one job's text; afterwards `taken`, `ends` and `stop` tell how far it was read and why no further.

    `ends` counts the rows that end in CR LF, LF and CR.
    """

    def __init__(self, text: str, line: int, *, last: bool) -> None:
        self.taken = 0
        self.stop: Unreadable | None = None
        self.ends = [0, 0, 0]
        self._text = text
        self._line = line
        self._last = last
        self._short = False
        self._open = not last and not text.endswith(("\n", "\r"))

    def batches(self) -> Iterator[Batch]:
        """Yield the rows up to the last whole one."""
        text = self._text
        while self.taken < len(text) and not self.stop and not self._short:
            batch = Batch(self._line)
            limit = self.taken + BATCH
            while self.taken < min(limit, len(text)) and not self.stop and not self._short:
                self._read(batch, limit)
            yield batch

    def _read(self, batch: Batch, limit: int) -> None:
        """Read on to the limit or to where another way of reading is due."""
        text, begin = self._text, self.taken
        end = text.rfind("\n", begin, limit) + 1 or text.find("\n", begin) + 1 or len(text)
        if self._open:
            self._strict(batch, end)
            return
        mark = text.find('"', begin, end)
        plain = end if mark < 0 else max(text.rfind("\n", begin, mark) + 1, begin)
        if plain > begin and self._plain(batch, text[begin:plain]):
            return
        if end - begin <= BATCH and self._dense(batch, text[begin:end]):
            return
        self._strict(batch, end)

    def _plain(self, batch: Batch, piece: str) -> bool:
        """Take lines without any quotation mark; False where CR ends some of them, or one is too long."""
        pairs = piece.count("\r\n")
        if len(piece) > BATCH or piece.count("\r") != pairs:
            return False
        lines = piece.count("\n")
        batch.add_plain(piece.replace("\r\n", "\n") if pairs else piece)
        self._count((pairs, lines - pairs, 0), lines + (not piece.endswith("\n")), len(piece))
        return True

    def _dense(self, batch: Batch, piece: str) -> bool:
        """Take a piece in which quotation marks stand on most lines, where it is a whole number of well-formed rows."""
        lines = line_ends(piece)
        if piece.count('"') * _DENSE < lines:
            return False
        reader = csv.reader(StringIO(piece, newline=""), strict=True)
        try:
            rows = [(row, reader.line_num) for row in reader]
        except csv.Error:
            return False
        values = "\0".join(chain.from_iterable(row for row, _ in rows))
        if '"' in values:
            return False
        line, before = self._line, 0
        for cells, after in rows:
            batch.add_row(Row(line + before, cells), after - before)
            before = after
        ends = [told - inside for told, inside in zip(_ends(piece), _ends(values), strict=True)]
        self._count((ends[0], ends[1], ends[2]), before, len(piece))
        return True

    def _strict(self, batch: Batch, end: int) -> None:
        """Take rows one by one until a place from which the text can be read by whole lines again."""
        text, begin = self._text, self.taken
        lone = text.count("\r", begin, end) != text.count("\r\n", begin, end)
        reader = RowReader((found[0] for found in _LINE.finditer(text, begin)), self._line, MAX_ROW)
        for row in reader.rows():
            if isinstance(row, Unreadable):
                self._short = reader.cut_short and not self._last
                self.stop = None if self._short else row
                break
            after = begin + reader.taken
            if self._open and after == len(text):
                self._short = True
                return
            lines = line_ends(text[self.taken : after])
            batch.add_row(row, max(lines, 1))
            self._line += lines
            self.taken = after
            if after >= end or (not lone and text.find('"', after, after + _NEAR) < 0):
                break
        self.ends = [old + new for old, new in zip(self.ends, reader.ends, strict=True)]

    def _count(self, ends: tuple[int, int, int], lines: int, size: int) -> None:
        self.ends = [old + new for old, new in zip(self.ends, ends, strict=True)]
        self._line += lines
        self.taken += size


def _ends(text: str) -> tuple[int, int, int]:
    pairs = text.count("\r\n")
    return pairs, text.count("\n") - pairs, text.count("\r") - pairs

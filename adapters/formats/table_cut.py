"""Cuts the bytes of a CSV file into jobs, and the text of a job into batches of rows with their lines.

A cut is only a guess: it stands at a line end with an even number of quotation marks before it. Whoever reads a job
says how far its last whole row goes, and where that is not the job's end the next job begins there. So the answer is
the same for any cut.
"""

import csv
import re
from collections.abc import Iterator
from io import StringIO, TextIOWrapper
from itertools import accumulate, chain
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, Self, TextIO

from adapters.formats.csv_file import Row, RowReader, Unreadable, line_ends, physical_lines
from adapters.formats.table_batch import Batch
from adapters.formats.table_split import Lines

JOB_BYTES: Final = 1 << 20
_FIRST_BYTES: Final = 1 << 16
_LEAST_BYTES: Final = 1 << 14
BATCH: Final = 1 << 19
"""Bytes of a batch: small enough to stay in a processor's cache."""
_DENSE = 4
_NEAR = 2048
_LINE = re.compile(rb"[^\r\n]*+(?:\r\n|\r|\n)|[^\r\n]++")


class Job(NamedTuple):
    """Bytes of a file: where they stand, their first line, the guessed number of their first record, the last job.

    `next_line` is the guessed line that stands after them. A job that `is_one_row` is a row too long to be read, of
    which no more is known than where it begins.
    """

    offset: int
    length: int
    line: int
    number: int
    last: bool
    next_line: int
    is_one_row: bool = False


class Cutter:
    """Cuts a file into jobs, one after the other; it can be set back to where the last whole row ended.

    Unless it `is_exact` it counts the lines by LF alone, which is a good guess and far quicker.
    """

    def __init__(self, file: BinaryIO, offset: int, line: int, size: int = JOB_BYTES) -> None:
        self._file = file
        self._most = size
        self._size = min(size, _FIRST_BYTES)
        self._first_line = line
        self.ended = self.is_exact = False
        self.go_on(offset, line)

    def go_on(self, offset: int, line: int) -> None:
        """Begin the next job here."""
        self._offset, self._line = offset, line
        self._file.seek(0, 2)
        self.ended = offset >= self._file.tell()

    def suit(self, size: int) -> None:
        """Make further jobs of about this size, at most twice as large as before."""
        self._size = min(max(size, _LEAST_BYTES), 2 * self._size, self._most)

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
        line = self._line
        self._line += line_ends_in(block, end) if self.is_exact else block.count(b"\n", 0, end)
        job = Job(self._offset, end, line, line - self._first_line + 1, last, self._line)
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


def line_ends_in(data: bytes, end: int) -> int:
    """Return how many lines end in the first so many bytes."""
    return data.count(b"\n", 0, end) + data.count(b"\r", 0, end) - data.count(b"\r\n", 0, end)


class Rows:
    """The batches of one job's bytes; then `taken`, `ends` and `stop` tell how far they were read and why no further.

    `ends` counts the rows that end in CR LF, LF and CR.
    """

    def __init__(self, data: bytes, encoding: str, job: Job) -> None:
        self.taken = 0
        self.stop: Unreadable | None = None
        self.ends = [0, 0, 0]
        self.line = job.line
        self._data = data
        self._encoding = encoding
        self._offset = job.offset
        self._last = job.last
        self._short = False
        self._open = not job.last and not data.endswith((b"\n", b"\r"))

    def batches(self) -> Iterator[Batch]:
        """Yield the rows up to the last whole one."""
        data = self._data
        while self.taken < len(data) and not self.stop and not self._short:
            batch = Batch(self.line, self._encoding, self._offset + self.taken)
            limit = self.taken + BATCH
            while self.taken < min(limit, len(data)) and not self.stop and not self._short:
                self._read(batch, limit)
            if batch.size:
                yield batch

    def _read(self, batch: Batch, limit: int) -> None:
        """Read on to the limit or to where another way of reading is due."""
        data, begin = self._data, self.taken
        end = data.rfind(b"\n", begin, limit) + 1 or data.find(b"\n", begin) + 1 or len(data)
        if self._open:
            self._strict(batch, end)
            return
        mark = data.find(b'"', begin, end)
        plain = end if mark < 0 else max(data.rfind(b"\n", begin, mark) + 1, begin)
        if plain > begin and self._plain(batch, data[begin:plain]):
            return
        near = data[begin : min(begin + _NEAR, end)]
        may_be_dense = end - begin <= BATCH and near.count(b'"') * _DENSE >= near.count(b"\n")
        if may_be_dense and self._dense(batch, data[begin:end].decode(self._encoding)):
            return
        self._strict(batch, end)

    def _plain(self, batch: Batch, piece: bytes) -> bool:
        """Take lines without any quotation mark as far as they are plain; False where the first is not."""
        lines = Lines(piece)
        if lines.plain < len(piece):
            lines = Lines(piece[: lines.plain])
        if lines.plain:
            batch.add_lines(lines)
            ended = lines.size - (not lines.data.endswith(b"\n"))
            self._count((lines.pairs, ended - lines.pairs, 0), ended, lines.plain)
        return bool(lines.plain)

    def _dense(self, batch: Batch, piece: str) -> bool:
        """Take a piece in which quotation marks stand on most lines, where it is a whole number of well-formed rows."""
        lines = line_ends(piece)
        if piece.count('"') * _DENSE < lines:
            return False
        texts = list(StringIO(piece, newline=""))
        reader = csv.reader(texts, strict=True)
        try:
            rows = [(row, reader.line_num) for row in reader]
        except csv.Error:
            return False
        values = "\0".join(chain.from_iterable(row for row, _ in rows))
        if '"' in values:
            return False
        line, before = self.line, 0
        starts = list(accumulate((len(text.encode(self._encoding)) for text in texts), initial=0))
        for cells, after in rows:
            batch.add_row(Row(line + before, cells), starts[after] - starts[before], after - before)
            before = after
        ends = [told - inside for told, inside in zip(_ends(piece), _ends(values), strict=True)]
        self._count((ends[0], ends[1], ends[2]), before, starts[before])
        return True

    def _strict(self, batch: Batch, end: int) -> None:
        """Take rows one by one until a place from which the bytes can be read by whole lines again."""
        lines = _PhysicalLines(self._data, self.taken, self._encoding)
        reader = RowReader(lines, self.line)
        for row in reader.rows():
            if isinstance(row, Unreadable):
                self._short = reader.cut_short and not self._last
                self.stop = None if self._short else row
                break
            if self._open and lines.taken == len(self._data):
                self._short = True
                return
            ended = line_ends_in(self._data[self.taken : lines.taken], lines.taken - self.taken)
            batch.add_row(row, lines.taken - self.taken, max(ended, 1))
            self.line += ended
            self.taken = lines.taken
            if lines.taken >= end or _seems_plain(self._data[lines.taken : lines.taken + _NEAR]):
                break
        self.ends = [old + new for old, new in zip(self.ends, reader.ends, strict=True)]

    def _count(self, ends: tuple[int, int, int], lines: int, size: int) -> None:
        self.ends = [old + new for old, new in zip(self.ends, ends, strict=True)]
        self.line += lines
        self.taken += size


class OneRow:
    """The first row of a job, read from the file piece by piece; `stop` tells why there is none."""

    def __init__(self, path: Path, encoding: str, job: Job) -> None:
        self.row: Row | None = None
        self.stop: Unreadable | None = None
        self.taken = 0
        self._encoding = encoding
        with path.open("rb") as file:
            file.seek(job.offset)
            reader = RowReader(self._pieces(TextIOWrapper(file, encoding, newline="")), job.line)
            row = next(reader.rows(), None)
        if isinstance(row, Row):
            self.row = row
        else:
            self.stop = row
        self.ends, self.next_line = reader.ends, reader.next_line

    def _pieces(self, text: TextIO) -> Iterator[str]:
        for piece in physical_lines(text):
            self.taken += len(piece.encode(self._encoding))
            yield piece


class _PhysicalLines:
    """The physical lines of some bytes from a place on; `taken` is where the one given last ends."""

    def __init__(self, data: bytes, begin: int, encoding: str) -> None:
        self.taken = begin
        self._found = _LINE.finditer(data, begin)
        self._encoding = encoding

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        found = next(self._found)
        self.taken = found.end()
        return found[0].decode(self._encoding)


def _seems_plain(near: bytes) -> bool:
    """Tell whether no quotation mark, and no CR without LF after it, stands in some bytes."""
    return b'"' not in near and near.count(b"\r") - near.endswith(b"\r") == near.count(b"\r\n")


def _ends(text: str) -> tuple[int, int, int]:
    pairs = text.count("\r\n")
    return pairs, text.count("\n") - pairs, text.count("\r") - pairs

"""Reads what stands before the records of a table: its headings, and the first record beside them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from adapters.formats.csv_file import Row, RowReader, Unreadable, line_ends, physical_lines
from adapters.formats.csv_probe import Text
from adapters.formats.table_headings import Headings, Layout, Problem
from adapters.formats.table_kind import Table, is_blank
from adapters.formats.table_part import is_trailer

_LISTED = 5
_BOM = b"\xef\xbb\xbf"


@dataclass(slots=True)
class Head:
    """The headings and the first record; `stop` is what cannot be read, or the line of one blank row too many."""

    encoding: str
    layout: Layout | None = None
    problem: Problem | None = None
    line: int | None = None
    offset: int = 0
    next_line: int = 1
    first: Row | None = None
    stop: Unreadable | int | None = None
    blank: int = 0
    first_blank: int = 0


def read_head(path: Path, text: Text, table: Table, most_blank: int) -> Head:
    """Return what stands before the records, and the first of them; blank rows after it are left to its reader."""
    encoding = "utf-8" if text.encoding == "utf-8-sig" else text.encoding
    with path.open("r", encoding=text.encoding, newline="") as file:
        return _Beginning(file, Head(encoding), most_blank, len(_BOM) * (text.encoding == "utf-8-sig")).read(table)


class _Beginning:
    """The first rows of a file, and how many bytes and lines they take."""

    def __init__(self, file: TextIO, head: Head, most_blank: int, offset: int) -> None:
        self._file = file
        self._head = head
        self._most_blank = most_blank
        self._offset = offset
        self._next_line = 1
        self._rows = RowReader(self._lines()).rows()

    def _lines(self) -> Iterator[str]:
        for line in physical_lines(self._file):
            self._offset += len(line.encode(self._head.encoding))
            self._next_line += line_ends(line)
            yield line

    def read(self, table: Table) -> Head:
        """Return the head."""
        head = self._head
        headings = self._filled(is_blank)
        if headings is None:
            return head
        head.line, head.offset, head.next_line = headings.line, self._offset, self._next_line
        found = layout(table, headings)
        if isinstance(found, Problem):
            head.problem = found
            return head
        head.layout = found
        before = head.blank, head.first_blank
        head.first = self._filled(table.passes_over)
        if head.first and table.trailer is not None and is_trailer(head.first) and self._filled(is_blank) is None:
            head.first = None
        if head.first:
            head.blank, head.first_blank = before
            head.stop = None
        return head

    def _filled(self, passes_over: Callable[[Row], bool]) -> Row | None:
        """Return the next row that holds a value."""
        head = self._head
        for row in self._rows:
            if isinstance(row, Unreadable):
                head.stop = row
                return None
            if not passes_over(row):
                return row
            head.blank += 1
            head.first_blank = head.first_blank or row.line
            if head.blank > self._most_blank:
                head.stop = row.line
                return None
        return None


def layout(table: Table, row: Row) -> Layout | Problem:
    """Return how the rows under these headings are read, by the first schema that they fit, or what is wrong."""
    cells = row.cells
    kinds = [
        Headings(schema, table.file_words, table.ignores_unknown_columns) for schema in (table.schema, *table.others)
    ]
    if row.is_long:
        return kinds[0].too_long()
    for kind in kinds:
        found = kind.layout(cells)
        if isinstance(found, Layout):
            return found
    nearest = max(kinds, key=lambda kind: kind.ours(map(str.strip, cells)))
    return nearest.layout(cells)


def bytes_in_doubt(path: Path) -> str:
    """Return where a file's bytes are not UTF-8, in words: the first few lines, each with its place and byte."""
    told: list[str] = []
    more = 0
    with path.open("rb") as file:
        for number, line in _not_ascii(file):
            doubt = _doubt(line)
            if doubt and len(told) < _LISTED:
                told.append(f"line {number}, {doubt}")
            elif doubt:
                more += 1
    return ", ".join(told) + (f" and {more} more lines" if more else "") or "its bytes changed while it was read"


def _not_ascii(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that hold more than ASCII, with their numbers."""
    number = 0
    for lines in file:
        for line in lines.replace(b"\r\n", b"\n").split(b"\r"):
            number += 1
            if not line.isascii():
                yield number, line


def _doubt(line: bytes) -> str | None:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as error:
        before = len(line[: error.start].decode("utf-8"))
        return f"character {before + 1} (byte {line[error.start]:02X} in hexadecimal)"
    return None

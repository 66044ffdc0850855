"""Reads CSV strictly and line by line: every row with its exact physical line, and what stops the reading.

A file is looked through twice. `probe` decides about its bytes as a whole: is it text, and in which encoding. `rows`
then splits it as RFC 4180 says, in memory bounded by one row. No fault of the data raises: it is yielded.
"""

import codecs
import csv
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, TextIO

MAX_ROW: Final = 1 << 20
"""Characters that one row may have, over all its physical lines."""
_CHUNK: Final = 1 << 20
_NOT_IN_WINDOWS_1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_WHOLE_CELL = re.compile(r'(?:"[^"]*+(?:""[^"]*+)*+"|[^",\r\n][^,\r\n]*+|)(?=[,\r\n]|\Z)')
_CELL_LIMIT = "field larger"  # how the csv module begins what it says of a cell over its limit
_SIGNATURES = (
    (codecs.BOM_UTF32_LE, "a text file saved as UTF-32"),
    (codecs.BOM_UTF32_BE, "a text file saved as UTF-32"),
    (codecs.BOM_UTF16_LE, 'a text file saved as "Unicode Text" (UTF-16)'),
    (codecs.BOM_UTF16_BE, 'a text file saved as "Unicode Text" (UTF-16)'),
    (b"\x1f\x8b", "a gzip file"),
    (b"PK\x03\x04", "a zip file or an Excel workbook (.xlsx)"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)"),
    (b"%PDF", "a PDF document"),
)
_MARKUP = ((b"<!doctype html", "a web page (HTML)"), (b"<html", "a web page (HTML)"), (b"<", "an XML file"))
_JSON = (b"{", b"[")


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


@dataclass(frozen=True, slots=True)
class Text:
    """A file is text in this encoding; `first_doubt` is the first line that is not UTF-8."""

    encoding: str
    first_doubt: int | None = None


class Row(NamedTuple):
    """One row and its first physical line.

    `broken` counts from 0 the cell whose quotation marks are wrong, `bare` the one that holds some without standing in
    any, which is read as it is.
    """

    line: int
    cells: list[str]
    broken: int | None = None
    bare: int | None = None


def probe(path: Path, max_bytes: int) -> Text | Unreadable:
    """Tell in which encoding a file can be read: UTF-8, or where it is not that, Windows-1252; or why in none."""
    stopped = no_text(path, max_bytes)
    if stopped:
        return stopped
    with path.open("rb") as file:
        doubt = _not_utf8(file)
        if doubt is None:
            file.seek(0)
            return Text("utf-8-sig" if file.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8 else "utf-8")
        unknown = _find(file, _outside_windows_1252)
        if unknown is not None:
            return Unreadable(Stop.ENCODING, _line_at(file, doubt))
        return Text("cp1252", first_doubt=_line_at(file, doubt))


def no_text(path: Path, max_bytes: int) -> Unreadable | None:
    """Return why a file's bytes are too many or no text at all, whatever its encoding; None where they are text."""
    if path.stat().st_size > max_bytes:
        return Unreadable(Stop.SIZE)
    with path.open("rb") as file:
        if what := _signature(file.read(_CHUNK)):
            return Unreadable(Stop.TYPE, what=what)
        nul = _find(file, lambda chunk: chunk.find(b"\0"))
        return None if nul is None else Unreadable(Stop.NUL, _line_at(file, nul))


def rows(path: Path, encoding: str, max_row: int = MAX_ROW) -> Iterator[Row | Unreadable]:
    """Yield every row with its line, blank ones too; where the reading must stop, say why as the last."""
    with path.open("r", encoding=encoding, newline="") as text:
        yield from RowReader(physical_lines(text, max_row), max_row=max_row).rows()


def physical_lines(text: TextIO, limit: int = MAX_ROW) -> Iterator[str]:
    """Yield the lines of a text with their ends; one over the limit is given in part, and the reading ends there."""
    while line := text.readline(limit + 1):
        yield line


class _TooLongError(Exception):
    """The row being read is longer than the limit."""


class RowReader:
    """Splits physical lines into rows, remembering those of the row being read to say what is wrong in it.

    After each row `taken` is how many characters all rows so far have, and `ends` how many rows end in CR LF, LF, CR.
    Where the lines end inside a row, that row is told as one whose quotation mark stays open, and `cut_short` is set.
    """

    def __init__(self, lines: Iterable[str], line: int = 1, max_row: int = MAX_ROW) -> None:
        self.taken = 0
        self.ends = [0, 0, 0]
        self.cut_short = False
        self._source = lines
        self._max_row = max_row
        self._row: list[str] = []
        self._size = 0
        self._line = line - 1
        self._ended = False

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
            self.taken += self._size
            self._count_end()
            yield row

    def _next(self, reader: "Iterator[list[str]]", first: int) -> Row | Unreadable | None:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            return self._broken_row(first, error)
        except _TooLongError:
            return Unreadable(Stop.LONG_ROW, first)
        except UnicodeDecodeError:
            return Unreadable(Stop.ENCODING, first)
        if cells is None:
            return None
        bare = _bare_cell("".join(self._row)) if '"' in "".join(cells) else None
        return Row(first, cells, bare=bare)

    def _lines(self) -> Iterator[str]:
        row, limit = self._row, self._max_row
        for line in self._source:
            self._size += len(line)
            if self._size > limit:
                raise _TooLongError
            self._line += 1
            row.append(line)
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
        text = "".join(self._row)
        cell, start = _broken_cell(text)
        opened = first + line_ends(text[:start])
        if start < len(text) and (self._ended or opened < self._line):
            self.cut_short = self._ended
            return Unreadable(Stop.OPEN_QUOTE, opened)
        if str(error).startswith(_CELL_LIMIT):
            return Unreadable(Stop.LONG_ROW, first)
        try:
            return Row(first, next(csv.reader(self._row)), cell)
        except csv.Error:
            return Unreadable(Stop.LONG_ROW, first)


def _bare_cell(text: str) -> int | None:
    """Return the first cell of a well-formed row that holds quotation marks without standing in any, from 0."""
    cell = start = 0
    while start <= len(text) and (whole := _WHOLE_CELL.match(text, start)):
        if '"' in whole[0] and not whole[0].startswith('"'):
            return cell
        cell, start = cell + 1, whole.end() + 1
    return None


def _broken_cell(text: str) -> tuple[int, int]:
    """Return which cell of a row is the first with wrong quotation marks, from 0, and where in the text it begins."""
    cell = start = 0
    while start < len(text) and (whole := _WHOLE_CELL.match(text, start)):
        cell, start = cell + 1, whole.end() + 1
    return cell, start


def line_ends(text: str) -> int:
    """Return how many lines end in a text: at CRLF, LF or CR."""
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _signature(head: bytes) -> str | None:
    """Return what a file is that is no CSV, known by its first bytes."""
    plain = head.removeprefix(codecs.BOM_UTF8).lstrip()[:64].lower()
    if plain.startswith(_JSON):
        return "a JSON file"
    return next((what for start, what in _SIGNATURES if head.startswith(start)), None) or next(
        (what for start, what in _MARKUP if plain.startswith(start)), None
    )


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(_CHUNK):
        yield chunk


def _find(file: BinaryIO, find: Callable[[bytes], int]) -> int | None:
    """Return the offset of the first byte that a search of a chunk finds."""
    base = 0
    for chunk in _chunks(file):
        place = find(chunk)
        if place >= 0:
            return base + place
        base += len(chunk)
    return None


def _outside_windows_1252(chunk: bytes) -> int:
    found = _NOT_IN_WINDOWS_1252.search(chunk)
    return found.start() if found else -1


def _not_utf8(file: BinaryIO) -> int | None:
    """Return the offset of the first byte that is not UTF-8, or None."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    base = 0
    for chunk in _chunks(file):
        waiting = len(decoder.getstate()[0])
        if not waiting and chunk.isascii():
            base += len(chunk)
            continue
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            return base - waiting + error.start
        base += len(chunk)
    waiting = len(decoder.getstate()[0])
    return base - waiting if waiting else None


def _line_at(file: BinaryIO, offset: int) -> int:
    """Return the physical line, from 1, on which the byte at an offset stands."""
    file.seek(0)
    line, left, after_cr = 1, offset, False
    while left:
        chunk = file.read(min(left, _CHUNK))
        line += chunk.count(b"\n") + chunk.count(b"\r") - chunk.count(b"\r\n")
        line -= after_cr and chunk.startswith(b"\n")
        after_cr = chunk.endswith(b"\r")
        left -= len(chunk)
    return line

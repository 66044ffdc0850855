"""Reads a CSV file that has faults of form: finds its encoding, its delimiter and its headings, and splits its rows.

It reads for one purpose, to write the same values anew, and so keeps each row's own text beside its values. What stops
it is a `Hindrance`: where a file cannot be split with certainty, nothing of it is rewritten.
"""

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple, TextIO

from gateway.core.correction_headings import Spellings
from gateway.core.correction_words import Doubt
from gateway.core.corrections import Wanted

MAX_ROW: Final = 1 << 20
"""Characters that one row may have, over all its physical lines."""
COMMA: Final = ","
_CHUNK: Final = 1 << 20
_DELIMITERS: tuple[str, ...] = (COMMA, ";", "\t", "|")
_SEP = re.compile(r'"?sep=(.?)"?[,;\t|]*', re.IGNORECASE)
_BLANK = ' \t\r\n\x1a\ufeff,;|"'
_END_MARK = "\x1a"
_LEAST_SHARE = 2
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Hindrance(NamedTuple):
    """Why nothing can be proposed for a file, and on which line."""

    why: Doubt
    line: int


class Encoded(NamedTuple):
    """How a file's text is written, whether a mark stands before it, and the first line that is not UTF-8."""

    encoding: str
    marked: bool = False
    first_other: int | None = None


class Layout(NamedTuple):
    """How a file is laid out: its encoding and delimiter, the line and cells of its headings, and what is odd."""

    encoded: Encoded
    delimiter: str
    line: int
    cells: tuple[str, ...]
    wrapped: bool
    quoted: bool
    sep_line: int | None


class Row(NamedTuple):
    """One row: its first line, its values (None where they cannot be told apart), its text and its line end."""

    line: int
    cells: list[str] | None
    text: str
    end: str
    has_end_mark: bool = False


class _TooLongError(Exception):
    """The row being read is longer than the limit."""


def encoded(path: Path) -> Encoded | Hindrance:
    """Return how a file's text is written: as its mark says, else UTF-8, else Windows-1252; or why it is no text."""
    with path.open("rb") as file:
        head = file.read(len(codecs.BOM_UTF8))
    if head.startswith(_UTF16):
        place = _stop(path, "utf-16")
        return Encoded("utf-16", marked=True, first_other=1) if place is None else place
    place = _stop(path, "utf-8-sig")
    if place is None:
        return Encoded("utf-8-sig", marked=head == codecs.BOM_UTF8)
    if place.why is Doubt.NUL:
        return place
    return _stop(path, "cp1252") or Encoded("cp1252", first_other=place.line)


def _stop(path: Path, encoding: str) -> Hindrance | None:
    """Return where a file is no text in an encoding, or None."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                good = bytes(error.object[: error.start]).decode(encoding, errors="replace")
                return Hindrance(Doubt.TEXT, line + _line_ends(good))
            if "\0" in text:
                return Hindrance(Doubt.NUL, line + _line_ends(text[: text.index("\0")]))
            if not chunk:
                return None
            line += _line_ends(text)


def _line_ends(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def opened(path: Path, how: Encoded) -> TextIO:
    """Open a file as text whose line ends are left as they are."""
    return path.open("r", encoding=how.encoding, newline="")


def layout(path: Path, wanted: Wanted) -> Layout | Hindrance:
    """Return how a file is laid out, or why it cannot be read as a table of this schema."""
    how = encoded(path)
    if isinstance(how, Hindrance):
        return how
    sep_line, delimiters = None, _DELIMITERS
    with opened(path, how) as text:
        for number, line in enumerate(iter(lambda: text.readline(MAX_ROW), ""), 1):
            if len(line) >= MAX_ROW:
                return Hindrance(Doubt.LONG_ROW, number)
            bare = line.strip("\r\n\ufeff")
            sep = _SEP.fullmatch(bare) if sep_line is None else None
            if sep:
                sep_line, delimiters = number, tuple(dict.fromkeys([sep[1] or "\t", *_DELIMITERS]))
            elif bare.strip(_BLANK):
                found = _headings(bare, [one for one in delimiters if one in _DELIMITERS], Spellings(wanted.schema))
                if found is None or found[0] * _LEAST_SHARE < len(wanted.schema.fields):
                    return Hindrance(Doubt.NO_HEADINGS, number)
                _, delimiter, wrapped, cells = found
                quoted = bare.startswith('"') and not wrapped
                return Layout(how, delimiter, number, tuple(cells), wrapped, quoted, sep_line)
    return Hindrance(Doubt.NO_HEADINGS, 1)


def _headings(line: str, delimiters: Sequence[str], spellings: Spellings) -> tuple[int, str, bool, list[str]] | None:
    """Return how many headings a line holds, its delimiter, whether quotation marks wrap it all, and its cells."""
    found = []
    for delimiter in delimiters:
        cells = split(line, delimiter)
        inner = split(cells[0], delimiter) if cells and len(cells) == 1 else None
        ways = ((False, cells), (True, inner))
        found += [(spellings.known(way), delimiter, wrapped, way) for wrapped, way in ways if way]
    return max(found, key=lambda one: (one[0], not one[2]), default=None)


def split(text: str, delimiter: str) -> list[str] | None:
    """Return the values of a row that stands alone, or None where its quotation marks are wrong."""
    try:
        rows = list(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def rows(path: Path, found: Layout) -> Iterator[Row | Hindrance]:
    """Yield every row below the headings, blank ones too; a hindrance is the last."""
    with opened(path, found.encoded) as text:
        for _ in range(found.line):
            text.readline()
        yield from _Rows(text, found).rows()


class _Rows:
    """Splits a text into rows and remembers the lines of the row being read."""

    def __init__(self, text: TextIO, found: Layout) -> None:
        self._text = text
        self._layout = found
        self._line = found.line
        self._held: list[str] = []
        self._end_mark = False

    def rows(self) -> Iterator[Row | Hindrance]:
        """Yield the rows."""
        reader = csv.reader(self._lines(), delimiter=self._layout.delimiter, strict=True)
        while True:
            first = self._line + 1
            self._held.clear()
            try:
                cells = next(reader, None)
            except csv.Error as error:
                if hindrance := self._hindrance(first, error):
                    yield hindrance
                    return
                cells = None
            except _TooLongError:
                yield Hindrance(Doubt.LONG_ROW, first)
                return
            if not self._held and cells is None:
                return
            yield self._row(first, cells)

    def _hindrance(self, first: int, error: csv.Error) -> Hindrance | None:
        """Return why nothing after a broken row can be told; None where the row is one line that is left alone.

        Under another delimiter the row's own text would be read in another way, so it cannot be left alone.
        """
        if str(error).startswith("field larger"):
            return Hindrance(Doubt.LONG_ROW, first)
        is_whole = len(self._held) == 1 and "unexpected end" not in str(error)
        return None if is_whole and self._layout.delimiter == COMMA else Hindrance(Doubt.OPEN_QUOTE, first)

    def _row(self, first: int, cells: list[str] | None) -> Row:
        text = "".join(self._held)
        bare = text.rstrip("\r\n") if cells is None else _without_end(text)
        if self._layout.wrapped and cells is not None and len(cells) == 1:
            cells = split(cells[0], self._layout.delimiter) or cells
        return Row(first, cells, bare, text[len(bare) :], self._end_mark)

    def _lines(self) -> Iterator[str]:
        size = 0
        while line := self._text.readline(MAX_ROW + 1):
            size = len(line) + (size if self._held else 0)
            if size > MAX_ROW:
                raise _TooLongError
            self._line += 1
            if line.endswith(_END_MARK):
                line, self._end_mark = line.rstrip(_END_MARK), True
            self._held.append(line)
            yield line


def _without_end(text: str) -> str:
    """Return a row's text without its one line end."""
    return text[:-2] if text.endswith("\r\n") else text[:-1] if text.endswith(("\r", "\n")) else text

"""Reads a fixed-width file by its layout: each physical line with its record type, its values and its own faults.

Lines end in CR LF, LF or CR. A line that lost the blanks at its end is read as if it had them. Bytes above 127 are
letters of ISO-8859-1, and only in the fields that may hold them. No fault of the data raises: it is told with its row.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from adapters.formats.csv_file import Stop, Unreadable, physical_lines
from adapters.formats.csv_probe import no_text
from gateway.core.layouts import FixedLayout, Place, RecordType
from gateway.core.tables import FieldFault

ENCODING: Final = "iso-8859-1"
"""In which a byte is a character, so that places in the text are places in the file."""
_LONGEST: Final = 1 << 16
_OLD_END = "\x1a"
_ENDS: Final = ("\r\n", "\n", "\r")


class LineFault(StrEnum):
    """What is wrong with one line as such."""

    SHORT = "short"
    LONG = "long"
    TYPE = "type"
    CHARACTER = "character"
    STRAY = "stray"


class FixedRow(NamedTuple):
    """One line: its type, None where it begins like none, its values, what is wrong with it and with each value.

    `faults` give for each fault of the line the place that it begins at, counted from 1; a short line is no error.
    `span` is where the line begins in the file's bytes, and where it ends with its line end.
    """

    line: int
    type: RecordType | None
    text: str
    values: Mapping[str, str]
    faults: Mapping[LineFault, int]
    wrong: tuple[tuple[Place, FieldFault], ...]
    span: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class FixedTotals:
    """What was counted over a whole file; `rows` by record type, empty for lines of none."""

    rows: Counter[str] = field(default_factory=Counter)
    faults: Counter[LineFault] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    blank_at_end: int = 0

    @property
    def records(self) -> int:
        """Return the number of lines, without blank ones at the end."""
        return self.rows.total()

    @property
    def wrong_length(self) -> int:
        """Return how many lines are longer than a record; a short one is read as if it were padded."""
        return self.faults[LineFault.LONG]

    @property
    def without_carriage_return(self) -> int:
        """Return how many lines do not end in CR LF, though they end."""
        return self.ends["\n"] + self.ends["\r"]


FixedItem = FixedRow | Unreadable | FixedTotals


def read_fixed(
    path: Path, layout: FixedLayout, max_bytes: int, letters: frozenset[str] = frozenset()
) -> Iterator[FixedItem]:
    """Yield every line of a file, then its totals; where the reading must stop, say why as the last.

    `letters` are the fields that may hold letters beyond ASCII.
    """
    stopped = no_text(path, max_bytes)
    if stopped:
        yield stopped
        return
    totals = FixedTotals()
    lines = _Lines(layout, letters)
    blank: list[tuple[int, tuple[int, int]]] = []
    end = 0
    with path.open("r", encoding=ENCODING, newline="") as file:
        for number, raw in enumerate(physical_lines(file, _LONGEST), start=1):
            if len(raw) > _LONGEST:
                yield Unreadable(Stop.LONG_ROW, number)
                return
            totals.ends[next((end for end in _ENDS if raw.endswith(end)), "")] += 1
            text, span = raw.rstrip("\r\n"), (end, end + len(raw))
            end = span[1]
            if not text.strip(_OLD_END + " \t"):
                blank.append((number, span))
                continue
            for at, place, shown in [*((at, place, "") for at, place in blank), (number, span, text)]:
                row = lines.row(at, shown)._replace(span=place)
                totals.rows[row.type.type if row.type else ""] += 1
                totals.faults.update(row.faults.keys())
                yield row
            blank.clear()
    totals.blank_at_end = len(blank)
    yield totals


class _Lines:
    """Splits the lines of one file."""

    def __init__(self, layout: FixedLayout, letters: frozenset[str]) -> None:
        self._layout = layout
        self._letters = letters

    def row(self, number: int, text: str) -> FixedRow:
        """Return a line as a row."""
        kind = self._layout.type_of(text)
        faults: dict[LineFault, int] = {}
        length = self._layout.record_length
        if len(text) != length:
            faults[LineFault.SHORT if len(text) < length else LineFault.LONG] = min(len(text), length) + 1
        if kind is None:
            return FixedRow(number, None, text, {}, {**faults, LineFault.TYPE: 1}, ())
        unknown = self._unknown(kind, text)
        if unknown:
            faults[LineFault.CHARACTER] = unknown
        stray = kind.stray(text[:length])
        if stray:
            faults[LineFault.STRAY] = stray
        values = kind.values(text)
        wrong = ((place, place.check(values[place.name])) for place in kind.fields)
        return FixedRow(number, kind, text, values, faults, tuple((place, it) for place, it in wrong if it))

    def _unknown(self, kind: RecordType, text: str) -> int | None:
        """Return the first place, from 1, of a character that may not stand there."""
        if text.isascii() and text.isprintable():
            return None
        free = {at for place in kind.fields if place.name in self._letters for at in range(place.start, place.end + 1)}
        return next((at for at, sign in enumerate(text, start=1) if not _fits(sign, free=at in free)), None)


def _fits(sign: str, *, free: bool) -> bool:
    return sign.isprintable() and (sign.isascii() or (free and sign.isalpha()))

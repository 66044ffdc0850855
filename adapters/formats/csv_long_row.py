"""Passes over a row that is too long to be read: where it ends, and which of its values are still told."""

import re
from typing import Final

MAX_ROW: Final = 1 << 20
"""Characters that one row may have, over all its physical lines."""
MAX_VALUE: Final = 1 << 17
"""Characters that one value may have."""
_MOST_CELLS: Final = 1 << 12
_QUOTED = re.compile(r'"[^"]*+(?:""[^"]*+)*+"')
_WHOLE_CELLS = re.compile(r'(?:"[^"]*+(?:""[^"]*+)*+"[^,]*+,|[^",][^,]*+,|,)*+')
WHOLE_CELL: Final = re.compile(r'(?:"[^"]*+(?:""[^"]*+)*+"|[^",\r\n][^,\r\n]*+|)(?=[,\r\n]|\Z)')
"""A value with its quotation marks, up to the comma or line end behind it."""


class LastValue:
    """The value in which the text of a row ends, as far as it was taken, and whether a quotation mark is open in it.

    `line` is the one on which it begins, `size` how many characters of it there are.
    """

    def __init__(self) -> None:
        self.line = self.size = 0
        self._begun = ""

    @property
    def is_open(self) -> bool:
        """Tell whether the row goes on behind a line end."""
        return self._begun == '"'

    def take(self, piece: str, line: int) -> None:
        """Go on behind a piece of one line; it is the same in whichever pieces a line comes."""
        text = self._begun + piece
        whole = _WHOLE_CELLS.match(text)
        rest = text[whole.end() :] if whole else text
        if not self._begun or len(rest) < len(text):
            self.line, self.size = line, 0
        self.size += min(len(rest), len(piece))
        self._begun = _begun(rest)


def _begun(rest: str) -> str:
    """Return the shortest text after which a row goes on just as after the beginning of a value."""
    if not rest.startswith('"'):
        return rest[:1]
    closed = _QUOTED.match(rest)
    if closed is None:
        return '"'
    return '""' if closed.end() == len(rest) else "x"


def told_cells(text: str, *, goes_on: bool) -> tuple[list[str], int | None]:
    """Return the values in the beginning of a row, empty where too long, and which is the first of these, from 0.

    `goes_on` tells that the row has more than this text; the value in which it ends is left out unless it is too long.
    """
    text = text.removesuffix("\n").removesuffix("\r")
    cells: list[str] = []
    long = None
    start = 0
    while start <= len(text) and len(cells) < _MOST_CELLS:
        whole = WHOLE_CELL.match(text, start)
        end = whole.end() if whole else len(text)
        value = _value(text[start:end])
        is_long = len(value) > MAX_VALUE
        if is_long and long is None:
            long = len(cells)
        if not is_long and (whole is None or (goes_on and end == len(text))):
            break
        cells.append("" if is_long else value)
        start = end + 1
    return cells, long


def _value(cell: str) -> str:
    return cell[1:-1].replace('""', '"') if cell.startswith('"') else cell

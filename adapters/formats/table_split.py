"""Tells plain lines apart into the cells of a table, all lines of a piece at once, without a text for any cell.

Plain lines hold no quotation mark, so every comma ends a cell. Where each cell begins and ends follows from the places
of all commas and line ends; the cells themselves stay in the bytes of the piece.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]
"""Places of bytes, or of rows."""
LONGEST: Final = 1 << 16
"""Bytes of a line that is read with others, fewer than the longest value allowed has."""
_CR_ALONE: Final = re.compile(rb"\r(?!\n)")
_NUL, _END, _RETURN, _COMMA = b"\0\n\r,"


class Split(NamedTuple):
    """The cells of the rows that have the right number of them: where they begin and end in the data, row by row.

    `at` are the places of these rows among all.
    """

    data: bytes
    begins: Places
    ends: Places
    at: Places


class Lines:
    """Some lines, none of which holds a quotation mark: where each begins and the last ends, and how many end in CR LF.

    `plain` bytes of them hold no CR but before LF and no line that is too long.
    """

    def __init__(self, data: bytes) -> None:
        signs = np.frombuffer(data, np.uint8)
        ends = np.flatnonzero(signs == _END) + 1
        self.data = data
        self.starts = np.concatenate(([0], ends) if data.endswith(b"\n") else ([0], ends, [len(data)]))
        self.size = len(self.starts) - 1
        self.pairs = int(np.count_nonzero(signs[np.maximum(ends - 2, 0)] == _RETURN))
        self.plain = self._long() if data.count(b"\r") == self.pairs else min(self._long(), self._odd())

    def _long(self) -> int:
        long = np.flatnonzero(np.diff(self.starts) > LONGEST)
        return int(self.starts[long[0]]) if len(long) else len(self.data)

    def _odd(self) -> int:
        alone = _CR_ALONE.search(self.data)
        return self.data.rfind(b"\n", 0, alone.start()) + 1 if alone else len(self.data)


def split_lines(data: bytes, width: int) -> Split:
    """Return the cells of plain lines."""
    whole = data if data.endswith(b"\n") else data + b"\n"
    signs = np.frombuffer(whole, np.uint8)
    ends = np.flatnonzero((signs == _COMMA) | (signs == _END))
    lasts = np.flatnonzero(signs[ends] == _END)
    begins = _after(ends)
    if b"\r" in data:
        ends[lasts] -= signs[ends[lasts] - 1] == _RETURN
    counts = np.diff(lasts, prepend=-1)
    right = counts == width
    if not right.all():
        kept = np.repeat(right, counts)
        begins, ends = begins[kept], ends[kept]
    return Split(whole, begins.reshape(-1, width), ends.reshape(-1, width), np.flatnonzero(right))


def split_cells(cells: Sequence[str], width: int, encoding: str) -> Split:
    """Return the cells of rows of the right width, one row after the other; none holds a NUL character."""
    data = "".join(f"{cell}\0" for cell in cells).encode(encoding)
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == _NUL)
    at = np.arange(len(ends) // width)
    return Split(data, _after(ends).reshape(-1, width), ends.reshape(-1, width), at)


def _after(ends: Places) -> Places:
    """Return where cells begin that follow each other, each end marked by one byte."""
    begins = np.empty_like(ends)
    begins[:1] = 0
    begins[1:] = ends[:-1] + 1
    return begins

"""CSV as the gateway writes it: RFC 4180, CRLF, a heading row, and cells that no spreadsheet runs."""

import csv
import re
from collections.abc import Iterable, Sequence
from typing import TextIO

_RUN_BY_SPREADSHEETS = "=+-@\t\r\n＝＋－＠"  # noqa: RUF001 - full-width signs are run as well
_BEGINNINGS = tuple(_RUN_BY_SPREADSHEETS)
_MAY_RUN = re.compile(f"\0[{re.escape(_RUN_BY_SPREADSHEETS)}]")


class _Quoted(csv.excel):
    quoting = csv.QUOTE_ALL


def neutralise(cell: str) -> str:
    """Return a cell that a spreadsheet shows and never runs: one that it would run gets a leading apostrophe."""
    return f"'{cell}" if cell.startswith(_BEGINNINGS) else cell


class Writer:
    """Writes rows of one table; None is an empty cell, and a number is written as it is."""

    def __init__(self, handle: TextIO, *, neutral: bool, quoted: bool) -> None:
        self._rows = csv.writer(handle, _Quoted if quoted else csv.excel)
        self._neutral = neutral

    def writerow(self, cells: Iterable[object]) -> None:
        """Write one row."""
        written = list(cells)
        if self._neutral and _MAY_RUN.search("\0".join(["", *map(str, written)])):  # most rows have no such cell
            written = [neutralise(cell) if isinstance(cell, str) else cell for cell in written]
        self._rows.writerow(written)

    def writerows(self, rows: Iterable[Iterable[object]]) -> None:
        """Write rows, one after the other."""
        for row in rows:
            self.writerow(row)


def writer(handle: TextIO, columns: Sequence[str], *, neutral: bool = True, quoted: bool = False) -> Writer:
    """Write the headings and return what writes the rows below them.

    The handle must not change line ends. `neutral=False` is for files that machines read, `quoted` puts every cell
    between quotation marks.
    """
    rows = Writer(handle, neutral=neutral, quoted=quoted)
    rows.writerow(columns)
    return rows

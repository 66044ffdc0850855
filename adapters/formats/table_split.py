"""Splits plain lines into the cells of a table, one row after the other, as fast as the interpreter can.

Plain lines hold no quotation mark, so every comma ends a cell. All lines are split at once, each with a mark of its own
cell at its end, which shows whether every row has as many cells as the table has columns.
"""

from itertools import repeat
from typing import Final, NamedTuple

END: Final = "\n"
"""The cell that stands after the last one of each row."""
_MOST_ASIDE: Final = 16


class Split(NamedTuple):
    """The cells of all rows of the right width, each row with its END, and the other rows.

    `rows` counts all of them, `pairs` those that end in CR LF.
    """

    cells: list[str]
    rows: int
    pairs: int
    others: dict[int, list[str]]


def split_lines(piece: str, width: int) -> Split | None:
    """Return the cells of whole lines, the last of which may lack its end; None where CR alone ends a line."""
    is_ended = piece.endswith("\n")
    body = piece[:-1] if is_ended else piece
    rows, returns = body.count("\n") + 1, body.count("\r")
    if returns and not is_ended and body.endswith("\r"):
        return None
    cells = body.replace("\n", ",\n,").split(",")
    cells.append(END)
    others = {} if _are_right(cells, width, rows) else _put_aside(cells, width, rows)
    if others is None or (returns and not _take_off_returns(cells, others, width, returns)):
        return _line_by_line(body, width, returns)
    return Split(cells, rows, returns, {row: _without_return(found) for row, found in others.items()})


def _are_right(cells: list[str], width: int, rows: int) -> bool:
    """Tell whether the cells are those of so many rows of the right width: each mark in its place."""
    return len(cells) == rows * (width + 1) and cells[width :: width + 1].count(END) == rows


def _put_aside(cells: list[str], width: int, rows: int) -> dict[int, list[str]] | None:
    """Take the rows of another width out; None where there are many, or two of them look like one right row."""
    others: dict[int, list[str]] = {}
    while len(others) < _MOST_ASIDE:
        marks = cells[width :: width + 1]
        row = next((row for row, mark in enumerate(marks) if mark != END), len(marks))
        begin = row * (width + 1)
        if begin == len(cells):
            return others if _are_right(cells, width, rows - len(others)) else None
        end = cells.index(END, begin)
        others[row + len(others)] = cells[begin:end]
        del cells[begin : end + 1]
    return None


def _take_off_returns(cells: list[str], others: dict[int, list[str]], width: int, returns: int) -> bool:
    """Take CR off the last cells; False where one stands elsewhere."""
    lasts = cells[width - 1 :: width + 1]
    if lasts.count("\r") == returns == len(lasts):
        cells[width - 1 :: width + 1] = [""] * returns
        return True
    text = ",".join([*lasts, ""])
    aside = sum(found[-1].endswith("\r") for found in others.values())
    if returns != text.count("\r,") + aside:
        return False
    cells[width - 1 :: width + 1] = text.replace("\r,", ",").split(",")[:-1]
    return True


def _without_return(cells: list[str]) -> list[str]:
    cells[-1] = cells[-1].removesuffix("\r")
    return cells


def _line_by_line(body: str, width: int, returns: int) -> Split | None:
    """Return the same, where many rows have another width; None where CR alone ends a line."""
    if returns != body.count("\r\n") + body.endswith("\r"):
        return None
    lines = body.replace("\r\n", "\n").removesuffix("\r").split("\n")
    counts = map(str.count, lines, repeat(","))
    others = {row: lines[row].split(",") for row, count in enumerate(counts) if count != width - 1}
    right = [line for row, line in enumerate(lines) if row not in others]
    cells = [cell for line in right for cell in (*line.split(","), END)]
    return Split(cells, len(lines), returns, others)

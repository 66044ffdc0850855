"""Splits plain lines into the cells of a table, one row after the other, as fast as the interpreter can.

Plain lines hold no quotation mark, so every comma ends a cell. All lines are split at once: a mark before each line's
first cell then shows whether every row has as many cells as the table has columns.
"""

from itertools import repeat
from typing import Final, NamedTuple

_MOST_ASIDE: Final = 16


class Split(NamedTuple):
    """The cells of all rows of the right width, how many rows there are, how many end in CR LF, and the other rows."""

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
    cells = body.replace("\n", ",\n").split(",")
    others = {} if len(cells) == rows * width else _put_aside(cells, width)
    if others is None or not _take_off_ends(cells, others, width, rows, returns):
        return _line_by_line(body, width, returns)
    return Split(cells, rows, returns, {row: _without_marks(found) for row, found in others.items()})


def _put_aside(cells: list[str], width: int) -> dict[int, list[str]] | None:
    """Take the rows out that seem to have another width; None where there are many."""
    others: dict[int, list[str]] = {}
    at = row = 0
    while at < len(cells):
        after = at + width
        if after == len(cells) or (after < len(cells) and cells[after].startswith("\n")):
            at = after
        else:
            end = next((place for place in range(at + 1, len(cells)) if cells[place].startswith("\n")), len(cells))
            others[row] = cells[at:end]
            del cells[at:end]
        if len(others) > _MOST_ASIDE:
            return None
        row += 1
    return others


def _take_off_ends(cells: list[str], others: dict[int, list[str]], width: int, rows: int, returns: int) -> bool:
    """Take the marks off the first cells and CR off the last; False where one of them stands elsewhere."""
    right = rows - len(others)
    if not right or len(cells) != right * width:
        return False
    firsts = ",".join(cells[::width]).removeprefix("\n")
    if not firsts.count("\n") == firsts.count(",\n") == right - 1:
        return False
    cells[::width] = firsts.split(",\n")
    if not returns:
        return True
    lasts = ",".join(cells[width - 1 :: width]) + ","
    aside = sum(found[-1].endswith("\r") for found in others.values())
    if returns != lasts.count("\r,") + aside:
        return False
    cells[width - 1 :: width] = lasts.replace("\r,", ",")[:-1].split(",")
    return True


def _without_marks(cells: list[str]) -> list[str]:
    cells[0] = cells[0].removeprefix("\n")
    cells[-1] = cells[-1].removesuffix("\r")
    return cells


def _line_by_line(body: str, width: int, returns: int) -> Split | None:
    """Return the same, where many rows have another width; None where CR alone ends a line."""
    if returns != body.count("\r\n") + body.endswith("\r"):
        return None
    lines = body.replace("\r\n", "\n").removesuffix("\r").split("\n")
    counts = map(str.count, lines, repeat(","))
    others = {row: lines[row].split(",") for row, count in enumerate(counts) if count != width - 1}
    right = [line for row, line in enumerate(lines) if row not in others] if others else lines
    return Split(",".join(right).split(",") if right else [], len(lines), returns, others)

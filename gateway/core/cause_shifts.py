"""Knows a row whose values stand beside their own columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.core.cause_signs import Columns, Sign, is_displaced

_LEAST: Final = 2
_SHIFTS: Final = (1, -1, 2, -2)


@dataclass(frozen=True, slots=True)
class Shift:
    """Which signs of a row come of values so many columns away from their own, and the first field among them."""

    places: list[int]
    by: int
    start: str


def shift_of(row: Mapping[str, str], signs: Sequence[Sign], columns: Columns) -> Shift | None:
    """Return how a row is displaced; None where fewer than two values stand equally far from their own columns.

    All messages from the first displaced value on come of it, and those on fields that are empty because theirs moved.
    """
    names = list(row)
    best, by = max(((_strangers(row, names, by, columns), by) for by in _SHIFTS), key=lambda it: len(it[0]))
    if len(best) < _LEAST:
        return None
    start = min(best[0], best[0] + by)
    moved = set(names[start:])
    for place in range(max(0, -by), start):
        if not row[names[place]] and row[names[place + by]]:
            moved.add(names[place])
    places = [number for number, sign in enumerate(signs) if sign.field in moved]
    first = min((names.index(signs[number].field or "") for number in places), default=start)
    return Shift(places, by, names[first]) if places else None


def _strangers(row: Mapping[str, str], names: Sequence[str], by: int, columns: Columns) -> list[int]:
    """Return the columns whose own value stands that many columns away."""
    within = range(max(0, -by), len(names) - max(0, by))
    return [place for place in within if is_displaced(columns, row, names[place], names[place + by])]

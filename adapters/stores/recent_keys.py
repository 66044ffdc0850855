"""The keys of those who were registered lately: packed, a row for each call, and held sorted by every process.

To write a newcomer's ten keys into an index of a hundred million costs more than all else of registering. Packed they
cost next to nothing, at any size of the register. `fold` moves them into the index when there are many, and before an
entry is changed, so that its former keys are found there.
"""

from collections.abc import Sequence
from threading import Lock
from typing import Any, Final

import numpy as np
from psycopg import Connection

from adapters.stores.binary import copy_in, query, rows
from gateway.core.numbers import Numbers, ranges

MOST_KEYS: Final = 2_000_000
"""Keys up to which they are kept packed: 32 MB in every process that looks for somebody."""
MOST_ROWS: Final = 2_000

Level = tuple[Numbers, Numbers]
"""Keys in rising order, and beside each the number of its entry."""

_COPY_KEYS: Final = "copy learner_key (k, no) from stdin (format binary)"
_ADD: Final = "insert into learner_key_recent (size, packed) values (%s, %b)"
_LISTED: Final = "select array_agg(no) from learner_key_recent"
_NEW: Final = "select packed from learner_key_recent where no = any(%s) order by no"
_HELD: Final = "select coalesce(sum(size), 0), count(*) from learner_key_recent"
_FOLD: Final = "delete from learner_key_recent returning packed"
_FOLD_FREE: Final = """
delete from learner_key_recent where no in (select no from learner_key_recent for update skip locked) returning packed
"""


class RecentKeys:
    """What a process holds of the recent keys; several threads may ask at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: frozenset[int] = frozenset()
        self._levels: tuple[Level, ...] = ()

    def hits(self, connection: Connection[Any], keys: Numbers, most: int) -> tuple[Numbers, Numbers]:
        """Return the places of keys, from 0, and beside each the number of an entry that has it, `most` in a level.

        Whoever asks here before asking the index misses nobody: what is folded in between is found twice.
        """
        found = [_hits(level, keys, most) for level in self._seen(connection)]
        places, numbers = [places for places, _ in found], [numbers for _, numbers in found]
        return np.concatenate([*places, _NOTHING]), np.concatenate([*numbers, _NOTHING])

    def _seen(self, connection: Connection[Any]) -> tuple[Level, ...]:
        """Return all that the transaction sees, brought up to date."""
        with self._lock:
            (listed,) = query(connection, _LISTED)
            seen = frozenset() if listed is None else frozenset(listed.tolist())
            if not self._known <= seen:
                self._known, self._levels = frozenset(), ()
            if new := sorted(seen - self._known):
                packed = connection.execute(_NEW, [new], binary=True).fetchall()
                self._levels = _joined([*self._levels, *(unpacked(row) for (row,) in packed)])
                self._known = seen
            return self._levels


def add_recent(connection: Connection[Any], keys: Numbers, numbers: Numbers) -> None:
    """Keep the keys of new entries, beside each its number."""
    order = np.argsort(keys, kind="stable")
    packed = keys[order].astype("<i8").tobytes() + numbers[order].astype("<i8").tobytes()
    connection.execute(_ADD, [len(keys), packed])


def add_indexed(connection: Connection[Any], keys: Numbers, numbers: Numbers) -> None:
    """Write the keys of entries into the index, beside each its number."""
    copy_in(connection, _COPY_KEYS, rows(k=keys, no=numbers))


def fold(connection: Connection[Any]) -> None:
    """Move all recent keys into the index; wait for whoever does the same."""
    _fold(connection, _FOLD)


def fold_many(connection: Connection[Any]) -> None:
    """Move recent keys into the index where there are many, but those that somebody else moves just now."""
    ((size, count),) = connection.execute(_HELD).fetchall()
    if size > MOST_KEYS or count > MOST_ROWS:
        _fold(connection, _FOLD_FREE)


def _fold(connection: Connection[Any], statement: str) -> None:
    taken = [unpacked(packed) for (packed,) in connection.execute(statement, binary=True)]
    if taken:
        add_indexed(connection, *_merged(taken))


def unpacked(packed: bytes) -> Level:
    """Return the keys of a row, and the numbers beside them."""
    keys, numbers = np.frombuffer(packed, "<i8").reshape(2, -1).astype(np.int64)
    return keys, numbers


def _joined(levels: list[Level]) -> tuple[Level, ...]:
    """Return levels of which each is more than twice as large as the next, so that few are looked through."""
    joined: list[Level] = []
    for level in levels:
        joined.append(level)
        while len(joined) > 1 and len(joined[-2][0]) <= 2 * len(joined[-1][0]):
            joined[-2:] = [_merged(joined[-2:])]
    return tuple(joined)


def _merged(levels: Sequence[Level]) -> Level:
    keys, numbers = (np.concatenate(columns) for columns in zip(*levels, strict=True))
    order = np.argsort(keys, kind="stable")
    return keys[order], numbers[order]


def _hits(level: Level, keys: Numbers, most: int) -> tuple[Numbers, Numbers]:
    held, numbers = level
    begin = np.searchsorted(held, keys)
    counts = np.minimum(np.searchsorted(held, keys, "right") - begin, most)
    places = np.flatnonzero(counts)
    begin, counts = begin[places], counts[places]
    return np.repeat(places, counts), numbers[ranges(begin, counts)]


_NOTHING: Final = np.zeros(0, np.int64)

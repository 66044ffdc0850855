"""Whom learners may be, by blocking key: for a whole batch at once, and in numbers from end to end."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final

import numpy as np
from psycopg import Connection

from adapters.stores.ahead import ahead
from adapters.stores.binary import Bigints, query
from adapters.stores.recent_keys import RecentKeys
from adapters.stores.register_rows import entries_by_number
from gateway.core.handover import Near
from gateway.core.model import Entry
from gateway.core.numbers import Numbers, distinct
from gateway.core.ports.register import Probes

LARGEST_BLOCK: Final = 1000
"""Entries of one block that are compared; the learners of whom it has more are told."""

# Always by the index, key by key: for many keys the planner would rather read the whole of a table.
_BY_INDEX: Final = """
select set_config(name, value, %s) from (values ('enable_hashjoin', 'off'), ('enable_mergejoin', 'off'),
('enable_memoize', 'off'), ('enable_seqscan', 'off'), ('enable_bitmapscan', 'off'), ('jit', 'off'),
('max_parallel_workers_per_gather', '0'), ('work_mem', '64MB')) as setting (name, value)
"""
_HITS: Final = """
select array_agg(place), array_agg(no)
from unnest(%b::bigint[]) with ordinality as probe (k, place)
cross join lateral (select no from learner_key where learner_key.k = probe.k order by no limit %b) hit
"""
_FACES: Final = """
select array_agg(no), array_agg(uln), array_agg(person), string_agg(face, '')
from learner_face where no = any(%b::bigint[])
"""
_NAMES: Final = """
select array_agg(h), string_agg(name, chr(31)), array_agg(given), array_agg(family)
from unnest(%b::bigint[]) as wanted (h) join name_count using (h)
"""
_SIZE: Final = "select counted from learner_key_version"
_NONE: Final = np.zeros(0, np.int64)


class PostgresCandidates:
    """The port `Candidates`; `connect` gives a connection that looks by the index, the same one or one of a pool.

    With more than one connection whole batches are looked for beside each other, and ahead of whoever asks.
    """

    def __init__(
        self,
        connect: Callable[[], AbstractContextManager[Connection[Any]]],
        recent: RecentKeys,
        *,
        connections: int = 1,
    ) -> None:
        self._connect = connect
        self._recent = recent
        self._connections = connections

    def size(self) -> int:
        """Return about how many entries there are."""
        with self._connect() as connection:
            (size,) = connection.execute(_SIZE).fetchall()[0]
        return int(size)

    def near(self, asked: Iterable[Probes]) -> Iterator[Near]:
        """Yield for each batch the live entries that have one of its keys."""
        return map(self._near, asked) if self._connections == 1 else ahead(self._near, asked, self._connections)

    def _near(self, asked: Probes) -> Near:
        probes, places = asked
        keys, owners = np.frombuffer(probes, np.int64), np.frombuffer(places, np.int32)
        hit, numbers = self._hits(keys)
        sizes = np.bincount(hit, minlength=len(keys)) if len(hit) else np.zeros(len(keys), np.int64)
        sent = owners[hit].astype(np.int64)
        pairs = distinct(sent << 32 | numbers) if len(numbers) else _NONE
        found, ulns, persons, faces = self._faces(distinct(numbers))
        sent, numbers = pairs >> 32, pairs & 0xFFFFFFFF
        held = np.searchsorted(found, numbers)
        there = np.flatnonzero(found[np.minimum(held, len(found) - 1)] == numbers) if len(found) else _NONE
        return Near(
            sent=sent[there].astype(np.int32).tobytes(),
            held=held[there].astype(np.int32).tobytes(),
            numbers=found.tobytes(),
            ulns=ulns.tobytes(),
            persons=persons.tobytes(),
            faces=faces,
            capped=np.unique(owners[sizes > LARGEST_BLOCK]).tobytes(),
        )

    def names(self, hashes: bytes) -> Iterable[tuple[int, str, int, int]]:
        """Return of names in the register: hash, N1, and about how many have it as given and as family name."""
        with self._connect() as connection:
            found, texts, given, family = query(connection, _NAMES, Bigints.of(np.frombuffer(hashes, np.int64)))
        if found is None:
            return []
        return zip(found.tolist(), texts.split("\x1f"), given.tolist(), family.tolist(), strict=True)

    def entries(self, numbers: Sequence[int]) -> dict[int, Entry]:
        """Return live entries by their numbers."""
        with self._connect() as connection:
            return entries_by_number(connection, list(numbers))

    def _hits(self, keys: Numbers) -> tuple[Numbers, Numbers]:
        """Return the places of keys, from 0, and beside each the number of an entry that has it."""
        with self._connect() as connection:
            lately, newcomers = self._recent.hits(connection, keys, LARGEST_BLOCK + 1)
            places, numbers = query(connection, _HITS, Bigints.of(keys), LARGEST_BLOCK + 1)
        if places is None:
            return lately, newcomers
        return np.concatenate([lately, places - 1]), np.concatenate([newcomers, numbers])

    def _faces(self, numbers: Numbers) -> tuple[Numbers, Numbers, Numbers, bytes]:
        """Return the numbers of these entries that are live, in rising order, with ULNs, persons and faces."""
        with self._connect() as connection:
            found, ulns, persons, faces = query(connection, _FACES, Bigints.of(numbers))
        if found is None:
            return _NONE, _NONE, _NONE, b""
        order = np.argsort(found)
        rows = np.frombuffer(faces, np.dtype((np.void, len(faces) // len(found))))
        return found[order], ulns[order], persons[order], rows[order].tobytes()


def look_by_index(connection: Connection[Any], *, locally: bool = False) -> None:
    """Let a connection find keys by the index, for good or to the end of its transaction."""
    connection.execute(_BY_INDEX, [locally])


def on(connection: Connection[Any], recent: RecentKeys) -> PostgresCandidates:
    """Return the port within a transaction of the caller's."""
    look_by_index(connection, locally=True)
    return PostgresCandidates(lambda: nullcontext(connection), recent)

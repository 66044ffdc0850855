"""Entries with all that they are found and compared by, kept in step in the transaction that changes them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, Protocol

import numpy as np
from psycopg import Connection

from adapters.stores.binary import copy_in, rows
from adapters.stores.recent_keys import add_indexed, fold
from adapters.stores.register_rows import entries_by_uln
from gateway.core.handover import ENTRY_COLUMNS, ENTRY_TEXTS, EntryBatch, Near
from gateway.core.model import Entry, Learner
from gateway.core.numbers import Numbers
from gateway.core.ports.register import Candidates

_COPY: Final = (
    f"copy learner ({', '.join(ENTRY_COLUMNS)}) from stdin (format csv, force_not_null ({', '.join(ENTRY_TEXTS)}))"
)
_COPY_FACES: Final = "copy learner_face (no, uln, person, face) from stdin (format binary)"
AddKeys = Callable[[Connection[Any], Numbers, Numbers], None]

_LAST: Final = "select currval(pg_get_serial_sequence('learner', 'no'))"
_NEW_NAMES: Final = """
insert into name_count (h, name, given, family)
select h, name, 0, 0 from unnest(%s::bigint[], %s::text[]) as new (h, name) order by h on conflict do nothing
"""
_NUMBERS_OF: Final = "select uln, no from learner where uln = any(%s::bigint[])"
_FORGET_KEYS: Final = """
delete from learner_key using unnest(%s::bigint[], %s::bigint[]) as old (k, no)
where learner_key.k = old.k and learner_key.no = old.no
"""
_NOTE_CHANGE: Final = "insert into register_change default values"
_FORGET_FACES: Final = "delete from learner_face where no = any(%s::bigint[])"


class Matching(Protocol):
    """What the register must know of matching, such as module `gateway.core.matching.register`."""

    @property
    def VERSION(self) -> int:  # noqa: N802 - a constant of the module
        """The number that changes whenever the keys or the face of the same learner do."""

    def entry_batch(self, entries: Sequence[Entry], source: str, /) -> EntryBatch:
        """Return entries as they are written."""
        ...

    def Newcomers(self, learners: Sequence[Learner], /) -> "Newcomers":  # noqa: N802 - a class of the module
        """Return learners who ask for a ULN, made ready before anybody waits for a lock."""
        ...


class Newcomers(Protocol):
    """Learners who ask for a ULN, by their places."""

    def blocks(self) -> bytes:
        """Return the keys (64 bits) of all these learners, those to be found by and those to look by."""
        ...

    def strangers(
        self, source: Candidates, claimed: bytes, apart: Mapping[int, Sequence[str]], arrived: Near | None, /
    ) -> Sequence[int]:
        """Return the places of those who can be nobody in the register, and nobody of those before them.

        With entries that `arrived` all others were looked at before, and so were the learners beside each other.
        """
        ...

    def batch(self, places: Sequence[int], ulns: bytes, source: str, /) -> EntryBatch:
        """Return those at these places, who got these ULNs (64 bits), as entries."""
        ...


def add_batch(connection: Connection[Any], batch: EntryBatch, add_keys: AddKeys = add_indexed) -> Numbers:
    """Write entries with keys and faces, and return the numbers that they got, in order.

    Whoever adds entries holds a lock that keeps all others from it, so that numbers rise without a gap.
    """
    if not batch.size:
        return np.zeros(0, np.int64)
    with connection.cursor().copy(_COPY) as copy:
        copy.write(batch.details)
    (last,) = connection.execute(_LAST).fetchall()[0]
    numbers = np.arange(last - batch.size + 1, last + 1, dtype=np.int64)
    add_faces(connection, batch, numbers, add_keys)
    return numbers


def add_faces(
    connection: Connection[Any], batch: EntryBatch, numbers: Numbers, add_keys: AddKeys = add_indexed
) -> None:
    """Write the keys and faces of entries that have these numbers; a linked one's person is its master as yet."""
    live = np.frombuffer(batch.live, np.int64)
    ulns, masters = np.frombuffer(batch.ulns, np.int64)[live], np.frombuffer(batch.masters, np.int64)[live]
    keys, places = np.frombuffer(batch.keys, np.int64), np.frombuffer(batch.places, np.int32)
    add_keys(connection, keys, numbers[places])
    if len(live):
        faces = np.frombuffer(batch.faces, np.dtype((np.void, len(batch.faces) // len(live))))
        persons = np.where(masters, masters, ulns)
        copy_in(connection, _COPY_FACES, rows(no=numbers[live], uln=ulns, person=persons, face=faces))


def add_names(connection: Connection[Any], batch: EntryBatch) -> None:
    """Note the names that the register has not had before; they count when names are counted next."""
    hashes, names = [name[0] for name in batch.names], [name[1] for name in batch.names]
    connection.execute(_NEW_NAMES, (hashes, names))


@contextmanager
def changing(connection: Connection[Any], matching: Matching, ulns: Sequence[str]) -> Iterator[None]:
    """Let the block change entries of these ULNs, and keep what they are found and compared by in step.

    Whoever changes a detail, a status or a master within a transaction does it inside such a block; `ulns` names all
    entries whose details, state or person may be other ones afterwards.
    """
    fold(connection)
    numbers = {str(uln): no for uln, no in connection.execute(_NUMBERS_OF, [list(map(int, ulns))])}
    before = entries_by_uln(connection, map(int, numbers)).values()
    batch = matching.entry_batch(list(before), "")
    places = np.frombuffer(batch.places, np.int32).tolist()
    mine = [numbers[entry.uln] for entry in before]
    keys = np.frombuffer(batch.keys, np.int64).tolist()
    connection.execute(_FORGET_KEYS, [keys, [mine[place] for place in places]])
    connection.execute(_FORGET_FACES, [list(numbers.values())])
    yield
    note_change(connection)
    after = list(entries_by_uln(connection, map(int, numbers)).values())
    batch = matching.entry_batch(after, "")
    add_faces(connection, batch, np.array([numbers[entry.uln] for entry in after], np.int64))
    add_names(connection, batch)


def note_change(connection: Connection[Any]) -> None:
    """Let it be known that entries are found or compared by other details than before."""
    connection.execute(_NOTE_CHANGE)

"""What a load into the ULN register refuses, told by the row's number and never by a learner's value."""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from psycopg import Connection
from psycopg.errors import UniqueViolation

from adapters.stores.register_keys import Matching, add_batch, add_faces, note_change
from adapters.stores.register_rows import Row, entries_by_uln
from gateway.core.errors import StoreError
from gateway.core.handover import EntryBatch
from gateway.core.model import Entry
from gateway.core.uln import uln_fault

_SEXES: Final = frozenset({"", "0", "1", "2", "9"})
_SHARING: Final = frozenset({"", "0", "1", "2"})

_CHUNK: Final = 10_000
_NEXT: Final = "select no, uln from learner where no > %s and status = 'live' order by no limit %s"
_KEEP_VERSION: Final = "update learner_key_version set version = %s"
_BEGIN: Final = """
create temp table loaded (place bigint, uln bigint) on commit drop;
create temp table loaded_name (h bigint, name text, given bigint, family bigint) on commit drop
"""
_EMPTY: Final = "select not exists (select from learner_key)"
_WITHOUT_INDEXES: Final = """
drop index learner_key_found;
alter table learner_face drop constraint learner_face_pkey
"""
_WITH_INDEXES: Final = """
create index learner_key_found on learner_key (k, no);
alter table learner_face add constraint learner_face_pkey primary key (no)
"""
_IS_INDEXED: Final = "select to_regclass('learner_key_found') is not null"
_NOTE: Final = "insert into loaded (place, uln) select * from unnest(%s::bigint[], %s::bigint[])"
_COPY_NAMES: Final = "copy loaded_name from stdin"
_COUNT_NAMES: Final = """
insert into name_count (h, name, given, family)
select h, min(name), sum(given), sum(family) from loaded_name group by h
on conflict (h) do update set given = name_count.given + excluded.given, family = name_count.family + excluded.family;
update learner_key_version set counted = (select count(*) from learner_face)
"""
_PERSONS: Final = """
with recursive climb as (
    select uln as start, uln, master_uln, status, 0 as height from loaded join learner using (uln)
    union all
    select climb.start, above.uln, above.master_uln, above.status, climb.height + 1
    from climb join learner above on above.uln = climb.master_uln
), top as (
    select start, (array_agg(uln order by height desc) filter (where status = 'live'))[1] as person
    from climb group by start
)
update learner_face set person = top.person from top join learner on learner.uln = top.start
where learner_face.no = learner.no and learner_face.person <> top.person
"""
_LINKED_TO_NOBODY: Final = """
select min(place) from loaded join learner using (uln)
where not exists (select from learner master where master.uln = learner.master_uln)
"""
_IN_A_CIRCLE: Final = """
with recursive climb as (
    select place, uln, master_uln from loaded join learner using (uln)
    union all
    select climb.place, above.uln, above.master_uln from climb join learner above on above.uln = climb.master_uln
) cycle uln set looped using path
select min(place) from climb where looped
"""


def begin_load(connection: Connection[Row]) -> None:
    """Make room for what is told of a load at its end; an empty register is loaded without its indexes."""
    connection.execute(_BEGIN)
    if connection.execute(_EMPTY).fetchall() == [(True,)]:
        connection.execute(_WITHOUT_INDEXES)


def end_load(connection: Connection[Row]) -> None:
    """Refuse links that lead nowhere, and make all that is found and compared by of what was loaded."""
    refuse_links(connection)
    if connection.execute(_IS_INDEXED).fetchall() == [(False,)]:
        connection.execute(_WITH_INDEXES)
    connection.execute(_PERSONS)
    connection.execute(_COUNT_NAMES)
    connection.execute("analyze learner, learner_key, learner_face, name_count")


def take_batch(connection: Connection[Row], batch: EntryBatch, before: int) -> None:
    """Add a batch of entries of which so many rows came before; raise StoreError at a ULN that is taken."""
    ulns = np.frombuffer(batch.ulns, np.int64)
    try:
        add_batch(connection, batch)
    except UniqueViolation as error:
        place = before + 1 + _place_of(error, ulns.tolist())
        raise StoreError(f"Row {place}: its ULN is in the register or in an earlier row; nothing was loaded.") from None
    linked = np.flatnonzero(np.frombuffer(batch.masters, np.int64))
    if len(linked):
        connection.execute(_NOTE, ((linked + before + 1).tolist(), ulns[linked].tolist()))
    _stage_names(connection, batch)


def rekey(connection: Connection[Row], matching: Matching) -> int:
    """Make anew all that entries are found and compared by, count the names, and return how many entries there are."""
    connection.execute("truncate learner_key, learner_key_recent, learner_face, name_count")
    begin_load(connection)
    last = count = 0
    while found := connection.execute(_NEXT, (last, _CHUNK)).fetchall():
        last = found[-1][0]
        numbers = {str(uln): number for number, uln in found}
        entries = list(entries_by_uln(connection, map(int, numbers)).values())
        batch = matching.entry_batch(entries, "")
        add_faces(connection, batch, np.array([numbers[entry.uln] for entry in entries], np.int64))
        _stage_names(connection, batch)
        count += batch.size
    end_load(connection)
    connection.execute(_KEEP_VERSION, (matching.VERSION,))
    note_change(connection)
    return count


def _stage_names(connection: Connection[Row], batch: EntryBatch) -> None:
    rows = (f"{number}\t{_escaped(name)}\t{given}\t{family}\n" for number, name, given, family in batch.names)
    with connection.cursor().copy(_COPY_NAMES) as copy:
        copy.write("".join(rows))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\")


def _place_of(error: UniqueViolation, ulns: list[int]) -> int:
    """Return the place of the ULN that the database found twice: its last one in the batch, where it has two."""
    twice = int(re.sub(r"[^0-9]", "", str(error.diag.message_detail).rpartition("=")[2]))
    return len(ulns) - 1 - ulns[::-1].index(twice)


def refuse_rows(rows: Sequence[tuple[int, Entry]]) -> None:
    """Raise StoreError at the first row that is no entry."""
    for place, entry in rows:
        if fault := _fault(entry):
            raise StoreError(f"Row {place}: {fault}; nothing was loaded.")


def refuse_links(connection: Connection[Row]) -> None:
    """Raise StoreError where a loaded entry is linked to no entry, or entries to each other in a circle."""
    for statement, fault in (
        (_LINKED_TO_NOBODY, "its master ULN is not in the register"),
        (_IN_A_CIRCLE, "its master ULN leads back to itself"),
    ):
        for (place,) in connection.execute(statement):
            if place is not None:
                raise StoreError(f"Row {place}: {fault}; nothing was loaded.")


def _fault(entry: Entry) -> str | None:
    """Return what is wrong with an entry by itself, or None."""
    if fault := uln_fault(entry.uln):
        return f"its ULN {fault}"
    if entry.master_uln is not None and (fault := uln_fault(entry.master_uln)):
        return f"its master ULN {fault}"
    if entry.learner.sex not in _SEXES:
        return "its sex must be 0, 1, 2, 9 or empty"
    return None if entry.learner.ability_to_share in _SHARING else "its ability to share must be 0, 1, 2 or empty"

"""What is kept for learners beside the register, in PostgreSQL: every version of every record."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from psycopg import Connection

from adapters.stores.audit import note_of_submission
from adapters.stores.database import Pool, transaction
from gateway.core.audit import AccessSort
from gateway.core.keeping import Kept, RecordChange, RecordKey
from gateway.core.outcomes import Effect

_KEYS = "select sort, owner, key from jsonb_to_recordset(%(keys)s) as asked (sort text, owner text, key text[])"
# As it was before this submission first changed it, or as it is now where it has not.
_KEPT = f"""
with asked as ({_KEYS}), found as (
    select record.* from asked join record using (sort, owner, key)
), before as (
    select found.id, min(mine.version) - 1 as version
    from found left join record_version mine on mine.record = found.id and mine.submission = %(submission)s
    group by found.id
)
select sort, owner, key, seen.version, seen.content, seen.withdrawn
from found join before using (id)
join record_version seen on seen.record = found.id and seen.version = coalesce(before.version, found.version)
"""  # noqa: S608 - no value of a sender's is in the text
# In the order of their ids, so that nobody waits in a circle.
_LOCK = f"""
select record.id, sort, owner, key, version from ({_KEYS}) as asked join record using (sort, owner, key)
order by record.id for update of record
"""  # noqa: S608 - the same
# A new record bears its newest version at once: to change the row again would double what is written.
_ADD_RECORDS = """
insert into record (sort, owner, key, version)
select sort, owner, key, version
from jsonb_to_recordset(%(new)s) as new (sort text, owner text, key text[], version integer)
on conflict do nothing
returning id, sort, owner, key
"""
_DONE = "select distinct place from record_version where submission = %s and place = any(%s)"
_MOVE = """
update record set version = moved.version
from unnest(%s::bigint[], %s::integer[]) as moved (id, version)
where record.id = moved.id
"""
_ADD = """
insert into record_version (record, version, submission, place, seq, effect, uln, reason, content, withdrawn)
select record, version, %(submission)s, place, seq, effect, uln, reason, content, withdrawn
from jsonb_to_recordset(%(made)s) as made (
    record bigint, version integer, place integer, seq integer, effect text, uln text, reason text,
    content jsonb, withdrawn boolean
)
"""


class PostgresRecords:
    """The `Records` port."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def kept(self, keys: Sequence[RecordKey], submission: str) -> dict[RecordKey, Kept]:
        """Return what is kept under these keys, as it was before this submission changed any of it."""
        with transaction(self._pool) as connection:
            rows = connection.execute(_KEPT, {"keys": _asked(keys), "submission": submission}).fetchall()
        return {
            RecordKey(sort, owner, tuple(key)): Kept(values=content, version=version, withdrawn=withdrawn)
            for sort, owner, key, version, content, withdrawn in rows
        }

    def put(self, submission: str, changes: Mapping[int, Sequence[RecordChange]]) -> frozenset[int]:
        """Make the changes of each record, by its number, in one transaction, each once; return those too late.

        All changes of a record are made, or none of them.
        """
        with transaction(self._pool) as connection:
            done = {place for (place,) in connection.execute(_DONE, (submission, list(changes)))}
            waiting = {number: some for number, some in sorted(changes.items()) if some and number not in done}
            held = _locked(connection, {change.key for some in waiting.values() for change in some})
            plan = _Plan(waiting, {key: version for key, (_, version) in held.items()})
            ids = {key: record for key, (record, _) in held.items()}
            ids |= _added(connection, {key: version for key, version in plan.moved.items() if key not in ids})
            if not plan.moved.keys() <= ids.keys():
                # Others made some of them a moment ago: all of it is decided again, on what they made.
                connection.rollback()
                return frozenset(waiting)
            moved = {ids[key]: version for key, version in plan.moved.items() if key in held}
            connection.execute(_MOVE, (list(moved), list(moved.values())))
            made = [_row(number, seq, ids[change.key], change) for number, seq, change in plan.made]
            connection.execute(_ADD, {"submission": submission, "made": json.dumps(made)})
            ulns = {int(change.uln) for _, _, change in plan.made if change.uln}
            note_of_submission(connection, submission, AccessSort.WRITTEN, "kept records", ulns)
        return frozenset(plan.late)


class _Plan:
    """Which changes can be made, to which versions they lead, and whose records came too late."""

    def __init__(self, waiting: Mapping[int, Sequence[RecordChange]], held: Mapping[RecordKey, int]) -> None:
        self.moved: dict[RecordKey, int] = {}
        self.made: list[tuple[int, int, RecordChange]] = []
        self.late: set[int] = set()
        for number, changes in waiting.items():
            moved = self._moved(changes, held)
            if moved is None:
                self.late.add(number)
                continue
            self.moved |= moved
            self.made += [(number, seq, change) for seq, change in enumerate(changes, 1)]

    def _moved(self, changes: Sequence[RecordChange], held: Mapping[RecordKey, int]) -> dict[RecordKey, int] | None:
        """Return the versions to which a record's changes lead, or None where one of them expects another."""
        moved: dict[RecordKey, int] = {}
        for change in changes:
            key = change.key
            if change.expects != moved.get(key, self.moved.get(key, held.get(key, 0))):
                return None
            moved[key] = change.expects + 1
        return moved


def _asked(keys: Collection[RecordKey]) -> str:
    return json.dumps([{"sort": key.sort, "owner": key.owner, "key": key.parts} for key in keys])


def _locked(connection: Connection[Any], keys: Collection[RecordKey]) -> dict[RecordKey, tuple[int, int]]:
    """Return the id and version of each of these records that is there, locked until the end."""
    rows = connection.execute(_LOCK, {"keys": _asked(keys)}).fetchall()
    return {RecordKey(sort, owner, tuple(key)): (record, version) for record, sort, owner, key, version in rows}


def _added(connection: Connection[Any], new: Mapping[RecordKey, int]) -> dict[RecordKey, int]:
    """Add records at these versions and return their ids, without those that somebody else added meanwhile.

    It follows all locks of a transaction, and is in the order of the keys: nobody waits in a circle.
    """
    if not new:
        return {}
    asked = [{"sort": key.sort, "owner": key.owner, "key": key.parts, "version": new[key]} for key in sorted(new)]
    rows = connection.execute(_ADD_RECORDS, {"new": json.dumps(asked)}).fetchall()
    return {RecordKey(sort, owner, tuple(key)): record for record, sort, owner, key in rows}


def _row(number: int, seq: int, record: int, change: RecordChange) -> dict[str, object]:
    return {
        "record": record,
        "version": change.expects + 1,
        "place": number,
        "seq": seq,
        "effect": change.effect,
        "uln": change.uln,
        "reason": change.reason,
        "content": dict(change.values),
        "withdrawn": change.effect is Effect.WITHDRAWN,
    }

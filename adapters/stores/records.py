"""What is kept for learners beside the register, in PostgreSQL: every version of every record."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from psycopg import Connection

from adapters.stores.database import Pool, transaction
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
_ADD_KEYS = f"insert into record (sort, owner, key) {_KEYS} on conflict do nothing"
# In the order of their ids, so that nobody waits in a circle.
_LOCK = f"""
select record.id, sort, owner, key, version from ({_KEYS}) as asked join record using (sort, owner, key)
order by record.id for update of record
"""  # noqa: S608 - the same
_DONE = "select place from record_version where submission = %s and place = any(%s)"
_ADD = """
insert into record_version (record, version, submission, place, effect, uln, reason, content, withdrawn)
select record, version, %(submission)s, place, effect, uln, reason, content, withdrawn
from jsonb_to_recordset(%(made)s) as made (
    record bigint, version integer, place integer, effect text, uln text, reason text, content jsonb, withdrawn boolean
)
"""
_MOVE = """
update record set version = made.version
from (
    select record, max(version) as version
    from jsonb_to_recordset(%(made)s) as each (record bigint, version integer) group by record
) as made
where record.id = made.record
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

    def put(self, submission: str, changes: Mapping[int, RecordChange]) -> frozenset[int]:
        """Make the changes by record number in one transaction, each once; return those that came too late."""
        with transaction(self._pool) as connection:
            done = {place for (place,) in connection.execute(_DONE, (submission, list(changes)))}
            waiting = {number: change for number, change in sorted(changes.items()) if number not in done}
            held = _locked(connection, [change.key for change in waiting.values()])
            made, late = [], set()
            for number, change in waiting.items():
                record, version = held[change.key]
                if version != change.expects:
                    late.add(number)
                    continue
                held[change.key] = record, version + 1
                made.append(_row(number, record, change))
            values = {"submission": submission, "made": json.dumps(made)}
            connection.execute(_ADD, values)
            connection.execute(_MOVE, values)
        return frozenset(late)


def _asked(keys: Sequence[RecordKey]) -> str:
    return json.dumps([{"sort": key.sort, "owner": key.owner, "key": key.parts} for key in keys])


def _locked(connection: Connection[Any], keys: Sequence[RecordKey]) -> dict[RecordKey, tuple[int, int]]:
    """Return the id and version of each of these records, made where they are new, locked until the end."""
    asked = {"keys": _asked(sorted(set(keys)))}
    connection.execute(_ADD_KEYS, asked)
    rows = connection.execute(_LOCK, asked).fetchall()
    return {RecordKey(sort, owner, tuple(key)): (record, version) for record, sort, owner, key, version in rows}


def _row(number: int, record: int, change: RecordChange) -> dict[str, object]:
    return {
        "record": record,
        "version": change.expects + 1,
        "place": number,
        "effect": change.effect,
        "uln": change.uln,
        "reason": change.reason,
        "content": dict(change.values),
        "withdrawn": change.effect is Effect.WITHDRAWN,
    }

"""One learner's own record in PostgreSQL: all of it, holds on it, and its end."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from psycopg import Connection, sql

from adapters.stores.audit import note
from adapters.stores.database import Pool, transaction
from adapters.stores.learner_erasure import erase_person
from adapters.stores.learner_extract import extract
from adapters.stores.learner_rows import OWN, QUESTIONS, named, numbers_of
from adapters.stores.register_keys import Matching
from adapters.stores.register_rows import learners_by_uln
from adapters.stores.removals import removing
from gateway.core.audit import Access, AccessSort, Actor
from gateway.core.erasure import Erased, refuse_values
from gateway.core.errors import StoreError
from gateway.core.uln import uln_fault
from gateway.core.uln_changes import Act

_HELD: Final = "select uln, held_by, held_at, reason from learner_hold where uln = any(%s) order by held_at limit 1"
_HOLD: Final = (
    "insert into learner_hold (uln, held_by, reason) select uln, %s, %s from unnest(%s::bigint[]) as it (uln)"
)
_RELEASE: Final = "delete from learner_hold where uln = any(%s)"
_CHANGED: Final = """
select held from learner_change where uln = any(%(ulns)s)
union select value from learner_change where uln = any(%(ulns)s)
union select value from proposal where uln = any(%(ulns)s)
"""
_LOCK: Final = "select 1 from learner where uln = any(%s) order by no for update"
_INDEXED: Final = {
    "learner": "select count(*) from learner where uln = any(%(ulns)s) and status <> 'erased'",
    "audit_detail": """
        select count(*) from audit_detail d where exists (
            select from unnest(%(ulns)s::bigint[]) as it (uln) where position(int8send(uln) in d.ulns) > 0)""",
    "record": f"select count(*) from ({OWN}) own",  # noqa: S608 - our own text
    "question": f"select count(*) from ({QUESTIONS}) asked",  # noqa: S608 - the same
    "record_version": "select count(*) from record_version where uln = any(%(texts)s)",
} | {
    table: f"select count(*) from {table} where uln = any(%(ulns)s)"  # noqa: S608 - our own tables
    for table in ("issued", "proposal", "learner_change", "uln_answered", "uln_answered_new", "uln_answered_late",
                  "learner_face", "learner_hold")
}  # fmt: skip
"""How often something of a person is found in the tables that are asked by number, in place of being read whole."""
_BY_NO_NUMBER: Final = (
    "learner_key",
    "learner_key_recent",
    "name_count",
    "reference_row",
    "reference_list",
    "enquiry",
    "register_change",
)
_TABLES: Final = """
select relname from pg_class where relkind = 'r' and relnamespace = current_schema()::regnamespace
  and relname <> all(%s) and relname not like 'procrastinate%%' order by relname
"""
_SEARCH: Final = "select count(*) from {table} as it where it::text ~ %(pattern)s"


class PostgresLearnerRecords:
    """The `LearnerRecords` port."""

    def __init__(self, pool: Pool, matching: Matching) -> None:
        self._pool = pool
        self._matching = matching

    def numbers(self, uln: str) -> list[str]:
        """Return all numbers that are the same person's, the surviving one first; none where the ULN is unknown."""
        if uln_fault(uln) is not None:
            return []
        with transaction(self._pool) as connection:
            return list(map(str, numbers_of(connection, int(uln))))

    def extract(self, ulns: Sequence[str]) -> Mapping[str, object]:
        """Return all that is kept of a person who has these numbers, by subject."""
        with transaction(self._pool) as connection:
            return extract(connection, list(map(int, ulns)))

    def hold(self, ulns: Sequence[str], act: Act) -> None:
        """Let nothing of a learner be erased, by nobody and no retention; raise StoreError where it is held."""
        numbers = list(map(int, ulns))
        with transaction(self._pool) as connection:
            _guard(connection, numbers, act)
            _refuse_held(connection, numbers)
            connection.execute(_HOLD, [act.by, act.reason, numbers])
            note(connection, _access(act, AccessSort.HELD, "learner hold"), numbers)

    def release(self, ulns: Sequence[str], act: Act) -> None:
        """Take a hold back; raise StoreError where there is none."""
        numbers = list(map(int, ulns))
        with transaction(self._pool) as connection:
            _guard(connection, numbers, act)
            if not connection.execute(_RELEASE, [numbers]).rowcount:
                raise StoreError("The learner is not held, so there is nothing to release.")
            note(connection, _access(act, AccessSort.RELEASED, "learner release"), numbers)

    def erase(self, ulns: Sequence[str], act: Act) -> Erased:
        """Erase a person in one transaction, all but the fact that the numbers were issued."""
        numbers = list(map(int, ulns))
        with transaction(self._pool) as connection:
            removing(connection)
            _guard(connection, numbers, act)
            _refuse_held(connection, numbers)
            access = _access(act, AccessSort.ERASED, "learner erase", records=len(numbers))
            return erase_person(connection, self._matching, numbers, access)

    def remaining(self, erased: Erased) -> Mapping[str, int]:
        """Return in which tables something of an erased person is found, and how often."""
        values = named(list(map(int, erased.ulns)))
        with transaction(self._pool) as connection:
            counts = {table: _count(connection, sql.SQL(text), values) for table, text in _INDEXED.items()}
            for (table,) in connection.execute(_TABLES, [[*_INDEXED, *_BY_NO_NUMBER]]).fetchall():
                counts[table] = _count(connection, sql.SQL(_SEARCH).format(table=sql.Identifier(table)), values)
        return {table: count for table, count in counts.items() if count}


def _count(connection: Connection[Any], statement: sql.SQL | sql.Composed, values: Mapping[str, object]) -> int:
    (row,) = connection.execute(statement, values).fetchall()
    return int(row[0])


def _guard(connection: Connection[Any], numbers: list[int], act: Act) -> None:
    """Let nobody else change the entries until the end; refuse a reason that names what is, or was, a detail."""
    connection.execute(_LOCK, [numbers])
    learners = learners_by_uln(connection, numbers).values()
    details = [value for it in learners for value in asdict(it).values() if isinstance(value, str)]
    changed = [value for (value,) in connection.execute(_CHANGED, {"ulns": numbers})]
    refuse_values(act.reason, [*map(str, numbers), *details, *changed])


def _refuse_held(connection: Connection[Any], numbers: list[int]) -> None:
    held = connection.execute(_HELD, [numbers]).fetchone()
    if held is not None:
        _, by, at, reason = held
        raise StoreError(
            f"The learner is under a legal hold by {by} since {at:%Y-%m-%d} ({reason}); "
            "`gateway learner release` ends it."
        )


def _access(act: Act, sort: AccessSort, purpose: str, records: int = 0) -> Access:
    by, why = act.by, act.reason
    return Access(actor=Actor.OPERATOR, by=by, sort=sort, purpose=purpose, records=records, reason=why)

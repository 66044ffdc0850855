"""The audit trail in PostgreSQL: events as they happen, linked into one chain a little later.

An event is added in the transaction that does what it tells of, and waits for nobody. What orders events, the chain, is
made afterwards by one process at a time: an order made at once would hold up every worker until the commit before its
own is on disk.
"""

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from psycopg import Connection

from adapters.stores.audit_rows import EVENT, event_of, link_of
from adapters.stores.database import Pool, transaction
from gateway.core.audit import (
    FIRST,
    SALT_BYTES,
    Access,
    AccessSort,
    Actor,
    AuditEvent,
    Link,
    Redaction,
    detail_digest,
    link_digest,
    packed,
    unpacked,
)

_LINKING: Final = 7_264_310_005
_AT_ONCE: Final = 1000
_ADD: Final = """
with event as (
    insert into audit_event (actor, by, sort, purpose, reference, records, everyone, reason, digest)
    values (%(actor)s, %(by)s, %(sort)s, %(purpose)s, %(reference)s, %(records)s, %(everyone)s, %(reason)s, %(digest)s)
    returning no
), detail as (
    insert into audit_detail (event, salt, ulns) select no, %(salt)s, %(ulns)s from event
)
insert into audit_waiting (event) select no from event returning event
"""
_HEAD: Final = "select seq, digest from audit_link order by seq desc limit 1"
_NEXT: Final = f"""
select {EVENT} from audit_waiting w join audit_event e on e.no = w.event order by e.no limit {_AT_ONCE}
"""  # noqa: S608 - our own texts
_LINK: Final = "insert into audit_link (seq, event, digest) values (%s, %s, %s)"
_LINKED: Final = "delete from audit_waiting where event = any(%s)"
_PARTS: Final = f"""
    {EVENT}, d.salt, d.ulns,
    (select coalesce(array_agg(r.event order by r.event), '{{}}') from audit_redaction r where r.erasure = e.no),
    (select coalesce(array_agg(r.digest order by r.event), '{{}}') from audit_redaction r where r.erasure = e.no),
    (select r.digest from audit_redaction r where r.event = e.no order by r.erasure desc limit 1)"""  # noqa: S608 - our own texts
_CHAIN: Final = f"""
select l.seq, l.digest, {_PARTS}
from audit_link l left join audit_event e on e.no = l.event left join audit_detail d on d.event = l.event
order by l.seq
"""  # noqa: S608 - the same
# An event that is in no link and does not wait for one was cut off the chain's end.
_CUT_OFF: Final = f"""
select 0::bigint, ''::bytea, {_PARTS}
from audit_event e left join audit_detail d on d.event = e.no
where not exists (select from audit_link l where l.event = e.no)
  and not exists (select from audit_waiting w where w.event = e.no)
order by e.no limit 1
"""  # noqa: S608 - the same
_EVENTS: Final = f"""
select {EVENT} from audit_event e where %s::timestamptz is null or e.at >= %s order by e.no
"""  # noqa: S608 - the same
_ABOUT: Final = f"""
select {EVENT}, d.ulns from audit_event e join audit_detail d on d.event = e.no
where e.everyone or exists (select from unnest(%s::bigint[]) as asked (uln) where position(int8send(uln) in d.ulns) > 0)
order by e.no
"""  # noqa: S608 - the same


def note(
    connection: Connection[Any], access: Access, ulns: Iterable[int] = (), redactions: Sequence[Redaction] = ()
) -> int:
    """Keep an event in the caller's transaction, with whose records it is about, and return its number.

    An erasure's event covers the redactions that are made with it.
    """
    detail, salt = packed(ulns), os.urandom(SALT_BYTES)
    values = asdict(access) | {"salt": salt, "ulns": detail, "digest": detail_digest(salt, detail, redactions)}
    values["records"] = access.records or len(detail) // 8
    (row,) = connection.execute(_ADD, values).fetchall()
    return int(row[0])


def note_of_submission(
    connection: Connection[Any], submission: str, sort: AccessSort, purpose: str, ulns: Collection[int]
) -> None:
    """Keep an event of what a submission did, on behalf of its organisation; none where it was about nobody."""
    if ulns:
        found = connection.execute("select organisation from submission where id = %s", [submission]).fetchone()
        by = found[0] if found else ""
        access = Access(actor=Actor.ORGANISATION, by=by, sort=sort, purpose=purpose, reference=submission)
        note(connection, access, ulns)


class PostgresAudit:
    """The `Audit` port."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def note(self, access: Access, ulns: Iterable[int], *, with_step: bool = False) -> None:
        """Keep an event; with `with_step` the commit of the step that follows makes it durable with its own."""
        with transaction(self._pool) as connection:
            if with_step:
                connection.execute("set local synchronous_commit to off")
            note(connection, access, ulns)

    def link(self) -> tuple[int, bytes]:
        """Link what was kept since into the chain; return the last link's number and digest."""
        more = True
        while more:
            with transaction(self._pool) as connection:
                connection.execute("select pg_advisory_xact_lock(%s)", [_LINKING])
                more = _linked(connection)
        return self._head()

    def _head(self) -> tuple[int, bytes]:
        with transaction(self._pool) as connection:
            return head(connection)

    def length(self) -> int:
        """Return how many links there are."""
        return self._head()[0]

    def chain(self) -> Iterator[Link]:
        """Yield every link from the first on, and last of all an event that was cut off."""
        with transaction(self._pool) as connection:
            connection.execute("set transaction isolation level repeatable read, read only")
            with connection.cursor("audit_chain") as cursor:
                cursor.itersize = 50
                for row in cursor.execute(_CHAIN):
                    yield link_of(row)
            yield from map(link_of, connection.execute(_CUT_OFF))

    def events(self, since: datetime | None = None) -> Iterator[AuditEvent]:
        """Yield the events since a moment, in the order of their numbers."""
        with transaction(self._pool) as connection, connection.cursor("audit_events") as cursor:
            cursor.itersize = _AT_ONCE
            yield from map(event_of, cursor.execute(_EVENTS, [since, since]))

    def history(self, ulns: Sequence[str]) -> list[AuditEvent]:
        """Return the events that are about one of these ULNs, or about the whole register, oldest first."""
        with transaction(self._pool) as connection:
            return [event for event, _ in about(connection, list(map(int, ulns)))]


def head(connection: Connection[Any]) -> tuple[int, bytes]:
    """Return the last link's number and digest."""
    found = connection.execute(_HEAD).fetchone()
    return (int(found[0]), bytes(found[1])) if found else (0, FIRST)


def about(connection: Connection[Any], ulns: Sequence[int]) -> Iterator[tuple[AuditEvent, bytes]]:
    """Yield the events that are about one of these numbers, or about everyone, each with its detail."""
    asked = set(ulns)
    for row in connection.execute(_ABOUT, [list(ulns)]):
        event, detail = event_of(row), bytes(row[-1])
        if event.access.everyone or not asked.isdisjoint(unpacked(detail)):  # the search looks at every byte
            yield event, detail


def _linked(connection: Connection[Any]) -> bool:
    """Link some of the events that wait, and tell whether more may wait."""
    events = [event_of(row) for row in connection.execute(_NEXT)]
    seq, digest = head(connection)
    links = []
    for place, event in enumerate(events, start=seq + 1):
        digest = link_digest(digest, event)
        links.append((place, event.no, digest))
    connection.cursor().executemany(_LINK, links)
    connection.execute(_LINKED, [[event.no for event in events]])
    return len(events) == _AT_ONCE

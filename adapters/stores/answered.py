"""Which ULN was answered to whom, in PostgreSQL: for each organisation, number and key the last submission."""

from collections.abc import Collection, Iterable
from itertools import islice
from typing import Any, Final, NamedTuple

from psycopg import Connection

from gateway.core.answered import AnsweredUln

_LOCKS: Final = 7_264_311
"""First half of an organisation's advisory lock."""
NOTICES: Final = 7_264_310_003
"""The lock that notices are written under; whoever keeps what was answered shares it."""
_CHUNK: Final = 10_000
_KEEP: Final = """
insert into uln_answered (uln, organisation, mode, key, submission)
select distinct uln, %(organisation)s, %(mode)s, key, %(submission)s
from unnest(%(ulns)s::bigint[], %(keys)s::text[]) as answered (uln, key)
on conflict (uln, organisation, mode, key) do update set submission = excluded.submission"""
_KEEP_LATE: Final = """
insert into uln_answered_late (change, uln, organisation, mode, key, submission)
select distinct c.no, c.uln, %(organisation)s, %(mode)s, key, %(submission)s
from unnest(%(ulns)s::bigint[], %(keys)s::text[]) as answered (uln, key) join uln_change c using (uln)
where c.noticed_on is not null
  and c.changed_at > (select kept_at from step where submission = %(submission)s and step = 'match')"""
_ANSWERED: Final = """
select distinct uln from uln_answered where uln = any(%(ulns)s::bigint[])
  and organisation = %(organisation)s and mode = %(mode)s"""


class Answered(NamedTuple):
    """Who is answered, in which mode, by which submission's response set."""

    organisation: str
    mode: str
    submission: str


def keep_answered(connection: Connection[Any], whose: Answered, answered: Iterable[AnsweredUln]) -> None:
    """Keep with which ULNs an organisation is answered, a chunk at a time; a later submission takes an earlier's place.

    Two response sets of one organisation wait for each other here, and so never in a circle; all wait for notices that
    are being written, so that each number is told by these or is seen to have come too late for them.
    """
    connection.execute("select pg_advisory_xact_lock_shared(%s)", [NOTICES])
    connection.execute("select pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCKS, whose.organisation])
    rows = iter(answered)
    while chunk := list(islice(rows, _CHUNK)):
        ulns, keys = [int(row.uln) for row in chunk], [row.key for row in chunk]
        values = {**whose._asdict(), "ulns": ulns, "keys": keys}
        connection.execute(_KEEP, values)
        connection.execute(_KEEP_LATE, values)


def ulns_answered(connection: Connection[Any], whose: Answered, ulns: Collection[str]) -> frozenset[str]:
    """Return those of these ULNs that an organisation was answered with."""
    rows = connection.execute(_ANSWERED, {**whose._asdict(), "ulns": list(map(int, ulns))})
    return frozenset(str(uln) for (uln,) in rows)

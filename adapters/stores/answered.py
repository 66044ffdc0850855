"""Which ULN was answered to whom, in PostgreSQL: for each organisation, number and key the last submission.

A response set only adds its rows to `uln_answered_new`, which has no index, so that a large one is not slowed. They are
gathered into `uln_answered` in the background; whoever asks looks into both.
"""

from array import array
from collections.abc import Collection, Iterable
from functools import partial
from typing import Any, Final, NamedTuple

from psycopg import Connection

from adapters.stores.audit import note_of_submission
from gateway.core.answered import AnsweredUln
from gateway.core.audit import MOST, AccessSort, Gathered

NOTICES: Final = 7_264_310_003
"""The lock that notices are written under; whoever keeps what was answered shares it."""
_GATHERING: Final = 7_264_310_004
_CHUNK: Final = 10_000

_COPY: Final = "copy uln_answered_new (uln, organisation, mode, key, submission) from stdin"
_TOLD_SINCE: Final = """
select 1 from uln_change where noticed_on is not null
  and changed_at > (select kept_at from step where submission = %(submission)s and step = 'match') limit 1"""
_KEEP_LATE: Final = """
insert into uln_answered_late (change, uln, organisation, mode, key, submission)
select distinct c.no, uln, organisation, mode, key, submission from uln_answered_new join uln_change c using (uln)
where submission = %(submission)s and c.noticed_on is not null
  and c.changed_at > (select kept_at from step where submission = %(submission)s and step = 'match')"""
_GATHER: Final = """
with taken as (
    delete from uln_answered_new where ctid = any(array(select ctid from uln_answered_new limit %s)) returning *
)
insert into uln_answered (uln, organisation, mode, key, submission)
select uln, organisation, mode, key, max(submission collate "C") from taken group by uln, organisation, mode, key
on conflict (uln, organisation, mode, key)
do update set submission = greatest(uln_answered.submission collate "C", excluded.submission)"""
_ANSWERED: Final = """
select uln from uln_answered where uln = any(%(ulns)s::bigint[])
  and organisation = %(organisation)s and mode = %(mode)s
union
select uln from uln_answered_new where uln = any(%(ulns)s::bigint[])
  and organisation = %(organisation)s and mode = %(mode)s"""


class Answered(NamedTuple):
    """Who is answered, in which mode, by which submission's response set."""

    organisation: str
    mode: str
    submission: str


def keep_answered(connection: Connection[Any], whose: Answered, answered: Iterable[AnsweredUln]) -> None:
    """Keep with which ULNs an organisation is answered.

    This waits for notices that are being written, so that each number is told by these, or is seen to have come too
    late for them.
    """
    connection.execute("select pg_advisory_xact_lock_shared(%s)", [NOTICES])
    told = array("q")
    with connection.cursor().copy(_COPY) as copy:
        for uln, key in answered:
            copy.write_row((uln, whose.organisation, whose.mode, key, whose.submission))
            told.append(int(uln))
    lots = Gathered(partial(note_of_submission, connection, whose.submission, AccessSort.ANSWERED, "response"))
    for place in range(0, len(told), MOST):
        lots.add(told[place : place + MOST])
    lots.end()
    values = {"submission": whose.submission}
    if connection.execute(_TOLD_SINCE, values).fetchone():
        connection.execute(_KEEP_LATE, values)


def gather_answered(connection: Connection[Any]) -> bool:
    """Move some of the rows that were kept lately to where they are found by their number; tell whether there were any.

    One process gathers at a time; the last submission of a key stays, in whatever order they are gathered.
    """
    connection.execute("select pg_advisory_xact_lock(%s)", [_GATHERING])
    return connection.execute(_GATHER, [_CHUNK]).rowcount > 0


def ulns_answered(connection: Connection[Any], whose: Answered, ulns: Collection[str]) -> frozenset[str]:
    """Return those of these ULNs that an organisation was answered with."""
    rows = connection.execute(_ANSWERED, {**whose._asdict(), "ulns": list(map(int, ulns))})
    return frozenset(str(uln) for (uln,) in rows)

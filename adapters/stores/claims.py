"""Which submission is next, whose worker is lost, and what a new one meets, in PostgreSQL.

Each organisation's first in line stands against those of the others, by its turn or by when its organisation was served
last, whichever is later: one that sends a thousand files takes its turn like one that sends a single file. Workers pick
one after the other, for some milliseconds each, so that limits hold on any number of hosts.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from psycopg import Connection
from psycopg.types.json import Jsonb

from gateway.core.estimate import Load
from gateway.core.picking import MOST_CRASHES, Pick

WAITS: Final = "status not in ('delivered', 'expired', 'withdrawn', 'parked')"
"""What has not come to its end and waits for no person."""
FREE: Final = "next_try_at <= now() and (lease_until is null or lease_until < now())"
_ONE_AT_A_TIME: Final = 7_264_310_014
_MOST_COUNTED: Final = 10_000
_LATELY: Final = timedelta(minutes=15)
_MOST_LATELY: Final = 200

_CLAIM: Final = f"""
with recursive busy as materialized (
    select organisation, coalesce(kind, likely_kind) as kind from submission
    where lease is not null and lease_until >= now() and {WAITS}
), full_kind as materialized (
    select key as kind from jsonb_each_text(%(per_kind)s)
    where (select count(*) from busy where busy.kind = key) >= value::integer
), sender as (
    (select organisation as id from submission where {WAITS} order by organisation limit 1)
    union all
    select (select organisation from submission where {WAITS} and organisation > sender.id
            order by organisation limit 1)
    from sender where sender.id is not null
), head as (
    select first.id, greatest(first.turn, o.served_at) as turn
    from sender join organisation o on o.id = sender.id cross join lateral (
        select s.id, coalesce(s.turn_at, s.received_at) as turn from submission s
        where s.organisation = o.id and {WAITS} and {FREE}
          and (%(most_bytes)s::bigint is null or s.size <= %(most_bytes)s)
          and not exists (select from full_kind where full_kind.kind = coalesce(s.kind, s.likely_kind))
        order by coalesce(s.turn_at, s.received_at), s.id limit 1) first
    where %(per_organisation)s::integer is null
       or (select count(*) from busy where busy.organisation = o.id) < %(per_organisation)s
), picked as (
    update submission set lease = %(worker)s, lease_until = now() + %(lease)s, attempts = attempts + 1,
        crashes = crashes + (lease is not null)::integer
    where id = (select s.id from head join submission s using (id) where {FREE}
                order by head.turn, s.id limit 1 for update of s skip locked)
    returning id, organisation, size
), served as (
    update organisation set served_at = now() from picked where organisation.id = picked.organisation
)
select id, size from picked"""  # noqa: S608 - our own texts
_PASSED_BY: Final = f"""
select exists (select from submission where {WAITS} and {FREE} and size > %(most_bytes)s)"""  # noqa: S608 - our own texts
_LOST: Final = f"""
select s.id, s.attempts, s.crashes + 1, w.ended_how,
       (select step from step where submission = s.id order by kept_at desc limit 1)
from submission s left join worker w on w.name = s.lease
where s.lease is not null and s.lease_until < now() and {WAITS}
  and (s.crashes + 1 >= %(most)s or w.ended_how = 'SIGXCPU')
for update of s skip locked"""  # noqa: S608 - our own texts
_LOAD: Final = f"""
with lately as (
    select extract(epoch from finished_at - received_at) as took, finished_at from submission
    where finished_at > now() - %(lately)s order by finished_at desc limit %(most_lately)s
), ahead as (
    select from submission where {WAITS} and id <> %(id)s and coalesce(turn_at, received_at) <= %(turn)s
    limit %(most_counted)s
)
select (select count(*) from ahead) + 1 as place, count(*) as finished,
       coalesce(extract(epoch from now() - min(finished_at)), 0)::float as over_s,
       percentile_cont(0.5) within group (order by took)::float as median_s,
       percentile_cont(0.95) within group (order by took)::float as p95_s
from lately"""  # noqa: S608 - our own texts


def claim_next(connection: Connection[Any], worker: str, lease: timedelta, pick: Pick) -> tuple[str, int] | None:
    """Lease the submission whose turn it is, and return its id and size; None where there is none to take."""
    arguments = {
        "worker": worker,
        "lease": lease,
        "most_bytes": pick.most_bytes,
        "per_organisation": pick.per_organisation,
        "per_kind": Jsonb(dict(pick.per_kind)),
    }
    connection.execute("select pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
    found: tuple[str, int] | None = connection.execute(_CLAIM, arguments).fetchone()
    return found


def passed_by(connection: Connection[Any], most_bytes: int) -> bool:
    """Tell whether a file waits that is too large for a worker of small ones."""
    return bool((connection.execute(_PASSED_BY, {"most_bytes": most_bytes}).fetchone() or (False,))[0])


def lost(connection: Connection[Any]) -> list[tuple[str, str]]:
    """Return each submission whose workers died too often, with what is known of it."""
    rows = connection.execute(_LOST, {"most": MOST_CRASHES}).fetchall()
    return [(submission, _evidence(*told)) for submission, *told in rows]


def _evidence(attempts: int, crashes: int, how: str | None, step: str | None) -> str:
    """Say how a worker was lost: the tries, the last step that was kept, the signal."""
    times = "once" if crashes == 1 else f"{crashes} times"
    limit = " Its processing took more CPU than `limits.cpu_s` allows." if how == "SIGXCPU" else ""
    return (
        f"Its worker died or was lost {times} in {attempts} tries {_after(step)} ({how or 'signal not known'})."
        f"{limit} The file's bytes are kept: look at them, at the memory of the machine and at `limits`, then release."
    )


def _after(step: str | None) -> str:
    return f"after the step {step}" if step else "before its first step was done"


def load(connection: Connection[Any], submission: str, turn: datetime) -> Load:
    """Return what a new submission meets: its place in the queue, and the pace of the last quarter of an hour."""
    arguments = {
        "id": submission,
        "turn": turn,
        "lately": _LATELY,
        "most_lately": _MOST_LATELY,
        "most_counted": _MOST_COUNTED,
    }
    place, finished, over_s, median_s, p95_s = connection.execute(_LOAD, arguments).fetchone() or (
        1,
        0,
        0.0,
        None,
        None,
    )
    return Load(place=place, finished=finished, over_s=over_s, median_s=median_s, p95_s=p95_s)

"""What has been kept for long enough, in PostgreSQL, a small batch at a time."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from psycopg import Connection
from psycopg.types.json import Jsonb

from adapters.stores.audit import note
from gateway.core.audit import Access, AccessSort, Actor
from gateway.core.erasure import Retention

EraseRows = Callable[[Connection[Any], str], Mapping[str, int]]

# A link that was drawn for the weekly sample waits for nobody: it is answered already.
WAITING: Final = """
    (exists (select from question_record r join question q on q.id = r.question
             where r.submission = s.id and (r.state = 'due' or (r.state = 'waiting' and q.sort <> 'sample')))
     or exists (select from supplement u where u.submission = s.id and u.published_at is null))"""
"""Of a submission of which records are still to be answered."""
UNNEEDED: Final = f"""
    s.status in ('delivered', 'expired', 'withdrawn') and s.erased_at is null and not {WAITING}"""
"""Of a submission that has come to its end, and of which nothing waits."""
COLLECTED: Final = "not exists (select from response_file f where f.submission = s.id and f.acknowledged_at is null)"
"""Of a submission whose response files its organisation has, or has left for too long."""
HELD: Final = """
    exists (select from audit_event e join audit_detail d on d.event = e.no
            join learner_hold h on position(int8send(h.uln) in d.ulns) > 0 where e.reference = s.id)"""
"""Of a submission that read, or was answered with, a learner who is under a legal hold."""
_OLD: Final = f"""
select s.id from submission s
where {UNNEEDED} and not {HELD}
  and s.finished_at < now() - make_interval(days => coalesce((%(kinds)s::jsonb ->> s.kind)::integer, %(days)s))
order by s.finished_at limit %(batch)s
"""  # noqa: S608 - our own texts
_PENDING: Final = f"""
select s.id from erasure_pending p join submission s on s.id = p.space
where {UNNEEDED} and {COLLECTED} and not {HELD} order by p.asked_at limit %(batch)s
"""  # noqa: S608 - the same
_EXPIRE: Final = """
update response_file set acknowledged_at = now(), expired_at = now()
where (submission, part) in (
    select submission, part from response_file
    where acknowledged_at is null and published_at < now() - make_interval(days => %(uncollected)s)
    order by published_at limit %(batch)s)
"""
_NOTICES: Final = """
with old as (
    delete from uln_notice where (organisation, name) in (
        select organisation, name from uln_notice n
        where published_at < now() - make_interval(days => %(days)s)
           or (acknowledged_at is not null
               and exists (select from erasure_pending p where p.space = split_part(n.blob, '/', 1)))
        limit %(batch)s)
    returning split_part(blob, '/', 1) as space
), done as (
    delete from erasure_pending where space in (select space from old)
)
insert into space_to_clear (space) select space from old on conflict do nothing
"""
# What was never recorded: its sender was told so, and has sent it again; or it was a duplicate, which left no bytes.
_GIVEN_UP: Final = """
with old as (delete from space_awaited where since < now() - interval '1 day' returning space)
insert into space_to_clear (space) select space from old on conflict do nothing
"""
_SETTLED: Final = """
select q.id from question q
where (q.settled or q.closed or q.sort = 'sample') and q.opens_on < now() - make_interval(days => %(questions)s)
  and not exists (select from question_record r where r.question = q.id
                  and (r.state = 'due' or (r.state = 'waiting' and q.sort <> 'sample')))
  and not exists (select from question_decision d where d.question = q.id
                  and greatest(d.decided_at, d.undone_at) > now() - make_interval(days => %(questions)s))
  and not exists (select from learner_hold h where strpos(q.evidence::text, h.uln::text) > 0)
order by q.opens_on limit %(batch)s
"""
_DROP: Final = (
    "delete from question_record where question = any(%(ids)s)",
    "delete from question_decision where question = any(%(ids)s)",
    "delete from question where id = any(%(ids)s)",
)


def lapsed(connection: Connection[Any], retention: Retention, erase_rows: EraseRows) -> dict[str, int]:
    """Erase in the caller's transaction what has been kept for long enough, and note it; return how much of what."""
    values = {
        "kinds": Jsonb(dict(retention.kinds)),
        "days": retention.submission_days,
        "uncollected": retention.uncollected_days,
        "questions": retention.question_days,
        "batch": retention.batch,
    }
    done = {"response files uncollected": connection.execute(_EXPIRE, values).rowcount}
    for statement, why in ((_PENDING, "erasure of a learner"), (_OLD, "retention")):
        submissions = [found for (found,) in connection.execute(statement, values)]
        for submission in submissions:
            erase_rows(connection, submission)
            note(connection, _access(why, submission))
        done[f"submissions by {why}"] = len(submissions)
    connection.execute(_GIVEN_UP)
    done["change notices"] = connection.execute(_NOTICES, values).rowcount
    done["questions"] = _settled(connection, values)
    done = {what: count for what, count in done.items() if count}
    for what in ("response files uncollected", "change notices", "questions"):
        if what in done:
            note(connection, _access(f"retention of {what}", records=done[what]))
    return done


def _settled(connection: Connection[Any], values: Mapping[str, object]) -> int:
    ids = [found for (found,) in connection.execute(_SETTLED, values)]
    for statement in _DROP if ids else ():
        connection.execute(statement, {"ids": ids})
    return len(ids)


def _access(purpose: str, reference: str = "", records: int = 0) -> Access:
    by, sort = Actor.GATEWAY, AccessSort.REMOVED
    return Access(actor=by, by="gateway", sort=sort, purpose=purpose, reference=reference, records=records)

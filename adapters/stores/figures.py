"""What `gateway stats` counts, in PostgreSQL."""

from collections.abc import Mapping
from typing import Final

from adapters.stores.database import Pool, transaction

_COUNTS: Final = """
select
    (select count(*) from learner where status = 'live' and master_uln is null) as learners,
    (select count(*) from learner where status = 'live') as ulns,
    (select count(*) from issued) as ulns_issued,
    (select count(*) from organisation) as organisations,
    (select count(*) from submission) as submissions,
    (select count(*) from supplement where published_at is not null) as supplements,
    (select count(*) from question q where not settled and not closed and sort <> 'sample'
        and (q.sort = 'merge' or exists (
            select 1 from question_record r where r.question = q.id and r.state = 'waiting'))) as questions_open,
    (select count(*) from question where settled and sort <> 'sample') as questions_settled,
    (select count(distinct (submission, record)) from proposal where status = 'open') as proposals_open,
    (select count(*) from question q where sort = 'sample' and not settled) as links_to_look_at,
    (select count(distinct grp) from enquiry where place > %s) as enquiries_capped
"""
_OUTCOMES: Final = """
select told.key, sum(told.value::bigint) from submission s, jsonb_each_text(s.counts) as told
where s.job = 'FUL' and s.mode = 'live' and s.status = 'delivered' group by told.key order by told.key
"""
_ACCESSES: Final = """
select 'accesses.' || sort || '.' || actor, sum(records) from audit_event
where sort in ('read', 'written', 'answered') and actor <> 'gateway' and not everyone group by sort, actor order by 1
"""
_LINKS: Final = """
select q.evidence ->> 'outcome', d.judgement, count(*)
from question q join question_decision d on d.question = q.id and d.undone_at is null
where q.sort = 'sample' and d.judgement in ('same', 'different') group by 1, 2
"""


class PostgresFigures:
    """The `Figures` port."""

    def __init__(self, pool: Pool, most_variations: int) -> None:
        self._pool = pool
        self._most = most_variations

    def figures(self) -> Mapping[str, int]:
        """Return counts by name: learners, ULNs, records by outcome, questions by state, links looked at."""
        with transaction(self._pool) as connection:
            cursor = connection.execute(_COUNTS, [self._most])
            names = [column.name for column in cursor.description or ()]
            counts = dict(zip(names, cursor.fetchone() or (), strict=True))
            counts |= {f"records.{name}": count for name, count in connection.execute(_OUTCOMES)}
            counts |= dict(connection.execute(_ACCESSES).fetchall())
            for outcome, judgement, count in connection.execute(_LINKS):
                counts[f"links.{outcome}.{judgement}"] = count
        return {name: int(count) for name, count in counts.items()}

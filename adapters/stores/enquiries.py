"""How often organisations asked about nearly the same people, in PostgreSQL: digests and days, no learner's value."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from adapters.stores.database import Pool, transaction
from gateway.core.model import Submission

_LOCK: Final = 7_264_312

_FORGET: Final = """
delete from enquiry e using unnest(%(groups)s::bigint[]) as asked (grp)
where e.organisation = %(organisation)s and e.grp = asked.grp and e.asked_on <= %(since)s
"""
# One after the other in the order asked, so that each new variation gets the place after all before it.
_NOTE: Final = """
insert into enquiry (organisation, grp, variation, place, asked_on)
select %(organisation)s, asked.grp, asked.variation,
       before.places + row_number() over (partition by asked.grp order by asked.no), %(day)s
from unnest(%(groups)s::bigint[], %(variations)s::bigint[]) with ordinality as asked (grp, variation, no)
cross join lateral (
    select count(*) as places from enquiry e where e.organisation = %(organisation)s and e.grp = asked.grp
) before
where not exists (
    select 1 from enquiry e
    where e.organisation = %(organisation)s and e.grp = asked.grp and e.variation = asked.variation)
on conflict do nothing
"""
_PLACES: Final = """
select e.grp, e.variation, e.place
from unnest(%(groups)s::bigint[], %(variations)s::bigint[]) as asked (grp, variation)
join enquiry e on e.organisation = %(organisation)s and e.grp = asked.grp and e.variation = asked.variation
"""
_OVER: Final = """
select distinct grp from enquiry where organisation = %s and place > greatest(%s, 1) and asked_on > %s
"""


class PostgresEnquiries:
    """The `Enquiries` port; what was asked more than `window` ago no longer counts."""

    def __init__(self, pool: Pool, window: timedelta) -> None:
        self._pool = pool
        self._window = window

    def rank(self, submission: Submission, asked: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], int]:
        """Note variations of groups; return for each the place that it had among its group's within the window."""
        values = {
            "organisation": submission.organisation.id,
            "day": submission.processing_date,
            "since": submission.processing_date - self._window,
            "groups": [group for group, _ in asked],
            "variations": [variation for _, variation in asked],
        }
        with transaction(self._pool) as connection:
            key = "select pg_advisory_xact_lock(%s, hashtext(%s))"
            connection.execute(key, [_LOCK, submission.organisation.id])
            for statement in (_FORGET, _NOTE):
                connection.execute(statement, values)
            return {(group, variation): place for group, variation, place in connection.execute(_PLACES, values)}

    def over(self, submission: Submission, most: int) -> frozenset[int]:
        """Return the groups of the organisation's that have had more variations within the window."""
        since = submission.processing_date - self._window
        with transaction(self._pool) as connection:
            rows = connection.execute(_OVER, [submission.organisation.id, most, since])
            return frozenset(group for (group,) in rows)

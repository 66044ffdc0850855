"""How often organisations asked about nearly the same people, in PostgreSQL: digests and days, no learner's value."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final

from adapters.stores.database import Pool, transaction
from gateway.core.submission import Submission

_LOCKS: Final = 7_264_312
_LOCK: Final = "select pg_advisory_xact_lock(%s, hashtext(%s))"

_COUNTED: Final = """
select grp, count(*) from enquiry
where organisation = %(organisation)s and grp = any(%(groups)s::bigint[]) and asked_on > %(since)s group by grp
"""
_PLACES: Final = """
select e.grp, e.variation, e.place
from enquiry e join unnest(%(groups)s::bigint[], %(variations)s::bigint[]) as asked (grp, variation)
    on asked.grp = e.grp and asked.variation = e.variation
where e.organisation = %(organisation)s and e.grp = any(%(groups)s::bigint[]) and e.asked_on > %(since)s
"""
_NOTE: Final = """
insert into enquiry (organisation, grp, variation, place, asked_on)
select %(organisation)s, grp, variation, place, %(day)s
from unnest(%(groups)s::bigint[], %(variations)s::bigint[], %(places)s::integer[]) as asked (grp, variation, place)
on conflict (organisation, grp, variation) do update set place = excluded.place, asked_on = excluded.asked_on
"""
_FORGET: Final = "delete from enquiry where organisation = %s and asked_on <= %s"
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
        since = submission.processing_date - self._window
        values = {"organisation": submission.organisation.id, "since": since, "day": submission.processing_date}
        with transaction(self._pool) as connection:
            connection.execute(_LOCK, [_LOCKS, submission.organisation.id])
            asked_before = _columns(asked)
            counted = Counter(dict(connection.execute(_COUNTED, values | asked_before).fetchall()))
            places = {(group, it): place for group, it, place in connection.execute(_PLACES, values | asked_before)}
            new = [pair for pair in asked if pair not in places]
            for group, variation in new:
                counted[group] += 1
                places[group, variation] = counted[group]
            connection.execute(_NOTE, values | _columns(new) | {"places": _array(places[pair] for pair in new)})
        return places

    def over(self, submission: Submission, most: int) -> frozenset[int]:
        """Return the groups of the organisation's that have had more variations within the window."""
        since = submission.processing_date - self._window
        with transaction(self._pool) as connection:
            connection.execute(_FORGET, [submission.organisation.id, since])
            rows = connection.execute(_OVER, [submission.organisation.id, most, since])
            return frozenset(group for (group,) in rows)


def _columns(asked: Sequence[tuple[int, int]]) -> dict[str, object]:
    return {"groups": _array(group for group, _ in asked), "variations": _array(variation for _, variation in asked)}


def _array(numbers: Iterable[int]) -> str:
    """Return numbers as PostgreSQL writes an array: far quicker than one by one."""
    return f"{{{','.join(map(str, numbers))}}}"

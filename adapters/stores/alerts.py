"""What operators are told of, kept in PostgreSQL so that of several hosts one tells them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from psycopg.rows import class_row

from adapters.stores.database import Pool, transaction
from gateway.core.operations import Alert, Cause

# A cause that comes back after it ended is a new one, and told anew.
_BEGIN: Final = """
insert into alert (name, text, host) values (%s, %s, %s) on conflict (name) do update
set text = excluded.text, seen_at = now(),
    begun_at = case when alert.ended_at is null then alert.begun_at else now() end,
    told_at = case when alert.ended_at is null then alert.told_at end,
    ended_at = null"""
# What a host that is gone saw last has ended too.
_END: Final = """
update alert set ended_at = now() where ended_at is null
  and ((host in ('', %s) and name <> all(%s)) or seen_at < now() - interval '10 minutes')"""
_FORGET: Final = "delete from alert where ended_at is not null and told_at is null"
_DUE: Final = """
update alert set claimed_until = now() + %(lease)s
where claimed_until < now() and name in (
    select name from alert
    where (ended_at is null and told_at is null) or (ended_at is not null and told_at < ended_at)
    for update skip locked)
returning name, text, begun_at, ended_at"""
_TOLD: Final = """
update alert set told_at = greatest(now(), ended_at), claimed_until = '-infinity'
where name = %s and ended_at is not distinct from %s"""
_ALL: Final = "select name, text, begun_at, ended_at from alert where ended_at is null order by name"


class PostgresAlerts:
    """The `Alerts` port."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def keep(self, causes: Sequence[Cause], host: str) -> None:
        """Note the causes that a host sees now, and that all others have ended that it can see."""
        with transaction(self._pool) as connection:
            for cause in sorted(causes, key=lambda it: it.name):  # in one order, so that two hosts wait and no more
                connection.execute(_BEGIN, [cause.name, cause.text, cause.host])
            connection.execute(_END, [host, [cause.name for cause in causes]])
            connection.execute(_FORGET)

    def due(self, lease: timedelta) -> list[Alert]:
        """Lease what operators were not told yet: causes that began, and the end of those that they were told of."""
        with transaction(self._pool) as connection:
            return connection.cursor(row_factory=class_row(Alert)).execute(_DUE, {"lease": lease}).fetchall()

    def told(self, alert: Alert) -> None:
        """Note that operators were told."""
        with transaction(self._pool) as connection:
            connection.execute(_TOLD, [alert.name, alert.ended_at])

    def all(self) -> list[Alert]:
        """Return the causes that last, by name."""
        with transaction(self._pool) as connection:
            return connection.cursor(row_factory=class_row(Alert)).execute(_ALL).fetchall()

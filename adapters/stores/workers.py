"""The worker processes of all hosts, in PostgreSQL."""

from typing import Final

from psycopg.rows import class_row

from adapters.stores.database import Pool, transaction
from gateway.core.operations import DEAD_AFTER, WorkerSeen

_SEEN: Final = """
insert into worker (name) values (%s) on conflict (name) do update
set seen_at = now(), ended_at = null, ended_how = null,
    started_at = case when worker.ended_at is null then worker.started_at else now() end"""
# One of the same host that has been silent for long was killed with whoever would have noted it.
_FOLLOWED: Final = """
update worker set ended_at = now(), ended_how = 'lost'
where ended_at is null and seen_at < now() - %(after)s and starts_with(name, %(host)s)"""
_ENDED: Final = """
update worker set ended_at = now(), ended_how = %(how)s where name = %(name)s and ended_at is null"""
_FREE: Final = """
update submission set lease_until = now() - interval '1 ms' where lease = %(name)s and lease_until >= now()"""
_ALL: Final = """
select name, started_at, seen_at, ended_how, now() - seen_at as silent from worker
where coalesce(ended_at, seen_at) > now() - interval '1 day' order by name"""


class PostgresWorkers:
    """The `Workers` port."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def seen(self, name: str) -> None:
        """Note that a worker lives, and that others of its host are gone that have been silent for long."""
        with transaction(self._pool) as connection:
            connection.execute(_SEEN, [name])
            connection.execute(_FOLLOWED, {"after": DEAD_AFTER, "host": f"{name.rpartition('.')[0]}."})

    def ended(self, name: str, how: str) -> None:
        """Note how a worker's process ended; what it had leased is free at once."""
        with transaction(self._pool) as connection:
            connection.execute(_ENDED, {"name": name, "how": how})
            connection.execute(_FREE, {"name": name})

    def all(self) -> list[WorkerSeen]:
        """Return the workers of the last day, ended or not, by name."""
        with transaction(self._pool) as connection:
            return connection.cursor(row_factory=class_row(WorkerSeen)).execute(_ALL).fetchall()

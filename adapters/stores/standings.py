"""How things stand, counted in PostgreSQL."""

from datetime import UTC, datetime, timedelta
from typing import Final

from psycopg.rows import class_row

from adapters.stores.claims import WAITS
from adapters.stores.database import Pool, transaction
from gateway.core.operations import BUCKETS, Answered, DatabaseSeen, Standing, Uncollected

_BY_STATUS: Final = "select status, coalesce(kind, ''), count(*) from submission group by 1, 2"
_QUEUE: Final = f"""
select count(*) filter (where lease is null or lease_until < now()), count(*) filter (where lease_until >= now()),
       coalesce(extract(epoch from now() - min(received_at)), 0)::float
from submission where {WAITS}"""  # noqa: S608 - our own text
_PARKED: Final = "select id from submission where status = 'parked' order by received_at, id limit 100"
_ANSWERED: Final = f"""
select coalesce(kind, ''), count(*), sum(took)::float,
       {", ".join(f"count(*) filter (where took <= {it})" for it in BUCKETS)}
from (select kind, extract(epoch from finished_at - received_at) as took from submission
      where finished_at is not null and status = 'delivered') it
group by 1"""  # noqa: S608 - our own figures
_UNCOLLECTED: Final = """
select organisation, count(*) as files, min(published_at) as since from response_file
where acknowledged_at is null and published_at < now() - %s group by organisation order by organisation"""
_DATABASE: Final = "select current_setting('server_version_num')::integer / 10000, clock_timestamp()"


class PostgresStandings:
    """The `Standings` port."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def standing(self) -> Standing:
        """Return what waits, what is parked and how fast submissions are answered."""
        with transaction(self._pool) as connection:
            waiting, working, oldest_s = connection.execute(_QUEUE).fetchone() or (0, 0, 0.0)
            return Standing(
                submissions={(status, kind): count for status, kind, count in connection.execute(_BY_STATUS)},
                waiting=waiting,
                working=working,
                oldest_s=oldest_s,
                parked=tuple(submission for (submission,) in connection.execute(_PARKED)),
                answered={
                    kind: Answered(within=tuple(within), count=count, seconds=seconds)
                    for kind, count, seconds, *within in connection.execute(_ANSWERED)
                },
            )

    def uncollected(self, after: timedelta) -> list[Uncollected]:
        """Return who has left response files uncollected for longer than that, by organisation."""
        with transaction(self._pool) as connection:
            return connection.cursor(row_factory=class_row(Uncollected)).execute(_UNCOLLECTED, [after]).fetchall()

    def database(self) -> DatabaseSeen:
        """Return what the database says of itself; raise StoreError where it does not answer."""
        with transaction(self._pool) as connection:
            asked = datetime.now(UTC)
            (version, theirs) = connection.execute(_DATABASE).fetchone() or (0, asked)
        return DatabaseSeen(version=version, lag=theirs - asked)

"""What a backup asks of the database: a copy, where it stands, and that nothing is removed meanwhile.

Bytes are kept before the row that names them and removed after it, so a copy of the database that is made first finds
all of its bytes in a copy of the file store that is made next, as long as retention and erasure wait. They take
the lock `REMOVING` alone for each thing that they remove; backups share it.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg

from adapters.stores.database import Pool, transaction
from adapters.stores.embedded_backup import base_backup
from adapters.stores.removals import REMOVING
from gateway.core.errors import StoreError

_FORGET_FOREIGN: Final = "delete from register_change where xid >= pg_snapshot_xmax(pg_current_snapshot())"
_WHERE: Final = "select pg_current_wal_lsn()::text, now()::text, current_setting('server_version')"
_NAMED: Final = """
select blob from submission where erased_at is null and status not in ('expired', 'withdrawn')
union select blob from response_file union select blob from uln_notice
"""
_AGAIN: Final = """
delete from step where submission in (
    select id from submission where status not in ('delivered', 'expired', 'withdrawn'))
"""
_FREE: Final = """
update submission
set lease = null, lease_until = null, attempts = 0, next_try_at = now(),
    status = case when status = 'parked' then status else 'received' end
where status not in ('delivered', 'expired', 'withdrawn')
"""
_SKIP: Final = """
update issuing set next = next + least(%s::bigint * 9 / 8, (last - first + 1 - next) / 10)
returning next - (select next from issuing)
"""


class PostgresBackups:
    """The `Backups` port."""

    def __init__(self, url: str, pool: Pool, *, embedded: bool) -> None:
        self._url, self._pool, self._embedded = url, pool, embedded

    @contextmanager
    def copy(self, folder: Path) -> Iterator[Mapping[str, str]]:
        """Copy an embedded database into a folder, and keep retention and erasure waiting while the block lasts.

        Give where the database stands; one at a URL is not copied.
        """
        try:
            with psycopg.connect(self._url, autocommit=True) as connection:
                connection.execute("select pg_advisory_lock_shared(%s)", [REMOVING])
                (lsn, moment, version) = connection.execute(_WHERE).fetchone() or ("", "", "")
                if self._embedded:
                    base_backup(self._url, folder)
                yield {"lsn": lsn, "database_time": moment, "postgresql": version}
                connection.execute("select pg_advisory_unlock_shared(%s)", [REMOVING])
        except psycopg.Error as error:
            raise StoreError(f"The database broke the backup off ({error.sqlstate or type(error).__name__}).") from None

    def named(self) -> Sequence[str]:
        """Return every blob that a submission, a response or a notice names."""
        with transaction(self._pool) as connection:
            return [blob for (blob,) in connection.execute(_NAMED)]

    def begin_anew(self, skip: int) -> int:
        """Let what was under way begin anew from its kept bytes, and leave ULNs out that may have been issued since.

        What a step left for the next one may be gone, and running a submission again issues the same ULNs. Return how
        many numbers of the range were left out: as asked, and at most a tenth of what is left of it. In a database made
        of a dump, changes bear the numbers of another cluster's transactions and would look new for ever; nobody who
        looked before them is left, so they are forgotten.
        """
        with transaction(self._pool) as connection:
            connection.execute(_AGAIN)
            connection.execute(_FREE)
            connection.execute(_FORGET_FOREIGN)
            (skipped,) = connection.execute(_SKIP, [skip]).fetchone() or (0,)
        return int(skipped)

"""The wrapped keys of the file store in PostgreSQL."""

from typing import Any, Final
from uuid import UUID

from adapters.stores.database import Pool, transaction
from gateway.core.ports.file_keys import WrappedKey

_COLUMNS: Final = "id, organisation, version, wrapped"
_ADD: Final = """
insert into file_key (id, organisation, version, wrapped) values (%s, %s, %s, %s)
on conflict (organisation, version) do nothing
"""
_OF_VERSION: Final = f"select {_COLUMNS} from file_key where organisation = %s and version = %s"  # noqa: S608 - our own texts
_NEWEST: Final = f"select {_COLUMNS} from file_key where organisation = %s order by version desc limit 1"  # noqa: S608 - our own texts
_FIND: Final = f"select {_COLUMNS} from file_key where id = %s"  # noqa: S608 - our own texts
_ALL: Final = f"select {_COLUMNS} from file_key where wrapped is not null order by organisation, version"  # noqa: S608 - our own texts
_REWRAP: Final = "update file_key set wrapped = %s where id = %s and wrapped is not null"
_SHRED: Final = """
update file_key set wrapped = null, shredded_at = now() where organisation = %s and wrapped is not null
"""


class PostgresFileKeys:
    """The `KeptKeys` port."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def newest(self, organisation: str) -> WrappedKey | None:
        """Return the last version of an organisation's key, be it destroyed, or None."""
        return next(iter(self._found(_NEWEST, organisation)), None)

    def find(self, key: UUID) -> WrappedKey | None:
        """Return a key by its number, or None."""
        return next(iter(self._found(_FIND, key)), None)

    def add(self, key: WrappedKey) -> WrappedKey:
        """Keep a key, and return it, or the one of its organisation and version that another was quicker to keep."""
        with transaction(self._pool) as connection:
            connection.execute(_ADD, (key.id, key.organisation, key.version, key.wrapped))
        (kept,) = self._found(_OF_VERSION, key.organisation, key.version)
        return kept

    def all(self) -> list[WrappedKey]:
        """Return every key that was not destroyed, by organisation and version."""
        return self._found(_ALL)

    def rewrap(self, key: UUID, wrapped: bytes) -> None:
        """Keep a key as another master key wraps it; one that was destroyed meanwhile stays destroyed."""
        with transaction(self._pool) as connection:
            connection.execute(_REWRAP, (wrapped, key))

    def shred(self, organisation: str) -> int:
        """Destroy every key of an organisation for good, and return how many there were.

        The rows are written anew without their keys, and what PostgreSQL keeps of the old ones is swept at once.
        """
        with transaction(self._pool) as connection:
            destroyed = connection.execute(_SHRED, (organisation,)).rowcount
        with self._pool.connection() as connection:
            connection.autocommit = True
            connection.execute("vacuum full file_key")
            connection.autocommit = False
        return destroyed

    def _found(self, statement: str, *values: Any) -> list[WrappedKey]:  # noqa: ANN401 - what PostgreSQL takes
        with transaction(self._pool) as connection:
            rows = connection.execute(statement, values).fetchall()
        return [WrappedKey(id=row[0], organisation=row[1], version=row[2], wrapped=row[3]) for row in rows]

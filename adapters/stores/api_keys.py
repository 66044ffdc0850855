"""The keys of the HTTP interface in PostgreSQL."""

from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, Final

from psycopg.rows import dict_row

from adapters.stores.database import Pool, transaction
from gateway.core.api_key import ApiKey
from gateway.core.errors import StoreError

_COLUMNS: Final = ", ".join(field.name for field in fields(ApiKey))
_SELECT: Final = f"select {_COLUMNS} from api_key"  # noqa: S608 - columns are the dataclass's own names
_ADD: Final = """
insert into api_key (id, organisation, digest, comment, networks, not_before, not_after)
select %(id)s, id, %(digest)s, %(comment)s, %(networks)s, %(not_before)s, %(not_after)s
from organisation where id = %(organisation)s
"""
_REVOKE: Final = "update api_key set revoked_at = %s where organisation = %s and id = %s and revoked_at is null"
_USED: Final = """
update api_key set used_at = %(moment)s
where id = %(id)s and (used_at is null or used_at < %(moment)s - interval '1 minute')
"""


class PostgresApiKeys:
    """The `ApiKeys` port on PostgreSQL."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def add(self, key: ApiKey) -> None:
        """Keep a key; raise StoreError where there is no such organisation."""
        with transaction(self._pool) as connection:
            if not connection.execute(_ADD, asdict(key) | {"networks": list(key.networks)}).rowcount:
                raise StoreError(
                    f"There is no organisation {key.organisation!r}; `gateway organisation list` shows all."
                )

    def find(self, key: str) -> ApiKey | None:
        """Return the key of that id, or None."""
        return next(iter(self._found(f"{_SELECT} where id = %s", key)), None)

    def all(self, organisation: str) -> list[ApiKey]:
        """Return an organisation's keys, good or not, oldest first."""
        return self._found(f"{_SELECT} where organisation = %s order by created_at, id", organisation)

    def revoke(self, organisation: str, key: str, moment: datetime) -> None:
        """Let a key open nothing from now on; raise StoreError where the organisation has no such key in force."""
        with transaction(self._pool) as connection:
            if not connection.execute(_REVOKE, [moment, organisation, key]).rowcount:
                raise StoreError(f"{organisation} has no key {key!r} in force; `gateway organisation api-key list`.")

    def used(self, key: str, moment: datetime) -> None:
        """Note that a key was used; to the minute is enough."""
        with transaction(self._pool) as connection:
            connection.execute(_USED, {"id": key, "moment": moment})

    def _found(self, statement: str, value: str) -> list[ApiKey]:
        with transaction(self._pool) as connection:
            rows: list[dict[str, Any]] = connection.cursor(row_factory=dict_row).execute(statement, [value]).fetchall()
        return [ApiKey(**row | {"networks": tuple(row["networks"])}) for row in rows]

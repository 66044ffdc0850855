"""Organisations and their keys in PostgreSQL."""

from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row

from adapters.stores.database import Pool, transaction
from gateway.core.errors import StoreError
from gateway.core.submission import Mode, Organisation, OrganisationKey, OrganisationKind

COLUMNS = tuple(field.name for field in fields(Organisation))
_LIST = ", ".join(COLUMNS)
_ADD_KEY = """
    insert into organisation_key (organisation, fingerprint, public_key, comment, not_before, not_after, networks)
    values (%(organisation)s, %(fingerprint)s, %(public_key)s, %(comment)s, %(not_before)s, %(not_after)s, %(networks)s)
    on conflict do nothing"""
_KEYS = """
    select organisation, fingerprint, public_key, comment, not_before, not_after, networks
    from organisation_key where organisation = %s order by created_at, fingerprint"""
_REVOKE_KEY = """
    update organisation_key set not_after = least(not_after, %s) where organisation = %s and fingerprint = %s"""


class PostgresOrganisations:
    """The `Organisations` port on PostgreSQL."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def add(self, organisation: Organisation, key: OrganisationKey | None = None) -> None:
        """Add an organisation with its first key, both or neither; raise StoreError where id or key is taken."""
        values = ", ".join(f"%({column})s" for column in COLUMNS)
        statement = f"insert into organisation ({_LIST}) values ({values}) on conflict do nothing"  # noqa: S608 - columns are the dataclass's own names
        with transaction(self._pool) as connection:
            if not connection.execute(statement, asdict(organisation)).rowcount:
                raise StoreError(f"There is an organisation {organisation.id!r} already; choose another id.")
            if key is not None:
                _add_key(connection, key)

    def find(self, organisation: str) -> Organisation | None:
        """Return the organisation of that id, or None."""
        statement = f"select {_LIST} from organisation where id = %s"  # noqa: S608 - the same
        with transaction(self._pool) as connection:
            row = connection.cursor(row_factory=dict_row).execute(statement, [organisation]).fetchone()
        return None if row is None else organisation_of(row)

    def all(self) -> list[Organisation]:
        """Return every organisation, by id."""
        statement = f"select {_LIST} from organisation order by id"  # noqa: S608 - the same
        with transaction(self._pool) as connection:
            return [organisation_of(row) for row in connection.cursor(row_factory=dict_row).execute(statement)]

    def add_key(self, key: OrganisationKey) -> None:
        """Add a key; raise StoreError where any organisation has it already."""
        with transaction(self._pool) as connection:
            _add_key(connection, key)

    def keys(self, organisation: str) -> list[OrganisationKey]:
        """Return the organisation's keys, valid or not, oldest first."""
        with transaction(self._pool) as connection:
            rows = connection.cursor(row_factory=dict_row).execute(_KEYS, [organisation])
            return [OrganisationKey(**row | {"networks": tuple(row["networks"])}) for row in rows]

    def revoke_key(self, organisation: str, fingerprint: str, moment: datetime) -> None:
        """Let a key open nothing from a moment on; raise StoreError where the organisation has no such key."""
        with transaction(self._pool) as connection:
            if not connection.execute(_REVOKE_KEY, [moment, organisation, fingerprint]).rowcount:
                raise StoreError(
                    f"{organisation} has no key {fingerprint}; `gateway organisation show {organisation}` lists them."
                )


def _add_key(connection: psycopg.Connection[Any], key: OrganisationKey) -> None:
    added = connection.execute(_ADD_KEY, asdict(key) | {"networks": list(key.networks)}).rowcount
    if not added:
        raise StoreError(f"The key {key.fingerprint} is in use already; every organisation needs a key of its own.")


def organisation_of(row: dict[str, Any]) -> Organisation:
    """Return the organisation that a row with the table's columns holds."""
    known = {column: row[column] for column in COLUMNS}
    return Organisation(**known | {"kind": OrganisationKind(row["kind"]), "mode": Mode(row["mode"])})

"""Sharing agreements in PostgreSQL: added and revoked, never changed."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from typing import Any, Final

from psycopg.rows import dict_row

from adapters.stores.database import Pool, transaction
from gateway.core.agreement import NOTHING_AGREED, Agreement, Detail, Disclosure, Whose
from gateway.core.errors import StoreError

COLUMNS: Final = tuple(field.name for field in fields(Agreement))
IN_FORCE: Final = """(
    select number from agreement
    where agreement.organisation = %(organisation)s and valid_from <= %(processing_date)s
      and (valid_until is null or valid_until >= %(processing_date)s)
      and (revoked_on is null or revoked_on > %(processing_date)s)
    order by number desc limit 1)"""
"""The agreement that holds for an organisation on a day, the one that was added last; null where there is none."""

_GIVEN: Final = tuple(name for name in COLUMNS if name not in {"number", "revoked_on"})
_LISTS: Final = ("purposes", "live_changes")
_ADD: Final = (
    f"insert into agreement ({', '.join(_GIVEN)}) values ({', '.join(f'%({name})s' for name in _GIVEN)}) "  # noqa: S608 - the dataclass's own names
    "returning number"
)
_LIST: Final = (
    f"select {', '.join(COLUMNS)} from agreement "  # noqa: S608 - the same
    "where %(organisation)s::text is null or organisation = %(organisation)s order by organisation, number"
)
_REVOKE: Final = """
update agreement set revoked_on = %(day)s where number = %(number)s and (revoked_on is null or revoked_on > %(day)s)"""


class PostgresAgreements:
    """The `Agreements` port on PostgreSQL."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def add(self, agreement: Agreement) -> int:
        """Add an agreement and return its number; raise StoreError where there is no such organisation."""
        with transaction(self._pool) as connection:
            known = connection.execute("select 1 from organisation where id = %s", [agreement.organisation])
            if known.fetchone() is None:
                raise StoreError(f"There is no organisation {agreement.organisation!r}; add it first.")
            values = asdict(agreement) | {name: list(getattr(agreement, name)) for name in _LISTS}
            return int(connection.execute(_ADD, values).fetchall()[0][0])

    def all(self, organisation: str | None = None) -> list[Agreement]:
        """Return every agreement, or an organisation's, in the order in which they were added."""
        with transaction(self._pool) as connection:
            rows = connection.cursor(row_factory=dict_row).execute(_LIST, {"organisation": organisation})
            return [agreement_of(row) for row in rows]

    def revoke(self, number: int, day: date) -> None:
        """Let an agreement hold no longer from a day on; raise StoreError where it does not hold then any more."""
        with transaction(self._pool) as connection:
            if not connection.execute(_REVOKE, {"number": number, "day": day}).rowcount:
                raise StoreError(f"There is no agreement {number} that holds on {day}; see `gateway agreement list`.")


def agreement_of(row: Mapping[str, Any], prefix: str = "") -> Agreement:
    """Return the agreement that a row holds in columns of these names, or what holds where it has none."""
    values = {name: row[prefix + name] for name in COLUMNS}
    if values["number"] is None:
        return NOTHING_AGREED
    said = {"disclosure": Disclosure(values["disclosure"]), "whose": Whose(values["whose"])}
    lists = {"purposes": tuple(values["purposes"]), "live_changes": tuple(map(Detail, values["live_changes"]))}
    return Agreement(**values | said | lists)

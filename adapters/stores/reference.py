"""Reference lists in PostgreSQL: loaded whole, held in memory where they are small, laid out where not."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, Final

from psycopg import Connection, Copy

from adapters.stores.database import Pool, statement, transaction
from adapters.stores.reference_rows import lay, sweep
from gateway.core.errors import StoreError
from gateway.core.reference import (
    MOST_HELD,
    HeldList,
    ListVersion,
    Reference,
    ReferenceRow,
    Rows,
    by_key,
    held_names,
)

_ANNOUNCE: Final = """
insert into reference_list (name, columns, rows, digest, source, loaded_at)
values (%s, '{}', 0, '', '', now()) on conflict (name) do update set rows = 0
"""
_COPY: Final = "copy reference_row (list, key, valid_from, valid_to, line, cells) from stdin"
_TYPES: Final = ("text", "text", "date", "date", "int4", "text[]")
_DOUBLE: Final = """
select min(line) from (
    select line, valid_from, max(coalesce(valid_to, 'infinity')) over (
        partition by key order by coalesce(valid_from, '-infinity'), line
        rows between unbounded preceding and 1 preceding
    ) as before
    from reference_row where list = %s
) as placed where before >= coalesce(valid_from, '-infinity')
"""
_FINISH: Final = """
update reference_list set columns = %s, rows = %s, digest = %s, source = %s, loaded_at = now() where name = %s
returning name, columns, rows, digest, source, loaded_at
"""
_VERSIONS: Final = "select name, columns, rows, digest, source, loaded_at from reference_list order by name"
_ROWS: Final = "select line, key, valid_from, valid_to, cells from reference_row where list = %s order by line"
_ORDERED: Final = """
select line, key, valid_from, valid_to, cells from reference_row where list = %s
order by key collate "C", valid_from nulls first
"""
_AT_ONCE: Final = 10_000
_ONE_MOMENT: Final = "set transaction isolation level repeatable read"


class PostgresReference:
    """The `ReferenceLists` port on PostgreSQL; large lists are laid out in a folder of this host."""

    def __init__(self, pool: Pool, folder: Path, most_held: int = MOST_HELD) -> None:
        self._pool = pool
        self._folder = folder
        self._most_held = most_held
        self._last = Reference()
        self._last_versions: tuple[ListVersion, ...] = ()
        self._turn = Lock()

    def load(self, name: str, columns: Sequence[str], rows: Iterable[ReferenceRow], source: str) -> ListVersion:
        """Put rows in the place of all that a list held, in one transaction, and return its new version.

        Raise StoreError with the line of a row whose key stands in another row for the same days; what raises, also in
        `rows`, leaves the list as it was. A second load of the same list waits until the first has ended.
        """
        with transaction(self._pool) as connection:
            connection.execute(_ANNOUNCE, [name])
            connection.execute("delete from reference_row where list = %s", [name])
            with connection.cursor().copy(_COPY) as copy:
                copy.set_types(_TYPES)
                number, digest = _write(copy, name, columns, rows)
            for (line,) in connection.execute(_DOUBLE, [name]):
                if line is not None:
                    raise StoreError(
                        f"{source} line {line}: its key stands in another row for the same days. Nothing was loaded."
                    )
            (version,) = _versions(connection, _FINISH, list(columns), number, digest, source, name)
            return version

    def versions(self) -> tuple[ListVersion, ...]:
        """Return the version of each list that is loaded, by name."""
        with statement(self._pool) as connection:
            return _versions(connection)

    def reference(self) -> Reference:
        """Return the lists as they are now; while none is loaded anew it is the same one, and costs one small query.

        Of all lists the smallest are held whole; the others are laid out in the folder once, which takes a while.
        """
        with self._turn:
            if self.versions() != self._last_versions:
                self._read()
            return self._last

    def _read(self) -> None:
        with transaction(self._pool) as connection:
            connection.execute(_ONE_MOMENT)
            versions = _versions(connection)
            self._last = Reference(self._held(connection, versions))
            self._last_versions = versions

    def _held(self, connection: Connection[Any], versions: Sequence[ListVersion]) -> Iterator[HeldList]:
        whole = held_names(versions, self._most_held)
        for version in versions:
            if version.name in whole:
                yield HeldList(version, _rows(connection, _ROWS, version.name))
            else:
                place = self._folder / f"{version.name}-{version.digest}"
                yield HeldList(version, lay(place, _ordered(connection, version.name)))
                sweep(place)


def _write(copy: Copy, name: str, columns: Sequence[str], rows: Iterable[ReferenceRow]) -> tuple[int, str]:
    """Write rows and return their number and the digest of what they hold, whatever their lines."""
    number, digest = 0, hashlib.sha256(repr(tuple(columns)).encode())
    for row in rows:
        copy.write_row((name, row.key, row.valid_from, row.valid_to, row.line, list(row.cells)))
        digest.update(repr(row.cells).encode())
        number += 1
    return number, digest.hexdigest()


def _versions(connection: Connection[Any], statement: str = _VERSIONS, *values: object) -> tuple[ListVersion, ...]:
    return tuple(
        ListVersion(name=name, columns=tuple(columns), rows=rows, digest=digest, source=source, loaded_at=loaded_at)
        for name, columns, rows, digest, source, loaded_at in connection.execute(statement, values)
    )


def _rows(connection: Connection[Any], statement: str, *values: object) -> Rows:
    seen: dict[str, str] = {}
    return by_key(
        ReferenceRow(line, key, first, last, tuple(seen.setdefault(cell, cell) for cell in cells))
        for line, key, first, last, cells in connection.execute(statement, values)
    )


def _ordered(connection: Connection[Any], name: str) -> Iterator[ReferenceRow]:
    """Yield the rows of a list in the order of their keys, some thousand at a time."""
    with connection.cursor("ordered") as cursor:
        cursor.itersize = _AT_ONCE
        for line, key, first, last, cells in cursor.execute(_ORDERED, [name]):
            yield ReferenceRow(line, key, first, last, tuple(cells))

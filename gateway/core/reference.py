"""Reference data: lists that the gateway does not make but rules look into, such as qualifications and postcodes.

An operator loads each list whole. Small lists are held in memory; what is too large for that is looked up elsewhere.
A key is compared without blanks, slashes and case, so that 601/1234/7 and 60112347 are one.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Protocol

from gateway.core.errors import AdapterError

MOST_HELD = 20_000
"""Rows of all lists together that are held in memory, the smallest lists first; a row takes about 0.6 kB."""

_MOST_TOLD = 4096
"""Answers that are remembered: the rows of a file ask for few keys again and again."""

Key = str | tuple[str, ...]
"""What a row is known by: one text, or the parts of a key that has several, in the order of the list's description."""

_UNCOMPARED = str.maketrans("", "", " /")


def reference_key(key: Key) -> str:
    """Return a key as it is compared: without blanks, slashes and case; parts are joined by a slash."""
    parts = (key,) if isinstance(key, str) else key
    return "/".join(part.translate(_UNCOMPARED).upper() for part in parts)


@dataclass(frozen=True, slots=True)
class ReferenceRow:
    """One row of a list: its line in the file, its key as compared, its days and its cells in the list's order."""

    line: int
    key: str
    valid_from: date | None
    valid_to: date | None
    cells: tuple[str, ...]

    def holds_on(self, day: date) -> bool:
        """Tell whether the row is valid on a day; both bounds are included, and None is without bound."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListVersion:
    """Which state of a list is loaded: `digest` is the SHA-256 of its rows, `source` the name of the file."""

    name: str
    columns: tuple[str, ...]
    rows: int
    digest: str
    source: str
    loaded_at: datetime


Rows = Mapping[str, tuple[ReferenceRow, ...]]
"""Rows by key; several rows of one key lie on different days, the earliest first. A process can hand them to another.

They need not be in memory: a store may look each key up where it has laid the list out.
"""


@dataclass(frozen=True, slots=True)
class HeldList:
    """A list that rules can look into."""

    version: ListVersion
    rows: Rows


class Reference:
    """The lists that rules may look into; one without lists is an installation in which none is loaded.

    It may be handed to another process.
    """

    def __init__(self, lists: Iterable[HeldList] = ()) -> None:
        self._lists = {held.version.name: held for held in lists}
        self._told: dict[tuple[str, Key, date | None], dict[str, str] | None] = {}

    @property
    def version(self) -> str:
        """Return what tells this state of all lists from another; empty where no list is loaded."""
        if not self._lists:
            return ""
        told = sorted(f"{name}={held.version.digest}" for name, held in self._lists.items())
        return hashlib.sha256("\n".join(told).encode()).hexdigest()

    @property
    def versions(self) -> tuple[ListVersion, ...]:
        """Return the version of each list that is loaded, by name."""
        return tuple(self._lists[name].version for name in sorted(self._lists))

    def loaded(self, name: str) -> bool:
        """Tell whether a list is loaded; a rule that needs one that is not must not run, and is listed as not run."""
        return name in self._lists

    def lookup(self, name: str, key: Key, day: date | None = None) -> Mapping[str, str] | None:
        """Return the row of a key by column, valid on a day or, without a day, the latest; None where there is none.

        Raise AdapterError where the list is not loaded: a rule that went on would tell a sender that something is not
        on the list.
        """
        asked = name, key, day
        if asked not in self._told:
            if len(self._told) >= _MOST_TOLD:
                self._told.clear()
            self._told[asked] = self._found(name, key, day)
        found = self._told[asked]
        return None if found is None else MappingProxyType(found)

    def _found(self, name: str, key: Key, day: date | None) -> dict[str, str] | None:
        held = self._list(name)
        rows = held.rows.get(reference_key(key), ())
        found = rows[-1:] if day is None else [row for row in rows if row.holds_on(day)]
        return dict(zip(held.version.columns, found[0].cells, strict=True)) if found else None

    def only(self, names: Collection[str]) -> "Reference":
        """Return a reference that has these lists alone, as far as they are loaded: what is handed on stays small."""
        return Reference((held for name, held in self._lists.items() if name in names))

    def _list(self, name: str) -> HeldList:
        held = self._lists.get(name)
        if held is None:
            raise AdapterError(f"A rule looked into the reference list {name}, which is not loaded.")
        return held


class ReferenceLists(Protocol):
    """The port: keeps the lists that an operator loads, and hands out a reference of them."""

    def load(self, name: str, columns: Sequence[str], rows: Iterable[ReferenceRow], source: str) -> ListVersion:
        """Put rows in the place of all that a list held, in one transaction, and return its new version.

        Raise StoreError with the line of a row whose key stands in another row for the same days; what raises, also in
        `rows`, leaves the list as it was.
        """
        ...

    def versions(self) -> tuple[ListVersion, ...]:
        """Return the version of each list that is loaded, by name."""
        ...

    def reference(self) -> Reference:
        """Return the lists as they are now; while none is loaded anew it is the same one, and costs one small query.

        Of all lists the smallest are held whole, up to MOST_HELD rows together; the others are looked up elsewhere.
        """
        ...


def held_names(versions: Iterable[ListVersion], most: int = MOST_HELD) -> frozenset[str]:
    """Return which lists are held in memory: the smallest, as many as have no more rows together than `most`."""
    held, total = [], 0
    for version in sorted(versions, key=lambda version: (version.rows, version.name)):
        total += version.rows
        if total <= most:
            held.append(version.name)
    return frozenset(held)


def by_key(rows: Iterable[ReferenceRow]) -> dict[str, tuple[ReferenceRow, ...]]:
    """Return rows by key, those of one key by the day on which they begin."""
    found: dict[str, tuple[ReferenceRow, ...]] = {}
    for row in sorted(rows, key=lambda row: row.valid_from or date.min):
        found[row.key] = (*found.get(row.key, ()), row)
    return found

"""What a load into the ULN register refuses, told by the row's number and never by a learner's value."""

from collections.abc import Sequence
from typing import Final

from psycopg import Connection

from adapters.stores.register_rows import Row, taken_ulns
from gateway.core.errors import StoreError
from gateway.core.model import Entry
from gateway.core.uln import uln_fault

_SEXES: Final = frozenset({"", "0", "1", "2", "9"})
_SHARING: Final = frozenset({"", "0", "1", "2"})

_NOTE: Final = "insert into loaded (place, uln) select * from unnest(%s::bigint[], %s::bigint[])"
_LINKED_TO_NOBODY: Final = """
select min(place) from loaded join learner using (uln)
where not exists (select from learner master where master.uln = learner.master_uln)
"""
_IN_A_CIRCLE: Final = """
with recursive climb as (
    select place, uln, master_uln from loaded join learner using (uln)
    union all
    select climb.place, above.uln, above.master_uln from climb join learner above on above.uln = climb.master_uln
) cycle uln set looped using path
select min(place) from climb where looped
"""


def begin_load(connection: Connection[Row]) -> None:
    """Make room for the row numbers of linked entries while the transaction lasts."""
    connection.execute("create temp table loaded (place bigint, uln bigint) on commit drop")


def refuse_rows(connection: Connection[Row], rows: Sequence[tuple[int, Entry]]) -> None:
    """Raise StoreError at the first row that is no entry, or whose ULN an earlier row or the register has."""
    for place, entry in rows:
        if fault := _fault(entry):
            raise StoreError(f"Row {place}: {fault}; nothing was loaded.")
    taken = taken_ulns(connection, (entry.uln for _, entry in rows))
    for place, entry in rows:
        if entry.uln in taken:
            raise StoreError(f"Row {place}: its ULN is in the register or in an earlier row; nothing was loaded.")
        taken.add(entry.uln)


def note_linked(connection: Connection[Row], rows: Sequence[tuple[int, Entry]]) -> None:
    """Remember the row numbers of linked entries: their masters may come in later rows."""
    linked = [(place, int(entry.uln)) for place, entry in rows if entry.master_uln is not None]
    connection.execute(_NOTE, ([place for place, _ in linked], [uln for _, uln in linked]))


def refuse_links(connection: Connection[Row]) -> None:
    """Raise StoreError where a loaded entry is linked to no entry, or entries to each other in a circle."""
    for statement, fault in (
        (_LINKED_TO_NOBODY, "its master ULN is not in the register"),
        (_IN_A_CIRCLE, "its master ULN leads back to itself"),
    ):
        for (place,) in connection.execute(statement):
            if place is not None:
                raise StoreError(f"Row {place}: {fault}; nothing was loaded.")


def _fault(entry: Entry) -> str | None:
    """Return what is wrong with an entry by itself, or None."""
    if fault := uln_fault(entry.uln):
        return f"its ULN {fault}"
    if entry.master_uln is not None and (fault := uln_fault(entry.master_uln)):
        return f"its master ULN {fault}"
    if entry.learner.sex not in _SEXES:
        return "its sex must be 0, 1, 2, 9 or empty"
    return None if entry.learner.ability_to_share in _SHARING else "its ability to share must be 0, 1, 2 or empty"

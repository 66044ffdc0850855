"""Entries of the ULN register as rows, read with whom they are linked to."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from psycopg import Connection

from gateway.core.errors import StoreError
from gateway.core.handover import ENTRY_TEXTS
from gateway.core.model import Entry, Learner

Row = tuple[Any, ...]

_CHUNK: Final = 10_000
_DETAILS: Final = f"date_of_birth, former_postcodes, {', '.join(ENTRY_TEXTS)}"

_BY_NUMBER: Final = (
    f"select no, uln, master_uln, {_DETAILS} from learner where no = any(%b::bigint[]) and status = 'live'"  # noqa: S608 - our own column names
)
_BY_ULN: Final = (
    f"select uln, uln, master_uln, {_DETAILS} from learner where uln = any(%b::bigint[]) and status = 'live'"  # noqa: S608 - the same
)
_ANY: Final = f"select uln, {_DETAILS} from learner where uln = any(%b::bigint[])"  # noqa: S608 - the same
_ALL: Final = f"select uln, master_uln, status, {_DETAILS} from learner order by no"  # noqa: S608 - the same
_SURVIVING: Final = """
with recursive climb as (
    select uln as start, uln, master_uln, status, 0 as height from learner where uln = any(%b::bigint[])
    union all
    select climb.start, above.uln, above.master_uln, above.status, climb.height + 1
    from climb join learner above on above.uln = climb.master_uln
) cycle uln set looped using path
select start, (array_agg(uln order by height desc) filter (where status = 'live'))[1], bool_or(looped)
from climb group by start
"""
_LINKED: Final = """
with recursive climb as (
    select uln as top, uln, status from learner where uln = any(%b::bigint[])
    union all
    select climb.top, linked.uln, linked.status from climb join learner linked on linked.master_uln = climb.uln
)
select top, array_agg(uln order by uln) from climb where uln <> top and status = 'live' group by top
"""


def entries_by_number(connection: Connection[Row], numbers: Iterable[int]) -> dict[int, Entry]:
    """Return the live entries that have these numbers of the register's own."""
    return _entries(connection, _BY_NUMBER, list(numbers))


def entries_by_uln(connection: Connection[Row], ulns: Iterable[int]) -> dict[str, Entry]:
    """Return the live entries that have these ULNs."""
    return {entry.uln: entry for entry in _entries(connection, _BY_ULN, list(ulns)).values()}


def learners_by_uln(connection: Connection[Row], ulns: Iterable[int]) -> dict[str, Learner]:
    """Return the learners who have, or had, these ULNs, whatever has become of their entries."""
    return {str(uln): _learner(details) for uln, *details in _rows(connection, _ANY, list(ulns))}


def all_entries(connection: Connection[Row]) -> Iterator[Entry]:
    """Yield every entry in the order in which they came, each with the very number that it is linked to."""
    with connection.cursor("all_entries") as cursor:
        cursor.itersize = _CHUNK
        for uln, master_uln, status, *details in cursor.execute(_ALL):
            master = None if master_uln is None else str(master_uln)
            yield Entry(uln=str(uln), learner=_learner(details), master_uln=master, deleted=status != "live")


def _rows(connection: Connection[Row], statement: str, *values: object) -> list[Row]:
    # Never prepared: a plan for any number of values may read a whole table for a few of them.
    return connection.execute(statement, values, prepare=False, binary=True).fetchall()


def _entries(connection: Connection[Row], statement: str, wanted: list[int]) -> dict[int, Entry]:
    """Return entries by the statement's first column, each with the other numbers of the same person."""
    rows = _rows(connection, statement, wanted) if wanted else []
    masters = _masters(connection, [row[1] for row in rows if row[2] is not None])
    tops = list({masters.get(row[1], row[1]) for row in rows})
    linked = {top: tuple(map(str, ulns)) for top, ulns in _rows(connection, _LINKED, tops)} if tops else {}
    found = {}
    for key, uln, _, *details in rows:
        top = masters.get(uln, uln)
        master = None if top == uln else str(top)
        entry = Entry(uln=str(uln), learner=_learner(details), master_uln=master, linked_ulns=linked.get(top, ()))
        found[key] = entry
    return found


def _masters(connection: Connection[Row], ulns: list[int]) -> dict[int, int]:
    """Return the surviving ULN for each linked one: the highest of its chain that is live."""
    rows = _rows(connection, _SURVIVING, ulns) if ulns else []
    if any(looped for _, _, looped in rows):
        raise StoreError("Linked ULNs in the register point at each other in a circle; one of them must be unmerged.")
    return {start: top for start, top, _ in rows}


def _learner(details: Sequence[Any]) -> Learner:
    born, former_postcodes, *texts = details
    named = dict(zip(ENTRY_TEXTS, texts, strict=True))
    return Learner(date_of_birth=born, former_postcodes=tuple(former_postcodes), **named)

"""Numbers of the ULN register merged, unmerged, deleted and restored, each change with its history.

What entries are found and compared by is kept in step in the transaction of each change.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from psycopg import Connection

from adapters.stores.audit import note
from adapters.stores.database import Pool, transaction
from adapters.stores.register_keys import Matching, changing
from gateway.core.audit import Access, AccessSort, Actor
from gateway.core.errors import StoreError
from gateway.core.model import Learner
from gateway.core.uln import uln_fault
from gateway.core.uln_changes import Act, ChangeSort, ReportedChange, UlnChange

_ONE_AT_A_TIME: Final = 7_264_310_002
_CHUNK: Final = 1000

_STANDING: Final = """
select uln, master_uln, status from learner where uln = any(%s::bigint[]) and status <> 'erased' for update"""
_ABOVE: Final = """
with recursive climb as (
    select uln, master_uln, status, 0 as height from learner where uln = %s
    union all
    select above.uln, above.master_uln, above.status, height + 1
    from climb join learner above on above.uln = climb.master_uln
) cycle uln set looped using path
select uln, status, looped from climb order by height"""
_BELOW: Final = """
with recursive climb as (
    select uln from learner where uln = any(%s::bigint[])
    union
    select below.uln from climb join learner below on below.master_uln = climb.uln
)
select uln from climb"""
_LINK: Final = "update learner set master_uln = %s, version = version + 1 where uln = %s"
_STATUS: Final = "update learner set status = %s, version = version + 1 where uln = %s"
_LINKED: Final = "select 1 from learner where master_uln = %s and status = 'live' limit 1"
_NOTE: Final = """
insert into uln_change (change, uln, master_uln, made_by, reason, changed_at) values (%s, %s, %s, %s, %s, %s)"""
_HISTORY: Final = """
select change, uln, master_uln, made_by, reason, changed_at from uln_change where uln = %s or master_uln = %s
order by no"""
_REPORT: Final = """
select c.change, c.uln, l.family_name, l.given_name, l.date_of_birth,
       c.master_uln, m.family_name, m.given_name, m.date_of_birth, c.changed_at
from uln_change c join learner l on l.uln = c.uln left join learner m on m.uln = c.master_uln
where c.change <> 'restored' and c.changed_at >= %s and c.changed_at < %s
  and not (c.change = 'deleted' and exists (
      select from uln_change later where later.uln = c.uln and later.change = 'restored' and later.no > c.no))
order by c.no"""


_Standing = dict[str, tuple[str | None, str]]
"""By number: which one it is linked to, and its status."""


class PostgresRegisterChanges:
    """The `RegisterChanges` port on PostgreSQL."""

    def __init__(self, pool: Pool, *, matching: Matching) -> None:
        self._pool = pool
        self._matching = matching

    def merge(self, master: str, ulns: Sequence[str], act: Act) -> str:
        """Link numbers to a master in one transaction and return the top one of its chain, which they are linked to.

        Raise StoreError where a number is unknown, deleted or linked already, or would lead back to itself.
        """
        with self._changing([master, *ulns]) as (connection, standing):
            _refuse_deleted(standing, master, "The master")
            top = _top(connection, master)
            for place, uln in enumerate(dict.fromkeys(ulns), start=1):
                _refuse_deleted(standing, uln, f"Number {place}")
                if standing[uln][0] is not None:
                    raise StoreError(f"Number {place} is linked to a master already; unmerge it first.")
                if uln == top:
                    raise StoreError(f"Number {place} is the master's own, or above it: it would lead back to itself.")
                connection.execute(_LINK, [int(top), int(uln)])
                _note(connection, UlnChange(sort=ChangeSort.MERGED, uln=uln, master_uln=top, act=act))
        return top

    def unmerge(self, uln: str, act: Act) -> str:
        """Let a linked number stand alone and return its former master; raise StoreError where it is not linked."""
        with self._changing([uln]) as (connection, standing):
            _refuse_deleted(standing, uln)
            master = standing[uln][0]
            if master is None:
                raise StoreError("The number is not linked to any other.")
            connection.execute(_LINK, [None, int(uln)])
            _note(connection, UlnChange(sort=ChangeSort.UNMERGED, uln=uln, master_uln=master, act=act))
        return master

    def delete(self, uln: str, act: Act) -> None:
        """Let nobody be matched to a number any more; raise StoreError where live numbers are linked to it."""
        with self._changing([uln]) as (connection, standing):
            _refuse_deleted(standing, uln)
            if connection.execute(_LINKED, [int(uln)]).fetchone():
                raise StoreError("Other numbers are linked to this one; unmerge them first.")
            connection.execute(_STATUS, ["deleted", int(uln)])
            _note(connection, UlnChange(sort=ChangeSort.DELETED, uln=uln, master_uln=None, act=act))

    def restore(self, uln: str, act: Act) -> None:
        """Take a deletion back; raise StoreError where the number is not deleted."""
        with self._changing([uln]) as (connection, standing):
            if standing[uln][1] != "deleted":
                raise StoreError("The number is not deleted.")
            connection.execute(_STATUS, ["live", int(uln)])
            _note(connection, UlnChange(sort=ChangeSort.RESTORED, uln=uln, master_uln=None, act=act))

    @contextmanager
    def _changing(self, ulns: Sequence[str]) -> Iterator[tuple[Connection[Any], _Standing]]:
        """Give a transaction in which these numbers stand still, and what they and all below are found by follows."""
        with transaction(self._pool) as connection:
            standing = _held(connection, ulns)
            below = [str(uln) for (uln,) in connection.execute(_BELOW, [list(map(int, ulns))])]
            with changing(connection, self._matching, below):
                yield connection, standing

    def history(self, uln: str) -> list[UlnChange]:
        """Return every change of a number, and every change that made it a master or took that back, oldest first."""
        if uln_fault(uln) is not None:
            return []
        with transaction(self._pool) as connection:
            rows = connection.execute(_HISTORY, [int(uln), int(uln)]).fetchall()
        return [
            UlnChange(
                sort=ChangeSort(sort),
                uln=str(changed),
                master_uln=_text(master),
                act=Act(by=by, reason=reason, at=at),
            )
            for sort, changed, master, by, reason, at in rows
        ]

    def changes(self, since: datetime, until: datetime) -> Iterator[ReportedChange]:
        """Yield what was merged, unmerged and deleted from a moment until before another; what was restored is not."""
        with transaction(self._pool) as connection, connection.cursor("uln_changes") as cursor:
            cursor.itersize = _CHUNK
            for sort, uln, *details, at in cursor.execute(_REPORT, [since, until]):
                own, master, above = details[:3], details[3], details[4:]
                yield ReportedChange(
                    sort=ChangeSort(sort),
                    uln=str(uln),
                    learner=_learner(own),
                    master_uln=_text(master),
                    master=None if master is None else _learner(above),
                    at=at,
                )


def _held(connection: Connection[Any], ulns: Sequence[str]) -> _Standing:
    """Return master and status of each number, held until the end; one change at a time, or two would make a circle."""
    connection.execute("select pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
    for place, uln in enumerate(ulns, start=1):
        if fault := uln_fault(uln):
            raise StoreError(f"ULN {place} {fault}.")
    rows = connection.execute(_STANDING, [list(map(int, ulns))])
    standing = {str(uln): (_text(master), status) for uln, master, status in rows}
    for place, uln in enumerate(ulns, start=1):
        if uln not in standing:
            raise StoreError(f"ULN {place} is not in the register.")
    return standing


def _top(connection: Connection[Any], uln: str) -> str:
    """Return the last live number of a chain that begins with a live one; raise StoreError where it is a circle."""
    chain = connection.execute(_ABOVE, [int(uln)]).fetchall()
    if any(looped for _, _, looped in chain):
        raise StoreError("The master leads back to itself; unmerge one of the numbers that it is linked to.")
    return next(str(number) for number, status, _ in reversed(chain) if status == "live")


def _refuse_deleted(standing: _Standing, uln: str, name: str = "The number") -> None:
    if standing[uln][1] == "deleted":
        raise StoreError(f"{name} is deleted; restore it first.")


def _note(connection: Connection[Any], it: UlnChange) -> None:
    master = int(it.master_uln) if it.master_uln else None
    connection.execute(_NOTE, [it.sort, int(it.uln), master, it.act.by, it.act.reason, it.act.at])
    access = Access(actor=Actor.OPERATOR, by=it.act.by, sort=AccessSort.WRITTEN, purpose=f"register {it.sort}")
    note(connection, access, [int(it.uln), *([master] if master else [])])


def _text(uln: int | None) -> str | None:
    return None if uln is None else str(uln)


def _learner(details: Sequence[Any]) -> Learner:
    family_name, given_name, born = details
    return Learner(family_name=family_name, given_name=given_name, date_of_birth=born)

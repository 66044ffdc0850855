"""The notices of changed ULNs, in PostgreSQL: which were written, and what each organisation must still be told."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from adapters.stores.answered import NOTICES, gather_answered
from adapters.stores.audit import note
from adapters.stores.database import Pool, transaction
from gateway.core.audit import Access, AccessSort, Actor
from gateway.core.handover import Part
from gateway.core.uln_changes import ChangeSort, NoticeLine

_CHUNK: Final = 1000
_CHUNKS_AT_ONCE: Final = 10
_DONE: Final = "select 1 from uln_notice_day where day = %s"
# A number that is linked to a changed one has another master now too. A mailbox is told what was answered in its mode.
_TO_TELL: Final = """
with recursive changed as (
    select no, change, uln, master_uln, changed_at from uln_change where noticed_on is null and changed_at < %s
), touched as (
    select no, uln, change from changed
    union
    select touched.no, below.uln, touched.change from touched join learner below on below.master_uln = touched.uln
    where touched.change in ('merged', 'unmerged') and below.status = 'live'
), told as (
    select touched.no, it.uln, organisation, mode, key, submission from touched join uln_answered it using (uln)
    union
    select change, uln, organisation, mode, key, submission from uln_answered_late
)
select told.organisation, c.change, told.uln, c.master_uln, c.changed_at, told.key, told.submission
from told join uln_change c using (no) join organisation o on o.id = told.organisation and o.mode = told.mode
order by told.organisation, c.no, told.uln, told.key"""
_ADD: Final = "insert into uln_notice (organisation, name, blob, size) values (%s, %s, %s, %s)"
_TOLD: Final = "update uln_change set noticed_on = %s where noticed_on is null and changed_at < %s"


class PostgresChangeNotices:
    """The `ChangeNotices` port on PostgreSQL."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def publish(self, day: date, before: datetime, write: Callable[[str, Iterator[NoticeLine]], Part]) -> list[str]:
        """Put a day's notices into `out/`, all or none, once; return the organisations that have one."""
        written: list[str] = []
        self._gather_all()
        with transaction(self._pool) as connection:
            connection.execute("select pg_advisory_xact_lock(%s)", [NOTICES])
            if connection.execute(_DONE, [day]).fetchone():
                return written
            while gather_answered(connection):
                pass  # what came between the two: nobody adds to it while the lock is held
            with connection.cursor("uln_notices") as cursor:
                cursor.itersize = _CHUNK
                for organisation, rows in groupby(cursor.execute(_TO_TELL, [before]), itemgetter(0)):
                    told: set[int] = set()
                    part = write(organisation, _seen(map(_line, rows), told))
                    connection.execute(_ADD, [organisation, part.name, part.blob, part.size])
                    note(connection, _access(organisation, part.blob), told)
                    written.append(organisation)
            connection.execute(_TOLD, [day, before])
            connection.execute("delete from uln_answered_late")
            connection.execute("insert into uln_notice_day (day) values (%s)", [day])
        return written

    def gather(self) -> None:
        """Put some of what was answered lately in order, for some seconds at most."""
        for _ in range(_CHUNKS_AT_ONCE):
            if not self._gather():
                return

    def _gather_all(self) -> None:
        while self._gather():
            pass

    def _gather(self) -> bool:
        with transaction(self._pool) as connection:
            return gather_answered(connection)


def _seen(lines: Iterator[NoticeLine], told: set[int]) -> Iterator[NoticeLine]:
    """Pass lines on and keep the numbers that they tell."""
    for line in lines:
        told.update(int(uln) for uln in (line.uln, line.master_uln) if uln)
        yield line


def _access(organisation: str, blob: str) -> Access:
    by, sort = Actor.ORGANISATION, AccessSort.ANSWERED
    return Access(actor=by, by=organisation, sort=sort, purpose="change notice", reference=blob.partition("/")[0])


def _line(row: tuple[Any, ...]) -> NoticeLine:
    _, sort, uln, master, at, key, submission = row
    master_uln = None if master is None else str(master)
    return NoticeLine(ChangeSort(sort), str(uln), master_uln, at, key, submission)

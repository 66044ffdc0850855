"""Reads a few records of a table again, for the keys that may stand twice."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from adapters.formats.csv_file import Row
from adapters.formats.table_batch import Batch
from adapters.formats.table_cut import Job, Rows
from adapters.formats.table_kind import Table
from adapters.formats.table_part import PartCheck
from adapters.formats.table_plan import Plan
from adapters.formats.table_split import LONGEST
from gateway.core.rules.repeats import Noted, Stamp

_QUOTE: Final = b'"'
_END: Final = b"\n"
Stamped = list[tuple[Noted, tuple[Stamp, ...]]]
"""Records with their keys."""


class Again(NamedTuple):
    """Which records are wanted again: their places from 0 in a job, which rise, and whether each was refused.

    `first` is the number of the job's first record; `is_plain` tells that every row is a record and none ends in CR
    alone; `row` is given where it is the only record.
    """

    job: Job
    first: int
    is_plain: bool
    row: Row | None
    places: Sequence[int] = ()
    refused: bytes = b""


def read_again(check: PartCheck, again: Again) -> Stamped:
    """Return the wanted records with their keys."""
    told: Stamped = []
    rows = _rows(check, again) if again.row is None else iter([again.row])
    for place, refused, row in zip(again.places, map(bool, again.refused), rows, strict=True):
        record = check.records.record(again.first + place, row)
        noted = Noted(number=again.first + place, line=row.line, key=record.key, refused=refused)
        told.append((noted, check.records.stamps(record, row, refused=refused)))
    return told


def _rows(check: PartCheck, again: Again) -> Iterator[Row]:
    """Yield the wanted rows: by their lines where no quotation mark and no blank row makes a line's place unsure."""
    plan, job = check.plan, again.job
    with plan.path.open("rb") as file:
        file.seek(job.offset)
        data = file.read(job.length)
    if again.is_plain and _QUOTE not in data:
        lines = data.split(_END, again.places[-1] + 1)
        wanted = [lines[place] for place in again.places]
        if max(map(len, wanted)) <= LONGEST:
            for place, line in zip(again.places, wanted, strict=True):
                yield Row(job.line + place, line.decode(plan.encoding).removesuffix("\r").split(","))
            return
    yield from _split_again(data, plan, again)


def _split_again(data: bytes, plan: Plan, again: Again) -> Iterator[Row]:
    """Yield the wanted rows of a job that is split as it was at first."""
    waiting, seen = iter(again.places), 0
    wanted = next(waiting, None)
    for batch in Rows(data, plan.encoding, again.job).batches():
        at = range(batch.size) if again.is_plain else _record_places(batch, plan.table)
        while wanted is not None and wanted < seen + len(at):
            yield batch.row(at[wanted - seen])
            wanted = next(waiting, None)
        seen += len(at)
        if wanted is None:
            return


def _record_places(batch: Batch, table: Table) -> Sequence[int]:
    """Return the places of a batch that hold records."""
    return [place for place in range(batch.size) if not table.passes_over(batch.row(place))]

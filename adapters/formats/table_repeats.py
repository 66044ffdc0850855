"""Finds the records of a file whose keys stand twice, from four bytes a record and coarse key.

Signs that stand twice name the few records that are read again, and only these are compared key by key.
"""

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import compress
from typing import NamedTuple

from adapters.formats.csv_file import Row
from adapters.formats.table_batch import Batch
from adapters.formats.table_cut import Job, Rows
from adapters.formats.table_part import PartCheck, is_refused
from adapters.formats.table_plan import Part
from adapters.formats.table_record import is_blank
from gateway.core.handover import Late
from gateway.core.rules.repeats import Noted, Repeats


class _Span(NamedTuple):
    """Where so many records are read again: a job, whether some of its rows are no records; or the only row."""

    job: Job
    records: int
    has_others: bool
    row: Row | None


class TableRepeats:
    """What must not stand twice in one file; parts come in their order."""

    def __init__(self, check: PartCheck) -> None:
        self._check = check
        self._signs = [array("I") for _ in check.coarse]
        self._repeats = Repeats(check.plan.table.book, check.plan.context)
        self._refused = bytearray()
        self._spans: list[_Span] = []
        self._firsts: list[int] = []

    def add(self, job: Job, part: Part, row: Row | None = None) -> None:
        """Take a part with its job, or the part of a single row."""
        if not self._check.keys:
            return
        first = len(self._refused)
        self._firsts.append(first)
        self._spans.append(_Span(job, part.records, bool(part.blank or part.trailer or part.overflow), row))
        self._refused.extend(bytes(part.records))
        for at, checked in part.found.items():
            self._refused[first + at] = is_refused(checked)
        for kept, signs in zip(self._signs, part.signs, strict=True):
            kept.extend(signs)
        for noted, stamps in part.stamped:
            self._repeats.note(noted._replace(number=first + noted.number + 1), stamps)

    def late(self) -> Iterator[Late]:
        """Yield what is to be said of records that bear a key which stands elsewhere too."""
        wanted: dict[int, list[int]] = {}
        for place in sorted(self._in_doubt()):
            wanted.setdefault(bisect_right(self._firsts, place) - 1, []).append(place)
        for span, places in wanted.items():
            self._note(self._spans[span], self._firsts[span], places)
        yield from self._repeats.late()

    def _in_doubt(self) -> set[int]:
        """Return the places of the records of which another has the same sign under the same rule."""
        places: set[int] = set()
        for signs in self._signs:
            counts = Counter(signs)
            if len(counts) < len(signs):
                often = {sign for sign, times in counts.items() if times > 1 and sign}
                places.update(compress(range(len(signs)), map(often.__contains__, signs)))
        return places

    def _note(self, span: _Span, first: int, places: list[int]) -> None:
        """Read some records of a span again and note their keys."""
        records = self._check.records
        for place, row in zip(places, self._rows(span, [place - first for place in places]), strict=True):
            record = records.record(place + 1, row)
            refused = bool(self._refused[place])
            noted = Noted(number=place + 1, line=row.line, key=record.key, refused=refused)
            self._repeats.note(noted, records.stamps(record, row, refused=refused))

    def _rows(self, span: _Span, wanted: list[int]) -> Iterator[Row]:
        """Yield the rows of a span's records at these places, which rise."""
        if span.row:
            yield span.row
            return
        plan, job = self._check.plan, span.job
        with plan.path.open("rb") as file:
            file.seek(job.offset)
            text = file.read(job.length).decode(plan.encoding, errors="replace")
        waiting, seen = iter(wanted), 0
        place = next(waiting, None)
        rows = Rows(text, job.line, plan.layout.width, last=job.last, skims=not span.has_others)
        for batch in rows.batches():
            at = _record_places(batch, has_others=span.has_others)
            while place is not None and place < seen + len(at):
                yield batch.row(at[place - seen])
                place = next(waiting, None)
            seen += len(at)
            if place is None:
                return


def _record_places(batch: Batch, *, has_others: bool) -> Sequence[int]:
    """Return the places of a batch that hold records."""
    places = range(batch.size)
    return [place for place in places if not is_blank(batch.row(place).cells)] if has_others else places

"""Checks one job of a table, in this process or a worker, and says what it holds in little space.

Lines are those of the file. Record numbers count from the job's guess; whoever takes the parts together moves them.
A rule may tell the first record of a file from later ones by its number, and no more.
"""

import codecs
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from adapters.formats.csv_file import Row, Stop, Unreadable
from adapters.formats.table_batch import Batch
from adapters.formats.table_columns import ColumnSieve
from adapters.formats.table_cut import Job, OneRow, Rows, line_ends_in
from adapters.formats.table_kind import Coarse, is_blank
from adapters.formats.table_plan import Held, Overflow, Part, Plan, Room
from adapters.formats.table_record import RecordCheck
from adapters.formats.table_screens import RuleSieve, Screens
from adapters.formats.table_stretch import Stretch
from gateway.core.model import CheckedRecord
from gateway.core.notices import Scope
from gateway.core.rules.repeats import Noted

TRAILER = "#TRAILER"
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)


class PartCheck:
    """Checks the jobs of one file; it remembers what it has found good."""

    def __init__(self, plan: Plan) -> None:
        table, layout, context = plan.table, plan.layout, plan.context
        self.plan = plan
        self.records = RecordCheck(table, layout, context)
        in_force = table.book.in_force(context, Scope.RECORD)
        looks_at_text = any(rule.name in table.rules.text for rule in in_force)
        self._screens = Screens(table, layout, context, self.records.absent)
        self._columns = [
            ColumnSieve(layout.schema[name], self._screens, plan.encoding, looks_at_text=looks_at_text)
            for name in layout.schema.names
            if name not in table.header_columns
        ]
        self.keys = [rule.name for rule in in_force if rule.keys is not None]
        self.has_coarse = all(name in table.coarse for name in self.keys)
        by_coarse: dict[Coarse, list[tuple[str, ...]]] = {}
        for rule in in_force if self.has_coarse else ():
            if rule.keys is not None:
                by_coarse.setdefault(table.coarse[rule.name], []).append(rule.fields)
        self.coarse = list(by_coarse)
        self.key_fields = list(by_coarse.values())

    def check(self, job: Job, room: Room | None = None) -> Part:
        """Return what a job holds; with a room, only up to the row that is one too many."""
        if job.is_one_row:
            return self._one_row(job, room)
        with self.plan.path.open("rb") as file:
            file.seek(job.offset)
            data = file.read(job.length)
        decoder = codecs.getincrementaldecoder(self.plan.encoding)()
        try:
            decoder.decode(data, job.last)
        except UnicodeDecodeError as error:
            return Part(stop=Unreadable(Stop.ENCODING, job.line + line_ends_in(data, error.start)))
        whole = len(data) - len(decoder.getstate()[0])
        rows = Rows(data[:whole], self.plan.encoding, job)
        work = PartWork(self, job, room)
        for batch in rows.batches():
            work.add(batch)
            if work.part.overflow:
                return work.part
        part = work.part
        part.stop, part.ends, part.next_line, part.taken = rows.stop, rows.ends, rows.line, rows.taken
        return part

    def _one_row(self, job: Job, room: Room | None) -> Part:
        """Return what the first row of a job holds, read piece by piece however long it is."""
        found = OneRow(self.plan.path, self.plan.encoding, job)
        work = PartWork(self, job, room)
        if found.row:
            work.add(Batch.of(found.row, self.plan.encoding, (job.offset, job.offset + found.taken)))
        part = work.part
        part.stop, part.ends, part.next_line, part.taken = found.stop, found.ends, found.next_line, found.taken
        return part

    def single(self, job: Job, held: Held) -> Part:
        """Return a part of one row of a job."""
        work = PartWork(self, job, None)
        work.judge(Batch.of(held.row, self.plan.encoding, held.span))
        return work.part

    def doubtful(self, stretch: Stretch) -> set[int]:
        """Return the rows of a stretch in which something may be found, by columns alone."""
        if not stretch.size:
            return set()
        rows: set[int] = set()
        for sieve in self._columns:
            rows.update(sieve.doubtful(stretch))
        rows.update(self._screens.doubtful(stretch))
        rows.update(stretch.empty())
        return rows

    @property
    def on_every_row(self) -> list[RuleSieve]:
        """Return the rules that are run on every row."""
        return self._screens.on_every_row

    def signs(self, stretch: Stretch) -> Iterator[NDArray[np.uint32]]:
        """Yield for each coarse key a sign of each of a stretch's rows, 0 where a row bears no key."""
        for coarse in self.coarse:
            signs = coarse(stretch)
            short = (signs * _SPREAD >> np.uint64(32)).astype(np.uint32)
            yield np.where((short == 0) & (signs > 0), np.uint32(1), short)


class PartWork:
    """One part being made."""

    def __init__(self, check: PartCheck, job: Job, room: Room | None) -> None:
        self.part = Part()
        self._check = check
        self._plan = check.plan
        self._number = job.number
        self._room = room
        self._wants_clean = not check.plan.context.faults_only
        self._stamps = bool(check.keys) and not check.has_coarse
        self.part.signs = [array("I") for _ in check.coarse]

    def add(self, batch: Batch) -> None:
        """Take a batch; its last row is held back where it may be the trailer of the file."""
        if self._room:
            self._fit(batch, self._room)
        last = _last_filled(batch) if self._plan.table.trailer is not None else None
        if last is None:
            self.judge(batch)
            return
        if self.part.trailer:
            self.judge(Batch.of(self.part.trailer.row, self._plan.encoding, self.part.trailer.span))
            self.part.trailer = None
        row = batch.row(last)
        if is_trailer(row):
            begin, end = batch.starts()[last : last + 2].tolist()
            self.part.trailer = Held(row, (begin, end))
            self.judge(batch, last)
        else:
            self.judge(batch)

    def _fit(self, batch: Batch, room: Room) -> None:
        """Cut a batch at the row that is one too many."""
        records, blank = self.part.records + bool(self.part.trailer), self.part.blank
        for place in range(batch.size):
            is_empty = self._plan.table.passes_over(batch.row(place))
            records, blank = records + (not is_empty), blank + is_empty
            if records > room.records or blank > room.blank:
                self.part.overflow = Overflow(batch.line(place), of_records=records > room.records)
                batch.cut(place + is_empty)
                return

    def judge(self, batch: Batch, without: int | None = None) -> None:
        """Check the rows of a batch, all but one that is held back."""
        stretch = Stretch(batch, self._plan.layout, self._plan.encoding)
        dirty: set[int] = set(stretch.at[list(self._check.doubtful(stretch))].tolist())
        dirty.update(batch.bare)
        if stretch.size < batch.size:
            dirty.update(np.delete(np.arange(batch.size), stretch.at).tolist())
        blank = [place for place in sorted(dirty) if self._plan.table.passes_over(batch.row(place))]
        if blank:
            self.part.first_blank = self.part.first_blank or batch.line(blank[0])
            self.part.blank += len(blank)
        left_out = sorted([*blank, without]) if without is not None else blank
        if self.part.signs:
            self._sign(stretch, batch, left_out)
        if self._plan.spans:
            starts = batch.starts()
            spans = np.delete(np.stack((starts[:-1], starts[1:]), 1), left_out, 0)
            self.part.spans.frombytes(spans.tobytes())
        self._tell(batch, dirty, left_out)
        self.part.records += batch.size - len(left_out)

    def _sign(self, stretch: Stretch, batch: Batch, left_out: list[int]) -> None:
        """Keep the signs of a batch in the order of its records."""
        for kept, signs in zip(self.part.signs, self._check.signs(stretch), strict=True):
            of_rows = np.zeros(batch.size, np.uint32)
            of_rows[stretch.at] = signs
            kept.frombytes(np.delete(of_rows, left_out).tobytes())

    def _tell(self, batch: Batch, dirty: set[int], left_out: list[int]) -> None:
        """Check the rows in doubt one by one, and keep what is wanted of the others."""
        every = self._check.on_every_row
        few = not every and not self._wants_clean and not self._stamps
        spared = set(left_out)
        first = self.part.records
        for place in sorted(dirty) if few else range(batch.size):
            if place in spared:
                continue
            at = first + place - bisect_left(left_out, place)
            row = batch.row(place)
            self._one(at, row, in_doubt=place in dirty, every=every)

    def _one(self, at: int, row: Row, *, in_doubt: bool, every: list[RuleSieve]) -> None:
        number, records = self._number + at, self._check.records
        if not in_doubt and every:
            record = records.record(number, row)
            in_doubt = not all(rule.finds_nothing(record) for rule in every)
        checked = records.checked(number, row) if in_doubt else None
        if checked and (checked.notices or checked.registration_bar or checked.not_run):
            self.part.found[at] = checked
            self._unsign(at, checked)
        elif self._wants_clean:
            self.part.clean[at] = row
        if self._stamps:
            record = checked.record if checked else records.record(number, row)
            refused = bool(checked and is_refused(checked))
            noted = Noted(number=at, line=row.line, key=record.key, refused=refused)
            self.part.stamped.append((noted, records.stamps(record, row, refused=refused)))

    def _unsign(self, at: int, checked: CheckedRecord) -> None:
        """Take back the signs of the rules that are not run on a record because one of their fields failed."""
        failed = {notice.field for notice in checked.notices if notice.field and notice.refuses(Scope.RECORD)}
        if failed and self.part.signs:
            for signs, rules in zip(self.part.signs, self._check.key_fields, strict=True):
                if not any(map(failed.isdisjoint, rules)):
                    signs[at] = 0


def is_refused(checked: CheckedRecord) -> bool:
    """Tell whether an error refuses a record."""
    return any(notice.refuses(Scope.RECORD) for notice in checked.notices)


def is_trailer(row: Row) -> bool:
    """Tell whether a row is a trailer: the mark, a count, and at most empty cells after it."""
    cells = row.cells
    return not row.is_long and len(cells) > 1 and cells[0].strip().upper() == TRAILER and not any(cells[2:])


def _last_filled(batch: Batch) -> int | None:
    """Return the place of the last row of a batch that holds a value."""
    places = range(batch.size - 1, -1, -1)
    return next((place for place in places if not is_blank(batch.row(place))), None)

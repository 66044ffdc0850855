"""Checks one job of a table, in this process or a worker, and says what it holds in little space.

Lines are those of the file. Record numbers count from the job's guess; whoever takes the parts together moves them.
A rule may tell the first record of a file from later ones by its number, and no more.
"""

import codecs
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from zlib import crc32

from adapters.formats.csv_file import Row, Stop, Unreadable
from adapters.formats.table_batch import Batch
from adapters.formats.table_columns import ColumnSieve
from adapters.formats.table_cut import Job, Rows
from adapters.formats.table_kind import Coarse
from adapters.formats.table_plan import Held, Overflow, Part, Plan, Room
from adapters.formats.table_record import RecordCheck, is_blank
from adapters.formats.table_screens import RuleSieve, Screens
from adapters.formats.table_stretch import Stretch
from gateway.core.model import CheckedRecord
from gateway.core.notices import Scope
from gateway.core.rules.repeats import Noted

TRAILER = "#TRAILER"
_FEW = 16


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
            (name, ColumnSieve(layout.schema[name], self._screens, looks_at_text=looks_at_text))
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
        with self.plan.path.open("rb") as file:
            file.seek(job.offset)
            data = file.read(job.length)
        try:
            text = codecs.getincrementaldecoder(self.plan.encoding)().decode(data, job.last)
        except UnicodeDecodeError as error:
            return Part(stop=Unreadable(Stop.ENCODING, job.line + line_ends_in(data[: error.start])))
        rows = Rows(text, job.line, self.plan.layout.width, last=job.last)
        work = PartWork(self, job, room)
        for batch in rows.batches():
            work.add(batch)
            if work.part.overflow:
                return work.part
        part = work.part
        part.stop, part.ends, part.next_line = rows.stop, rows.ends, rows.line
        part.taken = len(data) if rows.taken == len(text) else len(text[: rows.taken].encode(self.plan.encoding))
        return part

    def single(self, job: Job, held: Held) -> Part:
        """Return a part of one row of a job."""
        work = PartWork(self, job, None)
        work.judge(Batch.of(held.row, self.plan.layout.width, held.span))
        return work.part

    def doubtful(self, stretch: Stretch) -> set[int]:
        """Return the rows of a stretch in which something may be found, by columns alone."""
        if not stretch.size:
            return set()
        rows: set[int] = set()
        for name, sieve in self._columns:
            values = sieve.doubtful(stretch)
            if values:
                rows.update(stretch.with_value(name, values))
        rows.update(self._screens.doubtful(stretch))
        rows.update(stretch.empty())
        return rows

    @property
    def on_every_row(self) -> list[RuleSieve]:
        """Return the rules that are run on every row."""
        return self._screens.on_every_row

    def signs(self, stretch: Stretch) -> Iterator[list[int]]:
        """Yield for each coarse key a sign of each of a stretch's rows, 0 where a row bears no key."""
        for coarse in self.coarse:
            texts = list(map(str.encode, coarse(stretch)))
            signs = list(map(crc32, texts))
            if 0 in signs:
                signs = [sign or bool(text) for sign, text in zip(signs, texts, strict=True)]
            yield signs


class PartWork:
    """One part being made."""

    def __init__(self, check: PartCheck, job: Job, room: Room | None) -> None:
        self.part = Part()
        self._check = check
        self._plan = check.plan
        self._number = job.number
        self._offset = job.offset
        self._room = room
        self._wants_clean = not check.plan.context.faults_only
        self._stamps = bool(check.keys) and not check.has_coarse
        self.part.signs = [array("I") for _ in check.coarse]

    def add(self, batch: Batch) -> None:
        """Take a batch; its last row is held back where it may be the trailer of the file."""
        if self._plan.spans:
            self._offset = batch.stand(self._offset, self._plan.encoding)
        if self._room:
            self._fit(batch, self._room)
        last = _last_filled(batch) if self._plan.table.trailer is not None else None
        if last is None:
            self.judge(batch)
            return
        if self.part.trailer:
            self.judge(Batch.of(self.part.trailer.row, self._plan.layout.width, self.part.trailer.span))
            self.part.trailer = None
        row = batch.row(last)
        if is_trailer(row.cells):
            self.part.trailer = Held(row, batch.spans[last] if batch.spans else None)
            self.judge(batch, last)
        else:
            self.judge(batch)

    def _fit(self, batch: Batch, room: Room) -> None:
        """Cut a batch at the row that is one too many."""
        records, blank = self.part.records + bool(self.part.trailer), self.part.blank
        for place in range(batch.size):
            is_empty = is_blank(batch.row(place).cells)
            records, blank = records + (not is_empty), blank + is_empty
            if records > room.records or blank > room.blank:
                self.part.overflow = Overflow(batch.line(place), of_records=records > room.records)
                batch.cut(place + is_empty)
                return

    def judge(self, batch: Batch, without: int | None = None) -> None:
        """Check the rows of a batch, all but one that is held back."""
        stretch = Stretch(batch, self._plan.layout)
        dirty = {stretch.at[row] for row in self._check.doubtful(stretch)}
        dirty.update(batch.others, batch.bare)
        blank = [place for place in sorted(dirty) if is_blank(batch.row(place).cells)]
        if blank:
            self.part.first_blank = self.part.first_blank or batch.line(blank[0])
            self.part.blank += len(blank)
        left_out = sorted([*blank, without]) if without is not None else blank
        if self.part.signs:
            self._sign(stretch, batch, left_out)
        if self._plan.spans:
            spared = set(left_out)
            spans = (span for place, span in enumerate(batch.spans) if place not in spared)
            self.part.spans.extend(chain.from_iterable(islice(spans, batch.size - len(left_out))))
        self._tell(batch, dirty, left_out)
        self.part.records += batch.size - len(left_out)

    def _sign(self, stretch: Stretch, batch: Batch, left_out: list[int]) -> None:
        """Keep the signs of a batch in the order of its records."""
        few = len(batch.others) + len(left_out) <= _FEW
        for kept, signs in zip(self.part.signs, self._check.signs(stretch), strict=True):
            if few:
                for place in batch.others:
                    signs.insert(place, 0)
                for place in reversed(left_out):
                    del signs[place]
                kept.extend(signs)
                continue
            told = dict(zip(stretch.at, signs, strict=True))
            spared = set(left_out)
            kept.extend(told.get(place, 0) for place in range(batch.size) if place not in spared)

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


def is_trailer(cells: Sequence[str]) -> bool:
    """Tell whether a row is a trailer: the mark, a count, and at most empty cells after it."""
    return len(cells) > 1 and cells[0].strip().upper() == TRAILER and not any(cells[2:])


def _last_filled(batch: Batch) -> int | None:
    """Return the place of the last row of a batch that holds a value."""
    places = range(batch.size - 1, -1, -1)
    return next((place for place in places if not is_blank(batch.row(place).cells)), None)


def line_ends_in(data: bytes) -> int:
    """Return how many lines end in some bytes."""
    return data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")

"""Checks one job of a table, in this process or a worker, and says what it holds in little space.

Lines are those of the file. Record numbers count from the job's guess; whoever takes the parts together moves them.
A rule may tell the first record of a file from later ones by its number, and no more.
"""

import codecs
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import NamedTuple
from zlib import adler32, crc32

from adapters.formats.csv_file import Row, Stop, Unreadable
from adapters.formats.table_columns import ColumnSieve
from adapters.formats.table_cut import Batch, Job, Rows
from adapters.formats.table_headings import Layout
from adapters.formats.table_kind import Table
from adapters.formats.table_record import RecordCheck, is_blank
from adapters.formats.table_screens import RuleSieve, Screens
from adapters.formats.table_stretch import Stretch
from gateway.core.model import CheckedRecord
from gateway.core.notices import Scope
from gateway.core.rules.repeats import Noted, Stamp
from gateway.core.rules.rule import Context

TRAILER = "#TRAILER"


class Overflow(NamedTuple):
    """The row that is one too many: its line, and whether it is a record or one without any value."""

    line: int
    of_records: bool


@dataclass(frozen=True, slots=True)
class Room:
    """How many records and blank rows a file may still hold."""

    records: int
    blank: int


@dataclass(slots=True)
class Part:
    """What a job holds: how far it was read, and what of it has to be told.

    `found` are the records of which something is to be said, by their place from 0; `clean` the rows of all others,
    where they are wanted. `signs` are two signs of the coarse keys of each rule on repeated keys, 4 bytes each, the
    first 0 where there is none; `stamped` are exact ones, for kinds without coarse keys.
    """

    taken: int = 0
    records: int = 0
    blank: int = 0
    first_blank: int = 0
    found: dict[int, CheckedRecord] = field(default_factory=dict)
    clean: dict[int, Row] = field(default_factory=dict)
    signs: list["array[int]"] = field(default_factory=list)
    stamped: list[tuple[Noted, tuple[Stamp, ...]]] = field(default_factory=list)
    ends: list[int] = field(default_factory=lambda: [0, 0, 0])
    stop: Unreadable | None = None
    overflow: Overflow | None = None
    trailer: Row | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a worker must know to check a job of a file."""

    table: Table
    layout: Layout
    context: Context
    path: Path
    encoding: str


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
            (name, ColumnSieve(layout.schema[name], self._screens.of_field(name), looks_at_text=looks_at_text))
            for name in layout.schema.names
            if name not in table.header_columns
        ]
        self.keys = [rule.name for rule in in_force if rule.keys is not None]
        self.has_coarse = all(name in table.coarse for name in self.keys)

    def check(self, job: Job, room: Room | None = None) -> Part:
        """Return what a job holds; with a room, only up to the row that is one too many."""
        with self.plan.path.open("rb") as file:
            file.seek(job.offset)
            data = file.read(job.length)
        try:
            text = codecs.getincrementaldecoder(self.plan.encoding)().decode(data, job.last)
        except UnicodeDecodeError as error:
            return Part(stop=Unreadable(Stop.ENCODING, job.line + line_ends_in(data[: error.start])))
        rows = Rows(text, job.line, last=job.last)
        work = PartWork(self, job.number, room)
        for batch in rows.batches():
            work.add(batch)
            if work.part.overflow:
                return work.part
        part = work.part
        part.stop, part.ends = rows.stop, rows.ends
        part.taken = len(data) if rows.taken == len(text) else len(text[: rows.taken].encode(self.plan.encoding))
        return part

    def single(self, row: Row, number: int) -> Part:
        """Return a part of one row."""
        work = PartWork(self, number, None)
        work.judge(Batch.of(row))
        return work.part

    def doubtful(self, stretch: Stretch) -> set[int]:
        """Return the rows of a stretch in which something may be found, by columns alone."""
        if not stretch.size:
            return set()
        rows = self._screens.doubtful(stretch)
        for name, sieve in self._columns:
            values = sieve.doubtful(stretch)
            if values:
                rows.update(stretch.with_value(name, values))
        rows.update(stretch.empty())
        return rows

    @property
    def on_every_row(self) -> list[RuleSieve]:
        """Return the rules that are run on every row."""
        return self._screens.on_every_row

    def signs(self, stretch: Stretch) -> Iterator[tuple[list[int], list[int]]]:
        """Yield for each rule on repeated keys two signs of each of a stretch's rows, 0 where a row bears no key."""
        for name in self.keys:
            texts = list(map(str.encode, self.plan.table.coarse[name](stretch)))
            signs = list(map(crc32, texts))
            if b"" in texts or 0 in signs:
                signs = [sign or bool(text) for sign, text in zip(signs, texts, strict=True)]
            yield signs, list(map(adler32, texts))


class PartWork:
    """One part being made."""

    def __init__(self, check: PartCheck, number: int, room: Room | None) -> None:
        self.part = Part()
        self._check = check
        self._plan = check.plan
        self._number = number
        self._room = room
        self._wants_clean = not check.plan.context.faults_only
        self._stamps = bool(check.keys) and not check.has_coarse
        self.part.signs = [array("I") for _ in 2 * check.keys] if check.has_coarse else []

    def add(self, batch: Batch) -> None:
        """Take a batch; its last row is held back where it may be the trailer of the file."""
        if self._room:
            self._fit(batch, self._room)
        last = _last_filled(batch) if self._plan.table.trailer is not None else None
        if last is None:
            self.judge(batch)
            return
        if self.part.trailer:
            self.judge(Batch.of(self.part.trailer))
            self.part.trailer = None
        row = batch.row(last)
        if is_trailer(row.cells):
            self.part.trailer = row
            self.judge(batch, last)
        else:
            self.judge(batch)

    def _fit(self, batch: Batch, room: Room) -> None:
        """Cut a batch at the row that is one too many."""
        records, blank = self.part.records + bool(self.part.trailer), self.part.blank
        for place in range(len(batch.items)):
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
        if stretch.size < len(batch.items):
            dirty.update(set(range(len(batch.items))).difference(stretch.at))
        dirty.update(batch.bare_at)
        blank = [place for place in sorted(dirty) if is_blank(batch.row(place).cells)]
        if blank:
            self.part.first_blank = self.part.first_blank or batch.line(blank[0])
            self.part.blank += len(blank)
        left_out = sorted([*blank, without]) if without is not None else blank
        if self.part.signs:
            self._sign(stretch, len(batch.items), left_out)
        self._tell(batch, dirty, left_out)
        self.part.records += len(batch.items) - len(left_out)

    def _sign(self, stretch: Stretch, items: int, left_out: list[int]) -> None:
        """Keep the signs of a batch in the order of its records."""
        for kept, signs in zip(self.part.signs, chain.from_iterable(self._check.signs(stretch)), strict=True):
            if not left_out and stretch.at == range(items):
                kept.extend(signs)
                continue
            told = dict(zip(stretch.at, signs, strict=True))
            told |= dict.fromkeys(left_out, 0)
            spared = set(left_out)
            kept.extend(told.get(place, 0) for place in range(items) if place not in spared)

    def _tell(self, batch: Batch, dirty: set[int], left_out: list[int]) -> None:
        """Check the rows in doubt one by one, and keep what is wanted of the others."""
        every = self._check.on_every_row
        few = not every and not self._wants_clean and not self._stamps
        spared = set(left_out)
        first = self.part.records
        for place in sorted(dirty) if few else range(len(batch.items)):
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
        elif self._wants_clean:
            self.part.clean[at] = row
        if self._stamps:
            record = checked.record if checked else records.record(number, row)
            refused = bool(checked and is_refused(checked))
            noted = Noted(number=at, line=row.line, key=record.key, refused=refused)
            self.part.stamped.append((noted, records.stamps(record, row, refused=refused)))


def is_refused(checked: CheckedRecord) -> bool:
    """Tell whether an error refuses a record."""
    return any(notice.refuses(Scope.RECORD) for notice in checked.notices)


def is_trailer(cells: Sequence[str]) -> bool:
    """Tell whether a row is a trailer: the mark, a count, and at most empty cells after it."""
    return len(cells) > 1 and cells[0].strip().upper() == TRAILER and not any(cells[2:])


def _last_filled(batch: Batch) -> int | None:
    """Return the place of the last row of a batch that holds a value."""
    places = range(len(batch.items) - 1, -1, -1)
    return next((place for place in places if not is_blank(batch.row(place).cells)), None)


def line_ends_in(data: bytes) -> int:
    """Return how many lines end in some bytes."""
    return data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")

"""Reads and checks a CSV file of any kind of table, and tells all that it holds and all that is wrong with it.

The findings are the same for any number of processes and wherever the file is cut. Memory is bounded by the jobs under
way and by a few bytes a record.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import repeat
from pathlib import Path
from typing import Final

from adapters.formats.csv_file import Stop, Unreadable
from adapters.formats.csv_probe import Text, probe
from adapters.formats.table_crew import Crew
from adapters.formats.table_cut import JOB_BYTES, Cutter, Job
from adapters.formats.table_head import Head, bytes_in_doubt, read_head
from adapters.formats.table_kind import Limits, Table
from adapters.formats.table_plan import Held, Overflow, Part, Plan, Room
from adapters.formats.table_record import RecordCheck
from adapters.formats.table_repeats import TableRepeats
from adapters.formats.table_workers import SMALL, Workers
from gateway.core.handover import Faultless, FileHeader, Finding
from gateway.core.model import CheckedRecord, Record
from gateway.core.notices import Notice, Scope
from gateway.core.rules.rule import Context, Found, Rule

_LINE_ENDS: Final = ("CR LF", "LF", "CR")


class TableReading:
    """One reading of one file; what stops it is kept until everything before it is told.

    Each record tells where its bytes stand, unless the file is not the one that was received: `as_received` is false.
    """

    def __init__(self, table: Table, path: Path, context: Context, limits: Limits) -> None:
        self._table = table
        self._rules = table.rules
        self._path = path
        self._context = context
        self._limits = limits
        self.job_bytes = JOB_BYTES
        self.small = SMALL
        self.as_received = True
        self._remarks: list[Notice] = []
        self._stopped: Notice | None = None
        self._blank = self._first_blank = self._records = self._faultless = 0
        self._ends = [0, 0, 0]
        self._trailer: tuple[Job, Held] | None = None

    def findings(self) -> Iterator[Finding]:
        """Yield the header, what is said of the file, each record with its notices, and what only the end shows."""
        is_large = self._path.stat().st_size >= self.small
        with Workers(self._table.where, self._context.processes if is_large else 1) as workers:
            head = self._head()
            frame = self._frame(head)
            yield FileHeader(values={name: frame.values[name] for name in self._table.header if name in frame.values})
            yield from self._remarks
            yield from self._judged(frame, frozenset())
            if head and head.first:
                yield from self._told(head, workers)
        yield from self._closing(frame)

    def _head(self) -> Head | None:
        """Return what stands before the first record; None where the reading stopped there."""
        text = probe(self._path, self._limits.max_bytes)
        if isinstance(text, Unreadable):
            self._stop(text)
            return None
        if text.first_doubt is not None and not self._may_be_windows(text, text.first_doubt):
            return None
        head = read_head(self._path, text, self._table, self._limits.max_records)
        self._note_blank(head.blank, head.first_blank)
        if isinstance(head.stop, Unreadable):
            self._stop(head.stop)
        elif head.stop is not None:
            self._stop_at(head.stop, "rows without any value")
        elif head.problem:
            rule = self._rules.delimiter if head.problem.delimiter else self._rules.headings
            self._stopped = rule.notice(found=Found(words=head.problem.words, line=head.line))
        elif head.first is None:
            rule = self._rules.no_records if head.layout else self._rules.empty
            words = {"what there is instead": "only headings" if head.layout else "nothing at all"}
            self._stopped = rule.notice(found=Found(words=words))
        if head.layout and head.layout.respelt and self._rules.spelling:
            words = {"headings": ", ".join(head.layout.respelt)}
            self._remarks.append(self._rules.spelling.notice(found=Found(words=words, line=head.line)))
        return head

    def _may_be_windows(self, text: Text, line: int) -> bool:
        if self._table.reads_windows_text:
            words = {"line": str(line)}
            self._remarks.append(self._rules.windows_text.notice(found=Found(words=words, line=line)))
        else:
            self._stop(Unreadable(Stop.ENCODING, text.first_doubt))
        return self._table.reads_windows_text

    def _stop(self, why: Unreadable) -> None:
        words = {"line": str(why.line), "what": why.what, "limit": f"{self._limits.max_bytes:,} bytes"}
        if why.why is Stop.ENCODING:
            words["bytes in doubt"] = bytes_in_doubt(self._path)
        self._stopped = self._rules.stops[why.why].notice(found=Found(words=words, line=why.line))

    def _stop_at(self, line: int, what: str) -> None:
        words = {"limit": f"{self._limits.max_records:,}", "of what": what}
        self._stopped = self._rules.too_many.notice(found=Found(words=words, line=line))

    def _note_blank(self, count: int, first: int) -> None:
        self._blank += count
        self._first_blank = self._first_blank or first

    def _frame(self, head: Head | None) -> Record:
        """Return what the file's own rules look at: the facts of the kind and the values of the first record."""
        facts = dict(self._table.facts(self._context))
        if head is None or head.first is None or head.layout is None:
            return Record(number=1, line=1, key="", values=facts)
        first = RecordCheck(self._table, head.layout, self._context).record(1, head.first)
        return Record(number=1, line=first.line, key="", values=facts | dict(first.values))

    def _judged(self, frame: Record, failed: frozenset[str]) -> Iterator[Notice]:
        """Yield what the rules on the file find; one that asks for what is not known, as a sender, is not run."""
        rules = (rule for rule in self._table.book.rules.values() if rule.scope is Scope.FILE)
        unknown = {name for rule in rules for name in rule.fields if name not in frame.values}
        yield from self._table.book.apply(frame, self._context, failed=failed | unknown, scope=Scope.FILE).notices

    def _told(self, head: Head, workers: Workers) -> Iterator[Finding]:
        """Yield every record, or how many had nothing to be told, then what only all of them show."""
        if head.layout is None:
            return
        spans = self.as_received and not self._context.faults_only
        plan = Plan(self._table, head.layout, self._context, self._path, head.encoding, spans)
        with self._path.open("rb") as file:
            cutter = Cutter(file, head.offset, head.next_line, self.job_bytes)
            crew = Crew(plan, cutter, workers)
            repeats = TableRepeats(crew.here)
            for job, part in crew.parts():
                yield from self._taken(crew, repeats, job, part)
                if self._stopped:
                    break
            if self._faultless:
                yield Faultless(records=self._faultless)
            yield from repeats.late(crew.read_again)

    def _taken(self, crew: Crew, repeats: TableRepeats, job: Job, part: Part) -> Iterator[Finding]:
        """Yield what a part holds, up to where the file holds too much."""
        most = self._limits.max_records
        if self._trailer and (part.records or part.trailer):
            before, held = self._trailer
            self._trailer = None
            if self._records == most:
                self._overflow(Overflow(held.row.line, of_records=True))
                return
            yield from self._taken_row(crew, repeats, before, held)
        if part.records and not self._records and job.number > 1:
            job = job._replace(number=1)
            part = crew.here.check(job)
        if self._records + part.records > most or self._blank + part.blank > most:
            part = crew.here.check(job, Room(most - self._records, most - self._blank))
        repeats.add(job, part)
        yield from self._merged(crew, part)
        if part.trailer and part.overflow and part.overflow.of_records:
            yield from self._taken_row(crew, repeats, job, part.trailer)
        elif part.trailer:
            self._trailer = job, part.trailer
        self._ends = [old + new for old, new in zip(self._ends, part.ends, strict=True)]
        if part.overflow:
            self._overflow(part.overflow)
        elif part.stop:
            self._stop(part.stop)

    def _overflow(self, overflow: Overflow) -> None:
        """Stop at the row that is one too many."""
        self._stop_at(overflow.line, self._table.count if overflow.of_records else "rows without any value")
        self._ends = [0, 0, 0]

    def _taken_row(self, crew: Crew, repeats: TableRepeats, job: Job, held: Held) -> Iterator[Finding]:
        """Yield what a row holds that looked like the file's trailer until more followed."""
        part = crew.here.single(job._replace(number=self._records + 1), held)
        repeats.add(job, part, held.row)
        yield from self._merged(crew, part)

    def _merged(self, crew: Crew, part: Part) -> Iterator[Finding]:
        first = self._records + 1
        self._records += part.records
        self._note_blank(part.blank, part.first_blank)
        if self._context.faults_only:
            yield from self._with_gaps(part, first)
            return
        spans = zip(part.spans[::2], part.spans[1::2], strict=True) if part.spans else repeat(None)
        for at, span in zip(range(part.records), spans, strict=False):
            checked = part.found.get(at)
            if checked:
                yield replace(_numbered(checked, first + at), span=span)
            else:
                yield crew.here.records.clean(first + at, part.clean[at], span)

    def _with_gaps(self, part: Part, first: int) -> Iterator[Finding]:
        after = 0
        for at in sorted(part.found):
            self._faultless += at - after
            if self._faultless:
                yield Faultless(records=self._faultless)
            self._faultless, after = 0, at + 1
            yield _numbered(part.found[at], first + at)
        self._faultless += part.records - after

    def _closing(self, frame: Record) -> Iterator[Notice]:
        if self._stopped:
            yield self._stopped
        else:
            known = {self._table.count: str(self._records)}
            if self._table.trailer:
                known[self._table.trailer] = self._trailer[1].row.cells[1].strip() if self._trailer else ""
            last = self._trailer[1].row.line if self._trailer else frame.line
            counted = Record(number=1, line=last, key="", values={**frame.values, **known})
            yield from self._judged(counted, frozenset(frame.values))
        if self._blank:
            words = {"count": str(self._blank), "line": str(self._first_blank)}
            yield self._rules.blank_lines.notice(found=Found(words=words, line=self._first_blank))
        yield from self._mixed_ends(self._rules.line_ends)

    def _mixed_ends(self, rule: Rule | None) -> Iterator[Notice]:
        told = [f"{count} with {end}" for count, end in zip(self._ends, _LINE_ENDS, strict=True) if count]
        if rule and len(told) > 1:
            yield rule.notice(found=Found(words={"ends": ", ".join(told)}))


def _numbered(checked: CheckedRecord, number: int) -> CheckedRecord:
    """Return a record with its number in the file, in place of the one that its job guessed."""
    if checked.record.number == number:
        return checked
    bar = checked.registration_bar
    return replace(
        checked,
        record=replace(checked.record, number=number),
        notices=tuple(replace(notice, record=number) for notice in checked.notices),
        registration_bar=replace(bar, record=number) if bar else None,
    )

"""Checks an XML file for its kind: what stands round the records, every record in worker processes, and the whole.

Records leave the workers checked and in plain values. What stops the reading is one notice that refuses the file.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from heapq import merge
from itertools import groupby
from pathlib import Path
from typing import Final

from adapters.formats.xml_faults import STRUCTURAL
from adapters.formats.xml_file import read
from adapters.formats.xml_items import (
    Fault,
    FileFault,
    Frame,
    FrameFault,
    Limits,
    RawFault,
    Settings,
    Stop,
    Totals,
    XmlItem,
    XmlRecord,
)
from adapters.formats.xml_reading_form import XmlForm
from adapters.formats.xml_reading_head import HeadField, head_fields, root_namespace
from adapters.formats.xml_reading_rules import LOCATION, location_notice
from adapters.formats.xml_reading_words import EMPTY, Told
from adapters.formats.xml_reading_work import Worked, form_notice, refused_as, work
from gateway.core.handover import Faultless, FileHeader, Finding, Late
from gateway.core.model import CheckedRecord, Record
from gateway.core.notices import Notice, Scope
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.repeats import Noted, Repeats
from gateway.core.rules.rule import Context, Found

RECORDS: Final = "records"
"""The field of file rules that holds the number of records; `records/Learner` holds that of one record element."""


@dataclass
class XmlReading:
    """One reading of one file; `named` are the values that its name and its sender give to the rules on the file.

    Where the path is not the file as it was sent (`unpacked`), no record is told where it stands in it.
    """

    form: XmlForm
    path: Path
    context: Context
    named: Mapping[str, str] = field(default_factory=dict)
    max_bytes: int | None = None
    unpacked: bool = False
    _found_head: dict[str, HeadField] = field(default_factory=dict)
    _head: dict[str, HeadField] | None = None
    _failed: set[str] = field(default_factory=set)
    _begun: bool = False
    _faultless: int = 0
    _counts: dict[str, int] = field(default_factory=dict)
    _repeats: dict[str, Repeats] = field(default_factory=dict)

    def findings(self) -> Iterator[Finding]:
        """Yield the header, what is said of the file, each record with its notices, and what only the end shows."""
        for item in self._items():
            if not isinstance(item, XmlRecord):
                yield from self._flushed()
            yield from self._found(item)

    def refused(self, notice: Notice) -> Iterator[Finding]:
        """Yield what is said of a file that cannot be opened at all, with the reason for it."""
        yield from self._opened()
        yield notice

    def _items(self) -> Iterator[XmlItem]:
        size = self.path.stat().st_size
        if self.max_bytes is not None and size > self.max_bytes:
            message = f"The file has {size:,} bytes; at most {self.max_bytes:,} are read."
            yield FileFault(Stop.LIMIT, message, "Send the learners in several files.")
            return
        self._found_head = head_fields(self.path, self.form.shape, Limits())
        head = {path: found.value for path, found in self._found_head.items()}
        given = {name: head[path] for name, path in self.form.given.items() if path in head}
        task = partial(work, self.form, self._for_workers(), given)
        settings = Settings(processes=self.context.processes, work=task, fields=self.form.fields)
        for item in read(self.path, self.form.shape, settings):
            if isinstance(item, Frame) and not self._is_accepted(item.encoding):
                message = f"The file is in {item.encoding}; files of this kind are in UTF-8."
                yield FileFault(Stop.ENCODING, message, "Save the file as UTF-8, with a declaration that says so.", 1)
                return
            yield item

    def _for_workers(self) -> Context:
        """Return the context with those reference lists alone that a rule on records needs."""
        books = (self.form.book, *self.form.books.values())
        needed = {name for book in books for rule in book.rules.values() for name in rule.needs}
        return replace(self.context, reference=self.context.reference.only(needed))

    def _is_accepted(self, encoding: str) -> bool:
        return self.form.encodings is None or encoding in self.form.encodings

    def _found(self, item: XmlItem) -> Iterator[Finding]:
        if isinstance(item, XmlRecord):
            yield from self._opened()
            yield from self._record(item)
        elif isinstance(item, FrameFault):
            yield self._framed(item.fault)
        elif isinstance(item, FileFault):
            yield from self._opened()
            yield self._stopped(item)
        elif isinstance(item, Totals):
            yield from self._opened()
            yield from self._closing(item)
        else:
            self._head = self._found_head
            yield FileHeader(values=self._header())
            if item.elsewhere:
                yield location_notice(self.form.faults[LOCATION], item.elsewhere)

    def _header(self) -> dict[str, str]:
        head = self._head or {}
        return {name: head[path].value for name, path in self.form.header.items() if path in head}

    def _part(self, *, of_totals: bool) -> Rulebook:
        """Return the rules on the file that ask for a total or for what stands behind the records, or all others."""
        late = {RECORDS, *self.form.behind}
        return Rulebook(
            rules={
                name: rule
                for name, rule in self.form.book.rules.items()
                if rule.scope is Scope.FILE and any(path.partition("/")[0] in late for path in rule.fields) is of_totals
            },
            tells_all=self.form.book.tells_all,
        )

    def _opened(self) -> Iterator[Finding]:
        """Yield what the rules on the file say before the first record, once."""
        if self._begun:
            return
        self._begun = True
        if self._head is None:
            yield FileHeader(values={})
        book = self._part(of_totals=False)
        unknown = {name for rule in book.rules.values() for name in rule.fields if name not in self.named}
        failed = self._failed if self._head is not None else unknown
        yield from self._file_notices(book, failed, {})

    def _file_notices(self, book: Rulebook, failed: set[str], totals: Mapping[str, str]) -> Iterator[Notice]:
        head = self._head or {}
        values = {**{path: found.value for path, found in head.items()}, **self.named, **totals}
        frame = Record(number=1, line=1, key="", values=values)
        for notice in book.apply(frame, self.context, failed=frozenset(failed), scope=Scope.FILE).notices:
            placed = head.get(notice.field or "") if notice.line is None else None
            yield replace(notice, line=placed.line) if placed else notice

    def _framed(self, fault: Fault) -> Notice:
        """Return the notice of a fault outside the records: it refuses the file."""
        self._failed.add(fault.path)
        is_empty = fault.type not in STRUCTURAL and fault.value is not None and not fault.value.strip()
        rule = self.form.rule(fault.field, EMPTY if is_empty else str(fault.type))
        return Notice(
            code=rule.code,
            severity=rule.severity,
            scope=Scope.FILE,
            message=fault.message,
            fix=fault.fix,
            line=fault.line,
            field=fault.path or None,
            value=fault.value,
        )

    def _record(self, item: XmlRecord) -> Iterator[Finding]:
        self._counts[item.name] = self._counts.get(item.name, 0) + 1
        worked = item.found if isinstance(item.found, Worked) else self._unworked(item)
        if worked is None:
            self._faultless += 1
            return
        checked = worked.checked
        refused = checked is not None and checked.refused_as is not None
        for line, stamps in worked.stamps:
            self._repeats_of(item.name).note(Noted(item.number, line, worked.key, refused), stamps)
        if checked is None:
            self._faultless += 1
            return
        yield from self._flushed()
        checked.record.number = item.number
        notices = tuple(replace(notice, record=item.number) for notice in checked.notices)
        span = (item.start, item.end) if item.start >= 0 and not self.unpacked else None
        yield replace(checked, notices=notices, span=span) if notices or span else checked

    def _unworked(self, item: XmlRecord) -> Worked | None:
        """Return what is known of a record that no work was done on: one too large to be checked, or a right one."""
        if not item.faults:
            return None
        notices = tuple(
            form_notice(self.form, _raw(fault), Told(fault.type, fault.message, fault.fix), "", required=False)
            for fault in item.faults
        )
        record = Record(number=0, line=item.line, key="", values={})
        refusal = refused_as(self.form, notices)
        return Worked("", (), CheckedRecord(record=record, notices=notices, refused_as=refusal))

    def _repeats_of(self, element: str) -> Repeats:
        if element not in self._repeats:
            self._repeats[element] = Repeats(self.form.book_of(element), self.context)
        return self._repeats[element]

    def _flushed(self) -> Iterator[Finding]:
        """Yield the faultless records that were only counted so far."""
        if self._faultless:
            yield Faultless(records=self._faultless)
            self._faultless = 0

    def _closing(self, totals: Totals) -> Iterator[Finding]:
        """Yield what only the whole file shows."""
        late = merge(*(repeats.late() for repeats in self._repeats.values()), key=_number)
        for _, found in groupby(late, key=_number):
            copies = list(found)
            yield replace(copies[0], notices=tuple(notice for copy in copies for notice in copy.notices))
        counts = {f"{RECORDS}/{name}": str(self._counts.get(name, 0)) for name in self.form.shape.names}
        behind = dict(_leaves(totals.values, ""))
        values = {RECORDS: str(totals.records), **counts, **behind}
        yield from self._file_notices(self._part(of_totals=True), self._failed, values)
        if totals.looks_not_run:
            words = {"count": f"{totals.looks_not_run:,}"}
            yield self.form.faults["LOOKS_NOT_RUN"].notice(found=Found(words=words))

    def _stopped(self, fault: FileFault) -> Notice:
        """Return the one notice of what stopped the reading, with what was not checked for that."""
        year = None
        if fault.why is Stop.NAMESPACE and self.form.year_of is not None:
            year = self.form.year_of(root_namespace(self.path))
        rule = self.form.rule("", str(fault.why))
        return Notice(
            code=rule.code,
            severity=rule.severity,
            scope=Scope.FILE,
            message=f"{year or fault.message} {self._unchecked()}",
            fix=rule.fix if year else fault.fix or rule.fix,
            line=fault.line,
        )

    def _unchecked(self) -> str:
        read_so_far = sum(self._counts.values())
        if not read_so_far:
            return "No record was checked."
        before = f"{read_so_far:,} record{'s' * (read_so_far != 1)} before this place"
        return f"{before} {'were' if read_so_far != 1 else 'was'} checked, what follows was not."


def _number(late: Late) -> int:
    return late.record


def _leaves(values: Mapping[str, object], path: str) -> Iterator[tuple[str, str]]:
    """Yield each text of what stands behind the records by its path; those of a list are numbered from 1."""
    for name, value in values.items():
        several = value if isinstance(value, list) else [value]
        for number, one in enumerate(several, start=1):
            step = f"{path}{name}[{number}]" if isinstance(value, list) else f"{path}{name}"
            if isinstance(one, Mapping):
                yield from _leaves(one, f"{step}/")
            else:
                yield step, str(one)


def _raw(fault: Fault) -> RawFault:
    return RawFault(fault.type, fault.line, fault.path, fault.field, fault.value)

"""Reads a results file in XML: its header, every result of every candidate, and its trailer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final

from adapters.formats.table_kind import Limits
from adapters.formats.xml_file import read
from adapters.formats.xml_items import Fault, FileFault, Frame, FrameFault, Settings, Stop, Totals, XmlItem, XmlRecord
from adapters.formats.xml_items import Limits as XmlLimits
from adapters.formats.xml_reading_head import HeadField, head_fields
from adapters.formats.xml_reading_rules import location_notice
from adapters.kinds.ao_results import xml_book as told
from adapters.kinds.ao_results.rules_files import file_facts
from adapters.kinds.ao_results.series import series_of
from adapters.kinds.ao_results.xml_book import BOOK
from adapters.kinds.ao_results.xml_result import FIELDS, SHAPE, Checked, header_of, work
from gateway.core.handover import FileHeader, Finding
from gateway.core.model import CheckedRecord, Record
from gateway.core.notices import Notice, Scope
from gateway.core.outcomes import MatchOutcome
from gateway.core.rules.repeats import Noted, Repeats
from gateway.core.rules.rule import Context, Found

_HEADER: Final = ("MessageId", "AwardingOrganisationUKPRN", "ExamSeries", "SequenceNumber", "FileStatus", "CreatedAt")
_IN_PARTS: Final = {"what to do": "Send the results in several files, each with the next number."}
_COUNTS: Final = ("CentreCount", "CandidateCount", "ResultCount")


@dataclass
class ResultsXmlReading:
    """One reading of one file."""

    path: Path
    context: Context
    limits: Limits
    _head: Mapping[str, HeadField] = field(default_factory=dict)
    _centres: set[str] = field(default_factory=set)
    _candidates: int = 0
    _number: int = 0

    def __post_init__(self) -> None:
        self._repeats = Repeats(BOOK, self.context)

    def findings(self) -> Iterator[Finding]:
        """Yield the header, what is said of the file, each result with all its notices, and what only the end shows."""
        if self.path.stat().st_size > self.limits.max_bytes:
            yield FileHeader(values={})
            words = {"what is wrong": f"The file is larger than {self.limits.max_bytes:,} bytes."}
            yield told.LIMIT.notice(found=Found(words=words | _IN_PARTS))
            return
        self._head = head_fields(self.path, SHAPE, XmlLimits())
        yield FileHeader(values={name: self._value(name) for name in _HEADER if self._value(name)})
        yield from self._begun()
        task = partial(work, self._for_workers(), header_of({path: it.value for path, it in self._head.items()}))
        settings = Settings(processes=self.context.processes, work=task, fields=FIELDS)
        for item in read(self.path, SHAPE, settings):
            yield from self._found(item)
            if self._number > self.limits.max_records:
                words = {"what is wrong": f"The file holds more than {self.limits.max_records:,} results."}
                yield told.LIMIT.notice(found=Found(words=words | _IN_PARTS))
                return

    def _for_workers(self) -> Context:
        """Return the context with those reference lists alone that a rule on results needs."""
        needed = {name for rule in BOOK.rules.values() for name in rule.needs}
        return replace(self.context, reference=self.context.reference.only(needed))

    def _value(self, name: str) -> str:
        found = self._head.get(f"Header/{name}")
        return found.value if found else ""

    def _begun(self) -> Iterator[Notice]:
        """Yield what is said of the file's name, its sender and its header."""
        facts = dict(file_facts(self.context, ".xml"))
        values = facts | {"AwardingOrganisationUKPRN": self._value("AwardingOrganisationUKPRN")}
        frame = Record(number=1, line=1, key="", values=values)
        unknown = frozenset({"sender_kind", "sender_ukprn"} - facts.keys())
        yield from BOOK.apply(frame, self.context, failed=unknown, scope=Scope.FILE).notices
        series = self._head.get("Header/ExamSeries")
        if series and series_of(series.value) is None:
            yield told.SERIES_VALUE.notice(found=Found("ExamSeries", {"value": series.value or "empty"}, series.line))

    def _found(self, item: XmlItem) -> Iterator[Finding]:
        if isinstance(item, XmlRecord):
            yield from self._candidate(item)
        elif isinstance(item, FrameFault):
            yield self._framed(item.fault)
        elif isinstance(item, FileFault):
            yield self._stopped(item)
        elif isinstance(item, Totals):
            yield from self._ended(item)
        elif isinstance(item, Frame) and item.encoding not in {"utf-8", "us-ascii"}:
            words = {"what is wrong": f"The file is in {item.encoding}.", "what to do": "Save the file as UTF-8."}
            yield told.UNREADABLE.notice(found=Found(words=words, line=1))
        elif item.elsewhere:
            yield location_notice(told.LOCATION, item.elsewhere)

    def _candidate(self, item: XmlRecord) -> Iterator[CheckedRecord]:
        self._candidates += 1
        self._centres.add(item.within.get("Centre", ""))
        for one in item.found if isinstance(item.found, tuple) else (_too_large(item),):
            self._number += 1
            checked = _placed(one.checked, self._number, item)
            record = checked.record
            noted = Noted(record.number, record.line, record.key, refused=checked.refused_as is not None)
            self._repeats.note(noted, one.stamps)
            yield checked

    def _framed(self, fault: Fault) -> Notice:
        """Return the notice of a fault outside the candidates: it refuses the file."""
        rule = told.TRAILER_VALUE if fault.path.startswith("Trailer") else told.HEADER_VALUE
        words = {"what is wrong": fault.message, "what to do": fault.fix, "value": fault.value or ""}
        return rule.notice(found=Found(fault.field or None, words, fault.line))

    def _stopped(self, fault: FileFault) -> Notice:
        rule = told.LIMIT if fault.why is Stop.LIMIT else told.UNREADABLE
        words = {"what is wrong": fault.message, "what to do": fault.fix}
        return rule.notice(found=Found(words=words, line=fault.line))

    def _ended(self, totals: Totals) -> Iterator[Finding]:
        """Yield what only the whole file shows."""
        yield from self._repeats.late()
        if not self._number:
            yield told.NO_RESULTS.notice()
        trailer = totals.values.get("Trailer")
        given = trailer if isinstance(trailer, Mapping) else {}
        counted = (len(self._centres), self._candidates, self._number)
        for name, count in zip(_COUNTS, counted, strict=True):
            value = str(given.get(name, ""))
            if value.isdigit() and int(value) != count:
                yield told.TRAILER_COUNTS.notice(found=Found(name, {"value": value, "counted": str(count)}))


def _placed(checked: CheckedRecord, number: int, candidate: XmlRecord) -> CheckedRecord:
    """Return a result with its number, and the place of its candidate, since it is nothing without it."""
    record = replace(checked.record, number=number)
    notices = tuple(replace(it, record=number) for it in checked.notices)
    span = (candidate.start, candidate.end) if candidate.start >= 0 else None
    return replace(checked, record=record, notices=notices, span=span)


def _too_large(item: XmlRecord) -> Checked:
    """Return the refusal of a candidate that is too large to be checked."""
    record = Record(number=0, line=item.line, key="", values={})
    words = [{"what is wrong": fault.message, "what to do": fault.fix} for fault in item.faults]
    notices = tuple(told.SCHEMA_FAULT.notice(record, Found(words=it)) for it in words)
    return Checked(CheckedRecord(record=record, notices=notices, refused_as=MatchOutcome.REFUSED), ())

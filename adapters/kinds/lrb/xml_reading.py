"""Reads an LRB file in XML, of either form: its header, every learner, and what only the whole file shows."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Final

from adapters.formats.table_kind import Limits
from adapters.formats.xml_file import read
from adapters.formats.xml_items import Fault, FileFault, FrameFault, Settings, Shape, Totals, XmlItem, XmlRecord
from adapters.formats.xml_items import Limits as XmlLimits
from adapters.formats.xml_reading_head import HeadField, head_fields
from adapters.formats.xml_reading_rules import location_notice
from adapters.kinds.lrb import xml_book as rules
from adapters.kinds.lrb.file_rules import name_parts
from adapters.kinds.lrb.table import HEADER, LEARNER
from adapters.kinds.lrb.xml_learner import work
from adapters.kinds.lrb.xml_shape import FIELDS, MOST_BY_SOAP, SOAP, shape_of
from gateway.core.handover import Faultless, FileHeader, Finding
from gateway.core.model import CheckedRecord, Record
from gateway.core.notices import Notice, Scope
from gateway.core.outcomes import MatchOutcome
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context, Found
from gateway.core.submission import Job

ROOT: Final = "Root"
"""The name in the header under which the responder finds the file's outermost element."""
JOB_TYPE: Final = "JobType"
JOBS: Final = {str(job): job for job in Job}
_SECRET: Final = frozenset({"OrgPassword", "UserName"})
_SPLIT: Final = "Send the learners in several files, each with its own name and count."


@dataclass
class LrbXmlReading:
    """One reading of one file."""

    path: Path
    context: Context
    limits: Limits
    _found: int = 0
    _faultless: int = 0
    _failed: set[str] = field(default_factory=set)

    def findings(self) -> Iterator[Finding]:
        """Yield the header, what is said of the file, each learner with all notices, and what only the end shows."""
        if self.path.stat().st_size > self.limits.max_bytes:
            yield FileHeader(values={})
            yield from self._about_name()
            yield self._too_large(f"The file is larger than {self.limits.max_bytes:,} bytes.")
            return
        names = (*HEADER, JOB_TYPE)
        values = {name: self._head[name].value for name in names if name in self._head}
        yield FileHeader(values={ROOT: self._shape.root, **values}, job=JOBS.get(values.get(JOB_TYPE, "")))
        yield from self._about_name()
        settings = Settings(
            processes=self.context.processes,
            work=partial(work, self.context, self._shape),
            fields=FIELDS[self._shape.root],
        )
        for item in read(self.path, self._shape, settings):
            if isinstance(item, XmlRecord) and item.number > self._most:
                yield from self._flushed()
                yield self._too_large(f"The file holds more than {self._most:,} learners.")
                return
            yield from self._told(item)

    @cached_property
    def _shape(self) -> Shape:
        return shape_of(self.path)

    @cached_property
    def _head(self) -> dict[str, HeadField]:
        return head_fields(self.path, self._shape, XmlLimits())

    @property
    def _most(self) -> int:
        return min(self.limits.max_records, MOST_BY_SOAP) if self._shape is SOAP else self.limits.max_records

    def _too_large(self, message: str) -> Notice:
        return rules.TOO_LARGE.notice(found=Found(words={"what is wrong": message, "what to do": _SPLIT}))

    def _about_name(self) -> Iterator[Notice]:
        """Yield what is said of the file's name, its sender and its header."""
        book = Rulebook(rules={name: rule for name, rule in rules.BOOK.rules.items() if "learners" not in rule.fields})
        yield from self._judged(book, {})

    def _judged(self, book: Rulebook, totals: dict[str, str]) -> Iterator[Notice]:
        head = {} if self.path.stat().st_size > self.limits.max_bytes else self._head
        sender = {"sender_ukprn": self.context.sender.ukprn or ""} if self.context.sender else {}
        header = {name: head[name].value for name in HEADER if name in head}
        values = name_parts(self.context.file_name) | header | sender | totals
        unknown = {name for name in (*HEADER, "sender_ukprn") if name not in values}
        frame = Record(number=1, line=1, key="", values=values)
        judged = book.apply(frame, self.context, failed=frozenset(unknown | self._failed), scope=Scope.FILE)
        for notice in judged.notices:
            placed = head.get(notice.field or "")
            yield replace(notice, line=placed.line) if placed else notice

    def _told(self, item: XmlItem) -> Iterator[Finding]:
        if isinstance(item, XmlRecord):
            yield from self._learner(item)
            return
        yield from self._flushed()
        if isinstance(item, FrameFault):
            yield self._framed(item.fault)
        elif isinstance(item, FileFault):
            words = {"what is wrong": item.message, "what to do": item.fix or "Export the file again and send it."}
            yield rules.STOPS[item.why].notice(found=Found(words=words, line=item.line))
        elif isinstance(item, Totals):
            yield from self._ended()
        elif item.elsewhere:
            yield location_notice(rules.LOCATION, item.elsewhere)

    def _learner(self, item: XmlRecord) -> Iterator[Finding]:
        self._found += 1
        checked = item.found if isinstance(item.found, CheckedRecord) else _too_large_a_learner(item)
        if checked is None:
            self._faultless += 1
            return
        yield from self._flushed()
        notices = tuple(replace(notice, record=item.number) for notice in checked.notices)
        bar = checked.registration_bar
        yield replace(
            checked,
            record=replace(checked.record, number=item.number),
            notices=notices,
            registration_bar=replace(bar, record=item.number) if bar else None,
            span=(item.start, item.end) if item.start >= 0 else None,
        )

    def _flushed(self) -> Iterator[Finding]:
        if self._faultless:
            yield Faultless(records=self._faultless)
            self._faultless = 0

    def _framed(self, fault: Fault) -> Notice:
        """Return the notice of a fault outside the learners; what is secret is never repeated."""
        self._failed.add(fault.field)
        words = {"what is wrong": fault.message, "what to do": fault.fix}
        if fault.field in _SECRET:
            words = {"what is wrong": f"{fault.field} is missing or wrong.", "what to do": "See the schema."}
        notice = rules.STRUCTURE.notice(found=Found(fault.path or None, words, fault.line))
        return notice if fault.field in _SECRET else replace(notice, value=fault.value)

    def _ended(self) -> Iterator[Notice]:
        if not self._found:
            yield rules.NO_LEARNERS.notice()
            return
        book = Rulebook(rules={name: rule for name, rule in rules.BOOK.rules.items() if "learners" in rule.fields})
        yield from self._judged(book, {"learners": str(self._found)})


def _too_large_a_learner(item: XmlRecord) -> CheckedRecord | None:
    """Return the refusal of a learner that no work was done on because it is too large; None for a right one."""
    if not item.faults:
        return None
    record = Record(number=0, line=item.line, key="", values=dict.fromkeys(LEARNER, ""))
    words = [{"what is wrong": fault.message, "what to do": fault.fix} for fault in item.faults]
    notices = tuple(rules.LEARNER_FORM.notice(record, Found(words=it)) for it in words)
    return CheckedRecord(record=record, notices=notices, refused_as=MatchOutcome.REFUSED)

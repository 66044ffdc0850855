"""Reads a file of the JCQ's style: R1, then for each centre R2, for each candidate R4 and its R5, at the end R9.

Every R5 is a record. What is wrong with a candidate's R4 is told of each of its results, for none can be stored.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from adapters.formats.csv_file import Stop, Unreadable
from adapters.formats.fixed_width import FixedRow, FixedTotals, LineFault, read_fixed
from adapters.formats.table_kind import Limits
from adapters.kinds.ao_results.result import learner
from adapters.kinds.jcq_results import book as told
from adapters.kinds.jcq_results import rules, rules_files
from adapters.kinds.jcq_results.book import BOOK
from adapters.kinds.jcq_results.result import LAYOUT, NAMED, Above, as_sent, result_values
from adapters.kinds.jcq_results.rules_files import COUNTS, HEADER_CENTRE, IDENTIFIERS, TRAILER_CENTRE
from gateway.core.handover import FileHeader, Finding
from gateway.core.model import CheckedRecord, Record
from gateway.core.notices import Notice, Scope
from gateway.core.outcomes import MatchOutcome
from gateway.core.rules.repeats import Noted, Repeats, stamps
from gateway.core.rules.rule import Context, Found, Rule

RULE_MODULES: Final = (rules, rules_files)
"""The modules whose rules are in `BOOK` beside its own: each registers them when it is imported."""
_LETTERS: Final = frozenset({"Name", "CentreName"})
_HEADER, _CENTRE, _CANDIDATE, _RESULT, _TRAILER = "R1", "R2", "R4", "R5", "R9"
_MOST_LONG: Final = 0.05
_SERIES: Final = frozenset({"Series", "Year"})
_TWO_HEADERS: Final = {
    "what is wrong": "The header R1 stands here once more; it may stand at the beginning alone.",
    "what is asked for": "Two files may have been joined: send each of them by itself.",
}
_IN_COMMON: Final = {theirs: ours for ours, theirs in NAMED.items()}
_FIELDS: Final = frozenset(name for rule in BOOK.rules.values() for name in rule.fields)
"""All that any rule looks at."""


@dataclass
class JcqReading:
    """One reading of one file."""

    path: Path
    context: Context
    limits: Limits
    _above: Above = field(default_factory=Above)
    _faults: tuple[Notice, ...] = ()
    _header: Mapping[str, str] | None = None
    _counted: Counter[str] = field(default_factory=Counter)
    _last: FixedRow | None = None
    _trailers: int = 0
    _number: int = 0
    _failed: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._repeats = Repeats(BOOK, self.context)

    def findings(self) -> Iterator[Finding]:
        """Yield the header, what is said of the file, each result with all its notices, and what only the end shows."""
        for item in read_fixed(self.path, LAYOUT, self.limits.max_bytes, _LETTERS):
            if self._header is None:
                yield from self._begun(item)
            if isinstance(item, FixedRow):
                yield from self._row(item)
            elif isinstance(item, Unreadable):
                yield self._stopped(item)
                return
            else:
                yield from self._ended(item)
            if self._number > self.limits.max_records:
                limit = f"{self.limits.max_records:,} results"
                yield told.TOO_LARGE.notice(found=Found(words={"limit": limit}))
                return

    def _begun(self, item: FixedRow | Unreadable | FixedTotals) -> Iterator[Finding]:
        """Yield what is said of the file's name, its sender and its header."""
        first = item if isinstance(item, FixedRow) else None
        is_header = first is not None and first.type is not None and first.type.type == _HEADER
        self._header = first.values if first and is_header else {}
        yield FileHeader(values=dict(self._header))
        if first and not is_header:
            yield told.NO_HEADER.notice(found=Found(line=first.line))
        for place, fault in first.wrong if first and is_header else ():
            self._failed.add(place.name)
            words = {"what is wrong": fault.message, "what is asked for": fault.fix}
            words |= {"value": self._header[place.name] or "empty"}
            rule = told.SERIES_VALUE if place.name in _SERIES else told.HEADER_VALUE
            yield rule.notice(found=Found(place.name, words, first.line if first else None))
        frame = self._frame({})
        yield from self._judged(frame, (_FIELDS - frame.values.keys()) | self._failed)
        self._above = Above(organisation=self._organisation(), series=self._series())

    def _frame(self, more: Mapping[str, str]) -> Record:
        sender = self.context.sender
        facts = {"file_name": self.context.file_name}
        facts |= {"sender_kind": str(sender.kind), "sender_ukprn": sender.ukprn or ""} if sender else {}
        return Record(number=1, line=1, key="", values={**facts, **(self._header or {}), **more})

    def _judged(self, frame: Record, failed: frozenset[str]) -> list[Notice]:
        return BOOK.apply(frame, self.context, failed=failed, scope=Scope.FILE).notices

    def _organisation(self) -> str:
        """Return the UKPRN of the header's organisation by the list, or the sender's where there is no list."""
        code = (self._header or {}).get("AwardingOrganisation", "")
        sender = self.context.sender.ukprn or "" if self.context.sender else ""
        if not self.context.reference.loaded(IDENTIFIERS):
            return sender
        row = self.context.reference.lookup(IDENTIFIERS, code) if code else None
        return row["ukprn"] if row else sender

    def _series(self) -> str:
        header = self._header or {}
        return f"{header.get('Series', '')}{header.get('Year', '')}"

    def _row(self, row: FixedRow) -> Iterator[Finding]:
        self._last = row
        kind = row.type.type if row.type else ""
        self._counted[kind] += 1
        if kind == _CENTRE:
            self._above.centre, self._above.candidate = row.values, {}
        elif kind == _CANDIDATE:
            self._above.candidate = row.values
            self._faults = tuple(self._row_faults(row, Record(number=0, line=row.line, key="", values=row.values)))
        elif kind in {_RESULT, ""}:
            self._number += 1
            yield self._result(row) if kind else self._unknown(row)
        elif kind == _HEADER and self._counted[_HEADER] > 1:
            yield told.HEADER_VALUE.notice(found=Found(words=_TWO_HEADERS, line=row.line))

    def _unknown(self, row: FixedRow) -> CheckedRecord:
        """Return a line that begins like no record; it counts as a result that is refused."""
        record = Record(number=self._number, line=row.line, key="", values={})
        words = {"what is wrong": "The line begins like no record.", "length": str(LAYOUT.record_length)}
        notice = told.LONG.notice(record, Found(words=words))
        return CheckedRecord(record=record, notices=(notice,), refused_as=MatchOutcome.REFUSED, span=row.span)

    def _result(self, row: FixedRow) -> CheckedRecord:
        key = f"{row.values['CentreNumber']}/{row.values['CandidateNumber']}"
        values = result_values(self._above, row.values, self.context)
        record = Record(number=self._number, line=row.line, key=key, values=values)
        notices = [_placed(notice, record) for notice in self._faults] if self._above.candidate else []
        notices += [*self._row_faults(row, record), *self._orphaned(row, record)]
        wrong = {notice.field for notice in notices if notice.field} | (set() if self._above.candidate else {"Name"})
        failed = wrong | {_IN_COMMON[name] for name in wrong & _IN_COMMON.keys()}
        judged = BOOK.apply(record, self.context, failed=frozenset(failed), scope=Scope.RECORD)
        notices += [as_sent(notice, record) for notice in judged.notices]
        refused = any(notice.refuses(Scope.RECORD) for notice in notices)
        keys = () if failed else stamps(BOOK, record, self.context)
        self._repeats.note(Noted(record.number, record.line, key, refused), keys)
        return CheckedRecord(
            record=record,
            notices=tuple(notices),
            learner=None if refused else learner(record),
            refused_as=MatchOutcome.REFUSED if refused else None,
            not_run=judged.not_run,
            span=row.span,
        )

    def _orphaned(self, row: FixedRow, record: Record) -> Iterator[Notice]:
        """Yield what is wrong where a result is not of the candidate and centre that it stands below."""
        above, centre = self._above.candidate, self._above.centre
        mine = row.values["CentreNumber"], row.values["CandidateNumber"], row.values["UCI"]
        theirs = above.get("CentreNumber", ""), above.get("CandidateNumber", ""), above.get("UCI", "")
        if mine != theirs:
            words = {"the result's": "/".join(mine), "the candidate's": "/".join(theirs) if above else "no candidate"}
            yield told.ORPHAN.notice(record, Found("CandidateNumber", words))
        elif centre.get("CentreNumber") != mine[0]:
            below = f"centre {centre['CentreNumber']}" if centre else "no centre"
            words = {"the result's": f"centre {mine[0]}", "the candidate's": below}
            yield told.ORPHAN.notice(record, Found("CentreNumber", words))

    def _row_faults(self, row: FixedRow, record: Record) -> Iterator[Notice]:
        length = str(LAYOUT.record_length)
        if LineFault.LONG in row.faults:
            words = {"what is wrong": f"The record has {len(row.text)} characters, not {length}.", "length": length}
            yield told.LONG.notice(record, Found(words=words))
        for fault, rule in ((LineFault.CHARACTER, told.CHARACTER), (LineFault.STRAY, told.STRAY)):
            if fault in row.faults and LineFault.LONG not in row.faults:
                yield rule.notice(record, Found(words={"place": str(row.faults[fault])}))
        for place, wrong in row.wrong:
            words = {"what is wrong": wrong.message, "what is asked for": wrong.fix, "value": row.values[place.name]}
            yield told.VALUE.notice(record, Found(place.name, words))

    def _stopped(self, why: Unreadable) -> Notice:
        if why.why is Stop.SIZE:
            words = {"limit": f"{self.limits.max_bytes:,} bytes"}
            return told.TOO_LARGE.notice(found=Found(words=words))
        where = f": it seems to be {why.what}" if why.what else f" from line {why.line} on" if why.line else ""
        return told.UNREADABLE.notice(found=Found(words={"where": where}, line=why.line))

    def _ended(self, totals: FixedTotals) -> Iterator[Finding]:
        """Yield what only the whole file shows."""
        yield from self._repeats.late()
        length = str(LAYOUT.record_length)
        if totals.wrong_length > _MOST_LONG * totals.records:
            words = {"count": str(totals.wrong_length), "all": str(totals.records), "length": length}
            yield told.WRONG_LENGTH.notice(found=Found(words=words))
        if not self._counted[_RESULT]:
            yield told.NO_RESULTS.notice()
        yield from self._trailer(totals)
        yield from _noted(told.SHORT, totals.faults[LineFault.SHORT], length)
        yield from _noted(told.LINE_ENDS, totals.without_carriage_return, length)

    def _trailer(self, totals: FixedTotals) -> Iterator[Notice]:
        last = self._last
        if last is None or last.type is None or last.type.type != _TRAILER or self._counted[_TRAILER] > 1:
            yield told.NO_TRAILER.notice(found=Found(line=last.line if last else None))
            return
        counts = (self._counted[_CENTRE], self._counted[_CANDIDATE], self._counted[_RESULT], totals.records)
        values = dict(zip(COUNTS.values(), map(str, counts), strict=True))
        wrong = {place.name for place, _ in last.wrong}
        given = {name: last.values[name] for name in COUNTS}
        for name in sorted(wrong & set(given)):
            yield told.NO_TRAILER.notice(found=Found(name, line=last.line))
        header = self._header or {}
        if "CentreNumber" in header and "CentreNumber" not in self._failed | wrong:
            values |= {HEADER_CENTRE: header["CentreNumber"], TRAILER_CENTRE: last.values["CentreNumber"]}
        told_now = {**given, **values}
        yield from self._judged(replace(self._frame(told_now), line=last.line), _FIELDS - told_now.keys() | wrong)


def _placed(notice: Notice, record: Record) -> Notice:
    """Return what is wrong with a candidate as it is told of one of its results, at the candidate's own line."""
    return Notice(
        code=notice.code,
        severity=notice.severity,
        scope=notice.scope,
        message=notice.message,
        fix=notice.fix,
        line=notice.line,
        record=record.number,
        key=record.key,
        field=notice.field,
        value=notice.value,
    )


def _noted(rule: Rule, count: int, length: str) -> Iterator[Notice]:
    if count:
        yield rule.notice(found=Found(words={"count": str(count), "length": length}))

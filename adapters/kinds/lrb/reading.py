"""Checks an LRB file row by row, in memory bounded by one row, and tells all that is wrong with it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from adapters.formats.csv_file import Row, Unreadable, probe, rows
from adapters.kinds.lrb.answers import ULN_INVALID, reply_to_faults
from adapters.kinds.lrb.faults import (
    BLANK_LINES,
    HEADINGS,
    NO_LEARNERS,
    ROW_QUOTE,
    ROW_WIDTH,
    STOPS,
    TOO_MANY,
    VALUE_FORMAT,
    VALUE_MISSING,
    WINDOWS_TEXT,
)
from adapters.kinds.lrb.file_rules import BOOK, name_parts
from adapters.kinds.lrb.headings import heading_problems
from adapters.kinds.lrb.rules import TO_REGISTER_CODE
from adapters.kinds.lrb.table import HEADER, LEARNER, SCHEMA
from gateway.core.handover import FileHeader, Finding
from gateway.core.model import CheckedRecord, Learner, Record
from gateway.core.notices import Notice, Scope
from gateway.core.outcomes import MatchOutcome
from gateway.core.rules.rule import Context, Found
from gateway.core.tables import FieldFault, read_date
from gateway.core.uln import TEMPORARY_ULN

_WIDTH = len(SCHEMA.names)
_KEY = SCHEMA.names.index("MISIdentifier")
_BLANK = " \t\x1a"
_LEARNERS = frozenset({"learners"})
_COLUMNS = tuple(
    (SCHEMA.names.index(name), name, SCHEMA[name].check, SCHEMA[name].constraints.required) for name in LEARNER
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may hold before it is refused as too large."""

    max_bytes: int
    max_records: int


@dataclass
class Reading:
    """One reading of one file; what stops it is kept until everything before it is told."""

    path: Path
    context: Context
    limits: Limits
    _remarks: list[Notice] = field(default_factory=list)
    _stopped: Notice | None = None
    _blank: int = 0
    _first_blank: int = 0

    def findings(self) -> Iterator[Finding]:
        """Yield the header, what is said of the file, each record with its notices, and what only the end shows."""
        read = self._rows()
        first = self._first(read)
        frame = self._frame(first)
        yield FileHeader(values={name: frame.values[name] for name in HEADER if name in frame.values})
        yield from self._remarks
        unknown = _LEARNERS if first else _LEARNERS.union(HEADER)
        yield from BOOK.apply(frame, self.context, failed=unknown, scope=Scope.FILE).notices
        learners = 0
        for row in chain([first], read) if first else ():
            learners += 1
            if learners > self.limits.max_records:
                self._stop_at(row, "learners")
                break
            yield checked(learners, row, self.context)
        yield from self._closing(frame, learners)

    def _rows(self) -> Iterator[Row]:
        """Yield the rows that hold a value; note blank ones, and what stops the reading."""
        text = probe(self.path, self.limits.max_bytes)
        if isinstance(text, Unreadable):
            self._stop(text)
            return
        if text.first_doubt is not None:
            words = {"line": str(text.first_doubt)}
            self._remarks.append(WINDOWS_TEXT.notice(found=Found(words=words, line=text.first_doubt)))
        for row in rows(self.path, text.encoding):
            if isinstance(row, Unreadable):
                self._stop(row)
            elif _is_blank(row.cells):
                self._blank += 1
                self._first_blank = self._first_blank or row.line
                if self._blank > self.limits.max_records:
                    self._stop_at(row, "rows without any value")
                    return
            else:
                yield row

    def _stop(self, why: Unreadable) -> None:
        words = {"line": str(why.line), "what": why.what, "limit": f"{self.limits.max_bytes:,} bytes"}
        self._stopped = STOPS[why.why].notice(found=Found(words=words, line=why.line))

    def _stop_at(self, row: Row, what: str) -> None:
        words = {"limit": f"{self.limits.max_records:,}", "of what": what}
        self._stopped = TOO_MANY.notice(found=Found(words=words, line=row.line))

    def _first(self, read: Iterator[Row]) -> Row | None:
        """Return the first learner's row, after the headings; None where the reading stopped before it."""
        headings = next(read, None)
        problems = heading_problems(headings.cells) if headings else None
        if headings and problems:
            self._stopped = HEADINGS.notice(found=Found(words=problems, line=headings.line))
            return None
        first = next(read, None)
        if first is None and self._stopped is None:
            words = {"what there is instead": "only headings" if headings else "nothing at all"}
            self._stopped = NO_LEARNERS.notice(found=Found(words=words))
        return first

    def _frame(self, first: Row | None) -> Record:
        sender = self.context.sender
        values = name_parts(self.context.file_name) | ({"sender_ukprn": sender.ukprn or ""} if sender else {})
        if first:
            values |= _values(first)
        return Record(number=1, line=first.line if first else 1, key="", values=values)

    def _closing(self, frame: Record, learners: int) -> Iterator[Notice]:
        if self._stopped:
            yield self._stopped
        else:
            counted = Record(number=1, line=frame.line, key="", values={**frame.values, "learners": str(learners)})
            yield from BOOK.apply(counted, self.context, failed=frozenset(frame.values), scope=Scope.FILE).notices
        if self._blank:
            words = {"count": str(self._blank), "line": str(self._first_blank)}
            yield BLANK_LINES.notice(found=Found(words=words, line=self._first_blank))


def checked(number: int, row: Row, context: Context) -> CheckedRecord:
    """Return a learner's record with everything that is wrong with it; the learner is given where nothing is."""
    record = Record(number=number, line=row.line, key=_key(row), values=_values(row))
    unsplit = _unsplit(record, row)
    if unsplit:
        return CheckedRecord(record=record, notices=(unsplit,), refused_as=MatchOutcome.REFUSED)
    notices = [
        _fault(record, name, fault)
        for place, name, check, required in _COLUMNS
        if (row.cells[place] or required) and (fault := check(row.cells[place].strip()))
    ]
    failed = frozenset(notice.field for notice in notices if notice.field)
    bar = None
    judged = BOOK.apply(record, context, failed=failed, scope=Scope.RECORD)
    for notice in judged.notices:
        if notice.code == TO_REGISTER_CODE:
            bar = notice
        else:
            notices.append(notice)
    reply = reply_to_faults(notices) if notices else None
    if reply is None:
        learner, refused_as = _learner(record), None
    else:
        learner, refused_as = None, MatchOutcome.ULN_INVALID if reply is ULN_INVALID else MatchOutcome.REFUSED
    return CheckedRecord(
        record=record,
        notices=tuple(notices),
        learner=learner,
        refused_as=refused_as,
        registration_bar=bar,
        not_run=judged.not_run,
    )


def _values(row: Row) -> dict[str, str]:
    """Return a row's 30 values by name: those that a short row lacks are empty, those beyond the 30th are left out."""
    missing = _WIDTH - len(row.cells)
    cells = row.cells + [""] * missing if missing > 0 else row.cells
    return dict(zip(SCHEMA.names, cells, strict=False))


def _key(row: Row) -> str:
    return row.cells[_KEY].strip() if len(row.cells) > _KEY else ""


def _is_blank(cells: list[str]) -> bool:
    return not any(cells) or (len(cells) == 1 and not cells[0].strip(_BLANK))


def _unsplit(record: Record, row: Row) -> Notice | None:
    """Return why a row's values cannot be told apart, or None."""
    if row.broken is not None:
        name = SCHEMA.names[row.broken] if row.broken < _WIDTH else None
        return ROW_QUOTE.notice(record, Found(name, {"place": name or f"column {row.broken + 1}"}))
    if len(row.cells) != _WIDTH:
        columns = "1 column" if len(row.cells) == 1 else f"{len(row.cells)} columns"
        return ROW_WIDTH.notice(record, Found(words={"found": columns}))
    return None


def _fault(record: Record, name: str, fault: FieldFault) -> Notice:
    rule = VALUE_MISSING if fault.missing else VALUE_FORMAT
    words = {
        "title": SCHEMA[name].title,
        "what is wrong with the value": fault.message,
        "what the column asks for": fault.fix,
    }
    return rule.notice(record, Found(name, words))


def _learner(record: Record) -> Learner:
    uln = record["ULN"]
    return Learner(
        given_name=record["GivenName"],
        family_name=record["FamilyName"],
        date_of_birth=read_date(record["DateOfBirth"]),
        sex=record["Gender"],
        postcode=record["LastKnownPostCode"],
        uln="" if uln == TEMPORARY_ULN else uln,
        middle_name=record["MiddleOtherName"],
        preferred_given_name=record["PreferredGivenName"],
        previous_family_name=record["PreviousFamilyName"],
        family_name_at_16=record["FamilyNameAt16"],
        email=record["EmailAddress"],
        ability_to_share=record["AbilityToShare"],
    )

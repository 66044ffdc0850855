"""Settles T Level results: a grade for a component in a series is stored, amended, unchanged or removed.

Kept for a learner is each grade under its component and series, such as `61099016/Summer 2026`. Beside it may stand,
under `61099016/Summer 2026/status`, what reviews and appeals have made of it (`awarding` 5.5).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from adapters.kinds.tlevel.lookups import Lookups
from adapters.kinds.tlevel.results import (
    AMENDED_LATE,
    ENTRY_MISSING,
    GRADE_UNKNOWN,
    RESULT_FINAL,
    RESULT_IN_REVIEW,
    SERIES_OTHER,
)
from adapters.kinds.tlevel.settling import (
    ASSESSMENT,
    REGISTRATION,
    RESULT,
    Desk,
    Registered,
    joint_effect,
    refused,
    settled,
)
from adapters.kinds.tlevel.settling_assessments import entered_series, not_registered_for
from adapters.kinds.tlevel.standing import SERIES_CLOSED, SERIES_UNKNOWN
from adapters.kinds.tlevel.words import RESULT_CORE, RESULT_SPECIALISMS, codes_of, grades_of, series_of
from gateway.core.keeping import Kept, RecordKey, Settled
from gateway.core.model import CheckedRecord, Match, Record
from gateway.core.notices import Notice
from gateway.core.outcomes import Effect
from gateway.core.rules.rule import Context, Found, Rule

_IN_REVIEW: Final = frozenset({"under review", "being appealed"})


class Part(NamedTuple):
    """One half of a row: the results of the core component or of the specialisms, with their columns."""

    component: str
    codes: tuple[str, ...]
    series: str
    grades: tuple[str, ...]
    fields: tuple[str, str, str]

    def place(self, code: str) -> str:
        """Return under what the grade of one of the part's components is kept."""
        return f"{code}/{self.series}"


class ResultSettling:
    """Settles the rows of one file."""

    def __init__(self, context: Context) -> None:
        self._desk = Desk(context)

    def keys(self, checked: CheckedRecord, _found: Match) -> Sequence[RecordKey]:
        """Return the keys of the learner's registration, entries and results."""
        return self._desk.keys(checked.record, REGISTRATION, ASSESSMENT, RESULT)

    def settle(self, checked: CheckedRecord, found: Match, kept: Mapping[RecordKey, Kept]) -> Settled:
        """Decide on a row by the learner's registration, entries and earlier results."""
        record = checked.record
        registered = self._desk.registered(record, kept)
        if isinstance(registered, Notice):
            return refused(found, [registered])
        held = kept.get(self._desk.key(RESULT, record))
        entered = kept.get(self._desk.key(ASSESSMENT, record))
        grades = dict(held.values) if held else {}
        row = _Row(record, registered, entered.values if entered else {}, grades, self._desk.lookups)
        parts = list(_parts(record, self._desk.lookups))
        notices = [notice for part in parts for notice in row.wrong(part)]
        if notices:
            return refused(found, notices)
        effects = [_graded(grades, part.place(code), grade) for part in parts for code, grade in _pairs(part)]
        return settled(found, joint_effect(effects), self._desk.changed(record, RESULT, grades, held))


class _Row(NamedTuple):
    """One row beside what is kept for its learner."""

    record: Record
    registered: Registered
    entries: Mapping[str, str]
    grades: Mapping[str, str]
    lookups: Lookups

    def wrong(self, part: Part) -> Iterator[Notice]:
        """Yield what the third and the fourth stage find in a part."""
        code_field, series_field, grade_field = part.fields
        yield from not_registered_for(part.codes, self.record, self.registered, part.component, code_field)
        if self.lookups.series_known(part.series, part.component):
            yield from self._not_open(part, series_field)
            yield from self._not_entered(part)
        else:
            yield self._told(SERIES_UNKNOWN, series_field, series=part.series)
        if unknown := self.lookups.unknown_grades(part.grades, part.component):
            known = ", ".join(self.lookups.grades(part.component))
            yield self._told(GRADE_UNKNOWN, grade_field, wrong=", ".join(unknown), grades=known)
        yield from self._not_amendable(part)

    def _not_open(self, part: Part, field: str) -> Iterator[Notice]:
        """Tell that new results come too early or too late; of those that are kept the fourth stage decides."""
        new = [code for code in part.codes if part.place(code) not in self.grades]
        if new and not self.lookups.series_open(part.series, part.component):
            yield self._told(SERIES_CLOSED, field, series=part.series)

    def _not_entered(self, part: Part) -> Iterator[Notice]:
        known = (self.registered.core,) if part.component == "core" else self.registered.specialisms
        entered = {code: entered_series(self.entries, code) for code in part.codes if code in known}
        if missing := [code for code, series in entered.items() if not series]:
            yield self._told(ENTRY_MISSING, part.fields[0], codes=", ".join(missing))
        if other := [code for code, series in entered.items() if series and part.series not in series]:
            others = ", ".join(dict.fromkeys(series for code in other for series in entered[code]))
            words = {"series": part.series, "codes": ", ".join(other), "entered": others}
            yield self._told(SERIES_OTHER, part.fields[1], **words)

    def _not_amendable(self, part: Part) -> Iterator[Notice]:
        for code, grade in _pairs(part):
            if self.grades.get(part.place(code), grade) != grade:
                yield from self._bars(part, code)

    def _bars(self, part: Part, code: str) -> Iterator[Notice]:
        """Yield why the grade of a component can not be changed by a results file."""
        status = self.grades.get(f"{part.place(code)}/status", "")
        field = part.fields[2]
        if not self.lookups.series_open(part.series, part.component):
            yield self._told(AMENDED_LATE, field, code=code, series=part.series)
        if status == "final":
            yield self._told(RESULT_FINAL, field, code=code, series=part.series)
        if status in _IN_REVIEW:
            yield self._told(RESULT_IN_REVIEW, field, code=code, series=part.series)

    def _told(self, rule: Rule, field: str, **words: str) -> Notice:
        return rule.notice(self.record, Found(field, words))


def _graded(grades: dict[str, str], place: str, grade: str) -> Effect:
    """Keep a grade, or take the one kept away where there is none, and return what that changed."""
    held = grades.get(place)
    if (held or "") == grade:
        return Effect.UNCHANGED
    if not grade:
        del grades[place]
        return Effect.WITHDRAWN
    grades[place] = grade
    return Effect.STORED if held is None else Effect.AMENDED


def _pairs(part: Part) -> Iterator[tuple[str, str]]:
    return zip(part.codes, part.grades, strict=True)


def _parts(record: Record, lookups: Lookups) -> Iterator[Part]:
    """Yield those halves of a row that hold something."""
    for component, fields in (("core", RESULT_CORE), ("specialism", RESULT_SPECIALISMS)):
        codes_cell, series_cell, grades_cell = (record[field] for field in fields)
        if codes := codes_of(codes_cell):
            grades = (lookups.spelt(grade, component) for grade in grades_of(grades_cell, len(codes)))
            yield Part(component, codes, series_of(series_cell), tuple(grades), fields)

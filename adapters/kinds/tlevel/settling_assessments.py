"""Settles T Level assessment entries: each component is entered for one series at a time.

Kept for a learner are the series of each component in which he or she was entered, with semicolons between them; the
last one is active. Another series is a resit where the active one has a result; without one, an earlier series takes
the active one's place and a later one is refused (`awarding` 5.5).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from adapters.kinds.tlevel.assessments import RESIT_TOO_EARLY
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
from adapters.kinds.tlevel.standing import CORE_OTHER, SERIES_CLOSED, SERIES_UNKNOWN, SPECIALISM_OTHER
from adapters.kinds.tlevel.words import CORE_CODE, CORE_ENTRY, SPECIALISM_CODES, SPECIALISM_ENTRY, codes_of, series_of
from gateway.core.keeping import Kept, RecordKey, Settled
from gateway.core.model import CheckedRecord, Match, Record
from gateway.core.notices import Notice
from gateway.core.outcomes import Effect
from gateway.core.rules.rule import Context, Found


class Part(NamedTuple):
    """One half of a row: the core component or the specialisms, with the columns that it stands in."""

    component: str
    codes: tuple[str, ...]
    series: str
    code_field: str
    series_field: str


class AssessmentSettling:
    """Settles the rows of one file."""

    def __init__(self, context: Context) -> None:
        self._desk = Desk(context)

    def keys(self, checked: CheckedRecord, _found: Match) -> Sequence[RecordKey]:
        """Return the keys of the learner's registration, entries and results."""
        return self._desk.keys(checked.record, REGISTRATION, ASSESSMENT, RESULT)

    def settle(self, checked: CheckedRecord, found: Match, kept: Mapping[RecordKey, Kept]) -> Settled:
        """Decide on a row by what the learner is registered and entered for."""
        record = checked.record
        registered = self._desk.registered(record, kept)
        if isinstance(registered, Notice):
            return refused(found, [registered])
        held = kept.get(self._desk.key(ASSESSMENT, record))
        results = kept.get(self._desk.key(RESULT, record))
        entries = _Entries(held.values if held else {}, results.values if results else {})
        notices = [notice for part in _parts(record) for notice in self._wrong(part, record, registered, entries)]
        if notices:
            return refused(found, notices)
        effects = [entries.enter(code, part.series) for part in _parts(record) for code in part.codes]
        return settled(found, joint_effect(effects), self._desk.changed(record, ASSESSMENT, entries.series, held))

    def _wrong(self, part: Part, record: Record, registered: Registered, entries: "_Entries") -> Iterator[Notice]:
        yield from not_registered_for(part.codes, record, registered, part.component, part.code_field)
        words = {"series": part.series}
        if not self._desk.lookups.series_known(part.series, part.component):
            yield SERIES_UNKNOWN.notice(record, Found(part.series_field, words))
            return
        new = [code for code in part.codes if not entries.holds(code, part.series)]
        if new and not self._desk.lookups.series_open(part.series, part.component):
            yield SERIES_CLOSED.notice(record, Found(part.series_field, words))
        if early := [code for code in part.codes if entries.is_too_early(code, part.series)]:
            words |= {"codes": ", ".join(early), "earlier": entries.active(early[0])}
            yield RESIT_TOO_EARLY.notice(record, Found(part.series_field, words))


def not_registered_for(
    codes: Sequence[str], record: Record, registered: Registered, component: str, field: str
) -> Iterator[Notice]:
    """Yield what is said of codes that are not among those for which a learner is registered."""
    known = (registered.core,) if component == "core" else registered.specialisms
    if others := [code for code in codes if code not in known]:
        rule = CORE_OTHER if component == "core" else SPECIALISM_OTHER
        yield rule.notice(record, Found(field, {"code": ", ".join(others)}))


def entered_series(entries: Mapping[str, str], code: str) -> list[str]:
    """Return the series in which a component is or was entered, the active one last."""
    return [series for series in entries.get(code, "").split(";") if series]


class _Entries:
    """The entries of one learner, as a row changes them."""

    def __init__(self, series: Mapping[str, str], results: Mapping[str, str]) -> None:
        self.series = dict(series)
        self._results = results

    def holds(self, code: str, series: str) -> bool:
        return series in entered_series(self.series, code)

    def active(self, code: str) -> str:
        return "".join(entered_series(self.series, code)[-1:])

    def is_too_early(self, code: str, series: str) -> bool:
        """Tell whether a component would be taken again before there is a result of it."""
        active = self.active(code)
        later = bool(active) and not self.holds(code, series) and _order(series) > _order(active)
        return later and not self._has_result(code, active)

    def enter(self, code: str, series: str) -> Effect:
        """Enter a component for a series and return what that changed."""
        earlier = entered_series(self.series, code)
        if series in earlier:
            return Effect.UNCHANGED
        sat = [it for it in earlier if self._has_result(code, it)]
        self.series[code] = ";".join([*sat, series])
        return Effect.STORED if sat == earlier else Effect.AMENDED

    def _has_result(self, code: str, series: str) -> bool:
        return f"{code}/{series}" in self._results


def _order(series: str) -> tuple[str, int]:
    """Return what puts series in the order of time: the year, then the season."""
    season, _, year = series.rpartition(" ")
    seasons = "Winter", "Spring", "Summer", "Autumn"
    return year, seasons.index(season) if season in seasons else len(seasons)


def _parts(record: Record) -> Iterator[Part]:
    """Yield those halves of a row that hold something."""
    columns = ("core", CORE_CODE, CORE_ENTRY), ("specialism", SPECIALISM_CODES, SPECIALISM_ENTRY)
    for component, code_field, series_field in columns:
        if codes := codes_of(record[code_field]):
            yield Part(component, codes, series_of(record[series_field]), code_field, series_field)

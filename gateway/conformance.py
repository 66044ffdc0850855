"""How much of a kind's rules a supplier's test files show: for each rule, a place that trips it and one that passes.

A rule passes on a record where all that it looks at is returned and it finds nothing, or, where it looks at nothing
that can be named, such as the form of a file, wherever it is not told. What is never returned shows nothing of a rule.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gateway.core.handover import Finding, Late
from gateway.core.model import CheckedRecord, Group, Record
from gateway.core.notices import Notice, Scope
from gateway.core.outcomes import Total
from gateway.core.ports.kinds import FileKind
from gateway.core.rules.explained import sayers
from gateway.core.rules.registry import groups_at
from gateway.core.rules.rule import Context, Rule
from gateway.core.tally import Tally


@dataclass(frozen=True, slots=True)
class Evidence:
    """The first place that shows a branch of a rule: the file, and its line and record where it has them."""

    file: str
    line: int | None
    record: int | None


@dataclass(kw_only=True)
class Shown:
    """One rule of a kind: where it was told and where it had nothing to tell, and what of its fields never stood."""

    code: str
    rule: str
    severity: str
    title: str
    trips: int = 0
    passes: int = 0
    tripped_at: Evidence | None = None
    passed_at: Evidence | None = None
    never_returned: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    @property
    def branches(self) -> int:
        """Return how many of the two branches were shown."""
        return (self.trips > 0) + (self.passes > 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conformance:
    """What a set of files has shown of a kind: each of its rules, the files, and the records that nothing refuses."""

    kind: str
    files: int
    read: int
    accepted: int
    rules: tuple[Shown, ...]

    @property
    def both(self) -> int:
        """Return how many rules were shown in both branches."""
        return sum(rule.branches > 1 for rule in self.rules)

    @property
    def branches(self) -> int:
        """Return how many branches were shown, of twice as many as there are rules."""
        return sum(rule.branches for rule in self.rules)


def conformance(kind: FileKind, paths: Iterable[Path], as_of: date) -> Conformance:
    """Return what these files show of a kind's rules; they are checked offline and nothing is sent."""
    watch = _Watch(kind.rulebook.rules.values())
    files = read = accepted = 0
    for path in paths:
        tally = Tally()
        for finding in kind.check(path, Context(as_of=as_of, file_name=path.name, keeps_values=True)):
            tally.add(finding)
            watch.see(path.name, finding)
        watch.end(path.name, was_read=tally.read > 0)
        files, read, accepted = files + 1, read + tally.read, accepted + tally.totals[Total.ACCEPTED]
    return Conformance(kind=kind.name, files=files, read=read, accepted=accepted, rules=watch.shown())


class _Watch:
    """Sees what is found in files, and what the rules could have found."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = list(rules)
        self._by_code: dict[str, list[Rule]] = {}
        for rule in self._rules:
            self._by_code.setdefault(rule.code, []).append(rule)
        self._shown = {rule.name: _nothing_of(rule) for rule in self._rules}
        self._returned: dict[str, set[str]] = {rule.name: set() for rule in self._rules}
        self._told_of_file: set[str] = set()

    def see(self, file: str, finding: Finding) -> None:
        """Note what one finding shows."""
        if isinstance(finding, Notice):
            self._told_of_file |= self._tripped(file, [finding])
        elif isinstance(finding, CheckedRecord):
            bar = (finding.registration_bar,) if finding.registration_bar else ()
            self._passed(file, finding, self._tripped(file, [*finding.notices, *bar]))
        elif isinstance(finding, Late):
            for name in self._tripped(file, finding.notices):
                self._shown[name].passes -= 1

    def end(self, file: str, *, was_read: bool) -> None:
        """Note which rules on the whole file found nothing in one of which at least one record was read."""
        for rule in self._rules if was_read else ():
            if rule.scope is Scope.FILE and rule.name not in self._told_of_file and not rule.needs:
                self._passes(rule, Evidence(file, None, None))
        self._told_of_file.clear()

    def shown(self) -> tuple[Shown, ...]:
        """Return what was seen of each rule."""
        for rule in self._rules:
            shown = self._shown[rule.name]
            named = {name.removeprefix("/") for name in rule.fields} if rule.scope is Scope.RECORD else set()
            shown.never_returned = tuple(sorted(named - self._returned[rule.name]))
            if shown.passes < 1:
                shown.passes, shown.passed_at = 0, None
        return tuple(self._shown.values())

    def _tripped(self, file: str, notices: Iterable[Notice]) -> set[str]:
        names = set()
        for notice in notices:
            for rule in sayers(self._by_code.get(notice.code, []), notice):
                shown = self._shown[rule.name]
                shown.trips += 1
                shown.tripped_at = shown.tripped_at or Evidence(file, notice.line, notice.record)
                names.add(rule.name)
        return names

    def _passed(self, file: str, checked: CheckedRecord, told: Collection[str]) -> None:
        record = checked.record
        for rule in self._rules:
            if rule.scope is not Scope.RECORD:
                continue
            looked_at = [_returned(rule, group, record) for group in _groups(rule, record)]
            self._returned[rule.name].update(*looked_at)
            is_whole = any(len(found) == len(rule.fields) or (rule.each and found) for found in looked_at)
            if is_whole and rule.name not in told and rule.code not in checked.not_run and not rule.needs:
                self._passes(rule, Evidence(file, record.line, record.number))

    def _passes(self, rule: Rule, at: Evidence) -> None:
        shown = self._shown[rule.name]
        shown.passes += 1
        shown.passed_at = shown.passed_at or at


def _nothing_of(rule: Rule) -> Shown:
    return Shown(code=rule.code, rule=rule.name, severity=rule.severity, title=rule.title, needs=rule.needs)


def _groups(rule: Rule, record: Record) -> Iterable[Group]:
    """Return what a rule looks at, one after the other: the record, or each of its groups."""
    return (record,) if rule.group is None else groups_at(record, rule.group)


def _returned(rule: Rule, group: Group, record: Record) -> set[str]:
    """Return which of a rule's fields are returned in what it looks at."""
    return {name.removeprefix("/") for name in rule.fields if _stands(record if name[0] == "/" else group, name)}


def _stands(group: Group, name: str) -> bool:
    """Tell whether a field has a value, or a group stands, by a path without numbers."""
    path, _, last = name.removeprefix("/").rpartition("/")
    places = groups_at(group, path) if path else (group,)
    return bool(group[name]) or any(place[last] or place.all(last) for place in places)

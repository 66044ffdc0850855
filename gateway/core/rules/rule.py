"""What a rule is: its code, its public text, its examples, its function, and the notice that it says."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as member
from datetime import date
from typing import NamedTuple

from gateway.core.agreement import NOTHING_AGREED, Agreement
from gateway.core.errors import AdapterError
from gateway.core.model import Group, Record
from gateway.core.notices import Notice, Scope, Severity
from gateway.core.reference import Reference
from gateway.core.submission import Organisation

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """What an operator has changed in the rules: a code's severity, or None where the rule is switched off."""

    changes: tuple[tuple[str, Severity | None], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a reader and its rules may know beside the file: the day, the file's name, who sends (None offline).

    `earlier` are the names of the sender's files of this kind that came before and were not rejected, and `reference`
    holds the lists that rules look into. `processes` is how many may share a large file; `faults_only` allows a reader
    to answer records in which nothing was found by their number alone, and `keeps_values` asks it for all values of a
    record, also those that no answer needs. `agreement` is what holds for the sender.
    """

    as_of: date
    file_name: str
    sender: Organisation | None = None
    earlier: tuple[str, ...] = ()
    settings: RuleSettings = RuleSettings()
    reference: Reference = member(default_factory=Reference)
    processes: int = 1
    faults_only: bool = False
    keeps_values: bool = False
    agreement: Agreement = NOTHING_AGREED


@dataclass(frozen=True, slots=True)
class Found:
    """A rule's finding: the field at fault, the words that its message needs, and a file rule's line."""

    field: str | None = None
    words: Mapping[str, str] = member(default_factory=dict)
    line: int | None = None


class Key(NamedTuple):
    """What must not stand twice in a file, the values that a rule may compare between copies, and the field named."""

    parts: tuple[str, ...]
    compare: tuple[str, ...] = ()
    field: str | None = None


RecordRule = Callable[[Record, Context], Iterator[Found]]
GroupRule = Callable[[Group, Record, Context], Iterator[Found]]
KeyRule = Callable[[Record, Context], Iterator[Key]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One check: `name` says what it checks, `code` is what its users know it by; several may share a code.

    `group` names the groups that it looks at one by one, as in `LearningDelivery`; its fields are then those of the
    group, or the record's own with a leading stroke. `each` tells that it looks at every one of its fields alone.
    `since` and `until` bound the processing date; `needs` names the reference lists without which it is not run. It
    has one function at most: `function` for a record or the file, `group_function` for a group, `keys` for what must
    not stand twice, and none where the reader itself finds the fault. `later_only` spares the first of several copies,
    `compares` spares copies that are alike in all.
    """

    name: str
    code: str
    severity: Severity
    scope: Scope
    fields: tuple[str, ...]
    title: str
    why: str
    fix: str
    message: str
    bad: tuple[Mapping[str, str], ...] = ()
    good: tuple[Mapping[str, str], ...] = ()
    group: str | None = None
    each: bool = False
    since: date | None = None
    until: date | None = None
    needs: tuple[str, ...] = ()
    function: RecordRule | None = None
    group_function: GroupRule | None = None
    keys: KeyRule | None = None
    later_only: bool = False
    compares: bool = False

    @property
    def is_found_by_reader(self) -> bool:
        """Tell whether the reader itself finds the fault, so that nobody can switch it off."""
        return self.function is None and self.group_function is None and self.keys is None

    def notice(self, record: Record | None = None, found: Found | None = None, group: Group | None = None) -> Notice:
        """Return this rule's notice for a finding, placed at the record or at the finding's own line."""
        found = found or Found()
        numbered = record if record is not None and self.scope is Scope.RECORD else None
        within = group or record
        value = value_at(within, found.field) if within is not None and found.field is not None else None
        absent = {name.removeprefix("/"): "" for name in self.fields}
        words = _Words({"field": found.field or "", **found.words}, [it for it in (group, record) if it], absent)
        return Notice(
            code=self.code,
            severity=self.severity,
            scope=self.scope,
            message=self.message.format_map(words),
            fix=self.fix.format_map(words),
            line=numbered.line if numbered else found.line,
            record=numbered.number if numbered else None,
            key=(numbered.key or None) if numbered else None,
            field=placed(group, found.field),
            value=found.words.get("value", value),
        )

    def lacking(self, reference: Reference) -> tuple[str, ...]:
        """Return the reference lists that the rule needs and that are not loaded."""
        return tuple(name for name in self.needs if not reference.loaded(name))

    def holds_on(self, day: date) -> bool:
        """Tell whether the rule is in force on a processing date; both bounds are included."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


class _Words(dict[str, str]):
    """The words of a message: `field`, those of the finding, then the fields of group and record, cut if long."""

    def __init__(self, words: Mapping[str, str], places: Sequence[Group], absent: Mapping[str, str]) -> None:
        super().__init__(words)
        self._places = places
        self._absent = absent

    def __missing__(self, key: str) -> str:
        for place in self._places:
            if key in place.values:
                return shown(place[key])
        if self._places and key in self._absent:
            return ""
        raise AdapterError(f"A rule's message names {{{key}}}, which its finding lacks; add it to the words.")


def shown(value: str) -> str:
    """Return a value as a message quotes it: its first characters, with dots where there are more."""
    return value if len(value) <= _SHOWN else f"{value[:_SHOWN]}..."


def placed(group: Group | None, field: str | None) -> str | None:
    """Return a field of a group as a path below its record; a leading stroke names the record's own field."""
    if field is None or group is None or not group.path:
        return field
    return field[1:] if field.startswith("/") else f"{group.path}/{field}"


def value_at(group: Group, path: str) -> str | None:
    """Return what stands at a path below a group, or None where nothing does."""
    step, _, rest = path.partition("/")
    if not rest:
        return group.values.get(step)
    name, _, number = step.rstrip("]").partition("[")
    below = group.all(name)
    place = int(number or 1) - 1
    return value_at(below[place], rest) if place < len(below) else None

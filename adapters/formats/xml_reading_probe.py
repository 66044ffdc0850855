"""Tells quickly whether any rule finds something in a record, so that only such records are judged one rule at a time.

Nearly all records are right. For those it is enough to know that no rule finds anything: no notice is made, and no
order of the rules matters. Where one does, or raises, the rulebook judges the record again, with every word of it.
Groups, such as deliveries, are much alike in a file: equal ones are judged once (`xml_reading_memory`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import groupby
from typing import Final, NamedTuple

from adapters.formats.xml_reading_memory import Memory
from gateway.core.model import Group, Record
from gateway.core.notices import Scope
from gateway.core.rules.registry import Rulebook, groups_at
from gateway.core.rules.rule import Context, GroupRule, RecordRule, Rule

_Asks = Callable[[Record], bool]
_Parts = tuple[tuple[_Asks | None, tuple[RecordRule, ...]], ...]
"""Functions by what they ask of a record to find anything in it; None asks for nothing."""

NO_TRIGGERS: Final[Mapping[str, str]] = {}


class Probe(NamedTuple):
    """The functions of all rules in force on records, those on groups by the path of their groups.

    `repeated` holds the rules on what must not stand twice, alone.
    """

    book: Rulebook
    context: Context
    on_record: _Parts
    on_groups: tuple[tuple[str, Memory], ...]
    repeated: Rulebook

    def finds_nothing(self, record: Record) -> bool:
        """Tell whether no rule finds anything in a record; False where one raises."""
        try:
            if not self._is_silent(record):
                return False
            for path, memory in self.on_groups:
                for group in groups_at(record, path):
                    if not memory.find_nothing(group, record):
                        return False
        except Exception:  # noqa: BLE001 - the rulebook runs the rule again and says which one raised
            return False
        return True

    def _is_silent(self, record: Record) -> bool:
        for asks, functions in self.on_record:
            if asks is None or asks(record):
                for function in functions:
                    for _ in function(record, self.context):
                        return False
        return True


_known: dict[int, Probe] = {}


def probe_of(
    book: Rulebook, context: Context, triggers: Mapping[str, str] = NO_TRIGGERS, near: frozenset[str] = frozenset()
) -> Probe:
    """Return the probe of a rulebook; the one made last for it is kept, as one context serves a whole file.

    `triggers` say of a rule on records by its code without what it finds nothing: a field that is returned (`Name`),
    that is not (`!Name`), that has a value (`Name=value`), or a group (`Name/`). `near` are the fields of records that
    seldom differ within a file.
    """
    known = _known.get(id(book))
    if known is None or known.book is not book or known.context is not context:
        _known[id(book)] = known = _made(book, context, triggers, near)
    return known


def _made(book: Rulebook, context: Context, triggers: Mapping[str, str], near: frozenset[str]) -> Probe:
    rules = [
        rule
        for rule in book.in_force(context, Scope.RECORD)
        if rule.keys is None and not (rule.needs and rule.lacking(context.reference))
    ]
    on_groups = sorted((rule for rule in rules if rule.group is not None), key=_path)
    return Probe(
        book,
        context,
        _parts((rule for rule in rules if rule.group is None), triggers),
        tuple((path, Memory(_functions(several), context, near)) for path, several in groupby(on_groups, key=_path)),
        Rulebook(rules={name: rule for name, rule in book.rules.items() if rule.keys is not None}),
    )


def _parts(rules: Iterable[Rule], triggers: Mapping[str, str]) -> _Parts:
    found: dict[str, list[RecordRule]] = {}
    for rule in rules:
        if rule.function is not None:
            found.setdefault(triggers.get(rule.code, ""), []).append(rule.function)
    return tuple((_asks(trigger) if trigger else None, tuple(several)) for trigger, several in found.items())


def _functions(rules: Iterable[Rule]) -> Iterator[GroupRule]:
    return (rule.group_function for rule in rules if rule.group_function is not None)


def _path(rule: Rule) -> str:
    return rule.group or ""


def _asks(trigger: str) -> _Asks:
    name, _, value = trigger.partition("=")
    if value:
        return partial(_is, name, value)
    if name.endswith("/"):
        return partial(_holds, name.removesuffix("/"))
    return partial(_lacks, name[1:]) if name.startswith("!") else partial(_has, name)


def _is(name: str, value: str, group: Group) -> bool:
    return group[name] == value


def _has(name: str, group: Group) -> bool:
    return bool(group[name])


def _lacks(name: str, group: Group) -> bool:
    return not group[name]


def _holds(name: str, group: Group) -> bool:
    return bool(group.all(name))

"""Remembers in which groups no rule found anything, so that groups alike in all that was looked at are judged once.

What a rule looks at is watched while it is judged, so that nothing need be declared and nothing can be forgotten: with
the same values before it, a rule takes the same way. A rule that looks beyond its group is run every time.
"""

from collections.abc import Iterable
from typing import Any, Final, cast

from gateway.core.model import Group, Record
from gateway.core.rules.rule import Context, GroupRule

_MOST: Final = 1 << 13
_TRIALS: Final = 1 << 10


class Memory:
    """The rules on the groups at one path; `near` are the record's own fields that seldom differ, as its file's do."""

    def __init__(self, rules: Iterable[GroupRule], context: Context, near: frozenset[str]) -> None:
        self._context = context
        self._near = near
        self._alone = list(rules)
        self._others: list[GroupRule] = []
        self._fields: tuple[str, ...] = ()
        self._below: tuple[tuple[str, tuple[str, ...]], ...] = ()
        self._outer: tuple[str, ...] = ()
        self._silent: set[object] = set()
        self._trials = _TRIALS

    def find_nothing(self, group: Group, record: Record) -> bool:
        """Tell whether no rule finds anything in a group."""
        if not self._trials:
            return self._pass(self._alone, group, record) and self._pass(self._others, group, record)
        if self._key(group, record) in self._silent:
            self._trials += self._trials < _TRIALS
        elif not self._learns(group, record):
            return False
        return self._pass(self._others, group, record)

    def _key(self, group: Group, record: Record) -> object:
        """Return all that any rule was seen to look at."""
        values, groups = group.values, group.groups
        below = [
            tuple([tuple(map(one.values.get, fields)) for one in groups.get(name, ())]) for name, fields in self._below
        ]
        return (*map(values.get, self._fields), *below, *map(record.values.get, self._outer))

    def _pass(self, rules: Iterable[GroupRule], group: Group, record: Record) -> bool:
        for rule in rules:
            for _ in rule(group, record, self._context):
                return False
        return True

    def _learns(self, group: Group, record: Record) -> bool:
        """Tell whether no rule that looks at its group alone finds anything, and remember it; note those that do not.

        Each rule is given views of its own, so that it sees nothing that was worked out for the rule before it.
        """
        self._trials -= 1
        fields, outer = set(self._fields), set(self._outer)
        below = {name: set(names) for name, names in self._below}
        for rule in list(self._alone):
            seen = _Seen(group, self._near)
            if not self._pass((rule,), cast("Group", seen), cast("Record", _Around(record, seen))):
                return False
            if seen.beyond:
                self._alone.remove(rule)
                self._others.append(rule)
                continue
            fields |= seen.fields
            outer |= seen.outer
            for name, names in seen.below.items():
                below.setdefault(name, set()).update(names)
        inner = tuple((name, tuple(sorted(names))) for name, names in sorted(below.items()))
        self._widen(tuple(sorted(fields)), inner, tuple(sorted(outer)))
        self._silent.add(self._key(group, record))
        return True

    def _widen(
        self, fields: tuple[str, ...], below: tuple[tuple[str, tuple[str, ...]], ...], outer: tuple[str, ...]
    ) -> None:
        """Forget what is known where less was looked at for it than now, or where it is too much."""
        if (fields, below, outer) != (self._fields, self._below, self._outer) or len(self._silent) >= _MOST:
            self._fields, self._below, self._outer = fields, below, outer
            self._silent.clear()


class _Seen:
    """A group that notes what is asked of it; `beyond` tells that more was asked than can be remembered."""

    def __init__(self, group: Group, near: frozenset[str]) -> None:
        self._group = group
        self.near = near
        self.fields = set[str]()
        self.below: dict[str, set[str]] = {}
        self.outer = set[str]()
        self.beyond = False

    def __getitem__(self, name: str) -> str:
        self.fields.add(name)
        return self._group[name]

    def all(self, name: str) -> "tuple[_Below, ...]":
        noted = self.below.setdefault(name, set())
        return tuple(_Below(one, self, noted) for one in self._group.all(name))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a group has
        self.beyond = True
        return getattr(self._group, name)


class _Below:
    """A group below one that is watched: its values that are asked for are remembered, nothing else can be."""

    def __init__(self, group: Group, above: _Seen, noted: set[str]) -> None:
        self._group = group
        self._above = above
        self._noted = noted

    def __getitem__(self, name: str) -> str:
        self._noted.add(name)
        return self._group[name]

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a group has
        self._above.beyond = True
        return getattr(self._group, name)


class _Around:
    """The record that a watched group stands in: of its fields only those that seldom differ are remembered."""

    def __init__(self, record: Record, seen: _Seen) -> None:
        self._record = record
        self._seen = seen

    def __getitem__(self, name: str) -> str:
        if name in self._seen.near:
            self._seen.outer.add(name)
        else:
            self._seen.beyond = True
        return self._record[name]

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a record has
        self._seen.beyond = True
        return getattr(self._record, name)

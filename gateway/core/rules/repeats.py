"""Finds what must not stand twice in a file: keys are noted record by record, copies are told at the end.

A key is kept as a digest of 64 bits, so that a million of them fit in a few megabytes; workers send digests alone.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from dataclasses import field as member
from hashlib import blake2b
from itertools import pairwise
from typing import NamedTuple

from gateway.core.handover import Late
from gateway.core.model import Record
from gateway.core.notices import Notice, Scope
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context, Found, Key, Rule

_LINES_NAMED = 5
_SEPARATOR = "\x00"
_WIDTH = 5


class Stamp(NamedTuple):
    """One key of a record as digests: of which rule (by its place), of what, and of what is compared."""

    rule: int
    digest: int
    compare: int
    field: str | None
    value: str | None


class Noted(NamedTuple):
    """The record that bears keys: where it stands, its own reference, and whether it is refused already."""

    number: int
    line: int
    key: str
    refused: bool


def stamps(book: Rulebook, record: Record, context: Context) -> tuple[Stamp, ...]:
    """Return the keys of a record under every rule on repeated keys that is in force."""
    return tuple(
        Stamp(place, _digest(key.parts), _digest(key.compare), key.field, _value(record, key))
        for place, keys in enumerate(_rules(book, context))
        if keys.keys is not None
        for key in keys.keys(record, context)
    )


def _rules(book: Rulebook, context: Context) -> list[Rule]:
    return [rule for rule in book.in_force(context, Scope.RECORD) if rule.keys is not None]


def _value(record: Record, key: Key) -> str | None:
    return record.values.get(key.field) if key.field is not None else None


def _digest(parts: Sequence[str]) -> int:
    return int.from_bytes(blake2b(repr(tuple(parts)).encode(), digest_size=8).digest())


class _Copy(NamedTuple):
    """One place where a key stands: in which noted record, and how its notice names it."""

    place: int
    text: str


@dataclass
class Repeats:
    """The keys of one file; `late` tells of every copy once all records were noted, in their order."""

    book: Rulebook
    context: Context
    _noted: "array[int]" = member(default_factory=lambda: array("Q"))
    _refused: bytearray = member(default_factory=bytearray)
    _stamped: "array[int]" = member(default_factory=lambda: array("Q"))
    _texts: bytearray = member(default_factory=bytearray)

    def note(self, record: Noted, keys: Iterable[Stamp]) -> None:
        """Take the keys of one record; records come in their order."""
        place = len(self._refused)
        self._noted.extend((record.number, record.line))
        self._refused.append(record.refused)
        for stamp in keys:
            self._stamped.extend((place, stamp.rule, stamp.digest, stamp.compare, len(self._texts)))
            self._texts += _SEPARATOR.join((record.key, stamp.field or "", stamp.value or "")).encode()

    def late(self) -> Iterator[Late]:
        """Yield each record that bears a key which stands elsewhere too, with a notice for each such key."""
        found: dict[int, list[Notice]] = defaultdict(list)
        for (rule, _), places in self._copies().items():
            for place, notice in self._told(_rules(self.book, self.context)[rule], places):
                found[place].append(notice)
        for place in sorted(found):
            number, refused = self._noted[2 * place], bool(self._refused[place])
            yield Late(record=number, notices=tuple(found[place]), refused=refused)

    def _copies(self) -> dict[tuple[int, int], list[int]]:
        """Return for each rule and digest that stands more than once where its stamps begin."""
        starts = range(0, len(self._stamped), _WIDTH)
        signs = sorted((self._stamped[at + 1], self._stamped[at + 2]) for at in starts)
        often = {sign for sign, after in pairwise(signs) if sign == after}
        copies: dict[tuple[int, int], list[int]] = defaultdict(list)
        for at in starts if often else ():
            sign = self._stamped[at + 1], self._stamped[at + 2]
            if sign in often:
                copies[sign].append(at)
        return copies

    def _told(self, rule: Rule, copies: Sequence[int]) -> Iterator[tuple[int, Notice]]:
        if len({self._stamped[at + 3] for at in copies}) == 1 and rule.compares:
            return
        lines = [self._noted[2 * self._stamped[at] + 1] for at in copies]
        for nth, at in enumerate(copies):
            if not (rule.later_only and nth == 0):
                others = [lines[0]] if rule.later_only else _others(lines, nth)
                yield self._stamped[at], self._notice(rule, at, others)

    def _notice(self, rule: Rule, at: int, others: Sequence[int]) -> Notice:
        place, begin = self._stamped[at], self._stamped[at + 4]
        end = self._stamped[at + 4 + _WIDTH] if at + 4 + _WIDTH < len(self._stamped) else len(self._texts)
        key, field, value = self._texts[begin:end].decode().split(_SEPARATOR, 2)
        record = Record(number=self._noted[2 * place], line=self._noted[2 * place + 1], key=key, values={field: value})
        return rule.notice(record, Found(field or None, {"lines": _named(others)}))


def _others(lines: Sequence[int], nth: int) -> Sequence[int]:
    """Return the first lines of the other copies, one more than are named; nothing is copied for each of many."""
    first = lines[: _LINES_NAMED + 2]
    return first[: _LINES_NAMED + 1] if nth >= len(first) else [*first[:nth], *first[nth + 1 :]]


def _named(lines: Sequence[int]) -> str:
    """Return the lines of other copies as a message names them: the first few, and whether there are more."""
    words = [f"line {line}" for line in lines[:_LINES_NAMED]]
    return ", ".join(words) + (" and others" if len(lines) > _LINES_NAMED else "")

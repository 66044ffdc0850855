"""Finds what must not stand twice in a file: keys are noted record by record, copies are told at the end.

A key is kept as a digest of 64 bits, so that a million of them fit in a few megabytes; workers send digests alone.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from dataclasses import field as member
from hashlib import blake2b
from itertools import groupby, pairwise
from operator import itemgetter
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
        Stamp(place, _digest(key.parts), _digest(key.compare) if key.compare else 0, key.field, _value(record, key))
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


@dataclass(slots=True)
class _Copies:
    """One key that stands more than once: the lines of its first copies, and whether all compare alike."""

    compare: int
    lines: list[int] = member(default_factory=list)
    differ: bool = False
    told: int = 0


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
        told = self._told()
        for place, notices in groupby(told, key=itemgetter(0)):
            number, refused = self._noted[2 * place], bool(self._refused[place])
            yield Late(record=number, notices=tuple(notice for _, notice in notices), refused=refused)

    def _told(self) -> Iterator[tuple[int, Notice]]:
        """Yield each notice with the place of its record, record by record, so that few are held at a time."""
        rules, copies = _rules(self.book, self.context), self._copies()
        for at in self._starts():
            same = copies.get((self._stamped[at + 1], self._stamped[at + 2]))
            if same is None:
                continue
            rule, nth = rules[self._stamped[at + 1]], same.told
            same.told += 1
            if not (rule.compares and not same.differ) and not (rule.later_only and nth == 0):
                others = same.lines[:1] if rule.later_only else _others(same.lines, nth)
                yield self._stamped[at], self._notice(rule, at, others)

    def _starts(self) -> Sequence[int]:
        return range(0, len(self._stamped), _WIDTH)

    def _copies(self) -> dict[tuple[int, int], _Copies]:
        """Return for each rule and digest that stands more than once what is known of its copies."""
        often = {sign for rule in set(self._stamped[1::_WIDTH]) for sign in self._often(rule)}
        copies: dict[tuple[int, int], _Copies] = {}
        for at in self._starts() if often else ():
            sign = self._stamped[at + 1], self._stamped[at + 2]
            if sign in often:
                same = copies.setdefault(sign, _Copies(self._stamped[at + 3]))
                same.differ = same.differ or same.compare != self._stamped[at + 3]
                if len(same.lines) < _LINES_NAMED + 2:
                    same.lines.append(self._noted[2 * self._stamped[at] + 1])
        return copies

    def _often(self, rule: int) -> Iterator[tuple[int, int]]:
        """Yield the digests of a rule that stand more than once, with the rule."""
        stamped = zip(self._stamped[1::_WIDTH], self._stamped[2::_WIDTH], strict=True)
        digests = sorted([digest for of, digest in stamped if of == rule])
        return ((rule, digest) for digest, after in pairwise(digests) if digest == after)

    def _notice(self, rule: Rule, at: int, others: Sequence[int]) -> Notice:
        place, begin = self._stamped[at], self._stamped[at + 4]
        end = self._stamped[at + 4 + _WIDTH] if at + 4 + _WIDTH < len(self._stamped) else len(self._texts)
        key, field, value = self._texts[begin:end].decode().split(_SEPARATOR, 2)
        record = Record(number=self._noted[2 * place], line=self._noted[2 * place + 1], key=key, values={field: value})
        return rule.notice(record, Found(field or None, {"lines": _named(others)}))


def _others(lines: Sequence[int], nth: int) -> Sequence[int]:
    """Return the first lines of the other copies, one more than are named."""
    return lines[: _LINES_NAMED + 1] if nth >= len(lines) else [*lines[:nth], *lines[nth + 1 :]]


def _named(lines: Sequence[int]) -> str:
    """Return the lines of other copies as a message names them: the first few, and whether there are more."""
    words = [f"line {line}" for line in lines[:_LINES_NAMED]]
    return ", ".join(words) + (" and others" if len(lines) > _LINES_NAMED else "")

"""Looks at whole columns of many rows at once and tells the few rows that must be looked at one by one.

A row that is passed over is one in which nothing can be found: its values were each found good before or are good
now, and every rule either found nothing in the same values of its fields, or its screen passes the row. A rule's
answer is remembered only where the rule read its own fields and nothing else of the record.
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from itertools import chain, filterfalse
from typing import Final

import numpy as np

from adapters.formats.table_known import KnownValues
from adapters.formats.table_screens import REMEMBERED, SEVERAL, Screens
from adapters.formats.table_stretch import Stretch
from adapters.formats.table_values import is_plain
from gateway.core.tables import Field

Suspects = Callable[[Collection[str]], Iterable[str]]
"""Returns those of some values in which something may be found."""
_FEW: Final = 2_000
_NUL: Final = "\0"
NOTHING: Final[frozenset[str]] = frozenset()
_MAY_BE_BLANK: Final = re.compile(r"[\s.\\]|\[\^")


class ColumnSieve:
    """Tells which values of one column are not known to be good; it remembers those that are.

    A value is good where the field's check, the rules on characters and the rules on this field alone find nothing. It
    is plain where moreover no rule on several fields finds anything in it beside plain values of the other fields.
    """

    def __init__(self, field: Field, screens: Screens, encoding: str, *, looks_at_text: bool) -> None:
        self._name = field.name
        self._check = field.check
        self._rules = screens.of_field(field.name)
        self._beside = screens.beside(field.name)
        self._tests = screens.tests_of(field.name)
        self._looks_at_text = looks_at_text
        self._good: set[str] = set()
        self._plain: set[str] = set()
        self._known = KnownValues(encoding)
        self._odd: set[str] = set()
        self._boxed = len(self._beside)
        self._limits = field.constraints
        self._numbers = screens.numbers_of(field.name)
        self._suspects = None if self._rules or self._numbers else _suspects(field, self._tests)
        self._varied = False
        if self._numbers:
            self._forget()

    def _forget(self) -> None:
        """Remember no further values: nearly all of them are new."""
        self._varied = True
        for rule in self._beside:
            rule.unbox()

    def doubtful(self, stretch: Stretch) -> Iterable[int]:
        """Return the rows in whose value something may be found, and note in the stretch in which others it is odd."""
        if self._varied and self._numbers:
            return self._not_good(stretch, self._numbers(stretch, self._name))
        if self._varied and self._suspects and not self._tests and self._limits.pattern is None:
            return self._not_good(stretch, self._beyond_limits(stretch))
        if self._varied and self._suspects:
            column, text = stretch[self._name], stretch.text(self._name)
            return stretch.with_value(self._name, self._bad(self._suspects(column), column, text))
        cells, place = stretch.cells, stretch.place(self._name)
        rows = self._known.others(cells, place)
        if len(rows) > _FEW:
            self._among(stretch, self._known.firsts(cells, place, rows).tolist())
            rows = self._known.others(cells, place)
        return self._among(stretch, rows.tolist()) if len(rows) else ()

    def _beyond_limits(self, stretch: Stretch) -> Iterable[int]:
        """Return the rows whose value may be too long or missing, or no plain text."""
        place, sizes = stretch.place(self._name), stretch.sizes(self._name)
        doubtful = stretch.cells.uncertain(place)
        if self._limits.max_length is not None:
            doubtful = doubtful | (sizes > self._limits.max_length)
        if self._limits.required:
            doubtful = doubtful | (sizes == 0)
        rows: list[int] = np.flatnonzero(doubtful).tolist()
        return rows

    def _not_good(self, stretch: Stretch, rows: Iterable[int]) -> Iterable[int]:
        suspects = sorted(set(rows))
        values = stretch.values(self._name, suspects) if suspects else ()
        return [row for row, value in zip(suspects, values, strict=True) if not self._is_good(value)]

    def _among(self, stretch: Stretch, rows: Sequence[int]) -> Iterable[int]:
        """Return the same, of rows whose values are not known to be plain."""
        found = stretch.values(self._name, rows)
        values = frozenset(found) - self._plain
        unknown = values - self._good
        bad = NOTHING
        if unknown:
            suspects = self._suspects(unknown) if self._suspects else unknown
            bad = self._bad(suspects, unknown, _NUL.join(unknown))
            self._learn(unknown - bad, of=stretch.size)
        self._settle(values - bad)
        odd = values - bad - self._plain
        if odd:
            stretch.note_odd(self._name, [row for row, value in zip(rows, found, strict=True) if value in odd])
        return [row for row, value in zip(rows, found, strict=True) if value in bad] if bad else ()

    def _learn(self, values: frozenset[str], of: int) -> None:
        if len(self._good) < REMEMBERED:
            self._good |= values
        if len(self._good) > SEVERAL and 2 * len(values) > of and self._suspects:
            self._forget()

    def _settle(self, values: frozenset[str]) -> None:
        """Find out which new values are plain; all are asked of again once a rule takes none any longer."""
        new: Collection[str] = (values & self._good) - self._odd
        boxed = [rule for rule in self._beside if rule.has_room(self._name, len(new))]
        if len(boxed) != self._boxed:
            self._boxed, new = len(boxed), self._good
            self._odd.clear()
        taken = {value for value in new if all(rule.takes(self._name, value) for rule in boxed)}
        self._odd.update(set(new) - taken)
        if not taken <= self._plain:
            self._plain |= taken
            self._known.add(taken)

    def _bad(self, suspects: Iterable[str], values: Collection[str], text: str) -> frozenset[str]:
        """Return the values that are not good, of suspects and of those that are no plain text."""
        bad = {value for value in suspects if not self._is_good(value)}
        if self._looks_at_text:
            text = text.replace(_NUL, "")
            if not (text.isascii() and text.isprintable()):
                bad.update(filterfalse(is_plain, values))
        return frozenset(bad) if bad else NOTHING

    def _is_good(self, value: str) -> bool:
        if self._check(value.strip()) is not None or (self._looks_at_text and not is_plain(value)):
            return False
        if not all(test(value) for test in self._tests):
            return False
        return all(rule.on_every_row or rule.passes((value,)) for rule in self._rules)


def _suspects(field: Field, passing: Sequence[Callable[[str], bool]]) -> Suspects | None:
    """Return a test of many values at once, which gives all in which the field's own check may find something.

    Only texts have one: their check asks for a pattern, a length, and a value where one is required.
    """
    limits = field.constraints
    if field.type != "string" or field.format or limits.enum is not None:
        return None
    if limits.minimum is not None or limits.maximum is not None or limits.min_length is not None:
        return None
    tests: list[Suspects] = [partial(filterfalse, test) for test in passing]
    if limits.required:
        tests.append(lambda values: filterfalse(str.strip, values))
    if limits.max_length is not None:
        tests.append(_longer(limits.max_length))
    if limits.pattern is not None:
        tests.append(_unlike(re.compile(limits.pattern, re.ASCII)))
    return lambda values: chain.from_iterable(test(values) for test in tests)


def _longer(most: int) -> Suspects:
    def longer(values: Collection[str]) -> Iterable[str]:
        return () if max(map(len, values), default=0) <= most else (value for value in values if len(value) > most)

    return longer


def _unlike(pattern: re.Pattern[str]) -> Suspects:
    """Return a test for values unlike a pattern; one that may match blanks is held against values without them."""
    matches = pattern.fullmatch
    if not _MAY_BE_BLANK.search(pattern.pattern):
        return lambda values: filterfalse(matches, filter(None, values))
    return lambda values: (value for value in filter(None, values) if not matches(value.strip()))

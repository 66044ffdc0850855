"""Tells in which rows of a stretch a rule may find something, so that it is run on no others.

Where a kind has no screen for a rule, what the rule said of the same values before is remembered. That is sound only
where the rule read nothing but the fields that it declares, so a rule is first run on a record that holds these alone
and that notes when anything else of it is read; a rule that does is run on every row.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Final

from adapters.formats.table_headings import Layout
from adapters.formats.table_kind import Numbers, Screen, Table, ValuesPass
from adapters.formats.table_stretch import Stretch
from gateway.core.model import Record
from gateway.core.notices import Scope
from gateway.core.rules.rule import Context, RecordRule

REMEMBERED: Final = 1 << 16
"""Values that one column or rule remembers to be good."""
SEVERAL: Final = 1 << 12
"""Values after which a column is known well enough to tell whether more of them are new than not."""
_TRIED: Final = 20_000
_TOO_OFTEN: Final = 0.6
_TOGETHER: Final = 1 << 13
_REFUSED: Final = 32
_ODD: Final = 2_000


class RuleSieve:
    """What is remembered of one rule; `on_every_row` where remembering does not pay or would be wrong.

    While it `is_boxed` it finds nothing in any values that it has taken, one of each field, so that only rows with
    others need to be looked at.
    """

    def __init__(self, function: RecordRule, fields: Sequence[str], layout: Layout, context: Context) -> None:
        self._function = function
        self.fields = tuple(name for name in fields if name in layout.places)
        self._no_values = [layout.schema[name].missing_values for name in self.fields]
        self._context = context
        self._good: set[tuple[str, ...]] = set()
        self._rows = self._runs = 0
        self.on_every_row = not self.fields or len(self.fields) < len(fields)
        self.is_boxed = len(self.fields) > 1
        self._box: dict[str, set[str]] = {name: set() for name in self.fields}
        self._refused = self._odd = 0

    def unbox(self) -> None:
        """Take no values any longer: every row is looked at."""
        self.is_boxed = False

    def has_room(self, name: str, more: int) -> bool:
        """Tell whether so many more values of a field may be taken; where they are too many, take none any longer."""
        sizes = (len(taken) + more * (other == name) for other, taken in self._box.items())
        if self.is_boxed and prod(max(size, 1) for size in sizes) > _TOGETHER:
            self.unbox()
        return self.is_boxed

    def takes(self, name: str, value: str) -> bool:
        """Take a value of a field where nothing is found in it beside all that were taken of the others; tell so."""
        beside = [{value} if other == name else taken for other, taken in self._box.items()]
        if all(map(self.passes, product(*beside))):
            self._box[name].add(value)
            return True
        self._refused += 1
        if self._refused > _REFUSED:
            self.unbox()
        return not self.is_boxed

    def doubtful(self, stretch: Stretch) -> Iterable[int]:
        """Return the rows in which the rule may find something."""
        if self.is_boxed:
            return self._doubtful_odd(stretch)
        columns = list(map(stretch.__getitem__, self.fields))
        if self._good.issuperset(zip(*columns, strict=True)):
            return ()
        self._rows += stretch.size
        unknown = set(zip(*columns, strict=True)) - self._good
        self._runs += len(unknown)
        if self._rows > _TRIED and self._runs > _TOO_OFTEN * self._rows:
            self.on_every_row = True
        doubtful = self._failing(unknown)
        return [row for row, sign in enumerate(zip(*columns, strict=True)) if sign in doubtful] if doubtful else ()

    def _doubtful_odd(self, stretch: Stretch) -> Iterable[int]:
        """Return the same, by rows with values that were not taken; where many have one, take none any longer."""
        rows = sorted(stretch.odd(self.fields))
        if not rows:
            return ()
        self._odd += len(rows)
        if self._refused and self._odd > _ODD:
            self.unbox()
        signs = list(zip(*(stretch.values(name, rows) for name in self.fields), strict=True))
        failing = self._failing(set(signs))
        return [row for row, sign in zip(rows, signs, strict=True) if sign in failing]

    def _failing(self, signs: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
        """Return those values of the fields, taken together, in which something may be found."""
        unknown = signs - self._good
        failing = {sign for sign in unknown if not self.passes(sign)}
        if len(self._good) < REMEMBERED:
            self._good |= unknown - failing
        return failing

    def passes(self, sign: tuple[str, ...]) -> bool:
        """Tell whether the rule finds nothing in these values of its fields, whatever else the record holds."""
        record = _TracedRecord(
            {
                name: "" if no_values and value.strip() in no_values else value
                for name, value, no_values in zip(self.fields, sign, self._no_values, strict=True)
            }
        )
        passed = finds_nothing(self._function, record, self._context)
        if record.traced.reads_more:
            self.on_every_row = True
            return False
        return passed

    def finds_nothing(self, record: Record) -> bool:
        """Tell whether the rule finds nothing in a whole record."""
        return finds_nothing(self._function, record, self._context)


def finds_nothing(function: RecordRule, record: Record, context: Context) -> bool:
    """Tell whether a rule finds nothing in a record; one that raises is told where the record is checked in full."""
    try:
        return next(iter(function(record, context)), None) is None
    except Exception:  # noqa: BLE001 - the full check says so in the record's notices
        return False


class _TracedValues(dict[str, str]):
    """The fields that a rule declares; `reads_more` once anything else is asked for."""

    reads_more = False

    def __missing__(self, key: str) -> str:
        self.reads_more = True
        raise KeyError(key)

    def get(self, key: str, default: str = "") -> str:  # type: ignore[override] # a default is always a text here
        if key not in self:
            return default
        return self[key]

    def __contains__(self, key: object) -> bool:
        known = super().__contains__(key)
        self.reads_more = self.reads_more or not known
        return known

    def __iter__(self) -> Iterator[str]:
        self.reads_more = True
        return super().__iter__()

    def __len__(self) -> int:
        self.reads_more = True
        return super().__len__()

    def keys(self):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a view, as dict gives it
        """Return the names, noting that all are read."""
        self.reads_more = True
        return super().keys()

    def values(self):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a view, as dict gives it
        """Return the values, noting that all are read."""
        self.reads_more = True
        return super().values()

    def items(self):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a view, as dict gives it
        """Return names and values, noting that all are read."""
        self.reads_more = True
        return super().items()


class _TracedRecord(Record):
    """A record of some fields alone, of a place that is not known."""

    __slots__ = ("traced",)

    def __init__(self, values: Mapping[str, str]) -> None:
        self.traced = _TracedValues(values)
        self.values = self.traced
        self.groups = {}
        self.path = ""

    def __getattribute__(self, name: str) -> object:
        if name in {"number", "line", "key", "groups", "all"}:
            object.__getattribute__(self, "traced").reads_more = True
            return {"number": 1, "line": 1, "key": "", "groups": {}}.get(name, lambda _: ())
        return object.__getattribute__(self, name)


class Screens:
    """All record rules of a kind that are in force, each with its screen or with what is remembered of it."""

    def __init__(self, table: Table, layout: Layout, context: Context, absent: frozenset[str]) -> None:
        columns = {name for name in layout.schema.names if name not in table.header_columns}
        self._numbers = table.numbers
        self._given: list[Screen] = []
        self._passing: list[ValuesPass] = []
        self._sieves: list[RuleSieve] = []
        for rule in table.book.in_force(context, Scope.RECORD):
            if rule.function is None or rule.name in table.rules.text or rule.lacking(context.reference):
                continue
            if not rule.each and not absent.isdisjoint(rule.fields):
                continue
            screen = table.screens.get(rule.name)
            if isinstance(screen, ValuesPass):
                self._passing.append(screen)
            elif screen:
                self._given.append(screen)
            else:
                self._sieves.append(RuleSieve(rule.function, rule.fields, layout, context))
        self._given += [screen for screen in self._passing if not set(screen.fields).issubset(columns)]
        self._of_rows = [sieve for sieve in self._sieves if len(sieve.fields) > 1 or columns.isdisjoint(sieve.fields)]
        for sieve in self._of_rows:
            if not columns.issuperset(sieve.fields):
                sieve.unbox()

    def tests_of(self, name: str) -> list[Callable[[str], bool]]:
        """Return the tests of single values that a column's values must pass."""
        return [screen.test for screen in self._passing if name in screen.fields]

    def numbers_of(self, name: str) -> Numbers | None:
        """Return the kind's own test of a whole column, or None."""
        return self._numbers.get(name)

    def of_field(self, name: str) -> list[RuleSieve]:
        """Return the rules that look at one field alone, which its column's values are held against."""
        return [sieve for sieve in self._sieves if sieve.fields == (name,)]

    def beside(self, name: str) -> list[RuleSieve]:
        """Return the rules that look at a field beside others."""
        return [sieve for sieve in self._of_rows if name in sieve.fields]

    def doubtful(self, stretch: Stretch) -> set[int]:
        """Return the rows in which a screen or a rule on several fields may find something."""
        rows: set[int] = set()
        for screen in self._given:
            rows.update(screen(stretch))
        for sieve in self._of_rows:
            if not sieve.on_every_row:
                rows.update(sieve.doubtful(stretch))
        return rows

    @property
    def on_every_row(self) -> list[RuleSieve]:
        """Return the rules that must be run on every row."""
        return [sieve for sieve in self._sieves if sieve.on_every_row]

"""Tells in which rows of a stretch a rule may find something, so that it is run on no others.

Where a kind has no screen for a rule, what the rule said of the same values before is remembered. That is sound only
where the rule read nothing but the fields that it declares, so a rule is first run on a record that holds these alone
and that notes when anything else of it is read; a rule that does is run on every row.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Final

from adapters.formats.table_headings import Layout
from adapters.formats.table_kind import Screen, Table, ValuesPass
from adapters.formats.table_stretch import Stretch
from gateway.core.model import Record
from gateway.core.notices import Scope
from gateway.core.rules.rule import Context, RecordRule

REMEMBERED: Final = 1 << 16
"""Values that one column or rule remembers to be good."""
_TRIED: Final = 20_000
_TOO_OFTEN: Final = 0.6


class RuleSieve:
    """What is remembered of one rule; `on_every_row` where remembering does not pay or would be wrong."""

    def __init__(self, function: RecordRule, fields: Sequence[str], layout: Layout, context: Context) -> None:
        self._function = function
        self.fields = tuple(name for name in fields if name in layout.places)
        self._no_values = [layout.schema[name].missing_values for name in self.fields]
        self._context = context
        self._good: set[tuple[str, ...]] = set()
        self._rows = self._runs = 0
        self.on_every_row = not self.fields or len(self.fields) < len(fields)

    def doubtful(self, stretch: Stretch) -> Iterable[int]:
        """Return the rows in which the rule may find something."""
        unknown = self._signs(stretch) - self._good
        doubtful = {sign for sign in unknown if not self.passes(sign)}
        self._good |= unknown - doubtful if len(self._good) < REMEMBERED else set()
        self._rows += stretch.size
        self._runs += len(unknown)
        if self._rows > _TRIED and self._runs > _TOO_OFTEN * self._rows:
            self.on_every_row = True
        if not doubtful:
            return ()
        rows = zip(*map(stretch.__getitem__, self.fields), strict=True)
        return (row for row, sign in enumerate(rows) if sign in doubtful)

    def _signs(self, stretch: Stretch) -> set[tuple[str, ...]]:
        """Return the different values of the rule's fields, taken together, of rows that are not yet in doubt."""
        sound = [stretch.sound(name) for name in self.fields]
        several = [place for place, values in enumerate(sound) if len(values) > 1]
        if len(several) > 1:
            return set(zip(*map(stretch.__getitem__, self.fields), strict=True))
        return set(product(*sound))

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
        columns = [name for name in layout.schema.names if name not in table.header_columns]
        self._given: list[Screen] = []
        self._passing: list[ValuesPass] = []
        self._sieves: list[RuleSieve] = []
        for rule in table.book.in_force(context, Scope.RECORD):
            if rule.function is None or rule.name in table.rules.text:
                continue
            if rule.lacking(context.reference) or (not rule.each and not absent.isdisjoint(rule.fields)):
                continue
            screen = table.screens.get(rule.name)
            if isinstance(screen, ValuesPass):
                self._passing.append(screen)
            elif screen:
                self._given.append(screen)
            else:
                self._sieves.append(RuleSieve(rule.function, rule.fields, layout, context))

        self._given += [screen for screen in self._passing if not set(screen.fields).issubset(columns)]

    def tests_of(self, name: str) -> list[Callable[[str], bool]]:
        """Return the tests of single values that a column's values must pass."""
        return [screen.test for screen in self._passing if name in screen.fields]

    def of_field(self, name: str) -> list[RuleSieve]:
        """Return the rules that look at one field alone, which its column's values are held against."""
        return [sieve for sieve in self._sieves if sieve.fields == (name,)]

    def doubtful(self, stretch: Stretch) -> set[int]:
        """Return the rows in which a screen or a rule on several fields may find something."""
        rows: set[int] = set()
        for screen in self._given:
            rows.update(screen(stretch))
        for sieve in self._sieves:
            if len(sieve.fields) > 1 and not sieve.on_every_row:
                rows.update(sieve.doubtful(stretch))
        return rows

    @property
    def on_every_row(self) -> list[RuleSieve]:
        """Return the rules that must be run on every row."""
        return [sieve for sieve in self._sieves if sieve.on_every_row]

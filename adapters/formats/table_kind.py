"""What a kind of table says of itself, so that the engine can read and check its files.

A kind is a schema, rules, and a function from a record to a learner; the rest has defaults. Screens and coarse keys
change no finding: they let the engine pass over rows in which a rule can find nothing, whole columns at a time.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import filterfalse
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from adapters.formats.csv_file import Row
from adapters.formats.table_rules import TableRules
from gateway.core.model import Learner, Record
from gateway.core.notices import Notice
from gateway.core.outcomes import MatchOutcome
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context
from gateway.core.tables import TableSchema

Signs = NDArray[np.uint64]
"""A number for each row."""


class Columns(Protocol):
    """The well-formed rows of a stretch of a file, column by column, as they were received."""

    size: int

    def __getitem__(self, name: str) -> Sequence[str]:
        """Return the values of a column, one for each row; all empty where the file has no such column."""
        ...

    def distinct(self, name: str) -> frozenset[str]:
        """Return the different values of a column."""
        ...

    def sizes(self, name: str) -> NDArray[np.int64]:
        """Return how many bytes each value of a column has."""
        ...

    def signs(self, name: str, most: int) -> Signs:
        """Return a number for each value of a column, the same where the first so many characters are; 0 where empty.

        Blanks at its ends do not count.
        """
        ...

    def signs_of(self, name: str, told: Callable[[str], int]) -> Signs:
        """Return a number for each value of a column as it is told of, once for each, without blanks at its ends."""
        ...

    def bytes_of(self, name: str, size: int) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        """Return the rows whose value in a column has so many bytes, and these bytes."""
        ...


Screen = Callable[[Columns], Iterable[int]]
"""Returns the rows, from 0, in which a rule may find something; in all others it surely finds nothing."""

Coarse = Callable[[Columns], Signs]
"""Returns for each row a number that is equal wherever a rule's keys are equal; 0 where the row bears no key."""

Numbers = Callable[[Columns, str], Iterable[int]]
"""Returns all rows in whose value of a column the field's own check, or a rule on this field alone, may find something.

It passes over empty values, so it is for fields that may be empty."""


_BLANK = " \t\x1a"


def is_blank(row: Row) -> bool:
    """Tell whether a row holds no value: empty cells alone, or one cell of blanks or of an old end-of-file mark."""
    cells = row.cells
    if row.is_long:
        return False
    return not any(cells) or (len(cells) == 1 and not cells[0].strip(_BLANK))


def _no_facts(_: Context) -> Mapping[str, str]:
    return {}


def _nobody(_: Record) -> Learner | None:
    return None


def _refused(_: Sequence[Notice]) -> MatchOutcome:
    return MatchOutcome.REFUSED


@dataclass(frozen=True, kw_only=True)
class Table:
    """One kind of CSV file.

    `where` is the place of this very value, such as `adapters.kinds.lrb.kind:TABLE`: by it a worker process finds it.
    `key` is the column of the sender's own reference. `others` are further schemas whose headings are known too: a
    rule that names a field which the file's schema lacks is not run. `facts` are what file rules see beside the first
    record, `header` the names of what the file's header holds, of facts and of columns of the first row; `count` is
    the name under which rules at the end see the number of records, and `trailer` that of the last line's, where a
    last line that begins with #TRAILER is allowed. `empty_rows` tells that a row of empty cells is a record, as it is
    where another service counts it. `bars` are codes that bar a registration and refuse nothing.
    """

    where: str
    schema: TableSchema
    book: Rulebook
    rules: TableRules
    key: str
    learner: Callable[[Record], Learner | None] = _nobody
    file_words: str = "this kind of file"
    others: tuple[TableSchema, ...] = ()
    ignores_unknown_columns: bool = False
    reads_windows_text: bool = False
    facts: Callable[[Context], Mapping[str, str]] = _no_facts
    header: tuple[str, ...] = ()
    header_columns: tuple[str, ...] = ()
    count: str = "records"
    trailer: str | None = None
    empty_rows: bool = False
    bars: frozenset[str] = frozenset()
    refused_as: Callable[[Sequence[Notice]], MatchOutcome] = _refused
    screens: Mapping[str, Screen] = field(default_factory=dict)
    numbers: Mapping[str, Numbers] = field(default_factory=dict)
    coarse: Mapping[str, Coarse] = field(default_factory=dict)

    def passes_over(self, row: Row) -> bool:
        """Tell whether a row below the headings is no record."""
        return is_blank(row) and not (self.empty_rows and len(row.cells) > 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a file may hold before it is refused as too large."""

    max_bytes: int
    max_records: int


@dataclass(frozen=True, slots=True)
class ValuesPass:
    """A screen that is a test of single values of some fields: what the engine found to pass is not tested again."""

    test: Callable[[str], bool]
    fields: tuple[str, ...]

    def __call__(self, columns: Columns) -> Iterable[int]:
        """Return the rows in which a value does not pass."""
        rows: set[int] = set()
        for name in self.fields:
            doubtful = set(filterfalse(self.test, columns.distinct(name)))
            if doubtful:
                rows.update(row for row, value in enumerate(columns[name]) if value in doubtful)
        return rows


def values_pass(test: Callable[[str], bool], *fields: str) -> Screen:
    """Return a screen by a test of single values: what it passes, in any of these fields, has nothing to be found."""
    return ValuesPass(test, fields)


def any_filled(*fields: str) -> Screen:
    """Return a screen that passes rows in which at least one of these fields is not empty."""

    def screen(columns: Columns) -> Iterable[int]:
        rows: list[int] = np.flatnonzero(sum(map(columns.sizes, fields)) == 0).tolist()
        return rows

    return screen


def all_empty(*fields: str) -> Screen:
    """Return a screen that passes rows in which all these fields are empty."""

    def screen(columns: Columns) -> Iterable[int]:
        rows: list[int] = np.flatnonzero(sum(map(columns.sizes, fields))).tolist()
        return rows

    return screen

"""Checks one row in full: why it cannot be split, the form of each value, and every rule.

What is said here of a row is all that is ever said of it; the screens of `table_columns.py` only tell which rows need
not come here.
"""

from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import Final

from adapters.formats.csv_file import Row
from adapters.formats.table_headings import Layout
from adapters.formats.table_kind import Table
from gateway.core.model import CheckedRecord, Record
from gateway.core.notices import Notice, Scope
from gateway.core.rules.repeats import Stamp, stamps
from gateway.core.rules.rule import Context, Found
from gateway.core.tables import FieldFault

_CHECKED: Final = 1 << 12
"""Values of a column of which is remembered what is wrong with them."""


class RecordCheck:
    """Makes and checks the records of one file."""

    def __init__(self, table: Table, layout: Layout, context: Context) -> None:
        self._table = table
        self._layout = layout
        self._context = context
        schema = layout.schema
        self._columns = [
            (layout.places[name], name, lru_cache(_CHECKED)(schema[name].check), schema[name].constraints.required)
            for name in schema.names
            if name not in table.header_columns
        ]
        self._places = [layout.places[name] for name in schema.names]
        self._in_order = self._places == list(range(layout.width))
        self._no_values = {name: schema[name].missing_values for name in schema.names if schema[name].missing_values}
        self._key = layout.places.get(table.key)

    @cached_property
    def absent(self) -> frozenset[str]:
        """Return the fields of the kind that this file's headings lack."""
        schemas = (self._table.schema, *self._table.others)
        return frozenset(name for schema in schemas for name in schema.names).difference(self._layout.schema.names)

    @cached_property
    def _never_run(self) -> frozenset[str]:
        if not self.absent:
            return frozenset()
        rules = self._table.book.in_force(self._context, Scope.RECORD)
        return frozenset(rule.code for rule in rules if not rule.each and not self.absent.isdisjoint(rule.fields))

    def record(self, number: int, row: Row) -> Record:
        """Return a row as a record: values that a short row lacks are empty, those beyond its columns are left out."""
        return Record(number=number, line=row.line, key=self._key_of(row.cells), values=self._values(row.cells))

    def _key_of(self, cells: Sequence[str]) -> str:
        return cells[self._key].strip() if self._key is not None and len(cells) > self._key else ""

    def _values(self, cells: list[str]) -> dict[str, str]:
        missing = self._layout.width - len(cells)
        filled = cells + [""] * missing if missing > 0 else cells
        in_order = filled if self._in_order else [filled[place] for place in self._places]
        values = dict(zip(self._layout.schema.names, in_order, strict=False))
        for name, no_values in self._no_values.items():
            if values[name].strip() in no_values:
                values[name] = ""
        return values

    def clean(self, number: int, row: Row, span: tuple[int, int] | None = None) -> CheckedRecord:
        """Return the record of a row in which nothing is wrong."""
        record = self.record(number, row)
        return CheckedRecord(record=record, learner=self._table.learner(record), span=span)

    def checked(self, number: int, row: Row) -> CheckedRecord:
        """Return a row's record with everything that is wrong with it; the learner is given where nothing is."""
        record = self.record(number, row)
        unsplit = self._unsplit(record, row)
        if unsplit:
            return CheckedRecord(record=record, notices=(unsplit,), refused_as=self._table.refused_as([unsplit]))
        notices = self._faults(record, row)
        failed = self.absent.union(notice.field for notice in notices if notice.field)
        notices += self._bare(record, row)
        bar = None
        judged = self._table.book.apply(record, self._context, failed=failed, scope=Scope.RECORD)
        for notice in judged.notices:
            if notice.code in self._table.bars:
                bar = notice
            else:
                notices.append(notice)
        refused = any(notice.refuses(Scope.RECORD) for notice in notices)
        not_run = judged.not_run
        return CheckedRecord(
            record=record,
            notices=tuple(notices),
            learner=None if refused else self._table.learner(record),
            refused_as=self._table.refused_as(notices) if refused else None,
            registration_bar=bar,
            not_run=tuple(code for code in not_run if code not in self._never_run) if self.absent else not_run,
        )

    def stamps(self, record: Record, row: Row, *, refused: bool) -> tuple[Stamp, ...]:
        """Return the keys of a record; a rule one of whose fields failed is left out, as are rows that are unsplit."""
        if not row.is_split or len(row.cells) != self._layout.width:
            return ()
        notices = self.checked(record.number, row).notices if refused else ()
        failed = self.absent.union(notice.field for notice in notices if notice.field and notice.refuses(Scope.RECORD))
        rules = [rule for rule in self._table.book.in_force(self._context, Scope.RECORD) if rule.keys is not None]
        found = stamps(self._table.book, record, self._context)
        return tuple(stamp for stamp in found if failed.isdisjoint(rules[stamp.rule].fields))

    def _faults(self, record: Record, row: Row) -> list[Notice]:
        return [
            self._fault(record, name, fault)
            for place, name, check, required in self._columns
            if (row.cells[place] or required) and (fault := check(row.cells[place].strip()))
        ]

    def _fault(self, record: Record, name: str, fault: FieldFault) -> Notice:
        rule = self._table.rules.missing if fault.missing else self._table.rules.wrong
        words = {
            "title": self._layout.schema[name].title,
            "what is wrong with the value": fault.message,
            "what the column asks for": fault.fix,
        }
        return rule.notice(record, Found(name, words))

    def _unsplit(self, record: Record, row: Row) -> Notice | None:
        """Return why a row's values cannot be told apart, or None."""
        rules = self._table.rules
        if not row.is_split:
            name = self._name_at(row.broken)
            column = "it" if row.broken is None else f"column {row.broken + 1}"
            rule = rules.long_row if row.is_long else rules.row_quote
            return rule.notice(record, Found(name, {"place": name or column}))
        if len(row.cells) != self._layout.width:
            columns = "1 column" if len(row.cells) == 1 else f"{len(row.cells)} columns"
            words = {"found": columns, "expected": str(self._layout.width)}
            return rules.row_width.notice(record, Found(words=words))
        return None

    def _bare(self, record: Record, row: Row) -> list[Notice]:
        rule = self._table.rules.bare_quote
        name = self._name_at(row.bare)
        return [rule.notice(record, Found(name))] if rule and name else []

    def _name_at(self, place: int | None) -> str | None:
        return next((name for name, at in self._layout.places.items() if at == place), None)

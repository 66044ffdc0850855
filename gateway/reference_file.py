"""Reads a reference list as CSV: one file for each list, its columns by name, and every wrong row by line and column.

What a list holds is described in `schemas/reference/<list>.json`; for most lists a small invented one lies beside it.
"""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import as_file, files
from operator import itemgetter
from pathlib import Path

from gateway.core.errors import ConfigurationError
from gateway.core.reference import ReferenceRow, reference_key
from gateway.core.tables import TableSchema, read_date

_FROM, _TO = "valid_from", "valid_to"
_TOLD = 20
"""So many wrong places are told; of the others their number."""


def names() -> tuple[str, ...]:
    """Return the names of the lists that there may be, in the order of the alphabet."""
    entries = (entry.name for entry in files("schemas").joinpath("reference").iterdir())
    return tuple(sorted(name.removesuffix(".json") for name in entries if name.endswith(".json")))


def description(name: str) -> TableSchema:
    """Return what a list holds; raise ConfigurationError where there is no list of that name."""
    if name not in names():
        raise ConfigurationError(
            f"There is no reference list {name}; a file is named for its list: {', '.join(names())}."
        )
    return TableSchema.model_validate_json(files("schemas").joinpath(f"reference/{name}.json").read_text("utf-8"))


@contextmanager
def samples() -> Iterator[list[Path]]:
    """Give the small invented lists that come with the gateway, as files named for their lists."""
    with as_file(files("schemas").joinpath("reference")) as folder:
        yield sorted(folder.glob("*.csv"))


def read(path: Path, schema: TableSchema) -> Iterator[ReferenceRow]:
    """Yield a list's rows; raise ConfigurationError with every line and column that is wrong, once all are read.

    Columns stand in any order; those that may be empty may be left out. No value is told.
    """
    faults = _Faults(path.name)
    line = 1
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, strict=True)
            reading = _Reading(schema, _headings(path.name, next(rows, []), schema))
            for row in rows:
                first, line = line + 1, rows.line_num
                found = reading.row(first, row, faults) if row else None
                if found is not None:
                    yield found
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path.name} after line {line}: it is not UTF-8; save it as UTF-8.") from error
    except csv.Error as error:
        raise ConfigurationError(f"{path.name} after line {line}: a quotation mark is in the wrong place.") from error
    faults.end()


class _Faults:
    """What is wrong with a file, the first of it in words."""

    def __init__(self, file_name: str) -> None:
        self._file_name = file_name
        self._number = 0
        self._told: list[str] = []

    def add(self, line: int, what: str) -> None:
        self._number += 1
        if self._number <= _TOLD:
            self._told.append(f"line {line}: {what}")

    def end(self) -> None:
        """Raise ConfigurationError where anything was wrong."""
        if self._number:
            more = self._number - len(self._told)
            told = [*self._told, f"and {more:,} more"] if more else self._told
            raise ConfigurationError("\n".join([f"{self._file_name}: nothing was loaded.", *told]))


class _Reading:
    """Turns rows below certain headings into rows of a list."""

    def __init__(self, schema: TableSchema, headings: Sequence[str]) -> None:
        self._schema = schema
        self._width = len(headings)
        places = [headings.index(name) if name in headings else self._width for name in schema.names]
        self._ordered = itemgetter(*places)
        self._checks = [field.check for field in schema.fields]
        self._key = [schema.names.index(name) for name in schema.primary_key]
        self._from, self._to = schema.names.index(_FROM), schema.names.index(_TO)

    def row(self, line: int, cells: list[str], faults: _Faults) -> ReferenceRow | None:
        """Return a line's row; where something is wrong with it, note all of that and return None."""
        if len(cells) != self._width:
            faults.add(line, f"it has {len(cells)} columns, not {self._width}.")
            return None
        values: tuple[str, ...] = self._ordered([cell.strip() for cell in cells] + [""])
        wrong = [fault for check, value in zip(self._checks, values, strict=True) if (fault := check(value))]
        for fault in wrong:
            faults.add(line, f"{fault.message} {fault.fix}")
        begin, end = read_date(values[self._from]), read_date(values[self._to])
        if begin and end and end < begin:
            faults.add(line, f"{_TO} lies before {_FROM}.")
            return None
        key = reference_key(tuple(values[place] for place in self._key))
        return None if wrong else ReferenceRow(line, key, begin, end, values)


def _headings(file_name: str, row: list[str], schema: TableSchema) -> list[str]:
    headings = [name.strip().lower() for name in row]
    unknown = [str(place) for place, name in enumerate(headings, start=1) if name not in schema.names]
    required = [field.name for field in schema.fields if field.constraints.required and field.name not in headings]
    if not (unknown or required) and len(set(headings)) == len(headings):
        return headings
    faults = [f"column {', '.join(unknown)} has another heading"] if unknown else []
    faults += [f"{', '.join(required)} is missing"] if required else []
    wrong = "; ".join(faults) or "a column stands twice"
    raise ConfigurationError(
        f"{file_name} line 1: the columns of {schema.name} are {', '.join(schema.names)}; {wrong}. Nothing was loaded."
    )

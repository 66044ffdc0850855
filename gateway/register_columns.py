"""Reads a register file of CSV or Parquet into batches of columns, made ready for the register."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv, parquet

from gateway import register_file
from gateway.core.errors import ConfigurationError
from gateway.core.handover import ENTRY_COLUMNS, EntryBatch
from gateway.core.matching.columns import TEXTS, Column, Columns, Integers
from gateway.core.matching.entries import array_text, prepared
from gateway.core.matching.faces import faces
from gateway.core.numbers import ulns
from gateway.core.tables import read_date
from gateway.core.uln import uln_fault

ROWS: Final = 100_000
"""Rows of a batch: enough to be quick, few enough to bound memory."""
_BLOCK: Final = 1 << 25
_SHAPE: Final = "^[1-9][0-9]{9}$"


def read(path: Path) -> Iterator[EntryBatch]:
    """Yield the entries of a register file; raise ConfigurationError with the place of what is wrong."""
    before = 0
    for table in tables(path):
        for start in range(0, table.num_rows, ROWS):
            part = table.slice(start, ROWS)
            yield _Reading(path, part, before).batch()
            before += part.num_rows


def tables(path: Path) -> Iterator[pa.Table]:
    """Yield the rows of a CSV or Parquet file as they come."""
    if path.suffix.lower() == ".parquet":
        file = parquet.ParquetFile(path)
        register_file.refuse_headings(path, file.schema_arrow.names)
        yield from (pa.table(batch) for batch in file.iter_batches(ROWS))
        return
    names = register_file.first_row(path)
    options = csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))
    reading = csv.ReadOptions(block_size=_BLOCK)
    try:
        parsing = csv.ParseOptions(newlines_in_values=True)
        with csv.open_csv(path, reading, parsing, options) as rows:
            yield from (pa.table(batch) for batch in rows)
    except pa.ArrowInvalid:
        raise told(path) from None


def told(path: Path) -> ConfigurationError:
    """Return what is wrong with a CSV file, as the reader says it that counts its lines."""
    try:
        for _ in register_file.read(path):
            pass
    except ConfigurationError as error:
        return error
    return ConfigurationError(f"{path.name}: it is no sound CSV. Nothing was loaded.")


class _Reading:
    """One batch of a register file: each column's distinct values are read once."""

    def __init__(self, path: Path, table: pa.Table, before: int) -> None:
        self._path = path
        self._table = table
        self._before = before
        self._size = table.num_rows

    def batch(self) -> EntryBatch:
        """Return the batch, made ready for the register."""
        texts = {name: self._texts(name) for name in (*TEXTS, "ability_to_share", "former_postcodes")}
        texts["sex"] = self._read("sex", _sex, "sex is none of M, F, U, 0, 1, 2, 9")
        states = self._read("status", _state, "status is neither live nor deleted")
        born = self._born()
        ulns, masters = self._ulns("uln"), self._ulns("master_uln")
        live = np.array([value == "live" for value in states.values], bool)[states.codes]
        columns = Columns(self._size, {name: texts[name] for name in TEXTS}, born, texts["former_postcodes"])
        details = {
            "uln": pa.array(ulns),
            "master_uln": pa.array(masters, mask=masters == 0),
            "status": _arrow(states),
            "source": pa.repeat(pa.scalar("loaded"), self._size),
            "date_of_birth": _days(born),
            "former_postcodes": _arrow(_mapped(texts["former_postcodes"], _as_array)),
        }
        listed = [details[name] if name in details else _arrow(texts[name]) for name in ENTRY_COLUMNS]
        return prepared(_as_csv(listed), faces(columns), ulns, masters, live)

    def _texts(self, name: str) -> Column:
        """Return a column of texts without blanks at their ends; one that the file lacks is empty."""
        if name not in self._table.column_names:
            return Column(np.zeros(self._size, np.int32), [""])
        values = pc.fill_null(pc.cast(self._table[name], pa.string()), "").combine_chunks().dictionary_encode()
        return _mapped(Column(values.indices.to_numpy(), values.dictionary.to_pylist()), str.strip)

    def _read(self, name: str, form: Callable[[str], str | None], fault: str) -> Column:
        """Return a column whose values are read by a function; raise where it reads nothing of one."""
        column = self._texts(name)
        read = [form(value) for value in column.values]
        wrong = [place for place, value in enumerate(read) if value is None]
        if wrong:
            raise self._fault(int(np.flatnonzero(np.isin(column.codes, wrong))[0]), fault)
        return Column(column.codes, [str(value) for value in read])

    def _born(self) -> Integers:
        column = self._read("date_of_birth", _number, "date_of_birth is not a date such as 2008-05-31")
        return np.array([int(value) for value in column.values], np.int32)[column.codes]

    def _ulns(self, name: str) -> Integers:
        """Return a column of ULNs, 0 where there is none; raise where one is none that can be."""
        if name not in self._table.column_names:
            return np.zeros(self._size, np.int64)
        texts = pc.fill_null(pc.cast(self._table[name], pa.string()), "").combine_chunks()
        shaped = pc.match_substring_regex(texts, _SHAPE)
        numbers: Integers = np.array(pc.cast(pc.if_else(shaped, texts, "0"), pa.int64()), np.int64)
        sound = (numbers == ulns(numbers // 10)) & (numbers != 0)
        if name == "master_uln":
            sound |= np.array(pc.equal(texts, ""))
        for place in np.flatnonzero(~sound).tolist():
            numbers[place] = self._uln(place, name, texts[place].as_py().strip())
        return numbers

    def _uln(self, place: int, name: str, text: str) -> int:
        """Return the ULN that a row has among blanks, 0 for none; raise where it has none that can be."""
        if not text and name == "master_uln":
            return 0
        if fault := uln_fault(text):
            raise self._fault(place, f"its {'ULN' if name == 'uln' else 'master ULN'} {fault}")
        return int(text)

    def _fault(self, place: int, fault: str) -> ConfigurationError:
        if self._path.suffix.lower() != ".parquet":
            error = told(self._path)
            if "no sound CSV" not in str(error):
                return error
        return ConfigurationError(f"{self._path.name} row {self._before + place + 1}: {fault}. Nothing was loaded.")


def _mapped(column: Column, form: Callable[[str], str]) -> Column:
    return Column(column.codes, [form(value) for value in column.values])


def _number(text: str) -> str | None:
    if not text:
        return "0"
    day = read_date(text)
    return None if day is None else f"{day:%Y%m%d}"


def _sex(text: str) -> str | None:
    return register_file.SEXES.get(text.upper())


def _state(text: str) -> str | None:
    return register_file.STATES.get(text.lower())


def _as_array(text: str) -> str:
    return array_text(text.split(";")) if text else "{}"


def _arrow(column: Column) -> pa.Array:
    values = pa.array(column.values, pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(column.codes), values).dictionary_decode()


def _days(born: Integers) -> pa.Array:
    """Return birth dates as PostgreSQL reads them; null where there is none."""
    texts = pc.cast(pa.array(born), pa.string())
    return pc.if_else(pa.array(born == 0), pa.scalar(None, pa.string()), texts)


def _as_csv(columns: list[Any]) -> bytes:
    made = io.BytesIO()
    csv.write_csv(pa.table(columns, list(ENTRY_COLUMNS)), made, csv.WriteOptions(include_header=False))
    return made.getvalue()

"""Columns of numbers to and from PostgreSQL in its binary form: no object is made for a number."""

import struct
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection
from psycopg.adapt import Buffer, Dumper, Loader
from psycopg.pq import Format

from gateway.core.numbers import Numbers

_BIGINTS: Final = 1016
"""PostgreSQL's number for the type bigint[]."""
_BYTES: Final = 17
"""PostgreSQL's number for the type bytea."""
_BIGINT: Final = 20
_ITEM: Final = np.dtype([("length", ">i4"), ("value", ">i8")])
_HEAD: Final = 20
_COPY_HEAD: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_END: Final = b"\xff\xff"


class Bigints(bytes):
    """An array of whole numbers as PostgreSQL takes it for a parameter."""

    __slots__ = ()

    @classmethod
    def of(cls, numbers: Numbers) -> "Bigints":
        """Return numbers as a parameter."""
        items = np.empty(len(numbers), _ITEM)
        items["length"], items["value"] = 8, numbers
        dimensions = (1, 0, _BIGINT, len(numbers), 1) if len(numbers) else (0, 0, _BIGINT)
        return cls(struct.pack(f">{len(dimensions)}i", *dimensions) + items.tobytes())


class _BigintsDumper(Dumper):
    oid = _BIGINTS
    format = Format.BINARY

    def dump(self, obj: Bigints) -> Buffer:
        return obj


class _BigintsLoader(Loader):
    format = Format.BINARY

    def load(self, data: Buffer) -> Numbers:
        return np.frombuffer(data, _ITEM, offset=_HEAD)["value"].astype(np.int64)


class _BytesLoader(Loader):
    format = Format.BINARY

    def load(self, data: Buffer) -> bytes:
        return bytes(data)


def query(connection: Connection[Any], statement: str, *values: object) -> tuple[Any, ...]:
    """Return the one row of a statement whose arrays of numbers come as columns; a column of nobody is None."""
    with connection.cursor(binary=True) as cursor:
        cursor.adapters.register_dumper(Bigints, _BigintsDumper)
        cursor.adapters.register_loader(_BIGINTS, _BigintsLoader)
        cursor.adapters.register_loader(_BYTES, _BytesLoader)
        (row,) = cursor.execute(statement, values, prepare=False).fetchall()
    return tuple(row)


def run(connection: Connection[Any], statement: str, *values: object) -> None:
    """Run a statement that takes columns of numbers and returns nothing."""
    with connection.cursor() as cursor:
        cursor.adapters.register_dumper(Bigints, _BigintsDumper)
        cursor.execute(statement, values, prepare=False)


def rows(**columns: Numbers | NDArray[np.void]) -> bytes:
    """Return columns of one length as COPY takes them in its binary form, without its head and end."""
    parts: list[tuple[str, str | np.dtype[Any]]] = [("fields", ">i2")]
    for name, column in columns.items():
        parts += [(f"{name}_length", ">i4"), (name, ">i8" if column.dtype.kind == "i" else column.dtype)]
    made = np.empty(len(next(iter(columns.values()))), np.dtype(parts))
    made["fields"] = len(columns)
    for name, column in columns.items():
        made[f"{name}_length"], made[name] = made.dtype[name].itemsize, column
    return made.tobytes()


def copy_in(connection: Connection[Any], statement: str, made: bytes) -> None:
    """Write rows by a COPY statement in binary form."""
    with connection.cursor().copy(statement) as copy:
        copy.write(_COPY_HEAD)
        copy.write(made)
        copy.write(_COPY_END)

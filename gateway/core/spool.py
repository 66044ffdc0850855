"""The lines that one step leaves for the next: one JSON value a line, in the order received."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import BinaryIO, TypeVar

from pydantic import TypeAdapter

from gateway.core.model import CheckedRecord, Match

Value = TypeVar("Value")

CHECKED = TypeAdapter(CheckedRecord)
MATCHES = TypeAdapter(Match)


def write(handle: BinaryIO, adapter: TypeAdapter[Value], value: Value) -> None:
    """Write one value as one line."""
    handle.write(adapter.dump_json(value))
    handle.write(b"\n")


def read(handle: BinaryIO, adapter: TypeAdapter[Value]) -> Iterator[Value]:
    """Yield the values in the order in which they were written."""
    return map(adapter.validate_json, handle)


def batches(values: Iterable[Value], size: int) -> Iterator[list[Value]]:
    """Yield lists of at most `size` values, in order, none empty."""
    iterator = iter(values)
    while batch := list(islice(iterator, size)):
        yield batch

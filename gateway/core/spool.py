"""The lines that one step leaves for the next: one JSON value a line, in the order received."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import islice
from typing import BinaryIO, TypeVar

from pydantic import TypeAdapter

from gateway.core.handover import Late
from gateway.core.model import CheckedRecord, Match
from gateway.core.ports.files import Files
from gateway.core.results import Checked

Value = TypeVar("Value")

CHECKED = TypeAdapter(CheckedRecord)
LATE = TypeAdapter(Late)
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


def checked_records(checked: Checked, files: Files, stack: ExitStack) -> Iterator[CheckedRecord]:
    """Yield a file's checked records in order, each with what only the whole file showed; the stack closes them."""
    records = read(stack.enter_context(files.open(checked.lines)), CHECKED)
    if checked.late is None:
        return records
    return with_late(records, read(stack.enter_context(files.open(checked.late)), LATE))


def with_late(records: Iterable[CheckedRecord], late: Iterable[Late]) -> Iterator[CheckedRecord]:
    """Yield the records in order, each with what only the whole file showed of it; that may refuse it."""
    waiting = iter(late)
    next_late = next(waiting, None)
    for checked in records:
        if next_late is not None and next_late.record == checked.record.number:
            yield _joined(checked, next_late)
            next_late = next(waiting, None)
        else:
            yield checked


def _joined(checked: CheckedRecord, late: Late) -> CheckedRecord:
    notices = checked.notices + late.notices
    if not late.refuses:
        return replace(checked, notices=notices)
    return replace(checked, notices=notices, learner=None, refused_as=checked.refused_as or late.refused_as)

"""What is asked of single values by every kind of batch file, for each kind's own rules to tell."""

from collections.abc import Iterable, Iterator

from gateway.core.model import Record
from gateway.core.rules.rule import Found
from gateway.core.rules.shared import invisible, is_mojibake, is_placeholder, name_fault
from gateway.core.tables import TableSchema


def missing(schema: TableSchema, names: Iterable[str], record: Record) -> Iterator[Found]:
    """Yield each field that is empty and must not be."""
    for name in names:
        fault = schema[name].check(record[name])
        if fault is not None and fault.missing:
            yield Found(name, {"title": schema[name].title})


def badly_formed(schema: TableSchema, names: Iterable[str], record: Record) -> Iterator[Found]:
    """Yield each field whose value has another form than the schema asks for, with what is wrong and what to do."""
    for name in names:
        fault = schema[name].check(record[name])
        if fault is not None and not fault.missing:
            yield Found(name, {"what is wrong": fault.message, "what it must be": fault.fix})


def not_names(names: Iterable[str], record: Record) -> Iterator[Found]:
    """Yield each name with a character that no person's name holds."""
    for name in names:
        value = record[name]
        if value and (character := name_fault(value)) and not is_placeholder(value):
            yield Found(name, {"character": character})


def placeholders(names: Iterable[str], record: Record) -> Iterator[Found]:
    """Yield each name that only fills its place."""
    for name in names:
        if record[name] and is_placeholder(record[name]):
            yield Found(name)


def damaged(names: Iterable[str], record: Record) -> Iterator[Found]:
    """Yield each value whose accented letters have become two characters each."""
    for name in names:
        if not record[name].isascii() and is_mojibake(record[name]):
            yield Found(name)


def unseen(names: Iterable[str], record: Record) -> Iterator[Found]:
    """Yield each value with a character that nobody sees, with that character."""
    for name in names:
        if character := invisible(record.values.get(name, "")):
            yield Found(name, {"character": character})

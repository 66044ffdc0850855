# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""The rules that the gateway's own files share: their names, their ULNs, and what the reader itself finds."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from adapters.formats.table_rules import table_rules
from gateway.core.model import Record
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context, Found, KeyRule, RecordRule
from gateway.core.rules.rule import Key as Repeat
from gateway.core.uln import uln_fault

_NAME: Final = re.compile(r"([A-Z]{3})_([1-9][0-9]{7})_([0-9]{8}T[0-9]{6})\.csv", re.ASCII)
COMMON = Rulebook()
"""The rules that every kind's own book begins with."""
RULES = table_rules(COMMON, (), text=False)
"""Which rules the engine for tables tells."""
WAITS = COMMON.describe(
    "waits",
    "WAITS",
    """A record was read and waits.

    Why: records of this kind are read and checked, and what they ask for is done later.
    Fix: nothing needs to be done; do not send it again.
    Message: The record is right in form. It waits, and nothing has been done with it yet.
    """,
    severity="info",
)


def name_parts(file_name: str) -> dict[str, str]:
    """Return the prefix and the UKPRN in a file's name; nothing where it has not the form with a real date and time."""
    found = _NAME.fullmatch(file_name)
    if not found:
        return {}
    try:
        datetime.strptime(found[3], "%Y%m%dT%H%M%S")  # noqa: DTZ007 - only whether it exists
    except ValueError:
        return {}
    return {"prefix": found[1], "name_ukprn": found[2]}


def facts(context: Context) -> Mapping[str, str]:
    """Return what the rules of a file see beside its first row: its name, and the sender's UKPRN."""
    sender = context.sender
    known = {"file_name": context.file_name, **name_parts(context.file_name)}
    return known | ({"sender_ukprn": sender.ukprn or ""} if sender else {})


def add_name_rules(book: Rulebook, prefix: str) -> None:
    """Add the rules on the name of a kind whose files have one that begins so."""

    def file_name(record: Record, _: Context) -> Iterator[Found]:
        """The file's name does not have its form.

        Why: the name says which kind of file it is, who sends it and of which moment it is.
        Fix: name it {prefix} + your UKPRN + _ + year, month, day + T + hour, minute, second + .csv.
        Message: The name {file_name} does not have the form {prefix}UKPRN_yyyymmddThhmmss.csv with a real moment.
        Bad: file_name=mine.csv
        """
        if f"{record['prefix']}_" != prefix:
            yield Found(words={"value": record["file_name"], "prefix": prefix})

    def ukprn_in_file_name(record: Record, _: Context) -> Iterator[Found]:
        """The UKPRN in the file's name is not the one of the organisation that sends it.

        Why: a file is taken for its sender's alone.
        Fix: write your own UKPRN in the file's name; if it is right, ask the gateway's operator which one is on record.
        Message: The name says UKPRN {name_ukprn}; the UKPRN of this mailbox is {sender_ukprn}.
        Bad: name_ukprn=10000001 sender_ukprn=10000002
        Good: name_ukprn=10000001 sender_ukprn=10000001
        """
        sender, named = record["sender_ukprn"], record["name_ukprn"]
        if sender and named and sender != named:
            yield Found(words={"value": named})

    book.rule("FILE_NAME", fields=["file_name"], scope="file")(file_name)
    book.rule("UKPRN_SENDER", fields=["name_ukprn", "sender_ukprn"], scope="file")(ukprn_in_file_name)


def uln_rule(field: str) -> RecordRule:
    """Return the rule on a ULN that cannot exist."""

    def uln_check_digit(record: Record, _: Context) -> Iterator[Found]:
        """The ULN's check digit is wrong.

        Why: a digit is wrong or two are swapped, so the number is nobody's or somebody else's.
        Fix: look the ULN up again.
        Message: {field} {value} {fault}.
        Bad: ULN=9000000025 uln=9000000025
        Bad: ULN=9999999999 uln=9999999999
        Good: ULN=9000000024 uln=9000000024
        """
        value = record[field]
        fault = uln_fault(value) if value else None
        if fault is not None:
            yield Found(field, {"value": value, "fault": fault.value})

    return uln_check_digit


def repeat_rule(*fields: str) -> KeyRule:
    """Return the rule on what must not stand twice in a file."""

    def stands_twice(record: Record, _: Context) -> Iterator[Repeat]:
        """Two rows of a file are of the same thing.

        Why: of two rows of one thing it is not known which holds.
        Fix: keep one of the rows, or give each a key of its own.
        Message: {field} stands in other rows too: {lines}.
        """
        values = tuple(record[name] for name in fields)
        if all(values):
            yield Repeat(values, field=fields[-1])

    return stands_twice

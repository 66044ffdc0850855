# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""The rules that all T Level files share: the file's name, the ULN, and what the reader itself finds.

The service of the Department for Education asks only that a ULN has ten digits (`awarding` 1.2), so that a wrong check
digit is a warning here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from adapters.formats.table_rules import table_rules
from adapters.kinds.tlevel.words import ULN
from gateway.core.model import Record
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context, Found, Key, Rule
from gateway.core.uln import UlnFault, uln_fault

LONGEST_NAME = 150
COMMON = Rulebook()
"""The rules that every kind's own book begins with."""
ROW_WIDTH = COMMON.describe(
    "row_width",
    "ROW_WIDTH",
    """A row has too few or too many columns.

    Why: with a column missing or added, every later value stands under the wrong heading.
    Fix: give the row {expected} columns; several codes in one cell need quotation marks round the cell.
    Message: The row has {found} instead of {expected}.
    """,
)
RULES = table_rules(COMMON, (), text=False, own={"row_width": ROW_WIDTH})
"""Which rules the engine for tables tells."""


def facts(context: Context) -> Mapping[str, str]:
    """Return what the rules of a file see beside its first row: the file's name."""
    return {"file_name": context.file_name}


def needing(book: Rulebook, rule: Rule, *lists: str) -> Rule:
    """Return a rule that settling tells, marked so that it is listed as not run where a reference list is missing."""
    marked = replace(rule, needs=lists)
    book.rules[rule.name] = marked
    return marked


def stem_of(file_name: str) -> str:
    """Return a file's name without its extension."""
    stem, dot, _ = file_name.rpartition(".")
    return stem if dot else file_name


@COMMON.rule("FILE_NAME", fields=["file_name"], scope="file")
def file_extension(record: Record, _: Context) -> Iterator[Found]:
    """The file's name does not end in .csv.

    Why: T Level files are CSV files, and are taken for nothing else.
    Fix: give the file a name that ends in .csv; what is inside can stay as it is.
    Message: The name {file_name} does not end in .csv.
    Bad: file_name=registrations.txt
    Bad: file_name=registrations
    Good: file_name=registrations.CSV
    """
    if not record["file_name"].lower().endswith(".csv"):
        yield Found(words={"value": record["file_name"]})


@COMMON.rule("FILE_NAME", fields=["file_name"], scope="file")
def file_name_length(record: Record, _: Context) -> Iterator[Found]:
    """The file's name is too long.

    Why: a name has at most 150 characters, its extension aside.
    Fix: give the file a shorter name.
    Message: The name has {length} characters before its extension; at most 150 are allowed.
    """
    length = len(stem_of(record["file_name"]))
    if length > LONGEST_NAME:
        yield Found(words={"value": record["file_name"], "length": str(length)})


@COMMON.rule("ULN_RANGE", fields=[ULN])
def uln_range(record: Record, _: Context) -> Iterator[Found]:
    """The ULN begins with 0.

    Why: ULNs are the numbers from 1000000000 on, so that ten digits which begin with 0 are none.
    Fix: look the ULN up again; a date or another number may stand in its place.
    Message: ULN {ULN} begins with 0, so it is not a ten-digit number.
    Bad: ULN=0123456789
    Good: ULN=9000000024
    """
    if record[ULN].startswith("0"):
        yield Found(ULN)


@COMMON.rule("ULN_CHECK_DIGIT", fields=[ULN], severity="warning")
def uln_check_digit(record: Record, _: Context) -> Iterator[Found]:
    """The ULN's check digit is wrong.

    Why: a digit is wrong or two are swapped; T Level services do not look at it, so nothing is refused.
    Fix: look the ULN up again.
    Message: ULN {ULN} has a check digit that does not fit.
    Bad: ULN=9000000025
    Good: ULN=9000000024
    """
    if record[ULN] and uln_fault(record[ULN]) is UlnFault.CHECK_DIGIT:
        yield Found(ULN)


@COMMON.rule("ULN_TEMPORARY", fields=[ULN], severity="warning")
def uln_temporary(record: Record, _: Context) -> Iterator[Found]:
    """The ULN is 9999999999, which stands for a learner without a ULN.

    Why: nobody has this number, so what is kept under it belongs to nobody.
    Fix: get the learner's own ULN.
    Message: ULN is 9999999999, the place-holder for a learner who has no ULN yet.
    Bad: ULN=9999999999
    Good: ULN=9000000024
    """
    if record[ULN] and uln_fault(record[ULN]) is UlnFault.TEMPORARY:
        yield Found(ULN)


@COMMON.repeated("ULN_DUPLICATE", fields=[ULN])
def uln_duplicate(record: Record, _: Context) -> Iterator[Key]:
    """A ULN stands in more than one row.

    Why: of two rows for one learner it is not known which is right.
    Fix: keep one row for the learner; several specialisms belong in one cell, with commas between them.
    Message: ULN {ULN} stands in other rows too: {lines}.
    """
    if record[ULN]:
        yield Key((record[ULN],), field=ULN)

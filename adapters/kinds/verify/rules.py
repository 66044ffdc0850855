# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""What is asked of a verify file and of every record in it, in CSV and in XML alike (specification `lrs` 5.2, 5.3)."""

from collections.abc import Iterator
from typing import Final

from adapters.kinds.verify import values
from adapters.kinds.verify.batch import declare, share
from adapters.kinds.verify.batch_faults import SizeCodes, table_faults, xml_faults
from adapters.kinds.verify.batch_texts import texts
from adapters.kinds.verify.table import BATCH, HEADER, LEARNER, NAMES, SCHEMA, filled
from gateway.core.model import Record
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context, Found
from gateway.core.tables import read_date
from gateway.core.uln import TEMPORARY_ULN, UlnFault, uln_fault

ULN_INVALID: Final = "WSEC0136"
RULES: Final = Rulebook()
"""The rules on records."""
_ULN, _REST = "ULN", tuple(name for name in LEARNER if name != "ULN")
_KINDS: Final = {
    "kind": "a verify file",
    "form": "VER_UKPRN_DDMMYYYYHHMM",
    "count": BATCH.count_field,
    "count code": "WSRC0030",
    "ukprn": "10000101",
}
_SIZES: Final = SizeCodes(empty="GF005", too_many="GF007")


@RULES.rule("RC010", fields=_REST, each=True)
def value_missing(record: Record, _: Context) -> Iterator[Found]:
    """A name is empty.

    Why: whether a ULN belongs to a learner is told by both names.
    Fix: enter {title}.
    Message: {field} is empty.
    Bad: FamilyName=
    Bad: GivenName=" "
    Good: DateOfBirth= Gender=
    """
    yield from values.missing(SCHEMA, _REST, record)


@RULES.rule("RC011", fields=_REST, each=True)
def value_format(record: Record, _: Context) -> Iterator[Found]:
    """A value does not have the form that its field asks for.

    Why: a value in another form, or longer than its field, cannot be compared with the register.
    Fix: {what it must be}
    Message: {what is wrong}
    Bad: DateOfBirth=31/05/2008
    Bad: DateOfBirth=1900-02-29
    Bad: Gender=M
    Bad: FamilyName="A name that has many more characters than there are"
    Good: DateOfBirth=2008-05-31 Gender=9
    """
    yield from values.badly_formed(SCHEMA, _REST, record)


@RULES.rule(ULN_INVALID, fields=[_ULN])
def uln_invalid(record: Record, _: Context) -> Iterator[Found]:
    """The ULN cannot be anybody's.

    Why: a ULN is ten digits, the first of them not 0 and the last computed from the others; 9999999999 is nobody's.
    Fix: ask the learner's school or college for the ULN, and send the record again.
    Message: The ULN {what is wrong}.
    Bad: ULN=
    Bad: ULN=900000002
    Bad: ULN=0123456789
    Bad: ULN=9000000025
    Bad: ULN=9999999999
    Good: ULN=9000000024
    """
    if told := uln_words(record[_ULN]):
        yield Found(_ULN, {"what is wrong": told})


@RULES.rule("RC011", fields=NAMES, each=True)
def name_characters(record: Record, _: Context) -> Iterator[Found]:
    """A name holds a character that is not used in names.

    Why: letters of every alphabet, accents, spaces, apostrophes, hyphens, full stops and commas stand in names; a
        digit or another sign is a slip, and no name in the register has it.
    Fix: write the name as the learner writes it, without {character}.
    Message: {field} holds {character}.
    Bad: GivenName=Ada1
    Bad: FamilyName="Marlow (Reed)"
    Good: GivenName=Zoë-Anne FamilyName="O'Dell, Jr."
    """
    yield from values.not_names(NAMES, record)


@RULES.rule("NAME_PLACEHOLDER", fields=NAMES, each=True, severity="warning")
def name_placeholder(record: Record, _: Context) -> Iterator[Found]:
    """A name looks as if it only filled its place.

    Why: the register holds the learner's own name, so UNKNOWN or TEST agrees with nobody's.
    Fix: enter the learner's own name; if it really is the name, nothing needs to be done.
    Message: {field} looks like a place-holder and not like a name.
    Bad: GivenName=UNKNOWN
    Bad: FamilyName=N/A
    Good: FamilyName=Testa
    """
    yield from values.placeholders(NAMES, record)


@RULES.rule("RC011", fields=["DateOfBirth"])
def birth_in_future(record: Record, context: Context) -> Iterator[Found]:
    """The date of birth is in the future.

    Why: nobody is born after the day on which the file is processed, so the year is probably wrong.
    Fix: correct the date of birth, or leave it empty.
    Message: DateOfBirth is after {day}, the day of processing.
    Bad: DateOfBirth=2026-09-02
    Good: DateOfBirth=2010-09-01
    """
    born = read_date(record["DateOfBirth"])
    if born is not None and born > context.as_of:
        yield Found("DateOfBirth", {"day": context.as_of.isoformat()})


@RULES.rule("TEXT_MOJIBAKE", fields=LEARNER, each=True, severity="warning")
def text_mojibake(record: Record, _: Context) -> Iterator[Found]:
    """A value's accented letters were damaged on their way.

    Why: an é that shows as Ã and © was written in UTF-8 and read as Windows-1252 by some program in between.
    Fix: export the value again from the system that holds it rightly.
    Message: {field} seems damaged: its accented letters have become two characters each.
    Bad: MISIdentifier="Caf\u00c3\u00a9"
    Good: FamilyName="Caf\u00e9"
    """
    yield from values.damaged(LEARNER, record)


@RULES.rule("TEXT_INVISIBLE", fields=LEARNER, each=True, severity="warning")
def text_invisible(record: Record, _: Context) -> Iterator[Found]:
    """A value holds a character that cannot be seen.

    Why: two values that look alike are then different; such characters come from web pages and documents.
    Fix: type the value afresh, or delete the character.
    Message: {field} holds the invisible character {character}.
    Bad: MISIdentifier="A\u200b1"
    Good: MISIdentifier=A1
    """
    yield from values.unseen(LEARNER, record)


def header_repeated(record: Record, _: Context) -> Iterator[Found]:
    """The values of the file's header stand in a later row as well.

    Why: the first columns are read in the first row only; two files may have been joined.
    Fix: leave the first columns empty from the second row on.
    Message: {field} is filled in a row that is not the first; the value was not read.
    """
    if record.number > 1 and filled(record[name] for name in HEADER):
        yield Found(next(name for name in HEADER if record[name]))


def uln_words(uln: str) -> str:
    """Return what is wrong with a value as a ULN, as the end of a sentence; empty where nothing is."""
    if not uln:
        return "is missing"
    fault = uln_fault(uln)
    if fault is None:
        return ""
    if fault is UlnFault.TEMPORARY:
        return f"{TEMPORARY_ULN} stands for a learner who has no ULN yet, so it cannot be verified"
    return str(fault.value)


def book_of(extension: str) -> Rulebook:
    """Return the rules of files with an extension, without what their reader finds."""
    stem = "VER_10000101_010920261430"
    words = {"extension": extension, "example": f"{stem}{extension}", "lower": f"{stem}{extension.lower()}"}
    words |= {"wrong": f"VER_10000101_310220261430{extension}", "other": f"VER_10000102_010920261430{extension}"}
    book = Rulebook()
    declare(book, texts({**_KINDS, **words}), HEADER, BATCH.count_field)
    book.rules |= RULES.rules
    return book


CSV_BOOK: Final = book_of(".CSV")
CSV_BOOK.rule("HEADER_REPEATED", fields=HEADER, severity="warning")(header_repeated)
CSV_RULES: Final = table_faults(CSV_BOOK, _SIZES, RULES.rules["value_missing"], RULES.rules["value_format"])
XML_BOOK: Final = book_of(".XML")
XML_FAULTS: Final = xml_faults(XML_BOOK, _SIZES)
share(XML_BOOK, CSV_BOOK)

# ruff: noqa: D401 - the docstring of a rule is the text that schools read
"""What is asked of a School Census return as a whole: its name, its header and its school (specification 1 and 4)."""

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import Final

from adapters.kinds.school_census.book import (
    BOOK,
    COLLECTION,
    DATE_TIME,
    ELIGIBLE,
    ESTAB,
    LEA,
    MEALS_TAKEN,
    REFERENCE_DATE,
    SERIAL,
    TERM,
    YEAR,
    applies,
)
from adapters.kinds.school_census.pupil import census_day, collection, quoted
from gateway.core.identifiers.establishment import establishment_fault
from gateway.core.identifiers.la_number import LaNumberFault, la_number_fault
from gateway.core.model import Record
from gateway.core.rules.rule import Context, Found
from gateway.core.tables import read_date

NAME: Final = re.compile(
    r"([0-9]{3})([0-9]{4})_SC([123])_([0-9]{3})LL([0-9]{2})_([0-9]{3})\.xml", re.IGNORECASE | re.ASCII
)
TERMS: Final = {"AUT": "autumn", "SPR": "spring", "SUM": "summer"}
_NUMBERS: Final = {"SPR": "1", "SUM": "2", "AUT": "3"}
_MONTHS: Final = {"AUT": 10, "SPR": 1, "SUM": 5}
_MONTH_NAMES: Final = {"AUT": "October", "SPR": "January", "SUM": "May"}
_THURSDAY: Final = 4
_DATE_LENGTH: Final = len("2025-01-16")


@BOOK.rule("G001", fields=["file_name"], severity="warning", scope="file")
def file_name_form(record: Record, _: Context) -> Iterator[Found]:
    """The file's name does not have the form that census returns have.

    Why: the name says which school, which census and which try a file is, before anybody opens it.
    Fix: name it as your software does: LA and establishment number, SC1, SC2 or SC3, LA number, LL and year, serial.
    Message: The name {file_name} does not have the form LLLEEEE_SCn_LLLLLyy_sss.xml, as in 8234321_SC1_823LL26_001.xml.
    Bad: file_name=census.xml
    Bad: file_name=8234321_SC4_823LL26_001.xml
    Good: file_name=8234321_SC1_823LL26_001.xml
    Good: file_name=8234321_sc1_823ll26_001.XML
    """
    if not NAME.fullmatch(PurePath(record["file_name"]).name):
        yield Found(words={"value": record["file_name"]})


@BOOK.rule("G001", fields=["file_name", LEA, ESTAB, TERM, YEAR], severity="warning", scope="file")
def file_name_of_header(record: Record, _: Context) -> Iterator[Found]:
    """The file's name tells of another school or census than its header.

    Why: name and header are written by the same software, so one of them is not of this return.
    Fix: see that it is the right file, and export it again rather than renaming it.
    Message: The name {file_name} is not that of this return: its header says {expected}.
    Bad: file_name=8234322_SC1_823LL26_001.xml
    Bad: file_name=8234321_SC2_823LL26_001.xml
    Bad: file_name=8234321_SC1_823LL25_001.xml
    Bad: file_name=8234321_SC1_822LL26_001.xml
    Good: file_name=8234321_SC1_823LL26_002.xml
    """
    found = NAME.fullmatch(record["file_name"])
    header = (record[LEA], record[ESTAB], _NUMBERS.get(record[TERM]), record[LEA], record[YEAR][2:])
    if found and all(header) and found.groups()[:5] != header:
        expected = f"{header[0]}{header[1]}_SC{header[2]}_{header[3]}LL{header[4]}"
        yield Found(words={"value": record["file_name"], "expected": expected})


@BOOK.rule("G010", fields=[COLLECTION, TERM, YEAR, REFERENCE_DATE], scope="file")
def collection_known(record: Record, _: Context) -> Iterator[Found]:
    """The header does not name a School Census: its collection, its term or its year is wrong.

    Why: collection, term and year decide which rules hold; the year is the calendar year of the census day.
    Fix: choose the right census in your software and export the return again.
    Message: {name} is {given}; it must be {asked}.
    Bad: Header/CollectionDetails/Collection=CIN
    Bad: Header/CollectionDetails/Term=PRU
    Bad: Header/CollectionDetails/Year=2025
    Bad: Header/CollectionDetails/Year=
    Good: Header/CollectionDetails/Term=SPR
    """
    if record[COLLECTION] != "SC":
        yield _said(record, COLLECTION, asked="SC")
    if record[TERM] not in TERMS:
        yield _said(record, TERM, asked="AUT (autumn), SPR (spring) or SUM (summer)")
    day = census_day(record)
    if not re.fullmatch("[0-9]{4}", record[YEAR]) or (day and record[YEAR] != f"{day.year}"):
        yield _said(record, YEAR, asked=f"{day.year}, the year of ReferenceDate" if day else "a year of four digits")


@BOOK.rule("100", fields=[REFERENCE_DATE, TERM], scope="file")
def reference_date_form(record: Record, _: Context) -> Iterator[Found]:
    """The reference date in the header is no day on which a census is taken.

    Why: every age and every date in the return is judged by the census day, always a Thursday in October, January or
    May.
    Fix: choose the right census in your software and export the return again.
    Message: ReferenceDate is {given}; it must be {asked}.
    Bad: Header/CollectionDetails/ReferenceDate=
    Bad: Header/CollectionDetails/ReferenceDate=15/01/2026
    Bad: Header/CollectionDetails/ReferenceDate=2026-01-14
    Bad: Header/CollectionDetails/ReferenceDate=2026-05-21
    Good: Header/CollectionDetails/ReferenceDate=2026-01-15
    """
    day = census_day(record)
    right_month = day is not None and day.month == _MONTHS.get(record[TERM], day.month)
    if day is None or day.isoweekday() != _THURSDAY or not right_month:
        month = _MONTH_NAMES.get(record[TERM])
        asked = f"a Thursday in {month}" if month else "the Thursday of the census"
        yield _said(record, REFERENCE_DATE, asked=f"{asked}, such as 2026-01-15")


@BOOK.rule("100", fields=[REFERENCE_DATE, TERM, YEAR], scope="file", needs=["collections"])
def reference_date_of_collection(record: Record, context: Context) -> Iterator[Found]:
    """The reference date in the header is not the census day of the collection.

    Why: the return must tell how things stood on the census day, which is the same for all schools.
    Fix: choose the right census in your software, with its census day, and export the return again.
    Message: ReferenceDate is {given}; the census day of the collection is {asked}.
    Bad: Header/CollectionDetails/ReferenceDate=2026-01-22
    Good: Header/CollectionDetails/ReferenceDate=2026-01-15
    """
    known = collection(record, context)
    if known is not None and known["reference_date"] and record[REFERENCE_DATE] != known["reference_date"]:
        yield _said(record, REFERENCE_DATE, asked=known["reference_date"])


@BOOK.rule("COLLECTION_UNLISTED", fields=[TERM, YEAR], severity="warning", scope="file", needs=["collections"])
def collection_listed(record: Record, context: Context) -> Iterator[Found]:
    """The census is not on the gateway's list of collections.

    Why: without its census day and its dates, rules 100, 1763 and 2290 cannot be told in full.
    Fix: see that Term and Year are right; if they are, tell the gateway's operator that the list lacks this census.
    Message: The {term} census of {year} is not on the list of collections.
    Bad: Header/CollectionDetails/Year=2031 Header/CollectionDetails/ReferenceDate=2031-01-16
    Good: Header/CollectionDetails/Year=2026
    """
    if record[TERM] in TERMS and collection(record, context) is None:
        yield Found(YEAR, {"term": TERMS[record[TERM]], "year": record[YEAR]})


@BOOK.rule("G020", fields=[LEA, ESTAB], scope="file")
def school_number(record: Record, _: Context) -> Iterator[Found]:
    """The number of the local authority or of the establishment is missing or wrong.

    Why: the two numbers together say which school the return is of.
    Fix: correct the school's numbers in your software's settings and export the return again.
    Message: {name} is {given}; it must be {asked}.
    Bad: Header/Source/LEA=
    Bad: Header/Source/LEA=82
    Bad: Header/Source/LEA=999
    Bad: Header/Source/Estab=432
    Bad: Header/Source/Estab=XXXX
    Good: Header/Source/LEA=823 Header/Source/Estab=4321
    """
    fault = la_number_fault(record[LEA])
    if fault is not None:
        unknown = fault is LaNumberFault.UNKNOWN
        yield _said(record, LEA, asked="the number of a local authority" if unknown else "three digits, such as 823")
    if establishment_fault(record[ESTAB]) is not None:
        yield _said(record, ESTAB, asked="four digits, such as 4321")


@BOOK.rule("G030", fields=[SERIAL, DATE_TIME], scope="file")
def sent_when(record: Record, context: Context) -> Iterator[Found]:
    """The return was made in the future, or has no serial number.

    Why: date and serial number tell which of several returns of a school is the latest.
    Fix: see that the computer's clock is right, and export the return again.
    Message: {name} is {given}; it must be {asked}.
    Bad: Header/Source/SerialNo=
    Bad: Header/Source/DateTime=2026-02-02T00:00:00
    Good: Header/Source/DateTime=2026-02-01T23:59:59
    Good: Header/Source/DateTime=
    """
    if not record[SERIAL]:
        yield _said(record, SERIAL, asked="one to three digits, such as 001")
    made = read_date(record[DATE_TIME][:_DATE_LENGTH])
    if made is not None and made > context.as_of:
        yield _said(record, DATE_TIME, asked=f"no later than the day of processing, {context.as_of:%Y-%m-%d}")


@BOOK.rule("1320Q", fields=[MEALS_TAKEN], severity="warning", scope="file")
@applies(terms=frozenset({"SPR"}))
def meals_taken(record: Record, _: Context) -> Iterator[Found]:
    """More free school meals were taken than pupils are eligible.

    Why: on census day each eligible pupil takes one free meal at most.
    Fix: check the number of free meals taken, and the pupils' free school meal periods; explain it if it is right.
    Message: FreeMealsTaken is {given}; pupils on roll who are eligible for free meals on census day: {eligible}.
    Bad: School/Miscellaneous/FreeMealsTaken=5 "pupils eligible for free meals=4"
    Good: School/Miscellaneous/FreeMealsTaken=4 "pupils eligible for free meals=4"
    Good: School/Miscellaneous/FreeMealsTaken= "pupils eligible for free meals=0"
    Good: School/Miscellaneous/FreeMealsTaken=5
    """
    eligible, taken = record[ELIGIBLE], record[MEALS_TAKEN]
    if eligible and re.fullmatch("[0-9]{1,5}", taken) and int(taken) > int(eligible):
        yield _said(record, MEALS_TAKEN, eligible=eligible)


def _said(record: Record, path: str, **words: str) -> Found:
    """Return a finding at a field of the header or the school, whose name holds its whole path."""
    return Found(path, {"name": path.rpartition("/")[2], "given": quoted(record[path]), "value": record[path], **words})

# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""What is asked of an ILR file as a whole: its name, its ZIP, its header (specification `ilr` 1 and 3).

These rules look at the fields before the first learner by their paths, such as `Header/Source/UKPRN`, and at
`file_name`, its parts `name_ukprn`, `name_date` and
`name_moment`, `open_year` (the year's code) and `sender_ukprn`.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import PurePath
from typing import Final

from adapters.formats.zip_file import ZipFault
from gateway.core.model import Record
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context, Found
from gateway.core.submission import Organisation
from gateway.core.tables import read_date

BOOK = Rulebook(tells_all=True)
"""Providers know each rule by itself: two that hold of one field are both told."""
EXTENSIONS: Final = frozenset({".xml", ".zip"})
_NAME: Final = re.compile(
    r"ILR-([1-9][0-9]{7})-([0-9]{4})-(20[0-9]{2})(0[1-9]|1[0-2])([0-2][0-9]|3[01])"
    r"-([01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]-([0-9]{2})",
    re.IGNORECASE | re.ASCII,
)
_PARTS: Final = re.compile(r"ILR-([^-]*)-([^-]*)-([^-]*)-([^-]*)-([^-]*)", re.IGNORECASE)
_UKPRN, _NAMED_YEAR, _SERIAL = 1, 2, 5
_SOURCE: Final = "Header/Source/UKPRN"


def name_values(file_name: str, open_year: str, sender: Organisation | None) -> dict[str, str]:
    """Return what the rules on the file are given beside its header; a part of the name that is not there is absent."""
    values = {"file_name": file_name, "open_year": open_year}
    found = _NAME.fullmatch(PurePath(file_name).stem)
    if found:
        values |= {"name_ukprn": found[_UKPRN], "name_date": f"{found[3]}-{found[4]}-{found[5]}"}
        values |= {"name_moment": _stamp(found)}
    return values | ({"sender_ukprn": sender.ukprn or ""} if sender else {})


def name_fault(file_name: str, open_year: str) -> str | None:
    """Return the first rule that a file's name breaks, in the order of the upload checks; None where it is right."""
    stem, extension = PurePath(file_name).stem, PurePath(file_name).suffix
    parts = _PARTS.fullmatch(stem)
    if extension.lower() not in EXTENSIONS or parts is None:
        return "Filename_1"
    if parts[_NAMED_YEAR] != open_year and re.fullmatch("[0-9]{4}", parts[_NAMED_YEAR]):
        return "Filename_4"
    if parts[_SERIAL] == "00":
        return "Filename_6"
    found = _NAME.fullmatch(stem)
    if found is None and re.fullmatch("[0-9A-Za-z]*", parts[_SERIAL]) and not re.fullmatch("[0-9]{2}", parts[_SERIAL]):
        return "Filename_5"
    return None if found and _is_day(found) else "Filename_1"


def _stamp(found: re.Match[str]) -> str:
    """Return the date and time of a name, so that the later one sorts behind."""
    return "".join(found[0].split("-")[3:5])


def _moment(name: str, record: Record) -> str:
    """Return the date and time of an earlier file of the same provider and year; empty for any other file."""
    found = _NAME.fullmatch(PurePath(name).stem)
    same = found and found[_UKPRN] == record["name_ukprn"] and found[_NAMED_YEAR] == record["open_year"]
    return _stamp(found) if found and same else ""


def _is_day(found: re.Match[str]) -> bool:
    try:
        date(int(found[3]), int(found[4]), int(found[5]))
    except ValueError:
        return False
    return True


def _named(record: Record, code: str) -> Iterator[Found]:
    if name_fault(record.values["file_name"], record["open_year"]) == code:
        yield Found(words={"value": record["file_name"]})


@BOOK.rule("Filename_1", fields=["file_name"], scope="file")
def file_name_form(record: Record, _: Context) -> Iterator[Found]:
    """The file's name is not that of an ILR file.

    Why: the name says which provider and which year a file is of, and which of several files is the latest.
    Fix: name it ILR-UKPRN-year-date-time-serial, such as ILR-10000001-2526-20260115-093000-01.xml (or .zip).
    Message: The name {file_name} does not have the form ILR-LLLLLLLL-YYYY-yyyymmdd-hhmmss-NN.xml or .zip.
    Bad: file_name="ILR-10000001-2526-20260115-093000-01 (1).xml" open_year=2526
    Bad: file_name=ILR-10000001-2526-20260231-093000-01.xml open_year=2526
    Bad: file_name=ILR-00000001-2526-20260115-093000-01.xml open_year=2526
    Bad: file_name=ILR-10000001-2526-20260115-093000-01.txt open_year=2526
    Bad: file_name=ILR-10000001-2526-20260115-243000-01.xml open_year=2526
    Good: file_name=ilr-10000001-2526-20260115-093000-01.XML open_year=2526
    """
    yield from _named(record, "Filename_1")


@BOOK.rule("Filename_2", fields=["name_moment"], scope="file")
def file_received_already(record: Record, context: Context) -> Iterator[Found]:
    """A file of the same provider, year, date and time was received already.

    Why: of two files of one moment nobody could tell which is the latest.
    Fix: if the file has changed, export it again, so that its name bears the new date and time.
    Message: The file {earlier}, of the same date and time, was received already.
    """
    found = [name for name in context.earlier if _moment(name, record) == record["name_moment"]]
    if found and record["name_moment"]:
        yield Found(words={"earlier": found[-1], "value": record["file_name"]})


@BOOK.rule("Filename_3", fields=["name_ukprn"], scope="file", needs=["organisations"])
def ukprn_known(record: Record, context: Context) -> Iterator[Found]:
    """The UKPRN in the file's name is not that of a known provider.

    Why: a file without a known owner belongs to nobody's return.
    Fix: check the second part of the name against the UK Register of Learning Providers.
    Message: The name has the UKPRN {name_ukprn}, which is not on the list of organisations.
    """
    if record["name_ukprn"] and context.reference.lookup("organisations", record["name_ukprn"]) is None:
        yield Found(words={"value": record["name_ukprn"]})


@BOOK.rule("Filename_4", fields=["file_name"], scope="file")
def file_name_year(record: Record, _: Context) -> Iterator[Found]:
    """The year in the file's name is not the year that the file is read as.

    Why: each collection year has its own specification and its own rules.
    Fix: export the file for the open year, or correct the third part of the name where only the name is wrong.
    Message: The name {file_name} is not of the year {open_year}.
    Bad: file_name=ILR-10000001-2425-20260115-093000-01.xml open_year=2526
    Good: file_name=ILR-10000001-2526-20260115-093000-01.xml open_year=2526
    """
    yield from _named(record, "Filename_4")


@BOOK.rule("Filename_5", fields=["file_name"], scope="file")
def file_name_serial(record: Record, _: Context) -> Iterator[Found]:
    """The serial number in the file's name is not two digits.

    Why: the serial number orders the files of one moment, and it is always two digits.
    Fix: end the name in -01, or the next number of two digits.
    Message: The serial number at the end of the name {file_name} is not two digits.
    Bad: file_name=ILR-10000001-2526-20260115-093000-1.xml open_year=2526
    Bad: file_name=ILR-10000001-2526-20260115-093000-AA.xml open_year=2526
    Good: file_name=ILR-10000001-2526-20260115-093000-10.zip open_year=2526
    """
    yield from _named(record, "Filename_5")


@BOOK.rule("Filename_6", fields=["file_name"], scope="file")
def file_name_serial_zero(record: Record, _: Context) -> Iterator[Found]:
    """The serial number in the file's name is 00.

    Why: serial numbers begin at 01.
    Fix: end the name in -01.
    Message: The serial number at the end of the name {file_name} is 00; it begins at 01.
    Bad: file_name=ILR-10000001-2526-20260115-093000-00.xml open_year=2526
    Good: file_name=ILR-10000001-2526-20260115-093000-01.xml open_year=2526
    """
    yield from _named(record, "Filename_6")


@BOOK.rule("Filename_7", fields=["name_date"], scope="file")
def file_name_in_future(record: Record, context: Context) -> Iterator[Found]:
    """The date in the file's name is in the future.

    Why: the latest file counts, so a date to come would put all later files behind this one.
    Fix: put the date and time of the export into the name; see that the computer's clock is right.
    Message: The date in the name, {name_date}, is after the day of processing, {day}.
    Bad: name_date=2026-01-16
    Good: name_date=2026-01-15
    """
    named = read_date(record["name_date"])
    if named is not None and named > context.as_of:
        yield Found(words={"day": context.as_of.isoformat(), "value": record["name_date"]})


@BOOK.rule("Filename_8", fields=["name_moment"], scope="file")
def file_not_the_latest(record: Record, context: Context) -> Iterator[Found]:
    """The date and time in the file's name are before those of a file that was received already.

    Why: each file replaces the one before it, so an older one would undo a newer one.
    Fix: export the file again, so that its name bears the present date and time.
    Message: The file {earlier}, of a later date and time, was received already.
    """
    found = [name for name in context.earlier if _moment(name, record) > record["name_moment"]]
    if found and record["name_moment"]:
        yield Found(words={"earlier": found[-1], "value": record["file_name"]})


@BOOK.rule("Inconsistent UKPRN", fields=["name_ukprn", "sender_ukprn"], scope="file")
def ukprn_of_sender(record: Record, context: Context) -> Iterator[Found]:
    """The UKPRN in the file's name is not the one of the organisation that sends it.

    Why: a provider can send its own learners only.
    Fix: see that the file is yours; if it is, ask the gateway's operator which UKPRN is on record for you.
    Message: The name has the UKPRN {name_ukprn}, which is not the one of the mailbox that the file came from.
    """
    if context.sender is not None and record["name_ukprn"] and record["name_ukprn"] != record["sender_ukprn"]:
        yield Found(words={"value": record["name_ukprn"]})


@BOOK.rule("Header_2", fields=["Header/CollectionDetails/FilePreparationDate"], scope="file")
def prepared_in_future(record: Record, context: Context) -> Iterator[Found]:
    """The file preparation date is in the future.

    Why: many rules count days up to this date.
    Fix: write the date on which the file was made; see that the computer's clock is right.
    Message: FilePreparationDate is {date}, which is after the day of processing, {day}.
    Bad: Header/CollectionDetails/FilePreparationDate=2026-01-16
    Good: Header/CollectionDetails/FilePreparationDate=2026-01-15
    """
    path = "Header/CollectionDetails/FilePreparationDate"
    prepared = read_date(record[path])
    if prepared is not None and prepared > context.as_of:
        yield Found(path, {"date": record[path], "day": context.as_of.isoformat()})


@BOOK.rule("Header_3", fields=[_SOURCE, "name_ukprn"], scope="file")
def ukprn_in_name(record: Record, _: Context) -> Iterator[Found]:
    """The UKPRN in the file's name is not the one in its header.

    Why: the two say whose learners these are, so they must agree.
    Fix: correct the name or the header, whichever is wrong; the software writes both.
    Message: The name has the UKPRN {name_ukprn}, but the header's Source has {other}.
    Bad: name_ukprn=10000002 Header/Source/UKPRN=10000001
    Good: name_ukprn=10000001 Header/Source/UKPRN=10000001
    Good: name_ukprn=10000001
    """
    if record["name_ukprn"] and record[_SOURCE] and record["name_ukprn"] != record[_SOURCE]:
        yield Found(_SOURCE, {"other": record[_SOURCE]})


@BOOK.rule("UKPRN_03", fields=["LearningProvider/UKPRN", _SOURCE], scope="file")
def ukprn_of_provider(record: Record, _: Context) -> Iterator[Found]:
    """The UKPRN of the learning provider is not the one in the file's header.

    Why: a file holds the learners of one provider, and that provider makes it.
    Fix: correct UKPRN in LearningProvider or in the header's Source, whichever is wrong.
    Message: LearningProvider has the UKPRN {provider}, but the header's Source has {source}.
    Bad: LearningProvider/UKPRN=10000002 Header/Source/UKPRN=10000001
    Good: LearningProvider/UKPRN=10000001 Header/Source/UKPRN=10000001
    """
    provider = record["LearningProvider/UKPRN"]
    if provider and record[_SOURCE] and provider != record[_SOURCE]:
        yield Found("LearningProvider/UKPRN", {"provider": provider, "source": record[_SOURCE]})


ENTITY_1 = BOOK.describe(
    "no_learner",
    "Entity_1",
    """The file holds no learner.

    Why: a file without a learner is usually an export that failed or a wrong selection.
    Fix: export the file again and see that it holds at least one learner.
    Message: The file holds no learner.
    """,
    scope="file",
)
NAMESPACE = BOOK.describe(
    "namespace_mismatch",
    "Namespace Mismatch",
    """The file's namespace is not that of the collection.

    Why: the namespace tells which specification, and which year of it, the file follows.
    Fix: export the file for this collection year; do not change the namespace by hand.
    Message: The file's namespace is not that of the collection.
    """,
    scope="file",
)
ZIP_RULES: Final[Mapping[ZipFault, str]] = {
    ZipFault.CORRUPT: "ZIP_CORRUPT",
    ZipFault.METHOD: "ZIP_CORRUPT",
    ZipFault.NOT_ONE: "ZIP_EMPTY",
    ZipFault.PROTECTED: "Protected ZIP file",
    ZipFault.NAME: "ZIP_INCONSISTENT_FILENAME",
    ZipFault.TOO_LARGE: "FILE_LIMIT",
}
BOOK.describe(
    "zip_corrupt",
    "ZIP_CORRUPT",
    """The ZIP cannot be read.

    Why: a ZIP that was cut off on its way, or is packed in an unusual way, does not give its file back.
    Fix: make the ZIP again with the usual method and send it, or send the XML file itself.
    Message: The ZIP is damaged and cannot be read.
    """,
    scope="file",
)
BOOK.describe(
    "zip_empty",
    "ZIP_EMPTY",
    """The ZIP does not hold exactly one file.

    Why: which of several files counts cannot be told.
    Fix: put the one XML file into a ZIP of its own, without a folder.
    Message: The ZIP holds 2 files; it must hold one file.
    """,
    scope="file",
)
BOOK.describe(
    "zip_protected",
    "Protected ZIP file",
    """The ZIP is protected by a password.

    Why: without the password nothing in it can be read, and the connection itself is encrypted.
    Fix: make the ZIP without a password.
    Message: The file in the ZIP is protected by a password.
    """,
    scope="file",
)
BOOK.describe(
    "zip_file_name",
    "ZIP_INCONSISTENT_FILENAME",
    """The file in the ZIP has another name than the ZIP.

    Why: the name says what the file is, so the two names must agree.
    Fix: give the file inside the same name as the ZIP, with .xml at its end, and put it in no folder.
    Message: The file in the ZIP is export.xml; it must have the ZIP's own name.
    """,
    scope="file",
)

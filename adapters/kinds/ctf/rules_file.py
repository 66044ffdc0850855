# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""What is asked of a Common Transfer File as a whole: its name and its header (specification `ctf` 2, 3 and 6).

These rules look at the fields before the first pupil by their paths, such as `Header/DateTime`, at `file_name` and at
its parts `name_sender`, `name_receiver` and `name_serial`.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from functools import wraps
from typing import Final

from adapters.kinds.ctf.book import BOOK, CODES, name_values
from gateway.core.date_forms import ISO_MOMENT, read_moment
from gateway.core.identifiers.establishment import EstablishmentPlaceholder, establishment_fault
from gateway.core.identifiers.la_number import LaPlaceholder, la_number_fault
from gateway.core.model import Record
from gateway.core.rules.rule import Context, Found, RecordRule

NAME: Final = "Header/DocumentName"
VERSION: Final = "Header/CTFversion"
MOMENT: Final = "Header/DateTime"
QUALIFIER: Final = "Header/DocumentQualifier"
SOURCE_LA, SOURCE_ESTAB = "Header/SourceSchool/LEA", "Header/SourceSchool/Estab"
DEST_LA, DEST_ESTAB = "Header/DestSchool/LEA", "Header/DestSchool/Estab"
_VERSION: Final = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})?", re.ASCII)
_VERSIONS: Final = [Decimal(code.code) for code in CODES["CTFversion"].codes]
_OF_SOURCE: Final = frozenset({str(LaPlaceholder.NOT_KNOWN)})
_OF_DEST: Final = _OF_SOURCE | {str(LaPlaceholder.NOT_MAINTAINED)}
_ESTAB_OF_SOURCE: Final = frozenset(
    {str(EstablishmentPlaceholder.NOT_KNOWN), str(EstablishmentPlaceholder.THE_AUTHORITY)}
)
_ESTAB_OF_DEST: Final = frozenset(map(str, EstablishmentPlaceholder))


def _of_header(rule: RecordRule) -> RecordRule:
    """Return a rule that says nothing of a file without any header, which C001 tells once."""

    @wraps(rule)
    def judged(record: Record, context: Context) -> Iterator[Found]:
        if any(path.startswith("Header") for path in record.values):
            yield from rule(record, context)

    return judged


@BOOK.rule("C002", fields=[NAME], scope="file")
@_of_header
def document_name(record: Record, _: Context) -> Iterator[Found]:
    """The document's name is not Common Transfer File.

    Why: the name tells a transfer file from others of the same make, such as those for admissions.
    Fix: export a Common Transfer File; DocumentName then holds these words.
    Message: DocumentName is "{Header/DocumentName}"; it must be Common Transfer File.
    Bad: Header/DocumentName=
    Bad: Header/DocumentName="Admissions Transfer File"
    Good: Header/DocumentName="Common Transfer File"
    """
    if not CODES["DocumentName"].known(record[NAME]):
        yield Found(NAME)


@BOOK.rule("C003", fields=[VERSION], scope="file")
@_of_header
def version_supported(record: Record, _: Context) -> Iterator[Found]:
    """The version is not a number, or is too old.

    Why: the version says which elements the file has; those before the oldest named here were built differently.
    Fix: update your school's software and export the file again.
    Message: CTFversion is "{Header/CTFversion}"; versions from {oldest} on are read.
    Bad: Header/CTFversion=
    Bad: Header/CTFversion=new
    Bad: Header/CTFversion=9.0
    Good: Header/CTFversion=25
    Good: Header/CTFversion=12.0
    """
    version = record[VERSION]
    if not _VERSION.fullmatch(version) or Decimal(version) < min(_VERSIONS):
        yield Found(VERSION, {"oldest": str(min(_VERSIONS))})


@BOOK.rule("C003", fields=[VERSION], scope="file", severity="warning")
def version_known(record: Record, _: Context) -> Iterator[Found]:
    """The version is newer than the newest that is known here.

    Why: a newer version may have elements that are not known here; what is known is read all the same.
    Fix: nothing needs to be done; tell the gateway's operator if something is missing in the answer.
    Message: CTFversion is {Header/CTFversion}; the newest that is known here is {newest}.
    Bad: Header/CTFversion=26.0
    Good: Header/CTFversion=25.0
    """
    version = record[VERSION]
    if _VERSION.fullmatch(version) and Decimal(version) > max(_VERSIONS):
        yield Found(VERSION, {"newest": str(max(_VERSIONS))})


@BOOK.rule("C004", fields=[MOMENT], scope="file")
@_of_header
def moment_told(record: Record, context: Context) -> Iterator[Found]:
    """The date and time of the file are missing, wrong or in the future.

    Why: of several files the latest counts, and a moment that cannot be true may hide another mistake.
    Fix: see that the computer's clock is right and export the file again; DateTime is such as 2025-09-01T09:30:00.
    Message: DateTime is "{Header/DateTime}"; it must be a date and time, at most a day after {day}.
    Bad: Header/DateTime=
    Bad: Header/DateTime="01/09/2025 09:30"
    Bad: Header/DateTime=2030-01-01T00:00:00
    Good: Header/DateTime=2025-09-01T09:30:00
    """
    moment = read_moment(record[MOMENT], ISO_MOMENT)
    if moment is None or moment.date() > context.as_of + timedelta(days=1):
        yield Found(MOMENT, {"day": context.as_of.isoformat()})


@BOOK.rule("C005", fields=[QUALIFIER], scope="file")
@_of_header
def qualifier_known(record: Record, _: Context) -> Iterator[Found]:
    """The document's qualifier is neither full nor partial.

    Why: a partial file is a request for ULNs, for which the postcode and the address must be there. The element may be
      left out of any other file.
    Fix: export a partial transfer file with the basic details and the address.
    Message: DocumentQualifier is "{Header/DocumentQualifier}"; it must be full or partial.
    Bad: Header/DocumentQualifier=Part
    Good: Header/DocumentQualifier=
    Good: Header/DocumentQualifier=partial
    Good: Header/DocumentQualifier=full
    """
    if record[QUALIFIER] and not CODES["DocumentQualifier"].known(record[QUALIFIER]):
        yield Found(QUALIFIER)


@BOOK.rule("C006", fields=[SOURCE_LA, SOURCE_ESTAB], scope="file", each=True)
@_of_header
def source_given(record: Record, _: Context) -> Iterator[Found]:
    """The sending school's LA or establishment number is missing or not valid.

    Why: the answer is addressed to the school that these two numbers name.
    Fix: enter your school's own numbers in your software, three digits and four digits, and export the file again.
    Message: {field} is "{value}", which is not the number of {what}.
    Bad: Header/SourceSchool/LEA=
    Bad: Header/SourceSchool/LEA=ULN
    Bad: Header/SourceSchool/LEA=MMM
    Bad: Header/SourceSchool/Estab=432
    Good: Header/SourceSchool/Estab=LLLL
    Good: Header/SourceSchool/LEA=XXX
    """
    if la_number_fault(record[SOURCE_LA], _OF_SOURCE):
        yield Found(SOURCE_LA, {"value": record[SOURCE_LA], "what": "a local authority"})
    if establishment_fault(record[SOURCE_ESTAB], _ESTAB_OF_SOURCE):
        yield Found(SOURCE_ESTAB, {"value": record[SOURCE_ESTAB], "what": "a school"})


@BOOK.rule("C007", fields=[DEST_LA, DEST_ESTAB], scope="file", severity="warning")
@_of_header
def dest_given(record: Record, _: Context) -> Iterator[Found]:
    """The receiving school is missing.

    Why: a file that is passed on without a receiver cannot be delivered.
    Fix: nothing needs to be done to get ULNs; enter XXX and XXXX where the receiver is not known.
    Message: DestSchool with its LEA and Estab is missing.
    Bad: Header/DestSchool/LEA= Header/DestSchool/Estab=
    Good: Header/DestSchool/LEA=XXX Header/DestSchool/Estab=XXXX
    """
    if not record[DEST_LA] and not record[DEST_ESTAB]:
        yield Found()


@BOOK.rule("C007", fields=[DEST_LA, DEST_ESTAB], scope="file", each=True)
def dest_valid(record: Record, _: Context) -> Iterator[Found]:
    """The receiving school's LA or establishment number is not valid.

    Why: the national service refuses a file whose receiver is none, such as the letters ULN.
    Fix: enter the receiver's three digits and four digits, or XXX and XXXX where it is not known.
    Message: {field} is "{value}", which is not the number of {what}.
    Bad: Header/DestSchool/LEA=ULN
    Bad: Header/DestSchool/LEA=
    Bad: Header/DestSchool/Estab=12345
    Good: Header/DestSchool/LEA=MMM Header/DestSchool/Estab=MMMM
    Good: Header/DestSchool/LEA= Header/DestSchool/Estab=
    """
    if not record[DEST_LA] and not record[DEST_ESTAB]:
        return
    if la_number_fault(record[DEST_LA], _OF_DEST):
        yield Found(DEST_LA, {"value": record[DEST_LA], "what": "a local authority"})
    if establishment_fault(record[DEST_ESTAB], _ESTAB_OF_DEST):
        yield Found(DEST_ESTAB, {"value": record[DEST_ESTAB], "what": "a school"})


@BOOK.rule("C008", fields=["file_name"], scope="file")
def file_name_form(record: Record, _: Context) -> Iterator[Found]:
    """The file's name is not that of a Common Transfer File.

    Why: the name says from which school to which the file goes, and which of several files it is.
    Fix: name it sender_CTF_receiver_serial.xml, such as 8234321_CTF_XXXXXXX_001.xml; take out a (1) of your browser.
    Message: The name {file_name} does not have the form LLLEEEE_CTF_LLLEEEE_nnn.xml.
    Bad: file_name="8234321_CTF_XXXXXXX_001 (1).xml"
    Bad: file_name=8234321_CTF_001.xml
    Bad: file_name=8234321_CTF_XXXXXXX_001.ctf
    Good: file_name=823LLLL_ctf_8201234_001.XML
    Good: file_name=8234321_ULN_XXXXXXX_001.xml
    """
    if "name_serial" not in name_values(record.values["file_name"]):
        yield Found(words={"value": record["file_name"]})


@BOOK.rule("C008", fields=["name_sender", SOURCE_LA, SOURCE_ESTAB], scope="file", severity="warning")
def name_of_source(record: Record, _: Context) -> Iterator[Found]:
    """The file's name and its header disagree on the sender.

    Why: one of the two is wrong, and a receiver goes by either.
    Fix: export the file again and do not change its name.
    Message: The name says that {name_sender} sends the file, the header says {told}.
    Bad: file_name=8234322_CTF_XXXXXXX_001.xml
    Good: file_name=8234321_CTF_XXXXXXX_001.xml
    """
    told = record[SOURCE_LA] + record[SOURCE_ESTAB]
    if told and record["name_sender"] and record["name_sender"] != told.upper():
        yield Found(words={"told": told, "value": record["name_sender"]})


@BOOK.rule("C008", fields=["name_receiver", DEST_LA, DEST_ESTAB], scope="file", severity="warning")
def name_of_dest(record: Record, _: Context) -> Iterator[Found]:
    """The file's name and its header disagree on the receiver.

    Why: one of the two is wrong, and a receiver goes by either.
    Fix: export the file again and do not change its name.
    Message: The name says that {name_receiver} gets the file, the header says {told}.
    Bad: file_name=8234321_CTF_8201234_001.xml
    Good: file_name=8234321_CTF_XXXXXXX_001.xml
    """
    told = record[DEST_LA] + record[DEST_ESTAB]
    if told and record["name_receiver"] and record["name_receiver"] != told.upper():
        yield Found(words={"told": told, "value": record["name_receiver"]})


@BOOK.rule("C009", fields=["name_sender", "name_receiver", "name_serial"], scope="file")
def serial_new(record: Record, context: Context) -> Iterator[Found]:
    """A file of the same sender, receiver and serial number was received with other content.

    Why: of two files of one number nobody can tell which counts; the same file again is answered as before.
    Fix: export the file again, so that it gets the next serial number.
    Message: A file with the serial number {name_serial} from {name_sender} to {name_receiver} was received already.
    """
    own = {name: record[name] for name in ("name_sender", "name_receiver", "name_serial")}
    if own["name_serial"] and any(own.items() <= name_values(name).items() for name in context.earlier):
        yield Found(words={"value": record["file_name"]})


@BOOK.rule("C010", fields=["records"], scope="file", severity="warning")
def pupils_given(record: Record, _: Context) -> Iterator[Found]:
    """The file holds no pupil.

    Why: an empty file is usually an export that failed or a wrong selection.
    Fix: select the pupils and export the file again.
    Message: There is no Pupil element in the file.
    """
    if record["records"] == "0":
        yield Found()

# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""What is asked of an LRB file as a whole: its name, its headings, its header and its size.

These rules look at the file's frame, a record of `file_name`, its parts `name_ukprn` and `extension`, the four header
values, `sender_ukprn` and `learners`; a value that is not known is absent.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from adapters.kinds.lrb.table import HEADER, SCHEMA
from gateway.core.model import Record
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context, Found

BOOK = Rulebook()
EXTENSION = ".CSV"
_WRONG, _CURE = "what is wrong with the value", "What it must be"
_STEM = re.compile(r"LRB_[0-9A-Z]{8}_([0-9]{12})", re.ASCII)
_UKPRN_IN_NAME = re.compile(r"LRB_([0-9A-Z]{8})_", re.ASCII)
_PARTS = (slice(0, 2), slice(2, 4), slice(4, 8), slice(8, 10), slice(10, 12))


def name_parts(file_name: str) -> dict[str, str]:
    """Return what an LRB file's name tells; a part that cannot be made out is absent."""
    stem, dot, extension = file_name.rpartition(".")
    parts = {"file_name": file_name, "stem": stem if dot else file_name, "extension": dot + extension if dot else ""}
    ukprn = _UKPRN_IN_NAME.match(file_name)
    return parts | {"name_ukprn": ukprn[1]} if ukprn else parts


def is_lrb_stem(stem: str) -> bool:
    """Tell whether a file name without its extension is LRB, a UKPRN and a real date and time."""
    found = _STEM.fullmatch(stem)
    if not found:
        return False
    day, month, year, hour, minute = (found[1][part] for part in _PARTS)
    try:
        datetime(int(year), int(month), int(day), int(hour), int(minute))  # noqa: DTZ001 - only whether it exists
    except ValueError:
        return False
    return True


@BOOK.rule("GF001", fields=["file_name"], scope="file")
def file_name(record: Record, _: Context) -> Iterator[Found]:
    """The file's name is not that of an LRB file.

    Why: the name says which kind of file it is, who sends it and of which moment it is.
    Fix: name it LRB_ + your UKPRN + _ + day, month, year, hour and minute + .CSV: LRB_10000001_010920261430.CSV.
    Message: The name {file_name} does not have the form LRB_UKPRN_DDMMYYYYHHMM.CSV with a real date and time.
    Bad: file_name=LRB_10000001_310220261430.CSV
    Bad: file_name="LRB_10000001_010920261430 (1).CSV"
    Bad: file_name="LRB_10000001_010920261430 .CSV"
    Good: file_name=LRB_10000001_010920261430.CSV
    """
    if not is_lrb_stem(record.values["stem"]):
        yield Found(words={"value": record["file_name"]})


@BOOK.rule("GF002", fields=["file_name"], scope="file")
def file_extension(record: Record, _: Context) -> Iterator[Found]:
    """The file's extension is not .CSV in capital letters.

    Why: files of this kind are known by their name, capital letters included.
    Fix: rename the file so that it ends in .CSV; what is inside can stay as it is.
    Message: The name {file_name} does not end in .CSV in capital letters.
    Bad: file_name=LRB_10000001_010920261430.csv
    Bad: file_name=LRB_10000001_010920261430.TXT
    Bad: file_name="LRB_10000001_010920261430.CSV "
    Good: file_name=LRB_10000001_010920261430.CSV
    """
    if is_lrb_stem(record.values["stem"]) and record.values["extension"] != EXTENSION:
        yield Found(words={"value": record["file_name"]})


@BOOK.rule("WSEC0001", fields=HEADER, scope="file", each=True)
def header_value_missing(record: Record, _: Context) -> Iterator[Found]:
    """A value of the file's header is empty.

    Why: the first four columns of the first learner's row say whose file it is and how many learners it holds.
    Fix: fill the column {field} in the first row below the headings with {title}.
    Message: {field} is empty in the first row below the headings.
    Bad: FileVersion=
    Bad: FileName=
    Bad: UKPRN=
    Bad: LearnerRecordCount=
    Good: FileName="any reference of your own"
    """
    for name in HEADER:
        if not record[name]:
            yield Found(name, {"title": SCHEMA[name].title}, line=record.line)


@BOOK.rule("WSEC0001", fields=["UKPRN", "LearnerRecordCount"], scope="file", each=True)
def header_value_format(record: Record, _: Context) -> Iterator[Found]:
    """A value of the file's header does not have the right form.

    Why: a UKPRN has eight digits or letters, and the count of learners is a whole number.
    Fix: correct {field} in the first row below the headings. {What it must be}
    Message: {what is wrong with the value}
    Bad: UKPRN=1000001
    Bad: LearnerRecordCount=one
    Good: LearnerRecordCount=1
    """
    for name in ("UKPRN", "LearnerRecordCount"):
        fault = SCHEMA[name].check(record[name])
        if fault is not None:
            yield Found(name, {_WRONG: fault.message, _CURE: fault.fix}, line=record.line)


@BOOK.rule("GF003", fields=["FileVersion"], scope="file")
def file_version(record: Record, _: Context) -> Iterator[Found]:
    """The file's version is not 2A.

    Why: the version says which columns the file has, and 2A is the only one in use.
    Fix: write 2A in the column FileVersion, and see that the file has the 30 columns of that version.
    Message: FileVersion is "{FileVersion}"; the only version in use is 2A.
    Bad: FileVersion=1A
    Bad: FileVersion=2a
    Good: FileVersion=2A
    """
    if SCHEMA["FileVersion"].check(record["FileVersion"]) is not None:
        yield Found("FileVersion", line=record.line)


@BOOK.rule("WSEC0003", fields=["UKPRN", "sender_ukprn"], scope="file")
def ukprn_of_sender(record: Record, context: Context) -> Iterator[Found]:
    """The UKPRN in the file is not the one of the organisation that sends it.

    Why: an organisation can register learners only for itself.
    Fix: write your own UKPRN in the column UKPRN; if it is right, ask the gateway's operator which one is on record.
    Message: UKPRN is {UKPRN}, which is not the UKPRN of the mailbox that the file came from.
    """
    if context.sender is not None and record["UKPRN"].upper() != record["sender_ukprn"].upper():
        yield Found("UKPRN", line=record.line)


@BOOK.rule("WSEC0003", fields=["name_ukprn"], scope="file")
def ukprn_in_file_name(record: Record, context: Context) -> Iterator[Found]:
    """The UKPRN in the file's name is not the one inside the file.

    Why: the two say whose file it is, so they must agree with each other and with the mailbox.
    Fix: correct the UKPRN in the file's name or in the column UKPRN, whichever is wrong.
    Message: The file's name has the UKPRN {name_ukprn}, but {where} has {other}.
    Bad: file_name=LRB_10000002_010920261430.CSV
    Good: file_name=LRB_10000001_010920261430.CSV
    """
    inside = "" if SCHEMA["UKPRN"].check(record["UKPRN"]) else record["UKPRN"]
    if not inside and context.sender is None:
        return
    where, other = ("the column UKPRN", inside) if inside else ("the mailbox", record["sender_ukprn"])
    if record["name_ukprn"] and record["name_ukprn"] != other.upper():
        yield Found(words={"where": where, "other": other, "value": record["name_ukprn"]})


@BOOK.rule("WSRC0017", fields=["learners"], scope="file")
def learner_count(record: Record, _: Context) -> Iterator[Found]:
    """The number of learners in the header is not the number of rows.

    Why: a count that differs is how a file that was cut off on its way is noticed.
    Fix: see that no row was lost or added, then write {learners} in the column LearnerRecordCount.
    Message: LearnerRecordCount is {LearnerRecordCount}, but the number of rows below the headings is {learners}.
    Bad: LearnerRecordCount=2
    Good: LearnerRecordCount=1
    """
    count = record["LearnerRecordCount"]
    if SCHEMA["LearnerRecordCount"].check(count) is None and count.lstrip("0") != record["learners"]:
        yield Found("LearnerRecordCount", line=record.line)

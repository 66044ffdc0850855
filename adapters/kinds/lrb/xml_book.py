# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""The rulebook of LRB files in XML: what is asked of the file, and the same rules on learners as in CSV.

These rules look at the file's frame, a record of `file_name`, its parts `name_ukprn` and `extension`, the values of the
header, `sender_ukprn` and `learners`; a value that is not known is absent.
"""

from collections.abc import Iterator
from typing import Final

from adapters.formats.xml_items import Stop
from adapters.formats.xml_reading_rules import describe_location
from adapters.kinds.lrb import rules
from adapters.kinds.lrb.file_rules import BOOK as CSV_BOOK
from adapters.kinds.lrb.file_rules import is_lrb_stem
from adapters.kinds.lrb.table import HEADER, SCHEMA
from gateway.core.model import Record
from gateway.core.notices import Scope
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context, Found

EXTENSION: Final = ".XML"
RULE_MODULE: Final = rules
"""The module of the rules on learners: it has put them into the rulebook of the CSV when it was imported."""
_OF_CSV: Final = frozenset({"header_repeated"})
BOOK: Final = Rulebook(
    rules={
        name: rule
        for name, rule in CSV_BOOK.rules.items()
        if rule.scope is Scope.RECORD and not rule.is_found_by_reader and name not in _OF_CSV
    }
)
_WRONG, _CURE = "what is wrong", "what to do"


@BOOK.rule("GF001", fields=["file_name"], scope="file")
def file_name(record: Record, _: Context) -> Iterator[Found]:
    """The file's name is not that of an LRB file.

    Why: the name says which kind of file it is, who sends it and of which moment it is.
    Fix: name it LRB_ + your UKPRN + _ + day, month, year, hour and minute + .XML: LRB_10000001_010920261430.XML.
    Message: The name {file_name} does not have the form LRB_UKPRN_DDMMYYYYHHMM.XML with a real date and time.
    Bad: file_name=LRB_10000001_310220261430.XML
    Good: file_name=LRB_10000001_010920261430.XML
    """
    if not is_lrb_stem(record.values["stem"]):
        yield Found(words={"value": record["file_name"]})


@BOOK.rule("GF002", fields=["file_name"], scope="file")
def file_extension(record: Record, _: Context) -> Iterator[Found]:
    """The file's extension is not .XML in capital letters.

    Why: files of this kind are known by their name, capital letters included.
    Fix: rename the file so that it ends in .XML; what is inside can stay as it is.
    Message: The name {file_name} does not end in .XML in capital letters.
    Bad: file_name=LRB_10000001_010920261430.xml
    Good: file_name=LRB_10000001_010920261430.XML
    """
    if is_lrb_stem(record.values["stem"]) and record.values["extension"] != EXTENSION:
        yield Found(words={"value": record["file_name"]})


@BOOK.rule("WSEC0001", fields=HEADER, scope="file", each=True)
def header_value_missing(record: Record, _: Context) -> Iterator[Found]:
    """A value of the file's header is empty.

    Why: the elements before the first learner say whose file it is and how many learners it holds.
    Fix: fill the element {field} with {title}.
    Message: {field} is empty.
    Bad: FileVersion=
    Bad: FileName=
    Bad: UKPRN=
    Bad: LearnerRecordCount=
    Good: FileName="any reference of your own"
    """
    for name in HEADER:
        if name in record.values and not record[name]:
            yield Found(name, {"title": SCHEMA[name].title})


@BOOK.rule("WSEC0001", fields=["UKPRN", "LearnerRecordCount"], scope="file", each=True)
def header_value_format(record: Record, _: Context) -> Iterator[Found]:
    """A value of the file's header does not have the right form.

    Why: a UKPRN has eight digits or letters, and the count of learners is a whole number.
    Fix: correct {field}. {what to do}
    Message: {what is wrong}
    Bad: UKPRN=1000001
    Bad: LearnerRecordCount=one
    Good: LearnerRecordCount=1
    """
    for name in ("UKPRN", "LearnerRecordCount"):
        fault = SCHEMA[name].check(record[name]) if record[name] else None
        if fault is not None:
            yield Found(name, {_WRONG: fault.message, _CURE: fault.fix})


@BOOK.rule("GF003", fields=["FileVersion"], scope="file")
def file_version(record: Record, _: Context) -> Iterator[Found]:
    """The file's version is not 2A.

    Why: the version says which elements the file has, and 2A is the only one in use.
    Fix: write 2A in the element FileVersion, and see that the learners have the elements of that version.
    Message: FileVersion is "{FileVersion}"; the only version in use is 2A.
    Bad: FileVersion=1A
    Bad: FileVersion=2a
    Good: FileVersion=2A
    """
    if SCHEMA["FileVersion"].check(record["FileVersion"]) is not None:
        yield Found("FileVersion")


@BOOK.rule("WSEC0003", fields=["UKPRN", "sender_ukprn"], scope="file")
def ukprn_of_sender(record: Record, _: Context) -> Iterator[Found]:
    """The UKPRN in the file is not the one of the organisation that sends it.

    Why: an organisation can register learners only for itself.
    Fix: write your own UKPRN in the element UKPRN; if it is right, ask the gateway's operator which one is on record.
    Message: UKPRN is {UKPRN}, which is not the UKPRN of the mailbox that the file came from.
    """
    if record["UKPRN"].upper() != record["sender_ukprn"].upper():
        yield Found("UKPRN")


@BOOK.rule("WSEC0003", fields=["name_ukprn"], scope="file")
def ukprn_in_file_name(record: Record, _: Context) -> Iterator[Found]:
    """The UKPRN in the file's name is not the one inside the file.

    Why: the two say whose file it is, so they must agree with each other and with the mailbox.
    Fix: correct the UKPRN in the file's name or in the element UKPRN, whichever is wrong.
    Message: The file's name has the UKPRN {name_ukprn}, but {where} has {other}.
    Bad: file_name=LRB_10000002_010920261430.XML
    Good: file_name=LRB_10000001_010920261430.XML
    """
    inside = "" if SCHEMA["UKPRN"].check(record["UKPRN"]) else record["UKPRN"]
    where, other = ("the element UKPRN", inside) if inside else ("the mailbox", record["sender_ukprn"])
    if other and record["name_ukprn"] and record["name_ukprn"] != other.upper():
        yield Found(words={"where": where, "other": other, "value": record["name_ukprn"]})


@BOOK.rule("WSRC0017", fields=["LearnerRecordCount", "learners"], scope="file")
def learner_count(record: Record, _: Context) -> Iterator[Found]:
    """The number of learners in the header is not the number of Learner elements.

    Why: a count that differs is how a file that was cut off on its way is noticed.
    Fix: see that no learner was lost or added, then write {learners} in the element LearnerRecordCount.
    Message: LearnerRecordCount is {LearnerRecordCount}, but the number of Learner elements is {learners}.
    Bad: LearnerRecordCount=2
    Good: LearnerRecordCount=1
    """
    count = record["LearnerRecordCount"]
    if SCHEMA["LearnerRecordCount"].check(count) is None and count.lstrip("0") != record["learners"]:
        yield Found("LearnerRecordCount")


STRUCTURE = BOOK.describe(
    "file_structure",
    "WSEC0001",
    """What stands round the learners is not as the schema asks.

    Why: the elements before the first learner say whose file it is and what is to be done; none can be guessed.
    Fix: {what to do}
    Message: {what is wrong}
    """,
    scope="file",
)
ROOT = BOOK.describe(
    "file_root",
    "WSEC0001",
    """The file's outermost element is not that of an LRB file.

    Why: the outermost element and its namespace tell what the file is.
    Fix: use LearnerRegistrationBatch or SubmitBatch in the namespace http://api.lrs.miap.gov.uk/batchmsg.
    Message: {what is wrong}
    """,
    scope="file",
)
NO_LEARNERS = BOOK.describe(
    "no_learners",
    "GF005",
    """The file holds no learner.

    Why: an empty file is usually an export that failed or a wrong selection.
    Fix: export the file again and see that there is at least one Learner element.
    Message: There is no Learner element in the file.
    """,
    scope="file",
)
UNREADABLE = BOOK.describe(
    "file_unreadable",
    "GF006",
    """The file cannot be read as XML.

    Why: from the first fault of form on nothing can be told apart with certainty, so nothing of the file is taken.
    Fix: {what to do}
    Message: {what is wrong}
    """,
    scope="file",
)
TOO_LARGE = BOOK.describe(
    "file_too_large",
    "GF007",
    """The file is too large, or asks for more than is ever held at once.

    Why: a limit keeps one file from holding up everybody else's.
    Fix: {what to do}
    Message: {what is wrong}
    """,
    scope="file",
)
LOCATION = describe_location(BOOK)
VALUE_MISSING = BOOK.describe(
    "value_missing",
    "RC010",
    """A value that every learner needs is absent or empty.

    Why: given name, family name, postcode, date of birth and gender are what a learner is looked for by.
    Fix: enter {title}.
    Message: {field} is absent or empty.
    Bad: GivenName=
    Bad: FamilyName=" "
    Bad: LastKnownPostCode=
    Bad: DateOfBirth=
    Bad: Gender=
    Good: LastKnownPostCode="ZZ99 9ZZ"
    """,
)
VALUE_FORMAT = BOOK.describe(
    "value_format",
    "RC011",
    """A value does not have the form that its element asks for.

    Why: a value in another form, or longer than its element holds, cannot be registered as it is.
    Fix: {what to do}
    Message: {what is wrong}
    Bad: ULN=123456789
    Bad: DateOfBirth=31/05/2008
    Bad: DateOfBirth=1900-02-29
    Bad: LastKnownPostCode="CV1 2WC"
    Bad: EmailAddress=someone@example
    Bad: Gender=M
    Bad: FamilyNameAt16="A name that has many more characters than there are allowed"
    Good: DateOfBirth=2008-05-31
    Good: LastKnownPostCode="bfpo 12"
    """,
)
LEARNER_FORM = BOOK.describe(
    "learner_form",
    "RC011",
    """The elements of a learner are not those of the specification.

    Why: elements have one order and one spelling; what is unknown, repeated or out of order cannot be read.
    Fix: {what to do}
    Message: {what is wrong}
    """,
)
STOPS: Final = {
    **dict.fromkeys(Stop, UNREADABLE),
    Stop.LIMIT: TOO_LARGE,
    Stop.ROOT: ROOT,
    Stop.NAMESPACE: ROOT,
}
"""Which rule tells what stops the reading."""

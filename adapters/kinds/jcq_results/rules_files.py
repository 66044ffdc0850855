# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""Rules on a file of the JCQ's style as a whole: its name, header, sender, series and trailer (AR-01, AR-05, AR-07).

They look at the file's frame: `file_name`, `sender_kind`, `sender_ukprn`, the fields of R1 under their own names, those
of R9, the counts `centres`, `candidates`, `results` and `records`, and `header_centre` and `trailer_centre`.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from adapters.kinds.ao_results.rules_grades import SERIES, sitting
from adapters.kinds.ao_results.series import series_of
from adapters.kinds.jcq_results.book import BOOK
from adapters.kinds.jcq_results.names import RESULTS, SEVERAL, read_name
from gateway.core.model import Record
from gateway.core.rules.rule import Context, Found
from gateway.core.submission import OrganisationKind

IDENTIFIERS: Final = "ao-identifiers"
COUNTS: Final = {
    "CentreRecords": "centres",
    "CandidateRecords": "candidates",
    "ResultRecords": "results",
    "AllRecords": "records",
}
HEADER_CENTRE: Final = "header_centre"
TRAILER_CENTRE: Final = "trailer_centre"


@BOOK.rule("AR-01", fields=["file_name"], scope="file")
def file_name(record: Record, _: Context) -> Iterator[Found]:
    """The file's name is not that of a results file.

    Why: the name says what the file is, for which centre, from whom, and its number in order.
    Fix: keep the name that the examinations software gave it, as in R1234599.X01.
    Message: The name {file_name} is not R, centre, awarding organisation, .X and number, as in R1234599.X01.
    Bad: file_name=results.X01
    Bad: file_name=R1234599.TXT
    Good: file_name=R1234599.X01
    Good: file_name=r6G26_99.x01
    """
    if read_name(record["file_name"]) is None:
        yield Found(words={"value": record["file_name"]})


@BOOK.rule("AR-01", fields=["file_name"], scope="file")
def data_type(record: Record, _: Context) -> Iterator[Found]:
    """The file is of a type that is not supported.

    Why: results alone are read; entries, amendments and basedata go to other systems.
    Fix: send the results file, whose name begins with R.
    Message: A file whose name begins with {type} is of an unsupported type: only results, R, are read.
    Bad: file_name=E1234599.X01
    Good: file_name=R1234599.X01
    """
    name = read_name(record["file_name"])
    if name and name.type != RESULTS:
        yield Found(words={"type": name.type, "value": record["file_name"]})


@BOOK.rule("AR-01", fields=["sender_kind"], scope="file")
def sender_awards(record: Record, _: Context) -> Iterator[Found]:
    """The sender is no awarding organisation.

    Why: only an awarding organisation tells results; schools and colleges receive them.
    Fix: send it from the mailbox of the awarding organisation; the gateway's operator knows what yours is set up as.
    Message: Results come from an awarding organisation; this mailbox belongs to a {sender_kind}.
    Bad: sender_kind=school
    Good: sender_kind=awarding-organisation
    """
    if record["sender_kind"] != OrganisationKind.AWARDING_ORGANISATION:
        yield Found()


@BOOK.rule("AR-01", fields=["file_name", "AwardingOrganisation", "CentreNumber", "SequenceNumber"], scope="file")
def header_as_named(record: Record, _: Context) -> Iterator[Found]:
    """The header does not say what the file's name says.

    Why: a file that was renamed or edited by hand may be of another centre or organisation than it seems.
    Fix: ask for the file again, and keep its name.
    Message: {what} in the header is {in the header}, but the name says {in the name}.
    Bad: file_name=R1234591.X01 AwardingOrganisation=92
    Bad: file_name=R1234591.X01 CentreNumber=54321
    Bad: file_name=R1234591.X02
    Good: file_name=R1234591.X01
    """
    name = read_name(record["file_name"])
    if name is None:
        return
    told = (
        (
            "AwardingOrganisation",
            "The awarding organisation",
            record["AwardingOrganisation"].upper(),
            name.organisation,
        ),
        ("CentreNumber", "The centre", record["CentreNumber"], name.centre),
        ("SequenceNumber", "The number", record["SequenceNumber"][-2:], name.number),
    )
    for field, what, given, named in told:
        if given != named and not (field == "CentreNumber" and given == SEVERAL):
            words = {"what": what, "in the header": given, "in the name": named}
            yield Found(field, words, line=record.line)


@BOOK.rule("AR-01", fields=["AwardingOrganisation"], scope="file", needs=[IDENTIFIERS])
def organisation_known(record: Record, context: Context) -> Iterator[Found]:
    """The awarding organisation's identifier is not on the list.

    Why: an awarding organisation has one or more identifiers of two characters; results are kept under its UKPRN.
    Fix: check the identifier; if it is right, ask the gateway's operator to add it to the list.
    Message: The identifier {AwardingOrganisation} is of no awarding organisation on the list.
    Bad: AwardingOrganisation=77 file_name=R1234577.X01
    Good: AwardingOrganisation=91
    """
    if context.reference.lookup(IDENTIFIERS, record["AwardingOrganisation"]) is None:
        yield Found("AwardingOrganisation", line=record.line)


@BOOK.rule("AR-01", fields=["AwardingOrganisation", "sender_ukprn"], scope="file", needs=[IDENTIFIERS])
def organisation_of_sender(record: Record, context: Context) -> Iterator[Found]:
    """The awarding organisation in the header is not the sender.

    Why: an account is bound to the awarding organisation that it may send for.
    Fix: send the file from the mailbox of its own awarding organisation.
    Message: The identifier {AwardingOrganisation} is of another organisation than this mailbox.
    Bad: AwardingOrganisation=92 file_name=R1234592.X01
    Good: AwardingOrganisation=91
    """
    row = context.reference.lookup(IDENTIFIERS, record["AwardingOrganisation"])
    if row and row["ukprn"] != record["sender_ukprn"]:
        yield Found("AwardingOrganisation", line=record.line)


@BOOK.rule("AR-03", fields=["CreationDate"], scope="file")
def created_in_past(record: Record, context: Context) -> Iterator[Found]:
    """The file was made in the future.

    Why: its date is wrong, and then its other values may be as well.
    Fix: correct the clock of the system that writes the file, and write it again.
    Message: The day on which the file was made, {CreationDate}, is in the future.
    Bad: CreationDate=20980101
    Good: CreationDate=20260812
    """
    made = datetime.strptime(record["CreationDate"], "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    if made > context.as_of:
        yield Found("CreationDate", line=record.line)


@BOOK.rule("AR-07", fields=["file_name"], scope="file")
def sequence_new(record: Record, context: Context) -> Iterator[Found]:
    """The file's number was used before in its series, with other content.

    Why: the number sets the order of the files of a series; only names of files of several centres tell the series.
    Fix: give the file the next number. The very same file may be sent again at any time.
    Message: The number {number} was used before, by {earlier}.
    Bad: file_name=R6G26_91.X07 CentreNumber=00000 SequenceNumber=007
    Good: file_name=R1234591.X01
    """
    name = read_name(record["file_name"])
    if name is None or not name.place.endswith("_"):
        return
    used = next((it for it in context.earlier if read_name(it) == name), None)
    if used:
        yield Found(words={"number": name.number, "earlier": used})


@BOOK.rule("AR-07", fields=["Series", "Year"], scope="file", needs=[SERIES])
def series_known(record: Record, context: Context) -> Iterator[Found]:
    """The series in the header is not on the list of exam series.

    Why: results are taken for series that the gateway knows, each with the days on which they may be sent.
    Fix: check the series; if it is right, ask the gateway's operator to add it to the list.
    Message: The series {Series}{Year} is not on the list of exam series.
    Bad: Series=3G Year=26
    Good: Series=6G Year=26
    """
    code = f"{record['Series']}{record['Year']}"
    if series_of(code) and sitting(code, context) is None:
        yield Found("Series", line=record.line)


@BOOK.rule("AR-05", fields=[*COUNTS, *COUNTS.values()], scope="file")
def trailer_counts(record: Record, _: Context) -> Iterator[Found]:
    """A count in the trailer is not the number of records.

    Why: a file that lost records on its way would otherwise be taken for the whole.
    Fix: ask for the file again; do not edit it by hand.
    Message: {field} in the trailer is {told}, but the file holds {counted}.
    """
    for field, counted in COUNTS.items():
        if int(record[field]) != int(record[counted]):
            words = {"told": record[field], "counted": record[counted]}
            yield Found(field, words, line=record.line)


@BOOK.rule("AR-05", fields=[HEADER_CENTRE, TRAILER_CENTRE], scope="file")
def trailer_of_header(record: Record, _: Context) -> Iterator[Found]:
    """The trailer is of another centre than the header.

    Why: the end of one file may have been put behind the beginning of another.
    Fix: ask for the file again; do not edit it by hand.
    Message: The centre in the trailer is {centre in the trailer}, but in the header {centre in the header}.
    """
    centre, header = record[TRAILER_CENTRE], record[HEADER_CENTRE]
    if centre != header:
        words = {"centre in the trailer": centre, "centre in the header": header, "value": centre}
        yield Found("CentreNumber", words, line=record.line)

# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""Rules on a results file as a whole: its name, its sender, its series, its number, its trailer (AR-01, AR-05, AR-07).

They look at the file's frame: `file_name`, the `extension` that its kind asks for, `sender_kind` and `sender_ukprn`,
`AwardingOrganisationUKPRN` as the file says it, and at its end `results` and `trailer_count`.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from adapters.kinds.ao_results.names import ResultsName, read_name
from adapters.kinds.ao_results.rules_grades import SERIES, sitting
from adapters.kinds.ao_results.series import series_of
from gateway.core.model import Record
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context, Found
from gateway.core.submission import OrganisationKind

FILES = Rulebook()
"""The rules on results files in CSV and XML."""
COUNT: Final = "results"
TRAILER: Final = "trailer_count"
EXTENSION: Final = "extension"


def file_facts(context: Context, extension: str) -> Mapping[str, str]:
    """Return what the rules on a file are told beside what the file says of itself."""
    facts = {"file_name": context.file_name, EXTENSION: extension}
    sender = context.sender
    return facts | ({"sender_kind": sender.kind, "sender_ukprn": sender.ukprn or ""} if sender else {})


def _name(record: Record) -> ResultsName | None:
    name = read_name(record["file_name"])
    return name if name and name.extension == record[EXTENSION] else None


@FILES.rule("AR-01", fields=["file_name"], scope="file")
def file_name(record: Record, _: Context) -> Iterator[Found]:
    """The file's name is not that of a results file.

    Why: the name says whose results they are, of which series, and in which order the files of a series belong.
    Fix: name it AORES_, your UKPRN, the series, the date and time and a number of three digits, parted by _, as in
        AORES_10000101_6G26_20260812T060000_001{extension}.
    Message: The name {file_name} does not have the form AORES_UKPRN_series_yyyymmddThhmmss_001{extension}.
    Bad: file_name=results.csv
    Bad: file_name=AORES_10000101_6G26_20260231T060000_001.csv
    Good: file_name=AORES_10000101_6G26_20260812T060000_001.csv
    Good: file_name=AORES_10000101_2026-06_20260812T060000_001.csv
    """
    if _name(record) is None:
        yield Found(words={"value": record["file_name"]})


@FILES.rule("AR-01", fields=["sender_kind"], scope="file")
def sender_awards(record: Record, _: Context) -> Iterator[Found]:
    """The sender is no awarding organisation.

    Why: only an awarding organisation tells results; schools and colleges receive them.
    Fix: send it from the mailbox of the awarding organisation; the gateway's operator knows what yours is set up as.
    Message: Results come from an awarding organisation; this mailbox belongs to a {sender_kind}.
    Bad: sender_kind=school
    Good: sender_kind=awarding-organisation
    """
    if "sender_kind" in record.values and record["sender_kind"] != OrganisationKind.AWARDING_ORGANISATION:
        yield Found()


@FILES.rule("AR-01", fields=["file_name", "sender_ukprn"], scope="file")
def name_of_sender(record: Record, _: Context) -> Iterator[Found]:
    """The UKPRN in the file's name is not the sender's.

    Why: an account is bound to the awarding organisation that it may send for.
    Fix: write your own UKPRN into the name; if it is right, ask the gateway's operator which one is on record.
    Message: The file's name says {UKPRN in the name}, but this mailbox is that of {sender_ukprn}.
    Bad: file_name=AORES_10000102_6G26_20260812T060000_001.csv sender_ukprn=10000101
    Good: file_name=AORES_10000101_6G26_20260812T060000_001.csv sender_ukprn=10000101
    """
    name = _name(record)
    if name and "sender_ukprn" in record.values and name.ukprn != record["sender_ukprn"]:
        yield Found(words={"UKPRN in the name": name.ukprn, "value": record["file_name"]})


@FILES.rule("AR-01", fields=["file_name", "AwardingOrganisationUKPRN"], scope="file")
def organisation_of_name(record: Record, _: Context) -> Iterator[Found]:
    """The awarding organisation in the file is not the one in its name.

    Why: one of the two is wrong, and results of the wrong organisation would be kept.
    Fix: correct the UKPRN in the file or in its name, whichever is wrong.
    Message: The file's name says {UKPRN in the name}, but its content {AwardingOrganisationUKPRN}.
    Bad: file_name=AORES_10000101_6G26_20260812T060000_001.csv AwardingOrganisationUKPRN=10000102
    Good: file_name=AORES_10000101_6G26_20260812T060000_001.csv AwardingOrganisationUKPRN=10000101
    """
    name, organisation = _name(record), record["AwardingOrganisationUKPRN"]
    if name and organisation and organisation != name.ukprn:
        yield Found("AwardingOrganisationUKPRN", {"UKPRN in the name": name.ukprn})


@FILES.rule("AR-07", fields=["file_name"], scope="file")
def sequence_new(record: Record, context: Context) -> Iterator[Found]:
    """The file's number was used before, with other content.

    Why: the number sets the order in which the files of a series belong; with one number twice there is none.
    Fix: give the file the next number of the series. The very same file may be sent again at any time.
    Message: The number {number} of the series {series} was used before, by {earlier}.
    Bad: file_name=AORES_10000101_6G26_20260812T060000_007.csv
    Good: file_name=AORES_10000101_6G26_20260812T060000_001.csv
    """
    name = _name(record)
    earlier = ((it, read_name(it)) for it in context.earlier)
    used = next((it for it, other in earlier if name and other and other.place == name.place), None)
    if name and used:
        yield Found(words={"number": name.sequence, "series": name.series, "earlier": used})


@FILES.rule("AR-07", fields=["file_name"], scope="file")
def series_in_name(record: Record, _: Context) -> Iterator[Found]:
    """The series in the file's name is none.

    Why: without its series nobody can tell where a file belongs.
    Fix: write the series as a year and month such as 2026-06, or as its code such as 6G26.
    Message: The series {series} in the file's name is no exam series.
    Bad: file_name=AORES_10000101_??26_20260812T060000_001.csv
    Bad: file_name=AORES_10000101_2026-13_20260812T060000_001.csv
    Good: file_name=AORES_10000101_6G26_20260812T060000_001.csv
    """
    name = _name(record)
    if name and series_of(name.series) is None:
        yield Found(words={"series": name.series, "value": record["file_name"]})


@FILES.rule("AR-07", fields=["file_name"], scope="file", needs=[SERIES])
def series_known(record: Record, context: Context) -> Iterator[Found]:
    """The series in the file's name is not on the list of exam series.

    Why: results are taken for series that the gateway knows, each with the days on which they may be sent.
    Fix: check the series; if it is right, ask the gateway's operator to add it to the list.
    Message: The series {series} in the file's name is not on the list of exam series.
    Bad: file_name=AORES_10000101_3G26_20260812T060000_001.csv
    Good: file_name=AORES_10000101_6G26_20260812T060000_001.csv
    """
    name = _name(record)
    if name and series_of(name.series) and sitting(name.series, context) is None:
        yield Found(words={"series": name.series, "value": record["file_name"]})


@FILES.rule("AR-05", fields=[COUNT, TRAILER], scope="file")
def trailer_count(record: Record, _: Context) -> Iterator[Found]:
    """The count in the trailer is not the number of results.

    Why: a file that lost rows on its way would otherwise be taken for the whole.
    Fix: see that no result was lost or added, then write {results} into the trailer.
    Message: The trailer says {trailer_count}, but the file holds {results} results.
    """
    told = record[TRAILER]
    if told and (not told.isdigit() or int(told) != int(record[COUNT])):
        yield Found(words={"value": told}, line=record.line)

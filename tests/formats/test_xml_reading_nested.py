"""The XML reader for file kinds whose records stand in containers: what rules may ask of those, and of a trailer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.formats.xml_reading import XmlReading
from adapters.formats.xml_reading_fields import SchemaFields
from adapters.formats.xml_reading_form import XmlForm
from adapters.formats.xml_reading_rules import describe_fields, describe_files
from gateway.core.handover import Finding
from gateway.core.model import CheckedRecord, Record
from gateway.core.notices import Notice
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context, Found
from tests.formats.xml_files import NESTED, TRAILER, centre, entry, nested
from tests.formats.xml_reading_kind import DAY, told

BOOK = Rulebook()
FAULTS = {**describe_files(BOOK), **describe_fields(BOOK)}
PUPILS = f"<Pupils>\n<On>\n{entry('Pupil', '7')}</On>\n<Off>\n{entry('Leaver', '8')}</Off>\n</Pupils>\n"


@BOOK.rule("WHERE", fields=["Centre"], severity="warning")
def stands_in(record: Record, _: Context) -> Iterator[Found]:
    """The record stands in a centre.

    Why: because.
    Fix: mend it.
    Message: {Year}: centre {Centre} of number {CentreNumber}.
    """
    if record["Centre"]:
        yield Found()


@BOOK.rule("EARLY", fields=["Header/Year"], scope="file", severity="warning")
def year_seen(_record: Record, _: Context) -> Iterator[Found]:
    """The year is seen.

    Why: because.
    Fix: mend it.
    Message: {Header/Year}.
    """
    yield Found("Header/Year")


@BOOK.rule("TRAILER", fields=["Trailer/Count", "records"], scope="file")
def trailer_counts(record: Record, _: Context) -> Iterator[Found]:
    """The trailer counts other records than there are.

    Why: because.
    Fix: mend it.
    Message: {Trailer/Count} of {records}: {records/Candidate} and {records/Pupil}.
    """
    if record["Trailer/Count"] != record["records"]:
        yield Found("Trailer/Count")


FORM = XmlForm(
    shape=NESTED,
    book=BOOK,
    faults=FAULTS,
    fields=SchemaFields(NESTED),
    key="Number",
    given={"Year": "Header/Year", "Centre": "Centre", "CentreNumber": "Centre/@number", "On": "Pupils/On"},
    header={"Year": "Header/Year"},
)


def findings(folder: Path, data: bytes, processes: int = 1) -> list[Finding]:
    path = folder / "given.xml"
    path.write_bytes(data)
    return list(XmlReading(FORM, path, Context(as_of=DAY, file_name="given.xml", processes=processes)).findings())


def messages(found: list[Finding], code: str) -> list[str]:
    every = (it for one in found for it in ([one] if isinstance(one, Notice) else getattr(one, "notices", ())))
    return [notice.message for notice in every if notice.code == code]


@pytest.mark.parametrize("processes", [1, 2])
def test_rules_on_a_record_find_the_containers_that_it_stands_in(tmp_path: Path, processes: int) -> None:
    data = nested(centre(tag='<Centre number="77">'), centre(entry(), entry(), tag='<Centre number="5">'), PUPILS)
    expected = ["2026: centre 1 of number 77.", *["2026: centre 2 of number 5."] * 2]
    assert messages(findings(tmp_path, data, processes), "WHERE") == expected


def test_rules_on_the_file_find_what_stands_behind_the_records_at_its_end(tmp_path: Path) -> None:
    found = findings(tmp_path, nested(centre(), PUPILS))
    assert messages(found, "TRAILER") == ["2 of 3: 1 and 1."]
    codes = [one.code if isinstance(one, Notice) else type(one).__name__ for one in found]
    assert codes == ["FileHeader", "EARLY", "CheckedRecord", "CheckedRecord", "CheckedRecord", "TRAILER"]


def test_a_trailer_that_failed_the_schema_leaves_its_rules_out(tmp_path: Path) -> None:
    found = findings(tmp_path, nested(centre(), trailer=TRAILER.replace("2", "two")))
    assert ("XSD_TYPE", 9, None, "Trailer/Count") in told(found)
    assert messages(found, "TRAILER") == []


def test_a_fault_of_a_record_in_a_container_is_told_in_the_words_of_its_own_field(tmp_path: Path) -> None:
    found = findings(tmp_path, nested(centre(entry(number="x"))))
    assert told(found)[1:2] == [("XSD_TYPE", 6, 1, "Number")]
    [message] = messages(found, "XSD_TYPE")
    assert message.endswith("it must be a whole number.")


def test_an_empty_field_of_a_record_in_a_container_is_told_as_one_that_must_stand(tmp_path: Path) -> None:
    [notice] = [
        it
        for one in findings(tmp_path, nested(PUPILS.replace("<Number>7", "<Number>")))
        if isinstance(one, CheckedRecord)
        for it in one.notices
    ]
    assert (notice.code, notice.fix) == ("XSD_EMPTY", "Fill in Number.")

"""A fixed-width layout is data: what it says of a record, and what is refused as a layout."""

import pytest
from pydantic import ValidationError

import schemas
from gateway.core.layouts import FixedLayout, RecordType

JCQ = FixedLayout.model_validate_json(schemas.text("fixed/jcq-style-v14-g1.json"))

# Specification `awarding` 2.5 by hand: record, field, start, length, type, justified.
PAGE = """
R1 RecordType 1 2 string left
R1 AwardingOrganisation 3 2 string left
R1 CentreNumber 5 5 string left
R1 Series 10 2 string left
R1 Year 12 2 string left
R1 SequenceNumber 14 3 integer right
R1 CreationDate 17 8 date left
R1 FormatVersion 25 2 string left
R1 FileStatus 27 1 string left
R2 RecordType 1 2 string left
R2 CentreNumber 3 5 string left
R2 UKPRN 8 8 string left
R2 CentreName 16 60 string left
R4 RecordType 1 2 string left
R4 CentreNumber 3 5 string left
R4 CandidateNumber 8 4 integer right
R4 UCI 12 13 string left
R4 ULN 25 10 string left
R4 Name 35 40 string left
R4 Sex 75 1 string left
R4 DateOfBirth 76 8 date left
R5 RecordType 1 2 string left
R5 CentreNumber 3 5 string left
R5 CandidateNumber 8 4 integer right
R5 UCI 12 13 string left
R5 EnteredOption 25 6 string left
R5 ResultOption 31 6 string left
R5 Flag 37 1 string left
R5 Grade 38 2 string left
R5 SecondGrade 40 2 string left
R5 Mark 42 4 integer right
R5 MaximumMark 46 4 integer right
R5 PartialAbsence 50 1 string left
R5 Reserved 51 2 string left
R5 QAN 53 8 string left
R5 ResultDate 61 8 date left
R5 Action 69 1 string left
R5 PreviousGrade 70 2 string left
R9 RecordType 1 2 string left
R9 CentreNumber 3 5 string left
R9 CentreRecords 8 7 integer right
R9 CandidateRecords 15 7 integer right
R9 ResultRecords 22 7 integer right
R9 AllRecords 29 7 integer right
"""

EXAMPLE = """
R199123456G260012026081214F
R21234510012345EXAMPLE ACADEMY
R4123450001123450230001W9990000017BLOGGS: ALEX SAM                        X20090415
R5123450001123450230001W8700  8700  E7 M            6011234720260820N
R4123450002123450230002C9990000025O'NEIL-SMITH: JO                        F20090902
R5123450002123450230002C8700  8700  G4           #  6011234720260820N
R9123450000001000000200000020000007
""".strip().split("\n")


def record(*places: tuple[str, int, int]) -> dict[str, object]:
    fields = [{"name": name, "title": name, "start": start, "length": length} for name, start, length in places]
    return {"type": "A1", "title": "a record", "fields": fields}


def layout(length: int, *records: object) -> FixedLayout:
    parts = {"name": "x", "title": "x", "version": "1", "source": "x", "recordLength": length, "records": records}
    return FixedLayout.model_validate(parts)


def test_every_field_stands_where_the_page_says() -> None:
    written = [
        f"{kind.type} {place.name} {place.start} {place.length} {place.type} {place.justified}"
        for kind in JCQ.records
        for place in kind.fields
    ]
    assert written == PAGE.strip().split("\n")
    assert JCQ.record_length == 96


def test_a_result_belongs_to_a_candidate_and_a_candidate_to_a_centre() -> None:
    assert {kind.type: kind.under for kind in JCQ.records} == {
        "R1": None,
        "R2": None,
        "R4": "R2",
        "R5": "R4",
        "R9": None,
    }


def test_the_example_of_the_page_is_without_fault() -> None:
    for line in EXAMPLE:
        kind = JCQ.type_of(line)
        assert kind is not None
        values = kind.values(line)
        assert [field.check(values[field.name]) for field in kind.fields] == [None] * len(kind.fields)
        assert kind.stray(line) is None


def test_the_values_of_a_line_are_cut_out_and_trimmed() -> None:
    found = JCQ["R5"].values(EXAMPLE[5])
    assert (found["Flag"], found["Grade"], found["PartialAbsence"]) == ("G", "4", "#")
    assert (found["QAN"], found["ResultDate"], found["Action"], found["PreviousGrade"]) == (
        "60112347",
        "20260820",
        "N",
        "",
    )


def test_a_record_of_no_known_type_has_none() -> None:
    assert JCQ.type_of("R3 something") is None
    with pytest.raises(KeyError):
        JCQ["R3"]


def test_a_character_where_no_field_stands_is_told() -> None:
    assert JCQ["R1"].stray(EXAMPLE[0].ljust(40) + "?") == 41
    assert RecordType.model_validate(record(("one", 1, 2), ("two", 4, 1))).stray("A1-x") == 3


def test_what_stands_in_the_reserved_place_is_a_fault() -> None:
    fault = JCQ["R5"].fields[-5].check("x")
    assert fault is not None
    assert fault.message == "Reserved has 1 character; it must have 0."


def test_fields_that_overlap_are_no_layout() -> None:
    with pytest.raises(ValidationError, match="one and two of A1 overlap"):
        layout(9, record(("one", 1, 3), ("two", 3, 1)))


def test_a_field_past_the_end_of_the_record_is_no_layout() -> None:
    with pytest.raises(ValidationError, match="A1 is longer than 4 characters"):
        layout(4, record(("one", 1, 2), ("two", 4, 2)))


def test_every_field_is_described_in_words() -> None:
    assert [place.name for kind in JCQ.records for place in kind.fields if not (place.title and place.looks_like)] == []

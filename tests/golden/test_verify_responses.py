"""Each record of a verify file is answered as specification `lrs` 5.2 says: its code, its flags, what may be told."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from lxml import etree

import schemas
from adapters.kinds.verify.kind import VerifyInCsv, VerifyInXml
from gateway.core.errors import ConfigurationError
from gateway.core.handover import Claim
from gateway.core.outcomes import MatchOutcome
from tests.golden.batch_cases import MASTER, check_text, file_of, name_of

ROWS = [
    {},
    {"MISIdentifier": "V2", "GivenName": "SMITH", "FamilyName": "ANNA"},
    {"MISIdentifier": "V3", "FamilyName": "Jones"},
    {"MISIdentifier": "V4", "DateOfBirth": "2009-06-01"},
    {"MISIdentifier": "V5", "GivenName": "BOB"},
    {"MISIdentifier": "V6", "ULN": "9000000032", "GivenName": "bea", "FamilyName": "QUILL",
     "DateOfBirth": "2008-01-02"},
    {"MISIdentifier": "V7", "ULN": "9000000067"},
    {"MISIdentifier": "V8", "ULN": "9999999999"},
    {"MISIdentifier": "V9", "ULN": "9000000059", "GivenName": "Cole", "FamilyName": "Hale", "Gender": "1",
     "DateOfBirth": "2007-03-04"},
    {"MISIdentifier": "V10", "GivenName": ""},
    {"MISIdentifier": "V11", "DateOfBirth": "", "Gender": ""},
    {"MISIdentifier": "V12", "GivenName": "=1+1"},
]  # fmt: skip
HEADINGS = (
    '"MISIdentifier","SearchedULN","SearchedFamilyName","SearchedGivenName","SearchedDateOfBirth","SearchedGender",'
    '"ResponseCode","ULN","FamilyName","GivenName","DateOfBirth","Gender","FailureFlag"'
)
SENT = "9000000024,Smith,Anna,2009-05-31,2"
TOLD = [
    f"V1,{SENT},WSVRC001,9000000024,SMITH,ANNA,2009-05-31,2,",
    "V2,9000000024,ANNA,SMITH,2009-05-31,2,WSVRC003,9000000024,,,2009-05-31,2,VRF1;VRF3;VRF5;VRF6",
    "V3,9000000024,Jones,Anna,2009-05-31,2,WSVRC003,9000000024,,ANNA,2009-05-31,2,VRF2;VRF3;VRF4;VRF5",
    "V4,9000000024,Smith,Anna,2009-06-01,2,WSVRC005,9000000024,SMITH,ANNA,,2,VRF7",
    "V5,9000000024,Smith,BOB,2009-05-31,2,WSVRC005,9000000024,SMITH,,2009-05-31,2,VRF1;VRF2;VRF3;VRF4;VRF6",
    f"V6,9000000032,QUILL,bea,2008-01-02,2,WSVRC002,{MASTER},Quill,Bea,2008-01-02,2,",
    "V7,9000000067,Smith,Anna,2009-05-31,2,WSVRC006,,,,,,",
    "V8,9999999999,Smith,Anna,2009-05-31,2,WSEC0136,,,,,,",
    "V9,9000000059,Hale,Cole,2007-03-04,1,WSVRC001,9000000059,,,,,",
    "V10,9000000024,Smith,,2009-05-31,2,RC010,,,,,,",
    "V11,9000000024,Smith,Anna,,,WSVRC001,9000000024,SMITH,ANNA,,,",
    "V12,9000000024,Smith,=1+1,2009-05-31,2,RC011,,,,,,",
]


def rows(text: str) -> list[str]:
    """Return the rows below the headings, without quotation marks."""
    head, *below = text.split("\r\n")[:-1]
    assert head == HEADINGS
    return [",".join(cells) for cells in csv.reader(StringIO("\n".join(below)))]


def test_every_result_of_the_specification_is_answered_with_its_code_and_flags(tmp_path: Path) -> None:
    found = check_text("verify-csv", tmp_path, file_of("verify-csv", ROWS))
    assert rows(found.responses()["OUT.CSV"]) == TOLD
    assert list(found.responses()) == ["OUT.CSV"]


def test_xml_is_answered_as_csv_is_and_as_its_schema_says(tmp_path: Path) -> None:
    found = check_text("verify-xml", tmp_path, file_of("verify-xml", ROWS))
    text = found.responses()["OUT.XML"]
    schema = etree.XMLSchema(etree.fromstring(schemas.text("xsd/verify-xml-out/verify-xml-out.xsd").encode()))
    root = etree.fromstring(text.encode())
    schema.assertValid(root)
    assert root.findtext("LearnerRecordCount") == str(len(ROWS))
    names = [name.strip('"') for name in HEADINGS.split(",")]
    told = [
        ",".join(";".join(str(one.text) for one in learner.iterfind(name)) for name in names)
        for learner in root.iterfind("VerifiedLearner")
    ]
    assert told == TOLD


def test_details_of_the_register_are_disclosed_only_where_that_is_agreed_and_never_of_who_does_not_share(
    tmp_path: Path,
) -> None:
    linked = {"ULN": "9000000032", "GivenName": "Bob"}
    hidden = {"ULN": "9000000059", "GivenName": "Bob"}
    found = check_text("verify-csv", tmp_path, file_of("verify-csv", [linked, hidden]))
    told = [row.split("WSVRC005,")[1] for row in rows(found.responses(discloses=True)["OUT.CSV"])]
    assert told[0].startswith(f"{MASTER},Quill,Bea,2008-01-02,2,")
    assert told[1].startswith("9000000059,,,,,")
    told = [row.split("WSVRC005,")[1] for row in rows(found.responses()["OUT.CSV"])]
    assert told[0].startswith(",,,,2,")


def test_a_refused_file_is_answered_with_its_reasons_alone(tmp_path: Path) -> None:
    for kind in ("verify-csv", "verify-xml"):
        found = check_text(kind, tmp_path, file_of(kind, [{}], LearnerRecordCount="2", FileVersion="7Z"))
        (text,) = found.responses().values()
        assert list(found.responses()) == ["REJ.CSV"]
        assert [line.split(",")[0] for line in text.splitlines()] == ["Code", "GF003", "WSRC0030"]


def test_a_row_or_element_that_cannot_be_placed_is_answered_too(tmp_path: Path) -> None:
    text = file_of("verify-csv", [{}, {}]).rstrip("\r\n") + ",extra\r\n"
    told = rows(check_text("verify-csv", tmp_path, text).responses()["OUT.CSV"])
    assert [row.split(",")[6] for row in told] == ["WSVRC001", "RC011"]
    text = file_of("verify-xml", [{}]).replace("<GivenName>", "<Surname>Smith</Surname><GivenName>")
    assert "<ResponseCode>WSEC0001<" in check_text("verify-xml", tmp_path, text).responses()["OUT.XML"]


def test_a_wrong_uln_alone_is_its_own_outcome(tmp_path: Path) -> None:
    for kind in ("verify-csv", "verify-xml"):
        found = check_text(kind, tmp_path, file_of(kind, [{"ULN": "9000000025"}, {"ULN": "", "GivenName": "A1"}]))
        outcomes = [answer.checked.refused_as for answer in found.answers]
        assert outcomes == [MatchOutcome.ULN_INVALID, MatchOutcome.REFUSED]


def test_the_carrier_is_told_by_the_extension_or_the_first_sign() -> None:
    in_csv, in_xml = VerifyInCsv.from_settings({}), VerifyInXml.from_settings({})
    table, tree = (file_of(f"verify-{carrier}", [{}]).encode() for carrier in ("csv", "xml"))
    cases = {
        name_of("verify-csv"): (table, Claim.STRICT, None),
        name_of("verify-xml"): (tree, None, Claim.STRICT),
        "ver_10000101.csv": (table, Claim.LIKELY, None),
        "ver_10000101.xml": (tree, None, Claim.LIKELY),
        "export.txt": (table, Claim.CONTENT, None),
        "export": (tree, None, Claim.CONTENT),
        "other.csv": (b"a,b\r\n", None, None),
        "other.xml": (b"<a/>", None, None),
    }
    for name, (head, *weights) in cases.items():
        claims = [kind.claims(name, head) for kind in (in_csv, in_xml)]
        assert [claim and claim.weight for claim in claims] == weights


def test_unknown_settings_are_refused_by_name() -> None:
    with pytest.raises(ConfigurationError, match="verify-xml are wrong: max_learners"):
        VerifyInXml.from_settings({"max_learners": 5})

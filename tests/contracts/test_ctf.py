"""Transfer files through the whole pipeline: the answer is a CTF with the ULNs filled in, byte for byte."""

import csv
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree

import schemas
from adapters.kinds.ctf.kind import Ctf
from gateway.core.days import UK
from gateway.core.errors import ConfigurationError
from gateway.core.handover import Finding, SamplePlan
from gateway.core.model import CheckedRecord
from gateway.core.rules.rule import Context
from gateway.core.submission import Folder, Job, Submission
from gateway.pipeline import process
from tests.desk import ADA, KNOWN, MOMENT, Desk, desk_of
from tests.golden.ctf_files import HEADER, NAME, PUPIL, SCHOOL, ctf, notices, pupil

SETTINGS = {"la_number": "823", "establishment_number": "9999", "source_name": "Gateway & Sons"}
QUILL = PUPIL | {"Surname": "QUILL", "Forename": "ADA", "DOB": "2008-05-31"}
NEW = PUPIL | {"UPN": "E823432100009", "Surname": "O'Dell", "Forename": "Zoë", "Sex": "", "Gender": "U"}
NOWHERE = PUPIL | {"UPN": "Q823432100010", "Address/PostCode": ""}
WRONG_DAY = PUPIL | {"UPN": "E823432100011", "DOB": "31/05/2008"}
OUT = """<?xml version="1.0" encoding="UTF-8"?>
<CTfile>
  <Header>
    <DocumentName>Common Transfer File</DocumentName>
    <CTFversion>25.0</CTFversion>
    <DateTime>{moment}</DateTime>
    <DocumentQualifier>partial</DocumentQualifier>
    <SourceSchool><LEA>823</LEA><Estab>9999</Estab><SchoolName>Gateway &amp; Sons</SchoolName>\
<AcademicYear>2025</AcademicYear></SourceSchool>
    <DestSchool><LEA>823</LEA><Estab>4321</Estab></DestSchool>
  </Header>
  <CTFpupilData>
    <Pupil><UPN>Q823432100008</UPN><UniqueLearnerNumber>{known}</UniqueLearnerNumber><Surname>QUILL</Surname>\
<Forename>ADA</Forename><DOB>2008-05-31</DOB><Sex>F</Sex></Pupil>
    <Pupil><UPN>E823432100009</UPN><UniqueLearnerNumber>{new}</UniqueLearnerNumber><Surname>O'Dell</Surname>\
<Forename>Zoë</Forename><DOB>2009-05-31</DOB><Gender>U</Gender></Pupil>
    <Pupil><UPN>Q823432100010</UPN><Surname>MARLOW</Surname><Forename>ADA</Forename><DOB>2009-05-31</DOB>\
<Sex>F</Sex></Pupil>
    <Pupil><UPN>E823432100011</UPN><Surname>MARLOW</Surname><Forename>ADA</Forename><Sex>F</Sex></Pupil>
  </CTFpupilData>
</CTfile>
"""


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=True)
    made.record.organisations.add(SCHOOL)
    made.gateway = replace(made.gateway, kinds={"ctf": Ctf.from_settings(SETTINGS)})
    yield made
    made.record.close()


def part(desk: Desk, submission: Submission, name: str) -> str:
    """Return the text of a part of the answer."""
    files = desk.gateway.mailboxes.listing(submission.organisation.id, Folder.OUT)
    blob = next(it.blob for it in files if it.name.endswith(f".{submission.id}.{name}"))
    with desk.gateway.files.open(str(blob)) as file:
        return file.read().decode()


def answered(desk: Desk, content: bytes, job: Job = Job.FULL, name: str = NAME) -> Submission:
    return process(desk.take(name, content, SCHOOL, job), desk.gateway)


def four() -> bytes:
    return ctf([pupil(it) for it in (QUILL, NEW, NOWHERE, WRONG_DAY)]).encode()


def validated(text: str) -> etree._Element:
    """Return the document, which must be valid as a transfer file."""
    document = etree.fromstring(text.encode())
    etree.XMLSchema(etree.fromstring(schemas.text("xsd/ctf/ctf.xsd").encode())).assertValid(document)
    return document


def codes(desk: Desk, submission: Submission) -> list[tuple[str, str]]:
    return [(row["MISIdentifier"], row["ReturnCode"]) for row in desk.rows(submission, "DETAIL.CSV")]


def test_the_answer_is_a_transfer_file_with_the_ulns_filled_in_in_input_order(desk: Desk) -> None:
    submission = answered(desk, four())
    out = part(desk, submission, "OUT.XML")
    new = validated(out).findtext("CTFpupilData/Pupil[2]/UniqueLearnerNumber") or ""
    assert new.startswith("91")
    moment = f"{submission.received_at.astimezone(UK):%Y-%m-%dT%H:%M:%S}"
    assert out == OUT.format(moment=moment, known=KNOWN.uln, new=new)


def test_each_pupil_has_a_return_code_and_one_without_postcode_has_rc010(desk: Desk) -> None:
    assert codes(desk, answered(desk, four())) == [
        (QUILL["UPN"], "GR102"),
        (NEW["UPN"], "GR101"),
        (NOWHERE["UPN"], "RC010"),
        (WRONG_DAY["UPN"], "RC011"),
    ]


def test_a_check_gives_nobody_a_uln(desk: Desk) -> None:
    submission = answered(desk, four(), Job.CHECK)
    assert codes(desk, submission)[1] == (NEW["UPN"], "GR107")
    assert not validated(part(desk, submission, "OUT.XML")).findtext("CTFpupilData/Pupil[2]/UniqueLearnerNumber")


def test_a_pupil_who_gets_a_uln_has_not_seen_the_privacy_notice(desk: Desk) -> None:
    answered(desk, four())
    again = ctf([pupil(NEW)], HEADER | {"Header/DateTime": "2026-01-16T09:30:00"}).encode()
    submission = answered(desk, again, name=NAME.replace("001", "002"))
    uln = validated(part(desk, submission, "OUT.XML")).findtext("CTFpupilData/Pupil/UniqueLearnerNumber") or ""
    entry = desk.gateway.register.by_uln({uln})[uln]
    assert entry.learner.ability_to_share == "0"
    assert codes(desk, submission) == [(NEW["UPN"], "GR102")]


def test_a_known_uln_is_verified_and_one_that_cannot_exist_is_told(desk: Desk) -> None:
    sent = [
        QUILL | {"UniqueLearnerNumber": KNOWN.uln},
        NEW | {"UniqueLearnerNumber": "9000000025"},
    ]
    submission = answered(desk, ctf([pupil(it) for it in sent]).encode())
    assert [code for _, code in codes(desk, submission)] == ["GR103", "GR110"]
    pupils = validated(part(desk, submission, "OUT.XML")).findall("CTFpupilData/Pupil")
    assert [it.findtext("UniqueLearnerNumber") for it in pupils] == [KNOWN.uln, None]


def test_the_match_report_tells_the_number_of_the_right_element_as_the_one_sent(desk: Desk) -> None:
    other = pupil(QUILL).replace("<Surname>", f"<ULN>{KNOWN.uln}</ULN><Surname>")
    submission = answered(desk, ctf([other, pupil(NEW | {"UniqueLearnerNumber": "9999999999"})]).encode())
    assert [row["sent_uln"] for row in desk.rows(submission, "match.csv")] == ["", "9999999999"]


def test_of_a_whole_record_a_pupil_without_postcode_is_registered_for_nobody(desk: Desk) -> None:
    text = ctf([pupil(NOWHERE)], HEADER | {"Header/DocumentQualifier": "full"})
    assert set(codes(desk, answered(desk, text.encode()))) == {(NOWHERE["UPN"], "RC010")}


def test_a_refused_file_is_answered_with_its_reasons_alone(desk: Desk) -> None:
    text = ctf([pupil(QUILL)], HEADER | {"Header/SourceSchool/LEA": "ULN"})
    rows = desk.rows(answered(desk, text.encode()), "REJ.CSV")
    assert [(row["Code"], row["Line"], row["Field"]) for row in rows] == [("C006", "7", "Header/SourceSchool/LEA")]


def test_the_same_serial_with_other_content_is_refused(desk: Desk) -> None:
    answered(desk, four())
    again = answered(desk, ctf([pupil(QUILL)]).encode())
    assert [row["Code"] for row in desk.rows(again, "REJ.CSV")] == ["C009"]


def test_a_zip_of_one_file_is_answered_as_the_file(desk: Desk) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(NAME, ctf([pupil(QUILL)]))
    submission = answered(desk, packed.getvalue(), name=NAME.replace(".xml", ".zip"))
    assert codes(desk, submission) == [(QUILL["UPN"], "GR102")]


def test_the_answer_can_be_read_as_a_file_of_the_same_kind(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "8239999_CTF_8234321_001.xml"
    path.write_text(part(desk, answered(desk, four()), "OUT.XML"), encoding="utf-8")
    context = Context(as_of=MOMENT.date(), file_name=path.name)
    findings: list[Finding] = list(Ctf.from_settings({}).check(path, context))
    assert len([it for it in findings if isinstance(it, CheckedRecord)]) == 4
    assert not [it for it in notices(findings) if it.code in {"C001", "C002", "C003", "C004", "C006", "C007", "C008"}]


def test_a_sample_is_found_as_broken_as_it_was_made(desk: Desk) -> None:
    plan = SamplePlan(organisation=SCHOOL, moment=MOMENT, bad_percent=50, seed=3)
    sample = desk.gateway.kinds["ctf"].samples([ADA] * 40, plan)
    submission = answered(desk, sample.content, Job.CHECK, sample.name)
    told: dict[int, set[str]] = {}
    for row in desk.rows(submission, "errors.csv"):
        told.setdefault(int(row["record"]), set()).add(row["code"])
    assert told == {number: {code} for number, code in enumerate(sample.truth, start=1) if code}
    assert len(told) == 20


def test_where_no_uln_may_be_issued_pupils_not_found_are_ready_to_be_sent_on(database: str, tmp_path: Path) -> None:
    desk = desk_of(database, tmp_path, issuing=False)
    desk.gateway = replace(desk.gateway, kinds={"ctf": Ctf.from_settings(SETTINGS)})
    school = replace(SCHOOL, ukprn="10000009")
    desk.record.organisations.add(school)
    process(desk.take(NAME, four(), school), desk.gateway)
    files = desk.gateway.mailboxes.listing(school.id, Folder.OUT)
    (found,) = [it for it in files if it.name.startswith("LRB_10000009_")]
    with desk.gateway.files.open(str(found.blob)) as file:
        (row,) = csv.DictReader(file.read().decode().splitlines())
    assert {name: value for name, value in row.items() if value} == {
        "FileVersion": "2A",
        "FileName": NAME,
        "UKPRN": "10000009",
        "LearnerRecordCount": "1",
        "MISIdentifier": NEW["UPN"],
        "GivenName": "Zoë",
        "FamilyName": "O'Dell",
        "LastKnownPostCode": "CV1 2WT",
        "DateOfBirth": "2009-05-31",
        "Gender": "0",
        "AbilityToShare": "0",
        "VerificationType": "1",
    }
    desk.record.close()


@pytest.mark.parametrize("settings", [{"la_number": "82"}, {"establishment_number": "ABCD"}, {"colour": "red"}])
def test_a_wrong_setting_is_refused_by_its_name(settings: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(settings))):
        Ctf.from_settings(settings)

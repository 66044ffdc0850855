"""LRB files in XML through the whole pipeline: the answers, byte for byte, held against the schemas of answers."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

import schemas
from adapters.kinds.lrb.answers import BY_FAULT, BY_OUTCOME
from adapters.kinds.lrb.xml_kind import LrbXml
from adapters.kinds.lrb.xml_responder import COUNTED_AS, COUNTS
from gateway.core.handover import SamplePlan
from gateway.core.submission import Folder, Job, Submission
from gateway.pipeline import process
from tests.desk import ADA, COLLEGE, KNOWN, MOMENT, Desk, desk_of
from tests.golden.lrb_files import HEADER
from tests.golden.lrb_xml_files import NAME, SOAP_HEADER, file_of, learner, request_of

QUILL = {
    "MISIdentifier": "MIS1",
    "GivenName": "Ada",
    "FamilyName": "Quill",
    "LastKnownPostCode": "cv12wt",
    "DateOfBirth": "2008-05-31",
    "Gender": "2",
    "AbilityToShare": "1",
    "VerificationType": "1",
}
NEW = QUILL | {
    "MISIdentifier": "MIS2",
    "GivenName": "Zoë",
    "FamilyName": "O'Dell",
    "DateOfBirth": "2009-11-02",
    "Notes": "<R & D>",
}
WRONG = QUILL | {"MISIdentifier": "MIS3", "Gender": "M"}
OUT = f"""<?xml version="1.0" encoding="UTF-8"?>
<b:LearnerRegistrationBatch xmlns:b="http://api.lrs.miap.gov.uk/batchmsg">
  <FileVersion>2A</FileVersion>
  <FileName>autumn</FileName>
  <UKPRN>10000001</UKPRN>
  <LearnerRecordCount>3</LearnerRecordCount>
  <Learner><ULN>{KNOWN.uln}</ULN><MISIdentifier>MIS1</MISIdentifier><GivenName>Ada</GivenName>\
<FamilyName>Quill</FamilyName><LastKnownPostCode>cv12wt</LastKnownPostCode><DateOfBirth>2008-05-31</DateOfBirth>\
<Gender>2</Gender><AbilityToShare>1</AbilityToShare><VerificationType>1</VerificationType>\
<ReturnCode>GR102</ReturnCode></Learner>
  <Learner><MISIdentifier>MIS2</MISIdentifier><GivenName>Zoë</GivenName>\
<FamilyName>O'Dell</FamilyName><LastKnownPostCode>cv12wt</LastKnownPostCode>\
<DateOfBirth>2009-11-02</DateOfBirth><Gender>2</Gender><AbilityToShare>1</AbilityToShare>\
<VerificationType>1</VerificationType><Notes>&lt;R &amp; D&gt;</Notes><ReturnCode>GR107</ReturnCode></Learner>
  <Learner><MISIdentifier>MIS3</MISIdentifier><GivenName>Ada</GivenName>\
<FamilyName>Quill</FamilyName><LastKnownPostCode>cv12wt</LastKnownPostCode><DateOfBirth>2008-05-31</DateOfBirth>\
<Gender>M</Gender><AbilityToShare>1</AbilityToShare><VerificationType>1</VerificationType>\
<ReturnCode>RC011</ReturnCode></Learner>
</b:LearnerRegistrationBatch>
"""


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=True)
    made.gateway = replace(made.gateway, kinds={"lrb-xml": LrbXml.from_settings({})})
    yield made
    made.record.close()


def part(desk: Desk, submission: Submission, name: str) -> str:
    """Return the text of a part of the answer."""
    files = desk.gateway.mailboxes.listing(submission.organisation.id, Folder.OUT)
    blob = next(it.blob for it in files if it.name.endswith(f".{submission.id}.{name}"))
    with desk.gateway.files.open(str(blob)) as file:
        return file.read().decode()


def parts(desk: Desk, submission: Submission) -> set[str]:
    files = desk.gateway.mailboxes.listing(submission.organisation.id, Folder.OUT)
    return {it.name.partition(f".{submission.id}.")[2] for it in files}


def answered(desk: Desk, text: str, job: Job = Job.FULL) -> Submission:
    return process(desk.take(NAME, text.encode(), job=job), desk.gateway)


def three(header: dict[str, str]) -> dict[str, str]:
    return header | {"LearnerRecordCount": "3"}


def validated(text: str, name: str) -> etree._Element:
    """Return the document, which must be valid by that schema."""
    schema = etree.XMLSchema(etree.fromstring(schemas.text(f"xsd/{name}/{name}.xsd").encode()))
    document = etree.fromstring(text.encode())
    schema.assertValid(document)
    return document


def summary(document: etree._Element) -> list[int]:
    return [int(document.findtext(name) or "") for name in COUNTS]


def codes(document: etree._Element) -> Sequence[str | None]:
    return [it.findtext("ReturnCode") for it in document.iter("Learner")]


def test_a_check_is_answered_byte_for_byte_in_input_order(desk: Desk) -> None:
    text = file_of([learner(it) for it in (QUILL, NEW, WRONG)], three(HEADER))
    submission = answered(desk, text, Job.CHECK)
    out = part(desk, submission, "OUT.XML")
    assert out == OUT
    validated(out, "lrb-xml-out")
    assert {"OUT.XML", "DETAIL.CSV", "DETAIL.XML"} <= parts(desk, submission)


def test_both_details_tell_the_same(desk: Desk) -> None:
    text = file_of([learner(it) for it in (QUILL, NEW, WRONG)], three(HEADER))
    submission = answered(desk, text, Job.CHECK)
    rows = [{name: value for name, value in row.items() if value} for row in desk.rows(submission, "DETAIL.CSV")]
    details = etree.fromstring(part(desk, submission, "DETAIL.XML").encode())
    assert [{it.tag: it.text for it in detail} for detail in details] == rows
    assert [row["Outcome"] for row in rows] == ["EXACT_MATCH", "NOT_FOUND", "INCORRECT_FORMAT"]
    assert rows[2]["Field"] == "Gender"


def test_a_request_is_answered_with_a_summary_whose_counts_add_up(desk: Desk) -> None:
    text = request_of([learner(it) for it in (QUILL, NEW, NEW, WRONG)], SOAP_HEADER | {"LearnerRecordCount": "4"})
    document = validated(part(desk, answered(desk, text), "OUT.XML"), "lrb-soap-out")
    assert document.findtext("ResponseCode") == "WSRC0009"
    assert summary(document) == [2, 1, 0, 0, 1]
    assert codes(document) == ["GR102", "GR101", "GR111", "RC011"]
    ulns = [it.findtext("ULN") for it in document.iter("Learner")]
    assert ulns[0] == KNOWN.uln
    assert ulns[1] == ulns[2] is not None


def test_a_job_starts_with_the_receipt_and_is_finished_with_the_answer(desk: Desk) -> None:
    text = request_of([learner(QUILL)], SOAP_HEADER | {"LearnerRecordCount": "1"})
    moments = datetime(2026, 9, 1, 12, 0, 5, tzinfo=UTC), datetime(2026, 9, 1, 12, 1, 9, tzinfo=UTC)
    desk.gateway = replace(desk.gateway, clock=lambda: moments[0])
    taken = desk.take(NAME, text.encode())
    desk.gateway = replace(desk.gateway, clock=lambda: moments[1])
    document = etree.fromstring(part(desk, process(taken, desk.gateway), "OUT.XML").encode())
    times = document.findtext("JobStartedDateTime"), document.findtext("JobFinishedDateTime")
    assert times == ("2026-09-01 12:00:05", "2026-09-01 12:01:09")


@pytest.mark.parametrize(
    ("asked", "job", "issued"),
    [("FUL", Job.FULL, "GR101"), ("FUL", Job.CHECK, "GR107"), ("CHK", Job.FULL, "GR107"), ("CHK", Job.CHECK, "GR107")],
)
def test_a_request_may_ask_for_less_than_its_folder_and_never_for_more(
    desk: Desk, asked: str, job: Job, issued: str
) -> None:
    text = request_of([learner(NEW)], SOAP_HEADER | {"JobType": asked})
    document = validated(part(desk, answered(desk, text, job), "OUT.XML"), "lrb-soap-out")
    assert codes(document) == [issued]


def test_what_is_secret_in_a_request_is_nowhere_in_its_answer(desk: Desk) -> None:
    submission = answered(desk, request_of([learner(NEW)], SOAP_HEADER | {"OrgPassword": "hunter-twenty-two"}))
    texts = [part(desk, submission, name) for name in sorted(parts(desk, submission))]
    assert "WSEC0001" in part(desk, submission, "REJ.CSV")
    assert not [text for text in texts if "hunter-twenty-two" in text]


def test_a_refused_file_is_answered_with_its_reasons_alone(desk: Desk) -> None:
    submission = answered(desk, file_of([learner(QUILL)], HEADER | {"LearnerRecordCount": "2"}))
    rows = desk.rows(submission, "REJ.CSV")
    assert [(row["Code"], row["Line"], row["Field"]) for row in rows] == [("WSRC0017", "6", "LearnerRecordCount")]
    assert not {"OUT.XML", "DETAIL.CSV", "DETAIL.XML"} & parts(desk, submission)


def test_an_answer_can_be_sent_again_as_a_file_of_the_same_kind_without_its_return_codes(desk: Desk) -> None:
    first = part(desk, answered(desk, file_of([learner(QUILL)], HEADER)), "OUT.XML")
    again = answered(desk, first.replace("<ReturnCode>GR102</ReturnCode>", ""))
    assert codes(validated(part(desk, again, "OUT.XML"), "lrb-xml-out")) == ["GR102"]


def test_where_no_uln_may_be_issued_those_not_found_are_ready_to_be_sent_on(database: str, tmp_path: Path) -> None:
    desk = desk_of(database, tmp_path, issuing=False)
    desk.gateway = replace(desk.gateway, kinds={"lrb-xml": LrbXml.from_settings({})})
    answered(desk, file_of([learner(it) for it in (QUILL, NEW, WRONG)], three(HEADER)))
    files = desk.gateway.mailboxes.listing(COLLEGE.id, Folder.OUT)
    (found,) = [it for it in files if it.name.startswith("LRB_10000001_") and it.name.endswith(".CSV")
                and it.name.count(".") == 1]  # fmt: skip
    with desk.gateway.files.open(str(found.blob)) as file:
        (row,) = csv.DictReader(file.read().decode().splitlines())
    assert (row["MISIdentifier"], row["LearnerRecordCount"], row["Notes"]) == ("MIS2", "1", "<R & D>")
    desk.record.close()


def test_every_outcome_is_counted_once() -> None:
    known = {reply.outcome for reply in (*BY_OUTCOME.values(), *BY_FAULT.values())}
    rejected = {"ULN_MISMATCH", "ULN_INVALID", "UPDATE_REFUSED", "REFUSED", "NULL_VALUES", "INCORRECT_FORMAT",
                "AGE_RANGE", "DUPLICATE_IN_FILE"}  # fmt: skip
    assert known == rejected | set(COUNTED_AS)


def test_a_sample_is_found_as_broken_as_it_was_made(desk: Desk) -> None:
    plan = SamplePlan(organisation=COLLEGE, moment=MOMENT, bad_percent=50, seed=3)
    sample = desk.gateway.kinds["lrb-xml"].samples([ADA] * 60, plan)
    submission = process(desk.take(sample.name, sample.content, job=Job.CHECK), desk.gateway)
    refused = {int(row["record"]): row["code"] for row in desk.rows(submission, "errors.csv")
               if row["severity"] == "error"}  # fmt: skip
    expected = {number: code for number, code in enumerate(sample.truth, start=1) if code}
    assert refused == expected
    assert len(expected) == 30

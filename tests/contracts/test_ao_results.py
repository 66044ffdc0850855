"""Results files go through the whole pipeline on a real database, and their outcome files say what became of each."""

import csv
import hashlib
import io
import re
from pathlib import Path

import pytest
from lxml import etree

from gateway.core.agreement import Agreement
from gateway.core.review import Judgement
from gateway.core.submission import Arrival, Job, Organisation
from gateway.pipeline import take_in
from tests.golden.ao_files import AS_OF, NAME, NORTH, RESULT, results_text
from tests.golden.ao_xml_files import NAME as XML_NAME
from tests.golden.ao_xml_files import candidate_element, whole
from tests.results_office import COUNTED, JCQ, JCQ_NAME, TESTING, Office, office_of, settled, supplement_said

SECOND = "AORES_10000101_6G26_20260813T060000_002.csv"


@pytest.fixture
def office(database: str, tmp_path: Path) -> Office:
    return office_of(database, tmp_path)


def test_each_result_is_answered_in_order_and_the_totals_add_up(office: Office) -> None:
    rows = [
        RESULT,
        RESULT | {"RecordRef": "r2", "QAN": "601/8701/3", "FamilyName": "Blogs"},
        RESULT | {"RecordRef": "r3", "QAN": "601/8702/5", "Grade": "B", "FamilyName": "Quill", "GivenNames": "Ada"},
        RESULT | {"RecordRef": "r4", "ULN": "9990000076", "UCI": ""},
        RESULT | {"RecordRef": "r5", "QAN": "601/9999/3"},
        RESULT | {"RecordRef": "r6", "Grade": ""},
        RESULT | {"RecordRef": "r7", "ULN": "", "QAN": "601/8701/3", "UCI": "123450230002C"},
    ]
    sent = office.send(NAME, results_text(rows))
    told, totals = office.outcome(sent)
    assert [(row["record_ref"], row["outcome"], row["code"], row["uln"]) for row in told] == [
        ("r1", "refused", "AR-13", ""),
        ("r2", "stored", "AR-21", "9990000017"),
        ("r3", "queued", "AR-22", ""),
        ("r4", "refused", "AR-20", ""),
        ("r5", "queued", "AR-16", ""),
        ("r5", "queued", "AR-17", ""),
        ("r6", "refused", "AR-27", ""),
        ("r6", "refused", "AR-13", ""),
        ("r7", "queued", "AR-23", ""),
    ]
    assert [int(row["line"]) for row in told] == [2, 3, 4, 5, 6, 6, 7, 7, 8]
    assert totals == dict(zip(COUNTED, (7, 1, 0, 0, 0, 3, 3), strict=True))
    assert office.kept() == [(["9990000017", "60187013", "Q", "", "2026-06"], "stored", "7")]


def test_a_result_lives_from_file_to_file(office: Office) -> None:
    def send(number: int, **change: str) -> list[tuple[str, str, str]]:
        name = NAME.replace("_001", f"_{number:03}")
        return office.said(office.send(name, results_text([RESULT | change])))

    assert send(1) == [("r1", "stored", "")]
    assert send(2, RecordRef="again") == [("again", "unchanged", "AR-30")]
    assert send(3, Grade="8") == [("r1", "refused", "AR-28")]
    amended = {"Action": "A", "Grade": "8", "PreviousGrade": "7", "ChangeReason": "ROMM"}
    assert send(4, **amended) == [("r1", "amended", "")]
    assert send(5, **amended | {"RecordRef": "again"}) == [("again", "unchanged", "AR-30")]
    assert send(6, **amended | {"Grade": "9"}) == [("r1", "refused", "AR-28")]
    assert send(7, Action="W", ChangeReason="CLERICAL") == [("r1", "withdrawn", "")]
    assert send(8, **amended | {"RecordRef": "late"}) == [("late", "refused", "AR-28")]
    assert send(9, ExamSeries="June 2026") == [("r1", "stored", "")]
    assert office.kept() == [(["9990000017", "60112347", "Q", "", "2026-06"], "stored", "7")]


@pytest.mark.parametrize(("sender", "job"), [(TESTING, Job.FULL), (NORTH, Job.CHECK)])
def test_what_is_only_tried_is_answered_in_full_and_stores_nothing(
    office: Office, sender: Organisation, job: Job
) -> None:
    sent = office.send(NAME, results_text([RESULT]), sender, job)
    assert office.said(sent) == [("r1", "stored", "")]
    assert office.kept() == []


def test_the_same_bytes_again_are_answered_by_their_first_response(office: Office) -> None:
    office.send(NAME, results_text([RESULT]))
    path = office.folder / "arriving"
    path.write_bytes(results_text([RESULT]).encode())
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    arrival = Arrival(organisation=NORTH, name=NAME, path=path, size=path.stat().st_size, sha256=digest, job=Job.FULL)
    assert take_in(arrival, office.gateway).status == "duplicate"


def test_a_refused_file_is_answered_with_its_reason_and_every_result(office: Office) -> None:
    sent = office.send(NAME, results_text([RESULT]) + "#TRAILER,2\r\n")
    told, totals = office.outcome(sent)
    assert [(row["record_ref"], row["outcome"], row["code"]) for row in told] == [
        ("", "refused", "AR-05"),
        ("r1", "refused", ""),
    ]
    assert (totals["received"], totals["refused"]) == (1, 1)
    assert office.kept() == []


def test_a_number_is_used_for_one_content(office: Office) -> None:
    office.send(NAME, results_text([RESULT]))
    sent = office.send(NAME.replace("060000", "070000"), results_text([RESULT | {"RecordRef": "r2"}]))
    assert office.said(sent)[0] == ("", "refused", "AR-07")


def test_a_fixed_width_file_is_answered_alike(office: Office) -> None:
    sent = office.send(JCQ_NAME, JCQ)
    assert office.said(sent) == [
        ("12345/0001", "stored", ""),
        ("12345/0002", "stored", "AR-26"),
    ]
    assert [row[2] for row in office.kept()] == ["7", "4"]


def test_an_xml_file_is_answered_in_xml(office: Office) -> None:
    second = RESULT | {"RecordRef": "r2", "QAN": "601/8701/3", "Grade": "A"}
    third = RESULT | {"RecordRef": "r3", "QAN": "601/9999/3"}
    sent = office.send(XML_NAME, whole([candidate_element(RESULT, second, third)], 3))
    tree = etree.fromstring(office.part(sent, "outcome.xml").encode())
    assert [(it.findtext("record_ref"), it.findtext("outcome"), it.findtext("code")) for it in tree.iter("result")] == [
        ("r1", "stored", None),
        ("r2", "refused", "AR-18"),
        ("r3", "queued", "AR-16"),
        ("r3", "queued", "AR-17"),
    ]
    totals = {it.tag: int(it.text) for it in tree.find("totals")}
    assert tuple(totals) == COUNTED
    assert totals["received"] == sum(totals[name] for name in COUNTED[1:]) == 3


def test_carriers_share_what_is_held(office: Office) -> None:
    office.send(JCQ_NAME, JCQ)
    amended = {"Action": "A", "Grade": "9", "PreviousGrade": "7", "ChangeReason": "ROMM"}
    assert office.said(office.send(SECOND, results_text([RESULT | amended]))) == [("r1", "amended", "")]


def test_the_match_report_names_nobody_for_a_result_that_waits(office: Office) -> None:
    sent = office.send(NAME, results_text([RESULT | {"FamilyName": "Quill", "GivenNames": "Ada"}]))
    (row,) = csv.DictReader(io.StringIO(office.part(sent, "match.csv"), newline=""))
    assert (row["outcome"], row["uln"], row["key"]) == ("uln_mismatch", "", "r1")
    assert not re.search("Bloggs|Alex", office.part(sent, "outcome.csv"))


def test_a_result_that_waited_for_its_learner_is_stored_when_a_person_says_who_it_is(office: Office) -> None:
    sent = office.send(NAME, results_text([RESULT | {"FamilyName": "Quill", "GivenNames": "Ada"}]))
    assert office.kept() == []
    settled(office, Judgement.SAME, "9990000017")
    assert supplement_said(office, sent) == [("r1", "stored", "", "9990000017")]
    assert office.kept() == [(["9990000017", "60112347", "Q", "", "2026-06"], "stored", "7")]


def test_several_results_of_a_learner_in_doubt_are_one_question(office: Office) -> None:
    doubtful = RESULT | {"FamilyName": "Quill", "GivenNames": "Ada"}
    sent = office.send(NAME, results_text([doubtful, doubtful | {"RecordRef": "r2", "QAN": "601/8701/3"}]))
    settled(office, Judgement.SAME, "9990000017")
    assert [said[:2] for said in supplement_said(office, sent)] == [("r1", "stored"), ("r2", "stored")]


def test_a_result_whose_uln_is_somebody_elses_is_refused_when_a_person_says_so(office: Office) -> None:
    sent = office.send(NAME, results_text([RESULT | {"FamilyName": "Quill", "GivenNames": "Ada"}]))
    settled(office, Judgement.DIFFERENT)
    assert supplement_said(office, sent) == [("r1", "refused", "ULN_OF_ANOTHER", "")]
    assert office.kept() == []


def test_a_result_without_a_uln_that_nobody_can_place_stays_queued(office: Office) -> None:
    unnamed = RESULT | {"ULN": "", "QAN": "601/8701/3", "UCI": "123450230002C"}
    sent = office.send(NAME, results_text([unnamed]))
    settled(office, Judgement.CANNOT_TELL)
    assert supplement_said(office, sent) == [("r1", "queued", "AR-23", "")]


def test_a_supplement_gives_back_the_accepted_results_that_were_settled_in_it_and_no_other(office: Office) -> None:
    office.record.agreements.add(Agreement(organisation=NORTH.id, valid_from=AS_OF, accepted_file=True))
    refused = RESULT | {"RecordRef": "r3", "QAN": "601/8702/5", "Grade": ""}
    doubtful = RESULT | {"RecordRef": "r2", "QAN": "601/8701/3", "FamilyName": "Quill", "GivenNames": "Ada"}
    sent = office.send(NAME, results_text([RESULT, doubtful, refused]))
    assert office.part(sent, "accepted.csv") == results_text([RESULT])
    settled(office, Judgement.SAME, "9990000017")
    assert office.part(sent, "supplement-1.accepted.csv") == results_text([doubtful])

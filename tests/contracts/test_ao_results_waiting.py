"""Results whose qualification is on no list wait, and are answered when the list holds it or a person refuses them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import wraps
from pathlib import Path

import pytest

from gateway import bootstrap, pipeline, reference_file
from gateway.core.errors import ConfigurationError, StoreError
from gateway.core.ports.gateway import Gateway
from gateway.core.results import Checked, Identified
from gateway.core.review import Decision, Judgement, QuestionSort
from gateway.core.submission import Job, Organisation, Submission
from gateway.reviewing import decide
from tests.golden.ao_files import NAME, NORTH, RESULT, results_text
from tests.results_office import (
    JCQ,
    JCQ_NAME,
    TESTING,
    Office,
    office_of,
    questions,
    settled,
    supplement_said,
    supplemented,
)

UNKNOWN = RESULT | {"RecordRef": "r2", "QAN": "603/9999/5", "Grade": "6"}
NEW_ROW = "603/9999/5,Latin (invented),GCSE,2,10000101,GCSE 9-1,,,,,2015-09-01,"
JO = {"FamilyName": "O'Neil-Smith", "GivenNames": "Jo", "DateOfBirth": "2009-09-02", "UCI": "", "ULN": "9990000025"}
STORED = (["9990000017", "60399995", "Q", "", "2026-06"], "stored", "6")


@pytest.fixture
def office(database: str, tmp_path: Path) -> Office:
    return office_of(database, tmp_path)


def load(office: Office, *rows: str) -> None:
    """Load the list of qualifications that comes with the gateway, and these rows."""
    schema = reference_file.description("qualifications")
    with reference_file.samples() as files:
        (sample,) = (path for path in files if path.stem == schema.name)
        path = office.folder / sample.name
        path.write_text(sample.read_text("utf-8") + "".join(f"{row}\n" for row in rows), "utf-8")
    office.record.reference.load(schema.name, schema.names, reference_file.read(path, schema), path.name)


def again(office: Office, number: int, *rows: Mapping[str, str]) -> Submission:
    """Send the results in a further file of the same organisation and series."""
    return office.send(
        NAME.replace("_001", f"_{number:03}"), results_text([row | {"RecordRef": "late"} for row in rows])
    )


def test_a_result_is_kept_once_the_list_holds_its_qualification(office: Office) -> None:
    sent = office.send(NAME, results_text([RESULT, UNKNOWN, UNKNOWN | {"RecordRef": "r3", "QAN": "603/9998/3"}]))
    assert [said[:2] for said in office.said(sent)][:2] == [("r1", "stored"), ("r2", "queued")]
    asked = {it.facts: it for it in questions(office)}
    assert set(asked) == {"qualifications/60399995", "qualifications/60399983"}
    assert {it.sort for it in asked.values()} == {QuestionSort.REFERENCE}
    load(office)
    assert supplemented(office) == 0
    load(office, NEW_ROW)
    assert supplemented(office) == 1
    assert supplement_said(office, sent) == [("r2", "stored", "", "9990000017")]
    assert STORED in office.kept()
    assert [it.facts for it in questions(office)] == ["qualifications/60399983"]
    load(office, NEW_ROW)
    assert supplemented(office) == 0


@pytest.mark.parametrize(
    ("row", "change", "code"),
    [
        (NEW_ROW.replace("10000101", "10000102"), {}, "AR-17"),
        (NEW_ROW, {"Grade": "A"}, "AR-18"),
    ],
)
def test_what_the_new_row_says_of_a_result_is_looked_at_before_it_is_kept(
    office: Office, row: str, change: Mapping[str, str], code: str
) -> None:
    sent = office.send(NAME, results_text([UNKNOWN | change]))
    load(office, row)
    assert supplemented(office) == 1
    assert supplement_said(office, sent) == [("r2", "refused", code, "")]
    assert office.kept() == []
    load(office, NEW_ROW)
    assert supplemented(office) == 0


@pytest.mark.parametrize(
    ("grade", "said"),
    [
        ("6", [("r2", "stored", ""), ("r3", "unchanged", "AR-13"), ("r3", "unchanged", "AR-30")]),
        ("7", [("r2", "refused", "AR-13"), ("r3", "refused", "AR-13")]),
    ],
)
def test_copies_of_a_result_are_seen_when_the_list_holds_its_qualification(
    office: Office, grade: str, said: list[tuple[str, str, str]]
) -> None:
    sent = office.send(NAME, results_text([UNKNOWN, UNKNOWN | {"RecordRef": "r3", "Grade": grade}]))
    assert office.said(sent) == [("r2", "queued", "AR-17"), ("r3", "queued", "AR-17")]
    load(office, NEW_ROW)
    assert supplemented(office) == 1
    assert [told[:3] for told in supplement_said(office, sent)] == said


def test_a_fixed_width_result_is_decoded_by_the_row_that_came_later(office: Office) -> None:
    coded = JCQ.replace("60112347", "60399995").replace("E7 M ", "ED1  ").replace("G4 ", "GM3")
    sent = office.send(JCQ_NAME, coded)
    load(office, "603/9999/5,Latin (invented),Vocational,3,10000101,,,,BtecNational,,2015-09-01,")
    assert office.kept() == []
    assert supplemented(office) == 1
    assert {said[:2] for said in supplement_said(office, sent)} == {("12345/0001", "stored"), ("12345/0002", "stored")}
    assert [row[2] for row in office.kept()] == ["DDD", "MPP"]


def test_a_list_that_is_loaded_while_a_file_is_processed_is_heeded(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    validate = pipeline.validate

    @wraps(validate)
    def validate_then_load(submission: Submission, identified: Identified, gateway: Gateway) -> Checked:
        checked = validate(submission, identified, gateway)
        load(office, NEW_ROW)
        return checked

    monkeypatch.setattr(pipeline, "validate", validate_then_load)
    sent = office.send(NAME, results_text([UNKNOWN | {"Grade": "A"}, UNKNOWN | {"RecordRef": "r3", **JO}]))
    monkeypatch.undo()
    assert [said[:2] for said in office.said(sent)] == [("r2", "queued"), ("r3", "queued")]
    assert supplemented(office) == 1
    assert [said[:3] for said in supplement_said(office, sent)] == [("r2", "refused", "AR-18"), ("r3", "stored", "")]


def test_what_a_person_refuses_stays_refused_and_hears_of_it_when_that_is_undone(office: Office) -> None:
    first = office.send(NAME, results_text([UNKNOWN]))
    question = settled(office, Judgement.DIFFERENT)
    refused = [("r2", "refused", "AR-17", ""), ("r2", "refused", "LISTED_NOWHERE", "")]
    assert supplement_said(office, first) == refused
    later = again(office, 2, UNKNOWN)
    assert office.said(later) == [("late", *said[1:3]) for said in refused]
    assert questions(office) == []
    office.record.review.reviews.undo(question.id, "Lee", "A slip.", bootstrap.now())
    (asked,) = questions(office)
    assert [it.submission for it in asked.places] == sorted([first.id, later.id])
    load(office, NEW_ROW)
    assert supplemented(office) == 2
    assert supplement_said(office, first, 2) == [("r2", "stored", "", "9990000017")]
    assert supplement_said(office, later) == [("late", "unchanged", "AR-30", "9990000017")]


def test_what_a_person_refused_is_not_tried_again_but_sent_again_it_is_taken(office: Office) -> None:
    office.send(NAME, results_text([UNKNOWN]))
    settled(office, Judgement.DIFFERENT)
    load(office, NEW_ROW)
    assert supplemented(office) == 0
    assert office.said(again(office, 2, UNKNOWN)) == [("late", "stored", "")]


def test_what_nobody_can_tell_stays_queued_until_the_list_tells(office: Office) -> None:
    first = office.send(NAME, results_text([UNKNOWN]))
    settled(office, Judgement.CANNOT_TELL)
    assert supplement_said(office, first) == [("r2", "queued", "AR-17", "")]
    later = again(office, 2, UNKNOWN)
    assert office.said(later) == [("late", "queued", "AR-17")]
    assert supplemented(office) == 0
    load(office, NEW_ROW)
    assert supplemented(office) == 2
    assert supplement_said(office, first, 2) == [("r2", "stored", "", "9990000017")]
    assert supplement_said(office, later) == [("late", "unchanged", "AR-30", "9990000017")]


def test_a_row_that_leaves_the_list_again_is_asked_about_again(office: Office) -> None:
    office.send(NAME, results_text([UNKNOWN]))
    load(office, NEW_ROW)
    assert supplemented(office) == 1
    load(office)
    later = again(office, 2, UNKNOWN | {"ExamSeries": "6G26", "Grade": "8"})
    assert [it.facts for it in questions(office)] == ["qualifications/60399995"]
    load(office, NEW_ROW)
    assert supplemented(office) == 1
    assert supplement_said(office, later) == [("late", "refused", "AR-28", "")]


def test_a_result_whose_learner_is_in_doubt_too_waits_for_one_after_the_other(office: Office) -> None:
    sent = office.send(NAME, results_text([UNKNOWN | {"FamilyName": "Quill", "GivenNames": "Ada"}]))
    assert settled(office, Judgement.SAME, "9990000017").sort is QuestionSort.POSSIBLE
    assert supplement_said(office, sent) == [("r2", "queued", "AR-17", "")]
    assert [it.sort for it in questions(office)] == [QuestionSort.REFERENCE]
    load(office, NEW_ROW)
    assert supplemented(office) == 1
    assert supplement_said(office, sent, 2) == [("r2", "stored", "", "9990000017")]
    assert supplemented(office) == 0


def broken_off(*_: object) -> None:
    raise StoreError("The database is gone.")


def test_a_supplement_that_is_broken_off_answers_the_same_records_when_it_is_made_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = office.send(NAME, results_text([UNKNOWN | {"FamilyName": "Quill", "GivenNames": "Ada"}]))
    settled(office, Judgement.SAME, "9990000017")
    load(office, NEW_ROW)
    office.record.queue.reconcile()
    supplement = office.record.review.supplements.next(timedelta(0))
    assert supplement is not None
    monkeypatch.setattr(pipeline, "respond", broken_off)
    with pytest.raises(StoreError):
        pipeline.complete(supplement, office.gateway)
    monkeypatch.undo()
    assert supplemented(office) == 1
    assert supplement_said(office, sent, 2) == [("r2", "stored", "", "9990000017")]
    assert supplemented(office) == 0


def test_a_sender_takes_back_what_waits_for_a_list(office: Office) -> None:
    sent = office.send(NAME, results_text([UNKNOWN]))
    office.record.review.supplements.withdraw((sent.id, 1), "a/1")
    load(office, NEW_ROW)
    assert supplemented(office) == 0


@pytest.mark.parametrize(("sender", "job"), [(TESTING, Job.FULL), (NORTH, Job.CHECK)])
def test_nobody_is_asked_about_what_is_only_tried(office: Office, sender: Organisation, job: Job) -> None:
    sent = office.send(NAME, results_text([UNKNOWN]), sender, job)
    assert office.said(sent) == [("r2", "queued", "AR-17")]
    assert questions(office) == []


def test_only_the_list_says_that_a_number_is_right(office: Office) -> None:
    office.send(NAME, results_text([UNKNOWN]))
    (question,) = questions(office)
    decision = Decision(judgement=Judgement.SAME, by="Kim", reason="It is.", moment=bootstrap.now())
    with pytest.raises(ConfigurationError, match="gateway reference load"):
        decide(question.id, decision, (), office.record)
    decided = decide(question.id, replace(decision, judgement=Judgement.DIFFERENT, uln="x"), (), office.record)
    assert decided.decision is not None
    assert decided.decision.uln is None

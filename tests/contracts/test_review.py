"""Questions that people settle, over the real pipeline: asked once, remembered, answered by supplements."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway import bootstrap
from gateway.core.errors import StoreError
from gateway.core.matching import weights
from gateway.core.review import Judgement
from gateway.core.submission import Folder, Job
from gateway.core.uln_changes import Act
from gateway.pipeline import complete
from gateway.worker import Worker
from tests.desk import COLLEGE, KNOWN, LEASE, TESTING, Desk, desk_of
from tests.review_desk import MOVED, OTHER, decide, outcomes, questions, run_again, sent, supplemented, text


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=True)
    yield made
    made.record.close()


def test_a_possible_match_becomes_one_question_with_its_evidence(desk: Desk) -> None:
    submission = sent(desk, OTHER, MOVED)
    (question,) = questions(desk)
    (place,) = question.places
    assert (place.submission, place.record) == (submission.id, 2)
    assert question.evidence.learner == MOVED
    (possible,) = question.evidence.entries
    assert possible.entry.uln == KNOWN.uln
    assert possible.levels["postcode"] == "different"
    assert question.evidence.guard == "names-swapped"
    assert question.evidence.rules


def test_same_answers_the_record_by_a_supplement_and_every_later_file_at_once(desk: Desk) -> None:
    submission = sent(desk, OTHER, MOVED)
    decide(desk, questions(desk)[0], Judgement.SAME, KNOWN.uln)
    assert supplemented(desk) == 1
    (row,) = desk.rows(submission, "supplement-1.match.csv")
    assert (row["record"], row["outcome"], row["uln"]) == ("2", "confident_match", KNOWN.uln)
    (out,) = desk.rows(submission, "supplement-1.OUT.CSV")
    assert (out["GivenName"], out["ULN"], out["ReturnCode"], out["LearnerRecordCount"]) == (
        "Quill", KNOWN.uln, "GR113", "1"
    )  # fmt: skip
    later = sent(desk, MOVED)
    assert outcomes(desk, later) == ["confident_match"]
    assert questions(desk) == []


def test_who_was_answered_by_a_supplement_hears_of_changes_of_the_number(desk: Desk) -> None:
    submission = sent(desk, MOVED)
    assert desk.record.mailboxes.answered(submission, [KNOWN.uln]) == frozenset()
    decide(desk, questions(desk)[0], Judgement.SAME, KNOWN.uln)
    supplemented(desk)
    assert desk.record.mailboxes.answered(submission, [KNOWN.uln]) == {KNOWN.uln}


def test_who_was_answered_with_a_master_hears_of_changes_of_the_number_that_was_linked(desk: Desk) -> None:
    master = replace(KNOWN, uln="9000000032", learner=OTHER)
    desk.record.register_keeping.load([master])
    desk.record.register_changes.merge(master.uln, [KNOWN.uln], Act(by="Kim", reason="one", at=bootstrap.now()))
    submission = sent(desk, MOVED)
    decide(desk, questions(desk)[0], Judgement.SAME, KNOWN.uln)
    supplemented(desk)
    assert outcomes(desk, submission, "supplement-1.match.csv") == ["linked_learner"]
    both = {KNOWN.uln, master.uln}
    assert desk.record.mailboxes.answered(submission, both) == both


def test_different_registers_the_learner_as_new(desk: Desk) -> None:
    submission = sent(desk, MOVED)
    decide(desk, questions(desk)[0], Judgement.DIFFERENT)
    supplemented(desk)
    (row,) = desk.rows(submission, "supplement-1.match.csv")
    assert row["outcome"] == "new_uln"
    assert row["uln"] != KNOWN.uln
    assert desk.rows(sent(desk, MOVED, OTHER), "match.csv")[0]["uln"] == row["uln"]


def test_different_where_nothing_may_be_registered_is_nobody(database: str, tmp_path: Path) -> None:
    desk = desk_of(database, tmp_path, issuing=False)
    submission = sent(desk, MOVED)
    decide(desk, questions(desk)[0], Judgement.DIFFERENT)
    supplemented(desk)
    assert outcomes(desk, submission, "supplement-1.match.csv") == ["not_found"]
    assert outcomes(desk, sent(desk, MOVED, OTHER)) == ["not_found", "not_found"]
    desk.record.close()


def test_what_nobody_can_tell_stays_held_and_is_not_asked_again(desk: Desk) -> None:
    submission = sent(desk, MOVED)
    decide(desk, questions(desk)[0], Judgement.CANNOT_TELL)
    supplemented(desk)
    (row,) = desk.rows(submission, "supplement-1.match.csv")
    assert (row["outcome"], row["guard"], row["uln"]) == ("possible_match", "cannot-be-matched", "")
    assert "ULN" in row["next_step"]
    assert outcomes(desk, sent(desk, MOVED, OTHER)) == ["possible_match", "new_uln"]
    assert questions(desk) == []
    assert supplemented(desk) == 0


def test_the_same_learner_in_other_spelling_asks_once_and_changed_facts_ask_again(desk: Desk) -> None:
    sent(desk, MOVED)
    sent(desk, replace(MOVED, given_name="QUILL ", postcode="m11ae"))
    (question,) = questions(desk)
    assert len(question.places) == 2
    decide(desk, question, Judgement.SAME, KNOWN.uln)
    sent(desk, replace(MOVED, postcode="M3 3AE"))
    (again,) = questions(desk)
    assert again.id != question.id


def test_a_changed_entry_asks_again(desk: Desk) -> None:
    sent(desk, MOVED)
    decide(desk, questions(desk)[0], Judgement.CANNOT_TELL)
    desk.sql("update learner set middle_name = 'Rose'")
    assert outcomes(desk, sent(desk, MOVED, OTHER)) == ["possible_match", "new_uln"]
    assert len(questions(desk)) == 1


def test_a_decision_holds_for_its_own_organisation_alone(desk: Desk) -> None:
    sent(desk, MOVED)
    decide(desk, questions(desk)[0], Judgement.SAME, KNOWN.uln)
    other = replace(COLLEGE, id="hilltop", ukprn="10000009")
    desk.record.organisations.add(other)
    assert outcomes(desk, sent(desk, MOVED, sender=other)) == ["possible_match"]


def test_decisions_on_one_file_are_gathered_and_a_later_one_is_the_next_supplement(desk: Desk) -> None:
    desk.record.register_keeping.load([replace(KNOWN, uln="9000000032", learner=OTHER)])
    submission = sent(desk, MOVED, replace(OTHER, given_name="Reed", family_name="Bea", postcode="M9 9AE"))
    first, second = questions(desk)
    decide(desk, first, Judgement.CANNOT_TELL)
    assert supplemented(desk) == 1
    decide(desk, second, Judgement.CANNOT_TELL)
    assert supplemented(desk) == 1
    numbers = [row["record"] for n in (1, 2) for row in desk.rows(submission, f"supplement-{n}.match.csv")]
    assert sorted(numbers) == ["1", "2"]


def test_a_supplement_is_delivered_once_however_often_it_is_made(desk: Desk) -> None:
    submission = sent(desk, MOVED)
    decide(desk, questions(desk)[0], Judgement.DIFFERENT)
    supplement = desk.record.review.supplements.next(timedelta(minutes=1))
    assert supplement is not None
    complete(supplement, desk.gateway)
    first = desk.rows(submission, "supplement-1.match.csv")
    complete(supplement, desk.gateway)
    assert desk.rows(submission, "supplement-1.match.csv") == first
    assert desk.record.register_keeping.stats()["issued"] == 1
    names = [it.name for it in desk.gateway.mailboxes.listing(COLLEGE.id, Folder.OUT)]
    assert len(names) == len(set(names))


def test_a_supplement_that_fails_is_tried_again_and_then_parked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sent(desk, MOVED)
    decide(desk, questions(desk)[0], Judgement.DIFFERENT)
    publish = type(desk.record.review.supplements).publish
    monkeypatch.setattr(type(desk.record.review.supplements), "publish", _broken)
    for _ in range(6):
        Worker(desk.gateway, LEASE).work()
        desk.sql("update supplement set next_try_at = now()")
    told = [it.status for it in caplog.records if it.message == "supplement held"]
    assert told == ["held"] * 4 + ["parked"]
    assert "Quill" not in caplog.text
    monkeypatch.setattr(type(desk.record.review.supplements), "publish", publish)
    desk.sql("update supplement set parked = false, attempts = 0")
    Worker(desk.gateway, LEASE).work()
    assert desk.rows_of("select count(*) from supplement where published_at is not null") == [(1,)]


def _broken(*_: object) -> None:
    raise StoreError("the database is away")


def test_workers_are_woken_for_a_supplement_until_it_is_delivered(desk: Desk) -> None:
    sent(desk, MOVED)
    desk.sql("delete from procrastinate_jobs")
    assert desk.record.queue.reconcile() == 0
    decide(desk, questions(desk)[0], Judgement.DIFFERENT)
    assert desk.record.queue.reconcile() == 1
    assert desk.record.queue.reconcile() == 0
    Worker(desk.gateway, LEASE).work()
    desk.sql("delete from procrastinate_jobs")
    assert desk.record.queue.reconcile() == 0


def test_the_report_of_a_supplement_counts_its_records_alone(desk: Desk) -> None:
    submission = sent(desk, OTHER, MOVED)
    decide(desk, questions(desk)[0], Judgement.SAME, KNOWN.uln)
    supplemented(desk)
    report = json.loads(text(desk, submission, "supplement-1.report.json"))
    counts = report["counts"]
    assert [counts[name] for name in ("read", "accepted", "rejected", "held")] == [1, 1, 0, 0]
    assert report["supplement"] == 1
    assert report["matching"] == weights.VERSION == desk.report(submission)["matching"]
    assert "Supplement 1" in text(desk, submission, "supplement-1.report.html")


def test_a_decision_that_is_undone_asks_again_and_is_answered_anew(desk: Desk) -> None:
    submission = sent(desk, MOVED)
    (question,) = questions(desk)
    decide(desk, question, Judgement.CANNOT_TELL)
    supplemented(desk)
    desk.record.review.reviews.undo(question.id, "Lee", "The learner has called.", bootstrap.now())
    (again,) = questions(desk)
    assert again.id == question.id
    assert again.decision is None
    decide(desk, again, Judgement.SAME, KNOWN.uln)
    assert supplemented(desk) == 1
    assert outcomes(desk, submission, "supplement-2.match.csv") == ["confident_match"]
    kept = desk.rows_of("select judgement, decided_by, undone_by from question_decision order by no")
    assert kept == [("cannot-tell", "Kim", "Lee"), ("same", "Kim", None)]


def test_later_files_that_a_decision_answered_are_answered_anew_with_the_first(desk: Desk) -> None:
    desk.agree(registers=False)
    first = sent(desk, MOVED)
    (question,) = questions(desk)
    decide(desk, question, Judgement.SAME, KNOWN.uln)
    supplemented(desk)
    later = sent(desk, OTHER, MOVED)
    assert outcomes(desk, later) == ["not_found", "confident_match"]
    again = desk.record.review.reviews.undo(question.id, "Lee", "A slip.", bootstrap.now())
    assert {(it.submission, it.state) for it in again.places} == {(first.id, "waiting"), (later.id, "waiting")}
    decide(desk, questions(desk)[0], Judgement.DIFFERENT)
    assert supplemented(desk) == 2
    assert outcomes(desk, first, "supplement-2.match.csv") == ["not_found"]
    (row,) = desk.rows(later, "supplement-1.match.csv")
    assert (row["record"], row["outcome"], row["uln"]) == ("2", "not_found", "")
    desk.record.review.reviews.undo(question.id, "Lee", "No slip.", bootstrap.now())
    decide(desk, questions(desk)[0], Judgement.CANNOT_TELL)
    assert supplemented(desk) == 2
    assert outcomes(desk, later, "supplement-2.match.csv") == ["possible_match"]


def test_a_later_file_that_different_answered_is_answered_anew_too(desk: Desk) -> None:
    desk.agree(registers=False)
    sent(desk, MOVED)
    (question,) = questions(desk)
    decide(desk, question, Judgement.DIFFERENT)
    supplemented(desk)
    later = sent(desk, OTHER, MOVED)
    run_again(desk, later)
    assert outcomes(desk, later) == ["not_found", "not_found"]
    decide(desk, question, Judgement.SAME, KNOWN.uln)
    supplemented(desk)
    assert outcomes(desk, later, "supplement-1.match.csv") == ["confident_match"]


def test_a_decision_on_which_a_later_file_was_issued_a_uln_cannot_simply_be_undone(desk: Desk) -> None:
    number = desk.agree(registers=False)
    sent(desk, MOVED)
    (question,) = questions(desk)
    decide(desk, question, Judgement.DIFFERENT)
    supplemented(desk)
    desk.record.agreements.revoke(number, desk.send([OTHER]).processing_date)
    assert outcomes(desk, sent(desk, MOVED, OTHER))[0] == "new_uln"
    with pytest.raises(StoreError, match="merge"):
        desk.record.review.reviews.undo(question.id, "Lee", "A slip.", bootstrap.now())


@pytest.mark.parametrize("batch", [1000, 1])
def test_who_repeats_a_learner_that_waits_is_answered_with_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr("gateway.stages.match.BATCH", batch)
    submission = sent(desk, MOVED, OTHER, replace(MOVED, email="quill@example.org"), OTHER)
    assert outcomes(desk, submission) == ["possible_match", "new_uln", "duplicate_in_file", "duplicate_in_file"]
    (question,) = questions(desk)
    assert [(it.record, it.state) for it in question.places] == [(1, "waiting"), (3, "waiting")]
    decide(desk, question, Judgement.SAME, KNOWN.uln)
    assert supplemented(desk) == 1
    rows = desk.rows(submission, "supplement-1.OUT.CSV")
    assert [(row["ULN"], row["ReturnCode"]) for row in rows] == [(KNOWN.uln, "GR113"), (KNOWN.uln, "GR111")]
    assert outcomes(desk, submission, "supplement-1.match.csv") == ["confident_match", "duplicate_in_file"]
    assert supplemented(desk) == 0


def test_who_repeats_a_learner_that_a_decision_answered_is_answered_anew_with_it(desk: Desk) -> None:
    sent(desk, MOVED)
    (question,) = questions(desk)
    decide(desk, question, Judgement.SAME, KNOWN.uln)
    supplemented(desk)
    later = sent(desk, MOVED, MOVED, OTHER)
    run_again(desk, later)
    assert outcomes(desk, later) == ["confident_match", "duplicate_in_file", "new_uln"]
    desk.record.review.reviews.undo(question.id, "Lee", "A slip.", bootstrap.now())
    decide(desk, question, Judgement.CANNOT_TELL)
    assert supplemented(desk) == 2
    assert outcomes(desk, later, "supplement-1.match.csv") == ["possible_match", "duplicate_in_file"]


def test_a_decision_on_which_a_uln_was_issued_cannot_simply_be_undone(desk: Desk) -> None:
    sent(desk, MOVED)
    (question,) = questions(desk)
    decide(desk, question, Judgement.DIFFERENT)
    supplemented(desk)
    with pytest.raises(StoreError, match="merge"):
        desk.record.review.reviews.undo(question.id, "Lee", "A slip.", bootstrap.now())


def test_nothing_is_asked_for_a_check_or_a_test_mailbox(desk: Desk) -> None:
    sent(desk, MOVED, job=Job.CHECK)
    sent(desk, MOVED, sender=TESTING)
    assert questions(desk) == []


def test_a_run_cut_off_after_its_questions_asks_them_once(desk: Desk) -> None:
    submission = sent(desk, MOVED)
    desk.run_again(submission)
    (question,) = questions(desk)
    assert len(question.places) == 1


def test_a_question_decided_before_a_second_run_is_answered_by_it_and_no_supplement_follows(desk: Desk) -> None:
    submission = sent(desk, MOVED)
    decide(desk, questions(desk)[0], Judgement.SAME, KNOWN.uln)
    desk.run_again(submission)
    assert outcomes(desk, submission) == ["confident_match"]
    assert supplemented(desk) == 0


def test_undoing_needs_a_decision_and_deciding_a_question(desk: Desk) -> None:
    sent(desk, MOVED)
    (question,) = questions(desk)
    with pytest.raises(StoreError, match="Nothing was decided"):
        desk.record.review.reviews.undo(question.id, "Lee", "", bootstrap.now())
    with pytest.raises(StoreError, match="no question"):
        decide(desk, replace(question, id="unknown"), Judgement.SAME, KNOWN.uln)

"""Decision files: a sender settles its own held records, and nobody else's, and every claim is tested."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from gateway.core.model import Entry
from gateway.core.review import Judgement
from gateway.core.submission import Job, Submission
from gateway.core.uln import Uln, ulns_between
from gateway.pipeline import process
from tests.desk import ADA, COLLEGE, KNOWN, Desk, desk_of
from tests.review_desk import MOVED, OTHER, decide, outcomes, questions, run_again, sent, supplemented

HILLTOP = replace(COLLEGE, id="hilltop", ukprn="10000009")
TWIN = Entry(uln=str(Uln.of(900_000_003)), learner=replace(ADA, given_name="Eve"))
_seconds = count(100000)


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=True)
    made.record.organisations.add(HILLTOP)
    yield made
    made.record.close()


def settled(desk: Desk, *rows: tuple[object, ...], **how: object) -> Submission:
    """Send a decision file of these rows and return its submission, processed."""
    sender = how.get("sender", COLLEGE)
    lines = ["submission,record,decision,uln,reason", *(",".join(map(str, row)) for row in rows)]
    name = f"DEC_{sender.ukprn}_20260901T{next(_seconds)}.csv"  # type: ignore[attr-defined]
    return process(desk.take(name, "\r\n".join([*lines, ""]).encode(), **how), desk.gateway)  # type: ignore[arg-type]


def codes(desk: Desk, submission: Submission) -> list[str]:
    return [row["code"] for row in desk.rows(submission, "errors.csv")]


def test_same_with_the_learners_uln_settles_the_record_at_once(desk: Desk) -> None:
    submission = sent(desk, OTHER, MOVED)
    decision = settled(desk, (submission.id, 2, "same", KNOWN.uln, "Asked the learner."))
    (row,) = desk.rows(decision, "match.csv")
    assert (row["line"], row["record"], row["outcome"], row["uln"]) == ("2", "1", "confident_match", KNOWN.uln)
    held = desk.rows(submission, "match.csv")[1]
    assert row["key"] == held["key"] != ""
    assert row["sent_uln"] == KNOWN.uln
    assert supplemented(desk) == 1
    assert outcomes(desk, submission, "supplement-1.match.csv") == ["confident_match"]
    assert questions(desk) == []


def test_different_registers_and_the_supplement_says_the_same_uln(desk: Desk) -> None:
    submission = sent(desk, MOVED)
    decision = settled(desk, (submission.id, 1, "different", "", ""))
    (row,) = desk.rows(decision, "match.csv")
    assert row["outcome"] == "new_uln"
    supplemented(desk)
    (again,) = desk.rows(submission, "supplement-1.match.csv")
    assert again["uln"] == row["uln"]
    assert desk.record.register_keeping.stats()["issued"] == 1


def test_a_record_that_is_taken_back_waits_no_longer(desk: Desk) -> None:
    submission = sent(desk, MOVED)
    decision = settled(desk, (submission.id, 1, "withdraw", "", "Left the college."))
    shown = desk.record.submissions.show(decision.id)
    assert shown is not None
    assert {name: shown.counts[name] for name in ("read", "accepted", "withdrawn")} == dict.fromkeys(
        ("read", "accepted", "withdrawn"), 1
    )
    assert questions(desk) == []
    assert supplemented(desk) == 0
    again = settled(desk, (submission.id, 1, "same", KNOWN.uln, "changed my mind"))
    assert codes(desk, again) == ["DECISION_SETTLED"]


@pytest.mark.parametrize("uln", [TWIN.uln, str(Uln.of(900_000_999))])
def test_a_claim_that_the_evidence_contradicts_goes_to_a_person(desk: Desk, uln: str) -> None:
    desk.record.register_keeping.load([TWIN])
    submission = sent(desk, MOVED)
    decision = settled(desk, (submission.id, 1, "same", uln, ""))
    (row,) = desk.rows(decision, "match.csv")
    assert (row["outcome"], row["guard"], row["uln"]) == ("possible_match", "claim-contradicted", "")
    (question,) = questions(desk)
    assert question.claim is not None
    assert (question.claim.uln, question.claim.by) == (uln, COLLEGE.id)
    assert supplemented(desk) == 0


def test_only_the_first_claim_is_tested_so_that_numbers_cannot_be_tried(desk: Desk) -> None:
    submission = sent(desk, MOVED)
    settled(desk, (submission.id, 1, "same", str(Uln.of(900_000_999)), ""))
    second = settled(desk, (submission.id, 1, "same", KNOWN.uln, ""))
    assert desk.rows(second, "match.csv")[0]["guard"] == "claim-contradicted"


def test_another_organisations_record_is_answered_exactly_as_an_unknown_one(desk: Desk) -> None:
    submission = sent(desk, MOVED)
    of_another = settled(desk, (submission.id, 1, "same", KNOWN.uln, ""), sender=HILLTOP)
    unknown = settled(desk, ("0m2w8k4d9x7q3f", 1, "same", KNOWN.uln, ""), sender=HILLTOP)
    told = [desk.rows(it, part) for it in (of_another, unknown) for part in ("errors.csv", "match.csv")]
    for rows in told:
        for row in rows:
            for name, value in row.items():
                row[name] = value.replace(submission.id, "ID").replace("0m2w8k4d9x7q3f", "ID")
    assert told[:2] == told[2:]
    assert codes(desk, of_another) == ["DECISION_UNKNOWN"]
    assert len(questions(desk)) == 1


def test_a_record_that_never_was_held_is_unknown_and_one_settled_by_others_is_settled(desk: Desk) -> None:
    submission = sent(desk, OTHER, MOVED)
    assert codes(desk, settled(desk, (submission.id, 1, "different", "", ""))) == ["DECISION_UNKNOWN"]
    decide(desk, questions(desk)[0], Judgement.SAME, KNOWN.uln)
    assert codes(desk, settled(desk, (submission.id, 2, "different", "", ""))) == ["DECISION_SETTLED"]


def test_what_nobody_could_tell_may_still_be_told_by_the_sender(desk: Desk) -> None:
    submission = sent(desk, MOVED)
    decide(desk, questions(desk)[0], Judgement.CANNOT_TELL)
    supplemented(desk)
    settled(desk, (submission.id, 1, "same", KNOWN.uln, ""))
    supplemented(desk)
    assert outcomes(desk, submission, "supplement-2.match.csv") == ["confident_match"]


@pytest.mark.parametrize(
    "row", [("same", KNOWN.uln), ("different", ""), ("withdraw", ""), ("same", str(Uln.of(900_000_999)))]
)
def test_running_a_decision_file_twice_answers_alike(desk: Desk, row: tuple[str, str]) -> None:
    submission = sent(desk, MOVED)
    decision = settled(desk, (submission.id, 1, *row, ""))
    first = desk.rows(decision, "match.csv")
    run_again(desk, decision)
    assert desk.rows(decision, "match.csv") == first


def test_a_decision_file_that_is_only_checked_decides_nothing(desk: Desk) -> None:
    submission = sent(desk, MOVED)
    checked = settled(desk, (submission.id, 1, "same", KNOWN.uln, ""), job=Job.CHECK)
    assert outcomes(desk, checked) == ["not_matched"]
    assert len(questions(desk)) == 1


def test_every_row_is_answered_once_in_its_order(desk: Desk) -> None:
    submission = sent(desk, MOVED, replace(MOVED, postcode="M4 4AE"))
    decision = settled(
        desk,
        ("unknown", 1, "different", "", ""),
        (submission.id, 2, "same", KNOWN.uln, ""),
        (submission.id, 1, "same", "", ""),
        (submission.id, 3, "different", "", ""),
    )
    assert outcomes(desk, decision) == ["refused", "confident_match", "refused", "refused"]
    shown = desk.record.submissions.show(decision.id)
    assert shown is not None
    assert [shown.counts[name] for name in ("read", "accepted", "rejected", "held")] == [4, 1, 3, 0]


def test_where_too_many_fit_a_claim_is_tested_against_the_entry_of_its_uln(desk: Desk) -> None:
    people = [
        Entry(uln=str(uln), learner=replace(OTHER, postcode=f"M{n} 9AE"))
        for n, uln in zip(range(11), ulns_between(9_300_000_000, 9_300_000_999), strict=False)
    ]
    desk.record.register_keeping.load(people)
    submission = sent(desk, replace(OTHER, postcode="LS9 9AB"), replace(OTHER, postcode="LS8 8AB"))
    assert outcomes(desk, submission) == ["too_many_matches", "too_many_matches"]
    decision = settled(
        desk,
        (submission.id, 1, "same", people[3].uln, ""),
        (submission.id, 2, "same", str(Uln.of(900_000_999)), ""),
    )
    assert outcomes(desk, decision) == ["confident_match", "possible_match"]
    again = settled(desk, (submission.id, 2, "different", "", ""))
    assert desk.rows(again, "match.csv")[0]["guard"] == "claim-contradicted"

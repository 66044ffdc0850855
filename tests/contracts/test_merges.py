"""Two live ULNs of one person: proposed with the answer, agreed by two people."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway import bootstrap, reviewing
from gateway.core.errors import ConfigurationError, StoreError
from gateway.core.model import Entry
from gateway.core.review import Decision, Judgement, Question, QuestionSort
from gateway.core.uln import Uln, ulns_between
from gateway.core.uln_changes import Act
from tests.desk import ADA, KNOWN, Desk, desk_of
from tests.review_desk import MOVED, OTHER, decide, outcomes, questions, sent, supplemented

AGAIN = Entry(uln=str(Uln.of(900_000_003)), learner=replace(ADA, postcode="LS1 4AB"))
"""ADA once more, under another number."""


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=True)
    made.record.register_keeping.load([AGAIN])
    yield made
    made.record.close()


def said(judgement: Judgement, uln: str | None = None, by: str = "Kim") -> Decision:
    return Decision(judgement=judgement, by=by, reason="Both are hers.", moment=bootstrap.now(), uln=uln)


def ruled(desk: Desk, question: Question, decision: Decision, *also: str) -> Question:
    return reviewing.decide(question.id, decision, also, desk.record)


def test_naming_two_ulns_answers_with_the_first_and_proposes_a_merge(desk: Desk) -> None:
    submission = sent(desk, MOVED)
    (question,) = questions(desk)
    ruled(desk, question, said(Judgement.SAME, KNOWN.uln), AGAIN.uln)
    supplemented(desk)
    assert desk.rows(submission, "supplement-1.match.csv")[0]["uln"] == KNOWN.uln
    (merge,) = questions(desk)
    assert merge.sort is QuestionSort.MERGE
    assert [one.entry.uln for one in merge.evidence.entries] == [KNOWN.uln, AGAIN.uln]
    assert (merge.decision, [it.by for it in merge.decisions]) == (None, ["Kim"])


def test_a_merge_needs_a_second_person(desk: Desk) -> None:
    sent(desk, MOVED)
    ruled(desk, questions(desk)[0], said(Judgement.SAME, KNOWN.uln), AGAIN.uln)
    (merge,) = questions(desk)
    with pytest.raises(StoreError, match="Two people"):
        ruled(desk, merge, said(Judgement.SAME))
    assert desk.record.register.by_uln([AGAIN.uln])[AGAIN.uln].master_uln is None
    assert ruled(desk, merge, said(Judgement.SAME, by="Lee")).decision is not None
    assert questions(desk) == []
    assert desk.record.register.by_uln([AGAIN.uln])[AGAIN.uln].master_uln == KNOWN.uln
    (change,) = desk.record.register_changes.history(AGAIN.uln)
    assert (change.act.by, change.act.reason) == ("Kim and Lee", "Both are hers.")


def test_a_merge_that_was_made_meanwhile_is_no_fault(desk: Desk) -> None:
    sent(desk, MOVED)
    ruled(desk, questions(desk)[0], said(Judgement.SAME, KNOWN.uln), AGAIN.uln)
    (merge,) = questions(desk)
    act = Act(by="Sam", reason="Seen at the desk.", at=bootstrap.now())
    desk.record.register_changes.merge(KNOWN.uln, [AGAIN.uln], act)
    assert ruled(desk, merge, said(Judgement.SAME, by="Lee")).decision is not None


def test_a_second_person_may_disagree(desk: Desk) -> None:
    sent(desk, MOVED)
    ruled(desk, questions(desk)[0], said(Judgement.SAME, KNOWN.uln), AGAIN.uln)
    (merge,) = questions(desk)
    decision = ruled(desk, merge, said(Judgement.DIFFERENT, by="Lee")).decision
    assert decision is not None
    assert decision.judgement is Judgement.DIFFERENT
    assert desk.record.register.by_uln([AGAIN.uln])[AGAIN.uln].master_uln is None


@pytest.mark.parametrize(
    ("decision", "also"),
    [
        (said(Judgement.SAME), ()),
        (said(Judgement.SAME, str(Uln.of(900_000_999))), ()),
        (said(Judgement.SAME, KNOWN.uln), (KNOWN.uln,)),
        (said(Judgement.SAME, KNOWN.uln), (AGAIN.uln, KNOWN.uln)),
        (said(Judgement.DIFFERENT), (AGAIN.uln,)),
        (said(Judgement.CANNOT_TELL, by=" "), ()),
    ],
)
def test_a_decision_must_fit_the_question(desk: Desk, decision: Decision, also: tuple[str, ...]) -> None:
    sent(desk, MOVED)
    (question,) = questions(desk)
    with pytest.raises(ConfigurationError):
        ruled(desk, question, decision, *also)
    assert questions(desk) == [question]


def test_where_too_many_fit_a_live_uln_may_be_named_and_different_may_not(desk: Desk) -> None:
    people = [
        Entry(uln=str(uln), learner=replace(OTHER, postcode=f"M{n} 9AE"))
        for n, uln in zip(range(11), ulns_between(9_300_000_000, 9_300_000_999), strict=False)
    ]
    desk.record.register_keeping.load(people)
    submission = sent(desk, replace(OTHER, postcode="LS9 9AB"))
    (question,) = questions(desk)
    assert question.sort is QuestionSort.MANY
    with pytest.raises(ConfigurationError, match="differ from"):
        ruled(desk, question, said(Judgement.DIFFERENT))
    with pytest.raises(ConfigurationError, match="none of those"):
        ruled(desk, question, said(Judgement.SAME, str(Uln.of(900_000_999))))
    ruled(desk, question, said(Judgement.SAME, people[0].uln))
    supplemented(desk)
    assert outcomes(desk, submission, "supplement-1.match.csv") == ["confident_match"]


def test_an_unknown_question_is_told_so(desk: Desk) -> None:
    with pytest.raises(ConfigurationError, match="no question"):
        reviewing.decide("unknown", said(Judgement.SAME), (), desk.record)


def test_pairs_are_labelled_by_the_decision_and_hold_no_name_and_no_uln(desk: Desk, tmp_path: Path) -> None:
    sent(desk, MOVED)
    decide(desk, questions(desk)[0], Judgement.SAME, KNOWN.uln)
    sent(desk, replace(MOVED, postcode="M7 7AE"))
    decide(desk, questions(desk)[0], Judgement.CANNOT_TELL)
    out = tmp_path / "pairs.csv"
    assert reviewing.write_pairs(desk.record.review.reviews, out) == 4
    content = out.read_text(encoding="utf-8")
    labels = [line.split(",")[2] for line in content.splitlines()]
    assert labels == ["decision", "same", "different", "cannot-tell", "cannot-tell"]
    for secret in (KNOWN.uln, AGAIN.uln, "Quill", "Ada", "2008", "M1"):
        assert secret not in content

"""The weekly sample of automatic links, and the figures that come of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from gateway import reviewing
from gateway.core.asking import week_of
from gateway.core.model import Entry
from gateway.core.review import Judgement, QuestionSort, ReviewPlan
from gateway.core.review_cost import precision
from gateway.core.uln import ulns_between
from tests.desk import ADA, KNOWN, Desk, desk_of
from tests.review_desk import MOVED, OTHER, decide, outcomes, questions, sent, supplemented

NAMES = ("Tove", "Pia", "Ingrid", "Maren", "Sunniva", "Gro", "Astrid", "Hedda", "Frida")
PEOPLE = [
    Entry(uln=str(uln), learner=replace(OTHER, given_name=name, family_name="Lund", date_of_birth=date(2005, month, 9)))
    for month, (name, uln) in enumerate(zip(NAMES, ulns_between(9_300_000_000, 9_300_000_999), strict=False), start=1)
]


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=True)
    made.gateway = replace(
        made.gateway, review=replace(made.gateway.review, plan=replace(made.gateway.review.plan, sample_a_week=3))
    )
    made.record.register_keeping.load(PEOPLE)
    yield made
    made.record.close()


def test_links_are_drawn_and_asked_about_when_their_week_is_over(desk: Desk) -> None:
    submission = sent(desk, ADA)
    opens = week_of(submission.processing_date) + timedelta(days=7)
    assert questions(desk, opens - timedelta(days=1)) == []
    (question,) = questions(desk, opens)
    assert question.sort is QuestionSort.SAMPLE
    assert [one.entry.uln for one in question.evidence.entries] == [KNOWN.uln]


def test_no_more_than_the_plan_says_are_drawn_in_a_week_over_all_files(desk: Desk) -> None:
    for people in (PEOPLE[:5], PEOPLE[5:], PEOPLE):
        sent(desk, *(entry.learner for entry in people), ADA)
    assert len(questions(desk)) == 3
    assert desk.rows_of("select count(*) from question") == [(3,)]


def test_the_draw_goes_on_over_the_batches_of_a_file(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.stages.match.BATCH", 2)
    sent(desk, *(entry.learner for entry in PEOPLE), ADA)
    drawn = [it.id for it in questions(desk)]
    assert len(drawn) == 3
    desk.sql("delete from question_record", "delete from question")
    monkeypatch.setattr("gateway.stages.match.BATCH", 1000)
    desk.run_again(desk.record.submissions.listing(None, 1)[0].submission)
    assert {it.id for it in questions(desk)} == set(drawn)


def test_a_link_whose_entry_is_gone_by_now_is_not_drawn(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(desk.record.register), "by_uln", lambda *_: {})
    sent(desk, ADA)
    assert questions(desk) == []


def test_what_nobody_linked_automatically_is_not_drawn(desk: Desk) -> None:
    sent(desk, replace(ADA, uln=KNOWN.uln), OTHER, MOVED)
    assert [it.sort for it in questions(desk)] == [QuestionSort.POSSIBLE]


def test_answers_give_the_live_precision_with_its_interval(desk: Desk) -> None:
    sent(desk, ADA, PEOPLE[0].learner)
    right, wrong = questions(desk)
    decide(desk, right, Judgement.SAME)
    decide(desk, wrong, Judgement.DIFFERENT)
    live = reviewing.live_precision(desk.record.review.figures.figures())
    assert (live["all"].right, live["all"].looked_at, live["all"].share) == (1, 2, 0.5)
    assert live["exact_match"] == live["all"] == precision(1, 2)
    assert questions(desk) == []


def test_a_link_found_wrong_is_answered_anew_and_never_made_again(desk: Desk) -> None:
    submission = sent(desk, ADA)
    decide(desk, questions(desk)[0], Judgement.DIFFERENT)
    assert supplemented(desk) == 1
    (row,) = desk.rows(submission, "supplement-1.match.csv")
    assert row["outcome"] == "new_uln"
    assert row["uln"] != KNOWN.uln


def test_a_link_found_right_needs_no_supplement(desk: Desk) -> None:
    sent(desk, ADA)
    decide(desk, questions(desk)[0], Judgement.SAME)
    assert supplemented(desk) == 0
    assert outcomes(desk, sent(desk, ADA, OTHER)) == ["exact_match", "new_uln"]


@pytest.mark.parametrize(
    ("right", "looked_at", "low", "high"), [(50, 50, 0.9286, 1.0), (0, 10, 0.0, 0.2775), (45, 50, 0.7864, 0.9565)]
)
def test_the_interval_is_wilsons(right: int, looked_at: int, low: float, high: float) -> None:
    found = precision(right, looked_at)
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_of_none_looked_at_nothing_is_known() -> None:
    assert precision(0, 0).share is None


def test_a_plan_without_a_sample_draws_nothing(database: str, tmp_path: Path) -> None:
    desk = desk_of(database, tmp_path, issuing=False)
    plan = ReviewPlan(sample_a_week=0)
    desk.gateway = replace(desk.gateway, review=replace(desk.gateway.review, plan=plan))
    sent(desk, ADA)
    assert questions(desk) == []
    desk.record.close()

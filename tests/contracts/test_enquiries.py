"""Near-identical enquiries are counted, capped and alerted; whoever asks honestly never reaches the cap."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from gateway.core.model import Learner
from gateway.core.review import ReviewPlan
from gateway.core.submission import Job
from tests.desk import ADA, COLLEGE, KNOWN, Desk, desk_of
from tests.review_desk import MOVED, OTHER, questions, sent, texts

MOST = ReviewPlan().most_variations


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=False)
    yield made
    made.record.close()


def varied(number: int) -> list[Learner]:
    """Return learners with ADA's names and postcode and a birth date each that is not hers."""
    return [replace(ADA, date_of_birth=date(1970 + n, 1 + n % 12, 1 + n % 28)) for n in range(number)]


def postcodes(number: int) -> list[Learner]:
    return [replace(MOVED, postcode=f"M{n} 1AE") for n in range(number)]


def test_beyond_the_cap_a_record_is_held_and_nothing_of_the_entry_is_told(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    submission = sent(desk, *postcodes(MOST + 3), job=Job.CHECK)
    rows = desk.rows(submission, "match.csv")
    assert [row["guard"] for row in rows[:MOST]] == ["names-swapped"] * MOST
    for row in rows[MOST:]:
        assert (row["outcome"], row["guard"], row["uln"]) == ("possible_match", "asked-too-often", "")
        told = [row[it] for it in ("given_name", "family_name", "date_of_birth", "sex", "postcode", "other_evidence")]
        assert told == [""] * 6
        assert "operator" in row["next_step"]
    (alert,) = [it for it in caplog.records if it.message == "asked too often"]
    assert (alert.organisation, alert.count) == (COLLEGE.id, 3)
    assert "Quill" not in caplog.text


def test_a_birth_date_cannot_be_found_by_trying_days(desk: Desk) -> None:
    """The right day is the last one tried: by then even an exact match is not told."""
    submission = sent(desk, *varied(30), ADA, job=Job.CHECK)
    last = desk.rows(submission, "match.csv")[-1]
    assert (last["outcome"], last["guard"], last["uln"]) == ("possible_match", "asked-too-often", "")
    assert KNOWN.uln not in "".join(texts(desk, submission).values())


def test_variations_are_counted_over_files(desk: Desk) -> None:
    for one in postcodes(MOST):
        sent(desk, one, job=Job.CHECK)
    rows = desk.rows(sent(desk, replace(MOVED, postcode="LS1 4AB"), job=Job.CHECK), "match.csv")
    assert rows[0]["guard"] == "asked-too-often"


def test_the_same_details_are_no_variation_however_often_they_come(desk: Desk) -> None:
    for n in range(MOST + 5):
        spelt = replace(MOVED, given_name="QUILL" + " " * (n % 3), email="")
        rows = desk.rows(sent(desk, *[spelt] * (n + 1), job=Job.CHECK), "match.csv")
        assert rows[0]["guard"] == "names-swapped"


def test_a_capped_file_that_runs_again_is_answered_alike(desk: Desk) -> None:
    submission = sent(desk, *postcodes(MOST + 3))
    first = desk.rows(submission, "match.csv")
    desk.run_again(submission)
    assert desk.rows(submission, "match.csv") == first


def test_another_organisation_is_not_stopped_by_it(desk: Desk) -> None:
    sent(desk, *postcodes(MOST + 3), job=Job.CHECK)
    other = replace(COLLEGE, id="hilltop", ukprn="10000009")
    desk.record.organisations.add(other)
    rows = desk.rows(sent(desk, MOVED, sender=other), "match.csv")
    assert rows[0]["guard"] == "names-swapped"


def test_after_the_window_one_may_ask_again(desk: Desk) -> None:
    sent(desk, *postcodes(MOST + 3), job=Job.CHECK)
    desk.sql("update enquiry set asked_on = asked_on - 90")
    submission = sent(desk, replace(MOVED, postcode="LS1 4AB"), ADA, job=Job.CHECK)
    assert [row["guard"] for row in desk.rows(submission, "match.csv")] == ["names-swapped", ""]


def test_a_capped_record_is_a_question_for_a_person(desk: Desk) -> None:
    sent(desk, *postcodes(MOST + 1))
    assert questions(desk)[0].evidence.guard == "asked-too-often"


def test_a_large_honest_file_and_its_corrected_resends_reach_no_cap(desk: Desk) -> None:
    """Siblings, twins, a common name, a corrected birth date, a move: two of each, in three files."""
    people = []
    for n, letter in enumerate("abcdefghijklmnopqrst"):
        one = replace(OTHER, given_name=f"Sam{letter}", postcode=f"M{n} 5AE", date_of_birth=date(2007, 1, 1 + n))
        twin = replace(one, given_name=f"Tom{letter}")
        people += [one, twin, replace(one, date_of_birth=date(2009, 1, 1 + n))]
    for change in ({}, {"postcode": "LS9 9AB"}, {"middle_name": "Lee"}):
        submission = sent(desk, *(replace(one, **change) for one in people), MOVED)
        assert "asked-too-often" not in {row["guard"] for row in desk.rows(submission, "match.csv")}


def test_a_ulns_owner_cannot_be_described_by_trying(desk: Desk) -> None:
    wrong = [replace(ADA, uln=KNOWN.uln, family_name=f"Other{letter}") for letter in "abcdefghijkl"]
    rows = desk.rows(sent(desk, *wrong, job=Job.CHECK), "match.csv")
    assert {row["outcome"] for row in rows} == {"uln_mismatch"}
    assert [row["guard"] for row in rows[MOST:]] == ["asked-too-often"] * (12 - MOST)
    assert {row["given_name"] for row in rows[MOST:]} == {""}

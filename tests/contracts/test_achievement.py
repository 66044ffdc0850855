"""Achievement files go through the whole pipeline on a real database: kept once, in order, under the right learner."""

import json
from pathlib import Path

import pytest

from gateway.core.submission import Job, Organisation, Submission
from gateway.pipeline import process
from tests.contracts.test_verify import TESTING, Office, office_of
from tests.desk import LEASE
from tests.golden.batch_cases import NORTH, file_of, name_of
from tests.golden.test_achievement_responses import CARRIERS, PROVISIONAL

SECOND = "QCF_10000101_2026-09-01_002"
KEY = ["9000000024", "601/1234/7", "2026-08-20"]


@pytest.fixture
def office(database: str, tmp_path: Path) -> Office:
    return office_of(database, tmp_path)


def counts(office: Office, submission: Submission) -> dict[str, int]:
    shown = office.record.submissions.show(submission.id)
    assert shown is not None
    return dict(shown.counts)


@pytest.mark.parametrize("kind", CARRIERS)
def test_a_provisional_achievement_becomes_final_by_being_sent_again(office: Office, kind: str) -> None:
    first = office.send(name_of(kind), file_of(kind, [{}], **PROVISIONAL))
    second = office.send(f"{SECOND}.{kind[-3:].upper()}", file_of(kind, [{}]))
    jobs = [json.loads(office.parts(it)["JOB.JSON"]) for it in (first, second)]
    assert [job["AchievementsCreated"] for job in jobs] == [1, 0]
    assert [job["AchievementsPromotedToFinal"] for job in jobs] == [0, 1]
    assert [job["JobID"] for job in jobs] == [first.id, second.id]
    assert office.kept() == [(KEY, "promoted", "7", "Final")]


@pytest.mark.parametrize("kind", CARRIERS)
def test_each_record_sees_what_an_earlier_one_of_its_file_did(office: Office, kind: str) -> None:
    rows = [
        {},
        {"Action": "2", "Grade": "8"},
        {"Action": "3", "ActionReason": "mistake"},
        {"Action": "1", "Grade": "9"},
        {"Action": "4"},
        {"GivenName": "Bob"},
        {"Uln": "9000000059", "GivenName": "Cole", "FamilyName": "Hale", "Gender": "1", "DateofBirth": "2007-03-04"},
    ]
    done = office.send(name_of(kind), file_of(kind, rows))
    assert counts(office, done) == {
        "read": 7, "accepted": 5, "rejected": 2, "held": 0, "stored": 2, "amended": 1, "withdrawn": 1,
        "reinstated": 1, "refused": 1, "uln_mismatch": 1,
    }  # fmt: skip
    assert office.kept() == [
        (KEY, "reinstated", "8", "Final"),
        (["9000000059", *KEY[1:]], "stored", "7", "Final"),
    ]
    assert len(office.parts(done)["ERR.CSV"].splitlines()) == 3


@pytest.mark.parametrize(("sender", "job"), [(TESTING, Job.FULL), (NORTH, Job.CHECK)])
def test_a_check_and_a_test_mailbox_are_answered_alike_and_nothing_is_kept(
    office: Office, sender: Organisation, job: Job
) -> None:
    done = office.send(name_of(CARRIERS[0]), file_of(CARRIERS[0], [{}, {"Action": "2", "Grade": "8"}]), sender, job)
    told = json.loads(office.parts(done)["JOB.JSON"])
    assert (told["AchievementsCreated"], told["AchievementsUpdated"]) == (1, 1)
    assert office.kept() == []


def test_a_second_run_answers_as_the_first_and_changes_nothing(office: Office) -> None:
    claimed = office.claimed(name_of(CARRIERS[0]), file_of(CARRIERS[0], [{}, {"Action": "2", "Grade": "8"}]))
    done = process(claimed, office.gateway)
    first, held = _job(office, done), office.kept()
    with office.record._pool.connection() as connection:
        connection.execute("delete from step")
        connection.execute("delete from response_file")
        connection.execute("update submission set status = 'received', lease = null, finished_at = null")
    again = office.gateway.store.claim("other", LEASE)
    assert again is not None
    process(again, office.gateway)
    assert _job(office, done) == first
    assert office.kept() == held


def _job(office: Office, done: Submission) -> dict[str, object]:
    """Return the job's result but for the moment of the answer."""
    job = json.loads(office.parts(done)["JOB.JSON"])
    return {name: value for name, value in job.items() if name not in {"EndDate", "Duration"}}


def test_a_refused_file_changes_nothing_and_says_why(office: Office) -> None:
    for kind in CARRIERS:
        parts = office.parts(office.send(name_of(kind), file_of(kind, [{}], RecordCount="3")))
        assert json.loads(parts["JOB.JSON"])["Status"] == "Failed"
        assert ",WSRC0017," in parts["ERR.CSV"]
    assert office.kept() == []

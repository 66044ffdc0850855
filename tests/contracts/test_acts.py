"""What people do with a submission by hand: replay, release, recall, on a real database and a real file store."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from gateway import bootstrap
from gateway.core.errors import StoreError
from gateway.core.operations import ActSort
from gateway.core.submission import Folder, Status, Submission
from gateway.core.uln_changes import Act
from gateway.pipeline import process
from tests.desk import ADA, COLLEGE, LEASE, Desk, desk_of

ACT = Act(by="clerk", reason="a wrong list", at=bootstrap.now())
NEW = replace(ADA, given_name="Brook", family_name="Hale", postcode="M1 1AE")


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=True)
    yield made
    made.record.close()


def now(desk: Desk, submission: Submission) -> Submission:
    found = desk.record.submissions.show(submission.id)
    assert found is not None
    return found.submission


def finished(desk: Desk) -> Submission:
    claimed = desk.gateway.store.claim("other", LEASE)
    assert claimed is not None
    return process(claimed, desk.gateway)


def parked(desk: Desk) -> Submission:
    submission = desk.send([ADA, NEW])
    desk.gateway.store.hold(submission, "FilesError: gone", 0)
    return now(desk, submission)


def names(desk: Desk, folder: Folder) -> list[str]:
    return [it.name for it in desk.gateway.mailboxes.listing(COLLEGE.id, folder)]


def test_a_parked_submission_is_told_of_and_goes_on_when_it_is_released(desk: Desk) -> None:
    submission = parked(desk)
    assert f".{submission.id}.parked.json" in "".join(names(desk, Folder.RECEIPTS))
    desk.record.operations.acts.release(submission, ACT)
    assert (now(desk, submission).status, now(desk, submission).attempts) == (Status.RECEIVED, 0)
    assert finished(desk).status is Status.DELIVERED
    (kept,) = desk.record.operations.acts.history(submission.id)
    assert (kept.sort, kept.act) == (ActSort.RELEASE, ACT)


def test_a_released_submission_does_not_run_again_what_was_done(desk: Desk) -> None:
    submission = desk.send([ADA])
    process(submission, desk.gateway)
    desk.sql("delete from step where step in ('respond', 'deliver')", "delete from response_file",
             "update submission set status = 'parked', lease = null")  # fmt: skip
    desk.record.operations.acts.release(now(desk, submission), ACT)
    assert now(desk, submission).status is Status.MATCHED


def test_a_delivered_submission_that_is_replayed_gets_a_further_set_with_the_same_ulns(desk: Desk) -> None:
    submission = process(desk.send([ADA, NEW]), desk.gateway)
    first = desk.rows(submission, "match.csv")
    desk.record.operations.acts.replay(submission, ACT, None)
    again = finished(desk)
    assert (again.id, again.status, again.replays) == (submission.id, Status.DELIVERED, 1)
    assert desk.rows(submission, "replay-1.match.csv") == first
    assert all(".replay-1." in name for name in names(desk, Folder.OUT))
    assert desk.record.register_keeping.stats()["issued"] == 1
    desk.record.operations.acts.replay(now(desk, submission), ACT, None)
    finished(desk)
    assert all(".replay-2." in name for name in names(desk, Folder.OUT))


def test_the_same_bytes_again_are_answered_with_the_set_that_counts(desk: Desk) -> None:
    submission = process(desk.send([ADA]), desk.gateway)
    desk.record.operations.acts.replay(submission, ACT, None)
    finished(desk)
    for name in names(desk, Folder.OUT):
        desk.gateway.mailboxes.acknowledge(COLLEGE.id, name)
    with pytest.raises(AssertionError):  # a duplicate is no submission that could be claimed
        desk.send([ADA])
    assert names(desk, Folder.OUT)
    assert all(".replay-1." in name for name in names(desk, Folder.OUT))


def test_a_parked_submission_that_is_replayed_is_judged_as_of_another_day(desk: Desk) -> None:
    submission = parked(desk)
    desk.record.operations.acts.replay(submission, ACT, date(2026, 9, 1))
    assert now(desk, submission).processing_date == date(2026, 9, 1)
    assert finished(desk).status is Status.DELIVERED
    assert not any("replay" in name for name in names(desk, Folder.OUT)), "nothing was answered before"


def test_a_response_set_that_is_recalled_is_out_of_the_mailbox_and_its_organisation_is_told(desk: Desk) -> None:
    submission = process(desk.send([ADA]), desk.gateway)
    taken = names(desk, Folder.OUT)[0]
    desk.gateway.mailboxes.acknowledge(COLLEGE.id, taken)
    assert list(desk.record.operations.acts.recall(submission, ACT)) == [taken]
    assert names(desk, Folder.OUT) == []
    assert now(desk, submission).status is Status.WITHDRAWN
    (notice,) = [it for it in desk.gateway.mailboxes.listing(COLLEGE.id, Folder.RECEIPTS) if "withdrawn" in it.name]
    told = json.loads(notice.body or b"")
    assert (told["id"], told["status"]) == (submission.id, "withdrawn")
    assert ACT.reason in told["message"]
    assert taken in told["message"]


def test_what_was_recalled_may_be_sent_again(desk: Desk) -> None:
    submission = process(desk.send([ADA]), desk.gateway)
    assert list(desk.record.operations.acts.recall(submission, ACT)) == []
    assert desk.send([ADA]).id != submission.id


def test_what_an_act_is_not_for_is_refused_and_nothing_is_noted(desk: Desk) -> None:
    acts = desk.record.operations.acts
    submission = desk.send([ADA])
    for act in (lambda: acts.replay(submission, ACT, None), lambda: acts.release(submission, ACT),
                lambda: acts.recall(submission, ACT)):  # fmt: skip
        with pytest.raises(StoreError, match=submission.id):
            act()
    assert acts.history(submission.id) == []


def test_an_act_on_what_has_changed_meanwhile_changes_nothing(desk: Desk) -> None:
    submission = parked(desk)
    acts = desk.record.operations.acts
    acts.release(submission, ACT)
    with pytest.raises(StoreError, match="changed meanwhile"):
        acts.release(submission, ACT)
    assert len(acts.history(submission.id)) == 1


def test_what_was_erased_cannot_be_replayed(desk: Desk) -> None:
    submission = process(desk.send([ADA]), desk.gateway)
    for name in names(desk, Folder.OUT):
        desk.gateway.mailboxes.acknowledge(COLLEGE.id, name)
    desk.record.removals.erase_submission(submission.id, ACT)
    with pytest.raises(StoreError, match="were erased: it can only be sent again"):
        desk.record.operations.acts.replay(now(desk, submission), ACT, None)
    assert now(desk, submission).status is Status.DELIVERED

"""How long what is kept, on a real gateway: it lapses by its kind's days, and nothing does that somebody waits for."""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from gateway import auditing, bootstrap, erasing
from gateway.auditing import Head
from gateway.config import GatewaySettings
from gateway.core.documents import Receipt
from gateway.core.erasure import Retention
from gateway.core.errors import FilesError, StoreError
from gateway.core.review import Judgement
from gateway.core.submission import Arrival, Folder, Job, Submission
from gateway.core.uln_changes import Act
from gateway.notices import write_notices
from gateway.pipeline import take_in
from tests.desk import ADA, COLLEGE, KNOWN, Desk, desk_of
from tests.review_desk import MOVED, OTHER, decide, questions, sent, supplemented

DAYS = Retention(submission_days=400, uncollected_days=90, question_days=1100)
ACT = Act(by="kim", reason="Case 4711.", at=bootstrap.now())


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=True)
    yield made
    made.record.close()


def lapse(desk: Desk, days: Retention = DAYS) -> None:
    erasing.lapse(days, desk.record, desk.gateway.files)


def aged(desk: Desk, days: int) -> None:
    """Let all that came have come so many days earlier."""
    for table, column in (
        ("submission", "finished_at"), ("response_file", "published_at"), ("question", "opens_on"),
        ("question_decision", "decided_at"), ("uln_notice", "published_at"),
    ):  # fmt: skip
        desk.sql(f"update {table} set {column} = {column} - {days} * interval '1 day'")  # noqa: S608 - our own names


def out(desk: Desk) -> list[str]:
    return [file.name for file in desk.gateway.mailboxes.listing(COLLEGE.id, Folder.OUT)]


def is_kept(desk: Desk, submission: Submission) -> bool:
    try:
        desk.gateway.files.open(submission.blob).close()
    except FilesError:
        return False
    return True


def test_a_finished_submission_lapses_after_the_days_of_its_kind(desk: Desk) -> None:
    submission = sent(desk, ADA, OTHER)
    aged(desk, 100)
    lapse(desk)
    assert is_kept(desk, submission)
    lapse(desk, replace(DAYS, kinds={"lrb-csv": 99}))
    assert not is_kept(desk, submission)
    assert list(desk.folder.glob(f"files/*/{submission.id}.*")) == []
    assert desk.rows_of("select count(*) from step") == [(0,)]
    shown = desk.record.submissions.show(submission.id)
    assert shown is not None
    assert shown.counts["read"] == 2
    last = list(desk.record.audit.events())[-1].access
    assert (last.sort, last.purpose, last.reference) == ("removed", "retention", submission.id)
    assert isinstance(auditing.verify(desk.record.audit, None, lambda _: None), Head)


def test_the_same_bytes_are_a_submission_of_their_own_once_the_first_has_lapsed(desk: Desk) -> None:
    first = sent(desk, ADA)
    aged(desk, 401)
    lapse(desk)
    again = sent(desk, ADA)
    assert again.id != first.id
    assert [row["uln"] for row in desk.rows(again, "match.csv")] == [KNOWN.uln]


def test_nothing_lapses_that_is_not_finished_or_is_parked(desk: Desk) -> None:
    waiting = desk.send([ADA])
    desk.sql("update submission set finished_at = received_at")
    aged(desk, 5000)
    lapse(desk)
    desk.sql("update submission set status = 'parked'")
    lapse(desk)
    assert is_kept(desk, waiting)
    with pytest.raises(StoreError, match="parked"):
        desk.record.removals.erase_submission(waiting.id, ACT)


def test_nothing_lapses_that_waits_for_a_person_or_a_supplement(desk: Desk) -> None:
    submission = sent(desk, MOVED)
    aged(desk, 5000)
    lapse(desk)
    assert is_kept(desk, submission)
    with pytest.raises(StoreError, match="wait for a person"):
        desk.record.removals.erase_submission(submission.id, ACT)
    decide(desk, questions(desk)[0], Judgement.SAME, KNOWN.uln)
    lapse(desk)
    assert is_kept(desk, submission)
    supplemented(desk)
    lapse(desk)
    assert not is_kept(desk, submission)


def test_nothing_lapses_of_a_learner_under_a_legal_hold(desk: Desk) -> None:
    submission, other = sent(desk, ADA), sent(desk, OTHER)
    erasing.hold(KNOWN.uln, ACT, desk.record)
    aged(desk, 5000)
    lapse(desk)
    assert (is_kept(desk, submission), is_kept(desk, other)) == (True, False)
    with pytest.raises(StoreError, match="legal hold"):
        desk.record.removals.erase_submission(submission.id, ACT)
    erasing.release(KNOWN.uln, ACT, desk.record)
    lapse(desk)
    assert not is_kept(desk, submission)


def test_responses_that_nobody_collects_leave_the_mailbox_and_the_submission_as_it_is(desk: Desk) -> None:
    submission = sent(desk, ADA)
    assert out(desk)
    aged(desk, 91)
    lapse(desk)
    assert out(desk) == []
    shown = desk.record.submissions.show(submission.id)
    assert shown is not None
    assert (shown.submission.status, is_kept(desk, submission)) == ("delivered", True)


def test_settled_questions_are_forgotten_after_their_days_and_open_ones_never(desk: Desk) -> None:
    sent(desk, MOVED)
    (question,) = questions(desk)
    aged(desk, 1101)
    lapse(desk)
    assert desk.record.review.reviews.find(question.id)
    decide(desk, question, Judgement.SAME, KNOWN.uln)
    supplemented(desk)
    lapse(desk)
    assert desk.record.review.reviews.find(question.id)  # its decision is of today
    aged(desk, 1101)
    lapse(desk)
    assert desk.record.review.reviews.find(question.id) is None


def test_a_change_notice_lapses_as_a_submission_does(desk: Desk) -> None:
    sent(desk, ADA)
    desk.record.register_changes.delete(KNOWN.uln, replace(ACT, at=bootstrap.now().replace(year=2025)))
    write_notices(bootstrap.now().date(), desk.record.change_notices, desk.gateway)
    (name,) = [name for name in out(desk) if name.startswith("uln-changes")]
    aged(desk, 399)
    lapse(desk)
    assert name in out(desk)
    aged(desk, 2)
    lapse(desk)
    assert name not in out(desk)
    assert len(list(desk.folder.glob("files/*/*"))) == 0


def test_bytes_that_were_kept_and_never_recorded_are_cleared_after_a_day(
    desk: Desk, arrival: Arrival, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(desk.record.store, "add", fail)
        with pytest.raises(StoreError):
            take_in(arrival, desk.gateway)
    kept = blobs(desk)
    lapse(desk)
    assert blobs(desk) == kept != []
    desk.sql("update space_awaited set since = since - interval '2 days'")
    lapse(desk)
    assert blobs(desk) == []
    arrival.path.write_bytes(b"a")
    assert take_in(arrival, desk.gateway).first_id is None  # the same bytes again did not come before


def test_an_upload_whose_bytes_were_given_up_is_no_submission(
    desk: Desk, arrival: Arrival, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk.record.store, "announce", lambda _: None)
    with pytest.raises(StoreError, match="given up"):
        take_in(arrival, desk.gateway)
    assert desk.gateway.mailboxes.listing(COLLEGE.id, Folder.RECEIPTS) == []


@pytest.fixture
def arrival(tmp_path: Path) -> Arrival:
    path = tmp_path / "LRB.CSV"
    path.write_bytes(b"a")
    digest = sha256(b"a").hexdigest()
    return Arrival(organisation=COLLEGE, name=path.name, path=path, size=1, sha256=digest, job=Job.FULL)


def fail(*_: object) -> Receipt:
    raise StoreError("The database is away.")


def blobs(desk: Desk) -> list[str]:
    return [path.name for path in (desk.folder / "files").glob("*/*")]


def test_a_batch_is_small(desk: Desk) -> None:
    submissions = [sent(desk, ADA), sent(desk, OTHER), sent(desk, ADA, OTHER)]
    aged(desk, 401)
    left = []
    for _ in submissions:
        lapse(desk, replace(DAYS, batch=1))
        left.append([is_kept(desk, it) for it in submissions])
    assert left == [[False, True, True], [False, False, True], [False, False, False]]


def test_an_operator_erases_a_submission_whatever_its_days(desk: Desk) -> None:
    submission = sent(desk, ADA, OTHER)
    removed = desk.record.removals.erase_submission(submission.id, ACT)
    assert desk.record.removals.clear(desk.gateway.files.clear) > 5
    assert removed.rows["response_file"] > 3
    assert out(desk) == []
    assert not is_kept(desk, submission)
    with pytest.raises(StoreError, match="erased already"):
        desk.record.removals.erase_submission(submission.id, ACT)
    with pytest.raises(StoreError, match="no submission"):
        desk.record.removals.erase_submission("S0", ACT)


def test_the_settings_of_a_kind_go_before_those_of_all() -> None:
    settings = GatewaySettings.model_validate({"kinds": {"lrb-csv": {"retention_days": 30}}})
    days = bootstrap.retention(settings)
    assert (days.kinds, days.submission_days) == ({"lrb-csv": 30}, 400)
    assert bootstrap.file_kinds(settings.kinds)["lrb-csv"].name == "lrb-csv"

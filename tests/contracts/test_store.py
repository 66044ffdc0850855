"""The `Store`, `Submissions` and `Queue` ports: what a submission's row promises, on real PostgreSQL."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest

from adapters.stores.database import Pool, open_pool
from adapters.stores.mailboxes import PostgresMailboxes
from adapters.stores.organisations import PostgresOrganisations
from adapters.stores.queue import PostgresQueue
from adapters.stores.submissions import PostgresStore
from gateway.core.documents import Receipt
from gateway.core.errors import LeaseLostError, StoreError
from gateway.core.handover import Earlier, Part, Progress
from gateway.core.quota import Received
from gateway.core.submission import (
    Folder,
    Job,
    Mode,
    Organisation,
    OrganisationKind,
    Refusal,
    Status,
    Submission,
    Verdict,
)

LEASE = timedelta(seconds=60)
OVER = timedelta(seconds=-1)
COLLEGE = Organisation(id="kingsway", name="Kingsway", kind=OrganisationKind.COLLEGE, ukprn="10000001")
NUMBERS = count(1)
MOMENT = datetime(2026, 9, 1, 9, 30, tzinfo=UTC)


@pytest.fixture
def pool(database: str) -> Iterator[Pool]:
    opened = open_pool(database)
    PostgresOrganisations(opened).add(COLLEGE)
    yield opened
    opened.close()


@pytest.fixture
def queue(database: str, pool: Pool) -> PostgresQueue:
    return PostgresQueue(database, pool)


@pytest.fixture
def store(pool: Pool, queue: PostgresQueue) -> PostgresStore:
    return PostgresStore(pool, queue)


def submission(
    sha256: str = "a" * 64, name: str = "LRB.CSV", job: Job = Job.FULL, mode: Mode = Mode.LIVE
) -> Submission:
    number = next(NUMBERS)
    return Submission(
        id=f"s{number:05}", organisation=COLLEGE, name=name, sha256=sha256, size=10, job=job, mode=mode,
        received_at=MOMENT + timedelta(seconds=number), processing_date=date(2026, 9, 1), blob=f"s{number:05}/{sha256}",
    )  # fmt: skip


def add(store: PostgresStore, sent: Submission) -> Receipt:
    def write(earlier: Earlier) -> Receipt:
        return Receipt(
            id=sent.id, organisation=COLLEGE.id, file=sent.name, bytes=sent.size, sha256=sent.sha256,
            received_at=sent.received_at, status="duplicate" if earlier.first_id else "received",
            first_id=earlier.first_id, follows=earlier.follows, message="",
        )  # fmt: skip

    store.announce(sent.id)
    return store.add(sent, write)


def test_a_submission_is_recorded_with_its_receipt_and_a_wake_up(store: PostgresStore, pool: Pool) -> None:
    sent = submission()
    assert add(store, sent).status == "received"
    listed = store.show(sent.id)
    assert listed is not None
    assert listed.submission == sent
    (receipt,) = PostgresMailboxes(pool).listing(COLLEGE.id, Folder.RECEIPTS)
    assert receipt.name == f"LRB.{sent.id}.receipt.json"
    with pool.connection() as connection:
        assert connection.execute("select count(*) from procrastinate_jobs").fetchone() == (1,)


def test_the_same_bytes_again_are_a_duplicate_and_no_submission(store: PostgresStore) -> None:
    first = submission()
    add(store, first)
    again = add(store, submission(name="OTHER.CSV"))
    assert (again.status, again.first_id) == ("duplicate", first.id)
    assert len(store.listing(None, 10)) == 1


@pytest.mark.parametrize("other", [{"job": Job.CHECK}, {"mode": Mode.TEST}, {"sha256": "b" * 64}])
def test_another_job_mode_or_content_is_a_submission_of_its_own(store: PostgresStore, other: dict) -> None:
    add(store, submission())
    assert add(store, submission(**other)).status == "received"
    assert len(store.listing(None, 10)) == 2


def test_the_same_name_with_other_bytes_follows_the_earlier_one(store: PostgresStore) -> None:
    first = submission()
    add(store, first)
    assert add(store, submission(sha256="b" * 64)).follows == first.id


def test_a_duplicate_puts_the_first_responses_into_the_mailbox_again(store: PostgresStore, pool: Pool) -> None:
    first, mailboxes = submission(), PostgresMailboxes(pool)
    add(store, first)
    mailboxes.publish(first.id, {"OUT.CSV": Part(name="LRB.OUT.CSV", blob=f"{first.id}/{'c' * 64}", size=1)})
    assert mailboxes.acknowledge(COLLEGE.id, "LRB.OUT.CSV")
    assert mailboxes.listing(COLLEGE.id, Folder.OUT) == []
    add(store, submission())
    assert [file.name for file in mailboxes.listing(COLLEGE.id, Folder.OUT)] == ["LRB.OUT.CSV"]


def test_five_uploads_of_the_same_bytes_at_once_are_one_submission(store: PostgresStore) -> None:
    answers: list[Receipt] = []
    threads = [threading.Thread(target=lambda: answers.append(add(store, submission()))) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status for answer in answers) == ["duplicate"] * 4 + ["received"]
    assert len(store.listing(None, 10)) == 1


def test_a_claimed_submission_is_not_claimed_again_while_its_lease_lasts(store: PostgresStore) -> None:
    add(store, submission())
    assert store.claim("one", LEASE) is not None
    assert store.claim("two", LEASE) is None


def test_a_lease_that_ran_out_is_taken_over_and_the_first_worker_keeps_nothing(store: PostgresStore) -> None:
    add(store, submission())
    first = store.claim("one", OVER)
    second = store.claim("two", LEASE)
    assert first is not None
    assert second is not None
    with pytest.raises(LeaseLostError):
        store.keep(first, "identify", "{}", Progress(status=Status.IDENTIFIED))
    with pytest.raises(LeaseLostError):
        store.renew(first, LEASE)
    store.renew(second, LEASE)
    assert store.kept(second) == {}


def test_a_kept_step_is_there_for_the_next_worker(store: PostgresStore) -> None:
    add(store, submission())
    claimed = store.claim("one", LEASE)
    assert claimed is not None
    kept = store.keep(claimed, "identify", '{"kind": "lrb-csv"}', Progress(status=Status.IDENTIFIED, kind="lrb-csv"))
    assert (kept.status, kept.kind) == (Status.IDENTIFIED, "lrb-csv")
    assert store.kept(kept) == {"identify": '{"kind": "lrb-csv"}'}


def test_the_end_frees_the_lease_and_nobody_claims_it_again(store: PostgresStore) -> None:
    add(store, submission())
    claimed = store.claim("one", LEASE)
    assert claimed is not None
    store.keep(claimed, "deliver", "{}", Progress(status=Status.DELIVERED, counts={"read": 3}))
    ended = store.show(claimed.id)
    assert ended is not None
    assert ended.finished_at is not None
    assert ended.counts == {"read": 3}
    assert store.claim("two", LEASE) is None


def test_a_fault_of_ours_is_tried_again_later_and_parked_in_the_end(store: PostgresStore, pool: Pool) -> None:
    add(store, submission())
    for attempt in range(1, 6):
        claimed = store.claim("one", LEASE)
        assert claimed is not None
        assert claimed.attempts == attempt
        held = store.hold(claimed, "FilesError: the disk is full")
        assert store.claim("one", LEASE) is None, "it waits before it is tried again"
        with pool.connection() as connection:
            connection.execute("update submission set next_try_at = now()")
    assert held.status is Status.PARKED
    assert held.held_reason == "FilesError: the disk is full"


def test_reconcile_wakes_what_sleeps_without_a_job_and_is_idempotent(
    store: PostgresStore, queue: PostgresQueue, pool: Pool
) -> None:
    add(store, submission())
    with pool.connection() as connection:
        connection.execute("delete from procrastinate_jobs")
    assert queue.reconcile() == 1
    assert queue.reconcile() == 0


def test_the_queue_calls_a_worker_for_every_wake_up(store: PostgresStore, queue: PostgresQueue) -> None:
    stop, seen = threading.Event(), []

    def work() -> None:
        claimed = store.claim("one", LEASE)
        if claimed is not None:
            seen.append(claimed.id)
            store.keep(claimed, "deliver", "{}", Progress(status=Status.DELIVERED))
        if len(seen) == 2:
            stop.set()

    running = threading.Thread(target=queue.run, args=(work, stop))
    running.start()
    add(store, submission())
    add(store, submission(sha256="b" * 64))
    running.join(30)
    stop.set()
    assert len(seen) == 2


def test_a_database_error_carries_no_value(pool: Pool) -> None:
    from adapters.stores.database import transaction

    with pytest.raises(StoreError) as caught, transaction(pool) as connection:
        connection.execute("select %s::integer", ["Zoë Quill"])
    assert "Quill" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_database_that_does_not_answer_is_a_store_error(monkeypatch: pytest.MonkeyPatch) -> None:
    from adapters.stores import database

    monkeypatch.setattr(database._connect_once.retry, "stop", lambda _state: True)
    with pytest.raises(StoreError, match="does not answer"):
        open_pool("postgresql://nobody@127.0.0.1:1/nothing")


def test_a_submission_whose_workers_keep_dying_is_parked_and_the_next_one_goes_on(
    store: PostgresStore, pool: Pool
) -> None:
    poison, sound = submission(), submission(sha256="b" * 64)
    add(store, poison)
    add(store, sound)
    for _ in range(3):
        claimed = store.claim("dying", OVER)
        assert claimed is not None
        assert claimed.id == poison.id
    following = store.claim("next", LEASE)
    assert following is not None
    assert following.id == sound.id
    parked = store.show(poison.id)
    assert parked is not None
    assert parked.submission.status is Status.PARKED
    assert "3 times in 3 tries before its first step" in str(parked.submission.held_reason)
    told = [it for it in PostgresMailboxes(pool).listing(COLLEGE.id, Folder.RECEIPTS) if "parked" in it.name]
    assert [json.loads(it.body or b"")["id"] for it in told] == [poison.id]


def test_after_many_tries_a_submission_can_still_be_held(store: PostgresStore, pool: Pool) -> None:
    add(store, submission())
    with pool.connection() as connection:
        connection.execute("update submission set attempts = 4000")
        connection.execute("update submission set lease = 'one', lease_until = now() + interval '1 minute'")
    (listed,) = store.listing(None, 1)
    assert store.hold(listed.submission, "FilesError: gone").status is Status.PARKED


def rejected(store: PostgresStore, name: str, refusal: Refusal | None = None) -> Submission:
    sent = replace(submission(name=name), refusal=refusal)
    add(store, sent)
    claimed = store.claim("one", LEASE)
    assert claimed is not None
    store.keep(claimed, "deliver", "{}", Progress(status=Status.DELIVERED, verdict=Verdict.REJECTED))
    return sent


def test_a_file_rejected_under_one_name_may_be_sent_again_under_another(store: PostgresStore) -> None:
    rejected(store, "LRB.csv")
    assert add(store, submission(name="LRB.csv")).status == "duplicate"
    assert add(store, submission(name="LRB.CSV")).status == "received"
    assert add(store, submission(name="LRB.csv")).status == "duplicate"


def test_an_empty_file_stays_a_duplicate_under_any_name(store: PostgresStore) -> None:
    rejected(store, "LRB.CSV", Refusal.EMPTY)
    assert add(store, submission(name="OTHER.CSV")).status == "duplicate"


def test_what_a_suspended_sender_sent_may_be_sent_again_when_the_mailbox_is_open(store: PostgresStore) -> None:
    rejected(store, "LRB.CSV", Refusal.SUSPENDED)
    again = replace(submission(), refusal=Refusal.SUSPENDED)
    assert add(store, again).status == "duplicate"
    assert add(store, submission()).status == "received"


def test_the_names_that_came_before_are_those_of_the_same_sender_kind_mode_and_job(store: PostgresStore) -> None:
    def sent(name: str, verdict: Verdict, kind: str = "ctf", job: Job = Job.FULL) -> Submission:
        one = submission(sha256=name[-1] * 64, name=name, job=job)
        add(store, one)
        claimed = store.claim("worker", LEASE)
        assert claimed is not None
        return store.keep(claimed, "validate", "{}", Progress(status=Status.DELIVERED, kind=kind, verdict=verdict))

    sent("first_1", Verdict.PART)
    sent("rejected_2", Verdict.REJECTED)
    sent("checked_3", Verdict.ACCEPTED, job=Job.CHECK)
    sent("other_4", Verdict.ACCEPTED, kind="lrb-csv")
    sent("second_5", Verdict.ACCEPTED)
    last = sent("last_6", Verdict.ACCEPTED)
    sent("after_7", Verdict.ACCEPTED)
    assert store.earlier_names(last, "ctf") == ("first_1", "second_5")


def test_what_an_organisation_sent_since_a_moment_is_counted_duplicates_too(store: PostgresStore) -> None:
    first = submission()
    for sent in (first, submission(name="AGAIN.CSV"), submission(sha256="b" * 64)):
        add(store, sent)
    assert store.received(COLLEGE.id, MOMENT) == Received(3, 30)
    assert store.received(COLLEGE.id, first.received_at + timedelta(seconds=1)) == Received(2, 20)
    assert store.received("nobody", MOMENT) == Received(0, 0)

"""Whose turn it is: the order in which submissions are taken, on real PostgreSQL."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest

from adapters.stores.database import Pool, open_pool
from adapters.stores.organisations import PostgresOrganisations
from adapters.stores.queue import LARGE, QUEUE, PostgresQueue
from adapters.stores.submissions import PostgresStore
from adapters.stores.workers import PostgresWorkers
from gateway.core.documents import Receipt
from gateway.core.handover import Earlier, Progress
from gateway.core.picking import ANYTHING, Pick, turn_at
from gateway.core.submission import Job, Mode, Organisation, OrganisationKind, Status, Submission

LEASE = timedelta(seconds=60)
OVER = timedelta(seconds=-1)
SMALL_ONLY = Pick(most_bytes=8 << 20)
HUGE = 200 << 20
NOW = datetime.now(UTC)
COLLEGE, SCHOOL, OTHER = (
    Organisation(id=name, name=name, kind=OrganisationKind.SCHOOL) for name in ("college", "school", "other")
)


@dataclass
class Line:
    """A queue that fills and empties."""

    store: PostgresStore
    pool: Pool
    numbers: Iterator[int]

    def add(self, sender: Organisation = COLLEGE, *, size: int = 1000, ago: float = 0, **more: object) -> Submission:
        number = next(self.numbers)
        moment = NOW - timedelta(seconds=1000 + ago) + timedelta(milliseconds=number)
        sent = Submission(
            id=f"s{number:05}", organisation=sender, name=f"{number}.csv", sha256=f"{number:064}", size=size,
            job=Job.FULL, mode=Mode.LIVE, received_at=moment, processing_date=date(2026, 9, 1), blob="x",
            turn_at=turn_at(moment, size, timedelta()),
        )  # fmt: skip
        sent = replace(sent, **more)
        self.store.announce(sent.id)
        self.receipts = [self.store.add(sent, lambda earlier: _receipt(sent, earlier))]
        return sent

    def take(self, pick: Pick = ANYTHING) -> str | None:
        claimed = self.store.claim("one", LEASE, pick)
        return claimed.id if claimed else None

    def jobs(self, queue: str) -> int:
        with self.pool.connection() as connection:
            asked = "select count(*) from procrastinate_jobs where queue_name = %s"
            ((found,),) = connection.execute(asked, [queue]).fetchall()
        return found


def _receipt(sent: Submission, earlier: Earlier) -> Receipt:
    return Receipt(
        id=sent.id, organisation=sent.organisation.id, file=sent.name, bytes=sent.size, sha256=sent.sha256,
        received_at=sent.received_at, status="received", message="", place=earlier.load.place,
        median_s=earlier.load.median_s,
    )  # fmt: skip


@pytest.fixture
def line(database: str) -> Iterator[Line]:
    pool = open_pool(database)
    for organisation in (COLLEGE, SCHOOL, OTHER):
        PostgresOrganisations(pool).add(organisation)
    yield Line(PostgresStore(pool, PostgresQueue(database, pool)), pool, count(1))
    pool.close()


def test_an_organisation_with_many_files_takes_turns_with_one_that_has_few(line: Line) -> None:
    first, second, *_ = [line.add(COLLEGE) for _ in range(5)]
    single, other = line.add(SCHOOL), line.add(OTHER)
    assert [line.take() for _ in range(4)] == [first.id, single.id, other.id, second.id]


def test_small_files_come_before_a_large_one_that_came_a_little_earlier(line: Line) -> None:
    huge = line.add(COLLEGE, size=HUGE, ago=60)
    small, mine = line.add(SCHOOL), line.add(COLLEGE)
    assert [line.take() for _ in range(3)] == [small.id, mine.id, huge.id]


def test_a_large_file_does_not_wait_for_ever(line: Line) -> None:
    line.add(SCHOOL)
    huge = line.add(COLLEGE, size=1 << 40, ago=16 * 60)
    line.add(OTHER)
    assert line.take() == huge.id


def test_a_head_start_puts_a_file_before_those_that_came_earlier(line: Line) -> None:
    line.add(SCHOOL, ago=30)
    moment = NOW - timedelta(seconds=1000)
    urgent = line.add(COLLEGE, turn_at=turn_at(moment, 10, timedelta(seconds=60)))
    assert line.take() == urgent.id


def test_no_more_files_of_one_organisation_run_at_once_than_are_allowed(line: Line) -> None:
    pick = Pick(per_organisation=1)
    first, second, other = line.add(COLLEGE), line.add(COLLEGE), line.add(SCHOOL)
    assert [line.take(pick) for _ in range(3)] == [first.id, other.id, None]
    end(line, first)
    assert line.take(pick) == second.id


def test_no_more_files_of_one_kind_run_at_once_than_are_allowed(line: Line) -> None:
    pick = Pick(per_kind={"ilr-2025-26": 1})
    first, _, other = (line.add(likely_kind=kind) for kind in ("ilr-2025-26", "ilr-2025-26", "ctf"))
    assert [line.take(pick) for _ in range(3)] == [first.id, other.id, None]


def test_a_worker_of_small_files_leaves_a_large_one_and_wakes_another(line: Line) -> None:
    huge = line.add(size=HUGE)
    assert line.take(SMALL_ONLY) is None
    assert line.jobs(LARGE) == 1
    small = line.add()
    assert line.take(SMALL_ONLY) == small.id
    assert line.take() == huge.id


def test_whoever_takes_a_large_file_wakes_others_for_what_waits_beside_it(line: Line) -> None:
    line.add(size=HUGE)
    before = line.jobs(QUEUE)
    line.take()
    assert line.jobs(QUEUE) == before + 1


def test_a_receipt_says_the_place_in_the_queue(line: Line) -> None:
    line.add(size=HUGE)
    line.add()
    line.add()
    assert line.receipts[-1].place == 2
    assert line.receipts[-1].median_s is None


def end(line: Line, sent: Submission) -> None:
    shown = line.store.show(sent.id)
    assert shown is not None
    line.store.keep(shown.submission, "deliver", "{}", Progress(status=Status.DELIVERED))


def test_a_receipt_says_how_long_files_took_lately(line: Line) -> None:
    sent = line.add()
    line.take()
    end(line, sent)
    line.add()
    assert line.receipts[-1].median_s is not None
    assert line.receipts[-1].median_s >= 1000


def test_a_step_that_is_done_forgives_the_crashes_before_it(line: Line) -> None:
    line.add()
    for status in (Status.IDENTIFIED, Status.VALIDATED, Status.MATCHED):
        assert line.store.claim("dying", OVER) is not None
        claimed = line.store.claim("sound", LEASE)
        assert claimed is not None
        line.store.keep(claimed, str(status), "{}", Progress(status=status))
        with line.pool.connection() as connection:
            connection.execute("update submission set lease_until = now() - interval '1 s'")
    assert line.take() is not None


def test_what_a_worker_had_is_free_at_once_when_its_end_is_seen(line: Line) -> None:
    sent = line.add()
    workers = PostgresWorkers(line.pool)
    workers.seen("one")
    assert line.take() == sent.id
    assert line.take() is None
    workers.ended("one", "SIGKILL")
    assert line.take() == sent.id
    assert [it.ended_how for it in workers.all()] == ["SIGKILL"]


def test_a_file_whose_worker_the_kernel_ended_for_its_cpu_is_parked_at_once(line: Line) -> None:
    sent = line.add()
    workers = PostgresWorkers(line.pool)
    workers.seen("one")
    line.take()
    workers.ended("one", "SIGXCPU")
    assert line.take() is None
    shown = line.store.show(sent.id)
    assert shown is not None
    assert shown.submission.status is Status.PARKED
    assert "limits.cpu_s" in str(shown.submission.held_reason)

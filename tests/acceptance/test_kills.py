"""Whatever is killed: an acknowledged file is answered once, and no ULN is issued twice."""

import json
import os
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway import bootstrap
from gateway.core.outcomes import MatchOutcome
from gateway.core.submission import Status
from gateway.sample_scenarios import scenario
from gateway.server import ENDED
from tests.acceptance.support import ISSUING, SEED, Running, awaited, entries_of, running, sample_of
from tests.needs import needs
from tests.torture import processes

REGISTER = 12_000
FILE = 5000
HALF = "LRB_10000001_010120261200.CSV"
QUICK_LEASE = ISSUING + "[workers]\nlease_s = 3\nrecycle_after = 1\n"


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    needs("sftp", "ssh-keygen")
    with running(tmp_path_factory.mktemp("killed") / "home", entries_of(REGISTER), settings=QUICK_LEASE) as it:
        yield it


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def worker_at(house: bootstrap.House, status: Status) -> int:
    """Return the process that holds the only submission, once it has come as far as a status."""

    def look() -> int | None:
        for listed in house.record.submissions.listing(None, 1):
            it = listed.submission
            assert it.status is not Status.DELIVERED, "the file was too small to be caught in the middle"
            if it.lease and it.status is status:
                return int(it.lease.rpartition(".")[2])
        return None

    return awaited(look, f"a worker at {status}", every=0.002)


def test_a_worker_killed_in_mid_file_is_followed_by_another_and_answers_once(gateway: Running) -> None:
    truth = scenario(entries_of(REGISTER), SEED, FILE, bootstrap.now().date())
    sample = sample_of([it.learner for it in truth])
    with bootstrap.opened(gateway.home) as house, ThreadPoolExecutor() as aside:
        putting = aside.submit(gateway.put, sample.name, sample.content)
        for status in (Status.IDENTIFIED, Status.VALIDATED, Status.MATCHED):
            kill(worker_at(house, status))
        answer = gateway.answer(putting.result())
        issued = house.record.register_keeping.stats()["issued"]
        listed = house.record.submissions.listing(None, 1)[0]
    assert listed.submission.status is Status.DELIVERED
    assert [row["outcome"] for row in answer.rows("match.csv")] == [it.outcome for it in truth]
    new = [row["uln"] for row in answer.rows("match.csv") if row["outcome"] == MatchOutcome.NEW_ULN]
    assert len(set(new)) == len(new) == issued
    assert max(Counter(name.partition(".")[2] for name in gateway.names("out")).values()) == 1


def test_a_worker_begins_anew_after_so_many_files_and_nobody_takes_it_for_a_fault(gateway: Running) -> None:
    sample = sample_of([entry.learner for entry in entries_of(3)], minutes=50)
    gateway.answer(gateway.put(sample.name, sample.content))
    with bootstrap.opened(gateway.home) as house:
        workers = house.record.operations.workers
        awaited(lambda: [it for it in workers.all() if it.ended_how == ENDED], "the end of a worker")
        awaited(lambda: sum(it.ended_how is None for it in workers.all()) == 2, "another worker in its place")
        assert {it.ended_how for it in workers.all()} <= {None, ENDED, "SIGKILL"}  # other tests kill some
    told = [json.loads(line) for line in gateway.log.read_text().splitlines() if line.startswith("{")]
    assert {it["reason"] for it in told if it["event"] == "process ended, started again"} <= {"SIGKILL"}


def begin_upload(gateway: Running) -> "subprocess.Popen[str]":
    """Start to upload a large file with OpenSSH's client, and return it once the first bytes have come."""
    big = gateway.home / "big"
    big.write_bytes(b"x" * 400_000_000)
    client = subprocess.Popen(
        gateway.client(), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True
    )
    assert client.stdin is not None
    client.stdin.write(f"put {big} in/{HALF}\n")
    client.stdin.close()
    staged = gateway.home / "staging"
    awaited(lambda: any(path.is_file() and path.stat().st_size > 0 for path in staged.rglob("*")), "the first bytes")
    return client


def test_a_client_killed_in_mid_upload_leaves_nothing_to_process(gateway: Running) -> None:
    before = gateway.names("receipts")
    client = begin_upload(gateway)
    kill(client.pid)
    client.wait()
    assert gateway.names("receipts") == before
    assert HALF in gateway.names("in")
    with bootstrap.opened(gateway.home) as house:
        assert HALF not in {listed.submission.name for listed in house.record.submissions.listing(None, 10)}


def test_the_server_killed_in_mid_upload_takes_nothing_and_the_next_upload_is_whole(gateway: Running) -> None:
    before = gateway.names("receipts")
    client = begin_upload(gateway)
    assert gateway.process is not None
    os.killpg(gateway.process.pid, signal.SIGKILL)
    gateway.process.communicate()
    client.wait()
    gateway.start()
    assert gateway.names("receipts") == before
    truth = scenario(entries_of(REGISTER), SEED + 1, 60, bootstrap.now().date())
    sample = sample_of([it.learner for it in truth], minutes=1)
    answer = gateway.answer(gateway.put(sample.name, sample.content))
    assert [row["outcome"] for row in answer.rows("match.csv")] == [it.outcome for it in truth]


def test_killing_whoever_started_the_database_loses_nothing(gateway: Running) -> None:
    truth = scenario(entries_of(REGISTER), SEED + 2, 60, bootstrap.now().date())
    sample = sample_of([it.learner for it in truth], minutes=2)
    receipt = gateway.put(sample.name, sample.content)
    assert gateway.process is not None
    kill(gateway.process.pid)
    gateway.process.communicate()
    gateway.start()
    answer = gateway.answer(receipt)
    assert [row["outcome"] for row in answer.rows("match.csv")] == [it.outcome for it in truth]


def test_a_database_that_was_killed_is_started_again_before_anybody_gives_up_on_it(gateway: Running) -> None:
    first = processes.postmaster(gateway)
    assert first is not None
    kill(first)
    awaited(lambda: b"database ended, started again" in gateway.log.read_bytes(), "a new database")
    awaited(lambda: gateway.sftp("ls out").returncode == 0, "an answer to a client")
    truth = scenario(entries_of(REGISTER), SEED + 3, 60, bootstrap.now().date())
    sample = sample_of([it.learner for it in truth], minutes=3)
    answer = gateway.answer(gateway.put(sample.name, sample.content))
    assert [row["outcome"] for row in answer.rows("match.csv")] == [it.outcome for it in truth]


def test_a_gateway_told_to_stop_ends_well(gateway: Running) -> None:
    assert gateway.stop() == 0

"""What a file may cost its worker: beyond it the file is parked with a plain reason, and other files go on."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway import bootstrap
from gateway.core.submission import Status, Submission
from gateway.core.uln_changes import Act
from gateway.limits import ENDED_BY_LIMIT
from gateway.pipeline import process
from tests.desk import ADA, LEASE, Desk, desk_of
from tests.needs import HANGING_S


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=False)
    yield made
    made.record.close()


def waiting(desk: Desk) -> Submission:
    submission = desk.send([ADA])
    desk.sql("update submission set lease = null, lease_until = null, attempts = 0")
    return submission


def worked(database: str, desk: Desk, deed: str) -> int:
    """Let a worker process do a deed with the file that waits, and return how it ended."""
    command = [sys.executable, "-m", "tests.contracts.costly_worker", database, str(desk.folder), deed]
    return subprocess.run(command, timeout=HANGING_S, check=False, stderr=subprocess.DEVNULL).returncode


def shown(desk: Desk, submission: Submission) -> Submission:
    found = desk.record.submissions.show(submission.id)
    assert found is not None
    return found.submission


@pytest.mark.parametrize(
    ("deed", "ended", "limit"),
    [
        ("take_memory", 0, "limits.memory_mb"),
        ("take_memory_in_a_crew", 0, "limits.memory_mb"),
        ("take_cpu", ENDED_BY_LIMIT, "limits.cpu_s"),
        ("take_cpu_in_a_crew", ENDED_BY_LIMIT, "limits.cpu_s"),
        ("take_time", ENDED_BY_LIMIT, "limits.wall_s"),
    ],
)
def test_a_file_that_passes_a_limit_is_parked_and_can_be_released(
    database: str, desk: Desk, deed: str, ended: int, limit: str
) -> None:
    submission = waiting(desk)
    assert worked(database, desk, deed) == ended
    found = shown(desk, submission)
    assert found.status is Status.PARKED
    assert limit in str(found.held_reason)
    desk.record.operations.acts.release(found, Act(by="clerk", reason="more room", at=bootstrap.now()))
    claimed = desk.gateway.store.claim("sound", LEASE)
    assert claimed is not None
    assert process(claimed, desk.gateway).status is Status.DELIVERED


def test_a_file_whose_crew_dies_is_tried_three_times(database: str, desk: Desk) -> None:
    submission = waiting(desk)
    assert worked(database, desk, "lose_the_crew") == 0
    assert shown(desk, submission).status is Status.IDENTIFIED
    desk.sql("update submission set attempts = 2, next_try_at = now()")
    worked(database, desk, "lose_the_crew")
    assert shown(desk, submission).status is Status.PARKED


def test_a_worker_that_is_killed_leaves_its_file_to_another_and_the_signal_as_evidence(
    database: str, desk: Desk
) -> None:
    submission = waiting(desk)
    for _ in range(3):
        assert worked(database, desk, "die") == -signal.SIGKILL
        desk.record.operations.workers.seen(str(shown(desk, submission).lease))
        desk.record.operations.workers.ended(str(shown(desk, submission).lease), "SIGKILL")
    assert desk.gateway.store.claim("sound", LEASE) is None
    found = shown(desk, submission)
    assert found.status is Status.PARKED
    assert "3 times in 3 tries after the step identify (SIGKILL)" in str(found.held_reason)

"""Processes that issue side by side are killed and started again: every ULN is one person's, and is answered."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from adapters.stores.database import open_pool
from tests.acceptance.support import awaited
from tests.contracts.issuing_worker import answered

WORKERS = 4
PEOPLE, BATCH, KILLS = (250_000, 500, 100) if os.environ.get("GATEWAY_LONG") else (1500, 20, 4)


class Worker:
    """One of the processes, with what it was answered so far."""

    def __init__(self, url: str, number: int, folder: Path) -> None:
        self.answers = folder / f"s{number}.jsonl"
        self._command = [sys.executable, "-m", "tests.contracts.issuing_worker", url, str(number)]
        self._command += [str(PEOPLE), str(BATCH), str(self.answers)]
        self.start()

    def start(self) -> None:
        self._before = self._size()
        self.process = subprocess.Popen(self._command)

    @property
    def caught(self) -> bool:
        """Tell whether it has issued since it was started, and is not done."""
        return self.process.poll() is None and self._size() > self._before + 1

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def _size(self) -> int:
        return self.answers.stat().st_size if self.answers.exists() else 0


@contextmanager
def workers(url: str, folder: Path) -> Iterator[list[Worker]]:
    running = [Worker(url, number, folder) for number in range(WORKERS)]
    try:
        yield running
    finally:
        for worker in running:
            worker.kill()


def test_processes_killed_while_they_issue_issue_once_and_answer_all(database: str, tmp_path: Path) -> None:
    random = Random(7)  # noqa: S311 - it must repeat, and hides nothing
    with workers(database, tmp_path) as running:
        for _ in range(KILLS):
            victim = awaited(
                lambda: next((it for it in random.sample(running, WORKERS) if it.caught), None), "a victim", every=0.005
            )
            victim.kill()
            victim.start()
        assert [worker.process.wait() for worker in running] == [0] * WORKERS
    told: dict[tuple[str, int], str] = {}
    for worker in running:
        for _, ulns in answered(worker.answers):
            for record, uln in ulns.items():
                assert told.setdefault((worker.answers.stem, record), uln) == uln
    with open_pool(database, size=1) as pool, pool.connection() as connection:
        issued = {
            (submission, record): str(uln)
            for submission, record, uln in connection.execute("select submission, record, uln from issued")
        }
        held = [str(uln) for (uln,) in connection.execute("select uln from learner")]
    assert told == issued
    assert sorted(told.values()) == sorted(held)
    assert len(set(held)) == len(held) > WORKERS * PEOPLE * 0.9

"""A worker process whose file costs more than it may: `python -m tests.contracts.costly_worker URL FOLDER DEED`."""

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NoReturn

from adapters.kinds.lrb.kind import LrbCsv
from gateway import limits
from gateway.core.handover import Finding
from gateway.core.rules.rule import Context
from gateway.limits import UNBOUNDED, Bounds
from gateway.worker import Worker
from tests.desk import LEASE, joined

GIGABYTE = 1 << 30
LONG_S = 120.0


def take_memory() -> None:
    bytearray(GIGABYTE)


def take_memory_in_a_crew() -> None:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as crew:
        crew.submit(take_memory).result()


def take_cpu() -> None:
    until = time.monotonic() + LONG_S
    while time.monotonic() < until:
        pass


def take_cpu_in_a_crew() -> None:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as crew:
        crew.submit(take_cpu).result()


def take_time() -> None:
    time.sleep(LONG_S)


def die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def lose_the_crew() -> None:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as crew:
        crew.submit(die).result()


DEEDS = {it.__name__: it for it in (take_memory, take_memory_in_a_crew, take_cpu, take_cpu_in_a_crew, take_time,
                                    die, lose_the_crew)}  # fmt: skip
BOUNDS = {"take_time": Bounds(wall_s=1), "take_cpu": Bounds(cpu_s=1), "take_cpu_in_a_crew": Bounds(cpu_s=1)}


class Costly(LrbCsv):
    """A kind whose reader does what it is told to."""

    def check(self, path: Path, context: Context) -> Iterator[Finding]:
        DEEDS[sys.argv[3]]()
        return super().check(path, context)


def main() -> None:
    _, url, folder, deed = sys.argv
    desk = joined(url, Path(folder), issuing=False, kind=Costly)
    limits.restrain_memory(512)
    Worker(desk.gateway, LEASE, bounds=BOUNDS.get(deed, UNBOUNDED)).work()
    desk.record.close()


if __name__ == "__main__":
    main()

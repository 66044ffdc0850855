"""Bounds on what one file may cost its worker, so that no file takes the machine from the others.

The kernel bounds memory in every process of a worker, since a limit is inherited. CPU and time are watched here, once a
second, in all processes together; behind the watch the kernel ends a process that lets no other thread run.
"""

import logging
import multiprocessing
import os
import resource
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Final

from gateway.core.errors import GatewayError

log = logging.getLogger("gateway.limits")

ENDED_BY_LIMIT: Final = 75
"""What a worker exits with that ends itself because a file has passed a limit."""
_LOOK_EVERY_S: Final = 1.0
_KERNEL_LATER_S: Final = 60
_MEBIBYTE: Final = 1 << 20
_TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Seconds of CPU and of time that a file may take in one try."""

    cpu_s: float = inf
    wall_s: float = inf


UNBOUNDED: Final = Bounds()


def restrain_memory(mebibytes: int) -> None:
    """Let this process and those that it starts hold so much data and no more; a MemoryError is raised beyond it."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (mebibytes * _MEBIBYTE, hard))


@contextmanager
def watched(bounds: Bounds, over: Callable[[str], None]) -> Iterator[None]:
    """End this process, after `over` was told why, when the block takes more than it may."""
    if bounds == UNBOUNDED:
        yield
        return
    done = threading.Event()
    if bounds.cpu_s < inf:
        _let_kernel_watch(bounds)
    threading.Thread(target=_watch, args=(bounds, over, done), name="limits", daemon=True).start()
    try:
        yield
    finally:
        done.set()


def _let_kernel_watch(bounds: Bounds) -> None:
    """Let the kernel send SIGXCPU some time after the watch should have ended the process."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time() + bounds.cpu_s) + _KERNEL_LATER_S, hard))


def _watch(bounds: Bounds, over: Callable[[str], None], done: threading.Event) -> None:
    begun, before = time.monotonic(), _cpu_s()
    while not done.wait(_LOOK_EVERY_S):
        reason = _reason(bounds, wall_s=time.monotonic() - begun, cpu_s=_cpu_s() - before)
        if reason is not None:
            _end(reason, over)


def _reason(bounds: Bounds, *, wall_s: float, cpu_s: float) -> str | None:
    for taken, most, name in ((cpu_s, bounds.cpu_s, "cpu_s"), (wall_s, bounds.wall_s, "wall_s")):
        if taken > most:
            return (
                f"Its processing took more than the {most:g} seconds of `limits.{name}`. The file's bytes are kept: "
                "raise the limit where the file needs it, then release it."
            )
    return None


def _end(reason: str, over: Callable[[str], None]) -> None:
    """Say why, then end this process with all that it started: a library's call cannot be broken off otherwise."""
    try:
        over(reason)
    except GatewayError as error:
        log.error("limit not told", extra={"error": str(error)})  # noqa: TRY400 - the next worker meets the same limit
    for child in multiprocessing.active_children():
        child.kill()
    os._exit(ENDED_BY_LIMIT)


def _cpu_s() -> float:
    """Return the seconds of CPU of this process and of all that it started, ended or not."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    living = sum(_cpu_of(child.pid) for child in multiprocessing.active_children())
    return time.process_time() + ended.ru_utime + ended.ru_stime + living


def _cpu_of(pid: int | None) -> float:
    with suppress(OSError):  # it may have ended since
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS
    return 0.0

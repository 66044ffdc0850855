"""Long-running: the SFTP server and the workers, each a process of its own under one supervisor."""

import logging
import multiprocessing
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from multiprocessing.queues import SimpleQueue
from pathlib import Path

from gateway import bootstrap, log
from gateway.auditing import link
from gateway.core.errors import ConfigurationError, GatewayError
from gateway.erasing import lapse
from gateway.notices import tend
from gateway.worker import Worker, collect_seldom

_PROCESSES = multiprocessing.get_context("spawn")
_GRACE = timedelta(seconds=25)
_KILL_AFTER_S = 30.0
_RESTART_AFTER_S = 1.0
_LOOK_EVERY_S = 0.2

events = logging.getLogger("gateway.server")

Say = Callable[[str], None]
Run = Callable[[Path, threading.Event, Say], None]


def run_sftp(home: Path, stop: threading.Event, say: Say) -> None:
    """Take files over SFTP until `stop` is set, then let open uploads end."""
    with bootstrap.opened(home) as house:
        transport = bootstrap.transport(house)
        say(transport.open(bootstrap.intake(house)))
        stop.wait()
        transport.close(_GRACE)


def run_worker(home: Path, stop: threading.Event, say: Say) -> None:
    """Process submissions until `stop` is set; one that is being processed comes to its end, if it is left the time."""
    with bootstrap.opened(home) as house:
        collect_seldom()
        worker = Worker(house.gateway, bootstrap.lease(house))
        say(f"worker {worker.name}")
        house.record.queue.run(worker.work, stop, partial(_tend, house))


def _tend(house: bootstrap.House) -> None:
    """Do what a worker does every minute: write notices, link audit events, let lapse what was kept long enough."""
    tend(house.record.change_notices, house.gateway)
    link(house.record.audit)
    lapse(bootstrap.retention(house.settings), house.record, house.gateway.files)


def alone(home: Path, run: Run) -> None:
    """Run one piece in this process until SIGTERM or Ctrl-C."""
    run(home, _stopped_by_signals(), _print)


@dataclass
class _Child:
    """One supervised process: started again whenever it ends unasked."""

    name: str
    run: Run
    process: SpawnProcess | None = None

    def start(self, home: Path, lines: "SimpleQueue[str]") -> None:
        self.process = _PROCESSES.Process(target=_child, args=(self.run, home, lines), name=self.name)
        self.process.start()


@dataclass
class _Supervisor:
    home: Path
    stop: threading.Event
    children: list[_Child]
    lines: "SimpleQueue[str]" = field(default_factory=_PROCESSES.SimpleQueue)

    def run(self) -> None:
        try:
            for child in self.children:
                child.start(self.home, self.lines)
            self._await_start()
            while not self.stop.is_set():
                self._restart_ended()
                self._say()
        finally:
            self._drain()

    def _await_start(self) -> None:
        """Wait until every piece has said where it is; raise ConfigurationError where one ends before it has."""
        waiting = len(self.children)
        while waiting and not self.stop.is_set():
            waiting -= self._say()
            ended = [child.name for child in self.children if child.process and not child.process.is_alive()]
            if waiting and ended:
                raise ConfigurationError(f"{ended[0]} did not start; the log says why.")
            self.stop.wait(_LOOK_EVERY_S if waiting else 0)
        if not waiting:
            _print("ready")

    def _say(self) -> int:
        """Print the lines that pieces have said since, and return their number."""
        said = 0
        while not self.lines.empty():
            _print(self.lines.get())
            said += 1
        return said

    def _restart_ended(self) -> None:
        wait([child.process.sentinel for child in self.children if child.process], timeout=_LOOK_EVERY_S)
        for child in self.children:
            if child.process and not child.process.is_alive() and not self.stop.wait(_RESTART_AFTER_S):
                events.error("process ended, started again", extra={"piece": child.name})
                child.start(self.home, self.lines)

    def _drain(self) -> None:
        running = [child.process for child in self.children if child.process]
        for process in running:
            process.terminate()
        for process in running:
            process.join(_KILL_AFTER_S)
            if process.is_alive():
                process.kill()
                process.join()


def serve(home: Path) -> None:
    """Run SFTP server and workers of a home until SIGTERM or Ctrl-C, then drain them."""
    stop = _stopped_by_signals()
    with bootstrap.opened(home) as house:
        _print(f"home {house.home}")
        _print(f"database {'at its URL' if house.settings.database.url else 'embedded PostgreSQL'}")
        workers = [_Child(f"worker {number}", run_worker) for number in range(1, house.settings.workers.count + 1)]
        _Supervisor(house.home, stop, [_Child("sftp", run_sftp), *workers]).run()
        _print("stopped")


def _child(run: Run, home: Path, lines: "SimpleQueue[str]") -> None:
    """Run one piece in a process of its own, which ends with its supervisor."""
    log.configure()
    stop = _stopped_by_signals()
    threading.Thread(target=_stop_with_parent, args=(stop,), daemon=True).start()
    try:
        run(home, stop, lines.put)
    except GatewayError as error:
        events.error("piece fails", extra={"error": str(error)})
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 - the outermost place of a process: one line, no value, and a new start
        events.error("piece fails", extra={"exception_type": type(error).__name__})
        sys.exit(1)


def _stop_with_parent(stop: threading.Event) -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        stop.set()


def _stopped_by_signals() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _print(line: str) -> None:
    with suppress(BrokenPipeError):
        print(line, flush=True)  # noqa: T201 - start-up lines are for a person

"""Long-running: the SFTP server and the workers, each a process of its own under one supervisor."""

import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from multiprocessing.queues import SimpleQueue
from pathlib import Path

from gateway import bootstrap, doors, limits, log
from gateway.auditing import link
from gateway.config import GatewaySettings, WorkerSettings
from gateway.core.errors import ConfigurationError, GatewayError
from gateway.core.ports.gateway import Transport
from gateway.core.ports.operations import Workers
from gateway.erasing import lapse
from gateway.health import attended
from gateway.notices import tend
from gateway.repeating import repeating
from gateway.worker import Worker, collect_seldom, name_of

_PROCESSES = multiprocessing.get_context("spawn")
_GRACE = timedelta(seconds=25)
_KILL_AFTER_S = 30.0
_RESTART_AFTER_S = 1.0
_LOOK_EVERY_S = 0.2
_BEAT_EVERY_S = 10.0
_ANEW = 74
"""What a process exits with that wants to begin anew."""
ENDED = "ended as it should"

events = logging.getLogger("gateway.server")

Say = Callable[[str], None]
Run = Callable[[Path, threading.Event, Say], bool]
"""Runs a piece until it is told to stop; True where it wants to begin anew in a fresh process."""


def run_sftp(home: Path, stop: threading.Event, say: Say) -> bool:
    """Take files over SFTP until `stop` is set, then let open uploads end."""
    return _take_files(bootstrap.transport, home, stop, say)


def run_folder(home: Path, stop: threading.Event, say: Say) -> bool:
    """Take files from the folders that an outside server serves, until `stop` is set."""
    return _take_files(doors.folder, home, stop, say)


def run_partners(home: Path, stop: threading.Event, say: Say) -> bool:
    """Visit partners' own servers until `stop` is set."""
    return _take_files(doors.partners, home, stop, say)


def _take_files(made: Callable[[bootstrap.House], Transport], home: Path, stop: threading.Event, say: Say) -> bool:
    with bootstrap.opened(home) as house:
        transport = made(house)
        say(transport.open(bootstrap.intake(house)))
        stop.wait()
        transport.close(_GRACE)
    return False


def run_portal(home: Path, stop: threading.Event, say: Say) -> bool:
    """Answer over HTTP until `stop` is set, then let requests under way end."""
    with bootstrap.opened(home) as house:
        portal = doors.portal(house)
        say(portal.open(doors.portal_ports(house)))
        stop.wait()
        portal.close(_GRACE)
    return False


def run_worker(home: Path, stop: threading.Event, say: Say, *, small_only: bool = False) -> bool:
    """Process submissions until `stop` is set; one that is being processed comes to its end, if it is left the time.

    After so many files as the settings say it stops by itself and asks for a fresh process.
    """
    with bootstrap.opened(home) as house:
        collect_seldom()
        settings = house.settings
        worker = Worker(house.gateway, bootstrap.lease(house), bootstrap.pick(settings, small_only=small_only),
                        bootstrap.bounds(settings))  # fmt: skip
        limits.restrain_memory(settings.limits.memory_mb)

        def work() -> None:
            worker.work()
            if worker.files >= settings.workers.recycle_after:
                stop.set()

        say(f"worker {worker.name}")
        with _beating(house, worker.name):
            house.record.queue.run(work, stop, partial(_tend, house), small_only=small_only)
    return worker.files >= settings.workers.recycle_after


def _tend(house: bootstrap.House) -> None:
    """Do what a worker does every minute: write notices, link audit events, let lapse what was kept long enough."""
    tend(house.record.change_notices, house.gateway)
    link(house.record.audit)
    lapse(bootstrap.retention(house.settings), house.record, house.gateway.files)


@contextmanager
def _beating(house: bootstrap.House, name: str) -> Iterator[None]:
    """Say every few seconds that a worker lives, and in the end that it has ended."""
    workers = house.record.operations.workers

    def beat() -> None:
        with suppress(GatewayError):  # a database that is away hears the next one
            workers.seen(name)

    beat()
    try:
        with repeating(beat, _BEAT_EVERY_S, "beat"):
            yield
    finally:
        with suppress(GatewayError):
            workers.ended(name, ENDED)


def alone(home: Path, run: Run) -> None:
    """Run one piece in this process until SIGTERM or Ctrl-C."""
    stop = _stopped_by_signals()
    with attended(home, stop):
        anew = run(home, stop, _print)
    if anew:
        os.execv(sys.executable, sys.orig_argv)  # noqa: S606 - this very command once more


@dataclass
class _Child:
    """One supervised process: started again whenever it ends unasked."""

    name: str
    run: Run
    process: SpawnProcess | None = None

    @property
    def how(self) -> str:
        """Return how its process ended: a signal's name or an exit code."""
        code = self.process.exitcode if self.process else None
        return signal.Signals(-code).name if code and code < 0 else f"exit {code}"

    def start(self, home: Path, lines: "SimpleQueue[str]") -> None:
        self.process = _PROCESSES.Process(target=_child, args=(self.run, home, lines), name=self.name)
        self.process.start()


@dataclass
class _Supervisor:
    home: Path
    workers: Workers
    stop: threading.Event
    children: list[_Child]
    revive: Callable[[], bool]
    lines: "SimpleQueue[str]" = field(default_factory=_PROCESSES.SimpleQueue)

    def run(self) -> None:
        try:
            for child in self.children:
                child.start(self.home, self.lines)
            self._await_start()
            while not self.stop.is_set():
                self._revive_database()
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
            if child.process and not child.process.is_alive():
                self._note_end(child, child.process)
                if child.process.exitcode == _ANEW or not self.stop.wait(_RESTART_AFTER_S):
                    child.start(self.home, self.lines)

    def _note_end(self, child: _Child, process: SpawnProcess) -> None:
        """Say how a process ended, so that what it worked on is taken over at once."""
        if process.exitcode != _ANEW:
            events.error("process ended, started again", extra={"piece": child.name, "reason": child.how})
        with suppress(GatewayError):  # where the database is away, the lease runs out by itself
            self.workers.ended(name_of(process.pid or 0), child.how)

    def _revive_database(self) -> None:
        """Let nobody wait for an embedded database that has died; where it cannot be started, it is tried again."""
        try:
            if self.revive():
                events.error("database ended, started again")
        except GatewayError as error:
            events.error("database does not start", extra={"error": str(error)})
            self.stop.wait(_RESTART_AFTER_S)

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
    with attended(home, stop), bootstrap.opened(home) as house:
        _print(f"home {house.home}")
        _print(f"database {'at its URL' if house.settings.database.url else 'embedded PostgreSQL'}")
        pieces = [*_ways_in(house.settings), *_workers(house.settings.workers)]
        _Supervisor(house.home, house.record.operations.workers, stop, pieces, house.record.revive).run()
        _print("stopped")


def _ways_in(settings: GatewaySettings) -> list[_Child]:
    """Return what takes files: the SFTP server, and whatever else is set."""
    ways = [_Child("sftp", run_sftp)]
    if settings.folder.root is not None:
        ways.append(_Child("folder", run_folder))
    if settings.portal is not None:
        ways.append(_Child("portal", run_portal))
    if settings.partners:
        ways.append(_Child("partners", run_partners))
    return ways


def _workers(settings: WorkerSettings) -> list[_Child]:
    """Return the workers to start: the last of them take small files alone, and one takes any."""
    small = min(settings.small_only, settings.count - 1)
    return [
        _Child(f"worker {number}", partial(run_worker, small_only=number > settings.count - small))
        for number in range(1, settings.count + 1)
    ]


def _child(run: Run, home: Path, lines: "SimpleQueue[str]") -> None:
    """Run one piece in a process of its own, which ends with its supervisor."""
    log.configure()
    stop = _stopped_by_signals()
    threading.Thread(target=_stop_with_parent, args=(stop,), daemon=True).start()
    try:
        if run(home, stop, lines.put):
            sys.exit(_ANEW)
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

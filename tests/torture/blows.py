"""What is done to a gateway under load, and at which moment: a blow waits for the step that it is meant to hit."""

import resource
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final

from tests.acceptance.support import Running
from tests.torture import processes
from tests.torture.line import Line

STEP_OF: Final = {
    "received": "identify",
    "identified": "validate",
    "validated": "match",
    "matched": "respond",
    "responded": "deliver",
}
STEPS: Final = ("receive", *STEP_OF.values())
NO_STEP: Final = "none"
_AIM_S: Final = 8.0
_LOOK_S: Final = 0.0005
_UP_S: Final = 90.0
_STALL_S: Final = 3.5
_FULL_S: Final = 1.5
_OF_FILES: Final = ("FilesError", "BlobMissingError")
"""How the reason begins why a submission whose bytes were spoilt is held."""
_UNDER_WAY: Final = """
select id, status, lease, attempts from submission
where lease is not null and lease_until > now() and status = any(%s) order by random() limit 1"""
_STANDS: Final = "select status, lease from submission where id = %s"
_WAITS: Final = "select id from submission where status = 'received' and attempts = 0 limit 1"
_NOTICED: Final = """
select held_reason from submission
where id = %s and (held_reason is not null or status not in ('received', 'identified'))"""
_BACKENDS: Final = """
select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()
order by state = 'active' desc, random() limit 1"""


@dataclass(frozen=True, slots=True)
class Caught:
    """A submission that a worker is at."""

    id: str
    status: str
    lease: str
    attempts: int

    @property
    def worker(self) -> int:
        """Return the worker's process."""
        return int(self.lease.rpartition(".")[2])


@dataclass
class Blows:
    """Hits a gateway and counts what was hit, and in which step."""

    gateway: Running
    line: Line
    random: Random
    kills: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By victim and step."""
    others: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    _turn: int = 0

    def kill(self) -> None:
        """Kill somebody at the next moment that is wanted, and see to it that all of it comes up again."""
        victims, weights = zip(*self._victims(), strict=True)
        (victim,) = self.random.choices(victims, weights)
        victim()
        self._stand_up()

    def _victims(self) -> Iterator[tuple[Callable[[], None], int]]:
        yield self._worker, 60
        yield self._server, 18
        yield self._backend, 5
        yield self._database_at_once, 4
        yield self._postmaster, 3
        yield self._everything, 5
        yield self._supervisor, 2

    def _worker(self) -> None:
        """Kill the worker that is at a step, or a process of its pool where it has one."""
        caught = self._aim()
        if caught is None:
            return
        pool = processes.pool_of(caught.worker)
        if pool and self.random.random() < 1 / 2:
            self._count("pool", STEP_OF[caught.status], hit=processes.kill(self.random.choice(pool)))
        elif processes.kill(caught.worker):
            self._count("worker", self._where_it_died(caught), hit=True)

    def _where_it_died(self, caught: Caught) -> str:
        """Return the step in which a killed worker was: what it kept just before it died counts."""
        stands = self.line.ask(_STANDS, [caught.id]) or [(caught.status, caught.lease)]
        ((status, lease),) = stands
        return STEP_OF.get(status, NO_STEP) if lease == caught.lease else NO_STEP

    def _server(self) -> None:
        """Kill the SFTP server while bytes of an upload are on their way to it."""
        server, coming = processes.server(self.gateway), self._await(self._staged)
        if server is not None:
            self._count("sftp", "receive" if coming else NO_STEP, hit=processes.kill(server))

    def _backend(self) -> None:
        """Kill one connection's process of PostgreSQL, which then restarts all of them."""
        caught = self._aim()
        for (pid,) in self.line.ask(_BACKENDS) or ():
            self._count("backend", _step(caught), hit=processes.kill(pid))

    def _database_at_once(self) -> None:
        self._on_postmaster("immediate", signal.SIGQUIT)

    def _postmaster(self) -> None:
        self._on_postmaster("postmaster", signal.SIGKILL)

    def _on_postmaster(self, name: str, number: signal.Signals) -> None:
        caught, first = self._aim(), processes.postmaster(self.gateway)
        if first is not None:
            self._count(name, _step(caught), hit=processes.kill(first, number))

    def _everything(self) -> None:
        """Kill every process of the gateway at once, and PostgreSQL with it: what a power cut leaves behind it."""
        caught, first = self._aim(), processes.postmaster(self.gateway)
        victims = [processes.supervisor(self.gateway), *processes.below(processes.supervisor(self.gateway))]
        self._count("all", _step(caught), hit=sum(map(processes.kill, victims)) > 0)
        if first is not None:
            processes.kill(first)
        self._ended()

    def _supervisor(self) -> None:
        """Kill the supervisor alone: its pieces must see that, and end what they are at."""
        self._count("supervisor", NO_STEP, hit=processes.kill(processes.supervisor(self.gateway)))
        self._ended()

    def _ended(self) -> None:
        assert self.gateway.process is not None
        self.gateway.process.wait()

    def stall(self) -> None:
        """Stop a worker for longer than its lease, as a file store that does not answer would; then let it go on."""
        caught = self._aim()
        if caught is None or not processes.kill(caught.worker, signal.SIGSTOP):
            return
        time.sleep(_STALL_S)
        processes.kill(caught.worker, signal.SIGCONT)
        self.others["stalls"] += 1

    def fill_disk(self) -> None:
        """Let no file grow any more, for one piece and for a moment."""
        first = processes.postmaster(self.gateway)
        pieces = [*processes.below(processes.supervisor(self.gateway)), *([first] if first else [])]
        victim = self.random.choice(pieces)
        _let_grow(victim, 0)
        time.sleep(_FULL_S)
        for pid in (victim, *processes.below(victim)):  # what it started meanwhile has its limit
            _let_grow(pid, resource.RLIM_INFINITY)
        self.others["disks full"] += 1
        self._stand_up()

    def spoil(self, *, remove: bool) -> None:
        """Change the bytes of an upload that nobody is at, or take them away; once that is noticed, put them back."""
        workers = processes.workers(self.gateway)
        if not sum(processes.kill(pid, signal.SIGSTOP) for pid in workers):
            return
        found = self._await(lambda: self.line.ask(_WAITS))
        path = self._blob(found[0][0]) if found else None
        with suppress(OSError), _other_bytes(path, remove=remove) if path else nullcontext():
            for pid in workers:
                processes.kill(pid, signal.SIGCONT)
            if path:
                self._noticed(found[0][0], "taken away" if remove else "changed")

    def _noticed(self, submission: str, what: str) -> None:
        """Wait until a spoilt upload is held for it; a fault where it was read all the same."""
        stands = self._await(lambda: self.line.ask(_NOTICED, [submission]))
        self.others[f"blobs {what}"] += bool(stands)
        if stands and not str(stands[0][0]).startswith(_OF_FILES):
            self.faults.append(f"the bytes of {submission} were {what}, and it was not held for that")

    def _blob(self, submission: str) -> Path | None:
        return next((self.gateway.home / "files" / submission[-2:]).glob(f"{submission}.*"), None)

    def _aim(self, *statuses: str) -> Caught | None:
        """Return a submission as soon as a worker is at the step whose turn it is; None where none comes."""
        wanted = list(statuses) or [list(STEP_OF)[self._turn % len(STEP_OF)]]
        self._turn += 1
        return self._await(lambda: self._under_way(wanted)) or self._await(lambda: self._under_way(list(STEP_OF)))

    def _under_way(self, statuses: list[str]) -> Caught | None:
        found = self.line.ask(_UNDER_WAY, [statuses])
        return Caught(*found[0]) if found else None

    def _staged(self) -> bool:
        for path in (self.gateway.home / "staging").glob("*/[ic]*/=*"):
            with suppress(OSError):
                if path.stat().st_size and not path.name.startswith("=LRB_10000001_0101202612"):
                    return True
        return False

    @staticmethod
    def _await(look: Callable[[], Any]) -> Any:  # noqa: ANN401 - what the look finds
        deadline = time.monotonic() + _AIM_S
        while time.monotonic() < deadline:
            if found := look():
                return found
            time.sleep(_LOOK_S)
        return None

    def _count(self, victim: str, step: str, *, hit: bool) -> None:
        self.kills[victim, step] += hit

    def _stand_up(self) -> None:
        """Wait until database and server answer again; the supervisor is started anew where it was killed."""
        gateway = self.gateway
        assert gateway.process is not None
        if gateway.process.poll() is not None:
            self._restart()
        deadline = time.monotonic() + _UP_S
        while time.monotonic() < deadline:
            if self.line.answers() and processes.server(gateway):
                return
            time.sleep(0.05)
        self.faults.append(f"it did not come up within {_UP_S:.0f} s")
        for pid in [processes.supervisor(gateway), *processes.below(processes.supervisor(gateway))]:
            processes.kill(pid)
        self._ended()
        self._restart()

    def _restart(self) -> None:
        """Start again; as long as pieces of the one before hold the port, a start fails and is tried again."""
        deadline = time.monotonic() + _UP_S
        while time.monotonic() < deadline:
            with suppress(AssertionError):
                self.gateway.start()
                return
        self.faults.append(f"it did not start again within {_UP_S:.0f} s")


def _step(caught: Caught | None) -> str:
    return STEP_OF[caught.status] if caught else NO_STEP


def _let_grow(pid: int, size: int) -> None:
    """Limit the files that a process may write; one of another account is limited as that account."""
    with suppress(ProcessLookupError, FileNotFoundError):
        try:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        except PermissionError:
            owner, limit = Path(f"/proc/{pid}").stat().st_uid, "unlimited" if size < 0 else str(size)
            subprocess.run(["prlimit", f"--pid={pid}", f"--fsize={limit}:unlimited"], user=owner, check=False,
                           capture_output=True)  # fmt: skip


@contextmanager
def _other_bytes(path: Path, *, remove: bool) -> Iterator[None]:
    """Let a blob have other bytes, or none, while the block lasts."""
    aside = path.rename(path.with_name(f"aside-{path.name}"))
    try:
        if not remove:
            path.write_bytes(aside.read_bytes().swapcase())
        yield
    finally:
        aside.replace(path)

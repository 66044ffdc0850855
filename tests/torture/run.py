"""One torture run: a gateway under load, blow after blow, and then the checker over all that is left."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

import psycopg

from adapters.stores.files import FolderFiles
from gateway import bootstrap, config, reference_file
from gateway.demo_files import SENDERS
from tests.acceptance.support import ISSUING, Running, entries_of, make_home
from tests.torture import processes, reading
from tests.torture.blows import Blows
from tests.torture.checker import faults
from tests.torture.evidence import Evidence
from tests.torture.line import Line
from tests.torture.senders import Senders, batches
from tests.torture.watcher import Watcher

_REGISTER: Final = 3000
_SETTINGS: Final = ISSUING + "[workers]\nlease_s = 2\ncount = 2\n"
_MOST_OPEN: Final = 8
_KILL_SHARE: Final = 0.75
_SETTLE_S: Final = 240.0
_FETCH_S: Final = 900
_OPEN: Final = "select count(*) from submission where status not in ('delivered', 'expired', 'withdrawn')"
_LATER: Final = """
update submission set next_try_at = now() where status not in ('delivered', 'expired', 'withdrawn') and lease is null"""
_REPLAY: Final = """
update submission set status = 'received', attempts = 0, next_try_at = now() where status = 'parked' returning id"""
_HEARTBEATS: Final = "update procrastinate_workers set last_heartbeat = last_heartbeat - interval '1 minute'"
_JOBS: Final = "select count(*) from procrastinate_jobs where task_name = 'process'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How long a run goes on, until so many kills or so many seconds, and by which chance."""

    seed: int
    kills: int | None = None
    seconds: float | None = None
    fsync: bool = True

    def over(self, kills: int, began: float) -> bool:
        """Tell whether it has come to its end."""
        late = self.seconds is not None and time.monotonic() - began >= self.seconds
        return late or (self.kills is not None and kills >= self.kills)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run has done and found."""

    kills: Counter[tuple[str, str]]
    others: Counter[str]
    uploads: int
    acknowledged: int
    submissions: int
    issued: int
    seen: int
    replayed: int
    unreferenced: int
    seconds: float
    faults: Sequence[str]


def torture(home: Path, plan: Plan) -> Outcome:
    """Run a gateway in a new home, hurt it by the plan, and return what was found; the home stays as it was left."""
    began = time.monotonic()
    random = Random(plan.seed)  # noqa: S311 - a run must repeat
    entries = entries_of(_REGISTER)
    url = _make(home, plan)
    gateway, line = Running(home), Line(url)
    blows = Blows(gateway, line, random)
    source = batches(entries, Random(plan.seed + 1))  # noqa: S311 - the same
    senders = Senders(gateway, source, lambda: _lags(line), plan.seed)
    watchers = [Watcher(gateway, it.id) for it in SENDERS]
    with closing(line), _running(gateway):
        with _at_work(senders, watchers):
            at_work = time.monotonic()
            while not plan.over(blows.kills.total(), at_work):
                _hurt(blows, senders, random)
        replayed = _settle(line)
        for watcher in watchers:
            watcher.end()
        evidence = _evidence(gateway, url, senders, watchers)
    return Outcome(
        kills=blows.kills,
        others=blows.others,
        uploads=len(senders.sent),
        acknowledged=sum(it.acknowledged for it in senders.sent),
        submissions=len(evidence.books.submissions),
        issued=len(evidence.books.issued),
        seen=sum(len(it.seen) for it in watchers),
        replayed=replayed,
        unreferenced=_unreferenced(evidence),
        seconds=time.monotonic() - began,
        faults=[*blows.faults, *faults(evidence), *_audit(home)],
    )


def _make(home: Path, plan: Plan) -> str:
    """Make a home with a register, lists and organisations on a port that is free, and return its database's URL."""
    make_home(home, entries_of(_REGISTER), _SETTINGS, fsync=plan.fsync, organisations=SENDERS)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = home / config.FILE_NAME
    settings.write_text(settings.read_text().replace("port = 0", f"port = {port}", 1))
    with bootstrap.opened(home) as house, reference_file.samples() as paths:
        for path in paths:
            schema = reference_file.description(path.stem)
            house.record.reference.load(schema.name, schema.names, reference_file.read(path, schema), path.name)
        return house.record.queue._url


@contextmanager
def _running(gateway: Running) -> Iterator[None]:
    gateway.start()
    try:
        yield
    finally:
        if gateway.process is not None and gateway.process.poll() is None:
            gateway.stop()


@contextmanager
def _at_work(senders: Senders, watchers: Sequence[Watcher]) -> Iterator[None]:
    senders.start()
    for watcher in watchers:
        watcher.start()
    try:
        yield
    finally:
        senders.end()


def _lags(line: Line) -> bool:
    found = line.ask(_OPEN)
    return found is not None and found[0][0] > _MOST_OPEN


def _hurt(blows: Blows, senders: Senders, random: Random) -> None:
    time.sleep(random.uniform(0, 0.4))
    if random.random() < _KILL_SHARE:
        blows.kill()
        return
    what = random.randrange(5)
    if what == 0:
        blows.stall()
    elif what == 1:
        blows.fill_disk()
    elif what == 2:
        blows.spoil(remove=random.random() < 1 / 2)
    else:
        senders.cut(random)


def _settle(line: Line) -> int:
    """Wait until every submission has come to its end, and return how many had to be replayed.

    Nothing is hurt any more. The clock is put forward where somebody would only wait for it.
    """
    replayed: set[str] = set()
    deadline = time.monotonic() + _SETTLE_S
    while time.monotonic() < deadline and line.ask(_OPEN) != [(0,)]:
        replayed |= {it for (it,) in line.ask(_REPLAY) or ()}
        line.ask(_LATER)
        time.sleep(1)
    line.ask(_HEARTBEATS)
    while time.monotonic() < deadline and line.ask(_JOBS) != [(0,)]:
        time.sleep(0.2)
    return len(replayed)


def _evidence(gateway: Running, url: str, senders: Senders, watchers: Sequence[Watcher]) -> Evidence:
    mailboxes = {it.id: _mailbox(gateway, it.id) for it in SENDERS}
    with psycopg.connect(url) as connection:
        books = reading.books(connection)
    gateway.stop()
    _sweep(gateway.home / "files")
    return Evidence(
        books=books,
        sent=senders.sent,
        mailboxes=mailboxes,
        seen={it.organisation: it.seen for it in watchers},
        told=[fault for it in watchers for fault in it.told],
        blobs=reading.blobs(gateway.home / "files"),
        temporary=reading.temporary(gateway.home),
    )


def _mailbox(gateway: Running, organisation: str) -> dict[str, bytes]:
    """Fetch all that an organisation finds, with OpenSSH's client."""
    into = gateway.home / "fetched" / organisation
    into.mkdir(parents=True)
    commands = "".join(f'get -r "{folder}" "{into}"\n' for folder in ("out", "receipts"))
    subprocess.run(gateway.client(organisation), input=commands.encode(), capture_output=True, timeout=_FETCH_S,
                   check=True)  # fmt: skip
    return {f"{path.parent.name}/{path.name}": path.read_bytes() for path in into.glob("*/*")}


def _sweep(files: Path) -> None:
    """Let the file store tidy up as it does at each start, two minutes later."""
    for draft in files.glob("*/.tmp-*"):
        os.utime(draft, (time.time() - 120,) * 2)
    FolderFiles.from_settings({"root": files})


def _audit(home: Path) -> Iterator[str]:
    """Nobody has changed the audit: its chain holds from the first event to the last."""
    command = [sys.executable, "-m", "gateway", "audit", "verify", "--home", str(home)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_FETCH_S, check=False)
    if done.returncode:
        yield f"audit: {done.stdout or done.stderr}"


def _unreferenced(evidence: Evidence) -> int:
    books = evidence.books
    known = {it.blob for it in books.submissions} | {it.blob for it in books.responses}
    return len(evidence.blobs - known)


def clear(home: Path) -> None:
    """Delete a home with its database; whatever of the gateway still runs in it is ended first."""
    first = processes.postmaster(Running(home))
    if first is not None:
        processes.kill(first)
    with bootstrap.opened(home) as house:
        house.record.remove()
    shutil.rmtree(home)

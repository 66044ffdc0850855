"""What is sent in a torture run: files of every kind, by OpenSSH's client, again and again until they are taken."""

import hashlib
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count, cycle
from pathlib import Path
from random import Random
from typing import Final

from gateway import bootstrap
from gateway.core.days import uk_day
from gateway.core.handover import SamplePlan
from gateway.core.model import Entry, Learner
from gateway.core.ports.kinds import FileKind
from gateway.core.submission import Organisation
from gateway.demo_files import SENDERS
from gateway.samples import people
from tests.acceptance.support import Running, awaited
from tests.torture.evidence import Sent

_SIZE: Final = 40
_LARGE: Final = 1500
_LARGE_EVERY: Final = 9
_NEWCOMERS: Final = 4000
_NEWCOMERS_SEED: Final = 77
_AGAIN: Final = 0.08
_CHECKED: Final = 0.15
_CUT_BYTES: Final = 3_000_000
_CUT_KBIT_S: Final = "16000"
_CLIENT_S: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A batch file, whose it is and where it goes."""

    organisation: str
    folder: str
    name: str
    content: bytes


def batches(entries: Sequence[Entry], random: Random) -> Iterator[Batch]:
    """Yield files without end, every kind in turn, with known learners and, where a kind registers, newcomers.

    The same newcomers stand in the files of several organisations, so that each could be issued two ULNs.
    """
    day = uk_day(bootstrap.now())
    newcomers = [it for it in people(_NEWCOMERS_SEED, _NEWCOMERS, day) if it.ability_to_share]
    kinds = sorted(bootstrap.file_kinds().values(), key=lambda kind: (not kind.registers, kind.name))
    registering = [kind for kind in kinds if kind.registers]
    for number, kind in enumerate(_mixed(kinds, registering)):
        size = _LARGE if number % _LARGE_EVERY == _LARGE_EVERY - 1 else random.randint(1, _SIZE)
        yield _batch(kind, number, _learners(kind, size, entries, newcomers, random), random)


def _mixed(kinds: Sequence[FileKind], registering: Sequence[FileKind]) -> Iterator[FileKind]:
    """Yield every kind in turn, and one that registers after every other."""
    for kind, other in zip(cycle(kinds), cycle(registering), strict=False):
        yield kind
        yield other


def _learners(
    kind: FileKind, size: int, entries: Sequence[Entry], newcomers: Sequence[Learner], random: Random
) -> list[Learner]:
    known = [random.choice(entries) for _ in range(size)]
    if not kind.registers:
        return [replace(entry.learner, uln=entry.uln) for entry in known]
    first = random.randrange(len(newcomers) - size)
    return [entry.learner for entry in known[: size // 2]] + list(newcomers[first : first + size - size // 2])


def _batch(kind: FileKind, number: int, learners: Sequence[Learner], random: Random) -> Batch:
    able = [it for it in SENDERS if it.kind in kind.senders] or list(SENDERS)
    sender: Organisation = random.choice(able)
    moment = bootstrap.now() - timedelta(minutes=number)
    percent = 0 if kind.whole_file else random.choice((0, 0, 10))
    sample = kind.samples(learners, SamplePlan(organisation=sender, moment=moment, bad_percent=percent, seed=number))
    folder = "in/check" if random.random() < _CHECKED else "in"
    return Batch(organisation=sender.id, folder=folder, name=sample.name, content=sample.content)


class Senders:
    """Clients that send from the same source until they are told to stop; each waits while the gateway lags behind."""

    def __init__(self, gateway: Running, source: Iterator[Batch], lags: Callable[[], bool], seed: int) -> None:
        self.sent: list[Sent] = []
        self.stop = threading.Event()
        self._gateway = gateway
        self._source = source
        self._lags = lags
        self._lock = threading.Lock()
        self._numbers = count()
        self._threads = [threading.Thread(target=self._send, args=(Random(seed + place),)) for place in range(3)]  # noqa: S311 - a run must repeat

    def start(self) -> None:
        """Begin to send."""
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Let every client come to the end of its file: whatever it began, it sends until it is taken."""
        self.stop.set()
        for thread in self._threads:
            thread.join()

    def cut(self, random: Random) -> None:
        """Upload a file, cut the connection while it is on its way, and never send it again."""
        content = random.randbytes(_CUT_BYTES)
        batch = Batch(organisation=random.choice(SENDERS).id, folder="in", name=self._cut_name(), content=content)
        staged = self._gateway.home / "staging" / batch.organisation / "in" / f"={batch.name}"
        path = self._kept(content)
        client = subprocess.Popen(
            self._command(batch, "-l", _CUT_KBIT_S), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert client.stdin is not None
        client.stdin.write(_put(path, batch))
        client.stdin.close()
        awaited(lambda: client.poll() is not None or (staged.exists() and staged.stat().st_size), "bytes", every=0.002)
        whole = client.poll() == 0
        client.kill()
        client.wait()
        path.unlink()
        self._note(batch, whole=whole, acknowledged=whole)

    def _cut_name(self) -> str:
        return f"LRB_10000001_0101202612{next(self._numbers):02}.CSV"

    def _send(self, random: Random) -> None:
        while not self.stop.is_set():
            if self._lags():
                self.stop.wait(0.1)
                continue
            with self._lock:
                batch = next(self._source)
            self._until_taken(batch)
            if random.random() < _AGAIN:
                self._until_taken(batch)

    def _until_taken(self, batch: Batch) -> None:
        path = self._kept(batch.content)
        while not self._taken(path, batch):
            self.stop.wait(0.2)
        path.unlink()

    def _taken(self, path: Path, batch: Batch) -> bool:
        """Try to upload a file once; a client that hears nothing more has heard no answer."""
        try:
            done = subprocess.run(
                self._command(batch), input=_put(path, batch), capture_output=True, timeout=_CLIENT_S, check=False
            )
        except subprocess.TimeoutExpired:
            self._note(batch, whole=True, acknowledged=False)
            return False
        self._note(batch, whole=True, acknowledged=done.returncode == 0)
        return done.returncode == 0

    def _command(self, batch: Batch, *options: str) -> list[str]:
        program, *rest = self._gateway.client(batch.organisation)
        return [program, *options, *rest]

    def _kept(self, content: bytes) -> Path:
        path = self._gateway.home / f"outgoing-{next(self._numbers)}"
        path.write_bytes(content)
        return path

    def _note(self, batch: Batch, *, whole: bool, acknowledged: bool) -> None:
        self.sent.append(
            Sent(
                organisation=batch.organisation,
                folder=batch.folder,
                name=batch.name,
                sha256=hashlib.sha256(batch.content).hexdigest(),
                whole=whole,
                acknowledged=acknowledged,
            )
        )


def _put(path: Path, batch: Batch) -> bytes:
    return f'put "{path}" "{batch.folder}/{batch.name}"\n'.encode()

"""A gateway as its users have it: a home, `gateway serve` as processes, OpenSSH's own client."""

import csv
import io
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from gateway import bootstrap, config, register_file, service
from gateway.core.handover import Sample, SamplePlan
from gateway.core.model import Entry, Learner
from gateway.core.submission import Organisation, OrganisationKind
from gateway.receipt_keys import make_receipt_key
from gateway.samples import register_entries

PATIENCE_S = 60.0
SEED = 11
FIRST_ULN = 9_000_000_000
ISSUING = '[register.issuing]\nauthority = "test range"\nfirst = 9100000000\nlast = 9199999999\n'
COLLEGE = Organisation(id="kingsway", name="Kingsway", kind=OrganisationKind.COLLEGE, ukprn="10000001")
SCHOOL = Organisation(id="hilltop", name="Hilltop", kind=OrganisationKind.SCHOOL, ukprn="10000002")

Found = TypeVar("Found")


def awaited(look: Callable[[], Found | None], what: str, *, every: float = 0.05) -> Found:
    """Return what a look finds as soon as it finds anything; fail when patience is over."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(every)
    raise AssertionError(f"{what} did not come within {PATIENCE_S:.0f} s")


@dataclass
class Running:
    """A gateway that runs in a home, and what its users can do with it."""

    home: Path
    port: int = 0
    portal: str = ""
    process: subprocess.Popen[bytes] | None = None
    log: Path = field(init=False)
    said: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.home / "gateway.log"
        self.said = self.home / "gateway.said"

    def start(self) -> None:
        command = [sys.executable, "-m", "gateway", "serve", "--home", str(self.home)]
        with self.log.open("ab") as log, self.said.open("wb") as said:
            process = subprocess.Popen(command, stdout=said, stderr=log, start_new_session=True)
        self.process = process
        lines = awaited(lambda: self._ready_or(ended=process.poll() is not None), "a gateway that is ready")
        assert "ready" in lines, self.log.read_text()
        (address,) = (line.removeprefix("SFTP on ") for line in lines if line.startswith("SFTP on "))
        self.port = int(address.split(",")[0].rpartition(":")[2])
        self.portal = next(
            (line.replace("HTTPS on ", "https://") for line in lines if line.startswith("HTTPS on ")), ""
        )

    def _ready_or(self, *, ended: bool) -> list[str]:
        """Return what the gateway has said once it is ready, or has ended before; nothing as long as it starts."""
        lines = self.said.read_text().splitlines()
        return lines if "ready" in lines else ["ended"] * ended

    def stop(self) -> int:
        assert self.process is not None
        self.process.terminate()
        self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode

    def client(self, organisation: str = COLLEGE.id, key: str | None = None) -> list[str]:
        """Return OpenSSH's client as a command that reads what to do from its standard input."""
        return [
            "sftp", "-q", "-b", "-", "-P", str(self.port), "-i", str(self.home / f"{key or organisation}.key"),
            "-o", "StrictHostKeyChecking=no", "-o", f"UserKnownHostsFile={self.home / 'known_hosts'}",
            "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none", f"{organisation}@127.0.0.1",
        ]  # fmt: skip

    def sftp(
        self, *lines: str, organisation: str = COLLEGE.id, key: str | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """Run OpenSSH's client with a batch of commands."""
        commands = "\n".join(lines) + "\n"
        return subprocess.run(
            self.client(organisation, key),
            input=commands,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )

    def put(self, name: str, content: bytes, folder: str = "in") -> dict[str, object]:
        """Upload a file and return its receipt."""
        path = self.home / "outgoing"
        path.write_bytes(content)
        before = set(self.names("receipts"))
        sent = self.sftp(f'put "{path}" "{folder}/{name}"')
        assert sent.returncode == 0, sent.stderr
        new = awaited(lambda: set(self.names("receipts")) - before, "a receipt")
        (receipt,) = new
        return json.loads(self.get(f"receipts/{receipt}"))

    def names(self, folder: str, organisation: str = COLLEGE.id) -> list[str]:
        listed = self.sftp(f"ls -1 {folder}", organisation=organisation)
        assert listed.returncode == 0, listed.stderr
        lines = (line for line in listed.stdout.splitlines() if not line.startswith("sftp>"))
        return [line.strip().rpartition("/")[2] for line in lines if line.strip()]

    def get(self, path: str) -> bytes:
        into = self.home / "incoming"
        fetched = self.sftp(f'get "{path}" "{into}"')
        assert fetched.returncode == 0, fetched.stderr
        return into.read_bytes()

    def answer(self, receipt: Mapping[str, object]) -> "Answered":
        """Wait for a submission's response set and download it."""
        mark = f".{receipt['first_id'] or receipt['id']}."
        names = awaited(lambda: [name for name in self.names("out") if mark in name], "a response set")
        return Answered({name.partition(mark)[2]: self.get(f"out/{name}") for name in names})


@dataclass
class Answered:
    """A response set: part to bytes."""

    parts: Mapping[str, bytes]

    def rows(self, part: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.parts[part].decode(), newline="")))

    @property
    def report(self) -> dict:
        return json.loads(self.parts["report.json"])

    @property
    def codes(self) -> set[str]:
        return {row["code"] for row in self.rows("errors.csv")}


def make_key(home: Path, name: str) -> str:
    """Make a key pair with OpenSSH's own tool and return the public half."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(home / f"{name}.key")], check=True)
    return (home / f"{name}.key.pub").read_text()


def make_home(
    home: Path,
    entries: Sequence[Entry],
    settings: str,
    *,
    fsync: bool,
    organisations: Sequence[Organisation] = (COLLEGE, SCHOOL),
) -> None:
    """Make a home with organisations and a register; tests that survive no power cut need no fsync."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    options = f'[database.options]\nfsync = "{"on" if fsync else "off"}"\n'
    (home / config.FILE_NAME).write_text(f"[sftp]\nport = 0\n[health]\nport = 0\n{options}{settings}")
    make_receipt_key(home)
    register_file.write(home / "register.csv", entries)
    with bootstrap.opened(home) as house:
        house.record.register_keeping.load(register_file.read(home / "register.csv"))
        for organisation in organisations:
            key = service.read_key(organisation.id, make_key(home, organisation.id))
            house.record.organisations.add(organisation, key)


@contextmanager
def running(
    home: Path,
    entries: Sequence[Entry],
    *,
    settings: str = ISSUING,
    fsync: bool = False,
    before: Callable[[Path], object] = lambda _: None,
) -> Iterator[Running]:
    """Give a gateway that runs in a new home while the block lasts, and remove all of it afterwards."""
    make_home(home, entries, settings, fsync=fsync)
    before(home)
    gateway = Running(home)
    try:
        gateway.start()
        yield gateway
    finally:
        if gateway.process is not None and gateway.process.poll() is None:
            gateway.stop()
        with bootstrap.opened(home) as house:
            house.record.remove()


def entries_of(count: int) -> list[Entry]:
    return list(register_entries(SEED, count, bootstrap.now().date(), FIRST_ULN))


def sample_of(learners: Sequence[Learner], *, bad: float = 0, minutes: int = 0, ukprn: str = "10000001") -> Sample:
    """Return an LRB CSV of these learners."""
    moment = bootstrap.now().replace(minute=minutes)
    owner = Organisation(id="kingsway", name="Kingsway", kind=OrganisationKind.COLLEGE, ukprn=ukprn)
    plan = SamplePlan(organisation=owner, moment=moment, bad_percent=bad, seed=SEED)
    return bootstrap.file_kinds()["lrb-csv"].samples(learners, plan)

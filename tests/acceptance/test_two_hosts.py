"""Two hosts with one database and one bucket: each has a home with settings and keys alone, and either may die."""

import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from adapters.transports.host_keys import ensure_host_keys
from gateway import bootstrap, config, register_file, service
from gateway.master_keys import make_master_key
from tests.acceptance.support import COLLEGE, PATIENCE_S, Running, awaited, entries_of, make_key, sample_of
from tests.needs import needs

ROOT = Path(__file__).parents[2]
LEASE_S = 2
ENTRIES = entries_of(300)
SETTINGS = """\
[sftp]
port = 0
[database]
url = "{url}"
[workers]
lease_s = {lease_s}
processes = 1
[files]
store = "s3"
bucket = "{bucket}"
endpoint = "{endpoint}"
region = "{region}"
credentials_file = "s3.credentials"
master_key_file = "master.key"
"""


class Host:
    """`gateway sftp` and `gateway worker` on a host of its own, by this code or by that of another folder."""

    def __init__(self, home: Path, code: Path = ROOT) -> None:
        self.pieces = [self._piece(home, name, code) for name in ("sftp", "worker")]
        self.port = 0

    def ready(self) -> "Host":
        server, worker = (piece.stdout.readline() if piece.stdout else "" for piece in self.pieces)
        assert worker.startswith("worker ")
        self.port = int(server.split(",")[0].rpartition(":")[2])
        return self

    def kill(self) -> None:
        for piece in self.pieces:
            with suppress(ProcessLookupError):
                os.killpg(piece.pid, signal.SIGKILL)
            piece.communicate(timeout=PATIENCE_S)

    @staticmethod
    def _piece(home: Path, name: str, code: Path) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "gateway", name, "--home", str(home)]
        with (home / f"{name}.log").open("ab") as log:
            return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True,
                                    cwd=code, env=os.environ | {"PYTHONPATH": str(code)})  # fmt: skip


@pytest.fixture
def hosts(database: str, bucket: dict[str, object], tmp_path: Path) -> tuple[Path, Path]:
    """Return the homes of two hosts that were given the same settings and keys; the database has a register."""
    needs("sftp", "ssh-keygen")
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir(mode=0o700)
    make_master_key(first)
    shutil.copy2(str(bucket["credentials_file"]), first / "s3.credentials")
    text = SETTINGS.format(url=database, lease_s=LEASE_S, **bucket)
    (first / config.FILE_NAME).touch(mode=0o600)
    (first / config.FILE_NAME).write_text(text)
    with bootstrap.opened(first) as house:
        ensure_host_keys(first / "host-keys")
        register_file.write(tmp_path / "register.csv", ENTRIES)
        house.record.register_keeping.load(register_file.read(tmp_path / "register.csv"))
        house.record.organisations.add(COLLEGE, service.read_key(COLLEGE.id, make_key(tmp_path, COLLEGE.id)))
    second.mkdir(mode=0o700)
    for name in ("gateway.toml", "host-keys", "master.key", "s3.credentials"):
        source = first / name
        (shutil.copytree if source.is_dir() else shutil.copy2)(source, second / name)
    return first, second


def test_a_host_that_dies_in_the_middle_of_a_file_is_replaced_by_another_within_its_lease(
    hosts: tuple[Path, Path], database: str, tmp_path: Path
) -> None:
    first, second = hosts
    running = Host(first).ready()
    try:
        gateway = Running(tmp_path, running.port)
        sample = sample_of([entry.learner for entry in ENTRIES] * 6)
        receipt = gateway.put(sample.name, sample.content)
        with psycopg.connect(database, autocommit=True) as connection:
            awaited(lambda: _leased(connection), "a worker of the first host", every=0.001)
            running.kill()
            assert connection.execute("select status from submission").fetchone() != ("delivered",)
        shutil.rmtree(first)  # the host is gone with its disk
        running = Host(second).ready()
        gateway.port = running.port
        assert gateway.answer(receipt).report["counts"]["read"] == 6 * len(ENTRIES)
        with psycopg.connect(database) as connection:
            assert connection.execute("select status, attempts from submission").fetchall() == [("delivered", 2)]
    finally:
        running.kill()


def test_a_host_of_the_former_release_works_beside_one_of_this(
    hosts: tuple[Path, Path], database: str, former: Path, tmp_path: Path
) -> None:
    this, other = hosts
    pair = [Host(this), Host(other, former)]
    try:
        learners = [entry.learner for entry in ENTRIES]
        samples = [sample_of(learners[at : at + 40]) for at in range(0, 240, 20)]
        ways = [Running(tmp_path, host.ready().port) for host in pair]
        receipts = [
            ways[number % 2].put(sample.name.replace(".CSV", f"{number}.CSV"), sample.content)
            for number, sample in enumerate(samples)
        ]
        for number, receipt in enumerate(receipts):
            assert ways[(number + 1) % 2].answer(receipt).report["counts"]["read"] == 40
        with psycopg.connect(database) as connection:
            assert connection.execute("select count(*), max(attempts) from submission").fetchone() == (12, 1)
    finally:
        for host in pair:
            host.kill()
    done = [_processed(home) for home in hosts]
    assert sum(done) == len(receipts)
    assert all(done)


def _processed(home: Path) -> int:
    events = [json.loads(line)["event"] for line in (home / "worker.log").read_text().splitlines()]
    return events.count("processed")


@pytest.fixture
def former(tmp_path: Path) -> Path:
    """Return the code as it was before the newest migration: what a host runs that is not upgraded yet."""
    needs("git", "tar")
    newest = max((ROOT / "adapters/stores/migrations/versions").glob("0*.py"))
    before = _git("log", "-1", "--format=%P", "--diff-filter=A", "--", str(newest)).decode().split()
    if not before:
        pytest.skip("the history of this checkout does not reach to the newest migration")
    folder = tmp_path / "former"
    folder.mkdir()
    archive = _git("archive", before[0], "gateway", "adapters", "schemas")
    subprocess.run(["tar", "-x", "-C", str(folder)], input=archive, check=True)
    return folder


def _git(*arguments: str) -> bytes:
    """Return what git says of this checkout, whoever owns it; nothing where it is no checkout."""
    command = ["git", "-C", str(ROOT), "-c", "safe.directory=*", *arguments]
    return subprocess.run(command, capture_output=True, check=False).stdout


def _leased(connection: "psycopg.Connection[tuple[object, ...]]") -> bool:
    (count,) = connection.execute("select count(*) from submission where lease is not null").fetchone() or (0,)
    return bool(count)

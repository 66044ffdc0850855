"""A backup that is taken while files come in, restored into a new home: nothing lost, nothing doubled."""

import csv
import hashlib
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from gateway import bootstrap, config
from gateway.backup import back_up, newest, restore, verify
from gateway.core.errors import ConfigurationError
from gateway.master_keys import make_master_key
from gateway.samples import people
from tests.acceptance.support import COLLEGE, ISSUING, SEED, Running, awaited, entries_of, make_home, sample_of
from tests.needs import needs

ENTRIES = entries_of(200)
NEW = 20
BLOB = f"0c4xk2mz9abcde.{'a' * 64}"


def command(*arguments: object, code: int = 0) -> dict[str, object]:
    """Run a command of the gateway and return what it prints as JSON."""
    line = [sys.executable, "-m", "gateway", *map(str, arguments), "--json"]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout) if done.stdout else {"error": done.stderr}


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Running]:
    """Yield a sealed gateway that runs, and remove its database and those of the homes restored beside it."""
    needs("sftp", "ssh-keygen")
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    make_master_key(home)
    make_home(home, ENTRIES, ISSUING + config.SEALED, fsync=False)
    running = Running(home)
    try:
        running.start()
        yield running
    finally:
        for each in (running, Running(tmp_path / "restored")):
            if each.process is None and not each.home.exists():
                continue
            if running.process is not None and running.process.poll() is None:
                running.stop()
            with bootstrap.opened(each.home) as house:
                house.record.remove()


def send(gateway: Running, number: int) -> dict[str, object]:
    """Send twenty people whom the register does not know."""
    new = [replace(it, uln="", ability_to_share="1") for it in people(SEED + 1 + number, NEW, bootstrap.now().date())]
    sample = sample_of(new, minutes=number)
    return gateway.put(sample.name, sample.content)


def test_what_was_acknowledged_before_a_backup_is_restored_and_goes_on(gateway: Running, tmp_path: Path) -> None:
    backups, home, master = tmp_path / "backups", tmp_path / "restored", tmp_path / "copy of the master key"
    sent = [send(gateway, 0), send(gateway, 1)]
    later: list[dict[str, object]] = []
    sender = Thread(target=lambda: later.extend(send(gateway, number) for number in (2, 3)))
    sender.start()
    made = command("backup", backups, "--home", gateway.home)
    sender.join()
    ulns = issued(gateway, [*sent, *later])
    with bootstrap.opened(gateway.home) as house:
        again = back_up(house, backups)  # while it runs
    assert (again.new, newest(backups)) == (again.blobs - int(str(made["blobs"])), Path(again.folder))
    assert verify(newest(backups)) == again.blobs
    gateway.stop()

    shutil.copy2(gateway.home / "master.key", master)
    restored = command("restore", made["folder"], "--home", home, "--master-key-file", master)
    assert restored["missing"] == 0
    after = Running(home)
    shutil.copy2(gateway.home / f"{COLLEGE.id}.key", home)
    after.start()
    try:
        assert issued(after, sent) < ulns
        new = issued(after, [send(after, 7)])
    finally:
        after.stop()
    assert len(new) == NEW
    assert not new & ulns  # not even with those that were issued after the backup
    key = Path("host-keys/ssh_host_ed25519_key")
    assert (home / key).read_bytes() == (gateway.home / key).read_bytes()


def issued(gateway: Running, receipts: list[dict[str, object]]) -> set[str]:
    """Return the ULNs that files of new people were answered with; none is issued twice."""
    found = [uln for it in receipts for uln in _ulns(gateway, f".{it['id']}.match.csv")]
    assert len(set(found)) == len(found) == NEW * len(receipts)
    return set(found)


def _ulns(gateway: Running, mark: str) -> list[str]:
    name = awaited(lambda: next((it for it in gateway.names("out") if it.endswith(mark)), None), "a response")
    rows = csv.DictReader(io.StringIO(gateway.get(f"out/{name}").decode(), newline=""))
    return [row["uln"] for row in rows if row["outcome"] == "new_uln"]


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """Return a backup of a sealed gateway whose database is at a URL: settings and one blob."""
    folder = tmp_path / "backups" / "20261130T000000.000000Z"
    (folder / "home").mkdir(parents=True)
    (folder / "home" / config.FILE_NAME).write_text(config.SEALED)
    (folder.parent / "blobs" / "de").mkdir(parents=True)
    (folder.parent / "blobs" / "de" / BLOB).write_bytes(b"sealed")
    for name, paths in {"copied": [f"home/{config.FILE_NAME}"], "blobs": [f"../blobs/de/{BLOB}"]}.items():
        lines = [f"{hashlib.sha256((folder / path).read_bytes()).hexdigest()}  {path}\n" for path in paths]
        (folder / f"{name}.sha256").write_text("".join(lines))
    (folder / "backup.json").write_text("{}")
    return folder


@pytest.mark.parametrize("path", [f"../blobs/de/{BLOB}", f"home/{config.FILE_NAME}"])
def test_a_backup_that_has_changed_is_not_restored(made: Path, tmp_path: Path, path: str) -> None:
    assert verify(made) == 1
    (made / path).write_bytes((made / path).read_bytes() + b"#")
    with pytest.raises(ConfigurationError, match="use another backup"):
        restore(made, tmp_path / "restored", None, 0)
    (made / path).unlink()
    with pytest.raises(ConfigurationError, match="use another backup"):
        verify(made)
    assert not (tmp_path / "restored").exists()


def test_a_sealed_backup_needs_the_master_key_and_an_empty_home(made: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="--master-key-file"):
        restore(made, tmp_path / "restored", None, 0)
    with pytest.raises(ConfigurationError, match="is not empty"):
        restore(made, tmp_path / "restored", None, 0)


def test_a_folder_without_a_backup_is_told(tmp_path: Path, made: Path) -> None:
    assert newest(made.parent) == newest(made) == made
    with pytest.raises(ConfigurationError, match="There is no backup"):
        newest(tmp_path)

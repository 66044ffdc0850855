"""`gateway doctor`: each check finds what was broken for it, and is content when it is mended."""

import json
import shutil
import socket
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread

import pytest
from typer.testing import CliRunner, Result

from gateway import bootstrap, cli, doctor, health, reference_file
from gateway.core.errors import FilesError
from gateway.core.operations import DatabaseSeen
from gateway.core.submission import Arrival, Job, Organisation, OrganisationKind
from gateway.findings import Weight
from gateway.pipeline import take_in
from tests.acceptance.certificate import PORTAL, certify

COLLEGE = Organisation(id="kingsway", name="Kingsway", kind=OrganisationKind.COLLEGE, ukprn="10000001")


def call(*arguments: object) -> Result:
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def findings(home: Path) -> dict[str, doctor.Finding]:
    return {it.check: it for it in doctor.examine(home)}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("doctor") / "home"
    assert call("init", "--home", home).exit_code == 0
    configure(home)
    with bootstrap.opened(home):  # so that the database is started once
        yield home
    configure(home)
    with bootstrap.opened(home) as house:
        house.record.remove()


def configure(home: Path, more: str = "", *, port: int | None = None) -> None:
    """Write settings; without a port take one that nobody listens on."""
    if port is None:
        with socket.socket() as it:
            it.bind(("127.0.0.1", 0))
            port = it.getsockname()[1]
    fast = '[database.options]\nfsync = "off"\n'
    sealed = '[files]\nmaster_key_file = "master.key"\n'
    (home / "gateway.toml").write_text(f"[sftp]\nport = {port}\n{fast}{sealed}{more}")


def test_an_installation_that_is_sound_has_no_fault(home: Path) -> None:
    ended = call("doctor", "--home", home, "--json")
    assert ended.exit_code == 0, ended.output
    document = json.loads(ended.stdout)
    assert document["version"] == 1
    found = {it["check"]: it["weight"] for it in document["findings"]}
    assert found == {
        "settings": "ok", "rights": "ok", "disk": "ok", "port": "notice", "database": "ok", "clock": "ok",
        "file store": "ok", "workers": "notice", "queue": "ok", "parked": "ok", "reference lists": "notice",
        "alerts": "notice", "portal": "ok", "folder": "ok", "partners": "ok",
    }  # fmt: skip
    assert "gateway serve" in call("doctor", "--home", home).stdout


def test_a_home_whose_bytes_are_sealed_as_init_makes_it_is_ready(home: Path) -> None:
    it = health.Health(Event())
    with bootstrap.opened(home) as house:
        it.house = house
        with pytest.raises(FilesError, match="sealed"):
            house.gateway.files.create("probe").__enter__()
        assert it.why_not_ready() == ""


def test_wrong_settings_are_named(home: Path) -> None:
    configure(home, "[worker]\ncount = 1\n")
    ended = call("doctor", "--home", home)
    configure(home)
    assert ended.exit_code == 1
    assert "worker" in ended.stdout


def test_a_home_that_others_can_read_is_told_with_the_command(home: Path) -> None:
    home.chmod(0o755)
    found = doctor.examine(home)
    home.chmod(0o700)
    assert f"chmod 700 {home}" in {it.cure for it in found if it.check == "rights"}
    assert findings(home)["rights"].weight is Weight.OK


def test_a_disk_without_room_is_a_fault(home: Path) -> None:
    configure(home, "[alerts]\ndisk_free_percent = 100\n")
    assert findings(home)["disk"].weight is Weight.FAULT
    configure(home)


def test_a_port_that_something_else_has_is_a_fault_and_one_of_ssh_is_none(home: Path) -> None:
    for said, weight in ((b"220 mail\r\n", Weight.FAULT), (b"SSH-2.0-x\r\n", Weight.OK)):
        with socket.create_server(("127.0.0.1", 0)) as server:
            configure(home, port=server.getsockname()[1])
            thread = Thread(target=greet, args=(server, said))
            thread.start()
            assert findings(home)["port"].weight is weight
            thread.join()
    configure(home)


def test_the_http_interface_is_looked_for_and_its_certificate_before_it_ends(home: Path) -> None:
    certify(home, days=-1)
    configure(home, PORTAL.replace("port = 0", "port = 1"))
    assert [it.weight for it in doctor.examine(home) if it.check == "portal"] == [Weight.NOTICE, Weight.FAULT]
    certify(home, days=20)
    with socket.create_server(("127.0.0.1", 0)) as server:
        configure(home, PORTAL.replace("port = 0", f"port = {server.getsockname()[1]}"))
        found = findings(home)["portal"]
        assert found.weight is Weight.NOTICE
        assert "ends on" in found.what
        certify(home, days=200)
        assert findings(home)["portal"].weight is Weight.OK
    (home / "tls.pem").write_text("no certificate")
    assert findings(home)["portal"].weight is Weight.FAULT
    (home / "tls.key").chmod(0o644)
    assert "chmod 600" in findings(home)["portal"].what
    configure(home)


def test_folders_that_an_outside_server_serves_must_be_there_and_its_log_readable(home: Path, tmp_path: Path) -> None:
    root, log = tmp_path / "mail", tmp_path / "sftp.log"
    configure(home, f'[folder]\nroot = "{root}"\nlog = "{log}"\n')
    assert "folder.root" in findings(home)["folder"].cure
    root.mkdir()
    assert "folder.log" in findings(home)["folder"].cure
    log.touch()
    assert findings(home)["folder"].weight is Weight.OK
    with bootstrap.opened(home) as house:
        house.record.organisations.add(Organisation(id="hilltop", name="Hilltop", kind=OrganisationKind.SCHOOL))
    missing = [it for it in doctor.examine(home) if it.check == "folder"]
    assert {it.weight for it in missing} == {Weight.NOTICE}
    assert f"mkdir -p {root}/hilltop/in/check" in " ".join(it.cure for it in missing)
    configure(home)


def test_a_partner_is_knocked_at_and_must_be_an_organisation_with_a_private_key(home: Path) -> None:
    key = home / "partner.key"
    key.write_text("not read by the doctor")
    key.chmod(0o600)
    for said, weights in ((b"220 mail\r\n", [Weight.FAULT] * 2), (b"SSH-2.0-x\r\n", [Weight.FAULT])):
        with socket.create_server(("127.0.0.1", 0)) as server:
            configure(home, PARTNER.format(port=server.getsockname()[1]))
            thread = Thread(target=greet, args=(server, said))
            thread.start()
            assert [it.weight for it in doctor.examine(home) if it.check == "partners"] == weights
            thread.join()
    configure(home, PARTNER.format(port=1))
    assert "cannot be reached" in " ".join(it.what for it in doctor.examine(home) if it.check == "partners")
    key.chmod(0o644)
    assert "chmod 600" in findings(home)["partners"].what
    configure(home)


PARTNER = """[[partners]]
organisation = "nobody"
host = "127.0.0.1"
port = {port}
user = "us"
key_file = "partner.key"
host_key = "ssh-ed25519 AAAA"
pick_up = "out"
"""


def greet(server: socket.socket, said: bytes) -> None:
    connection, _ = server.accept()
    with connection:
        connection.sendall(said)


def test_a_database_that_does_not_open_is_told(home: Path) -> None:
    made = home / "database" / "made"
    (home / "database").chmod(0o755)
    found = findings(home)["database"]
    (home / "database").chmod(0o700)
    assert made.exists()
    assert found.weight is Weight.FAULT
    assert "0700" in found.what


@pytest.mark.parametrize(
    ("seen", "check"), [({"version": 14, "lag": 0}, "database"), ({"version": 18, "lag": 60}, "clock")]
)
def test_an_old_database_or_one_of_another_time_is_told(
    home: Path, monkeypatch: pytest.MonkeyPatch, seen: dict[str, int], check: str
) -> None:
    from adapters.stores.standings import PostgresStandings

    told = DatabaseSeen(version=seen["version"], lag=timedelta(seconds=seen["lag"]))
    monkeypatch.setattr(PostgresStandings, "database", lambda _: told)
    assert [it.check for it in doctor.examine(home) if it.weight is Weight.FAULT] == [check]


def test_a_file_store_that_cannot_be_written_is_told(home: Path) -> None:
    files = home / "files"
    shutil.rmtree(files)
    files.write_text("in the way")
    found = doctor.examine(home)
    files.unlink()
    assert any("file store" in it.what and it.weight is Weight.FAULT for it in found)


def test_what_waits_without_a_worker_and_what_is_parked_are_faults(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.touch()
    with bootstrap.opened(home) as house:
        house.record.organisations.add(COLLEGE)
        arrival = Arrival(
            organisation=COLLEGE, name="x.csv", path=path, size=0, sha256=sha256().hexdigest(), job=Job.FULL
        )
        receipt = take_in(arrival, house.gateway)
    configure(home, "[alerts]\noldest_s = 0.001\n")
    found = findings(home)
    assert {found[check].weight for check in ("workers", "queue")} == {Weight.FAULT}
    with bootstrap.opened(home) as house:
        claimed = house.record.store.claim("one", bootstrap.lease(house))
        assert claimed is not None
        house.record.store.hold(claimed, "FilesError: gone", 0)
    assert receipt.id in findings(home)["parked"].cure
    assert receipt.id in call("submissions", "release", receipt.id, "--reason", "mended", "--home", home).stdout
    assert findings(home)["parked"].weight is Weight.OK
    shown = json.loads(call("submissions", "show", receipt.id, "--home", home, "--json").stdout)
    assert [(it["act"], it["reason"]) for it in shown["acts"]] == [("release", "mended")]
    assert "mended" in call("submissions", "show", receipt.id, "--home", home).stdout
    for command in ("replay", "recall"):
        assert call("submissions", command, receipt.id, "--reason", "so", "--home", home).exception is not None
    assert "reason" in str(call("submissions", "release", receipt.id, "--reason", " ", "--home", home).exception)
    configure(home)


def test_loaded_lists_and_messengers_are_no_longer_missed(home: Path) -> None:
    with bootstrap.opened(home) as house, reference_file.samples() as lists:
        assert lists
        for path in lists:
            schema = reference_file.description(path.stem)
            house.record.reference.load(schema.name, schema.names, reference_file.read(path, schema), path.name)
    configure(home, '[alerts.webhook]\nurl = "http://127.0.0.1:1/"\n')
    found = findings(home)
    configure(home)
    assert found["alerts"].weight is Weight.OK
    assert all(f" {path.stem}," not in f"{found['reference lists'].what}," for path in lists)

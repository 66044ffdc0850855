"""What an organisation sees and may do: its own mailbox, and nothing else (architecture 3.6)."""

import logging
from datetime import timedelta
from io import BytesIO

import paramiko
import pytest

from gateway.core.errors import StoreError
from gateway.core.submission import Folder
from tests.acceptance.sftp.house import DALE, HILL, House

CONTENT = b"ULN\r\n1000000043\r\n"


def put(client: paramiko.SFTPClient, path: str, content: bytes = CONTENT) -> None:
    with client.open(path, "wb") as file:
        file.write(content)


def test_the_root_holds_three_folders_and_in_holds_check(house: House) -> None:
    with house.client() as client:
        for path in ("/", ".", "", "/..", "in/.."):
            assert client.listdir(path) == ["in", "out", "receipts"]
        assert client.listdir("in") == ["check"]
        for path in ("/", "in", "in/check", "out", "receipts", "//out//", "/in/../receipts"):
            assert str(client.lstat(path)).startswith("drwx------")


def test_a_path_never_leads_above_the_root(house: House) -> None:
    meant = {"in": "/in", "": "/", ".": "/", "/in/check/..": "/in", "../../etc/passwd": "/etc/passwd", "//x": "/x"}
    with house.client() as client:
        assert {path: client.normalize(path) for path in meant} == meant


def test_nothing_outside_the_mailbox_can_be_named(house: House) -> None:
    with house.client(DALE) as client:
        put(client, "in/theirs.csv")
    outside = [
        "/etc/passwd", "../../etc/passwd", "/../../etc/passwd", "in/../../../etc/passwd", "//etc/passwd",
        f"/{DALE}/in/theirs.csv", f"../{DALE}/in/theirs.csv", f"/in/../../{DALE}/in/=theirs.csv", "in/=theirs.csv",
        "in/check/x/y", "in/%2e%2e/x", "=a", "/unpublished", "in/unpublished", "x" * 4096, "in/" + "x" * 4096,
    ]  # fmt: skip
    with house.client() as client:
        for path in outside:
            for ask in (client.stat, client.lstat, client.open, client.listdir, client.remove):
                with pytest.raises(FileNotFoundError):
                    ask(path)
            with pytest.raises(OSError, match=r"No such|denied"):
                client.rename(path, "in/x")


def test_nothing_can_be_written_outside_in(house: House) -> None:
    before = sorted(str(it) for it in house.folder.rglob("*"))
    with house.client() as client:
        for path in ("/x", "/etc/passwd", "../../etc/x", f"/{DALE}/in/x", "in/x/y", "out/x", "receipts/x", "/", ""):
            with pytest.raises(OSError, match=r"No such|denied"):
                put(client, path)
    assert sorted(str(it) for it in house.folder.rglob("*") if HILL not in str(it)) == before
    assert house.taken == []


def test_one_organisation_cannot_find_out_what_another_has(house: House) -> None:
    with house.client(DALE) as client:
        put(client, "in/a.csv")
    house.respond("a.match.csv", CONTENT)
    receipt = house.receipts(DALE)[0].name
    with house.client() as client:
        for path in ("in/a.csv", "out/a.match.csv", f"receipts/{receipt}"):
            for ask in (client.stat, client.open, client.remove):
                with pytest.raises(FileNotFoundError):
                    ask(path)
        assert client.listdir("in") == ["check"]
        assert client.listdir("out") == client.listdir("receipts") == []
    assert [it.name for it in house.mailboxes.listing(DALE, Folder.OUT)] == ["a.match.csv"]


def test_what_was_sent_cannot_be_read_back_or_taken_away(house: House) -> None:
    with house.client() as client:
        put(client, "in/a.csv")
        put(client, "in/b.part")
        for path in ("in/a.csv", "in/b.part"):
            with pytest.raises(PermissionError):
                client.open(path)
        with pytest.raises(PermissionError):
            client.remove("in/a.csv")
        assert client.listdir("in") == ["a.csv", "b.part", "check"]


def test_receipts_and_responses_can_be_read_and_not_changed(house: House) -> None:
    with house.client() as client:
        put(client, "in/a.csv")
        house.respond("a.match.csv", CONTENT)
        receipt = f"receipts/{house.receipts()[0].name}"
        for path in ("out/a.match.csv", receipt):
            for mode in ("wb", "r+", "ab"):
                with pytest.raises(PermissionError):
                    client.open(path, mode)
            with pytest.raises(PermissionError):
                client.rename(path, "in/x.csv")
            with pytest.raises(OSError, match="unsupported"):
                client.truncate(path, 0)
            client.chmod(path, 0o777)
            client.utime(path, None)
            assert client.stat(path).st_mode == 0o100600
        with pytest.raises(PermissionError):
            client.remove(receipt)
        with client.open("out/a.match.csv") as file:
            assert file.stat().st_size == len(CONTENT)
            file.seek(5)
            assert file.read() == CONTENT[5:]


def test_an_acknowledged_response_is_gone_for_good(house: House) -> None:
    with house.client() as client:
        put(client, "in/a.csv")
        house.respond("a.match.csv", CONTENT)
        client.remove("out/a.match.csv")
        for ask in (client.remove, client.stat, client.open):
            with pytest.raises(FileNotFoundError):
                ask("out/a.match.csv")


def test_folders_and_links_are_not_for_clients(house: House) -> None:
    with house.client() as client:
        for refused in (
            lambda: client.mkdir("in/x"),
            lambda: client.rmdir("out"),
            lambda: client.remove("in"),
            lambda: client.rename("out", "in/x"),
            lambda: client.symlink("/etc/passwd", "in/x"),
            lambda: client.readlink("in"),
            lambda: put(client, "in/check"),
            lambda: client.open("in/check"),
        ):
            with pytest.raises(OSError, match=r"denied|unsupported"):
                refused()
        assert client.listdir("in") == ["check"]


def test_any_printable_name_of_200_bytes_is_taken(house: House) -> None:
    names = ["März.csv", "名簿.csv", "a b 'c' \"d\".csv", "x\\..\\..\\y.csv", "%2e%2e", "=x.csv", "-rf", "é" * 100]
    with house.client() as client:
        for name in names:
            put(client, f"in/{name}")
            assert client.stat(f"in/{name}").st_size == len(CONTENT)
        assert set(client.listdir("in")) == {*names, "check"}
    assert [it.arrival.name for it in house.taken] == names


def test_a_name_that_cannot_be_printed_or_is_too_long_is_refused(house: House) -> None:
    with house.client() as client:
        put(client, "in/a.part")
        for name in ("a\nb.csv", "a\0b.csv", "\x1b[31m.csv", "a\x7f.csv", "a\u2028b", "é" * 100 + "x"):
            with pytest.raises(PermissionError):
                put(client, f"in/{name}")
            with pytest.raises(FileNotFoundError):
                client.stat(f"in/{name}")
            with pytest.raises(PermissionError):
                client.rename("in/a.part", f"in/{name}")
        assert client.listdir("in") == ["a.part", "check"]
    assert house.taken == []


def test_a_name_that_is_not_utf_8_is_refused(house: House) -> None:
    with house.client() as client:
        with pytest.raises(OSError, match="Failure"):
            client._request(paramiko.sftp.CMD_OPEN, b"in/M\xe4rz.csv", 0x1A, paramiko.SFTPAttributes())
        assert client.listdir("in") == ["check"]


def test_a_store_that_cannot_be_reached_is_a_failure_and_not_an_empty_mailbox(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: object) -> None:
        raise StoreError("The database cannot be reached.")

    with house.client() as client:
        monkeypatch.setattr(house.mailboxes, "listing", unreachable)
        monkeypatch.setattr(house.mailboxes, "find", unreachable)
        for refused in (lambda: client.listdir("out"), lambda: client.stat("in/a.csv")):
            with pytest.raises(OSError, match="Failure"):
                refused()


def test_no_file_name_and_no_value_stands_in_the_log(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with house.client() as client:
        put(client, "in/Zoe Planted.csv")
        put(client, "in/Zoe.Planted")
        put(client, "in/Planted.part", b"Planted content")
        client.rename("in/Planted.part", "in/Planted.xml")
        house.respond("Planted.match.csv", CONTENT)
        client.remove("out/Planted.match.csv")
        house.fault = StoreError("The database cannot be reached.")
        with pytest.raises(OSError, match="No such"):
            client.putfo(BytesIO(b"Planted"), "in/Planted again.csv")
        cut = client.open("in/Planted cut.csv", "wb")
    cut.close()
    house.server.close(timedelta(seconds=0))
    ours = [record for record in caplog.records if record.name.startswith("gateway")]
    assert not [record for record in ours if "Planted" in str(record.__dict__) or "1000000043" in str(record.__dict__)]
    said = {record.getMessage() for record in ours}
    assert said >= {"connection", "login", "upload_open", "upload_closed", "published", "acknowledged", "set_aside",
                    "fault", "cut", "connection_ended"}  # fmt: skip
    published = next(record for record in ours if record.getMessage() == "published")
    assert (published.organisation, published.extension, published.bytes) == (HILL, "csv", len(CONTENT))
    assert published.sha256 == house.taken[0].arrival.sha256
    assert any(f".{published.submission}." in receipt.name for receipt in house.receipts())

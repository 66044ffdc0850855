"""Our own faults, a closing server and hostile things on disk: no byte is lost, no link followed."""

import errno
import logging
import os
import socket
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from threading import Thread

import paramiko
import pytest
from paramiko import sftp

from gateway.core.errors import FilesError
from gateway.core.submission import Folder
from tests.acceptance.sftp.house import HILL, House, wait_for
from tests.acceptance.sftp.wire import CONTENT, close_raw, put, resume, write_raw


def test_a_file_that_we_fail_to_take_is_a_failure_to_its_client_and_no_byte_is_lost(house: House) -> None:
    house.fault = FilesError("The file store is full.")
    with house.client() as client:
        with pytest.raises(OSError, match="Failure"):
            put(client, "in/a.csv")
        with pytest.raises(FileNotFoundError):
            client.putfo(BytesIO(CONTENT), "in/b.csv", confirm=True)
        put(client, "in/c.csv.part")
        with pytest.raises(OSError, match="Failure"):
            client.rename("in/c.csv.part", "in/c.csv")
        assert client.listdir("in") == ["check"]
        assert house.unpublished() == [CONTENT] * 3
        house.fault = None
        put(client, "in/a.csv")
        assert client.listdir("in") == ["a.csv", "check"]
    assert [it.content for it in house.taken] == [CONTENT]


def test_a_failed_newer_version_is_not_confirmed_by_the_older(house: House) -> None:
    with house.client() as client:
        put(client, "in/a.csv")
        house.fault = FilesError("The file store is full.")
        with pytest.raises(FileNotFoundError):
            client.putfo(BytesIO(CONTENT[::-1]), "in/a.csv", confirm=True)
        assert house.unpublished() == [CONTENT[::-1]]
    with house.client() as client:
        assert client.stat("in/a.csv").st_size == len(CONTENT)


def test_a_fault_that_nobody_foresaw_keeps_the_bytes_as_well(house: House) -> None:
    house.fault = ZeroDivisionError("a mistake of ours")
    with house.client() as client:
        with pytest.raises(OSError, match="Failure"):
            put(client, "in/a.csv")
        assert house.unpublished() == [CONTENT]
        assert client.listdir("in") == ["check"]


def test_a_close_whose_answer_is_lost_counts_once(house: House) -> None:
    with house.client() as client:
        handle = resume(client, "in/a.csv")
        write_raw(client, handle, 0, CONTENT)
        client._async_request(type(None), sftp.CMD_CLOSE, handle)
        client.get_channel().get_transport().sock.shutdown(socket.SHUT_WR)
        wait_for("it is taken", lambda: len(house.taken) == 1)
    with house.client() as client:
        assert client.stat("in/a.csv").st_size == len(CONTENT)
    assert [it.content for it in house.taken] == [CONTENT]


def test_a_full_disk_fails_the_upload_and_leaves_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with house.client() as client:
        handle = resume(client, "in/a.csv")
        write_raw(client, handle, 0, CONTENT[:1000])
        with monkeypatch.context() as patched:
            patched.setattr(os, "pwrite", full)
            with pytest.raises(OSError, match="Failure"):
                write_raw(client, handle, 1000, b"x")
        with pytest.raises(OSError, match="an earlier write of this file failed"):
            write_raw(client, handle, 1000, b"x")
        with pytest.raises(OSError, match="a part of the file is missing"):
            close_raw(client, handle)
        assert client.listdir("in") == ["check"]
        assert house.unpublished() == []
        put(client, "in/a.csv")
    assert [it.content for it in house.taken] == [CONTENT]


def test_an_upload_that_cannot_be_made_durable_is_a_failure_and_set_aside(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    fsync = os.fsync

    def broken(descriptor: int) -> None:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", broken)
    with house.client() as client:
        with pytest.raises(OSError, match="Failure"):
            put(client, "in/a.csv")
        assert client.listdir("in") == ["check"]
    assert house.taken == []
    assert house.unpublished() == [CONTENT]


def test_an_open_upload_survives_a_closing_server_and_nothing_new_is_opened(house: House) -> None:
    with house.client() as client, house.client() as other:
        handle = resume(client, "in/a.csv")
        write_raw(client, handle, 0, CONTENT[:50_000])
        closing = Thread(target=house.server.close, args=(timedelta(seconds=60),))
        closing.start()
        wait_for("nothing new can be opened", lambda: not can_open(other))
        write_raw(client, handle, 50_000, CONTENT[50_000:])
        close_raw(client, handle)
        closing.join(60)
        assert not closing.is_alive()
        wait_for("the sessions are cut", lambda: not client.get_channel().get_transport().is_active())
    assert [it.content for it in house.taken] == [CONTENT]


def can_open(client: paramiko.SFTPClient) -> bool:
    try:
        handle = resume(client, "in/new.csv.part")
    except OSError:
        return False
    close_raw(client, handle)
    return True


@pytest.mark.parametrize("planted", ["link", "pipe", "folder"])
def test_what_is_planted_in_staging_is_neither_followed_nor_seen(house: House, planted: str) -> None:
    secret = house.folder / "secret"
    secret.write_text("secret")
    with house.client() as client:
        assert client.listdir("in") == ["check"]
        path = house.staging / HILL / "in" / "=a.csv"
        {"link": lambda: path.symlink_to(secret), "pipe": lambda: os.mkfifo(path), "folder": path.mkdir}[planted]()
        assert client.listdir("in") == ["check"]
        with pytest.raises(FileNotFoundError):
            client.stat("in/a.csv")
        with pytest.raises(OSError, match=r"Failure|denied"):
            put(client, "in/a.csv")
        with pytest.raises(OSError, match=r"Failure|denied|No such"):
            client.remove("in/a.csv")
    assert secret.read_text() == "secret"
    assert house.mailboxes.listing(HILL, Folder.IN) == []


def test_a_linked_folder_in_staging_is_not_followed(house: House) -> None:
    elsewhere = house.folder / "elsewhere"
    elsewhere.mkdir()
    (house.staging / HILL).mkdir()
    (house.staging / HILL / "in").symlink_to(elsewhere)
    with house.client() as client, pytest.raises(OSError, match=r"Failure|No such"):
        put(client, "in/a.csv")
    assert not list(elsewhere.iterdir())


def test_an_upload_that_its_client_left_is_told_of_once_with_its_size_and_stays(
    opened: Callable[..., House], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    house = opened(unfinished_s=0.4)
    house.moment = datetime.now(UTC) + timedelta(seconds=5)
    (house.staging / "odd").symlink_to(house.folder)
    with house.client() as client:
        write_raw(client, resume(client, "in/a.csv"), 0, CONTENT)
        put(client, "in/check/b.csv.part", b"x")

    def told() -> list[logging.LogRecord]:
        return [it for it in caplog.records if it.getMessage() == "unfinished"]

    wait_for("both are told", lambda: len(told()) == 2)
    with house.client() as client:
        assert client.stat("in/a.csv").st_size == len(CONTENT)
        put(client, "in/c.csv.part", b"yy")
    wait_for("a third is told", lambda: len(told()) == 3)
    assert sorted((it.folder, it.extension, it.bytes) for it in told()) == [
        ("in", "csv", len(CONTENT)), ("in", "part", 2), ("in/check", "part", 1),
    ]  # fmt: skip
    assert house.taken == []

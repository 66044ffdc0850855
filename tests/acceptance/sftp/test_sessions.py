"""Sessions within bounds: channels, handles, packets, time; and many of them at once."""

import os
import socket
import struct
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path

import paramiko
import pytest
from paramiko import sftp

from adapters.transports.sftp_session import window
from tests.acceptance.sftp.house import HILL, PATIENCE_S, House, sha256, wait_for

CONTENT = os.urandom(100_000)


def test_nothing_but_sftp_is_served_and_the_session_survives(house: House) -> None:
    with house.transport() as transport:
        transport.auth_publickey(HILL, house.keys[HILL].key)
        for refused in (
            lambda it: it.exec_command("id"),
            lambda it: it.exec_command("scp -t in"),
            lambda it: it.invoke_shell(),
            lambda it: it.get_pty(),
            lambda it: it.invoke_subsystem("shell"),
            lambda it: it.request_x11(),
        ):
            channel = transport.open_session(timeout=PATIENCE_S)
            with pytest.raises(paramiko.SSHException):
                refused(channel)
            channel.close()
        for kind, target in (("direct-tcpip", ("127.0.0.1", 22)), ("x11", None), ("forwarded-tcpip", ("a", 1))):
            with pytest.raises(paramiko.ChannelException):
                transport.open_channel(kind, target, ("127.0.0.1", 1), timeout=PATIENCE_S)
        with pytest.raises(paramiko.SSHException):
            transport.request_port_forward("127.0.0.1", 0)
        with paramiko.SFTPClient.from_transport(transport) as client:
            assert client.listdir("in") == ["check"]


def test_a_connection_has_a_few_channels_and_a_closed_one_gives_its_place(opened: Callable[..., House]) -> None:
    house = opened(max_channels=2)
    with house.transport() as transport:
        transport.auth_publickey(HILL, house.keys[HILL].key)
        for _ in range(5):
            clients = [paramiko.SFTPClient.from_transport(transport) for _ in range(2)]
            with pytest.raises(paramiko.ChannelException):
                transport.open_session(timeout=PATIENCE_S)
            for client in clients:
                assert client.listdir("in") == ["check"]
                client.close()
            wait_for("the channels are gone", lambda: is_open(transport))


def is_open(transport: paramiko.Transport) -> bool:
    """Tell whether both channels are to be had."""
    try:
        with transport.open_session(timeout=PATIENCE_S), transport.open_session(timeout=PATIENCE_S):
            return True
    except paramiko.ChannelException:
        return False


def test_sftp_is_started_once_on_a_channel(house: House) -> None:
    with house.transport() as transport:
        transport.auth_publickey(HILL, house.keys[HILL].key)
        with transport.open_session(timeout=PATIENCE_S) as channel:
            channel.invoke_subsystem("sftp")
            with pytest.raises(paramiko.SSHException):
                channel.invoke_subsystem("sftp")


def test_a_channel_has_so_many_handles_and_no_more(opened: Callable[..., House]) -> None:
    house = opened(max_handles=4)
    with house.client() as client:
        handles = [client.open(f"in/{number}.part", "wb") for number in range(4)]
        for refused in (lambda: client.open("in/more.part", "wb"), lambda: client.listdir("in")):
            with pytest.raises(OSError, match="too many open files"):
                refused()
        handles.pop().close()
        assert len(client.listdir("in")) == 5
        for handle in handles:
            handle.close()


def test_the_limits_are_told_and_other_extensions_are_not_there(house: House) -> None:
    with house.client() as client:
        kind, message = client._request(sftp.CMD_EXTENDED, "limits@openssh.com")
        assert kind == sftp.CMD_EXTENDED_REPLY
        assert [message.get_int64() for _ in range(4)] == [262144, 261120, 261120, 64]
        for request in ("check-file", "hardlink@openssh.com", "md5-hash"):
            with pytest.raises(OSError, match="unsupported"):
                client._request(sftp.CMD_EXTENDED, request)


def test_fsync_is_answered_for_an_upload_alone(house: House) -> None:
    with house.client() as client, client.open("in/a.part", "wb") as file:
        file.write(b"x")
        client._request(sftp.CMD_EXTENDED, "fsync@openssh.com", file.handle)
        with pytest.raises(OSError, match="Bad message"):
            client._request(sftp.CMD_EXTENDED, "fsync@openssh.com", b"none")


def test_an_unknown_handle_is_a_bad_message(house: House) -> None:
    with house.client() as client:
        for request in (sftp.CMD_CLOSE, sftp.CMD_FSTAT, sftp.CMD_READDIR):
            with pytest.raises(OSError, match="Invalid handle"):
                client._request(request, b"none")
        assert client.listdir("in") == ["check"]


def test_a_packet_of_an_impossible_size_ends_the_channel(house: House) -> None:
    for size in (0, 256 * 1024 + 1, 16 * 1024 * 1024, 2**31, 2**32 - 1):
        with house.client() as client:
            channel = client.get_channel()
            channel.sendall(struct.pack(">I", size) + b"\x06" + b"x" * 1000)
            wait_for("the channel is closed", lambda channel=channel: channel.closed)


def test_a_session_must_begin_with_init(house: House) -> None:
    with house.transport() as transport:
        transport.auth_publickey(HILL, house.keys[HILL].key)
        with transport.open_session(timeout=PATIENCE_S) as channel:
            channel.invoke_subsystem("sftp")
            channel.sendall(struct.pack(">IBI", 5, sftp.CMD_STAT, 1))
            wait_for("the channel is closed", lambda: channel.closed)


def test_a_read_of_any_size_is_answered_with_a_packet(house: House) -> None:
    with house.client() as client:
        client.putfo(BytesIO(b"x"), "in/a.csv")
        house.respond("a.csv", os.urandom(1_000_000))
        with client.open("out/a.csv") as file:
            _, message = client._request(sftp.CMD_READ, file.handle, sftp.int64(0), 2**32 - 1)
            assert len(message.get_string()) == 261120
            with pytest.raises(EOFError):
                client._request(sftp.CMD_READ, file.handle, sftp.int64(1_000_000), 100)
            with pytest.raises(PermissionError):
                client._request(sftp.CMD_WRITE, file.handle, sftp.int64(0), b"x")


@pytest.mark.parametrize("setting", ["idle_s", "session_s"])
def test_a_session_that_has_had_its_time_is_cut(opened: Callable[..., House], setting: str) -> None:
    house = opened(**{setting: 0.5})
    with house.client() as client:
        handle = client.open("in/a.csv", "wb")
        handle.write(b"x")
        transport = client.get_channel().get_transport()
        wait_for("the connection has ended", lambda: not transport.is_active())
    assert house.taken == []


def test_fifty_uploads_at_once_all_arrive_whole(house: House) -> None:
    def upload(number: int) -> str:
        content = number.to_bytes(4, "big") + CONTENT
        with house.client() as client, client.open(f"in/{number}.csv", "wb") as file:
            file.set_pipelined(pipelined=True)
            file.write(content)
        return sha256(content)

    with ThreadPoolExecutor(50) as pool:
        sent = sorted(pool.map(upload, range(50)))
    assert sorted(it.arrival.sha256 for it in house.taken) == sent
    assert sorted(sha256(it.content) for it in house.taken) == sent


def test_the_more_sessions_there_are_the_less_a_client_may_send_ahead(house: House) -> None:
    with ExitStack() as stack:
        ahead = []
        for _ in range(8):
            transport = stack.enter_context(house.transport())
            transport.auth_publickey(HILL, house.keys[HILL].key)
            client = stack.enter_context(paramiko.SFTPClient.from_transport(transport))
            ahead.append(client.get_channel().out_window_size)
            client.putfo(BytesIO(CONTENT), f"in/{len(ahead)}.csv")
    assert ahead[0] > 2 * 1024 * 1024
    assert ahead == sorted(ahead, reverse=True)
    assert ahead[-1] <= 1024 * 1024
    assert window(10_000) == 32 * 1024  # room for one of the usual packets, however many there are


def test_short_sessions_leave_no_thread_and_no_descriptor(house: House) -> None:
    def session(number: int) -> None:
        with house.client() as client, client.open(f"in/{number}.csv", "wb") as file:
            file.write(b"x")

    def in_use() -> tuple[int, int]:
        return threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))

    session(0)
    wait_for("the first session is over", lambda: not house.server._sessions)
    before = in_use()
    for number in range(1, 31):
        session(number)
    wait_for("threads are given back", lambda: in_use()[0] <= before[0])
    wait_for("descriptors are given back", lambda: in_use()[1] <= before[1])
    assert len(house.taken) == 31


def test_a_connection_cut_without_a_word_ends_its_session_and_its_upload(house: House) -> None:
    with house.client() as client:
        file = client.open("in/a.csv", "wb")
        file.write(CONTENT)
        connection = client.get_channel().get_transport().sock
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()  # a reset, as when a machine is switched off
        wait_for("the session is over", lambda: not house.server._sessions)
    file.close()
    assert house.taken == []
    with house.client() as client:
        assert client.listdir("in") == ["a.csv", "check"]

"""What a hostile or a clumsy client may cost: time, threads, memory, descriptors; the large forms by GATEWAY_LONG."""

import os
import resource
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from io import BytesIO
from itertools import count
from pathlib import Path

import paramiko
import pytest
from paramiko import sftp

from adapters.transports.staging import Place, Staging
from gateway.core.submission import Folder
from tests.acceptance.sftp.house import HILL, PATIENCE_S, House, sha256, wait_for
from tests.acceptance.sftp.wire import CONTENT, open_raw, put, resume, write_raw

LONG = "GATEWAY_LONG" in os.environ
MANY = {"max_unauthenticated_per_address": 5000, "max_sessions": 5000, "max_unauthenticated": 5000}


def memory() -> int:
    """Return how many bytes of memory this process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def in_use() -> tuple[int, int]:
    """Return how many threads and descriptors this process has."""
    return threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))


@contextmanager
def given_back(house: House) -> Iterator[None]:
    """Wait after the block until threads and descriptors are back at what they were after a first session."""
    with house.client() as client:
        client.listdir("in")
    wait_for("the first session is over", lambda: not house.server._sessions)
    threads, descriptors = in_use()
    yield
    wait_for("the sessions are over", lambda: not house.server._sessions)
    wait_for("threads are given back", lambda: in_use()[0] <= threads)
    wait_for("descriptors are given back", lambda: in_use()[1] <= descriptors)


def test_6_three_hundred_connections_that_do_not_log_in_keep_no_partner_out(opened: Callable[..., House]) -> None:
    house = opened(max_unauthenticated=400, max_unauthenticated_per_address=200)
    with ExitStack() as held, given_back(house):
        for number in range(300):
            source = (f"127.0.1.{number % 3 + 1}", 0)
            held.enter_context(socket.create_connection(house.server.address, PATIENCE_S, source))
        with house.client() as client:
            assert client.listdir("in") == ["check"]
        held.close()


def test_11_a_folder_that_becomes_a_link_between_two_steps_leads_nowhere(tmp_path: Path) -> None:
    staging, outside = Staging(tmp_path / "staging"), tmp_path / "outside"
    place = Place(HILL, Folder.IN, "a.csv")
    staging.open(place, os.O_WRONLY | os.O_CREAT, 1000).release()
    folder = staging.root / HILL / "in"
    outside.mkdir()
    stop = threading.Event()

    def swap() -> None:
        for number in count():
            if stop.is_set():
                return
            aside = folder.with_name(f"aside-{number}")
            with suppress(OSError):  # it was made anew meanwhile
                folder.rename(aside)
                folder.symlink_to(outside)
                time.sleep(0)
                folder.unlink()
                aside.rename(folder)

    swapping = threading.Thread(target=swap)
    swapping.start()
    try:
        for number in range(1000):
            with suppress(OSError):
                staging.open(Place(HILL, Folder.IN, f"{number}.csv"), os.O_WRONLY | os.O_CREAT, 1000).release()
    finally:
        stop.set()
        swapping.join(PATIENCE_S)
    assert list(outside.iterdir()) == []


def test_31_a_packet_that_announces_gigabytes_takes_no_memory(house: House) -> None:
    with house.client() as client:
        put(client, "in/warm.csv")
    before = memory()
    for size in (16 * 1024 * 1024, 2**31, 2**32 - 1):
        with house.client() as client:
            channel = client.get_channel()
            channel.sendall(struct.pack(">I", size) + b"\x06" + b"x" * 100_000)
            wait_for("the channel is closed", lambda channel=channel: channel.closed)
    assert memory() - before < 32_000_000


def test_32_files_opened_without_end_come_to_a_limit_and_are_given_back(house: House) -> None:
    with given_back(house), house.client() as client:
        refused = 0
        for number in range(10_000 if LONG else 500):
            try:
                open_raw(client, f"in/{number}.part", sftp.SFTP_FLAG_WRITE | sftp.SFTP_FLAG_CREATE)
            except OSError:
                refused += 1
        assert refused == (10_000 if LONG else 500) - 64


def test_33_many_uploads_at_once_arrive_whole_and_a_burst_of_connections_leaves_nothing(
    opened: Callable[..., House],
) -> None:
    sessions, size, burst = (200, 1_000_000, 1000) if LONG else (40, 50_000, 100)
    house = opened(**MANY)
    content = os.urandom(size)

    def upload(number: int) -> str:
        mine = number.to_bytes(4, "big") + content
        with house.client() as client, client.open(f"in/{number}.csv", "wb") as file:
            file.set_pipelined(pipelined=True)
            file.write(mine)
        return sha256(mine)

    with given_back(house), ThreadPoolExecutor(sessions) as pool:
        sent = sorted(pool.map(upload, range(sessions)))
    assert sorted(sha256(it.content) for it in house.taken) == sent
    with given_back(house):
        for _ in range(burst):
            socket.create_connection(house.server.address, PATIENCE_S).close()


def test_34_an_upload_that_comes_too_slowly_is_cut_and_a_slow_enough_one_is_not(opened: Callable[..., House]) -> None:
    house = opened(rate_window_s=1.0, rate_bytes=2000)
    with house.client() as slow, house.client() as steady:
        handles = resume(slow, "in/slow.csv"), resume(steady, "in/steady.csv")
        transport, sent = slow.get_channel().get_transport(), 0
        while transport.is_active():
            write_raw(steady, handles[1], sent, b"x" * 1000)
            sent += 1000
            if transport.is_active():
                transport.send_ignore(1)
            time.sleep(0.1)
        steady._request(sftp.CMD_CLOSE, handles[1])
    assert [it.arrival.name for it in house.taken] == ["steady.csv"]


def test_35_thousands_of_short_sessions_leave_threads_descriptors_and_memory_flat(house: House) -> None:
    def session(number: int) -> None:
        with house.client() as client:
            client.putfo(BytesIO(b"x"), f"in/{number}.csv")

    for number in range(3):
        session(number)
    wait_for("the first sessions are over", lambda: not house.server._sessions)
    before = memory()
    with given_back(house):
        for number in range(2000 if LONG else 20):
            session(number)
    assert memory() - before < 32_000_000


def test_14_the_receipt_of_a_large_upload_holds_the_clients_own_sha256(house: House) -> None:
    content = os.urandom(200_000_000 if LONG else 4_000_000)
    (house.folder / "large.csv").write_bytes(content)
    ran = house.sftp("put large.csv in/")
    assert ran.code == 0, ran.errors
    (receipt,) = house.receipts()
    assert f'"{sha256(content)}"' in (receipt.body or b"").decode()


def test_16_bytes_that_are_whole_but_not_closed_are_not_taken_until_they_are_gone_on_with_and_closed(
    house: House,
) -> None:
    with house.client() as client:
        write_raw(client, resume(client, "in/a.csv"), 0, CONTENT)
        connection = client.get_channel().get_transport().sock
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
        wait_for("the session is over", lambda: not house.server._sessions)
    assert house.taken == []
    with house.client() as client:
        client._request(sftp.CMD_CLOSE, resume(client, "in/a.csv"))
    assert [it.content for it in house.taken] == [CONTENT]


def test_13_modes_and_owners_are_ignored_sizes_refused_and_times_kept(house: House) -> None:
    with house.client() as client:
        put(client, "in/a.csv")
        client.chmod("in/a.csv", 0o777)
        client.chown("in/a.csv", 0, 0)
        client.utime("in/a.csv", (7, 1_700_000_000))
        with pytest.raises(OSError, match="unsupported"):
            client.truncate("in/a.csv", 1)
        for path in ("in", "receipts", f"receipts/{house.receipts()[0].name}"):
            client.utime(path, (7, 7))
            assert client.stat(path).st_mtime != 7
        found = client.stat("in/a.csv")
        assert (found.st_mode, found.st_mtime, found.st_size) == (0o100600, 1_700_000_000, len(CONTENT))
        with client.open("in/b.csv", "wb") as file:
            file.write(b"x")
            file.utime((7, 1_600_000_000))
        assert client.stat("in/b.csv").st_mtime == 1_600_000_000


def test_47_who_lists_and_fetches_without_pause_never_sees_a_short_response(house: House) -> None:
    content = os.urandom(300_000)
    with house.client() as client, house.client() as watcher:
        client.putfo(BytesIO(b"x"), "in/a.csv")
        stop, seen = threading.Event(), []

        def watch() -> None:
            while not stop.is_set():
                seen.extend(watcher.open(f"out/{name}").read() for name in watcher.listdir("out"))

        watching = threading.Thread(target=watch)
        watching.start()
        house.respond("a.match.csv", content)
        wait_for("it was fetched three times", lambda: len(seen) >= 3)
        stop.set()
        watching.join(PATIENCE_S)
        assert set(seen) == {content}
        client.remove("out/a.match.csv")
        assert client.listdir("out") == []


def test_the_rate_is_counted_while_an_upload_is_open_alone(opened: Callable[..., House]) -> None:
    house = opened(rate_window_s=0.2, rate_bytes=2000)
    with house.client() as client, house.client() as slow:
        resume(slow, "in/slow.csv")
        transport: paramiko.Transport = slow.get_channel().get_transport()
        wait_for("the slow one is cut", lambda: not transport.is_active())
        assert client.listdir("in") == ["check", "slow.csv"]

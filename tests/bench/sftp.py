"""P6 (`make bench-sftp`): OpenSSH's server and the embedded one in turn, with OpenSSH's client and many sessions.

A large upload, durable: OpenSSH's client asks OpenSSH's server for an fsync (`put -f`); the embedded one syncs at every
CLOSE by itself. Many small files in one session. Many sessions at once, each with an open upload of 1 MB. Both servers
keep what they are sent in a folder of the same disk; the embedded one hands it to a file store there as well, with its
ports in memory, so that no database is measured. CPU and memory are those of the server's processes (PSS, so that what
forked processes share is counted once).
"""

import argparse
import os
import pwd
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import paramiko

from tests.acceptance.sftp.house import DALE, HILL, ClientKey, House, bare, make_key

MUST_RATIO, MUST_SESSIONS, MUST_MB = 0.8, 200, 100
MEBIBYTE = 1024 * 1024
TICK = os.sysconf("SC_CLK_TCK")
PIECE = 32 * 1024
ME = pwd.getpwuid(os.getuid()).pw_name
ROUNDS = 3


@dataclass(frozen=True)
class Server:
    """A server that is measured: its main process, where it listens, and whom it lets in."""

    name: str
    pid: int
    port: int
    user: str
    folder: str
    durable: str
    """What OpenSSH's client is told so that an upload is durable when it ends."""


def tree(pid: int) -> list[int]:
    """Return a process and all that it has begun."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        return [pid, *(it for child in children.read_text().split() for it in tree(int(child)))]
    except FileNotFoundError:
        return []


def cpu_s(pid: int) -> float:
    """Return the CPU seconds of a process, of those that it has begun, and of those of them that have ended."""
    total = 0
    for it in tree(pid):
        try:
            fields = Path(f"/proc/{it}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            continue
        total += sum(int(field) for field in fields[11:15])
    return total / TICK


def memory_mb(pid: int) -> float:
    """Return the memory of a process and all that it has begun."""
    total = 0
    for it in tree(pid):
        try:
            total += int(re.findall(r"^Pss: +(\d+)", Path(f"/proc/{it}/smaps_rollup").read_text(), re.MULTILINE)[0])
        except (OSError, IndexError):
            continue
    return total / 1024


def embedded(folder: Path) -> None:
    """Be the embedded server until standard input ends; its file store is a folder and its other ports in memory."""
    key = ClientKey(paramiko.PKey.from_path(str(folder / "client")), folder / "client")
    house = House(folder=folder / "house", keys={HILL: key, DALE: make_key(folder, "other")},
                  settings={"max_sessions": 1000, "max_unauthenticated": 1000, "max_unauthenticated_per_address": 1000},
                  keeps_content=False)  # fmt: skip
    house.server.open(house.intake())
    sys.stdout.write(f"{house.server.address[1]}\n")
    sys.stdout.flush()
    sys.stdin.read()


@contextmanager
def embedded_server(folder: Path) -> Iterator[Server]:
    """Give the embedded server in a process of its own."""
    (folder / "house").mkdir()
    command = [sys.executable, "-m", "tests.bench.sftp", "--embedded", str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Server("embedded", process.pid, int(process.stdout.readline()), HILL, "in", "put")
        finally:
            process.kill()


@contextmanager
def open_ssh_server(folder: Path) -> Iterator[Server]:
    """Give OpenSSH's server, with room for many connections."""
    (folder / "mail").mkdir()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (folder / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder / 'host'}\nPidFile none\nStrictModes no\nUsePAM no\n"
        f"AuthorizedKeysFile {folder / 'client.pub'}\nSubsystem sftp internal-sftp -d {folder / 'mail'}\n"
        "MaxStartups 1000:30:1000\n"
    )
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    command = ["/usr/sbin/sshd", "-D", "-e", "-f", str(folder / "sshd_config")]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            time.sleep(1)
            yield Server("OpenSSH", process.pid, port, ME, str(folder / "mail"), "put -f")
        finally:
            process.terminate()


def batch(server: Server, folder: Path, lines: str) -> float:
    """Run OpenSSH's client with these lines and return its seconds."""
    words = ["sftp", "-F", "/dev/null", "-q", "-P", str(server.port), "-i", str(folder / "client"), "-b", "-"]
    for option in ("UserKnownHostsFile=/dev/null", "StrictHostKeyChecking=no", "IdentitiesOnly=yes", "LogLevel=ERROR"):
        words += ["-o", option]
    begun = time.monotonic()
    subprocess.run(
        [*words, f"{server.user}@127.0.0.1"],
        input=lines.encode(),
        check=True,
        env=bare(folder),
        stdout=subprocess.DEVNULL,
    )
    return time.monotonic() - begun


class Peak:
    """Watches a server's memory while its block lasts."""

    def __init__(self, pid: int) -> None:
        self._pid, self.mb = pid, 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def _watch(self) -> None:
        while not self._done.wait(0.2):
            self.mb = max(self.mb, memory_mb(self._pid))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()


@dataclass(frozen=True)
class Figure:
    """What a server took for one thing."""

    wall_s: float
    cpu_s: float
    memory_mb: float


def measured(server: Server, work: Callable[[], float]) -> Figure:
    """Do something with a server and return what it took."""
    before = cpu_s(server.pid)
    with Peak(server.pid) as peak:
        wall = work()
        time.sleep(0.3)  # what has ended is counted with who began it
    return Figure(wall, cpu_s(server.pid) - before, peak.mb)


def large(server: Server, folder: Path, number: int) -> Figure:
    """Upload the large file, durable."""
    return measured(
        server, lambda: batch(server, folder, f"{server.durable} {folder / 'large'} {server.folder}/l{number}.csv\n")
    )


def small(server: Server, folder: Path, files: int, number: int) -> Figure:
    """Upload small files in one session, each durable."""
    lines = "".join(f"{server.durable} {folder / 'small'} {server.folder}/s{number}-{it}.csv\n" for it in range(files))
    return measured(server, lambda: batch(server, folder, lines))


def one_session(server: Server, folder: Path, number: int, together: threading.Barrier) -> None:
    """Log in, open an upload, write half of it, wait until all have come so far, and end it."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=120)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    transport = paramiko.Transport(connection)
    transport.banner_timeout = transport.auth_timeout = transport.handshake_timeout = 120
    transport.connect(username=server.user, pkey=paramiko.PKey.from_path(str(folder / "client")))
    half = os.urandom(MEBIBYTE // 2)
    with (
        paramiko.SFTPClient.from_transport(transport) as channel,
        channel.open(f"{server.folder}/m{number}.csv", "wb") as file,
    ):
        file.set_pipelined(pipelined=True)
        for part in (half, half):
            for at in range(0, len(part), PIECE):
                file.write(part[at : at + PIECE])
            together.wait(300)
    transport.close()


def sessions(server: Server, folder: Path, count: int) -> Figure:
    """Hold sessions at once; several processes are their clients, so that the client is not what is measured."""

    def work() -> float:
        begun = time.monotonic()
        command = [sys.executable, "-m", "tests.bench.sftp", "--client", str(folder), "--sessions", str(count)]
        subprocess.run(
            [*command, "--port", str(server.port), "--user", server.user, "--folder", server.folder], check=True
        )
        return time.monotonic() - begun

    return measured(server, work)


def client(asked: argparse.Namespace) -> None:
    """Be the client of many sessions."""
    server = Server("", 0, asked.port, asked.user, asked.folder, "")
    together = threading.Barrier(asked.sessions[0])
    with ThreadPoolExecutor(asked.sessions[0]) as pool:
        for done in [pool.submit(one_session, server, asked.client, it, together) for it in range(asked.sessions[0])]:
            done.result()


def middle(figures: list[Figure]) -> Figure:
    """Return the median of each."""
    return Figure(
        *(statistics.median(it) for it in zip(*((f.wall_s, f.cpu_s, f.memory_mb) for f in figures), strict=True))
    )


def rows_of(what: str, ours: Figure, theirs: Figure, verdict: str) -> list[tuple[str, ...]]:
    """Return a line of the table for each server."""
    return [
        (what, name, f"{it.wall_s:.2f}", f"{it.cpu_s:.2f}", f"{it.memory_mb:.0f}", told)
        for name, it, told in (("OpenSSH", theirs, ""), ("embedded", ours, verdict))
    ]


def bench(asked: argparse.Namespace) -> None:
    """Measure both servers in turn and print the table."""
    with tempfile.TemporaryDirectory() as made, ExitStack() as running:
        folder = Path(made)
        for name in ("client", "host"):
            make_key(folder, name)
        (folder / "large").write_bytes(os.urandom(asked.megabytes * 1_000_000))
        (folder / "small").write_bytes(os.urandom(10_000))
        theirs = running.enter_context(open_ssh_server(folder))
        ours = running.enter_context(embedded_server(folder))
        rows: list[tuple[str, ...]] = []
        uploads: tuple[tuple[str, Callable[[Server, int], Figure]], ...] = (
            (f"{asked.megabytes} MB", lambda it, number: large(it, folder, number)),
            (f"{asked.files} files", lambda it, number: small(it, folder, asked.files, number)),
        )
        for what, one in uploads if asked.rounds else ():
            pairs = [(one(theirs, number), one(ours, number)) for number in range(asked.rounds)]
            their, our = (middle(list(it)) for it in zip(*pairs, strict=True))
            ratio = their.wall_s / our.wall_s
            rows += rows_of(what, our, their, f"{ratio:.2f}x" + (f" (must {MUST_RATIO}x)" if "MB" in what else ""))
        for count in asked.sessions:
            their, our = sessions(theirs, folder, count), sessions(ours, folder, count)
            must = f" (must {MUST_MB} MB)" if count == MUST_SESSIONS else ""
            rows += rows_of(f"{count} sessions", our, their, f"{our.memory_mb:.0f} MB{must}")
    from gateway import show  # not in the embedded server's process, whose memory is measured

    show.table(("what", "server", "wall s", "CPU s", "memory MB", "stands at"), rows)


def main() -> None:
    """Read what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--sessions", type=int, nargs="*", default=[50, 200, 500])
    for name, kind in (("embedded", Path), ("client", Path), ("port", int), ("user", str), ("folder", str)):
        parser.add_argument(f"--{name}", type=kind, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.embedded:
        embedded(asked.embedded)
    elif asked.client:
        client(asked)
    else:
        bench(asked)


if __name__ == "__main__":
    main()

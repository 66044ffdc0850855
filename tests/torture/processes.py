"""Which processes of a machine are which part of a gateway, as `/proc` and the database tell."""

import os
import signal
from contextlib import suppress
from pathlib import Path

from adapters.stores.embedded_account import quarters
from tests.acceptance.support import Running


def kill(pid: int, number: signal.Signals = signal.SIGKILL) -> bool:
    """Send a signal, SIGKILL where nothing else is asked; tell whether there was a process to send it to."""
    with suppress(ProcessLookupError):
        os.kill(pid, number)
        return True
    return False


def supervisor(gateway: Running) -> int:
    """Return the process that `gateway serve` is."""
    assert gateway.process is not None
    return gateway.process.pid


def workers(gateway: Running) -> list[int]:
    """Return the workers that live, as they have said who they are."""
    lines = gateway.said.read_text().splitlines()
    said = {int(line.rpartition(".")[2]) for line in lines if line.startswith("worker ")}
    return [pid for pid in children(supervisor(gateway)) if pid in said]


def pool_of(worker: int) -> list[int]:
    """Return the processes that share one worker's file with it."""
    return children(worker)


def server(gateway: Running) -> int | None:
    """Return the process that listens for SFTP clients, or None while there is none."""
    socket = _listening(gateway.port)
    found = (pid for pid in children(supervisor(gateway)) if socket and socket in _sockets(pid))
    return next(found, None)


def postmaster(gateway: Running) -> int | None:
    """Return the first process of the embedded PostgreSQL, or None while there is none."""
    note = quarters((gateway.home / "database").resolve()).data / "postmaster.pid"
    with suppress(OSError, ValueError, IndexError):
        pid = int(note.read_text().splitlines()[0])
        return pid if Path(f"/proc/{pid}").exists() else None
    return None


def children(pid: int) -> list[int]:
    """Return the processes that a process has started and that live."""
    found = []
    for threads in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += map(int, threads.read_text().split())
    return found


def below(pid: int) -> list[int]:
    """Return all processes below a process."""
    return [it for child in children(pid) for it in (child, *below(child))]


def _listening(port: int) -> str | None:
    """Return the name of the socket that listens on a port, as descriptors show it."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[1].endswith(f":{port:04X}") and fields[3] == "0A":
            return f"socket:[{fields[9]}]"
    return None


def _sockets(pid: int) -> set[str]:
    found = set()
    with suppress(OSError):
        for entry in os.scandir(f"/proc/{pid}/fd"):
            with suppress(OSError):
                found.add(str(Path(entry.path).readlink()))
    return found

"""An organisation's SFTP client, as the demo uses it: it puts a file, and waits for what comes back."""

from collections.abc import Callable, Sized
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import TypeVar

import paramiko

from gateway.core.documents import Receipt
from gateway.core.errors import ConfigurationError

PATIENCE_S = 120.0
POLL_S = 0.1
Found = TypeVar("Found", bound=Sized)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a gateway takes files, and the fingerprint that its server must have."""

    host: str
    port: int
    host_key: str


class Client:
    """One organisation's session, opened with its key from the demo's home."""

    def __init__(self, home: Path, address: Address, organisation: str) -> None:
        self._transport = paramiko.Transport((address.host, address.port))
        self._transport.connect(
            username=organisation, pkey=paramiko.Ed25519Key.from_private_key_file(str(home / f"{organisation}.key"))
        )
        if self._transport.get_remote_server_key().fingerprint != address.host_key:
            raise ConfigurationError("The server's host key is not the one that it announced.")
        self.sftp = paramiko.SFTPClient.from_transport(self._transport) or _no_channel()

    def close(self) -> None:
        """End the session."""
        self._transport.close()

    def put(self, path: str, content: bytes) -> Receipt:
        """Upload a file and return its receipt."""
        before = set(self.sftp.listdir("receipts"))
        with self.sftp.open(path, "wb") as file:
            file.set_pipelined(pipelined=True)
            file.write(content)
        new = _awaited(lambda: set(self.sftp.listdir("receipts")) - before)
        return Receipt.model_validate_json(self._read(f"receipts/{new.pop()}"))

    def collect(self, submission: str, answers: Path) -> dict[str, Path]:
        """Wait for a submission's response set and download it: part to path."""
        marked = f".{submission}."
        names = _awaited(lambda: [name for name in self.sftp.listdir("out") if marked in name])
        found = {}
        for name in names:
            path = answers / name
            path.write_bytes(self._read(f"out/{name}"))
            found[name.partition(marked)[2]] = path
        return found

    def _read(self, path: str) -> bytes:
        with self.sftp.open(path, "rb") as file:
            file.prefetch()
            return bytes(file.read())


def _no_channel() -> paramiko.SFTPClient:
    raise ConfigurationError("The server opened no SFTP channel.")


def _awaited(look: Callable[[], Found]) -> Found:
    """Return what a look finds, as soon as it finds anything; raise ConfigurationError when patience is over."""
    deadline = monotonic() + PATIENCE_S
    while not (found := look()):
        if monotonic() > deadline:
            raise ConfigurationError(f"No answer came within {PATIENCE_S:.0f} s; look into the gateway's log.")
        sleep(POLL_S)
    return found

# ruff: noqa: ARG002 - paramiko's methods
"""A partner's SFTP server on a folder, and hostile ones: each is the real one but for what its name says."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import paramiko
from paramiko import sftp

from tests.acceptance.sftp.house import PATIENCE_S, ClientKey


class Door(paramiko.ServerInterface):
    """Lets everybody in who has a key, and gives them SFTP."""

    def __init__(self, transport: paramiko.Transport) -> None:
        self.transport = transport

    def get_allowed_auths(self, username: str) -> str:
        return "publickey"

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        return int(paramiko.AUTH_SUCCESSFUL)

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return int(paramiko.OPEN_SUCCEEDED)


class Server(paramiko.SFTPServerInterface):
    """A server that does what it should."""

    folder: Path
    """The folder that it serves."""
    released: threading.Event
    """Ends whatever stalls."""

    def __init__(self, server: Door) -> None:
        super().__init__(server)
        self.door = server

    def path(self, name: str) -> Path:
        return self.folder / name.lstrip("/")

    def attributes(self, path: Path) -> paramiko.SFTPAttributes:
        return paramiko.SFTPAttributes.from_stat(path.stat(), path.name)

    def list_folder(self, path: str) -> list[paramiko.SFTPAttributes]:
        return [self.attributes(it) for it in self.path(path).iterdir()]

    def stat(self, path: str) -> "paramiko.SFTPAttributes | int":
        try:
            return self.attributes(self.path(path))
        except OSError as error:
            return int(paramiko.SFTPServer.convert_errno(error.errno))

    lstat = stat

    def open(self, path: str, flags: int, attr: paramiko.SFTPAttributes) -> "paramiko.SFTPHandle | int":
        try:
            file = os.fdopen(os.open(self.path(path), flags, 0o600), "w+b" if flags & os.O_WRONLY else "rb")
        except OSError as error:
            return int(paramiko.SFTPServer.convert_errno(error.errno))
        handle = self.handle(flags)
        handle.readfile = handle.writefile = file
        return handle

    def handle(self, flags: int) -> paramiko.SFTPHandle:
        return paramiko.SFTPHandle(flags)

    def remove(self, path: str) -> int:
        self.path(path).unlink()
        return int(sftp.SFTP_OK)

    def posix_rename(self, oldpath: str, newpath: str) -> int:
        self.path(oldpath).rename(self.path(newpath))
        return int(sftp.SFTP_OK)

    def rename(self, oldpath: str, newpath: str) -> int:
        return self.posix_rename(oldpath, newpath)


class CutsOnce(Server):
    """Hangs up in the middle of the first file that is read and of the first that is written."""

    cut: set[str]

    def handle(self, flags: int) -> paramiko.SFTPHandle:
        what = "write" if flags & os.O_WRONLY else "read"
        if what in self.cut:
            return super().handle(flags)
        self.cut.add(what)
        transport = self.door.transport

        class Cutting(paramiko.SFTPHandle):
            def read(self, offset: int, length: int) -> "bytes | int":
                if offset >= 100_000:
                    transport.close()
                return super().read(offset, length)

            def write(self, offset: int, data: bytes) -> int:
                if offset >= 100_000:
                    transport.close()
                return super().write(offset, data)

        return Cutting(flags)


class Stalls(Server):
    """Answers nothing once a file is to be read."""

    def handle(self, flags: int) -> paramiko.SFTPHandle:
        released = self.released

        class Stalling(paramiko.SFTPHandle):
            def read(self, offset: int, length: int) -> "bytes | int":
                released.wait(PATIENCE_S)
                return super().read(offset, length)

        return Stalling(flags)


class LiesAboutSizes(Server):
    """Says of a file that it is smaller, or larger, than it is."""

    def attributes(self, path: Path) -> paramiko.SFTPAttributes:
        found = super().attributes(path)
        found.st_size += {"small.csv": -10, "large.csv": 10}.get(path.name, 0)
        return found


class RefusesPosixRename(Server):
    """Knows only the rename of the protocol itself."""

    def posix_rename(self, oldpath: str, newpath: str) -> int:
        return int(sftp.SFTP_OP_UNSUPPORTED)

    def rename(self, oldpath: str, newpath: str) -> int:
        return Server.posix_rename(self, oldpath, newpath)


class RefusesRenames(Server):
    """Renames nothing at all."""

    def posix_rename(self, oldpath: str, newpath: str) -> int:
        return int(sftp.SFTP_PERMISSION_DENIED)


class HasTheNameAlready(Server):
    """Has a file of its own under every name that is asked for."""

    def stat(self, path: str) -> "paramiko.SFTPAttributes | int":
        if path.endswith(".csv") and not self.path(path).exists():
            self.path(path).write_bytes(b"theirs")
        return super().stat(path)


class RefusesRemoval(Server):
    """Lets nobody remove a file."""

    def remove(self, path: str) -> int:
        return int(sftp.SFTP_PERMISSION_DENIED)


@contextmanager
def served(kind: type[Server], folder: Path, key: ClientKey) -> Iterator[int]:
    """Give the port of a server of a kind on a folder."""
    for name in ("from us", "to us"):
        (folder / name).mkdir(parents=True)
    released = threading.Event()
    own = type(kind.__name__, (kind,), {"folder": folder, "released": released, "cut": set()})
    listener = socket.create_server(("127.0.0.1", 0))
    transports: list[paramiko.Transport] = []

    def admit() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            transport = paramiko.Transport(connection)
            transports.append(transport)
            transport.add_server_key(key.key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, own)
            transport.start_server(threading.Event(), Door(transport))

    thread = threading.Thread(target=admit)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        released.set()
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
        listener.close()
        for transport in transports:
            transport.close()
            transport.join(PATIENCE_S)

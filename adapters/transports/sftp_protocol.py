"""The SFTP protocol between paramiko and a mailbox: requests in, statuses out, within bounds.

paramiko closes open handles by the same method whether the client closed them or went away. Here the client's CLOSE
is answered apart, by `UploadHandle.finish`; `close` is only ever the end of a session, and publishes nothing.
"""

import os
import time
from collections import deque
from contextlib import ExitStack
from typing import Any, Final

import paramiko
from paramiko import sftp
from paramiko.buffered_pipe import BufferedPipe

from adapters.transports.sftp_handles import MOST_DATA, MOST_PACKET, ReadHandle, UploadHandle, answered, attributes
from adapters.transports.sftp_reception import Reception
from adapters.transports.sftp_tree import MOST_NAME_BYTES, MailboxTree, normal

CHUNK: Final = 64 * 1024
BLOCK: Final = 4096
_MUCH: Final = 2**40
EXTENSIONS: Final = {
    "posix-rename@openssh.com": "1",
    "fsync@openssh.com": "1",
    "limits@openssh.com": "1",
    "statvfs@openssh.com": "2",
}


class Requests(paramiko.SFTPServerInterface):  # type: ignore[misc] # paramiko ships no types
    """What a client may ask of its mailbox; what is not here paramiko answers as unsupported."""

    def __init__(self, server: Any, reception: Reception) -> None:  # noqa: ANN401 - paramiko ships no types
        super().__init__(server)
        self._reception = reception
        self._tree = MailboxTree(reception, server.organisation)

    def canonicalize(self, path: str) -> str:
        """Return the path from the mailbox's root."""
        return "/" + "/".join(normal(path))

    @answered
    def list_folder(self, path: str) -> list[paramiko.SFTPAttributes]:
        """Return a folder's files."""
        return [attributes(node) for node in self._tree.listing(path)]

    @answered
    def stat(self, path: str) -> paramiko.SFTPAttributes:
        """Return what stands at a path."""
        return attributes(self._tree.stat(path))

    def lstat(self, path: str) -> Any:  # noqa: ANN401 - attributes or a status, as paramiko asks
        """Return the same: there are no links."""
        return self.stat(path)

    @answered
    def open(self, path: str, flags: int, attr: paramiko.SFTPAttributes) -> paramiko.SFTPHandle:  # noqa: ARG002 - paramiko's method
        """Open an upload, or a response or receipt for reading."""
        if flags & (os.O_WRONLY | os.O_RDWR):
            return UploadHandle(self._tree, self._reception, self._tree.write(path, flags), flags)
        return ReadHandle(*self._tree.read(path))

    @answered
    def remove(self, path: str) -> int:
        """Acknowledge a response, or drop an unfinished upload."""
        self._tree.remove(path)
        return int(sftp.SFTP_OK)

    @answered
    def rename(self, oldpath: str, newpath: str) -> int:
        """Rename an unfinished upload; another one of that name is not replaced."""
        self._tree.rename(oldpath, newpath, replace=False)
        return int(sftp.SFTP_OK)

    @answered
    def posix_rename(self, oldpath: str, newpath: str) -> int:
        """Rename an unfinished upload; another unfinished one of that name is replaced."""
        self._tree.rename(oldpath, newpath, replace=True)
        return int(sftp.SFTP_OK)

    @answered
    def chattr(self, path: str, attr: paramiko.SFTPAttributes) -> int:
        """Keep the time that a client gives its upload, ignore modes and owners, refuse a change of size."""
        if attr.st_size not in (None, self._tree.stat(path).size):
            return int(sftp.SFTP_OP_UNSUPPORTED)
        if attr.st_mtime is not None:
            self._tree.touch(path, attr.st_mtime)
        return int(sftp.SFTP_OK)

    def mkdir(self, path: str, attr: paramiko.SFTPAttributes) -> int:  # noqa: ARG002 - paramiko's method
        """Refuse: a mailbox has its four folders."""
        return int(sftp.SFTP_PERMISSION_DENIED)

    def rmdir(self, path: str) -> int:  # noqa: ARG002 - paramiko's method
        """Refuse likewise."""
        return int(sftp.SFTP_PERMISSION_DENIED)


class _Parcels:
    """Bytes as they came, taken from the front: nothing is joined before it is asked for, and nothing moved up."""

    def __init__(self) -> None:
        self._parcels: deque[bytes] = deque()
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def __delitem__(self, taken: slice) -> None:
        left = self._size if taken.stop is None else taken.stop
        self._size -= left
        while left:
            first = self._parcels.popleft()
            if len(first) > left:
                self._parcels.appendleft(first[left:])
            left -= min(left, len(first))

    def add(self, parcel: bytes) -> None:
        if parcel:
            self._parcels.append(parcel)
            self._size += len(parcel)

    def front(self, size: int | None) -> bytes:
        """Return the first bytes, and leave them."""
        left = self._size if size is None else size
        parcels: list[bytes] = []
        for parcel in self._parcels:
            parcels.append(parcel[:left])
            left -= len(parcels[-1])
            if not left:
                break
        return parcels[0] if len(parcels) == 1 else b"".join(parcels)


class _Pipe(BufferedPipe):  # type: ignore[misc] # paramiko ships no types
    """What has come on a channel and is not read yet; paramiko's own moves all of it for each piece that is read."""

    def __init__(self, come: bytes) -> None:
        super().__init__()
        self._buffer = _Parcels()
        self._buffer.add(come)

    def _buffer_frombytes(self, data: bytes) -> None:
        self._buffer.add(data)

    def _buffer_tobytes(self, limit: int | None = None) -> bytes:
        return self._buffer.front(limit)


class Conversation(paramiko.SFTPServer):  # type: ignore[misc] # paramiko ships no types
    """One SFTP channel: bounded packets and handles, and CLOSE told from the end of the session."""

    def __init__(self, channel: paramiko.Channel, name: str, server: Any, reception: Reception) -> None:  # noqa: ANN401 - paramiko ships no types
        super().__init__(channel, name, server, Requests, reception)
        channel.in_buffer = _Pipe(channel.in_buffer.empty())
        self._session = server
        self._reception = reception
        self.file_table: dict[bytes, Any] = {}
        self.folder_table: dict[bytes, Any] = {}
        self._received = b""
        self._used = 0

    def _read_all(self, n: int) -> bytes:
        """Return the next bytes; what has come is fetched in large pieces, where paramiko copies it for each."""
        while len(self._received) - self._used < n:
            more = self.sock.recv(CHUNK)
            if not more:
                raise EOFError
            self._received = self._received[self._used :] + more
            self._used = 0
        start, self._used = self._used, self._used + n
        taken = self._received[start : self._used]
        if self._used == len(self._received):
            self._received, self._used = b"", 0  # a session that waits holds no buffer
        return taken

    def _read_packet(self) -> tuple[int, bytes]:
        size = int.from_bytes(self._read_all(4), "big")
        if not 1 <= size <= MOST_PACKET:
            raise sftp.SFTPError("a packet has an impossible size")
        self._session.received += size
        kind = self._read_all(1)[0]
        return kind, self._read_all(size - 1)

    def _send_server_version(self) -> int:
        kind, data = self._read_packet()
        if kind != sftp.CMD_INIT:
            raise sftp.SFTPError("a session must begin with INIT")
        message = paramiko.Message()
        message.add_int(sftp._VERSION)  # noqa: SLF001 - the only name of the version that paramiko speaks
        for extension, version in EXTENSIONS.items():
            message.add(extension, version)
        self._send_packet(sftp.CMD_VERSION, message)
        return int.from_bytes(data[:4], "big")

    def _process(self, t: int, request_number: int, msg: paramiko.Message) -> None:
        """Answer one request."""
        self._session.last_heard = time.monotonic()
        with self._reception.work.under_way():
            if t == sftp.CMD_CLOSE:
                self._close(request_number, msg.get_binary())
            elif t == sftp.CMD_EXTENDED:
                self._extended(request_number, msg)
            elif t in (sftp.CMD_OPEN, sftp.CMD_OPENDIR) and self._is_full():
                self._send_status(request_number, sftp.SFTP_FAILURE, "too many open files")
            else:
                super()._process(t, request_number, msg)

    def finish_subsystem(self) -> None:
        """Put every open file away, then close the channel; paramiko forgets the files where the channel is dead."""
        with ExitStack() as ending:
            ending.callback(paramiko.SubsystemHandler.finish_subsystem, self)
            for handle in (*self.file_table.values(), *self.folder_table.values()):
                ending.callback(handle.close)
            self.file_table, self.folder_table = {}, {}

    @property
    def is_uploading(self) -> bool:
        """Tell whether any upload is open on this channel."""
        return any(isinstance(handle, UploadHandle) for handle in list(self.file_table.values()))

    def _send_status(self, request_number: int, code: int, desc: str | None = None) -> None:
        """Answer with a status, and with the reason where a refusal has one that its client may see."""
        super()._send_status(request_number, code, desc or getattr(code, "reason", None))

    def _is_full(self) -> bool:
        return len(self.file_table) + len(self.folder_table) >= self._reception.settings.max_handles

    def _close(self, number: int, name: bytes) -> None:
        """Answer CLOSE: the handle is gone whatever comes of it, so that its end is never taken for a second CLOSE."""
        handle = self.file_table.pop(name, None) or self.folder_table.pop(name, None)
        if handle is None:
            self._send_status(number, sftp.SFTP_BAD_MESSAGE, "Invalid handle")
        elif isinstance(handle, UploadHandle):
            self._send_status(number, handle.finish())
        else:
            handle.close()
            self._send_status(number, sftp.SFTP_OK)

    def _extended(self, number: int, msg: paramiko.Message) -> None:
        request = msg.get_text()
        if request == "posix-rename@openssh.com":
            old, new = msg.get_text(), msg.get_text()
            self._send_status(number, self.server.posix_rename(old, new))
        elif request == "fsync@openssh.com":
            handle = self.file_table.get(msg.get_binary())
            self._send_status(number, handle.sync() if isinstance(handle, UploadHandle) else sftp.SFTP_BAD_MESSAGE)
        elif request == "limits@openssh.com":
            most = (MOST_PACKET, MOST_DATA, MOST_DATA, self._reception.settings.max_handles)
            self._response(number, sftp.CMD_EXTENDED_REPLY, *(sftp.int64(it) for it in most))
        elif request == "statvfs@openssh.com":
            self._response(number, sftp.CMD_EXTENDED_REPLY, *(sftp.int64(it) for it in self._room()))
        else:
            self._send_status(number, sftp.SFTP_OP_UNSUPPORTED)

    def _room(self) -> tuple[int, ...]:
        """Return what a file system says of itself: of ours, what the organisation may still send today."""
        left = self._reception.intake.allowance(self._session.organisation).size
        blocks = (_MUCH if left is None else left) // BLOCK
        return (BLOCK, BLOCK, blocks, blocks, blocks, _MUCH, _MUCH, _MUCH, 0, 0, MOST_NAME_BYTES)

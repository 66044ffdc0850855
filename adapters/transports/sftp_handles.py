"""Open files of an SFTP session, and how a refusal becomes a status.

paramiko closes open handles by the same method whether the client closed them or went away. Here CLOSE is answered
apart, by `finish`; `close` is only ever the end of a session, and never publishes.
"""

import os
import stat
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import BinaryIO, Final, ParamSpec, TypeVar

import paramiko
from paramiko import sftp

from adapters.transports.sftp_quota import Meter
from adapters.transports.sftp_reception import Reception, events, extension, is_final
from adapters.transports.sftp_tree import MailboxTree, Node
from adapters.transports.staging import Place
from adapters.transports.upload import Upload, UploadRefusedError
from gateway.core.errors import GatewayError

MOST_PACKET: Final = 256 * 1024
MOST_DATA: Final = MOST_PACKET - 1024

P = ParamSpec("P")
R = TypeVar("R")


def answered(method: Callable[P, R]) -> Callable[P, R | int]:
    """Turn a refusal into its SFTP status; a fault of ours is told to the log and is a plain failure outside."""

    @wraps(method)
    def answer(*args: P.args, **kwargs: P.kwargs) -> R | int:
        try:
            return method(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - the outermost place of a request: paramiko would hide what it does not know
            return _status(error)

    return answer


class Refusal(int):
    """A status of failure with the reason that its client may see; it holds no name and no value."""

    reason: str

    @classmethod
    def because(cls, reason: str) -> "Refusal":
        """Return the status of failure with a reason."""
        refusal = cls(sftp.SFTP_FAILURE)
        refusal.reason = reason
        return refusal


def _status(error: Exception) -> int:
    """Return the SFTP status of what a request raised, and tell the log what the client is not told."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return int(sftp.SFTP_NO_SUCH_FILE)
    if isinstance(error, PermissionError):
        return int(sftp.SFTP_PERMISSION_DENIED)
    about: dict[str, object] = {"exception_type": type(error).__name__}
    if isinstance(error, UploadRefusedError):
        events.info("refused", extra={"reason": str(error)})
        return Refusal.because(str(error))
    if isinstance(error, FileExistsError | BlockingIOError):
        events.info("refused", extra={"reason": type(error).__name__})
    elif isinstance(error, GatewayError):
        events.error("fault", extra=about | {"error": str(error)})
    else:
        events.error("fault", extra=about | {"code": getattr(error, "errno", None)})
    return int(sftp.SFTP_FAILURE)


def attributes(node: Node) -> paramiko.SFTPAttributes:
    """Return a node's attributes; nobody but the owner of the mailbox may read it."""
    found = paramiko.SFTPAttributes()
    found.filename = node.name
    found.st_size = node.size
    found.st_uid = found.st_gid = 0
    found.st_mode = stat.S_IFDIR | 0o700 if node.is_folder else stat.S_IFREG | 0o600
    found.st_atime = found.st_mtime = int(node.modified)
    return found


class UploadHandle(paramiko.SFTPHandle):  # type: ignore[misc] # paramiko ships no types
    """An upload that a client has open."""

    def __init__(
        self, tree: MailboxTree, reception: Reception, opened: tuple[Place, Upload, Meter], flags: int
    ) -> None:
        super().__init__()
        self._tree, self._reception = tree, reception
        self._place, self._upload, self._meter = opened
        self._time: int | None = None
        self._appends = bool(flags & os.O_APPEND)
        reception.work.begin()
        events.info("upload_open", extra=self._about())

    def _about(self) -> dict[str, object]:
        place = self._place
        return {"organisation": place.organisation, "folder": place.folder.value, "extension": extension(place.name)}

    @answered
    def write(self, offset: int, data: bytes) -> int:
        """Write the data at its place, or at the end where the client opened the file to append."""
        try:
            self._meter.spend(len(data))
        except UploadRefusedError:
            self._upload.spoil()
            raise
        self._upload.write(self._upload.size if self._appends else offset, data)
        return int(sftp.SFTP_OK)

    @answered
    def stat(self) -> paramiko.SFTPAttributes:
        """Return the size so far."""
        return attributes(Node(self._place.name, self._upload.size, self._upload.modified))

    def chattr(self, attr: paramiko.SFTPAttributes) -> int:
        """Keep the time that the client gives the file, ignore modes and owners, refuse a change of size."""
        size = attr.st_size
        self._time = attr.st_mtime if attr.st_mtime is not None else self._time
        return int(sftp.SFTP_OK if size is None or size == self._upload.size else sftp.SFTP_OP_UNSUPPORTED)

    @answered
    def sync(self) -> int:
        """Make what is written durable."""
        self._upload.sync()
        return int(sftp.SFTP_OK)

    @answered
    def finish(self) -> int:
        """Answer the client's CLOSE: publish a final name, keep a «not yet» one for its rename."""
        published = False
        try:
            if is_final(self._place.name):
                self._tree.publish(self._place, self._upload)
                published = True
                self._touch()
            else:
                self._reception.hold(self._place, self._upload)
        finally:
            self._release(published=published)
        return int(sftp.SFTP_OK)

    def _touch(self) -> None:
        """List the file with its time; where that fails it is taken all the same."""
        if self._time is not None:
            with suppress(GatewayError):
                self._tree.touch(f"{self._place.folder}/{self._place.name}", self._time)

    def close(self) -> None:
        """End an upload whose client went away: what it sent stays, and is not taken."""
        with suppress(OSError):  # the other handles of the session must be closed all the same
            self._upload.cut()
        self._release(published=False)
        events.warning("cut", extra=self._about() | {"bytes": self._upload.size})

    def _release(self, *, published: bool) -> None:
        self._meter.end(published=published)
        try:
            self._upload.release()
        finally:
            self._reception.work.end()


class ReadHandle(paramiko.SFTPHandle):  # type: ignore[misc] # paramiko ships no types
    """A response or a receipt that a client is fetching."""

    def __init__(self, node: Node, file: BinaryIO) -> None:
        super().__init__()
        self._node = node
        self._file = file

    @answered
    def read(self, offset: int, length: int) -> bytes:
        """Return bytes of the file, never more than fit a packet."""
        self._file.seek(offset)
        return self._file.read(min(length, MOST_DATA))

    def write(self, offset: int, data: bytes) -> int:  # noqa: ARG002 - paramiko's method
        """Refuse: it was opened for reading."""
        return int(sftp.SFTP_PERMISSION_DENIED)

    def stat(self) -> paramiko.SFTPAttributes:
        """Return what its listing says."""
        return attributes(self._node)

    def chattr(self, attr: paramiko.SFTPAttributes) -> int:  # noqa: ARG002 - paramiko's method
        """Refuse: responses and receipts stay as they are."""
        return int(sftp.SFTP_PERMISSION_DENIED)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

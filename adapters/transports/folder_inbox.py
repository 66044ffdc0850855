"""Uploads in folders that an outside server serves: found by a sweep, claimed by a rename, copied, handed over.

    <root>/<organisation>/in/<name>, in/check/<name>            where the outside server puts them
    <root>/.gateway/claimed/<organisation>/<uuid>.<in or check>=<name>
                                                                claimed: out of the sender's reach

The folder is the truth: nothing is learned from events, so nothing is lost with one. A claimed file whose submission
was not recorded, because the gateway was killed between the two, is handed over by the next sweep. Bytes are copied
while they are digested: whoever holds the file open still cannot change what was taken.
"""

import fcntl
import hashlib
import os
import signal
import stat
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from adapters.transports.outside_settings import FolderSettings, Whole
from adapters.transports.session_log import SessionLog
from adapters.transports.sftp_reception import JOBS, events, extension, is_final
from adapters.transports.sftp_tree import is_acceptable
from adapters.transports.staging import DIRECTORY, PLAIN
from gateway.core.errors import GatewayError
from gateway.core.ports.gateway import Intake
from gateway.core.quota import UNLIMITED, USED_UP, Received
from gateway.core.submission import Arrival, Folder, Organisation

DONE: Final = ".done"
CHUNK: Final = 1024 * 1024
LONG_S: Final = 600.0
"""Seconds after which a file that nothing shows to be complete is told to the log."""
_MARKS: Final = {Folder.IN: "in", Folder.CHECK: "check"}

Face = tuple[int, int, int]
"""Inode, size and time of change: what must stand still."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A file as it has stood since a moment of the clock that never steps."""

    face: Face
    since: float
    told: bool = False


def face(status: os.stat_result) -> Face:
    """Return what changes when a file is written or replaced."""
    return status.st_ino, status.st_size, status.st_mtime_ns


class Inbox:
    """The `in/` folders of all organisations below a root."""

    def __init__(self, settings: FolderSettings, intake: Intake) -> None:
        self._settings = settings
        self._intake = intake
        self._claimed = settings.root / ".gateway" / "claimed"
        self._log = SessionLog(settings.log, settings.root) if settings.log else None
        self._seen: dict[tuple[str, Folder, str], Standing] = {}

    def sweep(self, organisation: Organisation) -> int:
        """Hand over every complete upload of an organisation, and what is claimed already; return how many."""
        taken = self._resume(organisation)
        for folder in JOBS:
            with ExitStack() as opened, suppress(FileNotFoundError, NotADirectoryError):
                inside = _folder(self._settings.root / organisation.id, folder, opened)
                complete = self._complete(organisation.id, folder, inside)
                for name in self._within_quota(organisation.id, folder, complete):
                    taken += self._take(organisation, self._claim(organisation.id, folder, name, inside))
        return taken

    def _within_quota(self, organisation: str, folder: Folder, names: list[str]) -> Iterator[str]:
        """Yield the names that the organisation's quota holds; the others stay where they are until a day has room."""
        left = self._intake.allowance(organisation) if names else UNLIMITED
        for name in names:
            key = organisation, folder, name
            standing = self._seen[key]
            size = standing.face[1]
            if left.holds(size):
                left = left.left(Received(1, size))
                yield name
            else:
                self._tell_once(key, standing, USED_UP)

    def listen(self) -> None:
        """Read what the outside server said since; done before the folders are looked into."""
        if self._log is not None:
            self._log.read()

    def close(self) -> None:
        """Let go of the log."""
        if self._log is not None:
            self._log.close()

    def _complete(self, organisation: str, folder: Folder, inside: int) -> list[str]:
        """Return the names in a folder that may be taken now."""
        names = set(os.listdir(inside))
        for gone in [it for it in self._seen if it[:2] == (organisation, folder) and it[2] not in names]:
            del self._seen[gone]
        if self._log is not None:
            self._log.forget(organisation, folder.value, names)
        return [name for name in sorted(names) if self._may_be_taken((organisation, folder, name), inside, names)]

    def _may_be_taken(self, key: tuple[str, Folder, str], inside: int, names: set[str]) -> bool:
        organisation, folder, name = key
        try:
            status = os.stat(name, dir_fd=inside, follow_symlinks=False)
        except FileNotFoundError:
            return False
        if not stat.S_ISREG(status.st_mode) or not is_final(name) or name.endswith(DONE):
            return False
        standing = self._seen.get(key)
        if standing is None or standing.face != face(status):
            standing = self._seen[key] = Standing(face(status), time.monotonic())
        if self._is_strange(status, name):
            self._tell_once(key, standing, "cannot be taken: its name, its size or a link")
            return False
        stood = time.monotonic() - standing.since
        if stood < self._settings.settle_s:
            return False
        if self._is_whole(organisation, f"{folder.value}/{name}", status) or _has_done(name, inside, names, status):
            return not _is_written(name, inside)
        if stood > LONG_S:
            self._tell_once(key, standing, "nothing shows that it is complete")
        return False

    def _is_strange(self, status: os.stat_result, name: str) -> bool:
        try:
            plain = is_acceptable(name)
        except UnicodeEncodeError:
            return True
        return not plain or status.st_nlink != 1 or status.st_size > self._settings.max_bytes

    def _tell_once(self, key: tuple[str, Folder, str], standing: Standing, reason: str) -> None:
        if not standing.told:
            self._seen[key] = Standing(standing.face, standing.since, told=True)
            about = {"organisation": key[0], "folder": key[1].value, "extension": extension(key[2])}
            events.warning("left", extra=about | {"bytes": standing.face[1], "reason": reason})

    def _is_whole(self, organisation: str, path: str, status: os.stat_result) -> bool:
        if self._settings.complete is Whole.RENAME:
            return True
        said = self._log.said(organisation, path) if self._log and self._settings.complete is Whole.LOG else None
        return said is not None and said.fits(status.st_size)

    def _claim(self, organisation: str, folder: Folder, name: str, inside: int) -> Path | None:
        """Move a file out of its sender's reach and return it; None where it is no longer the one that stood still."""
        claims = self._claimed / organisation
        claims.mkdir(mode=0o700, exist_ok=True)
        claimed = claims / f"{uuid.uuid4().hex}.{_MARKS[folder]}={name}"
        try:
            os.rename(name, claimed, src_dir_fd=inside)
        except FileNotFoundError:  # its sender was faster
            return None
        if face(claimed.lstat()) != self._seen.pop((organisation, folder, name)).face:
            with suppress(FileExistsError):  # a newer one has the name: its sender has replaced this one
                os.link(claimed, name, dst_dir_fd=inside, follow_symlinks=False)
            claimed.unlink()
            return None
        with suppress(FileNotFoundError):
            os.unlink(name + DONE, dir_fd=inside)
        _sync(claims)
        return claimed

    def _resume(self, organisation: Organisation) -> int:
        """Hand over what was claimed and not recorded; what was recorded is answered as a duplicate."""
        with suppress(FileNotFoundError):
            return sum(self._take(organisation, it) for it in sorted((self._claimed / organisation.id).iterdir()))
        return 0

    def _take(self, organisation: Organisation, claimed: Path | None) -> int:
        """Hand a claimed file over; where that fails it stays claimed, and the next sweep tries again."""
        if claimed is None:
            return 0
        mark, _, name = claimed.name.partition(".")[2].partition("=")
        job = next(JOBS[folder] for folder, it in _MARKS.items() if it == mark)
        copy = self._settings.staging_folder / claimed.name.partition(".")[0]
        about: dict[str, object] = {"organisation": organisation.id, "extension": extension(name)}
        try:
            size, sha256 = _copied(claimed, copy)
            arrival = Arrival(organisation=organisation, name=name, path=copy, size=size, sha256=sha256, job=job)
            receipt = self._intake.take_in(arrival)
            claimed.unlink()
        except (GatewayError, OSError) as error:
            events.error("fault", extra=about | {"exception_type": type(error).__name__, "where": "claimed"})
            return 0
        finally:
            copy.unlink(missing_ok=True)
        about |= {"bytes": size, "sha256": sha256, "submission": receipt.id, "status": receipt.status}
        events.info("published", extra=about)
        return 1


def _folder(mailbox: Path, folder: Folder, opened: ExitStack) -> int:
    """Open a folder of a mailbox step by step, no step a link."""
    descriptor = os.open(mailbox, DIRECTORY)
    opened.callback(os.close, descriptor)
    for step in folder.value.split("/"):
        descriptor = os.open(step, DIRECTORY, dir_fd=descriptor)
        opened.callback(os.close, descriptor)
    return descriptor


def _has_done(name: str, inside: int, names: set[str], status: os.stat_result) -> bool:
    """Tell whether `<name>.done` came last; what is left of an earlier upload says nothing of this one."""
    if name + DONE not in names:
        return False
    with suppress(FileNotFoundError):
        return os.stat(name + DONE, dir_fd=inside, follow_symlinks=False).st_ctime_ns >= status.st_ctime_ns
    return False


def _is_written(name: str, inside: int) -> bool:
    """Tell whether anybody on this host has a file open for writing, as far as its owner and we may ask.

    A lease is given only where nobody writes; the signal that would end it is one that does nothing.
    """
    try:
        descriptor = os.open(name, os.O_RDONLY | PLAIN, dir_fd=inside)
    except OSError:
        return True
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except BlockingIOError:
        return True
    except OSError:  # not ours to ask, or a file system that gives no leases
        return False
    finally:
        os.close(descriptor)
    return False


def _copied(claimed: Path, copy: Path) -> tuple[int, str]:
    """Copy a claimed file and return size and digest of the copy; raise OSError where it changed meanwhile."""
    digest, size = hashlib.sha256(), 0
    made = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    source = os.open(claimed, os.O_RDONLY | PLAIN)
    with os.fdopen(made, "wb") as target, os.fdopen(source, "rb", buffering=0) as given:
        before = face(os.fstat(source))
        for piece in _pieces(given.fileno()):
            target.write(piece)
            digest.update(piece)
            size += len(piece)
        target.flush()
        os.fsync(made)
        if face(os.fstat(source)) != before or size != before[1]:
            raise BlockingIOError("it is still being written")
    return size, digest.hexdigest()


def _pieces(descriptor: int) -> Iterator[bytes]:
    while piece := os.read(descriptor, CHUNK):
        yield piece


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

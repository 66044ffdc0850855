"""Uploads on their way in: on this host's disk until the gateway takes them over.

    <staging>/<organisation>/in/=<name>            job FUL
    <staging>/<organisation>/check/=<name>         job CHK
    <staging>/<organisation>/unpublished/<uuid>.<in or check>=<name>
                                                   complete, but the gateway could not take it: for the operator

Every name is opened through its folder's descriptor and never through a link. Names change only under the
organisation's lock; an upload that is being written holds a lock of its own. The sticky bit, which means nothing on
a file, marks one that its client has closed: it survives a restart, and only such a file may be published on rename.
"""

import fcntl
import os
import stat
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from adapters.transports.upload import Upload
from gateway.core.submission import Folder

DIRECTORY: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
PLAIN: Final = os.O_NOFOLLOW | os.O_NONBLOCK
FOLDERS: Final[Mapping[Folder, str]] = {Folder.IN: "in", Folder.CHECK: "check"}
UNPUBLISHED: Final = "unpublished"
CLOSED: Final = stat.S_ISVTX


@dataclass(frozen=True, slots=True)
class Place:
    """Where an upload stands: whose it is, in which folder, under which name."""

    organisation: str
    folder: Folder
    name: str

    @property
    def entry(self) -> str:
        """Return its name on disk, which no name of a client's can imitate."""
        return f"={self.name}"


@dataclass(frozen=True, slots=True)
class Staged:
    """An upload that is not published; `closed` tells that its client closed it."""

    name: str
    size: int
    modified: float
    closed: bool

    @classmethod
    def of(cls, name: str, status: os.stat_result) -> "Staged | None":
        """Return what stands under a name, or None where it is no plain file."""
        if not stat.S_ISREG(status.st_mode):
            return None
        return cls(name, status.st_size, status.st_mtime, bool(status.st_mode & CLOSED))


class Staging:
    """The staging folder of all organisations; it raises OSError as the system does."""

    def __init__(self, root: Path) -> None:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.root = root.resolve()

    def path(self, place: Place) -> Path:
        """Return the path of an upload, for the file store that takes it over."""
        return self.root / place.organisation / FOLDERS[place.folder] / place.entry

    def open(self, place: Place, flags: int, limit: int) -> Upload:
        """Open a name for writing and lock it; a name that is being written raises BlockingIOError."""
        kept = flags & (os.O_CREAT | os.O_EXCL)
        with self._folders(place.organisation) as folders, ExitStack() as undo:
            folder = folders[FOLDERS[place.folder]]
            descriptor = os.open(place.entry, os.O_RDWR | PLAIN | kept, 0o600, dir_fd=folder)
            undo.callback(os.close, descriptor)
            _lock(descriptor, place.entry, folder)
            upload = Upload(descriptor, limit, begun=_begun(descriptor, truncate=bool(flags & os.O_TRUNC)))
            os.fchmod(descriptor, 0o600)
            undo.pop_all()
        return upload

    def organisations(self) -> list[str]:
        """Return whose uploads have been here, by id."""
        with os.scandir(self.root) as entries:
            return sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False))

    def find(self, place: Place) -> Staged | None:
        """Return the upload of that name, or None; a link or a folder is none."""
        with self._folders(place.organisation) as folders:
            return _look(place.entry, folders[FOLDERS[place.folder]], place.name)

    def listing(self, organisation: str, folder: Folder) -> list[Staged]:
        """Return the uploads of a folder that are not published."""
        with self._folders(organisation) as folders:
            inside = folders[FOLDERS[folder]]
            with os.scandir(inside) as entries:
                names = [entry.name[1:] for entry in entries if entry.name.startswith("=")]
            found = [_look(f"={name}", inside, name) for name in names]
        return [staged for staged in found if staged is not None]

    def remove(self, place: Place) -> None:
        """Remove an upload that nobody is writing."""
        with self._folders(place.organisation) as folders:
            folder = folders[FOLDERS[place.folder]]
            os.close(_held(place.entry, folder))
            os.unlink(place.entry, dir_fd=folder)

    def rename(self, source: Place, target: Place, *, replace: bool) -> Upload:
        """Give an upload that nobody is writing another name, and return it, locked."""
        with self._folders(source.organisation) as folders, ExitStack() as undo:
            old, new = folders[FOLDERS[source.folder]], folders[FOLDERS[target.folder]]
            descriptor = _held(source.entry, old)
            undo.callback(os.close, descriptor)
            if source != target and _look(target.entry, new, target.name) is not None:
                if not replace:
                    raise FileExistsError
                os.close(_held(target.entry, new))
            os.rename(source.entry, target.entry, src_dir_fd=old, dst_dir_fd=new)
            undo.pop_all()
        return Upload(descriptor, limit=0, begun=os.fstat(descriptor).st_size)

    def clear(self, place: Place, upload: Upload, *, keep: bool) -> str | None:
        """Take an upload's name away; its bytes are set aside for the operator or gone.

        Nothing happens where the file store has moved the file away; another upload of that name is not touched.
        """
        with self._folders(place.organisation) as folders, suppress(FileNotFoundError):
            folder = folders[FOLDERS[place.folder]]
            if os.stat(place.entry, dir_fd=folder, follow_symlinks=False).st_ino != upload.inode:
                return None
            if not keep:
                os.unlink(place.entry, dir_fd=folder)
                return None
            aside = uuid.uuid4().hex
            name = f"{aside}.{FOLDERS[place.folder]}{place.entry}"
            os.rename(place.entry, name, src_dir_fd=folder, dst_dir_fd=folders[UNPUBLISHED])
            os.fsync(folders[UNPUBLISHED])
            return aside
        return None

    @contextmanager
    def _folders(self, organisation: str) -> Iterator[Mapping[str, int]]:
        """Open an organisation's folders step by step, no step a link, and hold its lock while the block lasts."""
        with ExitStack() as opened:
            root = _enter(str(self.root), None, opened)
            own = _enter(organisation, root, opened)
            fcntl.flock(own, fcntl.LOCK_EX)
            yield {name: _enter(name, own, opened) for name in (*FOLDERS.values(), UNPUBLISHED)}


def _enter(name: str, within: int | None, opened: ExitStack) -> int:
    if within is not None:
        with suppress(FileExistsError):
            os.mkdir(name, 0o700, dir_fd=within)
    descriptor = os.open(name, DIRECTORY, dir_fd=within)
    opened.callback(os.close, descriptor)
    return descriptor


def _look(entry: str, folder: int, name: str) -> Staged | None:
    try:
        return Staged.of(name, os.stat(entry, dir_fd=folder, follow_symlinks=False))
    except FileNotFoundError:
        return None


def _held(entry: str, folder: int) -> int:
    """Open and lock a staged file that nobody is writing."""
    descriptor = os.open(entry, os.O_RDWR | PLAIN, dir_fd=folder)
    with ExitStack() as undo:
        undo.callback(os.close, descriptor)
        _lock(descriptor, entry, folder)
        undo.pop_all()
    return descriptor


def _lock(descriptor: int, entry: str, folder: int) -> None:
    """Lock an open file; it must be plain, and still be the one that its name means once it is locked."""
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise PermissionError
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    try:
        named = os.stat(entry, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        raise BlockingIOError from None
    if named.st_ino != status.st_ino:
        raise BlockingIOError


def _begun(descriptor: int, *, truncate: bool) -> int:
    """Return how many bytes of an earlier try stand without a hole; nothing is left behind them."""
    size = os.fstat(descriptor).st_size
    begun = 0 if truncate or not size else os.lseek(descriptor, 0, os.SEEK_HOLE)
    os.ftruncate(descriptor, begun)
    return begun

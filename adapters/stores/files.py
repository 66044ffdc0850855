"""The file store in a local folder: every blob is written to a temporary name, synced, and renamed.

`<root>/<last two characters of the space>/<space>.<sha256>`; folders are 0700, files 0600. What is read is digested on
its way, so that a byte that the disk has changed is noticed before anything is made of the file.
"""

import errno
import fcntl
import hashlib
import io
import os
import shutil
import stat
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NoReturn, Self, cast

from adapters.stores.blobs import BUFFER, fail, name_of, reader, refuse_changed
from adapters.stores.scratch import MARK, Scratch, sweep
from gateway.core.errors import BlobMissingError, ConfigurationError, FilesError
from gateway.core.ports.files import Draft
from gateway.core.settings import AdapterSettings

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_PRIVATE = 0o600


class FolderSettings(AdapterSettings):
    """Where the file store stands."""

    what = "the file store"

    root: Path
    scratch: Path | None = None


class FolderFiles:
    """The `Files` port on a local folder."""

    def __init__(self, root: Path, scratch: Path) -> None:
        self._root = root
        self.scratch = Scratch(scratch)
        sweep(root.glob(f"*/{MARK}*"))

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> Self:
        """Return the file store; raise ConfigurationError where `root` is missing or cannot be a folder of ours."""
        read = FolderSettings.of(settings)
        try:
            read.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            return cls(read.root.resolve(), read.scratch or read.root.with_name("scratch"))
        except OSError as error:
            raise ConfigurationError(
                f"The file store cannot be made: {error.strerror}. Check `root` and who owns it."
            ) from error

    def owned(self, organisation: str) -> Self:  # noqa: ARG002 - a plain store keeps everybody's bytes alike
        """Return this store for what belongs to an organisation."""
        return self

    def keep(self, path: Path, space: str, sha256: str) -> str:
        """Take over a complete local file and return its blob; the same bytes in the same space are kept once."""
        blob = f"{space}/{sha256}"
        kept = self._path(blob)
        try:
            if path.exists() or not kept.exists():  # else an earlier call has moved it
                _sync_file(path)
                _move(path, self._made(kept.parent) / kept.name)
            _sync_folder(kept.parent)
        except OSError as error:
            _fail("kept", blob, error)
        return blob

    @contextmanager
    def create(self, space: str) -> Iterator[Draft]:
        """Open a draft; when its block ends its bytes are durable, and when it raises nothing is left of it."""
        folder = self._path(f"{space}/{'0' * 64}").parent
        temporary = folder / f"{MARK}{uuid.uuid4().hex}"
        try:
            self._made(folder)
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            _fail("written", space, error)
        draft = FolderDraft(descriptor, space)
        try:
            yield draft
            self._finish(draft, temporary)
        finally:
            temporary.unlink(missing_ok=True)
            draft.abandon()

    def _finish(self, draft: "FolderDraft", temporary: Path) -> None:
        try:
            draft.end()
            kept = self._path(draft.blob)
            temporary.rename(kept)
            _sync_folder(kept.parent)
        except OSError as error:
            _fail("written", draft.blob, error)

    def probe(self) -> None:
        """Write something and remove it; raise FilesError where that cannot be done."""
        with self.create("probe") as draft:
            pass
        self.remove(draft.blob)

    def open(self, blob: str) -> BinaryIO:
        """Open a blob for reading; raise FilesError where it is missing, and at its end where it has changed."""
        return reader(*self.raw(blob), blob)

    def raw(self, blob: str) -> tuple[io.RawIOBase, int]:
        """Return a blob's bytes as they lie there, unbuffered and not checked, and how many they are."""
        try:
            raw = io.FileIO(os.open(self._path(blob), os.O_RDONLY | os.O_NOFOLLOW), "rb")
        except OSError as error:
            _fail("read", blob, error)
        return raw, os.fstat(raw.fileno()).st_size

    @contextmanager
    def local(self, blob: str) -> Iterator[Path]:
        """Give a path on this host that holds the blob's bytes while the block lasts; raise FilesError for others."""
        with self.raw(blob)[0] as raw:
            refuse_changed(raw, blob)
        yield self._path(blob)

    def blobs(self) -> Iterator[str]:
        """Yield the name of every blob."""
        for path in sorted(self._root.glob("*/*.*")):
            if not path.name.startswith(MARK):
                yield path.name.replace(".", "/")

    def remove(self, blob: str) -> None:
        """Remove a blob; one that is not there is no error."""
        path = self._path(blob)
        try:
            with suppress(FileNotFoundError):
                path.unlink()
                _sync_folder(path.parent)
        except OSError as error:
            _fail("removed", blob, error)

    def clear(self, space: str) -> int:
        """Remove every blob of a space and return how many there were; run again, it removes what is left."""
        folder = self._path(f"{space}/{'0' * 64}").parent
        try:
            found = list(folder.glob(f"{space}.*"))
            for path in found:
                path.unlink(missing_ok=True)
            if found:
                _sync_folder(folder)
        except OSError as error:
            _fail("cleared", space, error)
        return len(found)

    def _path(self, blob: str) -> Path:
        space, sha256 = name_of(blob)
        return self._root / space[-2:] / f"{space}.{sha256}"

    def _made(self, folder: Path) -> Path:
        if not folder.is_dir():
            folder.mkdir(mode=0o700, exist_ok=True)
            _sync_folder(self._root)
        return folder


class FolderDraft:
    """A file being written; `blob` names it and `size` counts it once its block has ended."""

    def __init__(self, descriptor: int, space: str) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_SH)  # held as long as the process lives: `sweep` asks for it
        self._descriptor = descriptor
        self._space = space
        self._writer = _Writer(descriptor, space)
        self.handle = cast("BinaryIO", io.BufferedWriter(self._writer, BUFFER))
        self.blob = ""
        self.size = 0

    def end(self) -> None:
        """Write what is buffered, make it durable and name it."""
        self.handle.close()
        os.fsync(self._descriptor)
        self.size = os.fstat(self._descriptor).st_size
        self.blob = f"{self._space}/{self._writer.digest.hexdigest()}"

    def abandon(self) -> None:
        """Let the file go, whatever has come of it."""
        with suppress(FilesError):  # what was buffered may not fit the disk; it is of no use any more
            self.handle.close()
        os.close(self._descriptor)


class _Writer(io.RawIOBase):
    """Writes to a descriptor that it does not own, and hashes what it writes."""

    def __init__(self, descriptor: int, space: str) -> None:
        self._descriptor = descriptor
        self._space = space
        self.digest = hashlib.sha256()

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: "ReadableBuffer", /) -> int:
        """Write and hash; return how much was written."""
        view = memoryview(data).cast("B")
        try:
            written = os.write(self._descriptor, view)
        except OSError as error:
            _fail("written", self._space, error)
        self.digest.update(view[:written])
        return written


def _fail(done: str, what: str, error: OSError) -> NoReturn:
    fail(done, what, error.strerror, BlobMissingError if error.errno == errno.ENOENT else FilesError)


def _move(path: Path, target: Path) -> None:
    """Rename a file; from another file system copy it, and only then let the original go."""
    try:
        path.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        temporary = target.with_name(f"{MARK}{uuid.uuid4().hex}")
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with path.open("rb") as source, os.fdopen(descriptor, "wb") as copy:
                shutil.copyfileobj(source, copy, BUFFER)
                copy.flush()
                os.fsync(copy.fileno())
            temporary.rename(target)
        finally:
            temporary.unlink(missing_ok=True)
        path.unlink()


def _sync_file(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        if stat.S_IMODE(os.fstat(descriptor).st_mode) != _PRIVATE:  # else what was synced would be synced again
            os.fchmod(descriptor, _PRIVATE)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""An upload on its way in: a file of our own naming on this host's disk, until the gateway takes it over."""

import fcntl
import hashlib
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW


class TooLargeError(Exception):
    """More bytes came than may come in one upload."""


class ArrivingFile:
    """A file that grows at its end, counted and digested on its way."""

    def __init__(self, path: Path, descriptor: int, most: int) -> None:
        self.path = path
        self.size = 0
        self._descriptor, self._most = descriptor, most
        self._digest = hashlib.sha256()

    def write(self, data: bytes) -> None:
        """Add bytes; raise TooLargeError before one is written that is too many."""
        if self.size + len(data) > self._most:
            raise TooLargeError
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]
        self._digest.update(data)
        self.size += len(data)

    def seal(self) -> str:
        """Make the bytes durable and return their SHA-256."""
        os.fsync(self._descriptor)
        return self._digest.hexdigest()


@contextmanager
def arriving(folder: Path, most: int) -> Iterator[ArrivingFile]:
    """Give a new file while the block lasts; what nobody has taken over by then is removed."""
    path = folder / uuid.uuid4().hex
    descriptor = os.open(path, _NEW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield ArrivingFile(path, descriptor, most)
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)


def sweep(folder: Path) -> None:
    """Make the folder, and remove what a process that was killed has left in it: nobody was told that it was kept."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in folder.iterdir():
        with suppress(FileNotFoundError, BlockingIOError), path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()

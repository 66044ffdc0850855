"""One upload open for writing: locked, counted, and hashed while its bytes come in order."""

import hashlib
import os
import stat
from typing import Final

MOST_SPANS: Final = 1000


class UploadRefusedError(OSError):
    """The sender's bytes cannot be taken: too many, too scattered, or with a hole between them."""


class Spans:
    """Which bytes of a file have been written, as few spans that do not touch."""

    def __init__(self, begun: int) -> None:
        self._spans = [(0, begun)] if begun else []

    @property
    def end(self) -> int:
        """Return the place after the last byte."""
        return self._spans[-1][1] if self._spans else 0

    @property
    def prefix(self) -> int:
        """Return how many bytes stand from the start without a hole."""
        return self._spans[0][1] if self._spans and not self._spans[0][0] else 0

    def add(self, start: int, end: int) -> None:
        """Note a written span; raise UploadRefusedError where there would be too many."""
        if self._spans and self._spans[-1][1] == start:
            self._spans[-1] = (self._spans[-1][0], end)
            return
        apart = [span for span in self._spans if span[1] < start or span[0] > end]
        joined = [span for span in self._spans if span[1] >= start and span[0] <= end]
        first = min([start, *(span[0] for span in joined)])
        last = max([end, *(span[1] for span in joined)])
        self._spans = sorted([*apart, (first, last)])
        if len(self._spans) > MOST_SPANS:
            raise UploadRefusedError("the file is written in too many pieces")


class Upload:
    """A staged file open for writing; its lock lasts until `release`."""

    def __init__(self, descriptor: int, limit: int, *, begun: int) -> None:
        self._descriptor = descriptor
        self._limit = limit
        self._spans = Spans(begun)
        self._digest = hashlib.sha256()
        self._digested = 0
        self._in_order = not begun
        self._spoiled = False
        self.inode = os.fstat(descriptor).st_ino

    @property
    def size(self) -> int:
        """Return the file's size as far as it is written."""
        return self._spans.end

    @property
    def modified(self) -> float:
        """Return when the file was last written."""
        return os.fstat(self._descriptor).st_mtime

    def write(self, offset: int, data: bytes) -> None:
        """Write all of the data at its place; after a failed write the upload can no longer be taken."""
        if not data:
            return
        whole, self._spoiled = not self._spoiled, True
        end = offset + len(data)
        if not whole:
            raise UploadRefusedError("an earlier write of this file failed: send it again")
        if end > self._limit:
            raise UploadRefusedError("the file is larger than may be sent")
        self._put(offset, data)
        self._spans.add(offset, end)
        self._spoiled = False
        if self._in_order and offset == self._digested:
            self._digest.update(data)
            self._digested = end
        else:
            self._in_order = False

    def _put(self, offset: int, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            written = os.pwrite(self._descriptor, rest, offset)
            offset += written
            rest = rest[written:]

    def spoil(self) -> None:
        """Note that bytes of it were refused: it can no longer be taken."""
        self._spoiled = True

    def sync(self) -> None:
        """Make the bytes durable."""
        os.fsync(self._descriptor)

    def seal(self) -> str:
        """Make a complete upload durable and return its SHA-256; raise UploadRefusedError where a part is missing."""
        if self._spoiled or self._spans.prefix != self._spans.end:
            raise UploadRefusedError("a part of the file is missing")
        self.sync()
        if self._in_order:
            return self._digest.hexdigest()
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        with os.fdopen(self._descriptor, "rb", closefd=False) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def mark_closed(self) -> None:
        """Mark that the client has closed the file, so that it may be published on rename."""
        os.fchmod(self._descriptor, 0o600 | stat.S_ISVTX)

    def cut(self) -> None:
        """Drop what stands behind a hole: the client went away, and may go on from what is left."""
        os.ftruncate(self._descriptor, self._spans.prefix)

    def release(self) -> None:
        """Unlock and close the file."""
        os.close(self._descriptor)

"""What every file store shares: the name of a blob, and its bytes checked as they are read."""

import hashlib
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple, NoReturn, cast

from adapters.stores.scratch import Scratch
from gateway.core.errors import FilesError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BUFFER: Final = 1024 * 1024
CHANGED: Final = "its bytes are not those that were kept"
_BLOB = re.compile(r"(?P<space>[0-9a-z][0-9a-z_-]{1,63})/(?P<sha256>[0-9a-f]{64})")


class Name(NamedTuple):
    """A blob's name in its parts."""

    space: str
    sha256: str


def name_of(blob: str) -> Name:
    """Return the parts of a blob's name; raise FilesError where it is none."""
    match = _BLOB.fullmatch(blob)
    if match is None:
        raise FilesError("A blob is `<space>/<sha256>`; this name is none. Report it: the record is damaged.")
    return Name(match["space"], match["sha256"])


def fail(done: str, what: str, why: str | None, kind: type[FilesError] = FilesError) -> NoReturn:
    """Raise FilesError, and never the system's error with it: that one names a path, which a sender has named."""
    raise kind(f"{what} cannot be {done} in the file store: {why}. Check its disk and rights, then replay.") from None


class Placed(io.RawIOBase):
    """Bytes of a known size that are read from any place."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._at = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to a place."""
        self._at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence])
        return self._at


class Checked(Placed):
    """A blob that is digested while it is read from its begin to its end, and refused there where it has changed."""

    def __init__(self, raw: io.RawIOBase, size: int, blob: str) -> None:
        super().__init__(size)
        self._raw, self._blob = raw, blob
        self._sha256 = name_of(blob).sha256
        self._digest = hashlib.sha256()
        self._digested = 0

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to a place; what is read out of order is not digested."""
        return self._raw.seek(super().seek(offset, whence))

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Read on; raise FilesError at the end of bytes that are not those that were kept."""
        view = memoryview(buffer).cast("B")
        count = self._raw.readinto(view) or 0
        if self._at == self._digested and view:
            self._digest.update(view[:count])
            self._digested += count
            ends = not count or self._digested == self.size
            if ends and self._digest.hexdigest() != self._sha256:
                fail("read", self._blob, CHANGED)
        self._at += count
        return count

    def readall(self) -> bytes:
        """Read all that is left, in large steps."""
        return b"".join(iter(lambda: self.read(BUFFER) or b"", b""))

    def close(self) -> None:
        """Close what lies below too."""
        self._raw.close()
        super().close()


def refuse_changed(raw: io.RawIOBase, blob: str) -> None:
    """Read all of a blob; raise FilesError where its bytes are not those that were kept."""
    if hashlib.file_digest(cast("BinaryIO", raw), "sha256").hexdigest() != name_of(blob).sha256:  # type: ignore[arg-type] # a raw stream is enough
        fail("read", blob, CHANGED)


def reader(raw: io.RawIOBase, size: int, blob: str) -> BinaryIO:
    """Return a blob for reading, checked as it is read."""
    return cast("BinaryIO", io.BufferedReader(Checked(raw, size, blob), BUFFER))


@contextmanager
def copied(file: BinaryIO, scratch: Scratch) -> Iterator[Path]:
    """Give a private copy of what a file holds while the block lasts; it was checked to its end."""
    with scratch.file() as (path, descriptor):
        with file, open(descriptor, "wb", buffering=0, closefd=False) as copy:
            while chunk := file.read(BUFFER):
                copy.write(chunk)
        yield path

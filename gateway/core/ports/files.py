"""Where bytes are kept."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from io import RawIOBase
from pathlib import Path
from typing import BinaryIO, Protocol, runtime_checkable


class Draft(Protocol):
    """A file being written into the file store; `blob` names it once its block has ended without an error."""

    handle: BinaryIO
    blob: str
    size: int


class Files(Protocol):
    """Keeps bytes for good: written to a temporary name, synced, renamed, and named by their SHA-256.

    A `space` holds the blobs of one submission, so that no two submissions share bytes and one can be erased whole.
    Bytes that are no longer those that were kept are never handed on whole: `local` refuses them, and a file that is
    read from begin to end raises FilesError instead of its last bytes.
    """

    def keep(self, path: Path, space: str, sha256: str) -> str:
        """Take over a complete local file and return its blob; the same bytes in the same space are kept once."""
        ...

    def create(self, space: str) -> AbstractContextManager[Draft]:
        """Open a draft; when its block ends its bytes are durable, and when it raises nothing is left of it."""
        ...

    def open(self, blob: str) -> BinaryIO:
        """Open a blob for reading; raise FilesError where it is missing, and at its end where it has changed."""
        ...

    def local(self, blob: str) -> AbstractContextManager[Path]:
        """Give a path on this host that holds the blob's bytes while the block lasts."""
        ...

    def remove(self, blob: str) -> None:
        """Remove a blob; one that is not there is no error."""
        ...

    def clear(self, space: str) -> int:
        """Remove every blob of a space and return how many there were; run again, it removes what is left."""
        ...


class FileStore(Files, Protocol):
    """The file store of all organisations."""

    def owned(self, organisation: str) -> "FileStore":
        """Return the same store for what belongs to an organisation: all that it keeps there may have one key."""
        ...

    def probe(self) -> None:
        """Write something and remove it; raise FilesError where that cannot be done."""
        ...


class Shelf(Protocol):
    """What lies below a file store: names are given and bytes are not judged, so that sealed ones can be kept too."""

    def keep(self, path: Path, space: str, sha256: str) -> str:
        """Take over a complete local file under that name, whole or not at all."""
        ...

    def raw(self, blob: str) -> tuple[RawIOBase, int]:
        """Return a blob's bytes as they lie there, unbuffered and not checked, and how many they are."""
        ...

    def remove(self, blob: str) -> None:
        """Remove a blob; one that is not there is no error."""
        ...

    def clear(self, space: str) -> int:
        """Remove every blob of a space and return how many there were; run again, it removes what is left."""
        ...

    def blobs(self) -> Iterator[str]:
        """Yield the name of every blob."""
        ...

    def probe(self) -> None:
        """Write something and remove it; raise FilesError where that cannot be done."""
        ...


@runtime_checkable
class SealedFiles(Protocol):
    """A file store that seals what it keeps, each organisation's bytes with a key of their own."""

    def renew(self, organisation: str) -> int:
        """Seal new files of an organisation with a new key, and return its version; former ones open what they did."""
        ...

    def rewrap(self) -> int:
        """Wrap every key with the newest master key, and return how many had another."""
        ...

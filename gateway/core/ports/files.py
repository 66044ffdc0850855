"""Where bytes are kept."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, Protocol


class Draft(Protocol):
    """A file being written into the file store; `blob` names it once its block has ended without an error."""

    handle: BinaryIO
    blob: str
    size: int


class Files(Protocol):
    """Keeps bytes for good: written to a temporary name, synced, renamed, and named by their SHA-256.

    A `space` holds the blobs of one submission, so that no two submissions share bytes and one can be erased whole.
    """

    def keep(self, path: Path, space: str, sha256: str) -> str:
        """Take over a complete local file and return its blob; the same bytes in the same space are kept once."""
        ...

    def create(self, space: str) -> AbstractContextManager[Draft]:
        """Open a draft; when its block ends its bytes are durable, and when it raises nothing is left of it."""
        ...

    def open(self, blob: str) -> BinaryIO:
        """Open a blob for reading; raise FilesError where it is missing."""
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

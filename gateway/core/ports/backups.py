"""What a backup asks of the system of record."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol


class Backups(Protocol):
    """A copy of the database that fits a copy of the file store made after it, and what a restored one needs."""

    def copy(self, folder: Path) -> AbstractContextManager[Mapping[str, str]]:
        """Copy an embedded database into a folder, and keep retention and erasure waiting while the block lasts.

        Give where the database stands; one at a URL is not copied.
        """
        ...

    def named(self) -> Sequence[str]:
        """Return every blob that a submission, a response or a notice names."""
        ...

    def begin_anew(self, skip: int) -> int:
        """Let what was under way begin anew from its kept bytes, and leave ULNs out that may have been issued since.

        What a step left for the next one may be gone, and running a submission again issues the same ULNs. Return how
        many numbers of the range were left out: as asked, and at most a tenth of what is left of it.
        """
        ...


class Restoring(Protocol):
    """Makes a home's database of a copy, while there is no database to ask."""

    @staticmethod
    def restore(home: Path, copy: Path) -> None:
        """Make a base backup the embedded database of a new home; raise StoreError where that has one."""
        ...

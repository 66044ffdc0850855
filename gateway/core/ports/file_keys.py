"""Where the keys of the file store stand, each wrapped by a master key that is kept elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class WrappedKey:
    """One version of an organisation's key; `wrapped` is None once it was destroyed."""

    id: UUID
    organisation: str
    version: int
    wrapped: bytes | None


class KeptKeys(Protocol):
    """The wrapped keys of all organisations."""

    def newest(self, organisation: str) -> WrappedKey | None:
        """Return the last version of an organisation's key, be it destroyed, or None."""
        ...

    def find(self, key: UUID) -> WrappedKey | None:
        """Return a key by its number, or None."""
        ...

    def add(self, key: WrappedKey) -> WrappedKey:
        """Keep a key, and return it, or the one of its organisation and version that another was quicker to keep."""
        ...

    def all(self) -> Sequence[WrappedKey]:
        """Return every key that was not destroyed, by organisation and version."""
        ...

    def rewrap(self, key: UUID, wrapped: bytes) -> None:
        """Keep a key as another master key wraps it; one that was destroyed meanwhile stays destroyed."""
        ...

    def shred(self, organisation: str) -> int:
        """Destroy every key of an organisation for good, and return how many there were."""
        ...

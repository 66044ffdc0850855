"""What a batch file may come in, such as a ZIP or an OpenPGP message."""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, runtime_checkable

from gateway.core.notices import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrapped:
    """A file in its wrapping: where it is, what it is called, who sent it (None offline), how much may come out."""

    path: Path
    name: str
    sender: str | None
    most_bytes: int


class Wrapping(Protocol):
    """One sort of wrapping."""

    name: str

    def claims(self, file_name: str) -> bool:
        """Tell whether a file of that name comes in this wrapping."""
        ...

    def open(self, wrapped: Wrapped, out: BinaryIO) -> str | Notice:
        """Write the file inside and return its name; where a notice refuses it, what was written counts for nothing."""
        ...


@runtime_checkable
class ReadsWrapped(Protocol):
    """A file kind whose specification knows files in a wrapping: it reads them itself, with codes of its own."""

    reads_wrapped: frozenset[str]
    """The names of the wrappings."""

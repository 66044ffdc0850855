"""Files in their wrappings: the outermost is opened first, and each sort once, so that nothing nests without end."""

from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from gateway.core.notices import Notice
from gateway.core.ports.kinds import FileKind
from gateway.core.ports.wrappings import ReadsWrapped, Wrapping
from gateway.core.recognise import recognise

Source = TypeVar("Source")
Opener = Callable[[Wrapping, str, Source], tuple[str, Source]]
"""Opens one wrapping of a file of that name, and returns what is inside; raises WrappingRefused."""


class WrappingRefused(Exception):  # noqa: N818 - no fault of ours: it carries what the sender is told
    """A wrapping that cannot be opened, or may not be."""

    def __init__(self, notice: Notice) -> None:
        super().__init__()
        self.notice = notice


def wrapping_of(file_name: str, kinds: Collection[FileKind], wrappings: Sequence[Wrapping]) -> Wrapping | None:
    """Return what a file of that name comes in; None for a bare one, and where its kind reads it as it comes."""
    found = next((it for it in wrappings if it.claims(file_name)), None)
    kind = recognise(kinds, file_name, b"") if found else None
    return None if found is None or (isinstance(kind, ReadsWrapped) and found.name in kind.reads_wrapped) else found


def unwrapped(
    file_name: str,
    source: Source,
    opener: "Opener[Source]",
    kinds: Collection[FileKind],
    wrappings: Sequence[Wrapping],
) -> tuple[str, Source]:
    """Return name and bytes of the file that a reader gets; they are those that were sent where it is bare."""
    left = list(wrappings)
    while (wrapping := wrapping_of(file_name, kinds, left)) is not None:
        left.remove(wrapping)
        file_name, source = opener(wrapping, file_name, source)
    return file_name, source


def most_bytes(kinds: Collection[FileKind]) -> int:
    """Return how much may come out of a wrapping while its content is of no kind yet: what the largest may have."""
    return max((kind.max_bytes for kind in kinds), default=0)

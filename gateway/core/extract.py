"""The accepted records of a file as a file of the same kind: slices of the bytes received, untouched.

The slices are planned from the place of each record. What stands between two records goes with them, but for blanks
round one that is left out, so that the result is well-formed where the file is. A kind whose head, first record or
tail counts the records, or says what only a refused record says too, amends those parts alone.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import BinaryIO, Final, NamedTuple

from gateway.core.errors import FilesError

MAX_AMENDED: Final = 8 << 20
"""Bytes that a part which a kind amends may have."""
MISPLACED: Final = "The places of the records do not fit the kept file; check the file again."
SHORTER: Final = "The kept file is shorter than it was; check the file again."
_CHUNK: Final = 1 << 20
BLANKS: Final = b" \t\r\n"

Amend = Callable[[bytes, int], bytes]
"""Returns a part of the file as it must be where so many records are accepted."""


class Place(NamedTuple):
    """Where a record stands in the file's bytes, and whether it was accepted."""

    start: int
    end: int
    accepted: bool


@dataclass(frozen=True, slots=True)
class Amendments:
    """What a kind changes in the head, the first accepted record and the tail of a file; None leaves a part alone."""

    head: Amend | None = None
    first: Amend | None = None
    tail: Amend | None = None


AS_IS: Final = Amendments()


class Part(Enum):
    """What a slice of the file is; what follows a refused record is left out where it is blank."""

    HEAD = auto()
    RECORD = auto()
    BETWEEN = auto()
    AFTER_REFUSED = auto()
    TAIL = auto()


class Slice(NamedTuple):
    """A part of the file that is copied, and how it is amended."""

    part: Part
    start: int
    end: int
    amend: Amend | None = None


def extract(
    source: BinaryIO, places: Iterable[Place], accepted: int, out: BinaryIO, amendments: Amendments = AS_IS
) -> bool:
    """Write the file's head, its accepted records and its tail; False, and nothing written, where none is accepted.

    The places are in the order of the file, and `accepted` is how many of them are accepted: a kind's amendments need
    the number before the last place is known. Raise FilesError where places and file do not fit each other.
    """
    if not accepted:
        return False
    copied = 0
    for one in slices(places, source.seek(0, 2), amendments):
        _copy(source, one, accepted, out)
        copied += one.part is Part.RECORD
    must_be_copied(accepted, copied)
    return True


def must_be_copied(accepted: int, copied: int) -> None:
    """Raise FilesError where not as many records were copied as are accepted."""
    if copied != accepted:
        raise FilesError(f"{accepted} records are accepted but {copied} were copied; check the file again.")


def slices(places: Iterable[Place], size: int, amendments: Amendments = AS_IS) -> Iterator[Slice]:
    """Yield the parts that the extract of a file of this size consists of, in order."""
    at, part, first = 0, Part.HEAD, amendments.first
    for place in places:
        if not at <= place.start <= place.end <= size:
            raise FilesError(MISPLACED)
        yield Slice(part, at, place.start, amendments.head if part is Part.HEAD else None)
        if place.accepted:
            yield Slice(Part.RECORD, place.start, place.end, first)
            first = None
        at, part = place.end, Part.BETWEEN if place.accepted else Part.AFTER_REFUSED
    yield Slice(Part.TAIL, at, size, amendments.tail)


def _copy(source: BinaryIO, one: Slice, accepted: int, out: BinaryIO) -> None:
    source.seek(one.start)
    left = one.end - one.start
    if one.amend is not None:
        if left > MAX_AMENDED:
            raise FilesError("A part of the file that must be amended is too large.")
        out.write(one.amend(source.read(left), accepted))
        return
    may_go = one.part is Part.AFTER_REFUSED and left <= _CHUNK
    while left and (chunk := source.read(min(left, _CHUNK))):
        if not may_go or chunk.strip(BLANKS):
            out.write(chunk)
        left -= len(chunk)
    if left:
        raise FilesError(SHORTER)

"""The accepted results of a fixed-width file as such a file, with a trailer that fits."""

from collections.abc import Iterable
from io import TextIOWrapper
from typing import BinaryIO, Final

from adapters.formats.csv_file import physical_lines
from adapters.formats.fixed_width import ENCODING
from adapters.kinds.jcq_results.result import LAYOUT
from adapters.kinds.jcq_results.rules_files import COUNTS
from gateway.core.errors import FilesError
from gateway.core.extract import MISPLACED, Place, must_be_copied
from gateway.core.extract_nested import NestedExtract

_DEPTHS: Final = {"R2": 0, "R4": 1}
_RESULT: Final = "R5"
_TRAILER: Final = "R9"
_AROUND: Final = 2
"""The header and the trailer, which count as records too."""


def extract_results(source: BinaryIO, places: Iterable[Place], accepted: int, out: BinaryIO) -> None:
    """Write the accepted results, which are so many, with all that they stand in.

    Raise FilesError where the places are not those of lines of the file.
    """
    nest, at = NestedExtract(out), 0
    waiting = iter(places)
    place = next(waiting, None)
    text = TextIOWrapper(source, ENCODING, newline="")
    for line in physical_lines(text):
        if place is not None and place.start == at:
            nest.record(_RESULT, line.encode(ENCODING), accepted=place.accepted)
            place = next(waiting, None)
        else:
            _other(nest, _cut(line))
        at += len(line)
    text.detach()
    if place is not None:
        raise FilesError(MISPLACED)
    must_be_copied(accepted, nest.counts[_RESULT])


def _other(nest: NestedExtract, line: str) -> None:
    """Take a line that is no result: what begins a centre or a candidate ends the one before."""
    kind = line[:2]
    if kind in _DEPTHS:
        nest.leaves(_DEPTHS[kind])
        nest.opens(kind, line.encode(ENCODING))
        return
    if kind == _TRAILER:
        nest.leaves(0)
        line = _counted(line, nest)
    nest.between(line.encode(ENCODING))


def _cut(line: str) -> str:
    """Return a line that is no longer than a record: a few of those that are would be too many of those left."""
    text = line.rstrip("\r\n")
    return text[: LAYOUT.record_length] + line[len(text) :]


def _counted(line: str, nest: NestedExtract) -> str:
    """Return the trailer with the numbers of the records that were written."""
    counts = [nest.counts[kind] for kind in (*_DEPTHS, _RESULT)]
    places = {place.name: place for place in LAYOUT[_TRAILER].fields}
    for name, count in zip(COUNTS, (*counts, sum(counts) + _AROUND), strict=True):
        place = places[name]
        line = f"{line[: place.start - 1]}{count:0{place.length}}{line[place.end :]}"
    return line

"""The accepted results of a results file in XML as such a file, with a trailer that fits."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from re import Match
from typing import BinaryIO, Final

from adapters.formats.xml_counts import with_counts
from adapters.formats.xml_cut import TOKEN
from adapters.kinds.ao_results.xml_result import CANDIDATE, RESULT
from gateway.core.errors import FilesError
from gateway.core.extract import MISPLACED, SHORTER, Place, must_be_copied
from gateway.core.extract_nested import NestedExtract

_CENTRE: Final = "Centre"
_COUNTED: Final = {"CentreCount": _CENTRE, "CandidateCount": CANDIDATE, "ResultCount": RESULT}
_CLOSES, _NAME, _SELF_CLOSED = 1, 2, 4


def extract_results(source: BinaryIO, places: Iterable[Place], accepted: int, out: BinaryIO) -> None:
    """Write the accepted results, which are so many, with all that they stand in.

    Results of one candidate bear the place of their candidate. Raise FilesError where places and file do not fit.
    """
    nest, at = NestedExtract(out), 0
    for (start, end), results in groupby(places, key=lambda place: (place.start, place.end)):
        if not at <= start <= end:
            raise FilesError(MISPLACED)
        _frame(nest, _read(source, at, start))
        _candidate(nest, _read(source, start, end), [one.accepted for one in results])
        at = end
    source.seek(at)
    _frame(nest, with_counts(source.read(), {name: nest.counts[of] for name, of in _COUNTED.items()}))
    must_be_copied(accepted, nest.counts[RESULT])


def _read(source: BinaryIO, start: int, end: int) -> bytes:
    source.seek(start)
    data = source.read(end - start)
    if len(data) != end - start:
        raise FilesError(SHORTER)
    return data


def _frame(nest: NestedExtract, data: bytes) -> None:
    """Take what stands between two candidates, before the first or behind the last."""
    at = 0
    for tag in _tags(data):
        if not _names(tag, _CENTRE):
            continue
        nest.between(data[at : tag.start()])
        at = tag.end()
        if tag[_CLOSES]:
            nest.closes(tag[0])
        else:
            nest.opens(_CENTRE, tag[0])
    nest.between(data[at:])


def _candidate(nest: NestedExtract, data: bytes, accepted: Sequence[bool]) -> None:
    """Take a candidate; only where some results are accepted and some are not must they be told from each other."""
    if not any(accepted):
        nest.record(CANDIDATE, data, accepted=False)
    elif all(accepted):
        nest.opens(CANDIDATE, data)
        for _ in accepted:
            nest.record(RESULT, b"", accepted=True)
        nest.closes(b"")
    else:
        _results(nest, data, accepted)


def _results(nest: NestedExtract, data: bytes, accepted: Sequence[bool]) -> None:
    places = list(_places(data))
    if len(places) != len(accepted):
        raise FilesError(MISPLACED)
    at = places[0][0]
    nest.opens(CANDIDATE, data[:at])
    for (start, end), is_accepted in zip(places, accepted, strict=True):
        nest.between(data[at:start])
        nest.record(RESULT, data[start:end], accepted=is_accepted)
        at = end
    nest.closes(data[at:])


def _places(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield where each result of a candidate begins and ends."""
    depth = start = 0
    for tag in _tags(data):
        if depth == 1 and not tag[_CLOSES]:
            start = tag.start()
        depth += -1 if tag[_CLOSES] else not tag[_SELF_CLOSED]
        if depth == 1 and _names(tag, RESULT):
            yield start, tag.end()


def _tags(data: bytes) -> Iterator[Match[bytes]]:
    return (token for token in TOKEN.finditer(data) if token[_NAME] is not None)


def _names(tag: Match[bytes], name: str) -> bool:
    return bytes(tag[_NAME]).rpartition(b":")[2] == name.encode()

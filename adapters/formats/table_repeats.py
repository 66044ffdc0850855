"""Finds the records of a file whose keys stand twice, from four bytes a record and coarse key.

Signs that stand twice name the few records that are read again, and only these are compared key by key.
"""

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

import numpy as np

from adapters.formats.csv_file import Row
from adapters.formats.table_again import Again, Stamped
from adapters.formats.table_cut import Job
from adapters.formats.table_part import PartCheck, is_refused
from adapters.formats.table_plan import Part
from gateway.core.handover import Late
from gateway.core.rules.repeats import Repeats

_CR_ALONE: Final = 2


class TableRepeats:
    """What must not stand twice in one file; parts come in their order."""

    def __init__(self, check: PartCheck) -> None:
        self._check = check
        self._signs = [array("I") for _ in check.coarse]
        self._repeats = Repeats(check.plan.table.book, check.plan.context)
        self._refused = bytearray()
        self._jobs: list[Again] = []

    def add(self, job: Job, part: Part, row: Row | None = None) -> None:
        """Take a part with its job, or the part of a single row."""
        if not self._check.keys:
            return
        first = len(self._refused)
        is_plain = not (part.blank or part.trailer or part.overflow or part.ends[_CR_ALONE])
        self._jobs.append(Again(job, first + 1, is_plain, row))
        self._refused.extend(bytes(part.records))
        for at, checked in part.found.items():
            self._refused[first + at] = is_refused(checked)
        for kept, signs in zip(self._signs, part.signs, strict=True):
            kept.extend(signs)
        for noted, stamps in part.stamped:
            self._repeats.note(noted._replace(number=first + noted.number + 1), stamps)

    def late(self, read: Callable[[list[Again]], Iterable[Stamped]]) -> Iterator[Late]:
        """Yield what is to be said of records that bear a key which stands elsewhere too; `read` reads them again."""
        wanted: dict[int, list[int]] = {}
        for place in sorted(self._in_doubt()):
            wanted.setdefault(bisect_right(self._jobs, place, key=_place) - 1, []).append(place)
        for stamped in read([self._again(at, places) for at, places in wanted.items()]):
            for noted, stamps in stamped:
                self._repeats.note(noted, stamps)
        yield from self._repeats.late()

    def _again(self, at: int, places: Sequence[int]) -> Again:
        job = self._jobs[at]
        refused = bytes(self._refused[place] for place in places)
        return job._replace(places=[place - _place(job) for place in places], refused=refused)

    def _in_doubt(self) -> set[int]:
        """Return the places of the records of which another has the same sign under the same rule."""
        return set(chain.from_iterable(map(_repeated, self._signs)))


def _repeated(kept: "array[int]") -> list[int]:
    """Return the places of signs that stand twice."""
    signs = np.frombuffer(kept, np.uint32)
    order = np.sort(signs)
    often = np.unique(order[1:][order[1:] == order[:-1]])
    places: list[int] = np.flatnonzero(np.isin(signs, often[often > 0])).tolist()
    return places


def _place(job: Again) -> int:
    """Return the place in the file, from 0, of a job's first record."""
    return job.first - 1

"""What the register's store is handed of matching: keys and faces of entries, and who can be nobody in it."""

from collections.abc import Mapping, Sequence

import numpy as np

from gateway.core.handover import EntryBatch, Near
from gateway.core.matching.columns import Columns, Integers
from gateway.core.matching.crowd import Hits
from gateway.core.matching.decide import NOBODY, NONE, OfFile
from gateway.core.matching.engine import Compared, among, compared
from gateway.core.matching.entries import details, entry_batch, prepared
from gateway.core.matching.faces import faces
from gateway.core.matching.infile import newcomers
from gateway.core.matching.judge import settled
from gateway.core.matching.keys import VERSION, every_key
from gateway.core.model import Learner
from gateway.core.ports.register import NOT_APART, Candidates

__all__ = ["VERSION", "Newcomers", "entry_batch"]


class Newcomers:
    """Learners who ask for a ULN: what they are found and compared by is made once, before anybody waits for a lock."""

    def __init__(self, learners: Sequence[Learner]) -> None:
        self._learners = learners
        self._faces = faces(Columns.of(learners))

    def blocks(self) -> bytes:
        """Return the keys (64 bits) of all these learners, those to be found by and those to look by."""
        return every_key(self._faces).tobytes()

    def strangers(
        self,
        source: Candidates,
        claimed: bytes,
        apart: Mapping[int, Sequence[str]] = NOT_APART,
        arrived: Near | None = None,
    ) -> Sequence[int]:
        """Return the places of those who can be nobody in the register, and nobody of those before them.

        `claimed` are the ULNs (64 bits) of persons whom other records of the same file are, `apart` those of
        persons who are not the learner at a place, because somebody said so. With entries that `arrived` all others
        were looked at before, and so were the learners beside each other.
        """
        if arrived is not None and not arrived.numbers:
            return range(len(self._learners))
        others = {place: np.array([int(uln) for uln in ulns], np.int64) for place, ulns in apart.items()}
        file = OfFile(np.frombuffer(claimed, np.int64), NOBODY, others)
        if arrived is not None:
            found = among(self._faces, Hits.of(arrived).crowd, source)
            return _listed(_unknown(found, file))
        unknown = _unknown(compared(self._faces, source, at_once=True), file)
        return _listed(unknown[newcomers(self._faces.part(unknown), source)])

    def batch(self, places: Sequence[int], ulns: bytes, source: str) -> EntryBatch:
        """Return those at these places, who got these ULNs (64 bits), as entries."""
        numbers, chosen = np.frombuffer(ulns, np.int64), self._faces.part(np.array(places, np.int64))
        states = ((uln, None, "live", source) for uln in numbers.tolist())
        written = details([self._learners[place] for place in places], states)
        return prepared(written, chosen, numbers, np.zeros_like(numbers), np.ones(len(places), bool))


def _unknown(found: Compared, file: OfFile) -> Integers:
    """Return the places of learners who are nobody of those whom they were compared with."""
    return np.flatnonzero(settled(found, file=file).outcome == NONE)


def _listed(places: Integers) -> list[int]:
    listed: list[int] = places.tolist()
    return listed

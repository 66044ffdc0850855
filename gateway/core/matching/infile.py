"""A file matched against itself: of its records that nobody in the register is, which are one and the same person.

Two records whose given names are wholly different are two people, whatever else agrees: their sender says so. What is
remembered of a file is numbers, of a fixed width for each newcomer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from gateway.core.matching import weights
from gateway.core.matching.columns import Flags, Integers
from gateway.core.matching.crowd import Crowd, Hits, meeting
from gateway.core.matching.engine import Compared, beside
from gateway.core.matching.faces import FACE, Faces
from gateway.core.matching.guards import lonely
from gateway.core.matching.keys import file_keys, keys
from gateway.core.matching.memory import SortedBlocks
from gateway.core.matching.names import Known
from gateway.core.matching.policy import USUAL, Policy
from gateway.core.matching.weights import Given
from gateway.core.ports.register import NameCounts

_NOBODY: Final = -1


@dataclass(frozen=True, slots=True)
class Repeats:
    """Which records of a batch an earlier one of the file may be the same person as.

    `first` is that one's place among the newcomers of the whole file, -1 where a record is a newcomer itself; `sure`
    tells that the two are one person, `pair` is the place of the two in `compared`.
    """

    first: Integers
    sure: Flags
    pair: Integers
    compared: Compared


class FileMemory:
    """The newcomers of one file, as far as it has been read."""

    def __init__(self) -> None:
        self._rows = np.zeros(0, FACE)
        self._names: dict[int, Known] = {}
        self._keys = SortedBlocks()

    def __len__(self) -> int:
        return len(self._rows)

    def repeats(self, learners: Faces, source: NameCounts, policy: Policy = USUAL) -> Repeats:
        """Return which of these records repeat an earlier one, and remember those that do not.

        A repeat is remembered too, so that places count all records, but nobody is compared with it.
        """
        begin, own = len(self), keys(learners)
        self._rows = np.concatenate([self._rows, learners.rows])
        self._names |= learners.names
        block = own[0], own[1].astype(np.int64) + begin
        found = self._compared(learners, block, source)
        made = _resolved(found, begin, policy)
        new = made.first[block[1] - begin] == _NOBODY
        self._keys.add(block[0][new], block[1][new])
        return made

    def _compared(self, learners: Faces, block: tuple[Integers, Integers], source: NameCounts) -> Compared:
        probes, places = file_keys(learners)
        parts = [meeting(probes, places, *known) for known in [*self._keys.blocks, block]]
        pairs = np.unique(np.concatenate([sent.astype(np.int64) << 32 | held for sent, held in parts]))
        sent, held = pairs >> 32, pairs & 0xFFFFFFFF
        earlier = held < sent + len(self) - len(learners.rows)
        numbers = np.arange(len(self), dtype=np.int64)
        hits = Hits(sent[earlier], held[earlier], Crowd(numbers, numbers, numbers, self._rows), numbers[:0])
        return beside(learners, hits, _Beside(source, self._names))


@dataclass(frozen=True, slots=True)
class _Beside:
    """The register's counts of names, and the names of a file."""

    source: NameCounts
    own: Mapping[int, Known]

    def size(self) -> int:
        """Return about how many entries the register has."""
        return self.source.size()

    def names(self, hashes: bytes) -> Sequence[tuple[int, str, int, int]]:
        """Return the names of the register and of the file."""
        wanted = np.frombuffer(hashes, np.int64).tolist()
        known = {number: (number, *self.own[number]) for number in wanted if number in self.own}
        return list((known | {it[0]: it for it in self.source.names(hashes)}).values())


def _resolved(found: Compared, begin: int, policy: Policy) -> Repeats:
    """Decide record by record, in their order: whoever repeats another is nobody whom a third may repeat."""
    first, pair = np.full(found.size, _NOBODY), np.full(found.size, _NOBODY)
    sure = np.zeros(found.size, bool)
    alike = found.asked & ~np.isin(found.levels.given, (Given.DIFFERENT, Given.MISSING))
    asked = np.flatnonzero(alike)
    asked = asked[np.lexsort((found.held[asked], -found.scores[asked], found.sent[asked]))]
    certain = _certain(found, asked, policy)
    for place, row in zip(asked.tolist(), range(len(asked)), strict=True):
        sent, held = int(found.sent[place]), int(found.held[place])
        if first[sent] != _NOBODY or (held >= begin and first[held - begin] != _NOBODY):
            continue
        first[sent], sure[sent], pair[sent] = held, certain[row], place
    return Repeats(first, sure, pair, found)


def _certain(found: Compared, asked: Integers, policy: Policy) -> Flags:
    """Tell which pairs are one person for certain; more than names and birthday must agree in a file."""
    threshold = weights.AUTOMATIC.value if policy.threshold is None else policy.threshold
    passed = (found.scores[asked] >= threshold) & (found.guards[asked] == 0) & policy.accept_confident
    told: Flags = passed & ~lonely(found.levels.part(asked))
    return told


def newcomers(learners: Faces, source: NameCounts) -> Flags:
    """Tell which learners can be nobody of those before them."""
    found: Flags = FileMemory().repeats(learners, source).first == _NOBODY
    return found

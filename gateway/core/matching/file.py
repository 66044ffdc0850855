"""One file beside the register and beside itself, batch by batch; what is remembered of it is numbers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from gateway.core.matching.answers import between, matches
from gateway.core.matching.columns import Columns
from gateway.core.matching.counts import CountsOnce
from gateway.core.matching.decide import NOBODY, OfFile
from gateway.core.matching.engine import Compared, compared
from gateway.core.matching.faces import Faces, faces
from gateway.core.matching.infile import FileMemory
from gateway.core.matching.judge import settled
from gateway.core.matching.keys import five
from gateway.core.matching.memory import Numbers, SortedBlocks
from gateway.core.matching.policy import Policy
from gateway.core.model import Learner, Match
from gateway.core.outcomes import MatchOutcome
from gateway.core.ports.register import Candidates


@dataclass(frozen=True, slots=True)
class Look:
    """Learners by record number, beside all whom they may be: found, and not yet decided on."""

    records: tuple[int, ...]
    found: Compared | None


class FileMatching:
    """Matches the records of one file, and remembers whom it has seen."""

    def __init__(self, source: Candidates, policy: Policy) -> None:
        self._source = source
        self._counted = CountsOnce(source)
        self._policy = policy
        self._seen = SortedBlocks()
        self._ulns, self._masters, self._linked = Numbers(), Numbers(), Numbers()
        self._newcomers = FileMemory()
        self._claimed = self._fresh = NOBODY

    @property
    def claimed(self) -> bytes:
        """Return the ULNs (64 bits) of persons whom records of this file are known to be."""
        return np.union1d(self._claimed, self._fresh).tobytes()

    def firsts(self, learners: Mapping[int, Learner]) -> dict[int, int]:
        """Return for each record the number of the first one in the file with the same learner, often its own."""
        numbers = np.fromiter(learners, np.int64, len(learners))
        keys = five(_faces(learners).rows)
        order = np.argsort(keys, kind="stable")
        keys, numbers = keys[order], numbers[order]
        _, place = np.unique(keys, return_index=True)
        first = np.repeat(numbers[place], np.diff(np.append(place, len(keys))))
        earlier = self._seen.first(keys)
        new = np.flatnonzero((earlier == -1) & (first == numbers))
        self._seen.add(keys[new], numbers[new])
        found = dict(zip(numbers.tolist(), np.where(earlier == -1, first, earlier).tolist(), strict=True))
        return {number: found[number] for number in learners}

    def answer(self, answers: Mapping[int, Match]) -> None:
        """Remember what a later record of the same learner is answered."""
        for number, match in answers.items():
            self._ulns[number], self._masters[number] = int(match.uln or 0), int(match.master_uln or 0)
            self._linked[number] = int(match.linked_uln or 0)

    def answered(self, record: int) -> Match:
        """Return what a later record of the learner of that record is answered."""
        numbers = self._ulns[record], self._masters[record], self._linked[record]
        uln, master, linked = (str(number) if number else None for number in numbers)
        return Match(
            outcome=MatchOutcome.DUPLICATE_IN_FILE, uln=uln, master_uln=master, linked_uln=linked, repeats=record
        )

    def claim(self, ulns: Iterable[str | None]) -> None:
        """Remember the ULNs of persons whom records of this file are."""
        self._claimed = np.union1d(self._claimed, _integers(ulns))

    def registered(self, ulns: Iterable[str | None]) -> None:
        """Remember the ULNs of persons who were registered from this file."""
        self._fresh = np.union1d(self._fresh, _integers(ulns))

    def look(self, learners: Mapping[int, Learner]) -> Look:
        """Return learners beside all in the register whom they may be."""
        self._counted = CountsOnce(self._source)
        found = compared(_faces(learners), self._counted) if learners else None
        return Look(tuple(learners), found)

    def decide(self, look: Look) -> dict[int, Match]:
        """Return the match of each learner who was looked for."""
        if look.found is None:
            return {}
        decided = settled(look.found, self._policy, OfFile(self._claimed, self._fresh))
        self._claimed = np.union1d(self._claimed, decided.claimed)
        return dict(zip(look.records, matches(decided, self._counted), strict=True))

    def repeats(self, learners: Mapping[int, Learner]) -> dict[int, Match]:
        """Return those of these newcomers who repeat an earlier one of the file, each with what it then is.

        One who surely is the earlier one is its duplicate, any other is a question.
        """
        if not learners:
            return {}
        found = self._newcomers.repeats(_faces(learners), self._counted, self._policy)
        numbers = list(learners)
        places = np.flatnonzero(found.first >= 0).tolist()
        return {numbers[place]: between(found, place) for place in places}


def _faces(learners: Mapping[int, Learner]) -> Faces:
    return faces(Columns.of(list(learners.values())))


def _integers(ulns: Iterable[str | None]) -> "np.typing.NDArray[np.int64]":
    return np.array([int(uln) for uln in ulns if uln], np.int64)

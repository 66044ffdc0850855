"""Batches of invented learners with the truth about each: what a matcher must answer, and why.

The truth is built, not computed by a matcher: a learner is copied, changed by one rule of specification `lrs` 4.3, or
new, and is kept only where plain comparison with the whole register shows nobody else near.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, partial
from itertools import islice
from operator import itemgetter
from random import Random
from typing import TypeVar

from gateway.core.model import Entry, Learner
from gateway.core.outcomes import MatchOutcome
from gateway.core.uln import Uln, ulns_between
from gateway.sample_changes import RULES, Change, disguised
from gateway.samples import LAST_ULN, Population, seeded

_TRIES = 10_000
_FIRST_ULN = 1_000_000_000
_NOBODY = -1
_TOO_SMALL = "The register is too small for this batch; give it at least twice as many entries as learners."

_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A learner of a batch with the outcome that is right for it, and why.

    `uln` is the number that it must be answered with, of a linked learner the master's; None where there is none, or
    where it cannot be known beforehand. A gateway that does not issue answers NOT_FOUND where this says NEW_ULN.
    """

    learner: Learner
    outcome: MatchOutcome
    uln: str | None
    why: str


def scenario(entries: Sequence[Entry], seed: int, count: int, as_of: date) -> list[Drawn]:
    """Return a batch drawn from a register: 55 % exact, 20 % new, the rest all other sorts evenly, each from 50 on.

    An exact learner stands in for a linked one that the register lacks. Raise ValueError where the register is too
    small: twice as many entries as learners are enough.
    """
    draw = _Draw(entries, seeded("scenario", seed), as_of)
    sorts: list[Callable[[], Drawn]] = [partial(draw.possible, *rule) for rule in RULES]
    sorts += [draw.linked, draw.known, draw.mistaken, draw.unknown]
    shares = _shares(count // 4, len(sorts) + 1)
    new = [draw.new() for _ in range(count // 5)]
    rare = [make() for make, share in zip(sorts, shares, strict=False) for _ in range(share)]
    repeats = [draw.repeated(first) for first in new[: shares[-1]]]
    exact = [draw.exact() for _ in range(count - len(new) - len(rare) - len(repeats))]
    return draw.mixed(new + rare + exact, repeats)


def _shares(total: int, sorts: int) -> list[int]:
    """Return how many of a total each sort gets, the first ones one more where it does not divide."""
    return [total // sorts + (place < total % sorts) for place in range(sorts)]


class _Draw:
    """Draws learners from a register, each entry once, beside an index that tells who else is near."""

    def __init__(self, entries: Sequence[Entry], random: Random, as_of: date) -> None:
        self._entries = entries
        self._random = random
        self._strangers = Population(random, as_of).people()
        self._unknown = _numbers_outside(entries)
        self._linked = [place for place, entry in enumerate(entries) if entry.master_uln is not None]
        self._others = [place for place, entry in enumerate(entries) if entry.master_uln is None]
        random.shuffle(self._linked)
        random.shuffle(self._others)
        self._people = Counter(_five(entry.learner) for entry in entries)
        self._index: dict[tuple[str, ...], set[int]] = {}
        for place, entry in enumerate(entries):
            self._add(entry.learner, place)

    def new(self) -> Drawn:
        """Return a learner who is nowhere near anyone in the register or in the batch."""
        return Drawn(learner=self._stranger(), outcome=MatchOutcome.NEW_ULN, uln=None, why="not in the register")

    def repeated(self, first: Drawn) -> Drawn:
        """Return the same new learner once more."""
        learner, how = disguised(first.learner, self._random)
        why = f"the same new learner again, {how}"
        return Drawn(learner=learner, outcome=MatchOutcome.DUPLICATE_IN_FILE, uln=None, why=why)

    def exact(self) -> Drawn:
        """Return a copy of an entry whose five demographics nobody else has."""
        entry = self._take(self._others, self._lone)
        learner, how = disguised(_sent(entry.learner), self._random)
        return Drawn(learner=learner, outcome=MatchOutcome.EXACT_MATCH, uln=entry.uln, why=f"a copy, {how}")

    def linked(self) -> Drawn:
        """Return a copy of a linked entry, which its master's number answers; of any entry when none is left."""
        if not self._linked:
            return self.exact()
        entry = self._take(self._linked, self._lone)
        learner, how = disguised(_sent(entry.learner), self._random)
        why = f"a copy of a linked entry, {how}"
        return Drawn(learner=learner, outcome=MatchOutcome.LINKED_LEARNER, uln=entry.master_uln, why=why)

    def known(self) -> Drawn:
        """Return an entry's learner with the right number."""
        entry = self._take(self._others, self._lone)
        learner = replace(_sent(entry.learner), uln=entry.uln)
        return Drawn(learner=learner, outcome=MatchOutcome.EXACT_MATCH, uln=entry.uln, why="the right ULN is given")

    def mistaken(self) -> Drawn:
        """Return a stranger who gives somebody else's number; no name of one begins like a name of the other."""
        entry = self._take(self._others, self._lone)
        stranger = self._stranger()
        while not _initials(stranger).isdisjoint(_initials(entry.learner)):
            stranger = self._stranger()
        learner = replace(stranger, uln=entry.uln)
        return Drawn(learner=learner, outcome=MatchOutcome.ULN_MISMATCH, uln=None, why="the ULN is somebody else's")

    def unknown(self) -> Drawn:
        """Return a stranger who gives a number that no entry has."""
        learner = replace(self._stranger(), uln=next(self._unknown))
        return Drawn(learner=learner, outcome=MatchOutcome.ULN_NOT_FOUND, uln=None, why="nobody has the ULN")

    def possible(self, why: str, change: Change) -> Drawn:
        """Return an entry's learner so changed that one rule alone still finds this entry, and no other is near."""
        other = next(self._strangers)

        def changed(place: int) -> Learner | None:
            entry = self._entries[place]
            learner = change(entry.learner, other, self._random)
            alone = learner is not None and not entry.linked_ulns and self._near(learner) == {place}
            return learner if alone else None

        learner = self._take(self._others, changed)
        return Drawn(learner=learner, outcome=MatchOutcome.POSSIBLE_MATCH, uln=None, why=why)

    def mixed(self, batch: Sequence[Drawn], repeats: Sequence[Drawn]) -> list[Drawn]:
        """Return all in random order, but each repeat after the learner at its own place in the batch."""
        placed = [(self._random.random(), drawn) for drawn in batch]
        later = [(self._random.uniform(placed[n][0], 1), repeat) for n, repeat in enumerate(repeats)]
        return [drawn for _, drawn in sorted(placed + later, key=itemgetter(0))]

    def _take(self, places: list[int], make: Callable[[int], _Made | None]) -> _Made:
        """Remove the last place of which something can be made, and return that."""
        for n in reversed(range(len(places))):
            made = make(places[n])
            if made is not None:
                del places[n]
                return made
        raise ValueError(_TOO_SMALL)

    def _lone(self, place: int) -> Entry | None:
        """Return the entry at a place where nobody else has its five demographics."""
        entry = self._entries[place]
        return entry if self._people[_five(entry.learner)] == 1 else None

    def _stranger(self) -> Learner:
        for person in islice(self._strangers, _TRIES):
            if not self._near(person):
                self._add(person, _NOBODY)
                return person
        raise ValueError("The register is so full that no new learner can be told from those in it; make it smaller.")

    def _add(self, learner: Learner, place: int) -> None:
        for key in _keys(learner):
            self._index.setdefault(key, set()).add(place)

    def _near(self, learner: Learner) -> set[int]:
        """Return all who share any evidence with a learner, also when the learner's names are exchanged."""
        swapped = replace(learner, given_name=learner.family_name, family_name=learner.given_name)
        keys = [*_keys(learner), *_keys(swapped)]
        return set().union(*(self._index.get(key, ()) for key in keys))


def _keys(learner: Learner) -> Iterator[tuple[str, ...]]:
    """Yield what two records of one person may have in common: wider than every rule of `lrs` 4.3."""
    given, family, home = _plain(learner.given_name), _plain(learner.family_name), _plain(learner.postcode)
    born = str(learner.date_of_birth)
    yield "birth date, family", born, family
    yield "birth date, given", born, given
    yield "birth date, postcode", born, home
    yield "given, postcode", given, home
    yield "names, sector", given, family, home[:-2]
    yield "names, birth year", given, family, born[:4]
    yield "names, birthday", given, family, born[5:]
    if learner.email:
        yield "birth date, email", born, learner.email.lower()


def _initials(learner: Learner) -> set[str]:
    names = learner.given_name, learner.preferred_given_name, learner.family_name, learner.previous_family_name
    return {_plain(name)[:1] for name in names if name}


def _five(learner: Learner) -> tuple[str, ...]:
    names = _plain(learner.given_name), _plain(learner.family_name)
    return (*names, str(learner.date_of_birth), learner.sex, _plain(learner.postcode))


@lru_cache(maxsize=100_000)
def _plain(text: str) -> str:
    """Return a text's letters and digits, small and without accents."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", text.lower())))


def _numbers_outside(entries: Sequence[Entry]) -> Iterator[Uln]:
    """Yield right numbers that no entry has: those below the lowest one, or above the highest where there are none."""
    numbers = [int(entry.uln) for entry in entries]
    lowest, highest = min(numbers, default=LAST_ULN), max(numbers, default=LAST_ULN)
    first = lowest - 100 * len(entries) - 1000
    return ulns_between(first, lowest - 1) if first >= _FIRST_ULN else ulns_between(highest + 1, LAST_ULN)


def _sent(learner: Learner) -> Learner:
    """Return an entry's learner as an organisation sends them: without what only a register knows."""
    return replace(learner, uln="", former_postcodes=())

"""The decision on each learner of a batch: the same person, perhaps, too many, or nobody (specification `lrs` 4.3).

Equality of the five demographics links, a score that no guard stops matches, and all else asks: a wrong link is worse
than a question. No answer depends on the order of the entries.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gateway.core.matching import weights
from gateway.core.matching.columns import Flags, Integers
from gateway.core.matching.engine import Compared
from gateway.core.matching.guards import NUMBERS, lonely, twins
from gateway.core.matching.levels import Levels8
from gateway.core.matching.policy import USUAL, Policy
from gateway.core.matching.weights import Evidence, Sex
from gateway.core.outcomes import MatchOutcome

MOST_POSSIBLE: Final = 10
"""People that may be listed as possible matches; with more the answer is "too many"."""
OUTCOMES: Final = (
    MatchOutcome.NO_MATCH,
    MatchOutcome.EXACT_MATCH,
    MatchOutcome.CONFIDENT_MATCH,
    MatchOutcome.LINKED_LEARNER,
    MatchOutcome.POSSIBLE_MATCH,
    MatchOutcome.TOO_MANY_MATCHES,
)
"""What deciding can say, by its number."""
NONE, EXACT, CONFIDENT, LINKED, POSSIBLE, TOO_MANY = range(len(OUTCOMES))
NOBODY: Final = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided on each learner of a batch, by its place.

    `best` is the pair that counts, -1 where nobody was found. `ranked` are pairs, one for each person who may be the
    learner, best first; those of a learner begin at `begin` and are `count`.
    """

    compared: Compared
    outcome: Levels8
    guard: Levels8
    best: Integers
    ranked: Integers
    begin: Integers
    count: Integers

    @property
    def automatic(self) -> Flags:
        """Tell who is answered with a number."""
        return np.isin(self.outcome, (EXACT, CONFIDENT, LINKED))

    @property
    def claimed(self) -> Integers:
        """Return the ULNs of the persons who are answered."""
        return self.compared.persons[self.best[self.automatic]]


@dataclass(frozen=True, slots=True)
class OfFile:
    """The persons whom other records of the same file are known to be; `fresh` are those registered from it.

    `apart` are the ULNs of those who are not the learner at a place, because a person said so.
    """

    claimed: Integers
    fresh: Integers
    apart: Mapping[int, Integers] = field(default_factory=dict)


ALONE: Final = OfFile(NOBODY, NOBODY)


def decided(found: Compared, policy: Policy = USUAL, file: OfFile = ALONE) -> Decided:
    """Decide on every learner."""
    ranked = _ranked(found, _asked(found, file))
    sent, begin, count = np.unique(found.sent[ranked], return_index=True, return_counts=True)
    made = _empty(found, ranked)
    if len(sent):
        exact = np.add.reduceat(found.levels.exact[ranked].astype(np.int32), begin)
        count = np.where(exact > 1, exact, count)
        _decide(made, policy, (sent, begin, count, exact))
        _doubt(made, file.fresh)
    crowded = found.capped[made.outcome[found.capped] == NONE]
    made.outcome[crowded], made.guard[crowded] = TOO_MANY, NUMBERS["block-too-large"]
    return made


def _empty(found: Compared, ranked: Integers) -> Decided:
    outcome, guard = np.zeros(found.size, np.int8), np.zeros(found.size, np.int8)
    best, begin, count = np.full(found.size, -1), np.zeros(found.size, np.int64), np.zeros(found.size, np.int64)
    return Decided(found, outcome, guard, best, ranked, begin, count)


def _asked(found: Compared, file: OfFile) -> Integers:
    """Return the pairs that are at least a question; a twin whom another record is, or of the other sex, is none."""
    asked = found.asked.copy()
    _ask_faintly(found, asked)
    twin = twins(found.levels)
    if twin.any():
        other_sex = (found.levels.sex == Sex.CONFLICT) & ~found.levels.has(Evidence.EMAIL)
        asked &= ~(twin & (other_sex | np.isin(found.persons, np.union1d(file.claimed, file.fresh))))
    for place, ulns in file.apart.items():
        told = np.isin(found.persons, ulns) | np.isin(found.crowd.ulns[found.held], ulns)
        asked &= ~(told & (found.sent == place))
    return np.flatnonzero(asked)


def _ask_faintly(found: Compared, asked: Flags) -> None:
    """Ask about the best faint pair of each learner who has no other."""
    pairs = np.flatnonzero(found.faint & ~np.isin(found.sent, found.sent[asked]))
    pairs = pairs[found.order(pairs)]
    _, first = np.unique(found.sent[pairs], return_index=True)
    asked[pairs[first]] = True


def _ranked(found: Compared, asked: Integers) -> Integers:
    """Return the best pair of each learner and person, those of a learner together, best first.

    Of a person's records that are as good the surviving one counts.
    """
    sent, persons, ulns = found.sent[asked], found.persons[asked], found.crowd.ulns[found.held[asked]]
    exact, linked = found.levels.exact[asked], ulns != persons
    worse = np.where(exact, np.float32(-np.inf), -found.scores[asked])
    order = np.lexsort((ulns, linked, worse, persons, sent))
    first = np.ones(len(order), bool)
    first[1:] = (np.diff(sent[order]) != 0) | (np.diff(persons[order]) != 0)
    order = order[first]
    return asked[order[np.lexsort((ulns[order], worse[order], sent[order]))]]


def _decide(made: Decided, policy: Policy, groups: tuple[Integers, Integers, Integers, Integers]) -> None:
    """Fill in what is decided on the learners of whom somebody was found."""
    sent, begin, count, exact = groups
    found, best = made.compared, made.ranked[begin]
    guard = _guards(made, policy, sent, begin, count)
    linked = found.crowd.ulns[found.held[best]] != found.persons[best]
    outcome = np.where(linked, LINKED, CONFIDENT)
    outcome[guard != 0] = POSSIBLE
    one, several = exact == 1, exact > 1
    outcome[one], guard[one] = np.where(linked, LINKED, EXACT)[one], 0
    outcome[several], guard[several] = POSSIBLE, NUMBERS["second-person-near"]
    many = (outcome == POSSIBLE) & (count > MOST_POSSIBLE)
    outcome[many], guard[many] = TOO_MANY, NUMBERS["many-people-near"]
    made.outcome[sent], made.guard[sent], made.best[sent] = outcome, guard, best
    made.begin[sent], made.count[sent] = begin, count
    _list(made)
    for place in sent[many].tolist():
        _narrow(made, place)


def _list(made: Decided) -> None:
    """Put those who may be a learner who is a question in the order in which they are listed (`lrs` 4.3, step 4).

    By rule, then by how many details agree, then by score, then by ULN. The first counts; where it is not whom the
    score puts first, more than one fits.
    """
    found = made.compared
    places = np.flatnonzero(np.isin(made.outcome, (POSSIBLE, TOO_MANY)))
    chosen = np.flatnonzero(np.isin(found.sent[made.ranked], places))
    listed = made.ranked[chosen]
    made.ranked[chosen] = listed[found.order(listed)]
    first = made.ranked[made.begin[places]]
    other = places[found.persons[first] != found.persons[made.best[places]]]
    made.best[places] = first
    asked = other[made.outcome[other] == POSSIBLE]
    made.guard[asked] = NUMBERS["second-person-near"]


def _doubt(made: Decided, fresh: Integers) -> None:
    """Ask about whoever has no more than names and birthday in common with somebody registered from the same file."""
    found, confident = made.compared, np.flatnonzero(made.outcome == CONFIDENT)
    best = made.best[confident]
    near = np.isin(found.persons[best], fresh) & lonely(found.levels.part(best))
    made.outcome[confident[near]], made.guard[confident[near]] = POSSIBLE, NUMBERS["near-another-record"]


def _guards(made: Decided, policy: Policy, sent: Integers, begin: Integers, count: Integers) -> NDArray[np.int8]:
    """Return for each learner the guard that keeps the best entry from being a match, 0 where none does."""
    found, best = made.compared, made.ranked[begin]
    threshold = weights.AUTOMATIC.value if policy.threshold is None else policy.threshold
    margin = weights.MARGIN.value if policy.margin is None else policy.margin
    scores = found.scores[best]
    second = made.ranked[np.minimum(begin + 1, len(made.ranked) - 1)]
    near = (count > 1) & (found.scores[second] > scores - margin)
    told = (
        (found.guards[best] != 0, found.guards[best]),
        (np.isin(sent, found.claims), NUMBERS["upn-of-another"]),
        (near, NUMBERS["second-person-near"]),
        (scores < threshold, NUMBERS["too-little-agrees"]),
        (lonely(found.levels.part(best)) & (scores < weights.ALONE.value), NUMBERS["names-and-birthday-only"]),
        (np.full(len(sent), not policy.accept_confident), NUMBERS["agreement-asks"]),
    )
    holds, guards = zip(*told, strict=True)
    told_of: NDArray[np.int8] = np.select(holds, guards, 0).astype(np.int8)
    return told_of


def _narrow(made: Decided, place: int) -> None:
    """Keep of too many people those who agree on an optional field; where none does, all: they are not nobody."""
    begin, end = made.begin[place], made.begin[place] + made.count[place]
    listed = made.ranked[begin:end]
    kept = listed[made.compared.options[listed] > 0]
    if not len(kept):
        return
    made.ranked[begin : begin + len(kept)] = kept
    made.count[place], made.best[place] = len(kept), kept[0]
    if len(kept) <= MOST_POSSIBLE:
        guard = made.compared.guards[kept[0]] if len(kept) == 1 else NUMBERS["second-person-near"]
        made.outcome[place], made.guard[place] = POSSIBLE, guard or NUMBERS["too-little-agrees"]

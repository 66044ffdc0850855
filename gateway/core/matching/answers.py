"""Decisions as matches: objects are made for what is answered and listed, and for nothing else."""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from gateway.core.matching import weights
from gateway.core.matching.columns import Integers
from gateway.core.matching.decide import CONFIDENT, EXACT, LINKED, NONE, OUTCOMES, POSSIBLE, Decided
from gateway.core.matching.guards import NAMES
from gateway.core.matching.infile import Repeats
from gateway.core.matching.levels import Levels
from gateway.core.matching.score import RULES
from gateway.core.matching.weights import Evidence
from gateway.core.model import Entry, Match, Possible
from gateway.core.outcomes import MatchOutcome
from gateway.core.ports.register import Candidates

FIELDS = ("given_name", "family_name", "date_of_birth", "sex", "postcode")
_WORDS = tuple(
    weights.words(it.values()) for it in (weights.GIVEN, weights.FAMILY, weights.BORN, weights.SEX, weights.HOME)
)
_SHOWN = (Evidence.UPN, Evidence.EMAIL, Evidence.MIDDLE)
NO_MATCH = Match(outcome=MatchOutcome.NO_MATCH)
_NUMBERED = frozenset({EXACT, CONFIDENT, LINKED})


@lru_cache(maxsize=1 << 14)
def told(code: int) -> Mapping[str, str]:
    """Return the words for the levels of the five demographics, which stand in four bits each."""
    return {
        field: words[code >> 4 * place & 15] for place, (field, words) in enumerate(zip(FIELDS, _WORDS, strict=True))
    }


def _codes(levels: Levels) -> Integers:
    """Return the levels of the five demographics of each pair as one number."""
    five = (levels.given, levels.family, levels.born, levels.sex, levels.home)
    return sum(
        (it.astype(np.int32) << 4 * place for place, it in enumerate(five)), np.zeros(len(levels.given), np.int32)
    )


@lru_cache(maxsize=1 << len(Evidence))
def agreeing(mask: int) -> tuple[str, ...]:
    """Return the words for what else agrees."""
    return tuple(weights.EVIDENCE[kind].word for kind in _SHOWN if mask >> kind & 1)


def matches(decided: Decided, source: Candidates) -> list[Match]:
    """Return the match of each learner, in order."""
    listed = _listed(decided)
    crowd, found = decided.compared.crowd, decided.compared
    pairs = [pair for some in listed.values() for pair in some]
    numbers = crowd.numbers[found.held[pairs]].tolist() if pairs else []
    entries = source.entries(sorted(set(numbers))) if numbers else {}
    held = {pair: entries[number] for pair, number in zip(pairs, numbers, strict=True) if number in entries}
    best = np.maximum(decided.best, 0)
    told_of = _Pairs(decided, best)
    made = [NO_MATCH] * found.size
    for place in np.flatnonzero(decided.outcome != NONE).tolist():
        possible = tuple(told_of.possible(held[pair], pair) for pair in listed.get(place, ()) if pair in held)
        made[place] = told_of.match(place, possible)
    return made


def _listed(decided: Decided) -> dict[int, list[int]]:
    """Return the pairs that are listed for each learner who is a question."""
    asked = np.flatnonzero(decided.outcome == POSSIBLE).tolist()
    return {
        place: decided.ranked[decided.begin[place] : decided.begin[place] + decided.count[place]].tolist()
        for place in asked
    }


class _Pairs:
    """What is told of pairs, taken out of the columns once for the whole batch."""

    def __init__(self, decided: Decided, best: Integers) -> None:
        found = decided.compared
        levels = found.levels
        self._exact = levels.exact
        self._all_codes = _codes(levels)
        self._evidence, self._rules = levels.evidence, found.rules
        chosen = best if len(found.sent) else np.zeros(0, np.int64)
        self._outcomes, self._guards = decided.outcome.tolist(), decided.guard.tolist()
        self._found = (decided.best >= 0).tolist()
        self._codes = self._all_codes[chosen].tolist()
        self._masks = levels.evidence[chosen].tolist()
        self._scores = found.scores[chosen].astype(float).round(2).tolist()
        self._persons = found.persons[chosen].tolist()
        self._ulns = found.crowd.ulns[found.held[chosen]].tolist()

    def match(self, place: int, possible: tuple[Possible, ...]) -> Match:
        """Return the match of a learner."""
        outcome = self._outcomes[place]
        guard = NAMES[self._guards[place]] or None
        if not self._found[place]:
            return Match(outcome=OUTCOMES[outcome], guard=guard)
        person, uln, numbered = str(self._persons[place]), str(self._ulns[place]), outcome in _NUMBERED
        substituted = numbered and person != uln
        return Match(
            outcome=OUTCOMES[outcome],
            uln=person if numbered else None,
            master_uln=person if substituted else None,
            linked_uln=uln if substituted else None,
            score=self._scores[place],
            levels=told(self._codes[place]),
            other_evidence=agreeing(self._masks[place]),
            guard=guard,
            possible=possible,
        )

    def possible(self, entry: Entry, pair: int) -> Possible:
        """Return an entry that is listed."""
        levels = told(int(self._all_codes[pair]))
        rule = "EXACT" if self._exact[pair] else RULES[self._rules[pair]]
        return Possible(entry=entry, rule=rule, levels=levels)


def between(repeats: Repeats, place: int) -> Match:
    """Return what a record is that repeats another of its file: its duplicate where that is sure, else a question."""
    found, pair = repeats.compared, repeats.pair[place]
    sure = bool(repeats.sure[place])
    return Match(
        outcome=MatchOutcome.DUPLICATE_IN_FILE if sure else MatchOutcome.POSSIBLE_MATCH,
        score=round(float(found.scores[pair]), 2),
        levels=told(int(_codes(found.levels.part(np.array([pair])))[0])),
        other_evidence=agreeing(int(found.levels.evidence[pair])),
        guard=None if sure else "near-another-record",
    )

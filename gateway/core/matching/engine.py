"""A batch beside the register: who is found, and how each pair compares. Nothing is decided here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from gateway.core.matching.columns import Flags, Integers, Places
from gateway.core.matching.crowd import Crowd, Hits, meeting
from gateway.core.matching.faces import NAMES, Faces
from gateway.core.matching.guards import lonely, stopped, two_people
from gateway.core.matching.keys import FIVE, birth_keys, keys, probe_keys, wide_keys
from gateway.core.matching.levels import Levels, Levels8, Pairs, Plain, levels
from gateway.core.matching.names import Known, Names
from gateway.core.matching.score import RULES, Bits, Rarity, ruled, score, worth_comparing
from gateway.core.matching.weights import AUTOMATIC, Born, Evidence, Family, Given, Home
from gateway.core.numbers import distinct
from gateway.core.ports.register import Candidates, NameCounts, Probes

SLICE: Final = 20_000
"""Learners of a batch who are compared together: enough to be quick, few enough to bound memory."""
FEW: Final = 2_000
"""Learners up to which all their keys are asked for at once: for few, a second question costs more than it saves."""
MOST_WITH_AREAS: Final = 2_000_000
"""Entries of a register up to which learners are looked for by the keys of their postal area too."""
NOBODY: Final = np.zeros(0, np.int64)
_AGREEING: Final = (Given.EXACT, Given.SPELLING, Given.FIRST_WORD, Given.GOES_BY, Given.NICKNAME, Given.CLOSE)
_AT_HOME: Final = (Home.SAME, Home.FORMER, Home.SLIP)


@dataclass(frozen=True, slots=True)
class Compared:
    """A batch of so many learners with the pairs that are worth a decision.

    `least` is the score from which a pair is a question, `faintest` that of one at the same postcode. `sent` are the
    learners' places, `held` those of the entries in the crowd. `options` counts what agrees of the optional fields of
    a search (`lrs` 4.1). `claims` are learners whose UPN is that of somebody with other names or another birth date,
    `capped` those whom too many share a block with.
    """

    size: int
    crowd: Crowd
    least: float
    faintest: float
    sent: Integers
    held: Integers
    levels: Levels
    scores: Bits
    rules: Levels8
    guards: Levels8
    options: Levels8
    claims: Integers
    capped: Integers

    @property
    def persons(self) -> Integers:
        """Return the ULN of each pair's person."""
        return self.crowd.persons[self.held]

    @property
    def asked(self) -> Flags:
        """Tell which pairs are at least a question."""
        found: Flags = ((self.scores >= self.least) & ~two_people(self.levels)) | (self.rules > 0)
        return found

    @property
    def faint(self) -> Flags:
        """Tell which pairs are a question where a learner has no other: at one postcode, with a name or birth date.

        Where the postcode too is only nearly the same, no two of them may differ.
        """
        it = self.levels
        apart = (it.given == Given.DIFFERENT).astype(np.int8) + (it.family == Family.DIFFERENT)
        apart += it.born == Born.DIFFERENT
        most = np.where(it.home == Home.SLIP, 1, 2)
        found: Flags = (self.scores >= self.faintest) & np.isin(it.home, _AT_HOME) & (apart <= most) & ~two_people(it)
        return found

    def order(self, pairs: Integers) -> Integers:
        """Return in what order pairs are listed, those of a learner together (`lrs` 4.3, step 4).

        Equal ones first, then by rule, then by how many details agree, then by score, then by ULN.
        """
        rules = np.where(self.rules[pairs] > 0, self.rules[pairs], len(RULES))
        rules[self.levels.exact[pairs]] = 0
        ulns, agreeing = self.crowd.ulns[self.held[pairs]], self.levels.agreeing(pairs)
        return np.lexsort((ulns, -self.scores[pairs], -agreeing, rules, self.sent[pairs]))


def compared(learners: Faces, source: Candidates, *, at_once: bool = False) -> Compared:
    """Return learners beside all whom they may be; while one slice is compared, the next are looked for.

    Of many, those are looked for first whose five demographics are equal to an entry's: such entries alone decide on
    them, unless a person said that they are somebody else, and then all are asked for `at_once`. Wider keys look for
    those whom these do not find for certain.
    """
    everybody = Faces(learners.rows, _noted(learners, source))
    left = np.ones(len(learners.rows), bool)
    parts: list[Compared] = []
    if len(left) > FEW and not at_once:
        parts = _exact(everybody, source)
        left[np.concatenate([part.sent for part in parts])] = False
    found = source.near(_slices(probe_keys(everybody), left))
    parts += [_beside(everybody, Hits.of(near), source) for near in found]
    left &= ~_answered(parts)
    if left.any():
        wide = source.near(_slices(wide_keys(everybody, areas=source.size() <= MOST_WITH_AREAS), left))
        parts += [replace(_beside(everybody, Hits.of(near), source), capped=NOBODY) for near in wide]
    return parts[0] if len(parts) == 1 else _joined(parts)


def _answered(parts: Sequence[Compared]) -> Flags:
    """Tell who is found for certain: not by names and birthday alone, for a namesake may live at the postcode."""
    found = np.zeros(parts[0].size, bool)
    for it in parts:
        found[it.sent[(it.guards == 0) & (it.scores >= AUTOMATIC.value) & ~lonely(it.levels)]] = True
    return found


def _exact(learners: Faces, source: Candidates) -> list[Compared]:
    """Return learners beside the entries of equal five demographics, but for those whom too many share a block with."""
    parts = []
    for near in source.near(_slices(birth_keys(learners), np.ones(len(learners.rows), bool))):
        hits = Hits.of(near)
        pairs = Pairs(learners, Faces(hits.crowd.rows, learners.names), hits.sent, hits.held)
        same = ~np.isin(hits.sent, hits.capped)
        for mine, theirs in map(pairs.both, FIVE):
            same &= (mine == theirs) & (mine != 0)
        parts.append(_beside(learners, hits.part(same), source))
    return parts


def _slices(keyed: tuple[Integers, Places], left: Flags) -> Iterator[Probes]:
    """Yield the keys of those learners who are left, slice by slice."""
    keys, places = keyed
    slices = np.where(left, (np.cumsum(left) - 1) // SLICE, -1)[places]
    for number in range(-(-int(left.sum()) // SLICE) or 1):
        chosen = slices == number
        yield keys[chosen].tobytes(), places[chosen].tobytes()


def among(learners: Faces, crowd: Crowd, source: NameCounts) -> Compared:
    """Return learners beside those of a crowd who share a key with them."""
    hashes = distinct(np.concatenate([crowd.rows[part] for part in NAMES]))
    known, holders = keys(Faces(crowd.rows, _known(source, hashes[hashes != 0])))
    parts = [meeting(*looking(learners), known, holders) for looking in (probe_keys, wide_keys)]
    pairs = distinct(np.concatenate([sent.astype(np.int64) << 32 | held for sent, held in parts]))
    return beside(learners, Hits(pairs >> 32, pairs & 0xFFFFFFFF, crowd, NOBODY), source)


def beside(learners: Faces, hits: Hits, source: NameCounts) -> Compared:
    """Return learners beside those who were found to share a key with them."""
    return _beside(Faces(learners.rows, _noted(learners, source)), hits, source)


def _noted(learners: Faces, source: NameCounts) -> dict[int, Known]:
    """Return the names of learners, with how often the register has them."""
    return dict(learners.names) | _known(source, np.array(list(learners.names), np.int64))


def _beside(learners: Faces, hits: Hits, source: NameCounts) -> Compared:
    names, entries = learners.forms, Faces(hits.crowd.rows, learners.names)
    pairs = Pairs(learners, entries, hits.sent, hits.held)
    plain = Plain.of(pairs)
    worth = worth_comparing(pairs, plain, names, Rarity.of(names, source.size()))
    pairs, plain = Pairs(learners, entries, hits.sent[worth], hits.held[worth]), plain.part(worth)
    missing = _missing(pairs, names)
    names = names.plus(_known(source, missing)) if len(missing) else names
    return _judged(pairs, hits, levels(pairs, plain, names), names, Rarity.of(names, source.size()))


def _joined(parts: Sequence[Compared]) -> Compared:
    """Return slices of a batch as one."""
    before = np.cumsum([0, *(len(it.crowd.ulns) for it in parts)])
    columns = ("sent", "scores", "rules", "guards", "options", "claims", "capped")
    return Compared(
        size=parts[0].size,
        least=parts[0].least,
        faintest=parts[0].faintest,
        crowd=Crowd.of([it.crowd for it in parts]),
        held=np.concatenate([it.held + place for it, place in zip(parts, before, strict=False)]),
        levels=Levels.of([it.levels for it in parts]),
        **{name: np.concatenate([getattr(it, name) for it in parts]) for name in columns},
    )


def _judged(pairs: Pairs, hits: Hits, found: Levels, names: Names, rarity: Rarity) -> Compared:
    return Compared(
        size=len(pairs.learners.rows),
        crowd=hits.crowd,
        least=rarity.least,
        faintest=rarity.faint,
        sent=pairs.sent,
        held=pairs.held,
        levels=found,
        scores=score(pairs, found, names, rarity),
        rules=ruled(found),
        guards=stopped(found),
        options=_options(pairs, found, names),
        claims=pairs.sent[_disagreeing(found)],
        capped=hits.capped,
    )


def _known(source: NameCounts, hashes: Integers) -> dict[int, Known]:
    if not len(hashes):
        return {}
    return {number: Known(text, given, family) for number, text, given, family in source.names(hashes.tobytes())}


def _missing(pairs: Pairs, names: Names) -> Integers:
    """Return the hashes of names that entries have and that are not known yet, but for those equal on both sides."""
    wanted: list[Integers] = []
    for part in NAMES[:2]:
        mine, theirs = pairs.both(part)
        wanted.append(theirs[mine != theirs])
    for part in NAMES[2:]:
        theirs = pairs.theirs(part)
        wanted.append(theirs[theirs != 0])
    every = distinct(np.concatenate(wanted))
    places = np.minimum(names.places(every), len(names.ids) - 1)
    missing: Integers = every[names.ids[places] != every]
    return missing


def _options(pairs: Pairs, found: Levels, names: Names) -> Levels8:
    previous, email = pairs.mine("previous"), found.has(Evidence.EMAIL)
    some = np.flatnonzero(previous != 0)
    former = np.zeros(len(previous), bool)
    for part in ("previous", "at_16"):
        theirs = pairs.theirs(part)[some]
        former[some] |= (theirs != 0) & (names.wholes(previous[some]) == names.wholes(theirs))
    return former.astype(np.int8) + email


def _disagreeing(found: Levels) -> Flags:
    """Tell of which pairs one UPN has two people: the given name, or both family name and birth date, disagree."""
    given = np.isin(found.given, (*_AGREEING, Given.MISSING))
    family, born = found.family != Family.DIFFERENT, found.born <= Born.YEAR
    told: Flags = found.has(Evidence.UPN) & ~(given & (family | born))
    return told

"""Learners beside entries, many pairs at once: the level of every detail of every pair."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cpdist

from gateway.core.matching import homes, weights
from gateway.core.matching.births import born_levels
from gateway.core.matching.columns import Flags, Integers
from gateway.core.matching.faces import FEMALE, MALE, Faces
from gateway.core.matching.names import Names, parts
from gateway.core.matching.nicknames import nicknames
from gateway.core.matching.weights import Born, Evidence, Family, Given, Home, Sex

Levels8 = NDArray[np.int8]
CLOSE_GIVEN: Final = 0.88
CLOSE_FAMILY: Final = 0.90
LOOSE_GIVEN: Final = 0.80
LOOSE_FAMILY: Final = 0.84
_BEGINNING: Final = 3
"""Letters that a name must have to count as the beginning of a longer one."""
_SEX_UNKNOWN: Final = (1, 4)
_UNLIKE: Final = ("missing", "different")
_AGREEMENT: Final = [
    np.array([0 if word in _UNLIKE else 1 + (word == "same") for word in weights.words(levels.values())], np.int8)
    for levels in (weights.GIVEN, weights.FAMILY, weights.BORN, weights.SEX, weights.HOME)
]
"""For each detail what its levels count when agreeing details are counted: 2 where it is the same, 1 where near."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Learners and entries side by side: `sent[n]` and `held[n]` are the places of the nth pair's faces."""

    learners: Faces
    entries: Faces
    sent: Integers
    held: Integers

    def both(self, part: str) -> tuple[Integers, Integers]:
        """Return one part of the faces of each pair."""
        return self.learners.rows[part][self.sent], self.entries.rows[part][self.held]

    def mine(self, part: str) -> Integers:
        """Return one part of the learner's face of each pair."""
        return self.learners.rows[part][self.sent]

    def theirs(self, part: str) -> Integers:
        """Return one part of the entry's face of each pair."""
        return self.entries.rows[part][self.held]


@dataclass(frozen=True, slots=True)
class Levels:
    """The levels of many pairs, detail by detail, by their numbers in `weights`.

    `evidence` holds a bit for each Evidence. `exact` tells of five equal demographics that are all present, `crossed`
    that the middle name of one is the given name of the other.
    """

    given: Levels8
    family: Levels8
    born: Levels8
    sex: Levels8
    home: Levels8
    evidence: Levels8
    exact: Flags
    crossed: Flags

    @classmethod
    def of(cls, parts: Sequence["Levels"]) -> "Levels":
        """Return the levels of several parts as one."""
        return cls(*(np.concatenate([getattr(it, field.name) for it in parts]) for field in fields(cls)))

    def part(self, chosen: Integers | Flags) -> "Levels":
        """Return the levels of some of the pairs."""
        return Levels(*(getattr(self, field.name)[chosen] for field in fields(self)))

    def agreeing(self, chosen: Integers) -> Integers:
        """Return of how many details the words of some pairs say that they are the same, or half as much, near."""
        details = zip((self.given, self.family, self.born, self.sex, self.home), _AGREEMENT, strict=True)
        return sum((worth[detail[chosen]] for detail, worth in details), np.zeros(len(chosen), np.int8))

    def has(self, kind: Evidence) -> Flags:
        """Tell which pairs have a piece of evidence."""
        found: Flags = (self.evidence & (1 << kind)) != 0
        return found


@dataclass(frozen=True, slots=True)
class Plain:
    """The levels of the details that are no names, which are quickly told."""

    born: Levels8
    sex: Levels8
    home: Levels8

    @classmethod
    def of(cls, pairs: Pairs) -> "Plain":
        """Return the levels of pairs."""
        return cls(born_levels(*pairs.both("born")), _sex(pairs), _home(pairs))

    def part(self, chosen: Integers | Flags) -> "Plain":
        """Return the levels of some of the pairs."""
        return Plain(self.born[chosen], self.sex[chosen], self.home[chosen])


def levels(pairs: Pairs, plain: Plain, names: Names) -> Levels:
    """Return the levels of pairs; `names` holds every name in their faces that is not equal on both sides."""
    given, family = _given(pairs, names), _family(pairs, names)
    _swap(pairs, names, given, family)
    born, sex, home = plain.born, plain.sex, plain.home
    five = (given == Given.EXACT) & (family == Family.EXACT) & (born == Born.SAME)
    five &= np.isin(sex, (Sex.SAME, Sex.BOTH_UNKNOWN)) & np.isin(home, (Home.SAME, Home.NO_PLACE))
    return Levels(given, family, born, sex, home, _evidence(pairs, names), five, _crossed(pairs, names))


def _given(pairs: Pairs, names: Names) -> Levels8:
    mine, theirs = pairs.both("given")
    level = np.full(len(mine), Given.EXACT, np.int8)
    apart = np.flatnonzero(mine != theirs)
    one, other = names.places(mine[apart]), names.places(theirs[apart])
    found = np.full(len(apart), Given.DIFFERENT, np.int8)
    rest = np.flatnonzero(names.first_hashes[one] != names.first_hashes[other])
    found[:] = Given.FIRST_WORD
    found[rest] = _given_apart(names, one[rest], other[rest])
    found[_goes_by(pairs, names, apart) & (found > Given.FIRST_WORD)] = Given.GOES_BY
    found[names.whole_hashes[one] == names.whole_hashes[other]] = Given.SPELLING
    level[apart] = found
    level[(mine == 0) | (theirs == 0)] = Given.MISSING
    return level


def _given_apart(names: Names, one: Integers, other: Integers) -> Levels8:
    """Return the levels of given names whose first words differ."""
    alike = _alike(names, one, other)
    found = np.full(len(one), Given.DIFFERENT, np.int8)
    found[(alike >= LOOSE_GIVEN) | _begins(names, one, other, alike)] = Given.LOOSE
    found[alike >= CLOSE_GIVEN] = Given.CLOSE
    lone, initial = names.short[one] | names.short[other], names.initials[one] == names.initials[other]
    found[lone] = np.where(initial, Given.INITIAL, Given.DIFFERENT)[lone]
    both = np.flatnonzero(names.rooted[one] & names.rooted[other])
    called = [nicknames(a, b) for a, b in zip(names.firsts[one[both]], names.firsts[other[both]], strict=True)]
    found[both[np.array(called, bool)]] = Given.NICKNAME
    return found


def _goes_by(pairs: Pairs, names: Names, chosen: Integers) -> Flags:
    """Tell of which pairs the one goes by the other's given name."""
    sent, held = pairs.learners.rows[pairs.sent[chosen]], pairs.entries.rows[pairs.held[chosen]]
    forth = (held["preferred"] != 0) & (names.wholes(sent["given"]) == names.wholes(held["preferred"]))
    back = (sent["preferred"] != 0) & (names.wholes(held["given"]) == names.wholes(sent["preferred"]))
    found: Flags = forth | back
    return found


def _family(pairs: Pairs, names: Names) -> Levels8:
    mine, theirs = pairs.both("family")
    level = np.full(len(mine), Family.EXACT, np.int8)
    apart = np.flatnonzero(mine != theirs)
    one, other = names.places(mine[apart]), names.places(theirs[apart])
    alike = _alike(names, one, other)
    found = np.full(len(apart), Family.DIFFERENT, np.int8)
    found[(alike >= LOOSE_FAMILY) | _begins(names, one, other, alike)] = Family.LOOSE
    found[alike >= CLOSE_FAMILY] = Family.CLOSE
    double = np.flatnonzero(names.manifold[one] | names.manifold[other])
    shared = [
        bool(parts(a) & parts(b)) for a, b in zip(names.texts[one[double]], names.texts[other[double]], strict=True)
    ]
    found[double[np.array(shared, bool)]] = Family.PART
    found[_renamed(pairs, names, apart)] = Family.FORMER
    found[names.whole_hashes[one] == names.whole_hashes[other]] = Family.SPELLING
    level[apart] = found
    level[(mine == 0) | (theirs == 0)] = Family.MISSING
    return level


def _renamed(pairs: Pairs, names: Names, chosen: Integers) -> Flags:
    """Tell of which pairs the one's family name is a former one of the other."""
    sent, held = pairs.learners.rows[pairs.sent[chosen]], pairs.entries.rows[pairs.held[chosen]]
    mine, theirs = names.wholes(sent["family"]), names.wholes(held["family"])
    found = np.zeros(len(chosen), bool)
    for part in ("previous", "at_16"):
        found |= (held[part] != 0) & (names.wholes(held[part]) == mine)
        found |= (sent[part] != 0) & (names.wholes(sent[part]) == theirs)
    return found


def _swap(pairs: Pairs, names: Names, given: Levels8, family: Levels8) -> None:
    """Mark the pairs whose given and family name stand in each other's place, both or one of them, or nearly so."""
    apart = np.flatnonzero((given > Given.SPELLING) & (family > Family.SPELLING))
    sent, held = pairs.learners.rows[pairs.sent[apart]], pairs.entries.rows[pairs.held[apart]]
    mine, theirs = ((names.places(rows["given"]), names.places(rows["family"])) for rows in (sent, held))
    crossed = names.whole_hashes[mine[0]] == names.whole_hashes[theirs[1]]
    crossed &= names.whole_hashes[mine[1]] == names.whole_hashes[theirs[0]]
    given[apart[crossed]], family[apart[crossed]] = Given.SWAPPED, Family.SWAPPED
    other = np.flatnonzero((given[apart] == Given.DIFFERENT) & (family[apart] == Family.DIFFERENT))
    forth = _alike(names, mine[0][other], theirs[1][other]) >= CLOSE_FAMILY
    back = _alike(names, mine[1][other], theirs[0][other]) >= CLOSE_FAMILY
    given[apart[other[forth | back]]] = Given.MISPLACED
    family[apart[other[forth & back]]] = Family.MISPLACED


def _alike(names: Names, one: Integers, other: Integers) -> NDArray[np.float32]:
    """Return how much alike names are, from 0 to 1, by Jaro and Winkler."""
    if not len(one):
        return np.zeros(0, np.float32)
    listed = names.bares[one].tolist(), names.bares[other].tolist()
    return cpdist(*listed, scorer=JaroWinkler.normalized_similarity, dtype=np.float32)


def _begins(names: Names, one: Integers, other: Integers, alike: NDArray[np.float32]) -> Flags:
    """Tell where a name of three letters or more is the beginning of the other: such names are a little alike."""
    found = np.zeros(len(one), bool)
    likely = np.flatnonzero((alike > 0.6) & (alike < CLOSE_FAMILY))  # noqa: PLR2004 - 3 of 35 letters have 0.75
    texts = zip(names.bares[one[likely]], names.bares[other[likely]], strict=True)
    found[likely] = [min(len(a), len(b)) >= _BEGINNING and (a.startswith(b) or b.startswith(a)) for a, b in texts]
    return found


def _sex(pairs: Pairs) -> Levels8:
    mine, theirs = pairs.both("sex")
    known = np.isin(mine, (MALE, FEMALE)) & np.isin(theirs, (MALE, FEMALE))
    level = np.where(known, Sex.CONFLICT, Sex.UNKNOWN).astype(np.int8)
    level[mine == theirs] = Sex.SAME
    level[(mine == theirs) & np.isin(mine, _SEX_UNKNOWN)] = Sex.BOTH_UNKNOWN
    level[(mine == 0) | (theirs == 0)] = Sex.MISSING
    return level


def _home(pairs: Pairs) -> Levels8:
    mine, theirs = pairs.both("postcode")
    level = np.full(len(mine), Home.SAME, np.int8)
    apart = np.flatnonzero(mine != theirs)
    one, other = mine[apart], theirs[apart]
    found = np.full(len(apart), Home.DIFFERENT, np.int8)
    found[homes.districts(one) == homes.districts(other)] = Home.AREA
    found[homes.sectors(one) == homes.sectors(other)] = Home.SECTOR
    found[_slips(one, other)] = Home.SLIP
    found[homes.no_place(one) | homes.no_place(other)] = Home.MISSING
    for former in ("former_1", "former_2"):
        gone = pairs.theirs(former)[apart], pairs.mine(former)[apart]
        found[((gone[0] == one) & (one != 0)) | ((gone[1] == other) & (other != 0))] = Home.FORMER
    level[apart] = found
    level[(mine == theirs) & homes.no_place(mine)] = Home.NO_PLACE
    level[(mine == 0) | (theirs == 0)] = Home.MISSING
    return level


def _slips(one: Integers, other: Integers) -> Flags:
    """Tell of which postcodes one sign differs: before its last three signs, or among them, they are equal then."""
    found = np.zeros(len(one), bool)
    likely = np.flatnonzero(
        (one // homes.INWARD == other // homes.INWARD) | (one % homes.INWARD == other % homes.INWARD)
    )
    found[likely] = homes.slips(one[likely], other[likely])
    return found


def _evidence(pairs: Pairs, names: Names) -> Levels8:
    found = np.zeros(len(pairs.sent), np.int8)
    mine, theirs = pairs.both("upn")
    both = (mine != 0) & (theirs != 0)
    found[both] = np.where(mine == theirs, 1 << Evidence.UPN, 1 << Evidence.OTHER_UPN)[both]
    mine, theirs = pairs.both("email")
    found[(mine == theirs) & (mine != 0)] |= 1 << Evidence.EMAIL
    mine, theirs = pairs.both("middle")
    both = np.flatnonzero((mine != 0) & (theirs != 0))
    found[both] |= _middle(names, names.places(mine[both]), names.places(theirs[both]))
    return found


def _middle(names: Names, one: Integers, other: Integers) -> Levels8:
    only = (names.short[one] | names.short[other]) & (names.initials[one] == names.initials[other])
    level = np.where(only, 1 << Evidence.MIDDLE_INITIAL, 1 << Evidence.OTHER_MIDDLE)
    return np.where(names.whole_hashes[one] == names.whole_hashes[other], 1 << Evidence.MIDDLE, level).astype(np.int8)


def _crossed(pairs: Pairs, names: Names) -> Flags:
    """Tell of which pairs the middle name of one is the given name of the other, and their given names differ."""
    mine, theirs = pairs.both("given")
    middle, their_middle = pairs.both("middle")
    found = np.zeros(len(mine), bool)
    some = np.flatnonzero((mine != theirs) & ((middle != 0) | (their_middle != 0)))
    forth = (middle[some] != 0) & (names.wholes(middle[some]) == names.wholes(theirs[some]))
    back = (their_middle[some] != 0) & (names.wholes(their_middle[some]) == names.wholes(mine[some]))
    found[some] = forth | back
    return found

"""The score of a pair in bits, and the rules P1 to P6 that find a possible match whatever its score."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gateway.core.matching import weights
from gateway.core.matching.columns import Flags, Integers
from gateway.core.matching.levels import Levels, Pairs, Plain
from gateway.core.matching.names import Names
from gateway.core.matching.weights import Born, Evidence, Family, Given, Home, Sex

Bits = NDArray[np.float32]

_GIVEN, _GIVEN_RARE = weights.bits(weights.GIVEN.values()), weights.by_rarity(weights.GIVEN.values())
_FAMILY, _FAMILY_RARE = weights.bits(weights.FAMILY.values()), weights.by_rarity(weights.FAMILY.values())
_BORN, _SEX, _HOME = (
    weights.bits(weights.BORN.values()),
    weights.bits(weights.SEX.values()),
    weights.bits(weights.HOME.values()),
)
_EVIDENCE: Final = np.array(
    [sum(weights.EVIDENCE[kind].bits for kind in Evidence if mask >> kind & 1) for mask in range(1 << len(Evidence))],
    np.float32,
)
_MOST_GIVEN: Final = max(weight.bits for weight in weights.GIVEN.values())
_MOST_FAMILY: Final = max(weight.bits for weight in weights.FAMILY.values())
NEARLY: Final = (
    Given.EXACT,
    Given.SPELLING,
    Given.FIRST_WORD,
    Given.GOES_BY,
    Given.NICKNAME,
    Given.CLOSE,
    Given.LOOSE,
    Given.INITIAL,
)
"""Levels of a given name that is similar in the words of rule P4, or closer still."""
RULES: Final = ("score", "P1", "P2", "P3", "P4", "P5", "P6")
"""What finds an entry: a rule of specification `lrs` 4.3, else its score."""


class Rarity(NamedTuple):
    """The bits that names are worth: by the place of a name among `Names`, as given and as family name.

    The sum begins at `prior`; from `least` on a pair is a question, from `faint` on one at the same postcode may be.
    """

    given: Bits
    family: Bits
    prior: float
    least: float
    faint: float

    @classmethod
    def of(cls, names: Names, size: int) -> "Rarity":
        """Return the rarity of names in a register of so many entries."""
        everybody = size + weights.COMMON
        given, family = (
            np.minimum(weights.RAREST, -np.log2((count + 1) / everybody)).astype(np.float32)
            for count in (names.given, names.family)
        )
        taken = max(size, weights.LEAST_REGISTER)
        smaller = max(0.0, float(np.log2(weights.LEAST_REGISTER / everybody)))
        least, faint = weights.ASKED.value - smaller, weights.AT_HOME.value - weights.SMALL.value * smaller
        return cls(given, family, -float(np.log2(taken)), least, faint)


def worth_comparing(pairs: Pairs, plain: Plain, names: Names, rarity: Rarity) -> Flags:
    """Tell which pairs can reach the score of a possible match, or a rule, whatever their names say."""
    given = np.maximum(rarity.given[names.places(pairs.mine("given"))], _MOST_GIVEN)
    family = np.maximum(rarity.family[names.places(pairs.mine("family"))], _MOST_FAMILY)
    most = given + family + rarity.prior + _BORN[plain.born] + _SEX[plain.sex] + _HOME[plain.home]
    most += weights.EVIDENCE[Evidence.MIDDLE].bits
    linked = np.zeros(len(most), bool)
    for part in ("upn", "email"):
        mine, theirs = pairs.both(part)
        linked |= (mine == theirs) & (mine != 0)
    same_home = np.isin(plain.home, (Home.SAME, Home.NO_PLACE))
    ruled = (plain.born == Born.SAME) | ((plain.born != Born.DIFFERENT) & (plain.born != Born.GENERATION) & same_home)
    found: Flags = linked | ruled | (most >= rarity.faint)
    return found


def score(pairs: Pairs, levels: Levels, names: Names, rarity: Rarity) -> Bits:
    """Return the bits for each pair being one person, the names' rarity and the register's size included."""
    total = _GIVEN[levels.given] + _FAMILY[levels.family] + _BORN[levels.born] + _SEX[levels.sex]
    total += _HOME[levels.home] + _EVIDENCE[levels.evidence] + np.float32(rarity.prior)
    for part, rare, found in (("given", _GIVEN_RARE, levels.given), ("family", _FAMILY_RARE, levels.family)):
        chosen = np.flatnonzero(rare[found])
        total[chosen] += _rarer(pairs, part, chosen, names, getattr(rarity, part))
    return total


def _rarer(pairs: Pairs, part: str, chosen: Integers, names: Names, bits: Bits) -> Bits:
    """Return the rarity of the commoner one of two names that agree."""
    mine = pairs.learners.rows[part][pairs.sent[chosen]]
    theirs = pairs.entries.rows[part][pairs.held[chosen]]
    other = np.where(mine == theirs, mine, theirs)
    return np.minimum(bits[names.places(mine)], bits[names.places(other)])


def ruled(levels: Levels) -> NDArray[np.int8]:
    """Return for each pair the first of the rules P1 to P6 that finds it, by its number in RULES; 0 where none does."""
    same_given = np.isin(levels.given, (Given.EXACT, Given.SPELLING))
    same_family = np.isin(levels.family, (Family.EXACT, Family.SPELLING))
    born = levels.born == Born.SAME
    sex = np.isin(levels.sex, (Sex.SAME, Sex.BOTH_UNKNOWN))
    home = np.isin(levels.home, (Home.SAME, Home.NO_PLACE))
    part = ~born & ~np.isin(levels.born, (Born.MISSING, Born.DIFFERENT, Born.GENERATION))
    rules = (
        born & same_given & same_family,
        born & same_given & (levels.family == Family.FORMER),
        born & (levels.given == Given.SWAPPED),
        born & same_family & np.isin(levels.given, NEARLY) & (sex | home),
        part & same_given & same_family & sex & home,
        born & levels.has(Evidence.EMAIL) & (same_given | same_family),
    )
    return np.select(rules, range(1, len(RULES)), 0).astype(np.int8)

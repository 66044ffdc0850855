"""What each agreement and each difference is worth: data, under one version.

A weight is in bits: how many times twofold likelier a pair at that level is to be one person than two. A name that
agrees is worth its rarity in the register, so many bits more or less. The sum begins below zero, by the bits of the
register's size.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

VERSION: Final = "2026.2"
"""The rule set's version: it changes with every weight, level, threshold, guard or nickname."""


class Weight(NamedTuple):
    """One level of a detail: the word that `match.csv` shows, its bits, and what it means.

    With `by_rarity` the bits are added to those of the name's rarity.
    """

    word: str
    bits: float
    meaning: str
    by_rarity: bool = False


class Given(IntEnum):
    """Levels of the given name."""

    MISSING = 0
    EXACT = 1
    SPELLING = 2
    FIRST_WORD = 3
    GOES_BY = 4
    NICKNAME = 5
    CLOSE = 6
    LOOSE = 7
    INITIAL = 8
    SWAPPED = 9
    MISPLACED = 10
    DIFFERENT = 11


class Family(IntEnum):
    """Levels of the family name."""

    MISSING = 0
    EXACT = 1
    SPELLING = 2
    FORMER = 3
    PART = 4
    CLOSE = 5
    LOOSE = 6
    SWAPPED = 7
    MISPLACED = 8
    DIFFERENT = 9


class Born(IntEnum):
    """Levels of the date of birth."""

    MISSING = 0
    SAME = 1
    SWAPPED = 2
    DIGIT = 3
    YEAR = 4
    JANUARY = 5
    PART = 6
    DIFFERENT = 7
    GENERATION = 8


class Sex(IntEnum):
    """Levels of the sex."""

    MISSING = 0
    SAME = 1
    BOTH_UNKNOWN = 2
    UNKNOWN = 3
    CONFLICT = 4


class Home(IntEnum):
    """Levels of the postcode."""

    MISSING = 0
    SAME = 1
    NO_PLACE = 2
    FORMER = 3
    SLIP = 4
    SECTOR = 5
    AREA = 6
    DIFFERENT = 7


class Evidence(IntEnum):
    """What else may agree or differ, each on its own."""

    UPN = 0
    OTHER_UPN = 1
    EMAIL = 2
    MIDDLE = 3
    MIDDLE_INITIAL = 4
    OTHER_MIDDLE = 5


GIVEN: Final[Mapping[Given, Weight]] = {
    Given.MISSING: Weight("missing", 0.0, "one side has none"),
    Given.EXACT: Weight("same", -0.2, "equal", by_rarity=True),
    Given.SPELLING: Weight("near", -0.5, "equal but for accents, blanks, hyphens or apostrophes", by_rarity=True),
    Given.FIRST_WORD: Weight("near", -1.5, "the first word is equal", by_rarity=True),
    Given.GOES_BY: Weight("nickname", -2.0, "the one goes by the other's given name", by_rarity=True),
    Given.NICKNAME: Weight("nickname", 4.0, "a short form of one name, such as Bill and William"),
    Given.CLOSE: Weight("near", 4.5, "spelt much alike (Jaro-Winkler 0.88)"),
    Given.LOOSE: Weight("near", -0.7, "loosely alike (Jaro-Winkler 0.80), or one begins with the other"),
    Given.INITIAL: Weight("near", 0.5, "one is the other's initial"),
    Given.SWAPPED: Weight("swapped", -3.0, "given and family name in each other's place", by_rarity=True),
    Given.MISPLACED: Weight("swapped", 3.0, "one of both names stands, or nearly, in the other's place"),
    Given.DIFFERENT: Weight("different", -6.0, "wholly different"),
}
FAMILY: Final[Mapping[Family, Weight]] = {
    Family.MISSING: Weight("missing", 0.0, "one side has none"),
    Family.EXACT: Weight("same", -0.2, "equal", by_rarity=True),
    Family.SPELLING: Weight("near", -0.5, "equal but for accents, blanks, hyphens or apostrophes", by_rarity=True),
    Family.FORMER: Weight("former", -2.0, "one is the other's previous name, or family name at 16", by_rarity=True),
    Family.PART: Weight("near", 5.0, "one is a part of the other's double name"),
    Family.CLOSE: Weight("near", 6.0, "spelt much alike (Jaro-Winkler 0.90)"),
    Family.LOOSE: Weight("near", 0.5, "loosely alike (Jaro-Winkler 0.84), or one begins with the other"),
    Family.SWAPPED: Weight("swapped", -3.0, "given and family name in each other's place", by_rarity=True),
    Family.MISPLACED: Weight("swapped", 3.0, "both names stand nearly in each other's place"),
    Family.DIFFERENT: Weight("different", -5.0, "wholly different"),
}
BORN: Final[Mapping[Born, Weight]] = {
    Born.MISSING: Weight("missing", 0.0, "one side has none"),
    Born.SAME: Weight("same", 13.0, "equal"),
    Born.SWAPPED: Weight("swapped", 6.5, "day and month exchanged"),
    Born.DIGIT: Weight("near", 2.5, "one digit differs, or two neighbouring ones of a part are exchanged"),
    Born.YEAR: Weight("near", 2.5, "the year is out by one"),
    Born.JANUARY: Weight("near", 3.0, "the same year, and one side says 1 January"),
    Born.PART: Weight("near", -1.0, "day, month or year differs, the other two are equal"),
    Born.DIFFERENT: Weight("different", -9.0, "more than one part differs"),
    Born.GENERATION: Weight("different", -12.0, "more than one part differs, and 12 years or more lie between"),
}
SEX: Final[Mapping[Sex, Weight]] = {
    Sex.MISSING: Weight("missing", 0.0, "one side has none"),
    Sex.SAME: Weight("same", 1.0, "equal"),
    Sex.BOTH_UNKNOWN: Weight("same", 0.0, "equal, and neither male nor female"),
    Sex.UNKNOWN: Weight("different", 0.0, "one side does not know, or does not say"),
    Sex.CONFLICT: Weight("different", -5.0, "male and female"),
}
HOME: Final[Mapping[Home, Weight]] = {
    Home.MISSING: Weight("missing", 0.0, "one side has none"),
    Home.SAME: Weight("same", 14.0, "equal"),
    Home.NO_PLACE: Weight("same", 0.0, "equal, and it stands for no place (ZZ99)"),
    Home.FORMER: Weight("former", 12.0, "one is a former postcode of the other"),
    Home.SLIP: Weight("near", 9.0, "one sign differs, or two neighbouring ones are exchanged"),
    Home.SECTOR: Weight("near", 6.0, "the same but for its last two letters"),
    Home.AREA: Weight("different", 1.0, "another place in the same postal district"),
    Home.DIFFERENT: Weight("different", -1.5, "another place"),
}
EVIDENCE: Final[Mapping[Evidence, Weight]] = {
    Evidence.UPN: Weight("upn", 20.0, "the same Unique Pupil Number"),
    Evidence.OTHER_UPN: Weight("", -4.0, "two Unique Pupil Numbers"),
    Evidence.EMAIL: Weight("email", 12.0, "the same email address"),
    Evidence.MIDDLE: Weight("middle_name", 3.0, "the same middle name"),
    Evidence.MIDDLE_INITIAL: Weight("", 1.0, "middle names with the same initial, one of them only that"),
    Evidence.OTHER_MIDDLE: Weight("", -2.0, "two middle names"),
}

RAREST: Final = 12.0
"""Bits that a name is worth at most, however rare it is."""
COMMON: Final = 1024
"""So many learners of other names are counted to those of the register, that a small one does not mislead."""
LEAST_REGISTER: Final = 1_000_000
"""For an automatic match no register is taken for smaller: those whom it lacks look alike too."""


class Threshold(NamedTuple):
    """A figure of the decision, and what it is for."""

    value: float
    meaning: str


AUTOMATIC: Final = Threshold(4.5, "bits that an automatic match needs")
MARGIN: Final = Threshold(6.0, "bits that the second person must be behind, or it is a question who is meant")
ASKED: Final = Threshold(-2.0, "bits from which an entry is a possible match; what a rule P1 to P6 finds always is one")
AT_HOME: Final = Threshold(
    -8.0, "bits from which the best entry at the same postcode is a possible match where there is no other"
)
SMALL: Final = Threshold(
    1.5, "bits that at_home falls by, and asked by 1, for each bit that a register is smaller than a million entries"
)
ALONE: Final = Threshold(6.0, "bits that names and birthday alone need: without a postcode or other evidence")


def bits(levels: Iterable[Weight]) -> NDArray[np.float32]:
    """Return the bits of each level, by its number."""
    return np.array([weight.bits for weight in levels], np.float32)


def by_rarity(levels: Iterable[Weight]) -> NDArray[np.bool_]:
    """Tell of each level, by its number, whether a name's rarity is added."""
    return np.array([weight.by_rarity for weight in levels])


def words(levels: Iterable[Weight]) -> Sequence[str]:
    """Return the word of each level, by its number."""
    return [weight.word for weight in levels]

"""A learner beside an entry of the register, field by field: the levels that `match.csv` shows."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Final

from rapidfuzz.distance import OSA

from gateway.core.matching.normalise import email, n1, n2, postcode, upn
from gateway.core.model import Learner

_PREFIX: Final = 3
"""Letters that a name must have to count as the beginning of a longer one; a single letter is an initial."""
_EDITED: Final = 4
"""Letters that both names must have for one edit to count as a slip; Ian and Ivan are two names."""


class Level(StrEnum):
    """How a field of a learner stands to the same field of an entry (specification `gateway-files` 3)."""

    SAME = "same"
    NEAR = "near"
    NICKNAME = "nickname"
    FORMER = "former"
    SWAPPED = "swapped"
    MISSING = "missing"
    DIFFERENT = "different"


class Forms:
    """A person's details as they are compared, empty where there are none; names are in N2, `exact` ones in N1.

    Each is made when it is asked for: most learners are spelt as their entry is, and need few of them.
    """

    __slots__ = ("_learner", "uln")

    def __init__(self, learner: Learner, uln: str) -> None:
        self._learner = learner
        self.uln = uln

    @property
    def exact_given(self) -> str:
        """Return the given name."""
        return n1(self._learner.given_name)

    @property
    def exact_family(self) -> str:
        """Return the family name."""
        return n1(self._learner.family_name)

    @property
    def given(self) -> str:
        """Return the given name."""
        return n2(self._learner.given_name)

    @property
    def family(self) -> str:
        """Return the family name."""
        return n2(self._learner.family_name)

    @property
    def first_word(self) -> str:
        """Return the first of several given names."""
        return n2(self.exact_given.partition(" ")[0])

    @property
    def preferred(self) -> str:
        """Return the given name that the person goes by."""
        return n2(self._learner.preferred_given_name)

    @property
    def middle(self) -> str:
        """Return the middle names."""
        return n2(self._learner.middle_name)

    @property
    def previous(self) -> str:
        """Return the previous family name."""
        return n2(self._learner.previous_family_name)

    @property
    def former(self) -> frozenset[str]:
        """Return every former family name."""
        return frozenset({self.previous, n2(self._learner.family_name_at_16)} - {""})

    @property
    def born(self) -> date | None:
        """Return the date of birth."""
        return self._learner.date_of_birth

    @property
    def sex(self) -> str:
        """Return the sex."""
        return self._learner.sex.strip()

    @property
    def postcode(self) -> str:
        """Return the postcode."""
        return postcode(self._learner.postcode)

    @property
    def former_postcodes(self) -> frozenset[str]:
        """Return every former postcode."""
        return frozenset(map(postcode, self._learner.former_postcodes)) - {""}

    @property
    def email(self) -> str:
        """Return the email address."""
        return email(self._learner.email)

    @property
    def upn(self) -> str:
        """Return the Unique Pupil Number."""
        return upn(self._learner.upn)

    def swaps(self, other: "Forms") -> bool:
        """Tell whether the one's given name is the other's family name and the other way round."""
        return alike(self.given, other.family) and alike(self.family, other.given)

    def renames(self, other: "Forms") -> bool:
        """Tell whether the one's family name is a former family name of the other (rule P2)."""
        return self.family in other.former or alike(self.previous, other.family)

    def nearly_given(self, other: "Forms") -> bool:
        """Tell whether the given names are similar, in the words of rule P4."""
        return self.by_preference(other) or alike(self.first_word, other.first_word) or similar(self.given, other.given)

    def by_preference(self, other: "Forms") -> bool:
        """Tell whether the one goes by a name that is the other's given name."""
        return alike(self.given, other.preferred) or alike(self.preferred, other.given)


def alike(one: str, other: str) -> bool:
    """Tell whether two comparable texts are present and equal."""
    return one == other != ""


def similar(one: str, other: str) -> bool:
    """Tell whether two names in N2 are equal, one edit apart, or one the initial or beginning of the other.

    The words of `lrs` 5.2 step 4; two neighbouring letters exchanged count as one edit.
    """
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) == 1 or len(shorter) >= _PREFIX:
        slip = len(shorter) >= _EDITED and OSA.distance(one, other, score_cutoff=1) <= 1
        return slip or longer.startswith(shorter)
    return alike(one, other)


def compare(sent: Forms, held: Forms) -> Mapping[str, str]:
    """Return the level of each of the five demographics."""
    return {
        "given_name": _given(sent, held),
        "family_name": _family(sent, held),
        "date_of_birth": birth_level(sent.born, held.born),
        "sex": _plain(sent.sex, held.sex),
        "postcode": _postcode(sent, held),
    }


def other_evidence(sent: Forms, held: Forms) -> tuple[str, ...]:
    """Return what else agrees, by its name in `match.csv`; the register holds no school."""
    agreeing = (
        ("upn", sent.upn, held.upn),
        ("uln", sent.uln, held.uln),
        ("email", sent.email, held.email),
        ("middle_name", sent.middle, held.middle),
    )
    return tuple(name for name, one, other in agreeing if alike(one, other))


def birth_level(sent: date | None, held: date | None) -> Level:
    """Return the level of a date of birth: swapped is day and month exchanged, near is one part that differs."""
    if sent is None or held is None:
        return Level.MISSING
    if sent == held:
        return Level.SAME
    if (sent.year, sent.month, sent.day) == (held.year, held.day, held.month):
        return Level.SWAPPED
    parts = [sent.year == held.year, sent.month == held.month, sent.day == held.day]
    return Level.NEAR if parts.count(False) == 1 else Level.DIFFERENT


def _given(sent: Forms, held: Forms) -> Level:
    level = _name(sent, held, _plain(sent.exact_given, held.exact_given), alike(sent.given, held.given))
    if level is not Level.DIFFERENT:
        return level
    if sent.by_preference(held):
        return Level.NICKNAME
    return Level.NEAR if sent.nearly_given(held) else Level.DIFFERENT


def _family(sent: Forms, held: Forms) -> Level:
    level = _name(sent, held, _plain(sent.exact_family, held.exact_family), alike(sent.family, held.family))
    if level is not Level.DIFFERENT:
        return level
    if sent.renames(held):
        return Level.FORMER
    return Level.NEAR if similar(sent.family, held.family) else Level.DIFFERENT


def _name(sent: Forms, held: Forms, level: Level, spelling: bool) -> Level:  # noqa: FBT001 - told by its place
    """Return what is said of given and family names alike: spelt differently, or one in the other's place."""
    if level is not Level.DIFFERENT:
        return level
    if spelling:
        return Level.NEAR
    return Level.SWAPPED if sent.swaps(held) else Level.DIFFERENT


def _plain(sent: str, held: str) -> Level:
    if not sent or not held:
        return Level.MISSING
    return Level.SAME if sent == held else Level.DIFFERENT


def _postcode(sent: Forms, held: Forms) -> Level:
    level = _plain(sent.postcode, held.postcode)
    if level is not Level.DIFFERENT:
        return level
    if sent.postcode in held.former_postcodes or held.postcode in sent.former_postcodes:
        return Level.FORMER
    neighbours = sent.postcode[:-2] == held.postcode[:-2]
    slip = OSA.distance(sent.postcode, held.postcode, score_cutoff=1) <= 1
    return Level.NEAR if neighbours or slip else Level.DIFFERENT

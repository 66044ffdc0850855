"""A learner beside an entry of the register, field by field: the levels that `match.csv` shows."""

from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """A person's details as they are compared, empty where there are none; names are in N2, `exact` ones in N1."""

    exact_given: str
    exact_family: str
    given: str
    family: str
    first_word: str
    preferred: str
    middle: str
    previous: str
    former: frozenset[str]
    born: date | None
    sex: str
    postcode: str
    former_postcodes: frozenset[str]
    email: str
    upn: str
    uln: str

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


def forms(learner: Learner, uln: str) -> Forms:
    """Return a learner's details in the forms that are compared, with the ULN that was sent or that the entry has."""
    exact_given, previous = n1(learner.given_name), n2(learner.previous_family_name)
    return Forms(
        exact_given=exact_given,
        exact_family=n1(learner.family_name),
        given=n2(learner.given_name),
        family=n2(learner.family_name),
        first_word=n2(exact_given.partition(" ")[0]),
        preferred=n2(learner.preferred_given_name),
        middle=n2(learner.middle_name),
        previous=previous,
        former=frozenset({previous, n2(learner.family_name_at_16)} - {""}),
        born=learner.date_of_birth,
        sex=learner.sex.strip(),
        postcode=postcode(learner.postcode),
        former_postcodes=frozenset(map(postcode, learner.former_postcodes)) - {""},
        email=email(learner.email),
        upn=upn(learner.upn),
        uln=uln,
    )


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
    agreeing = {
        "upn": alike(sent.upn, held.upn),
        "uln": alike(sent.uln, held.uln),
        "email": alike(sent.email, held.email),
        "middle_name": alike(sent.middle, held.middle),
    }
    return tuple(name for name, agrees in agreeing.items() if agrees)


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

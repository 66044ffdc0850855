"""The guards: each stops an automatic match whatever the score, and says in a sentence what the sender may do.

A guard that looks at one pair has a condition over the levels; the others are told where the decision is made.
"""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from gateway.core.matching.columns import Flags
from gateway.core.matching.levels import Levels, Levels8
from gateway.core.matching.weights import Born, Evidence, Family, Given, Home, Sex

SENTENCES: Final[Mapping[str, str]] = {
    "may-be-a-twin": "The same family name, birthday and postcode, but the given name differs: may be a twin.",
    "given-name-differs": "Check the given name: a learner in the register has another one, and may be a relative.",
    "given-name-loosely-alike": "Check the given name: it is only loosely alike, a slip of the pen or a relative.",
    "given-name-initial": "Send the whole given name: an initial fits several people.",
    "given-name-missing": "Send the given name: without it nobody is certain.",
    "middle-name-is-given-name": "Check the given name: it is the other one's middle name, and may be a relative's.",
    "names-swapped": "Check the order of the names: given and family name fit the other way round.",
    "names-both-near": "Check how both names are spelt: neither is quite that of the learner in the register.",
    "family-name-differs": "Check the family name: all else fits; send the previous family name if it has changed.",
    "birth-date-missing": "Send the date of birth: without it nobody is certain.",
    "birth-date-differs": "Check the date of birth: a parent and a child may have the same names and address.",
    "birth-date-near": "Check the date of birth: it is only near, and the postcode does not confirm it.",
    "sex-differs": "Check the sex: it differs, and the given name or the postcode is not quite the same.",
    "names-and-birthday-only": "Send a former postcode or the UPN: in a large register two people share such names "
    "and birthday.",
    "upn-of-another": "Check the UPN: it belongs to a learner with other names or another date of birth.",
    "second-person-near": "Find out which learner is meant: more than one fits.",
    "many-people-near": "Add the previous family name and the email address: more than 10 learners fit.",
    "block-too-large": "Send more details: too many learners share these for all of them to be compared.",
    "too-little-agrees": "Check all details: some fit a learner in the register, but too few to be certain.",
    "agreement-asks": "Confirm the learner: your agreement asks that such matches be put to you.",
    "near-another-record": "Check both records: the file has another one that may be the same learner.",
    "names-do-not-verify": "Check the ULN and the names: the ULN belongs to a learner with other names.",
    "similar-names-contradicted": "Check the ULN: the names are only alike, and the date of birth or the sex differs.",
}
"""What can stop an automatic match, and what the sender may do about it."""

_SURE_GIVEN: Final = (Given.EXACT, Given.SPELLING)
_SURE_FAMILY: Final = (Family.EXACT, Family.SPELLING)
_NEAR_BORN: Final = (Born.SWAPPED, Born.DIGIT, Born.YEAR, Born.JANUARY)
_AT_HOME: Final = (Home.SAME, Home.FORMER)


def twins(levels: Levels) -> Flags:
    """Tell of which pairs all agrees that twins share, while the given name is wholly different."""
    family = np.isin(levels.family, _SURE_FAMILY)
    found: Flags = (
        (levels.given == Given.DIFFERENT)
        & ~levels.crossed
        & family
        & (levels.born == Born.SAME)
        & np.isin(levels.home, _AT_HOME)
    )
    return found


def two_people(levels: Levels) -> Flags:
    """Tell which pairs are two people, such as relatives and others who share a home or a birthday.

    Both names differ, and the birth date too or both sexes are told. Or both sexes are told, and their birth dates lie
    a generation apart, or differ wholly as do their given names. Where less is told the details are too few to say so.
    """
    known = np.isin(levels.sex, (Sex.SAME, Sex.CONFLICT))
    given = levels.given == Given.DIFFERENT
    names = given & (levels.family == Family.DIFFERENT)
    dated = names & ~np.isin(levels.born, (Born.SAME, Born.MISSING))
    apart = names | (levels.born == Born.GENERATION) | (given & (levels.born == Born.DIFFERENT))
    found: Flags = (dated | (known & apart)) & ~levels.has(Evidence.UPN) & ~levels.has(Evidence.EMAIL)
    return found


def _far(levels: Levels) -> Flags:
    """Tell of which pairs the postcodes neither agree nor nearly agree."""
    return ~np.isin(levels.home, (*_AT_HOME, Home.SLIP, Home.SECTOR))


def _sex(levels: Levels) -> Flags:
    exact = (levels.given == Given.EXACT) & (levels.home == Home.SAME)
    found: Flags = np.isin(levels.sex, (Sex.UNKNOWN, Sex.CONFLICT)) & ~exact
    return found


def _swapped(levels: Levels) -> Flags:
    settled = (levels.home == Home.SAME) & (levels.sex == Sex.SAME)
    found: Flags = ((levels.given == Given.SWAPPED) & ~settled) | (levels.given == Given.MISPLACED)
    return found


def _both_near(levels: Levels) -> Flags:
    given = np.isin(levels.given, (*_SURE_GIVEN, Given.FIRST_WORD))
    family = np.isin(levels.family, _SURE_FAMILY)
    found: Flags = ~given & ~family & (levels.given != Given.SWAPPED)
    return found


def _family(levels: Levels) -> Flags:
    other = np.isin(levels.family, (Family.DIFFERENT, Family.LOOSE, Family.MISSING))
    return other & ~np.isin(levels.home, _AT_HOME)


def lonely(levels: Levels) -> Flags:
    """Tell of which pairs nothing but names, birthday and sex agrees."""
    evidence = levels.has(Evidence.UPN) | levels.has(Evidence.EMAIL) | levels.has(Evidence.MIDDLE)
    return _far(levels) & ~evidence


PAIR_GUARDS: Final[Mapping[str, Callable[[Levels], Flags]]] = {
    "middle-name-is-given-name": lambda it: it.crossed,
    "may-be-a-twin": twins,
    "given-name-missing": lambda it: it.given == Given.MISSING,
    "given-name-initial": lambda it: it.given == Given.INITIAL,
    "given-name-differs": lambda it: it.given == Given.DIFFERENT,
    "given-name-loosely-alike": lambda it: it.given == Given.LOOSE,
    "names-swapped": _swapped,
    "birth-date-missing": lambda it: it.born == Born.MISSING,
    "birth-date-differs": lambda it: np.isin(it.born, (Born.PART, Born.DIFFERENT, Born.GENERATION)),
    "birth-date-near": lambda it: np.isin(it.born, _NEAR_BORN) & ~np.isin(it.home, _AT_HOME),
    "family-name-differs": _family,
    "names-both-near": _both_near,
    "sex-differs": _sex,
}
"""The guards that look at one pair, in the order in which they are told."""
NAMES: Final = ("", *SENTENCES)
"""The guards by their numbers; 0 is none."""
NUMBERS: Final = {name: number for number, name in enumerate(NAMES)}


def stopped(levels: Levels) -> Levels8:
    """Return for each pair the number of the first guard that stops it, 0 where none does."""
    holding = [holds(levels) for holds in PAIR_GUARDS.values()]
    return np.select(holding, [NUMBERS[name] for name in PAIR_GUARDS], 0).astype(np.int8)

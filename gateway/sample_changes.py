"""What may befall a learner's details on their way into a file: harmless spellings, and changes that need a question.

Each change leaves one of the rules P1 to P6 of specification `lrs` 4.3 to find the learner by, and takes away all that
would let a careful matcher answer without asking.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from random import Random

from gateway.core.model import Learner

Change = Callable[[Learner, Learner, Random], Learner | None]
"""Changes a learner so that one rule alone still finds them, with a stranger's details; None where it cannot."""


def disguised(learner: Learner, random: Random) -> tuple[Learner, str]:
    """Return the learner in another spelling that means the same, and its description; rare ones are favoured."""
    given, family, postcode = learner.given_name, learner.family_name, learner.postcode
    parted = partial(unicodedata.normalize, "NFD")
    spellings = (
        (learner, "as it is"),
        (replace(learner, given_name=given.upper(), family_name=family.upper()), "names in capitals"),
        (replace(learner, given_name=given.lower(), family_name=family.lower()), "names in small letters"),
        (replace(learner, postcode=postcode.replace(" ", "")), "postcode without its space"),
        (replace(learner, postcode=postcode.lower()), "postcode in small letters"),
        (replace(learner, family_name=family.replace("'", "\u2019")), "another apostrophe"),
        (replace(learner, given_name=parted(given), family_name=parted(family)), "accents apart from their letters"),
    )
    fitting = [n for n, (other, _) in enumerate(spellings) if n == 0 or other != learner]
    return spellings[max(random.choices(fitting, k=2))]


def _bare(learner: Learner) -> Learner:
    return Learner(
        given_name=learner.given_name,
        family_name=learner.family_name,
        date_of_birth=learner.date_of_birth,
        sex=learner.sex,
        postcode=learner.postcode,
        ability_to_share=learner.ability_to_share,
    )


def _moved(learner: Learner, other: Learner, random: Random) -> Learner:
    """P1: sex and postcode differ. Together they forbid an automatic link, whatever else agrees."""
    sex = random.choice({"1": "029", "2": "019"}.get(learner.sex, "12"))
    return replace(_bare(learner), sex=sex, postcode=other.postcode)


def _married(learner: Learner, other: Learner, random: Random) -> Learner:
    """P2: the family name is the register's previous one, or the register's is told to be the previous one."""
    moved = _moved(learner, other, random)
    previous = learner.previous_family_name or learner.family_name_at_16
    if previous:
        return replace(moved, family_name=previous)
    return replace(moved, family_name=other.family_name, previous_family_name=learner.family_name)


def _swapped(learner: Learner, other: Learner, random: Random) -> Learner:
    """P3: given and family name stand in each other's place."""
    return replace(_moved(learner, other, random), given_name=learner.family_name, family_name=learner.given_name)


def _called(learner: Learner, other: Learner, random: Random) -> Learner:
    """P4: a similar given name at the same postcode; the sex differs, so that nobody may link it unasked."""
    given = learner.given_name
    similar = [given[0], f"{given} {other.given_name}"]
    if learner.preferred_given_name:
        similar.append(learner.preferred_given_name)
    if len(given) > 4 and given.isalpha():  # noqa: PLR2004 - one letter less leaves four, as the rule asks
        similar += [given[:3], given[:2] + given[3:]]
    return replace(_moved(learner, learner, random), given_name=random.choice(similar))


def _misdated(learner: Learner, _: Learner, random: Random) -> Learner | None:
    """P5: the year of birth is more than ten years out, which is no slip of one digit."""
    born = learner.date_of_birth
    if born is None or (born.month, born.day) == (2, 29):
        return None
    years = random.choice((11, 13, 17, 23, 28))
    return replace(_bare(learner), date_of_birth=born.replace(year=born.year - years))


def _written(learner: Learner, other: Learner, _: Random) -> Learner | None:
    """P6: email, birth date and family name are equal, the given name is quite another."""
    known_by = learner.given_name[0] + learner.preferred_given_name[:1]
    if not learner.email or other.sex != learner.sex or other.given_name[0] in known_by:
        return None
    return replace(_bare(learner), given_name=other.given_name, postcode=other.postcode, email=learner.email)


RULES: tuple[tuple[str, Change], ...] = (
    ("P1, sex and postcode differ", _moved),
    ("P2, an earlier family name", _married),
    ("P3, names exchanged", _swapped),
    ("P4, a similar given name", _called),
    ("P5, another year of birth", _misdated),
    ("P6, the email address", _written),
)

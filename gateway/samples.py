"""Seeded invented people and a register of them, for the demo, tests and benchmarks.

Nobody here is real: names are drawn from our own lists, postcodes and dates of birth at random. What a matcher must
answer for them is told by `gateway.sample_scenarios`, and nothing here knows how matching works.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import accumulate, islice
from random import Random

from gateway import sample_names as names
from gateway.core.model import Entry, Learner
from gateway.core.uln import ulns_between

LAST_ULN = 9_999_999_998
_LINKED_EVERY = 100
_LINKED_PLACE = 37
_LONDON = frozenset({"E", "EC", "N", "NW", "SE", "SW", "W", "WC"})
_INWARD_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
_DISTRICT_LETTERS = "ABHJKPX"
_YOUNG = range(14, 21)
_AGES = (_YOUNG, range(21, 41), range(41, 61))
_AGE_WEIGHTS = (0.85, 0.97, 1.0)


def _weights(listed: Sequence[str]) -> list[float]:
    """Return cumulative weights that fall slowly from a list's common names to its rare ones."""
    return list(accumulate(1 / (place + 40) for place in range(len(listed))))


def seeded(*seed: object) -> Random:
    """Return a source of chance that gives the same draws whenever its seed is the same."""
    return Random(" ".join(map(str, seed)))  # noqa: S311 - samples must repeat, and hide nothing


_GIVEN_WEIGHTS = tuple(map(_weights, names.GIVEN))
_FAMILY_WEIGHTS = _weights(names.FAMILY)


def people(seed: int, count: int, as_of: date) -> Iterator[Learner]:
    """Yield that many invented people aged 14 to 60 on a day; fewer of the same seed are the first of them."""
    return islice(Population(seeded("people", seed), as_of).people(), count)


def register_entries(seed: int, count: int, as_of: date, first_uln: int) -> Iterator[Entry]:
    """Yield those people as a register, with rising ULNs from the first one on; every hundredth is a linked pair.

    Of a pair the master comes first, then the linked entry that tells how the person was known before.
    """
    ulns = ulns_between(first_uln, LAST_ULN)
    earlier = Population(seeded("earlier", seed), as_of).people()
    for place, person in enumerate(people(seed, count, as_of)):
        if place % _LINKED_EVERY == _LINKED_PLACE:
            yield from _linked_pair(person, next(earlier), (next(ulns), next(ulns)))
        else:
            yield Entry(uln=next(ulns), learner=person)


def _linked_pair(person: Learner, before: Learner, ulns: tuple[str, str]) -> tuple[Entry, Entry]:
    """Return a master and its linked entry, known by an earlier family name or, half of them, an old postcode."""
    known = replace(person, email="", preferred_given_name="", previous_family_name="", family_name_at_16="")
    if int(ulns[0]) % 2 or before.family_name == person.family_name:
        old = replace(known, postcode=before.postcode)
        person = replace(person, former_postcodes=(before.postcode,))
    else:
        old = replace(known, family_name=before.family_name)
        person = replace(person, previous_family_name=before.family_name)
    master = Entry(uln=ulns[0], learner=person, linked_ulns=(ulns[1],))
    return master, Entry(uln=ulns[1], learner=old, master_uln=ulns[0], linked_ulns=(ulns[1],))


class Population:
    """An endless stream of invented people, household by household."""

    def __init__(self, random: Random, as_of: date) -> None:
        self._random = random
        self._as_of = as_of

    def people(self) -> Iterator[Learner]:
        """Yield people without end."""
        households = (self._twins, self._siblings, self._parent_and_child, self._alone)
        while True:
            yield from self._random.choices(households, cum_weights=(0.01, 0.03, 0.035, 1.0))[0]()

    def _alone(self) -> Iterator[Learner]:
        yield self._person(self._random.choices(_AGES, cum_weights=_AGE_WEIGHTS)[0])

    def _twins(self) -> Iterator[Learner]:
        """Yield two people of one birthday and address whose given names differ."""
        first, second = self._person(_YOUNG), self._person(_YOUNG)
        yield first
        if second.given_name != first.given_name:
            yield self._of_one_home(first, replace(second, date_of_birth=first.date_of_birth))

    def _siblings(self) -> Iterator[Learner]:
        """Yield two people of one family and address, the second a year or more older."""
        first, second = self._person(_YOUNG), self._person(_YOUNG)
        yield first
        yield self._of_one_home(first, replace(second, date_of_birth=self._older(first, 400, 2000)))

    def _parent_and_child(self) -> Iterator[Learner]:
        """Yield two people of the same names and address, a generation apart."""
        child, parent = self._person(_YOUNG), self._person(_YOUNG)
        yield child
        namesake = replace(parent, given_name=child.given_name, sex=child.sex, preferred_given_name="")
        yield self._of_one_home(child, replace(namesake, date_of_birth=self._older(child, 8000, 13000)))

    def _of_one_home(self, first: Learner, second: Learner) -> Learner:
        email = self._email(second.given_name, first.family_name) if second.email else ""
        return replace(second, family_name=first.family_name, postcode=first.postcode, email=email)

    def _older(self, learner: Learner, least: int, most: int) -> date:
        born = learner.date_of_birth or self._as_of
        return born - timedelta(days=self._random.randrange(least, most))

    def _person(self, years: range) -> Learner:
        sex = self._random.choice((names.MALE, names.FEMALE))
        given, family = self._given(sex), self._family()
        person = Learner(
            given_name=given,
            family_name=family,
            date_of_birth=self._birthday(self._random.choice(years)),
            sex=self._random.choices(("12"[sex], "0", "9"), cum_weights=(0.985, 0.993, 1.0))[0],
            postcode=postcode(self._random),
            middle_name=self._given(sex) if self._chance(0.4) else "",
            preferred_given_name=names.PREFERRED.get(given, "") if self._chance(0.5) else "",
            email=self._email(given, family) if self._chance(0.35) else "",
            ability_to_share=self._random.choices("120", cum_weights=(0.93, 0.98, 1.0))[0],
        )
        return self._renamed(person) if self._chance(0.04) else person

    def _renamed(self, person: Learner) -> Learner:
        """Return the person with an earlier family name, which most of them still had at 16."""
        previous = self._family()
        if previous == person.family_name:
            return person
        return replace(person, previous_family_name=previous, family_name_at_16=previous if self._chance(0.6) else "")

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _birthday(self, age: int) -> date:
        """Return a day on which somebody was born who has that age in whole years."""
        first = _years_before(self._as_of, age + 1) + timedelta(days=1)
        days = (_years_before(self._as_of, age) - first).days
        return first + timedelta(days=self._random.randint(0, days))

    def _given(self, sex: int) -> str:
        if self._chance(0.02):
            return self._random.choice(names.ACCENTED_GIVEN[sex])
        return self._random.choices(names.GIVEN[sex], cum_weights=_GIVEN_WEIGHTS[sex])[0]

    def _family(self) -> str:
        if self._chance(0.02):
            return self._random.choice(self._random.choice((names.ACCENTED_FAMILY, names.SPACED_FAMILY)))
        first, second = self._random.choices(names.FAMILY, cum_weights=_FAMILY_WEIGHTS, k=2)
        doubled = self._chance(0.03) and "-" not in first + second and first != second
        return f"{first}-{second}" if doubled else first

    def _email(self, given: str, family: str) -> str:
        return f"{_letters(given)}.{_letters(family)}{self._random.randrange(1, 10_000)}@example.org"


def postcode(random: Random) -> str:
    """Return an invented postcode of a right form (specification `identifiers` 8)."""
    area = random.choice(names.POSTCODE_AREAS)
    if area in _LONDON and not random.randrange(5):
        district = f"{random.randint(1, 9)}{random.choice(_DISTRICT_LETTERS)}"
    else:
        district = str(random.randint(1, 29))
    return f"{area}{district} {random.randint(0, 9)}{random.choice(_INWARD_LETTERS)}{random.choice(_INWARD_LETTERS)}"


def _years_before(day: date, years: int) -> date:
    """Return the same day so many years before; the 28th stands for a 29th of February that does not exist."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _letters(name: str) -> str:
    """Return a name's plain Latin letters, small."""
    plain = unicodedata.normalize("NFKD", name.lower())
    return "".join(letter for letter in plain if letter.isascii() and letter.isalpha())

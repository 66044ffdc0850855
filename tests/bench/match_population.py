"""A register of invented learners and queries about them, hard and of any size: the generator of the matching bench.

Nothing here knows how matching works, and nothing of the matcher is used. All is drawn from a seed, column by column.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.random import Generator, default_rng
from numpy.typing import NDArray
from pyarrow import parquet

Ints = NDArray[np.int64]
PART = 1_000_000
GIVEN, FAMILY, OUTWARD = 6_000, 60_000, 2_900
INWARD = "ABDEFGHJLNPQRSTUWXYZ"
_ONSETS = [
    "b",
    "br",
    "c",
    "ch",
    "cl",
    "d",
    "dr",
    "f",
    "fl",
    "g",
    "gr",
    "h",
    "j",
    "k",
    "l",
    "m",
    "n",
    "p",
    "pr",
    "r",
    "s",
    "sh",
    "st",
    "t",
    "th",
    "tr",
    "v",
    "w",
]
_NUCLEI = ["a", "e", "i", "o", "u", "ai", "ea", "ee", "ie", "oo", "ou"]
_CODAS = ["", "", "l", "n", "r", "s", "t", "m", "nd", "ck", "rd", "th"]
_FIRST = 1_000_000_00
SHORT = {"william": "bill", "robert": "bob", "elizabeth": "liz", "margaret": "maggie", "james": "jim", "thomas": "tom",
         "katherine": "kate", "alexander": "alex", "christopher": "chris", "benjamin": "ben", "joseph": "joe",
         "daniel": "dan", "matthew": "matt", "samuel": "sam", "edward": "ted", "charlotte": "lottie",
         "isabella": "bella", "olivia": "liv", "jessica": "jess", "rebecca": "becky", "nicholas": "nick",
         "anthony": "tony", "michael": "mike", "andrew": "andy", "victoria": "vicky", "abigail": "abby"}  # fmt: skip
"""Names that are called otherwise at home."""


@dataclass(frozen=True)
class People:
    """People as columns of numbers: the places of their names and postcodes in lists, and birth dates as days."""

    person: Ints
    given: Ints
    middle: Ints
    family: Ints
    previous: Ints
    born: Ints
    sex: Ints
    home: Ints

    def take(self, chosen: NDArray[Any]) -> "People":
        """Return some of them."""
        return People(**{name: column[chosen] for name, column in vars(self).items()})


@dataclass(frozen=True)
class Words:
    """The names that there are, common ones first; the odd given names are women's."""

    given: NDArray[np.object_]
    family: NDArray[np.object_]
    outward: NDArray[np.object_]


@cache
def words() -> Words:
    """Return the lists that people's names are drawn from: the same for every seed."""
    random = Random("names of the matching bench")  # noqa: S311 - it must repeat, and hides nothing
    given = _made(random, GIVEN, list(SHORT), 2)
    return Words(given, _made(random, FAMILY, [], 3), _districts(random))


def _made(random: Random, count: int, first: list[str], most: int) -> NDArray[np.object_]:
    found = dict.fromkeys(first)
    while len(found) < count:
        parts = random.randint(1, most)
        name = "".join(random.choice(_ONSETS) + random.choice(_NUCLEI) for _ in range(parts)) + random.choice(_CODAS)
        if len(name) > 2:
            found.setdefault(name)
    return np.array(list(found), object)


def _districts(random: Random) -> NDArray[np.object_]:
    letters = "ABCDEGHKLMNPRSTW"
    found: dict[str, None] = {}
    while len(found) < OUTWARD:
        area = random.choice(letters) + random.choice(["", random.choice(letters)])
        found.setdefault(f"{area}{random.randint(1, 39)}")
    return np.array(list(found), object)


class Population:
    """Draws households, and the rows of a register about those who live in them."""

    def __init__(self, seed: int) -> None:
        self.rng: Generator = default_rng([seed, 5])
        self._given = _shares(GIVEN, 9, 1.0)
        self._family = _shares(FAMILY, 35, 0.92)

    def people(self, count: int, first: int) -> People:
        """Return so many people: most alone, others as siblings, twins, and parents of the same name."""
        rng = self.rng
        one = People(
            person=np.arange(first, first + count),
            given=self._draw(self._given, count),
            middle=np.where(rng.random(count) < 0.55, self._draw(self._given, count), -1),
            family=self._draw(self._family, count),
            previous=np.full(count, -1),
            born=self.births(count),
            sex=rng.integers(0, 2, count),
            home=rng.integers(0, OUTWARD * 4000, count),
        )
        one.given[:] = one.given // 2 * 2 + one.sex
        kind = rng.random(count)
        kind[0] = 1.0
        before = np.arange(count) - 1
        kin = kind < 0.16
        kin[1:] &= ~kin[:-1]
        kin[0] = False
        for name in ("family", "home"):
            column = getattr(one, name)
            column[kin] = column[before[kin]]
        twins, parents = kin & (kind < 0.025), kin & (kind > 0.135)
        one.born[twins] = one.born[before[twins]]
        one.born[parents] = one.born[before[parents]] - rng.integers(7_500, 13_000, parents.sum())
        one.given[parents], one.sex[parents] = one.given[before[parents]], one.sex[before[parents]]
        changed = (rng.random(count) < 0.03) & ~kin
        one.previous[changed] = self._draw(self._family, int(changed.sum()))
        return one

    def births(self, count: int) -> Ints:
        """Return birth dates as days since 1970: ages 13 to 40, most of them young."""
        years = 1986 + np.minimum(26, (27 * self.rng.random(count) ** 0.6).astype(int))
        return (years - 1970) * 365 + (years - 1968) // 4 + self.rng.integers(0, 365, count)

    def _draw(self, shares: NDArray[np.float64], count: int) -> Ints:
        return np.searchsorted(shares, self.rng.random(count))

    def names(self, count: int) -> Ints:
        """Return so many family names."""
        return self._draw(self._family, count)

    def given(self, sex: Ints) -> Ints:
        """Return given names of these sexes."""
        return self._draw(self._given, len(sex)) // 2 * 2 + sex


def _shares(count: int, flat: float, steep: float) -> NDArray[np.float64]:
    weights = 1 / (np.arange(count) + flat) ** steep
    shares: NDArray[np.float64] = np.cumsum(weights / weights.sum())
    shares[-1] = 1.0
    return shares


def ulns(prefixes: Ints) -> Ints:
    """Return the ULNs of running numbers, passing over prefixes that none begins with."""
    prefix = _FIRST + prefixes
    found = _remainder(prefix)
    return np.where(found == 0, -1, prefix * 10 + 10 - found)


def _remainder(prefix: Ints) -> Ints:
    total = np.zeros(len(prefix), np.int64)
    for place in range(9):
        total += prefix // 10**place % 10 * (place + 2)
    return total % 11


def numbers(count: int) -> Ints:
    """Return so many ULNs, in rising order."""
    found = ulns(np.arange(int(count * 1.12) + 100, dtype=np.int64))
    return found[found > 0][:count]


def table(people: People, of: Words, uln: Ints, master: Ints) -> pa.Table:
    """Return rows of a register file."""
    return pa.table({
        "uln": uln, "master_uln": pa.array(master, mask=master == 0),
        "given_name": _words(of.given, people.given), "middle_name": _words(of.given, people.middle),
        "family_name": _words(of.family, people.family), "previous_family_name": _words(of.family, people.previous),
        "date_of_birth": pa.array(people.born.astype("datetime64[D]")).cast(pa.string()),
        "sex": pa.DictionaryArray.from_arrays(pa.array(people.sex), pa.array(["1", "2"])).dictionary_decode(),
        "postcode": pa.array(postcodes(people.home, of)),
    })  # fmt: skip


def _words(of: NDArray[np.object_], places: Ints) -> pa.Array:
    index = pa.array(places, mask=places < 0)
    return pa.DictionaryArray.from_arrays(index, pa.array([it.capitalize() for it in of])).dictionary_decode()


def postcodes(homes: Ints, of: Words) -> NDArray[np.object_]:
    """Return the postcodes of homes."""
    inward = np.array([f" {d}{a}{b}" for d in range(10) for a in INWARD for b in INWARD], object)
    return of.outward[homes // 4000] + inward[homes % 4000]


def register(folder: Path, size: int, seed: int) -> tuple[Path, People]:
    """Write a register of so many rows as Parquet; return its path and the people of its first part.

    One in a hundred has a second, merged ULN that tells an earlier family name or address.
    """
    path, of, drawn = folder / f"register_{size}_{seed}.parquet", words(), Population(seed)
    every, done = numbers(size), 0
    kept: People | None = None
    writer: parquet.ParquetWriter | None = None
    while done < size:
        masters = min(PART, size - done) * 100 // 101
        people = drawn.people(masters, done)
        linked = people.take(drawn.rng.choice(masters, min(PART, size - done) - masters, replace=False))
        moved = drawn.rng.random(len(linked.person)) < 0.5
        linked.home[moved] = drawn.rng.integers(0, OUTWARD * 4000, moved.sum())
        linked.family[~moved] = drawn.names(int((~moved).sum()))
        uln = every[done : done + masters + len(linked.person)]
        own = uln[:masters]
        master = np.concatenate([np.zeros(masters, np.int64), own[linked.person - done]])
        both = People(
            **{name: np.concatenate([column, getattr(linked, name)]) for name, column in vars(people).items()}
        )
        mixed = drawn.rng.permutation(len(uln))
        made = table(both.take(mixed), of, uln[mixed], master[mixed])
        writer = writer or parquet.ParquetWriter(path, made.schema)
        writer.write_table(made)
        kept = kept or people
        done += len(uln)
    writer.close()
    return path, kept

"""A register of invented learners and queries about them, hard and of any size: the generator of the matching bench.

Nothing here knows how matching works, and nothing of the matcher is used. All is drawn from a seed, column by column.
"""

from dataclasses import dataclass, replace
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
_INWARD = "ABDEFGHJLNPQRSTUWXYZ"
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

    def take(self, chosen: Any) -> "People":
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
    random = Random("names of the matching bench")
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
    inward = np.array([f" {d}{a}{b}" for d in range(10) for a in _INWARD for b in _INWARD], object)
    return of.outward[homes // 4000] + inward[homes % 4000]


def register(folder: Path, size: int, seed: int) -> tuple[Path, People, Ints]:
    """Write a register of so many rows as Parquet; return its path, the people of its first part, and their ULNs.

    One in a hundred has a second, merged ULN that tells an earlier family name or address.
    """
    path, of, drawn = folder / f"register_{size}_{seed}.parquet", words(), Population(seed)
    every, done, kept = numbers(size), 0, None
    writer = None
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
        kept = kept or (people, own)
        done += len(uln)
    writer.close()
    return path, *kept


@dataclass
class Query:
    """One learner as a sender writes them."""

    given: str
    middle: str
    family: str
    previous: str
    born: str
    sex: str
    home: str


class Sender:
    """Writes people down as senders do: with slips, moves, marriages and gaps."""

    def __init__(self, seed: int, of: Words) -> None:
        self._random = Random(f"sender {seed}")
        self._of = of

    def write(self, row: dict[str, Any]) -> Query:
        """Return a register's row as a sender has it."""
        random = self._random
        made = Query(*(row[name] or "" for name in ("given_name", "middle_name", "family_name", "previous_family_name",
                                                    "date_of_birth", "sex", "postcode")))  # fmt: skip
        if random.random() < 0.5:
            made = replace(made, middle=random.choice(["", "", made.middle[:1]]))
        if random.random() < 0.85:
            made = replace(made, previous="")
        for share, change in self._CHANGES:
            if random.random() < share:
                made = change(self, made)
        return made

    def _slip(self, text: str) -> str:
        random, place = self._random, self._random.randrange(max(1, len(text)))
        letter = random.choice("abcdefghijklmnoprstuvwy")
        kind = random.random()
        if kind < 0.3:
            return text[:place] + letter + text[place + 1 :]
        if kind < 0.55:
            return text[:place] + text[place + 1 :] or text
        if kind < 0.8:
            return text[:place] + letter + text[place:]
        return text[:place] + text[place + 1 : place + 2] + text[place : place + 1] + text[place + 2 :]

    def _given(self, it: Query) -> Query:
        kind, short = self._random.random(), SHORT.get(it.given.lower())
        if kind < 0.4:
            return replace(it, given=self._slip(it.given))
        if kind < 0.7:
            return replace(it, given=short.capitalize() if short else self._slip(it.given))
        if kind < 0.73:
            return replace(it, given=it.given[:1])
        if kind < 0.95 and it.middle:
            return replace(it, given=f"{it.given} {it.middle}", middle="")
        return replace(it, given=self._slip(it.given))

    def _family(self, it: Query) -> Query:
        kind, other = self._random.random(), self._random.choice(self._of.family[:3000]).capitalize()
        if kind < 0.5:
            return replace(it, family=self._slip(it.family))
        if kind < 0.75:
            return replace(it, family=other, previous=it.family)
        if kind < 0.85:
            return replace(it, family=other)
        return replace(it, family=f"{it.family}-{other}")

    def _born(self, it: Query) -> Query:
        year, month, day = it.born.split("-")
        kind = self._random.random()
        if kind < 0.1:
            return replace(it, born="")
        if kind < 0.35 and int(day) <= 12:
            return replace(it, born=f"{year}-{day}-{month}")
        if kind < 0.6:
            return replace(it, born=f"{int(year) + self._random.choice([-1, 1])}-{month}-{min(int(day), 28):02}")
        if kind < 0.65:
            return replace(it, born=f"{year}-01-01")
        return replace(it, born=f"{year}-{month}-{(int(day) + self._random.choice([1, 10, 2, 3])) % 28 + 1:02}")

    def _moved(self, it: Query) -> Query:
        home = np.array([self._random.randrange(OUTWARD * 4000)])
        return replace(it, home=str(postcodes(home, self._of)[0]))

    def _home_slip(self, it: Query) -> Query:
        kind = self._random.random()
        if kind < 0.5:
            return replace(it, home="")
        return replace(it, home=it.home[:-1] + self._random.choice(_INWARD))

    def _sex(self, it: Query) -> Query:
        return replace(it, sex=self._random.choice(["", "9", "0", "1" if it.sex == "2" else "2"]))

    def _turned(self, it: Query) -> Query:
        return replace(it, given=it.family, family=it.given)

    _CHANGES = ((0.075, _given), (0.065, _family), (0.028, _born), (0.195, _moved), (0.04, _home_slip), (0.012, _sex),
                (0.002, _turned))  # fmt: skip


def relatives(drawn: Population, people: People, count: int) -> People:
    """Return people who are not in the register, four in five of whom have a relative there."""
    rng = drawn.rng
    base = people.take(rng.choice(len(people.person), count, replace=False))
    fresh = drawn.people(count, -count - 1)
    fresh.previous[:] = -1
    kind = rng.random(count)
    kin = kind < 0.8
    for name in ("family", "home"):
        getattr(fresh, name)[kin] = getattr(base, name)[kin]
    twins, parents, cousins = kind < 0.1, (kind >= 0.1) & (kind < 0.2), (kind >= 0.7) & kin
    fresh.born[twins] = base.born[twins]
    same = parents
    fresh.given[same], fresh.sex[same] = base.given[same], base.sex[same]
    fresh.born[parents] = base.born[parents] - rng.integers(7_500, 13_000, parents.sum())
    fresh.home[cousins] = rng.integers(0, OUTWARD * 4000, cousins.sum())
    siblings = kin & ~twins & ~parents & ~cousins
    apart = rng.integers(300, 2600, siblings.sum()) * rng.choice([-1, 1], siblings.sum())
    fresh.born[siblings] = base.born[siblings] + apart
    alike = twins & (fresh.given == base.given)
    fresh.given[alike] = (fresh.given[alike] + 2) % GIVEN
    return fresh


COLUMNS = ("id", "given_name", "middle_name", "family_name", "previous_family_name", "date_of_birth", "sex", "postcode")


def queries(folder: Path, register_of: tuple[Path, People, Ints], count: int, seed: int) -> tuple[Path, Path]:
    """Write so many queries, nine in ten about people in the register, and beside them the truth."""
    path, people, own = register_of
    of, drawn, sender = words(), Population(seed + 1000), Sender(seed, words())
    file = parquet.ParquetFile(path)
    known = count * 9 // 10
    every = file.read() if file.metadata.num_rows <= PART else pa.Table.from_batches(
        [batch.take(drawn.rng.choice(batch.num_rows, min(batch.num_rows, known * batch.num_rows * 2 // file.metadata.num_rows + 1), replace=False))
         for batch in file.iter_batches(PART)])  # fmt: skip
    asked = every.take(drawn.rng.choice(every.num_rows, known, replace=False)).to_pylist()
    strangers = relatives(drawn, people, count - known)
    new = table(strangers, of, np.zeros(count - known, np.int64), np.zeros(count - known, np.int64)).to_pylist()
    rows = [(sender.write(row), row["master_uln"] or row["uln"]) for row in asked] + [
        (sender.write(row), 0) for row in new
    ]
    order = drawn.rng.permutation(count).tolist()
    listed = [(f"Q{place:07}", *vars(rows[at][0]).values()) for place, at in enumerate(order)]
    made = folder / f"queries_{path.stem}_{seed}.parquet", folder / f"truth_{path.stem}_{seed}.parquet"
    parquet.write_table(pa.table(dict(zip(COLUMNS, map(list, zip(*listed, strict=True)), strict=True))), made[0])
    parquet.write_table(
        pa.table({"id": [row[0] for row in listed], "uln": [int(rows[at][1]) for at in order]}), made[1]
    )
    return made

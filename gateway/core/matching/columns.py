"""Learners as columns: each value once, and for every learner the place of theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gateway.core.model import Learner

Integers = NDArray[np.signedinteger[Any]]
Places = NDArray[np.int32]
Flags = NDArray[np.bool_]

TEXTS: Final = (
    "given_name",
    "family_name",
    "middle_name",
    "preferred_given_name",
    "previous_family_name",
    "family_name_at_16",
    "sex",
    "postcode",
    "email",
    "upn",
)
"""The details of a learner that are compared as texts, by their names in Learner."""


@dataclass(frozen=True, slots=True)
class Column:
    """One detail of many learners: the distinct values, and for each learner which of them is theirs."""

    codes: Places
    values: Sequence[str]

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Column":
        """Return the column of texts."""
        values = list(dict.fromkeys(texts))
        index = dict(zip(values, range(len(values)), strict=True))
        return cls(np.fromiter(map(index.__getitem__, texts), np.int32, len(texts)), values)


@dataclass(frozen=True, slots=True)
class Columns:
    """Many learners, detail by detail; a detail that nobody has may be left out.

    `born` are birth dates as whole numbers such as 20080531, 0 where there is none; `former_postcodes` hold those of a
    learner joined by a semicolon.
    """

    size: int
    texts: Mapping[str, Column]
    born: Places
    former_postcodes: Column | None = None

    @classmethod
    def of(cls, learners: Sequence[Learner]) -> "Columns":
        """Return learners as columns."""
        texts = {name: Column.of(list(map(attrgetter(name), learners))) for name in TEXTS}
        former = Column.of([";".join(it.former_postcodes) for it in learners])
        born = np.fromiter(map(_born, learners), np.int32, len(learners))
        return cls(len(learners), texts, born, former)


def _born(learner: Learner) -> int:
    day = learner.date_of_birth
    return 0 if day is None else day.year * 10_000 + day.month * 100 + day.day

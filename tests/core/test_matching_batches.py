"""However many learners are looked for together, and in whatever slices, each is answered alike."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from gateway.core.handover import Near
from gateway.core.matching import engine
from gateway.core.matching.answers import matches
from gateway.core.matching.columns import Columns
from gateway.core.matching.crowd import Listed
from gateway.core.matching.decide import NOBODY, OfFile
from gateway.core.matching.faces import faces
from gateway.core.matching.judge import settled
from gateway.core.model import Entry, Learner, Match
from gateway.core.outcomes import MatchOutcome
from gateway.core.ports.register import Probes
from gateway.core.uln import ulns_between
from tests.core.test_matching_compare import ANNA

ULNS = [str(uln) for uln in ulns_between(5000000000, 5000000999)]
BORN = replace(ANNA, given_name="Bea", family_name="Hill", postcode="M1 1AA", sex="")
TWICE = replace(ANNA, given_name="Cara", family_name="Moor", postcode="YO1 7HH")
ENTRIES = [
    Entry(uln=ULNS[0], learner=ANNA),
    Entry(uln=ULNS[1], learner=replace(ANNA, given_name="Zelda")),
    Entry(uln=ULNS[2], learner=replace(ANNA, postcode="B1 1BB", middle_name="")),
    Entry(uln=ULNS[3], learner=BORN, master_uln=ULNS[4]),
    Entry(uln=ULNS[5], learner=TWICE),
    Entry(uln=ULNS[6], learner=TWICE),
]
LEARNERS = [
    ANNA,
    replace(ANNA, given_name="Ana", family_name="Smyth"),
    replace(ANNA, given_name="Zelda"),
    replace(ANNA, given_name="Vera"),
    BORN,
    replace(BORN, sex="2"),
    TWICE,
    replace(TWICE, family_name="Nobody", date_of_birth=None, postcode="", upn=""),
    replace(ANNA, postcode="B1 1BB"),
    Learner(),
]


class Crowded(Listed):
    """Entries of whom too many share every block."""

    def near(self, asked: Iterable[Probes]) -> Iterator[Near]:
        for probes in asked:
            (near,) = super().near([probes])
            yield replace(near, capped=near.sent)


def answers(source: Listed, file: OfFile) -> list[Match]:
    found = engine.compared(faces(Columns.of(LEARNERS)), source, at_once=bool(file.apart))
    return matches(settled(found, file=file), source)


@pytest.mark.parametrize("apart", [{}, {0: np.array([int(ULNS[0])])}], ids=["nobody told", "told apart"])
@pytest.mark.parametrize("source", [Listed(ENTRIES), Crowded(ENTRIES), Listed([])], ids=["some", "crowded", "none"])
def test_slices_answer_as_one_batch_does(
    monkeypatch: pytest.MonkeyPatch, source: Listed, apart: dict[int, "np.typing.NDArray[np.int64]"]
) -> None:
    file = OfFile(NOBODY, NOBODY, apart)
    whole = answers(source, file)
    monkeypatch.setattr(engine, "FEW", 0)
    monkeypatch.setattr(engine, "SLICE", 2)
    assert answers(source, file) == whole


def test_what_is_answered_is_of_all_kinds() -> None:
    """Or the test above would prove little."""
    outcomes = [it.outcome for it in answers(Listed(ENTRIES), OfFile(NOBODY, NOBODY))]
    assert set(outcomes) >= {
        MatchOutcome.EXACT_MATCH,
        MatchOutcome.LINKED_LEARNER,
        MatchOutcome.POSSIBLE_MATCH,
        MatchOutcome.NO_MATCH,
    }


def test_whoever_is_told_apart_from_their_equal_is_not_answered_with_them() -> None:
    (told, *_) = answers(Listed(ENTRIES), OfFile(NOBODY, NOBODY, {0: np.array([int(ULNS[0])])}))
    assert told.uln != ULNS[0]

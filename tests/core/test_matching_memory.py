"""What is remembered of a file is numbers, and few blocks of them; details that a file lacks are no details."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from gateway.core.handover import Near
from gateway.core.matching.answers import matches
from gateway.core.matching.columns import Column, Columns
from gateway.core.matching.crowd import Listed
from gateway.core.matching.engine import MOST_WITH_AREAS, compared
from gateway.core.matching.faces import faces
from gateway.core.matching.judge import judged
from gateway.core.matching.memory import Numbers, SortedBlocks
from gateway.core.model import Entry
from gateway.core.outcomes import MatchOutcome
from gateway.core.ports.register import Probes
from gateway.core.uln import ulns_between
from tests.core.test_matching_compare import ANNA

ULNS = [str(uln) for uln in ulns_between(5000000000, 5000000999)]


def test_blocks_stay_few_and_tell_the_first_owner() -> None:
    seen = SortedBlocks()
    for record in range(64):
        seen.add(np.array([record % 10, 100 + record]), np.array([record, record]))
    assert len(seen.blocks) <= 7
    assert seen.first(np.array([3, 163, 99, 100])).tolist() == [3, 63, -1, 0]
    assert SortedBlocks().first(np.array([1])).tolist() == [-1]
    empty = SortedBlocks()
    empty.add(np.zeros(0, np.int64), np.zeros(0, np.int64))
    assert empty.first(np.array([1])).tolist() == [-1]


def test_numbers_are_kept_for_any_record() -> None:
    kept = Numbers()
    kept[5000] = 7
    assert (kept[5000], kept[1], kept[1_000_000]) == (7, 0, 0)


def test_details_that_a_file_lacks_are_missing() -> None:
    names = {"given_name": "Anna", "family_name": "Smith"}
    bare = Columns(1, {name: Column.of([text]) for name, text in names.items()}, np.array([20070304], np.int32))
    decided = judged(faces(bare), Listed([Entry(uln=ULNS[0], learner=ANNA)]))
    assert decided.automatic.tolist() == [True]


def test_more_people_than_may_be_listed_stay_too_many_however_many_agree_further() -> None:
    crowd = [Entry(uln=uln, learner=ANNA) for uln in ULNS[:12]]
    decided = judged(faces(Columns.of([ANNA])), Listed(crowd))
    assert decided.count.tolist() == [12]
    assert not decided.automatic.any()


class Crowded(Listed):
    """A register in which everybody shares each block with more people than are looked at."""

    def near(self, asked: Iterable[Probes]) -> Iterator[Near]:
        for near in super().near(asked):
            yield replace(near, sent=b"", held=b"", capped=np.zeros(1, np.int32).tobytes())


def test_a_learner_whose_block_is_too_large_is_too_many_and_not_nobody() -> None:
    source = Crowded([Entry(uln=ULNS[0], learner=ANNA)])
    (match,) = matches(judged(faces(Columns.of([ANNA])), source), source)
    assert (match.outcome, match.guard) == (MatchOutcome.TOO_MANY_MATCHES, "block-too-large")
    assert (match.uln, match.score, match.possible) == (None, None, ())


class Large(Listed):
    """A register of more people than are looked for by their postal area."""

    def size(self) -> int:
        return MOST_WITH_AREAS + 1


def test_only_a_small_register_is_asked_by_the_postal_area() -> None:
    entries = [Entry(uln=ULNS[0], learner=ANNA)]
    near = replace(ANNA, given_name="Zoe", family_name="Quill", postcode=ANNA.postcode[:-1] + "Z")
    small, large = (compared(faces(Columns.of([near])), source(entries)) for source in (Listed, Large))
    assert (len(small.sent), len(large.sent)) == (1, 0)

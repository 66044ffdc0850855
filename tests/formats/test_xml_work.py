"""What the XML reader promises of the work that is done beside the schema."""

import pickle
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from adapters.formats.xml_batch import Around
from adapters.formats.xml_check import Checker
from adapters.formats.xml_cut import Job
from adapters.formats.xml_items import Seen, Settings
from gateway.core.model import Group
from tests.formats.xml_files import (
    DELIVERY,
    NAMESPACE,
    SHAPE,
    SMALL,
    items_of,
    learner,
    message,
    records,
    shout,
)


def note(notes: list[str], seen: Seen) -> None:
    """Keep that the work was done for a record."""
    notes.append(seen.group["LearnRefNumber"])


def silent(_seen: Seen) -> None:
    """Find nothing."""


def lines_of(paths: tuple[str, ...], seen: Seen) -> object:
    """Return the lines of some fields."""
    return [seen.line_of(path) for path in paths]


@pytest.fixture
def given(tmp_path: Path) -> Path:
    return tmp_path / "given.xml"


def test_work_is_done_beside_the_schema_and_after_a_second_look(given: Path) -> None:
    items = items_of(given, message(learner(), learner(sex="Q", inside="<Bogus/>")), Settings(work=shout))
    assert [item.found for item in records(items)] == [("Learner", "A1", 0), ("Learner", "A1", 2)]
    assert records(items)[0].group == Group(values={})


def test_work_is_done_once_for_each_record_that_is_not_too_large(given: Path) -> None:
    parts = [
        learner("A1"),
        learner("A2", inside="<Bogus/>"),
        learner("A3", sex="Q"),
        learner("A4", inside="<a/>" * 9_000),
    ]
    seen: list[str] = []
    items_of(given, message(*parts), Settings(work=partial(note, seen)))
    assert sorted(seen) == ["A1", "A2", "A3"]


def test_a_record_of_which_nothing_is_told_costs_next_to_nothing_to_send(given: Path) -> None:
    given.write_bytes(message(*[learner()] * 1_000))
    around = Around(given, "Message", (("", NAMESPACE),))
    data = learner() * 1_000
    checked = Checker(SHAPE, Settings(work=silent), around).batch(Job(1, 0, len(data), data.encode()))
    assert (len(checked.names), checked.told) == (1_000, {})
    assert len(pickle.dumps(checked)) < 30 * 1_000


def test_the_work_can_ask_for_the_line_of_a_field(given: Path) -> None:
    more = "\n" + DELIVERY + "\n<LearningDelivery>\n<AimType>1</AimType>\n<FundModel>36</FundModel></LearningDelivery>"
    data = message(learner(), learner(more=more)).replace(b"<Learner>", b"<Learner >")
    paths = ("", "ULN", "LearningDelivery[2]/FundModel", "LearningDelivery[2]/Absent", "LearningDelivery[3]", "@a")
    for how in (Settings(), Settings(limits=SMALL), Settings(exact=True)):
        items = items_of(given, data, replace(how, work=partial(lines_of, paths)))
        assert records(items)[1].found == [9, 11, 16, 14, 9, 9]

"""What the XML reader promises of records that are many, long, or too large for a tree."""

from pathlib import Path

import pytest

from adapters.formats.xml_items import FaultType, FileFault, Limits, Settings, Totals
from tests.formats.xml_files import (
    OUTCOME,
    faults,
    items_of,
    learner,
    message,
    records,
    shout,
)


@pytest.fixture
def given(tmp_path: Path) -> Path:
    return tmp_path / "given.xml"


def test_many_small_records_in_one_batch_are_checked_in_parts(given: Path) -> None:
    parts = [learner(f"A{n}", sex="Q" if n % 7 == 0 else "F", inside="<Bogus/>" * (n % 9 == 0)) for n in range(100)]
    data = message(*parts, "<Extra/>", OUTCOME * 9, "stray", OUTCOME)
    few = items_of(given, data, Settings(work=shout, limits=Limits(batch_records=3)))
    assert few == items_of(given, data, Settings(work=shout))


LARGE = f"<FamilyName>{'x' * 1_100_000}</FamilyName>"


@pytest.mark.parametrize(
    ("part", "number"),
    [
        (learner(inside=LARGE), 2),
        ("<!-- a -->stray" + learner(inside=LARGE), 2),
        (f"<Learner xmlns='other' a=' xmlns=\"x\"'>{LARGE}</Learner>", None),
        (f"<Extra>{LARGE}</Extra>", None),
    ],
)
def test_a_record_too_large_for_a_tree_is_refused_alone(given: Path, part: str, number: int | None) -> None:
    data = message(learner(), part, learner(sex="Q"))
    items = items_of(given, data)
    large = [item for item in records(items) if item.faults and item.faults[0].type is FaultType.TOO_LARGE]
    assert [item.number for item in large] == [number] * (number is not None)
    for item in large:
        assert data[item.start : item.end] == learner(inside=LARGE).strip().encode()
    assert faults(items)[-1] == (FaultType.ENUM, data[: data.index(b">Q<")].count(b"\n") + 1, "Sex")
    assert isinstance(items[-1], Totals)
    assert items == items_of(given, data, Settings(exact=True))


@pytest.mark.parametrize("inside", ["<x:a/>", "<a b='1' b='2'/>", "&t;", "<a></b>", "\x01", "&#0;"])
def test_a_fault_of_syntax_in_a_record_too_large_for_a_tree_stops_the_reading(given: Path, inside: str) -> None:
    items = items_of(given, message(learner(), learner(inside=LARGE + inside), learner()))
    assert isinstance(items[-1], FileFault)
    assert len(records(items)) == 1


def test_a_record_longer_than_a_batch_is_cut_whole(given: Path) -> None:
    long = learner(inside=f"<FamilyName>{'x' * 400_000}</FamilyName>")
    items = items_of(given, message(learner(), long, learner(sex="Q")))
    line = message(learner(), long).count(b"\n")
    assert faults(items) == [(FaultType.MAX_LENGTH, 11, "FamilyName"), (FaultType.ENUM, line + 3, "Sex")]

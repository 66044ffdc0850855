"""Reference data as rules see it: what is on a list on a day, and never a wrong "it is not"."""

import pickle
from datetime import UTC, date, datetime

import pytest

from gateway.core.errors import AdapterError
from gateway.core.reference import (
    HeldList,
    ListVersion,
    Reference,
    ReferenceRow,
    by_key,
    held_names,
    reference_key,
)

SPRING = date(2026, 3, 1)


def version(name: str, rows: int = 1, digest: str = "1") -> ListVersion:
    return ListVersion(
        name=name,
        columns=("key", "title"),
        rows=rows,
        digest=digest,
        source=f"{name}.csv",
        loaded_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def row(key: str, title: str, begin: date | None = None, end: date | None = None) -> ReferenceRow:
    return ReferenceRow(2, reference_key(key), begin, end, (key, title))


ROWS = by_key(
    [
        row("601/1234/7", "new", date(2026, 1, 1)),
        row("601/1234/7", "old", date(2020, 1, 1), date(2025, 12, 31)),
        row("500/1111/X", "closed", None, date(2018, 8, 31)),
        row("CV1 2WT", "always"),
    ]
)
SMALL = Reference([HeldList(version("qualifications"), ROWS)])


def title(reference: Reference, key: str, day: date | None = None, name: str = "qualifications") -> str | None:
    found = reference.lookup(name, key, day)
    return None if found is None else found["title"]


def test_a_key_is_found_with_and_without_slashes_blanks_and_capitals() -> None:
    assert [title(SMALL, key) for key in ("500/1111/X", "5001111x", "500 1111 X", "cv12wt")] == [
        "closed",
        "closed",
        "closed",
        "always",
    ]
    assert title(SMALL, "5001111") is None


def test_a_key_of_parts_keeps_them_apart() -> None:
    assert reference_key(("ilr", "2526")) == "ILR/2526"
    assert reference_key(("a/b", "c")) != reference_key(("a", "b/c"))


def test_a_row_is_found_on_its_days_alone_and_without_a_day_the_latest() -> None:
    days = (date(2019, 12, 31), date(2020, 1, 1), date(2025, 12, 31), date(2026, 1, 1))
    assert [title(SMALL, "60112347", day) for day in days] == [None, "old", "old", "new"]
    assert title(SMALL, "60112347") == "new"
    assert title(SMALL, "5001111X", date(2018, 9, 1)) is None
    assert title(SMALL, "5001111X") == "closed"
    assert title(SMALL, "CV1 2WT", SPRING) == "always"


def test_a_row_is_read_by_column_and_cannot_be_changed() -> None:
    found = SMALL.lookup("qualifications", "CV1 2WT")
    assert found == {"key": "CV1 2WT", "title": "always"}
    with pytest.raises(TypeError):
        found["title"] = "never"  # type: ignore[index]


def test_without_lists_nothing_is_loaded_and_a_look_is_our_fault() -> None:
    assert not Reference().loaded("qualifications")
    assert Reference().version == ""
    with pytest.raises(AdapterError, match="qualifications, which is not loaded"):
        Reference().lookup("qualifications", "60112347")


def test_the_version_tells_every_state_of_the_lists_from_another() -> None:
    lists = [HeldList(version("schools"), {}), HeldList(version("qualifications"), ROWS)]
    assert Reference(lists).version == Reference(reversed(lists)).version
    changed = [HeldList(version("schools", digest="2"), {}), lists[1]]
    assert len({Reference(held).version for held in (lists, lists[1:], changed)}) == 3
    assert [held.name for held in Reference(lists).versions] == ["qualifications", "schools"]


def test_a_list_is_loaded_also_where_it_has_no_rows() -> None:
    assert SMALL.loaded("qualifications")
    assert Reference([HeldList(version("schools", 0), {})]).loaded("schools")
    assert not Reference().loaded("schools")


def test_another_process_answers_for_what_it_was_given() -> None:
    copy: Reference = pickle.loads(pickle.dumps(SMALL))  # noqa: S301 - our own bytes
    assert title(copy, "CV1 2WT") == "always"
    assert copy.version == SMALL.version


def test_only_some_lists_can_be_handed_on() -> None:
    both = Reference([HeldList(version("qualifications"), ROWS), HeldList(version("schools"), {})])
    few = both.only(["schools", "centres"])
    assert [few.loaded(name) for name in ("schools", "qualifications", "centres")] == [True, False, False]


def test_the_smallest_lists_are_held_as_long_as_there_is_room() -> None:
    versions = [version("postcodes", 90), version("schools", 10), version("centres", 20), version("series", 0)]
    assert held_names(versions, 30) == {"series", "schools", "centres"}
    assert held_names(versions, 29) == {"series", "schools"}
    assert held_names(versions, 120) == {"series", "schools", "centres", "postcodes"}


def test_of_many_keys_each_is_answered_alike_however_often_it_is_asked() -> None:
    rows = by_key([row(f"K{number}", str(number)) for number in range(5_000)])
    asked = Reference([HeldList(version("many"), rows)])
    for _ in range(2):
        assert [title(asked, f"K{number}", name="many") for number in range(5_001)] == [*map(str, range(5_000)), None]

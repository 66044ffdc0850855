"""The `ReferenceLists` port on real PostgreSQL: a list is replaced whole or left alone; large ones are asked for."""

import os
import pickle
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from adapters.stores.database import Pool, open_pool
from adapters.stores.reference import PostgresReference
from gateway import reference_file
from gateway.core.errors import ConfigurationError, StoreError
from gateway.core.reference import ListVersion, Reference, ReferenceLists, ReferenceRow, reference_key

COLUMNS = ("key", "title")
SPRING = date(2026, 3, 1)


@pytest.fixture
def pool(database: str) -> Iterator[Pool]:
    with open_pool(database) as opened:
        yield opened


@pytest.fixture
def lists(pool: Pool, tmp_path: Path) -> ReferenceLists:
    return PostgresReference(pool, tmp_path / "laid")


def row(line: int, key: str, title: str, begin: date | None = None, end: date | None = None) -> ReferenceRow:
    return ReferenceRow(line, reference_key(key), begin, end, (key, title))


def load(lists: ReferenceLists, rows: Iterable[ReferenceRow], name: str = "centres") -> ListVersion:
    return lists.load(name, COLUMNS, rows, f"{name}.csv")


def titles(lists: ReferenceLists, *keys: str, name: str = "centres") -> list[str | None]:
    found = [lists.reference().lookup(name, key) for key in keys]
    return [it and it["title"] for it in found]


def test_before_a_load_nothing_is_loaded(lists: ReferenceLists) -> None:
    assert lists.versions() == ()
    assert lists.reference().version == ""


def test_what_was_loaded_is_looked_up_and_its_version_told(lists: ReferenceLists) -> None:
    loaded = load(lists, [row(2, "12345", "Hill"), row(3, "12346", "Dale; \\N {x} \t")])
    assert lists.versions() == (loaded,) == lists.reference().versions
    assert (loaded.name, loaded.columns, loaded.rows, loaded.source) == ("centres", COLUMNS, 2, "centres.csv")
    assert titles(lists, "12345", "12346", "12347") == ["Hill", "Dale; \\N {x} \t", None]


def test_a_load_takes_the_place_of_all_that_the_list_held_and_of_no_other_list(lists: ReferenceLists) -> None:
    load(lists, [row(2, "12345", "Hill"), row(3, "12346", "Dale")])
    load(lists, [row(2, "8234321", "School")], "schools")
    before = lists.reference()
    load(lists, [row(2, "12346", "Valley")])
    assert titles(lists, "12345", "12346") == [None, "Valley"]
    assert titles(lists, "8234321", name="schools") == ["School"]
    assert before.version != lists.reference().version
    found = before.lookup("centres", "12345")
    assert found is not None, "a run that has begun goes on with what it began with"


def test_the_same_rows_have_the_same_digest_whenever_they_are_loaded(lists: ReferenceLists) -> None:
    first = load(lists, [row(2, "12345", "Hill")])
    assert load(lists, [row(9, "12345", "Hill")]).digest == first.digest
    assert load(lists, [row(2, "12345", "Hall")]).digest != first.digest


def test_while_nothing_is_loaded_the_reference_is_the_same_one(lists: ReferenceLists) -> None:
    load(lists, [row(2, "12345", "Hill")])
    assert lists.reference() is lists.reference()


def test_rows_of_one_key_lie_on_different_days(lists: ReferenceLists) -> None:
    load(lists, [row(2, "1", "new", date(2026, 1, 1)), row(3, "1", "old", None, date(2025, 12, 31))])
    reference = lists.reference()
    found = [reference.lookup("centres", "1", day) for day in (date(2025, 12, 31), SPRING)]
    assert [it and it["title"] for it in found] == ["old", "new"]


@pytest.mark.parametrize("second", [(None, None), (date(2026, 1, 1), None), (None, date(2025, 6, 1))])
def test_two_rows_of_one_key_on_one_day_are_refused_with_their_line(
    lists: ReferenceLists, second: tuple[date | None, date | None]
) -> None:
    load(lists, [row(2, "12345", "Hill")])
    rows = [row(2, "5", "one", date(2025, 1, 1), date(2026, 1, 1)), row(3, "6", "two"), row(4, "5", "three", *second)]
    with pytest.raises(StoreError, match=r"centres\.csv line [24]: its key stands in another row"):
        load(lists, rows)
    assert titles(lists, "12345", "5") == ["Hill", None]


def test_a_row_between_two_others_is_refused_also_where_the_first_of_them_is_longer(lists: ReferenceLists) -> None:
    years = [(date(2020, 1, 1), date(2029, 1, 1)), (date(2021, 1, 1), date(2022, 1, 1)), (date(2025, 1, 1), None)]
    with pytest.raises(StoreError, match="line 3"):
        load(lists, [row(line, "5", "x", *days) for line, days in enumerate(years, start=2)])


def test_a_file_with_a_wrong_row_leaves_the_list_as_it_was(lists: ReferenceLists, tmp_path: Path) -> None:
    load(lists, [row(2, "12345", "Hill")])
    path = tmp_path / "centres.csv"
    path.write_text("centre,name\n12346,Dale\n1234,Vale\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="line 3: centre must be five digits"):
        load(lists, reference_file.read(path, reference_file.description("centres")))
    assert titles(lists, "12345", "12346") == ["Hill", None]


def test_a_first_load_that_fails_leaves_no_list(lists: ReferenceLists) -> None:
    with pytest.raises(StoreError):
        load(lists, [row(2, "5", "one"), row(3, "5", "two")])
    assert lists.versions() == ()


def test_a_list_that_is_too_large_for_memory_is_laid_out_once_and_looked_up_there(pool: Pool, tmp_path: Path) -> None:
    folder = tmp_path / "laid"
    lists = PostgresReference(pool, folder, most_held=3)
    load(lists, [row(2, "12345", "Hill")])
    load(lists, [row(line, f"CV1 {line}WT", f"post {line}") for line in range(2, 6)], "postcodes")
    assert titles(lists, "CV1 2WT", "cv15wt", "CV1 9WT", name="postcodes") == ["post 2", "post 5", None]
    assert titles(lists, "12345") == ["Hill"]
    (laid,) = folder.iterdir()
    assert laid.name.startswith("postcodes-")
    before = laid.stat().st_mtime_ns
    assert titles(PostgresReference(pool, folder, most_held=3), "CV1 3WT", name="postcodes") == ["post 3"]
    assert laid.stat().st_mtime_ns == before
    load(lists, [row(line, f"CV1 {line}WT", f"new {line}") for line in range(2, 6)], "postcodes")
    assert titles(lists, "CV1 2WT", name="postcodes") == ["new 2"]
    assert laid.exists(), "a file that is being checked may still need it"
    os.utime(laid, (0, 0))
    load(lists, [row(line, f"CV1 {line}WT", f"newer {line}") for line in range(2, 6)], "postcodes")
    assert titles(lists, "CV1 2WT", name="postcodes") == ["newer 2"]
    assert not laid.exists()


def test_what_is_laid_out_answers_as_what_is_held(pool: Pool, tmp_path: Path) -> None:
    rows = [row(2, "1", "new", date(2026, 1, 1)), row(3, "1", "old", None, date(2025, 12, 31)), row(4, 'Zö"\\', "ö")]
    rows += [row(line, f"key {line}", f"title of {line}") for line in range(5, 1_000)]
    held, laid = (PostgresReference(pool, tmp_path / str(most), most_held=most) for most in (10_000, 3))
    load(held, rows)
    keys = ["1", 'zö"\\', "zö", "", "0", "key", *(f"key {line}" for line in range(1_002))]
    days = (None, date(2025, 12, 31), SPRING)
    first, second = (lists.reference() for lists in (held, laid))
    other: Reference = pickle.loads(pickle.dumps(second))  # noqa: S301 - our own bytes
    for key in keys:
        answers = [[it.lookup("centres", key, day) for day in days] for it in (first, second, other)]
        assert answers[0] == answers[1] == answers[2]
    assert first.lookup("centres", "key 7") is not None


def test_a_folder_that_cannot_be_written_is_our_fault(pool: Pool, tmp_path: Path) -> None:
    folder = tmp_path / "laid"
    folder.write_text("no folder", encoding="utf-8")
    lists = PostgresReference(pool, folder, most_held=0)
    load(lists, [row(2, "12345", "Hill")])
    with pytest.raises(StoreError, match="cannot be laid out"):
        lists.reference()


def test_of_two_loads_at_once_one_list_is_left_whole(lists: ReferenceLists) -> None:
    def load_many(title: str) -> str:
        return load(lists, [row(line, str(line), title) for line in range(2, 1_002)]).digest

    with ThreadPoolExecutor() as threads:
        digests = set(threads.map(load_many, ["Hill", "Dale", "Hill", "Dale"]))
    (left,) = lists.versions()
    assert left.digest in digests
    assert left.rows == 1_000
    assert titles(lists, "2", "1001") in (["Hill", "Hill"], ["Dale", "Dale"])


def test_the_lists_that_come_with_the_gateway_are_loaded_from_their_files(lists: ReferenceLists) -> None:
    with reference_file.samples() as files:
        for path in files:
            schema = reference_file.description(path.stem)
            lists.load(schema.name, schema.names, reference_file.read(path, schema), path.name)
    reference = lists.reference()
    english = reference.lookup("qualifications", "60112347", SPRING)
    assert english is not None
    grades = reference.lookup("grade-sets", english["grade_set"], SPRING)
    assert grades is not None
    assert grades["grades"].split(";")[0] == "9"
    assert reference.lookup("collections", ("ilr", "2526"), SPRING) is not None
    assert reference.lookup("collections", ("ilr", "2425"), SPRING) is None

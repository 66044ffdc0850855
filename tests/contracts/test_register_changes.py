"""The port `RegisterChanges` on real PostgreSQL: every change can be undone, is told, and leaves no number lost."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from pyarrow import parquet

from adapters.stores.database import Pool, open_pool
from adapters.stores.register import PostgresRegister
from adapters.stores.register_changes import PostgresRegisterChanges
from gateway import register_columns, register_export, register_file
from gateway.core.errors import StoreError
from gateway.core.matching import register as matching
from gateway.core.matching.columns import Columns
from gateway.core.matching.faces import faces
from gateway.core.matching.keys import probe_keys
from gateway.core.model import Entry
from gateway.core.ports.register import RegisterChanges
from gateway.core.uln_changes import Act, ChangeSort, report_row
from tests.contracts import register_cases as cases
from tests.contracts.register_cases import ANNA, BOB, FIRST, FOURTH, LOADED, SECOND, THIRD, people, register

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
ACT = Act(by="clerk", reason="two numbers of one learner", at=NOON)
UNKNOWN = LOADED[30]


@pytest.fixture
def pool(database: str) -> Iterator[Pool]:
    with open_pool(database) as opened:
        yield opened


@pytest.fixture
def filled(pool: Pool) -> PostgresRegister:
    """Return a register with ANNA three times, under different postcodes, and BOB."""
    made = register(pool)
    homes = zip((FIRST, SECOND, THIRD), ("LS1 4AB", "M1 1AE", "YO1 7HH"), strict=True)
    annas = [Entry(uln=uln, learner=replace(ANNA, postcode=home, former_postcodes=())) for uln, home in homes]
    made.load([*annas, Entry(uln=FOURTH, learner=BOB)])
    return made


@pytest.fixture
def changes(pool: Pool, filled: PostgresRegister) -> RegisterChanges:
    assert filled.stats()["live"]
    return PostgresRegisterChanges(pool, matching=matching)


def masters(filled: PostgresRegister) -> Mapping[str, str | None]:
    """Return the surviving number of every live one."""
    return {uln: entry.master_uln for uln, entry in filled.by_uln((FIRST, SECOND, THIRD, FOURTH)).items()}


def near(filled: PostgresRegister) -> list[str]:
    return [entry.uln for entry in cases.near(filled, ANNA)]


def persons(filled: PostgresRegister) -> list[str]:
    """Return which number answers for each entry that ANNA is compared with, as matching sees it."""
    probes, places = probe_keys(faces(Columns.of([ANNA])))
    (found,) = filled.candidates.near([(probes.tobytes(), places.tobytes())])
    return list(map(str, np.frombuffer(found.persons, np.int64).tolist()))


def test_merged_numbers_answer_with_their_master_and_unmerged_ones_for_themselves(
    filled: PostgresRegister, changes: RegisterChanges
) -> None:
    before = masters(filled)
    assert changes.merge(FIRST, [SECOND, THIRD], ACT) == FIRST
    assert masters(filled) == before | {SECOND: FIRST, THIRD: FIRST}
    assert near(filled) == [FIRST, SECOND, THIRD]
    assert set(persons(filled)) == {FIRST}
    assert [changes.unmerge(uln, ACT) for uln in (SECOND, THIRD)] == [FIRST, FIRST]
    assert masters(filled) == before
    assert set(persons(filled)) == {FIRST, SECOND, THIRD}


def test_a_chain_is_linked_to_its_top_master(filled: PostgresRegister, changes: RegisterChanges) -> None:
    changes.merge(FIRST, [SECOND], ACT)
    assert changes.merge(SECOND, [THIRD], ACT) == FIRST
    changes.merge(FOURTH, [FIRST], ACT)
    assert set(persons(filled)) == {FOURTH}
    assert masters(filled) == {FIRST: FOURTH, SECOND: FOURTH, THIRD: FOURTH, FOURTH: None}
    changes.unmerge(FIRST, ACT)
    assert masters(filled) == {FIRST: None, SECOND: FIRST, THIRD: FIRST, FOURTH: None}


@pytest.mark.parametrize(
    ("master", "ulns", "told"),
    [
        (FIRST, [FIRST], "would lead back to itself"),
        (SECOND, [FIRST], "would lead back to itself"),
        (THIRD, [SECOND], "Number 1 is linked to a master already"),
        (FIRST, [THIRD, UNKNOWN], "ULN 3 is not in the register"),
        (UNKNOWN, [THIRD], "ULN 1 is not in the register"),
        (FIRST, ["1234567890"], "check digit"),
        (FOURTH, [THIRD], "The master is deleted"),
        (THIRD, [FOURTH], "Number 1 is deleted"),
    ],
)
def test_a_merge_that_cannot_be_is_refused_and_changes_nothing(
    filled: PostgresRegister, changes: RegisterChanges, master: str, ulns: list[str], told: str
) -> None:
    changes.merge(FIRST, [SECOND], ACT)
    changes.delete(FOURTH, ACT)
    before = masters(filled), list(changes.changes(NOON, NOON + timedelta(1)))
    with pytest.raises(StoreError, match=told) as raised:
        changes.merge(master, ulns, ACT)
    assert before == (masters(filled), list(changes.changes(NOON, NOON + timedelta(1))))
    assert not [uln for uln in (FIRST, SECOND, THIRD, FOURTH) if uln in str(raised.value)]


def test_one_number_that_is_refused_keeps_all_others_from_being_merged(
    filled: PostgresRegister, changes: RegisterChanges
) -> None:
    changes.merge(FOURTH, [SECOND], ACT)
    with pytest.raises(StoreError, match="Number 2"):
        changes.merge(FIRST, [THIRD, SECOND], ACT)
    assert masters(filled)[THIRD] is None
    assert [change.master_uln for change in changes.history(THIRD)] == []


def test_two_who_merge_at_once_never_make_a_circle(filled: PostgresRegister, changes: RegisterChanges) -> None:
    def merge(pair: tuple[str, str]) -> bool:
        try:
            changes.merge(pair[0], [pair[1]], ACT)
        except StoreError:
            return False
        return True

    with ThreadPoolExecutor(6) as crowd:
        done = list(crowd.map(merge, [(FIRST, SECOND), (SECOND, THIRD), (THIRD, FIRST)] * 2))
    assert sum(done) == 2
    assert sorted(masters(filled).values(), key=str).count(None) == 2


def test_a_deleted_number_is_nobodys_until_it_is_restored(filled: PostgresRegister, changes: RegisterChanges) -> None:
    changes.delete(SECOND, ACT)
    assert (near(filled), SECOND in masters(filled)) == ([FIRST, THIRD], False)
    for refused in (changes.delete, changes.unmerge):
        with pytest.raises(StoreError, match="is deleted"):
            refused(SECOND, ACT)
    changes.restore(SECOND, ACT)
    assert near(filled) == [FIRST, SECOND, THIRD]
    with pytest.raises(StoreError, match="not deleted"):
        changes.restore(SECOND, ACT)


def test_a_master_is_not_deleted_before_its_numbers_are_unmerged(
    filled: PostgresRegister, changes: RegisterChanges
) -> None:
    changes.merge(FIRST, [SECOND], ACT)
    with pytest.raises(StoreError, match="unmerge them first"):
        changes.delete(FIRST, ACT)
    changes.unmerge(SECOND, ACT)
    changes.delete(FIRST, ACT)
    with pytest.raises(StoreError, match="not linked"):
        changes.unmerge(SECOND, ACT)
    assert FIRST not in masters(filled)


def test_the_history_says_who_why_and_when(changes: RegisterChanges) -> None:
    changes.merge(FIRST, [SECOND], ACT)
    undone = Act(by="another", reason="twins", at=NOON + timedelta(hours=1))
    changes.unmerge(SECOND, undone)
    told = [(it.sort, it.uln, it.master_uln, it.act) for it in changes.history(SECOND)]
    assert told == [(ChangeSort.MERGED, SECOND, FIRST, ACT), (ChangeSort.UNMERGED, SECOND, FIRST, undone)]
    assert changes.history(FIRST) == changes.history(SECOND)
    assert changes.history(THIRD) == changes.history("nonsense") == []


def test_reports_hold_what_was_changed_from_a_moment_until_before_another(changes: RegisterChanges) -> None:
    changes.merge(FIRST, [SECOND], ACT)
    changes.unmerge(SECOND, replace(ACT, at=NOON + timedelta(hours=1)))
    changes.delete(FOURTH, replace(ACT, at=NOON + timedelta(hours=2)))
    changes.delete(THIRD, replace(ACT, at=NOON + timedelta(hours=2)))
    changes.restore(THIRD, replace(ACT, at=NOON + timedelta(hours=3)))
    found = list(changes.changes(NOON, NOON + timedelta(hours=9)))
    assert [(it.sort, it.uln) for it in found] == [
        (ChangeSort.MERGED, SECOND), (ChangeSort.UNMERGED, SECOND), (ChangeSort.DELETED, FOURTH),
    ]  # fmt: skip
    assert list(report_row(found[0]).values()) == [
        FIRST, "Smith", "Anna", "2007-03-04", SECOND, "Smith", "Anna", "2007-03-04", "2026-05-04",
    ]  # fmt: skip
    assert report_row(found[2]) == {"ULN": FOURTH, "DeletedDate": "2026-05-04"}
    assert [it.sort for it in changes.changes(NOON + timedelta(hours=1), NOON + timedelta(hours=2))] == [
        ChangeSort.UNMERGED
    ]


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".PARQUET"])
def test_a_register_that_is_written_and_loaded_is_the_same(
    database: str, filled: PostgresRegister, changes: RegisterChanges, tmp_path: Path, suffix: str
) -> None:
    odd = replace(BOB, given_name='B"o,b', family_name="=1+1", middle_name="two\nlines", sex="", date_of_birth=None)
    filled.load([Entry(uln=LOADED[4], learner=ANNA), Entry(uln=LOADED[5], learner=odd)])
    changes.merge(FIRST, [SECOND], ACT)
    changes.merge(THIRD, [FIRST], ACT)
    changes.delete(SECOND, ACT)
    entries = list(filled.entries())
    path = tmp_path / f"register{suffix}"
    assert register_export.write(path, filled.entries()) == len(entries) == 6
    assert path.stat().st_mode & 0o777 == 0o600
    with open_pool(database) as pool, pool.connection() as connection:
        connection.execute("truncate learner, learner_key, learner_face, uln_change cascade")
    assert filled.load_batches(register_columns.read(path)) == 6
    assert list(filled.entries()) == entries
    assert [(it.uln, it.master_uln, it.deleted) for it in entries if it.master_uln] == [
        (FIRST, THIRD, False), (SECOND, FIRST, True),
    ]  # fmt: skip
    assert filled.by_uln([FIRST])[FIRST].master_uln == THIRD


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_register_file_that_cannot_be_written_whole_leaves_the_former_one(tmp_path: Path, suffix: str) -> None:
    def broken() -> Iterator[Entry]:
        yield Entry(uln=FIRST, learner=ANNA)
        raise StoreError("the database is gone")

    path = tmp_path / f"register{suffix}"
    path.write_text("the former one")
    with pytest.raises(StoreError):
        register_export.write(path, broken())
    assert path.read_text() == "the former one"
    assert list(tmp_path.iterdir()) == [path]


def test_a_parquet_file_of_many_row_groups_holds_every_entry_in_its_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register_export, "_ROWS", 2)
    entries = [Entry(uln=uln, learner=ANNA) for uln in LOADED[:5]]
    register_export.write(tmp_path / "some.parquet", iter(entries))
    register_export.write(tmp_path / "none.parquet", [])
    written, empty = (parquet.ParquetFile(tmp_path / name) for name in ("some.parquet", "none.parquet"))
    assert (written.num_row_groups, empty.metadata.num_rows) == (3, 0)
    assert written.read(["uln"]).to_pydict() == {"uln": LOADED[:5]}
    assert empty.schema_arrow.names == list(register_file.COLUMNS)


def test_many_entries_come_in_the_order_in_which_they_were_loaded(pool: Pool) -> None:
    made = register(pool)
    ulns = reversed(LOADED)
    given = [Entry(uln=uln, learner=learner) for uln, learner in zip(ulns, people(40).values(), strict=True)]
    made.load(given)
    assert list(made.entries()) == given

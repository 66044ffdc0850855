"""The `Records` port on real PostgreSQL: every version once, seen as each submission saw it first."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from adapters.stores.database import Pool, open_pool
from adapters.stores.migrate import migrate
from adapters.stores.records import PostgresRecords
from gateway.core.keeping import Kept, RecordChange, RecordKey
from gateway.core.outcomes import Effect
from gateway.core.ports.submissions import Records

MATHS = RecordKey("ao-result", "10022490", ("1000000043", "60112347", "Q", "6G26"))
LATIN = RecordKey("ao-result", "10022490", ("1000000043", "60112350", "Q", "6G26"))
STORED = RecordChange(key=MATHS, effect=Effect.STORED, values={"Grade": "7"}, uln="1000000043")


@pytest.fixture
def pool(database: str) -> Iterator[Pool]:
    migrate(database)
    with open_pool(database) as opened:
        yield opened


@pytest.fixture
def records(pool: Pool) -> PostgresRecords:
    return PostgresRecords(pool)


def amended(grade: str, expects: int, effect: Effect = Effect.AMENDED) -> RecordChange:
    return replace(STORED, effect=effect, values={"Grade": grade}, expects=expects, reason="ROMM")


def test_it_is_the_port(records: PostgresRecords) -> None:
    port: Records = records
    assert port.kept([MATHS], "S1") == {}
    assert port.kept([], "S1") == {}


def test_what_was_put_is_kept_under_its_key_alone(records: PostgresRecords) -> None:
    other = replace(STORED, key=MATHS._replace(owner="10009931"), values={"Grade": "4"})
    assert records.put("S1", {1: [STORED], 2: [other]}) == frozenset()
    assert records.kept([MATHS, LATIN, other.key], "S2") == {
        MATHS: Kept(values={"Grade": "7"}, version=1),
        other.key: Kept(values={"Grade": "4"}, version=1),
    }


def test_changes_of_one_key_follow_each_other_in_the_order_of_the_file(records: PostgresRecords) -> None:
    assert records.put("S1", {2: [amended("8", 1)], 1: [STORED], 3: [amended("8", 2, Effect.WITHDRAWN)]}) == frozenset()
    assert records.kept([MATHS], "S2") == {MATHS: Kept(values={"Grade": "8"}, version=3, withdrawn=True)}


def test_a_submission_sees_what_was_kept_before_it_changed_anything(records: PostgresRecords) -> None:
    records.put("S1", {1: [STORED]})
    records.put("S2", {1: [amended("8", 1)], 2: [amended("9", 2)]})
    records.put("S3", {1: [amended("6", 3)]})
    assert records.kept([MATHS], "S1") == {}
    assert records.kept([MATHS], "S2") == {MATHS: Kept(values={"Grade": "7"}, version=1)}
    assert records.kept([MATHS], "S4") == {MATHS: Kept(values={"Grade": "6"}, version=4)}


def test_a_change_is_made_once_however_often_it_is_put(records: PostgresRecords) -> None:
    for _ in range(3):
        assert records.put("S1", {1: [STORED], 2: [amended("8", 1)]}) == frozenset()
    assert records.kept([MATHS], "S2")[MATHS].version == 2


def test_a_change_that_came_too_late_is_told_and_not_made(records: PostgresRecords) -> None:
    records.put("S1", {1: [STORED]})
    latin = replace(STORED, key=LATIN)
    assert records.put("S2", {1: [replace(STORED, values={"Grade": "1"})], 2: [latin], 3: [amended("8", 1)]}) == {1}
    assert records.kept([MATHS, LATIN], "S3") == {
        MATHS: Kept(values={"Grade": "8"}, version=2),
        LATIN: Kept(values={"Grade": "7"}, version=1),
    }


def test_one_record_may_change_several_things_and_one_thing_twice(records: PostgresRecords) -> None:
    latin = replace(STORED, key=LATIN)
    for _ in range(2):
        assert records.put("S1", {1: [STORED, latin, amended("8", 1)]}) == frozenset()
    assert records.kept([MATHS, LATIN], "S2") == {
        MATHS: Kept(values={"Grade": "8"}, version=2),
        LATIN: Kept(values={"Grade": "7"}, version=1),
    }
    assert records.kept([MATHS, LATIN], "S1") == {}


def test_of_a_record_one_of_whose_changes_came_too_late_none_is_made(records: PostgresRecords) -> None:
    records.put("S1", {1: [STORED]})
    latin = replace(STORED, key=LATIN)
    assert records.put("S2", {1: [latin, STORED], 2: [amended("8", 1)]}) == {1}
    assert records.kept([MATHS, LATIN], "S3") == {MATHS: Kept(values={"Grade": "8"}, version=2)}
    assert records.put("S2", {1: [latin]}) == frozenset()


def test_submissions_at_once_leave_no_change_out_and_make_none_twice(pool: Pool) -> None:
    keys = [MATHS._replace(parts=(str(number),)) for number in range(40)]

    def submit(name: str) -> None:
        records, order = PostgresRecords(pool), random.Random(name)  # noqa: S311 - no secret
        waiting = dict(enumerate(order.sample(keys, len(keys))))
        while waiting:
            kept = records.kept(list(waiting.values()), name)
            changes = {
                number: [replace(STORED, key=key, expects=kept[key].version if key in kept else 0)]
                for number, key in waiting.items()
            }
            late = records.put(name, changes)
            waiting = {number: waiting[number] for number in late}

    with ThreadPoolExecutor(4) as pool_of_four:
        list(pool_of_four.map(submit, ["A", "B", "C", "D"]))
    assert {kept.version for kept in PostgresRecords(pool).kept(keys, "E").values()} == {4}

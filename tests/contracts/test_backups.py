"""What a backup asks of the database, and what a restored database needs before it goes on."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from adapters.stores.backups import PostgresBackups
from adapters.stores.database import open_pool
from adapters.stores.removals import REMOVING
from gateway.core.errors import FilesError, StoreError
from gateway.core.model import Learner
from gateway.core.submission import Folder, Status
from gateway.pipeline import process
from tests.desk import ADA, COLLEGE, LEASE, Desk, desk_of


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=True)
    yield made
    made.record.close()


def test_retention_and_erasure_wait_while_a_copy_is_made(desk: Desk, database: str, tmp_path: Path) -> None:
    taken = "select pg_try_advisory_lock(%s)"
    with psycopg.connect(database, autocommit=True) as connection:
        with desk.record.backups.copy(tmp_path / "copy") as stood:
            assert connection.execute(taken, [REMOVING]).fetchone() == (False,)
            assert stood["lsn"].count("/") == 1
        assert connection.execute(taken, [REMOVING]).fetchone() == (True,)
    assert not (tmp_path / "copy").exists()  # a database at a URL is not copied


def test_a_copy_that_the_database_breaks_off_is_told(database: str, tmp_path: Path) -> None:
    with open_pool(database) as pool:
        lost = PostgresBackups("postgresql://gateway@127.0.0.1:9/gateway", pool, embedded=False)
        with pytest.raises(StoreError, match="broke the backup off"), lost.copy(tmp_path / "copy"):
            pass


def test_what_was_under_way_begins_anew_and_what_was_done_stays(desk: Desk) -> None:
    new = Learner(given_name="Grace", family_name="Field", date_of_birth=ADA.date_of_birth, sex="2", postcode="M1 1AE",
                  ability_to_share="1")  # fmt: skip
    done = desk.send([ADA])
    process(done, desk.gateway)
    under_way = desk.send([new])
    stop = pytest.MonkeyPatch()
    stop.setattr(desk.record.mailboxes, "publish", lambda *_: (_ for _ in ()).throw(FilesError("the host is gone")))
    assert process(under_way, desk.gateway).status is Status.RESPONDED
    stop.undo()
    for lines in (desk.folder / "files").rglob(f"{under_way.id}.*"):  # gone between the two copies, as after a delivery
        if not lines.name.endswith(under_way.sha256):
            lines.unlink()
    issued = desk.rows_of("select uln from issued")
    desk.record.backups.begin_anew(0)
    assert desk.rows_of("select distinct submission from step") == [(done.id,)]
    again = desk.gateway.store.claim("restored", LEASE)
    assert again is not None
    assert process(again, desk.gateway).status is Status.DELIVERED
    assert desk.rows_of("select uln from issued") == issued
    named = set(desk.record.backups.named())
    kept = {path.name.replace(".", "/") for path in (desk.folder / "files").rglob("*.*")}
    assert {str(it.blob) for it in desk.gateway.mailboxes.listing(COLLEGE.id, Folder.OUT)} < named <= kept


def test_a_parked_submission_stays_parked_and_would_begin_anew(desk: Desk) -> None:
    submission = desk.send([ADA])
    desk.sql("update submission set status = 'parked', attempts = 5")
    desk.record.backups.begin_anew(0)
    assert desk.rows_of("select id, status, attempts from submission") == [(submission.id, "parked", 0)]


def test_numbers_are_left_out_as_asked_and_at_most_a_tenth_of_what_is_left(desk: Desk) -> None:
    assert desk.record.backups.begin_anew(8_000) == 9_000  # of eleven numbers one gives no ULN
    assert desk.rows_of("select next from issuing") == [(9_000,)]
    (size,) = desk.rows_of("select last - first + 1 from issuing")[0]
    assert desk.record.backups.begin_anew(10**12) == (int(str(size)) - 9_000) // 10


def test_where_nothing_is_issued_nothing_is_left_out(database: str, tmp_path: Path) -> None:
    desk = desk_of(database, tmp_path, issuing=False)
    assert desk.record.backups.begin_anew(1_000) == 0
    desk.record.close()


def test_changes_that_a_dump_brought_from_another_cluster_do_not_look_new_for_ever(desk: Desk) -> None:
    desk.sql("insert into register_change values ((pg_current_xact_id()::text::bigint + 1000000)::text::xid8)")
    assert desk.rows_of("select count(*) from register_change") == [(1,)]
    desk.record.backups.begin_anew(0)
    assert desk.rows_of("select count(*) from register_change") == [(0,)]

"""The database's version: brought up to date once, and shared by hosts of two releases while they are updated."""

from pathlib import Path

import psycopg
import pytest

from adapters.stores.migrate import migrate
from adapters.stores.postgres import PostgresRecord
from gateway.core.errors import StoreError
from gateway.core.matching import register as matching


def run(url: str, *statements: str) -> None:
    with psycopg.connect(url) as connection:
        for statement in statements:
            connection.execute(statement)


def version(url: str) -> str:
    with psycopg.connect(url) as connection:
        (row,) = connection.execute("select version_num from alembic_version").fetchall()
    return str(row[0])


def test_a_database_that_is_up_to_date_is_left_as_it_is(database: str) -> None:
    before = version(database)
    migrate(database)
    assert version(database) == before


def test_a_host_of_the_former_release_works_on_what_a_newer_one_made(database: str, tmp_path: Path) -> None:
    run(database, "update alembic_version set version_num = '9998'", "alter table submission add column newer text")
    record = PostgresRecord.from_settings({"home": tmp_path, "url": database, "matching": matching, "issuing": None})
    try:
        assert record.submissions.listing(None, 5) == []
    finally:
        record.close()
    assert version(database) == "9998"


def test_a_host_that_is_too_old_for_the_database_does_not_start_and_says_why(database: str) -> None:
    run(
        database,
        "update alembic_version set version_num = '9999'",
        "update schema_since set oldest = '9998'",
    )
    with pytest.raises(StoreError, match=r"needs the code of version 9998 or later. Install the newer release"):
        migrate(database)

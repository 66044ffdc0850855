"""The contract of the `KeptKeys` port, in PostgreSQL and in memory."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from uuid import UUID, uuid4

import psycopg
import pytest

from adapters.stores.database import open_pool
from adapters.stores.file_keys import PostgresFileKeys
from gateway.core.ports.file_keys import KeptKeys, WrappedKey
from tests.fakes import FakeFileKeys


@pytest.fixture
def postgres_keys(database: str) -> Iterator[KeptKeys]:
    with open_pool(database) as pool:
        yield PostgresFileKeys(pool)


@pytest.fixture
def fake_keys() -> KeptKeys:
    return FakeFileKeys()


@pytest.fixture(params=["postgres_keys", "fake_keys"])
def keys(request: pytest.FixtureRequest) -> KeptKeys:
    return request.getfixturevalue(request.param)


def key(organisation: str, version: int, wrapped: bytes | None = b"wrapped") -> WrappedKey:
    return WrappedKey(id=uuid4(), organisation=organisation, version=version, wrapped=wrapped)


def test_a_key_is_found_by_its_number_and_as_its_organisations_newest(keys: KeptKeys) -> None:
    first, second = keys.add(key("kingsway", 1)), keys.add(key("kingsway", 2))
    assert keys.find(first.id) == first
    assert keys.newest("kingsway") == second
    assert keys.newest("hilltop") is None
    assert keys.find(UUID(int=0)) is None


def test_of_two_that_add_a_version_at_once_both_get_the_same_key(keys: KeptKeys) -> None:
    added: list[WrappedKey] = []
    threads = [Thread(target=lambda: added.append(keys.add(key("kingsway", 1)))) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(added) == 5
    assert len({it.id for it in added}) == 1


def test_all_are_listed_but_those_that_were_destroyed(keys: KeptKeys) -> None:
    first, second, other = (keys.add(key(*it)) for it in (("kingsway", 1), ("kingsway", 2), ("hilltop", 1)))
    assert list(keys.all()) == [other, first, second]
    keys.shred("kingsway")
    assert list(keys.all()) == [other]


def test_a_destroyed_key_is_known_but_cannot_be_brought_back(keys: KeptKeys) -> None:
    kept = keys.add(key("kingsway", 1))
    assert keys.shred("kingsway") == 1
    assert keys.shred("kingsway") == 0
    keys.rewrap(kept.id, b"again")
    found = keys.find(kept.id)
    assert found is not None
    assert found.wrapped is None
    assert keys.newest("kingsway") == found


def test_a_key_is_kept_as_another_master_key_wraps_it(keys: KeptKeys) -> None:
    kept = keys.add(key("kingsway", 1))
    keys.rewrap(kept.id, b"again")
    found = keys.find(kept.id)
    assert found is not None
    assert found.wrapped == b"again"


def test_nothing_is_left_of_a_destroyed_key_in_the_tables_file(database: str) -> None:
    secret = b"secret of kingsway, wrapped"
    with open_pool(database) as pool:
        keys = PostgresFileKeys(pool)
        keys.add(key("kingsway", 1, secret))
        assert secret in table_file(database).read_bytes()
        keys.shred("kingsway")
    assert secret not in table_file(database).read_bytes()


def table_file(database: str) -> Path:
    """Return the file of the table's pages, with all that was written to it on the disk."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("checkpoint")
        (folder,) = connection.execute("show data_directory").fetchone() or ("",)
        (path,) = connection.execute("select pg_relation_filepath('file_key')").fetchone() or ("",)
    return Path(folder) / path

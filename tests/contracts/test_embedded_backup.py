"""Base backups of the embedded PostgreSQL: taken while it runs, and made the database of a new home."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from adapters.stores.embedded import EmbeddedPostgres
from adapters.stores.embedded_account import drop, take
from adapters.stores.embedded_backup import base_backup
from adapters.stores.embedded_settings import ACCESS
from gateway.core.errors import DatabaseError


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    parent = tmp_path / "private"
    parent.mkdir(mode=0o700)
    yield parent / "home"
    for home in parent.iterdir():
        EmbeddedPostgres(home).remove()


def quick(home: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(home, options={"fsync": "off", "shared_buffers": "16MB"})


def test_a_cluster_of_an_earlier_release_can_be_copied_after_its_next_start(home: Path, tmp_path: Path) -> None:
    server = quick(home)
    with server:
        place = server._place()
    (place.data / "pg_hba.conf").write_text(ACCESS.splitlines(keepends=True)[0])
    mark = take(home / "database" / "server")
    assert mark is not None
    server._say(place, mark, "data", "ALTER ROLE gateway NOREPLICATION;\n")
    drop(mark)
    with server as url:
        base_backup(url, tmp_path / "copy")
        assert (place.data / "pg_hba.conf").read_text() == ACCESS
    assert (tmp_path / "copy" / "backup_label").exists()


def test_a_copy_becomes_the_database_of_a_new_home_and_of_no_other(home: Path, tmp_path: Path) -> None:
    server = quick(home)
    with server as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create table kept as select 1 as value")
        base_backup(url, tmp_path / "copy")
    with pytest.raises(DatabaseError, match="Restore into a new home"):
        server.adopt(tmp_path / "copy")
    server.remove()
    new = quick(home.with_name("new"))
    new.adopt(tmp_path / "copy")
    with new as url, psycopg.connect(url) as connection:
        assert connection.execute("select value from kept").fetchone() == (1,)
    new.remove()


def test_a_copy_that_cannot_be_made_says_why_and_not_the_password(home: Path, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "something").touch()
    with quick(home) as url, pytest.raises(DatabaseError, match="exists but is not empty") as caught:
        base_backup(url, tmp_path / "copy")
    assert str(urlsplit(url).password) not in str(caught.value)

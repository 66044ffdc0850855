"""What tests share: one PostgreSQL for the session, and a fresh database of the newest version for each test."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from adapters.stores.embedded import EmbeddedPostgres
from adapters.stores.migrate import migrate
from tests.acceptance.sftp.the_48 import Seen

pytest_plugins = ["tests.bucket"]
_TEMPLATE = f"template_of_tests_{os.getpid()}"
_numbers = count(1)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the list of the 48 sentences of the SFTP intake where any of their tests ran."""
    seen = Seen()
    for outcome in ("passed", "skipped", "failed", "error"):
        for report in terminalreporter.stats.get(outcome, []):
            seen.see(report.nodeid, "failed" if outcome == "error" else outcome)
    for line in seen.lines():
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the URL of a PostgreSQL of the session's own, with a template database that has all migrations."""
    server = EmbeddedPostgres(tmp_path_factory.mktemp("home"), options={"fsync": "off", "shared_buffers": "64MB"})
    url = server.start()
    try:
        _run(url, f"create database {_TEMPLATE}")
        migrate(_database(url, _TEMPLATE))
        yield url
    finally:
        server.remove()


@pytest.fixture
def database(postgres: str) -> Iterator[str]:
    """Yield the URL of a fresh database with all migrations, this test's alone."""
    with fresh_database(postgres) as url:
        yield url


@pytest.fixture(scope="module")
def shared_database(postgres: str) -> Iterator[str]:
    """Yield the URL of a database that is one module's, whose tests leave it as they found it."""
    with fresh_database(postgres) as url:
        yield url


@contextmanager
def fresh_database(postgres: str) -> Iterator[str]:
    """Give the URL of a fresh database with all migrations while the block lasts."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    _run(postgres, f"create database {name} template {_TEMPLATE}")
    try:
        yield _database(postgres, name)
    finally:
        _drop(postgres, name)


def _database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@retry(retry=retry_if_exception_type(InsufficientPrivilege), wait=wait_fixed(0.2), stop=stop_after_delay(60))
def _drop(postgres: str, name: str) -> None:
    """Drop a database; an autovacuum worker that is at work in it is not ours to end, and soon done."""
    _run(postgres, f"drop database {name} with (force)")


def _run(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)

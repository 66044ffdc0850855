"""Connections to PostgreSQL, and its errors as ours."""

import select
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_exponential_jitter

from gateway.core.errors import StoreError

Pool = ConnectionPool[psycopg.Connection[TupleRow]]

_PATIENCE = timedelta(seconds=20)


def open_pool(url: str, *, size: int = 8) -> Pool:
    """Return an open pool of connections; wait for a database that is restarting, then raise StoreError."""
    _wait_for(url)
    return ConnectionPool(
        url,
        min_size=1,
        max_size=size,
        open=True,
        check=_check,
        configure=_see_what_others_commit,
    )


def open_lookups(url: str, prepare: Callable[[psycopg.Connection[TupleRow]], None], *, size: int = 2) -> Pool:
    """Return an open pool of connections that only look things up, each prepared once; each statement stands alone."""

    def configure(connection: psycopg.Connection[TupleRow]) -> None:
        _see_what_others_commit(connection)
        connection.autocommit = True
        prepare(connection)

    return ConnectionPool(url, min_size=0, max_size=size, open=True, check=_check, configure=configure)


def _check(connection: psycopg.Connection[TupleRow]) -> None:
    """Ask a connection that has something to say, such as that its server has ended; a silent one is as it was left.

    To ask each of them each time would be a third of all that a small file says to the database.
    """
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    if poll.poll(0):
        ConnectionPool.check_connection(connection)


def _see_what_others_commit(connection: psycopg.Connection[TupleRow]) -> None:
    connection.autocommit = True
    connection.execute("set default_transaction_isolation to 'read committed'")
    connection.autocommit = False


def _wait_for(url: str) -> None:
    try:
        _connect_once(url)
    except psycopg.Error as error:
        raise StoreError("The database does not answer; check `database.url` and that PostgreSQL runs.") from error


@retry(
    retry=retry_if_exception_type(psycopg.OperationalError),
    wait=wait_exponential_jitter(multiplier=0.1, max=2),
    stop=stop_after_delay(_PATIENCE),
    reraise=True,
)
def _connect_once(url: str) -> None:
    psycopg.connect(url, connect_timeout=5).close()


@contextmanager
def statement(pool: Pool) -> Iterator[psycopg.Connection[Any]]:
    """Give a connection for one statement, which is a transaction by itself: to begin and to end one costs as much."""
    with transaction(pool) as connection:
        connection.autocommit = True
        try:
            yield connection
        finally:
            if not connection.broken:
                connection.autocommit = False


@contextmanager
def transaction(pool: Pool) -> Iterator[psycopg.Connection[Any]]:
    """Give a connection in a transaction that commits when the block ends and rolls back when it raises.

    A database error becomes a StoreError that carries PostgreSQL's code, the table and the constraint, and no more: its
    text may hold a learner's values.
    """
    try:
        with pool.connection() as connection:
            yield connection
    except psycopg.Error as error:
        told = (error.sqlstate, error.diag.table_name, error.diag.constraint_name)
        what = ", ".join(it for it in told if it) or type(error).__name__
        raise StoreError(f"The database refused a statement ({what}).") from None

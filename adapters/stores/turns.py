"""Whose turn it is, of all hosts: a lock in the database that ends with the connection of whoever holds it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import psycopg

from gateway.core.errors import StoreError

_LOCKS: Final = 7_264_313
"""First half of every such lock; the second is of its name."""


@contextmanager
def turn(url: str, name: str) -> Iterator[Callable[[], bool]]:
    """Ask once for the turn at something of that name; what is given says whether it is ours, and still is.

    Raise StoreError where the database does not answer. The lock has a connection of its own: it may last for days.
    """
    try:
        connection = psycopg.connect(url, autocommit=True, connect_timeout=5)
        ours = connection.execute("select pg_try_advisory_lock(%s, hashtext(%s))", [_LOCKS, name]).fetchone() == (True,)
    except psycopg.Error as error:
        raise StoreError("The database does not answer, so nobody knows whose turn it is.") from error

    def is_ours() -> bool:
        try:
            connection.execute("select 1")
        except psycopg.Error:
            return False
        return ours

    with connection:
        yield is_ours

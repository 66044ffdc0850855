"""Connections to PostgreSQL: one that was cut is not handed out again."""

import pytest

from adapters.stores.database import open_pool, transaction
from gateway.core.errors import StoreError


def test_a_connection_that_was_cut_while_idle_is_replaced_before_anybody_gets_it(database: str) -> None:
    with open_pool(database) as pool, open_pool(database) as other:
        with transaction(pool) as connection:
            (mine,) = connection.execute("select pg_backend_pid()").fetchall()[0]
        with transaction(other) as connection:
            connection.execute("select pg_terminate_backend(%s, 5000)", [mine])
        with transaction(pool) as connection:
            assert connection.execute("select pg_backend_pid()").fetchall() != [(mine,)]


def test_a_connection_that_is_cut_while_it_is_used_is_a_fault_of_the_store_and_not_handed_out_again(
    database: str,
) -> None:
    with open_pool(database) as pool:

        def use() -> None:
            with transaction(pool) as connection:
                connection.execute("select pg_terminate_backend(pg_backend_pid())")

        with pytest.raises(StoreError, match="refused a statement"):
            use()
        with transaction(pool) as connection:
            assert connection.execute("select 1").fetchall() == [(1,)]

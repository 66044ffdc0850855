"""Of all hosts one has the turn, and another gets it when that one is gone."""

import psycopg

from adapters.stores.turns import turn

OTHERS = "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = %s"


def test_one_has_the_turn_until_it_ends(database: str) -> None:
    with turn(database, "partner") as first, turn(database, "partner") as second, turn(database, "another") as other:
        assert (first(), second(), other()) == (True, False, True)
    with turn(database, "partner") as second:
        assert second()


def test_a_turn_ends_with_its_connection(database: str) -> None:
    with turn(database, "partner") as is_ours:
        assert is_ours()
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute(OTHERS, [connection.info.dbname])
        assert not is_ours()
        with turn(database, "partner") as another:
            assert another()

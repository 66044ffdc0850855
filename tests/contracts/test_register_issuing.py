"""The port `Register` on real PostgreSQL: each new person gets one number, whoever asks beside and whatever is cut."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count
from types import SimpleNamespace

import psycopg
import pytest
from psycopg import sql

from adapters.stores import arrivals
from adapters.stores.database import Pool, open_pool
from adapters.stores.register import PostgresRegister
from adapters.stores.register_changes import PostgresRegisterChanges
from gateway.core.errors import ConfigurationError, StoreError
from gateway.core.handover import Near
from gateway.core.matching import register as rules
from gateway.core.matching.columns import Columns
from gateway.core.matching.decide import NONE
from gateway.core.matching.faces import faces
from gateway.core.matching.judge import judged
from gateway.core.model import Entry, Learner
from gateway.core.permutation import IssuingRange
from gateway.core.ports.register import NOT_APART, Candidates, Mark
from gateway.core.uln import uln_fault, ulns_between
from gateway.core.uln_changes import Act
from tests.contracts.register_cases import (
    ANNA,
    BOB,
    FIRST,
    LOADED,
    RANGE,
    THIRD,
    all_ulns,
    filled_register,
    near,
    people,
    register,
)

Prepared = Callable[[PostgresRegister, Mapping[int, Learner]], tuple[Mapping[int, Learner], Mark | None]]
ACT = Act(by="clerk", reason="a trial", at=datetime(2026, 5, 4, 12, 0, tzinfo=UTC))


@pytest.fixture
def pool(database: str) -> Iterator[Pool]:
    with open_pool(database) as opened:
        yield opened


@pytest.fixture
def filled(pool: Pool) -> PostgresRegister:
    return filled_register(pool)


def test_unknown_and_impossible_ulns_are_left_out(filled: PostgresRegister) -> None:
    found = filled.by_uln([FIRST, THIRD, "9999999999", "1000000042", "nonsense", ""])
    assert list(found) == [FIRST]
    assert filled.by_uln([]) == {}


def test_new_learners_get_numbers_of_the_range_and_are_found(filled: PostgresRegister) -> None:
    newcomers = people(30)
    issued = filled.issue("s1", newcomers)
    assert list(issued) == list(newcomers)
    assert len(set(issued.values())) == 30
    assert all(uln_fault(uln) is None and RANGE.first <= int(uln) <= RANGE.last for uln in issued.values())
    assert [issued[1]] == [entry.uln for entry in near(filled, newcomers[1])]
    assert filled.by_uln([issued[7]])[issued[7]].learner == newcomers[7]


def test_numbers_do_not_come_in_rising_order(filled: PostgresRegister) -> None:
    issued = [filled.issue("s1", {record: learner})[record] for record, learner in people(10).items()]
    assert issued != sorted(issued)


def test_a_second_run_answers_alike_and_issues_what_is_left(filled: PostgresRegister) -> None:
    newcomers = people(5)
    first = filled.issue("s1", {record: newcomers[record] for record in (1, 2, 3)})
    assert filled.issue("s1", newcomers).items() >= first.items()
    assert filled.issued("s1", [1, 2, 3, 9]) == first
    assert filled.issued("s2", [1]) == {}
    assert filled.stats()["issued"] == 5


def test_whoever_is_or_may_be_in_the_register_is_left_out(filled: PostgresRegister) -> None:
    swapped = replace(ANNA, given_name="Smith", family_name="Anna", sex="9", postcode="")
    assert filled.issue("s1", {1: ANNA, 2: swapped, 3: replace(BOB, date_of_birth=date(2006, 2, 1))}) == {}
    assert filled.stats()["issued"] == 0


def test_of_two_who_may_be_one_person_the_second_is_left_out(filled: PostgresRegister) -> None:
    newcomer = people(1)[1]
    swapped = replace(newcomer, given_name=newcomer.family_name, family_name=newcomer.given_name)
    misdated = replace(newcomer, date_of_birth=date(1990, 1, 2))
    assert list(filled.issue("s1", {9: newcomer, 4: swapped, 7: newcomer, 8: misdated})) == [4]


def test_who_was_looked_for_is_held_against_those_alone_who_came_since(filled: PostgresRegister, pool: Pool) -> None:
    newcomers = people(3)
    looked = filled.mark()
    assert filled.issue("s1", {1: newcomers[1]}, looked=looked)
    register(pool).load([Entry(uln=THIRD, learner=replace(newcomers[2], sex=""))])
    swapped = replace(newcomers[1], given_name=newcomers[1].family_name, family_name=newcomers[1].given_name)
    again = {1: newcomers[3], 2: newcomers[2], 3: swapped}
    assert list(filled.issue("s2", again, looked=looked)) == [1]
    assert list(filled.issue("s3", {1: ANNA}, looked=filled.mark())) == [1], "who came before is the caller's to find"


def test_a_person_who_was_said_to_be_somebody_else_is_no_bar(filled: PostgresRegister) -> None:
    looked, one = filled.mark(), people(1)[1]
    (uln,) = filled.issue("s1", {1: one}).values()
    assert filled.issue("s2", {1: one}, looked=looked) == {}
    assert list(filled.issue("s2", {1: one}, b"", {1: [uln]}, looked=looked)) == [1]


def test_all_are_looked_for_again_where_an_entry_was_changed_meanwhile(filled: PostgresRegister, pool: Pool) -> None:
    changes = PostgresRegisterChanges(pool, matching=rules)
    changes.delete(FIRST, ACT)
    asked, looked = looked_for(filled, {1: ANNA})
    assert asked
    changes.restore(FIRST, ACT)
    assert filled.issue("s1", asked, looked=looked) == {}
    changes.delete(FIRST, ACT)
    assert filled.issue("s1", asked, looked=filled.mark())


def test_all_are_looked_for_again_after_a_rekeying_and_after_a_large_load(
    filled: PostgresRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = filled.mark()
    filled.rekey()
    assert filled.issue("s1", {1: ANNA}, looked=looked) == {}
    monkeypatch.setattr(arrivals, "MOST_ARRIVED", 1)
    looked, newcomers = filled.mark(), people(2)
    filled.load([Entry(uln=THIRD, learner=newcomers[1]), Entry(uln=LOADED[3], learner=newcomers[2])])
    assert filled.issue("s1", newcomers | {3: ANNA}, looked=looked) == {}


def test_numbers_that_the_register_has_are_passed_over(pool: Pool) -> None:
    small = IssuingRange(authority="a test", first=5000000000, last=5000000199)
    in_range = [str(uln) for uln in ulns_between(small.first, small.last)]
    taken = in_range[::2]
    issuing = register(pool, small)
    issuing.load([Entry(uln=uln, learner=ANNA) for uln in taken])
    issued = issuing.issue("s1", people(len(in_range) - len(taken)))
    assert sorted(issued.values()) == sorted(set(in_range) - set(taken))
    with pytest.raises(ConfigurationError, match="used up"):
        issuing.issue("s2", {1: people(99)[99]})
    assert issuing.stats()["issued"] == len(issued)


def test_issuing_is_off_without_a_range(pool: Pool) -> None:
    off = register(pool, None)
    assert off.issuing is False
    assert register(pool).issuing is True
    with pytest.raises(ConfigurationError, match=r"register\.issuing"):
        off.issue("s1", people(1))


def test_another_range_than_the_first_is_refused(filled: PostgresRegister, pool: Pool) -> None:
    filled.issue("s1", people(1))
    other = register(pool, IssuingRange(authority="a test", first=RANGE.first, last=RANGE.last - 10))
    with pytest.raises(ConfigurationError, match="another range"):
        other.issue("s1", people(1))
    assert register(pool).issue("s1", people(1))


def at_once(_: PostgresRegister, asked: Mapping[int, Learner]) -> tuple[Mapping[int, Learner], None]:
    """Return learners for whom nobody looked before."""
    return asked, None


def looked_for(mine: PostgresRegister, asked: Mapping[int, Learner]) -> tuple[dict[int, Learner], Mark]:
    """Return those of some learners who are nobody in the register, and the moment since which that is known."""
    mark = mine.mark()
    outcomes = judged(faces(Columns.of(list(asked.values()))), mine.candidates).outcome
    return {record: asked[record] for record, outcome in zip(asked, outcomes, strict=True) if outcome == NONE}, mark


@pytest.mark.parametrize("prepared", [at_once, looked_for])
def test_workers_side_by_side_never_issue_twice_to_one_person(pool: Pool, prepared: Prepared) -> None:
    newcomers = people(120)

    def work(worker: int) -> dict[int, str]:
        mine = register(pool)
        order = sorted(newcomers, key=lambda record: record * (worker * 2 + 1) % 127)
        answers: dict[int, str] = {}
        for begin in range(0, len(order), 15):
            batch = {record: newcomers[record] for record in order[begin : begin + 15]}
            asked, looked = prepared(mine, batch)
            answers |= mine.issue(f"s{worker}", asked, looked=looked)
        return answers

    with ThreadPoolExecutor(4) as workers:
        answers = list(workers.map(work, range(4)))
    everyone = [(record, uln) for answer in answers for record, uln in answer.items()]
    assert sorted(record for record, _ in everyone) == sorted(newcomers)
    assert sorted(int(uln) for _, uln in everyone) == all_ulns(pool)
    assert len(set(all_ulns(pool))) == len(newcomers)


@pytest.mark.parametrize("prepared", [at_once, looked_for])
def test_workers_side_by_side_see_people_whose_details_were_changed(pool: Pool, prepared: Prepared) -> None:
    """Names in the other order share no block of birth date and family name; they wait for each other all the same."""
    newcomers = people(60)
    both = threading.Barrier(2)

    def work(worker: int) -> list[int]:
        mine = register(pool)
        issued: list[int] = []
        for record, one in newcomers.items():
            swapped = replace(one, given_name=one.family_name, family_name=one.given_name)
            both.wait(timeout=30)
            asked, looked = prepared(mine, {record: swapped if worker else one})
            issued += mine.issue(f"s{worker}", asked, looked=looked)
        return issued

    with ThreadPoolExecutor(2) as workers:
        issued = [record for records in workers.map(work, range(2)) for record in records]
    assert sorted(issued) == sorted(newcomers)


def test_one_submission_run_by_two_workers_gets_the_same_numbers(pool: Pool) -> None:
    newcomers = people(80)
    with ThreadPoolExecutor(4) as workers:
        answers = list(workers.map(lambda _: register(pool).issue("s1", newcomers), range(4)))
    assert all(answer == answers[0] for answer in answers)
    assert len(all_ulns(pool)) == 80


def test_a_database_that_isolates_more_by_default_issues_once_all_the_same(pool: Pool, database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        name = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("alter database {} set default_transaction_isolation = serializable").format(name))
    assert register(pool).issue("s0", {}) == {}
    newcomers = people(60)
    with open_pool(database) as strict, ThreadPoolExecutor(4) as workers:
        issued = list(workers.map(lambda worker: register(strict).issue(f"s{worker}", newcomers), range(4)))
    assert sum(map(len, issued)) == 60 == len(all_ulns(pool))


def backends(pool: Pool, database: str) -> list[int]:
    """Return the server's processes that are in a transaction on this database."""
    asked = "select pid from pg_stat_activity where datname = %s and state <> 'idle' and pid <> pg_backend_pid()"
    with pool.connection() as connection:
        return [pid for (pid,) in connection.execute(asked, (database,))]


def kill(url: str, pids: Iterable[int]) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for pid in pids:
            connection.execute("select pg_terminate_backend(%s)", (pid,))


def test_a_connection_killed_in_mid_transaction_leaves_nothing_and_a_second_run_issues(
    pool: Pool, database: str
) -> None:
    newcomers = people(20) | {21: people(20)[20]}
    done = register(pool).issue("s1", {1: newcomers[1]})

    class Killed(rules.Newcomers):
        """Be asked who is a stranger, inside the transaction, and cut its connection."""

        def strangers(
            self,
            source: Candidates,
            claimed: bytes,
            apart: Mapping[int, Sequence[str]] = NOT_APART,
            arrived: Near | None = None,
        ) -> Sequence[int]:
            kill(database, backends(pool, database.rpartition("/")[2].partition("?")[0]))
            return super().strangers(source, claimed, apart, arrived)

    with pytest.raises(StoreError, match=r"57P01|08006|AdminShutdown|OperationalError"):
        register(pool, matching=SimpleNamespace(**vars(rules) | {"Newcomers": Killed})).issue("s1", newcomers)
    assert register(pool).stats()["issued"] == 1
    issued = register(pool).issue("s1", newcomers)
    assert issued.items() >= done.items()
    assert sorted(issued) == list(range(1, 21))
    assert sorted(map(int, issued.values())) == all_ulns(pool)


def test_workers_killed_again_and_again_never_issue_twice(pool: Pool, database: str) -> None:
    """Whatever is cut and when: each record ends with one number, and no number is anybody else's."""
    newcomers, over = people(400), threading.Event()
    name = database.rpartition("/")[2].partition("?")[0]

    def work(worker: int) -> dict[int, str]:
        answers: dict[int, str] = {}
        for begin in range(worker * 100, worker * 100 + 100, 5):
            part = {record: newcomers[record] for record in range(begin + 1, begin + 6)}
            for _ in range(200):
                try:
                    answers |= register(pool).issue("s1", part)
                    break
                except StoreError:
                    time.sleep(0.01)
        return answers

    def torment() -> int:
        cut = 0
        with psycopg.connect(database, autocommit=True) as killer:
            asked = """select pg_terminate_backend(pid) from pg_stat_activity
                where datname = %s and pid <> pg_backend_pid() and xact_start is not null limit 2"""
            while not over.wait(0.01) and cut < 60:
                cut += len(killer.execute(asked, (name,)).fetchall())
        return cut

    with ThreadPoolExecutor(5) as workers:
        killer = workers.submit(torment)
        answers = list(workers.map(work, range(4)))
        over.set()
        assert killer.result() > 0
    issued = {record: uln for answer in answers for record, uln in answer.items()}
    assert sorted(issued) == sorted(newcomers)
    assert len(set(issued.values())) == 400
    assert register(pool).issued("s1", list(newcomers)) == issued
    assert sorted(map(int, issued.values())) == all_ulns(pool)


def test_a_load_and_an_issue_wait_for_each_other(pool: Pool) -> None:
    order: list[str] = []
    begun, names = threading.Event(), count(1)

    def rows() -> Iterator[Entry]:
        begun.set()
        time.sleep(0.3)
        order.append("load")
        yield Entry(uln=LOADED[next(names)], learner=people(1)[1])

    with ThreadPoolExecutor(1) as worker:
        loading = worker.submit(register(pool).load, rows())
        assert begun.wait(10)
        assert register(pool).issue("s1", people(1)) == {}
        order.append("issue")
        assert loading.result() == 1
    assert order == ["load", "issue"]

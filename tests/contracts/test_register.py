"""The ports `Register` and `RegisterKeeping` on real PostgreSQL: all that they find, and nothing given away."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from adapters.stores.database import Pool, open_pool
from adapters.stores.register import PostgresRegister
from adapters.stores.register_keys import changing
from gateway.core.errors import ConfigurationError, StoreError
from gateway.core.handover import Change
from gateway.core.matching import register as rules
from gateway.core.model import Entry, Learner
from gateway.core.ports.register import Register, RegisterKeeping
from gateway.core.uln import ulns_between
from tests.contracts.register_cases import (
    ANNA,
    BOB,
    FIRST,
    FOURTH,
    LOADED,
    SECOND,
    THIRD,
    filled_register,
    near,
    people,
    register,
)

SECRETS = ("Anna", "Smith", "LS1 4AB", "2007", FIRST)


@pytest.fixture
def pool(database: str) -> Iterator[Pool]:
    with open_pool(database) as opened:
        yield opened


@pytest.fixture
def filled(pool: Pool) -> PostgresRegister:
    return filled_register(pool)


def test_it_is_both_ports(filled: PostgresRegister) -> None:
    finding: Register = filled
    keeping: RegisterKeeping = filled
    assert (finding, keeping) == (filled, filled)


def test_each_learner_is_found_by_their_own_keys(filled: PostgresRegister) -> None:
    stranger = replace(ANNA, given_name="Zoe", family_name="Zimmer", date_of_birth=date(1999, 9, 9), upn="")
    found = [near(filled, it) for it in (BOB, stranger, replace(ANNA, given_name="ÁNNA", postcode=""), Learner())]
    assert [[entry.uln for entry in entries] for entries in found] == [[SECOND], [], [FIRST], []]


def test_near_gives_several_entries_once_each_by_uln(pool: Pool) -> None:
    several = register(pool)
    several.load([Entry(uln=uln, learner=ANNA) for uln in (THIRD, FIRST, SECOND)])
    assert [entry.uln for entry in near(several, ANNA)] == [FIRST, SECOND, THIRD]


def test_names_in_the_other_order_are_found(filled: PostgresRegister) -> None:
    (found,) = near(filled, replace(ANNA, given_name="Smith", family_name="Anna", postcode="", upn=""), wide=True)
    assert found.uln == FIRST


def test_every_detail_comes_back_as_it_was_loaded(filled: PostgresRegister) -> None:
    assert filled.by_uln([FIRST]) == {FIRST: Entry(uln=FIRST, learner=ANNA)}
    assert near(filled, ANNA) == [Entry(uln=FIRST, learner=ANNA)]


def test_an_entry_without_birth_date_comes_back_too(pool: Pool) -> None:
    bare = Entry(uln=FIRST, learner=Learner(given_name="Anna"))
    assert register(pool).load([bare]) == 1
    assert register(pool).by_uln([FIRST]) == {FIRST: bare}


def test_a_deleted_entry_is_never_returned(pool: Pool) -> None:
    gone = register(pool)
    gone.load([Entry(uln=FIRST, learner=ANNA, deleted=True)])
    assert near(gone, ANNA) == []
    assert gone.by_uln([FIRST]) == {}


def test_chains_are_followed_to_the_surviving_number(pool: Pool) -> None:
    chained = register(pool)
    chained.load(
        [
            Entry(uln=FIRST, learner=ANNA, master_uln=SECOND),
            Entry(uln=SECOND, learner=BOB, master_uln=THIRD),
            Entry(uln=THIRD, learner=replace(ANNA, family_name="Brown")),
            Entry(uln=FOURTH, learner=replace(BOB, sex="2"), master_uln=THIRD, deleted=True),
        ]
    )
    found = chained.by_uln([FIRST, SECOND, THIRD])
    assert [found[uln].master_uln for uln in (FIRST, SECOND, THIRD)] == [THIRD, THIRD, None]
    assert {entry.linked_ulns for entry in found.values()} == {(FIRST, SECOND)}
    assert {entry.master_uln for entry in near(chained, ANNA) if entry.uln == FIRST} == {THIRD}


def test_a_link_passes_over_a_deleted_number_and_ends_at_the_last_live_one(pool: Pool) -> None:
    chained = register(pool)
    chained.load(
        [
            Entry(uln=FIRST, learner=ANNA, master_uln=SECOND),
            Entry(uln=SECOND, learner=ANNA, master_uln=THIRD, deleted=True),
            Entry(uln=THIRD, learner=ANNA),
        ]
    )
    assert chained.by_uln([FIRST])[FIRST].master_uln == THIRD
    with pool.connection() as connection:
        connection.execute("update learner set status = 'deleted' where uln = %s", (THIRD,))
    alone = chained.by_uln([FIRST])[FIRST]
    assert (alone.master_uln, alone.linked_ulns) == (None, ())


def test_a_circle_of_links_is_a_fault_of_ours(pool: Pool) -> None:
    circle = register(pool)
    circle.load([Entry(uln=FIRST, learner=ANNA, master_uln=SECOND), Entry(uln=SECOND, learner=BOB)])
    with pool.connection() as connection:
        connection.execute("update learner set master_uln = %s where uln = %s", (FIRST, SECOND))
    with pytest.raises(StoreError, match="in a circle") as raised:
        near(circle, ANNA)
    assert not any(secret in str(raised.value) for secret in SECRETS)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([Entry(uln="1000000042", learner=ANNA)], "Row 1: its ULN has a check digit"),
        ([Entry(uln=FIRST, learner=ANNA), Entry(uln="9999999999", learner=ANNA)], "Row 2: its ULN is the place-holder"),
        ([Entry(uln=FIRST, learner=ANNA), Entry(uln=FIRST, learner=BOB)], "Row 2: its ULN is in the register"),
        ([Entry(uln=FIRST, learner=ANNA), Entry(uln=FOURTH, learner=BOB)], "Row 2: its ULN is in the register"),
        ([Entry(uln=FIRST, learner=ANNA, master_uln="x")], "Row 1: its master ULN must be ten digits"),
        ([Entry(uln=FIRST, learner=replace(ANNA, sex="M"))], "Row 1: its sex must be"),
        ([Entry(uln=FIRST, learner=replace(ANNA, ability_to_share="9"))], "Row 1: its ability to share must be"),
        (
            [Entry(uln=FIRST, learner=BOB), Entry(uln=SECOND, learner=BOB, master_uln=THIRD)],
            "Row 2: its master ULN is not",
        ),
        (
            [
                Entry(uln=FIRST, learner=BOB),
                Entry(uln=SECOND, learner=BOB, master_uln=THIRD),
                Entry(uln=THIRD, learner=BOB, master_uln=SECOND),
            ],
            "Row 2: its master ULN leads back to itself",
        ),
    ],
)
def test_a_bad_row_refuses_the_load_by_its_number(pool: Pool, rows: list[Entry], message: str) -> None:
    loading = register(pool)
    loading.load([Entry(uln=FOURTH, learner=ANNA)])
    with pytest.raises(StoreError, match=message) as raised:
        loading.load(rows)
    assert not any(secret in str(raised.value) for secret in SECRETS)
    assert loading.stats()["entries"] == 1


def test_a_load_takes_rows_as_they_come_and_in_many_chunks(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.stores.register._CHUNK", 3)
    monkeypatch.setattr("adapters.stores.register._MANY", 10)
    taken: list[int] = []

    def rows() -> Iterator[Entry]:
        for place, uln in enumerate(LOADED[:10]):
            taken.append(place)
            yield Entry(
                uln=uln, learner=replace(BOB, postcode=f"M1 {place}AA"), master_uln=LOADED[9] if not place else None
            )

    loading = register(pool)
    assert loading.load(rows()) == 10
    assert taken == list(range(10))
    assert loading.by_uln([FIRST])[FIRST].master_uln == LOADED[9]
    with pytest.raises(StoreError, match="Row 4: its ULN is in the register or in an earlier row"):
        loading.load(Entry(uln=uln, learner=BOB) for uln in [*LOADED[20:23], LOADED[20]])


def test_stats_count_every_entry_in_one_state(pool: Pool) -> None:
    counted = register(pool)
    counted.load(
        [
            Entry(uln=FIRST, learner=ANNA),
            Entry(uln=SECOND, learner=ANNA, master_uln=FIRST),
            Entry(uln=THIRD, learner=BOB, deleted=True),
        ]
    )
    counted.issue("s1", people(2))
    counts = {"entries": 5, "live": 3, "linked": 1, "deleted": 1, "issued": 2}
    assert counted.stats() == counts | {"block_cap": 1000, "blocks_cut": 0}


def test_blocks_that_are_too_large_to_be_compared_whole_are_told(pool: Pool) -> None:
    crowded = register(pool)
    ulns = ulns_between(1000000000, 1000099999)
    somebody = replace(ANNA, given_name="", family_name="", date_of_birth=None, upn="")
    crowded.load(Entry(uln=str(next(ulns)), learner=somebody) for _ in range(1000))
    assert crowded.stats()["blocks_cut"] == 0
    crowded.load([Entry(uln=str(next(ulns)), learner=somebody)])
    assert crowded.stats()["blocks_cut"] == 1


def test_keys_of_another_version_are_refused(filled: PostgresRegister, pool: Pool) -> None:
    assert near(filled, BOB)
    newer = SimpleNamespace(**vars(rules) | {"VERSION": rules.VERSION + 1})
    other = register(pool, matching=newer)
    for ask in (lambda: near(other, BOB), lambda: other.issue("s1", people(1)), lambda: other.load([])):
        with pytest.raises(ConfigurationError, match="blocking keys"):
            ask()


def test_a_register_of_another_version_is_found_again_once_it_is_rekeyed(filled: PostgresRegister, pool: Pool) -> None:
    filled.load([Entry(uln=THIRD, learner=BOB, master_uln=SECOND), Entry(uln=FOURTH, learner=BOB, deleted=True)])
    with pool.connection() as connection:
        connection.execute("update learner_key_version set version = 1")
        connection.execute("truncate learner_key, learner_face, name_count")
    other = register(pool)
    with pytest.raises(ConfigurationError, match="gateway register rekey"):
        near(other, BOB)
    assert other.rekey() == 3
    assert [entry.uln for entry in near(other, BOB)] == [SECOND, THIRD]
    assert other.candidates.size() == 3


def test_what_is_changed_is_found_as_it_is_now(filled: PostgresRegister, pool: Pool) -> None:
    moved = replace(BOB, family_name="Green", postcode="M9 9ZZ", given_name="Robin")
    with pool.connection() as connection, changing(connection, rules, [SECOND]):
        connection.execute(
            "update learner set family_name = 'Green', postcode = 'M9 9ZZ', given_name = 'Robin' where uln = %s",
            (SECOND,),
        )
    assert [entry.uln for entry in near(filled, moved)] == [SECOND]
    assert near(filled, replace(BOB, date_of_birth=None)) == []
    with pool.connection() as connection, changing(connection, rules, [SECOND]):
        connection.execute("update learner set status = 'deleted' where uln = %s", (SECOND,))
    assert near(filled, moved) == []


def proposals(pool: Pool) -> list[tuple[object, ...]]:
    with pool.connection() as connection:
        asked = "select submission, record, uln::text, field, value, status from proposal order by 1, 2, 4"
        return connection.execute(asked).fetchall()


def shared(pool: Pool, uln: str) -> tuple[object, ...] | None:
    with pool.connection() as connection:
        return connection.execute("select ability_to_share, version from learner where uln = %s", (uln,)).fetchone()


def test_details_are_kept_once_as_proposals_and_change_nothing(filled: PostgresRegister, pool: Pool) -> None:
    changes = {2: Change(uln=FIRST, details={"family_name": "Brown", "postcode": "M1 1AA"})}
    filled.propose("s1", changes)
    filled.propose("s1", changes)
    filled.propose("s1", {})
    assert proposals(pool) == [
        ("s1", 2, FIRST, "family_name", "Brown", "open"),
        ("s1", 2, FIRST, "postcode", "M1 1AA", "open"),
    ]
    assert filled.by_uln([FIRST])[FIRST].learner == ANNA
    assert shared(pool, FIRST) == ("1", 1)


def test_a_permitted_change_of_sharing_is_applied_once(filled: PostgresRegister, pool: Pool) -> None:
    for _ in range(2):
        filled.propose("s1", {2: Change(uln=FIRST, details={"ability_to_share": "2", "email": "c@d.org"})})
    assert shared(pool, FIRST) == ("2", 2)
    assert [row[3:] for row in proposals(pool)] == [("ability_to_share", "2", "applied"), ("email", "c@d.org", "open")]


@pytest.mark.parametrize("value", ["0", "1"])
def test_a_change_of_sharing_back_to_0_or_to_itself_stays_a_proposal(
    filled: PostgresRegister, pool: Pool, value: str
) -> None:
    filled.propose("s1", {2: Change(uln=FIRST, details={"ability_to_share": value})})
    assert shared(pool, FIRST) == ("1", 1)
    assert [row[5] for row in proposals(pool)] == ["open"]


def test_of_two_records_with_one_number_the_later_word_on_sharing_holds(filled: PostgresRegister, pool: Pool) -> None:
    filled.propose(
        "s1",
        {
            9: Change(uln=SECOND, details={"ability_to_share": "2"}),
            3: Change(uln=SECOND, details={"ability_to_share": "1"}),
        },
    )
    assert shared(pool, SECOND) == ("2", 2)
    assert [row[5] for row in proposals(pool)] == ["open", "applied"]


def test_an_error_of_the_database_tells_its_code_and_no_value(filled: PostgresRegister) -> None:
    with pytest.raises(StoreError) as raised:
        filled.propose("s1", {1: Change(uln=THIRD, details={"family_name": "Smith"})})
    assert "23503" in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__
    assert not any(secret in str(raised.value) for secret in (*SECRETS, THIRD))
    with pytest.raises(StoreError) as raised:
        filled.load([Entry(uln=FOURTH, learner=replace(ANNA, given_name="An\0na"))])
    assert "An" not in str(raised.value)

"""Who is let in over HTTP: the holder of a key in force, from where and as often as it may be used."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.portal.admission import WRONG_KEYS_PER_MINUTE
from adapters.portal.pace import Pace
from gateway.core.api_key import written
from gateway.core.errors import StoreError
from tests.desk import COLLEGE, MOMENT, Desk, desk_of
from tests.portal.office import SCHOOL, SECRET, api_key, opened

DAY = timedelta(days=1)


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=False)
    yield made
    made.record.close()


def test_a_key_opens_its_organisation_s_mailbox_alone_while_it_is_in_force(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    terms = [
        {}, {"not_before": MOMENT + DAY}, {"not_after": MOMENT - DAY}, {"networks": ("192.0.2.0/24", "2001:db8::/32")},
        {"networks": ("127.0.0.0/8",), "not_before": MOMENT - DAY, "not_after": MOMENT + DAY},
    ]  # fmt: skip
    keys = desk.record.api_keys
    for number, it in enumerate(terms, start=1):
        keys.add(api_key(COLLEGE.id, number, **it))
    with opened(desk) as office:
        told = [office.ask("GET", "/submissions", number) for number in range(1, len(terms) + 2)]
        assert [it.status_code for it in told] == [200, 401, 401, 401, 200, 401]
        assert len({it.content for it in told if it.status_code == 401}) == 1  # no word of why
        assert told[1].headers["www-authenticate"] == "Bearer"
        keys.revoke(COLLEGE.id, f"{1:012}", MOMENT)
        assert office.ask("GET", "/submissions", 1).status_code == 401
        wrong = written(f"{5:012}", "t" * 43)
        for header in (f"Bearer {wrong}", "Bearer x", "Basic eDp5", "Bearer", ""):
            answer = office.client.get(f"{office.url}/api/submissions", headers={"Authorization": header}, timeout=60)
            assert answer.status_code == 401
    assert SECRET not in caplog.text
    used = {it.id: it.used_at is not None for it in keys.all(COLLEGE.id)}
    assert used == {f"{number:012}": number in {1, 5} for number in range(1, 6)}


def test_keys_are_kept_for_organisations_that_there_are_and_revoked_once(desk: Desk) -> None:
    keys = desk.record.api_keys
    with pytest.raises(StoreError, match="no organisation 'hilltop'"):
        keys.add(api_key(SCHOOL.id, 1))
    keys.add(api_key(COLLEGE.id, 1, comment="MIS"))
    assert keys.find(f"{1:012}") == api_key(COLLEGE.id, 1, comment="MIS")
    assert keys.find("none") is None
    with pytest.raises(StoreError, match="no key"):
        keys.revoke(SCHOOL.id, f"{1:012}", MOMENT)
    keys.revoke(COLLEGE.id, f"{1:012}", MOMENT)
    with pytest.raises(StoreError, match="no key"):
        keys.revoke(COLLEGE.id, f"{1:012}", MOMENT)
    keys.used(f"{1:012}", MOMENT)
    keys.used(f"{1:012}", MOMENT + timedelta(seconds=59))
    assert keys.all(COLLEGE.id)[0].used_at == MOMENT
    keys.used(f"{1:012}", MOMENT + timedelta(seconds=61))
    assert keys.all(COLLEGE.id)[0].used_at == MOMENT + timedelta(seconds=61)


def test_who_asks_too_often_is_told_to_wait_and_others_are_not(desk: Desk) -> None:
    desk.record.organisations.add(SCHOOL)
    desk.record.api_keys.add(api_key(COLLEGE.id, 1))
    desk.record.api_keys.add(api_key(SCHOOL.id, 2))
    with opened(desk, requests_per_minute=3) as office:
        told = [office.ask("GET", "/receipt-key") for _ in range(5)]
        assert [it.status_code for it in told][:3] == [200] * 3
        assert told[-1].status_code == 429
        assert told[-1].headers["retry-after"] == "60"
        assert office.ask("GET", "/receipt-key", 2).status_code == 200
        wrong = [office.ask("GET", "/receipt-key", 9).status_code for _ in range(WRONG_KEYS_PER_MINUTE + 10)]
        assert wrong[0] == 401
        assert wrong[-1] == 429
        assert office.ask("GET", "/receipt-key", 2).status_code == 429


def test_a_pace_is_kept_for_each_name_and_comes_back_with_time() -> None:
    now = [0.0]
    pace = Pace(2, lambda: now[0])
    assert [pace.allows("a") for _ in range(3)] == [True, True, False]
    assert pace.exhausted("a")
    assert not pace.exhausted("b")
    now[0] = 30.0
    assert [pace.allows("a") for _ in range(2)] == [True, False]
    now[0] = 1e6
    assert [pace.allows("a") for _ in range(3)] == [True, True, False]


def test_a_pace_holds_so_many_names_at_most() -> None:
    pace = Pace(1, lambda: 0.0)
    for number in range(20_000):
        pace.allows(str(number))
    assert len(pace._left) == 10_000


def test_a_pace_is_right_with_many_threads() -> None:
    pace, allowed = Pace(100, lambda: 0.0), []
    threads = [threading.Thread(target=lambda: allowed.extend(pace.allows("a") for _ in range(100))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(allowed) == 100

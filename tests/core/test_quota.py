"""Quotas: what is left of them, and whose settings hold."""

from datetime import UTC, datetime

import pytest

from gateway.allowances import allowance, quota_of
from gateway.config import GatewaySettings
from gateway.core.quota import UNLIMITED, Quota, Received


def test_what_was_received_is_taken_off_and_never_below_nothing() -> None:
    quota = Quota(files=3, size=100, open_uploads=2)
    assert quota.left(Received(1, 60)) == Quota(files=2, size=40, open_uploads=2)
    assert quota.left(Received(9, 900)) == Quota(files=0, size=0, open_uploads=2)
    assert UNLIMITED.left(Received(9, 900)) == UNLIMITED


@pytest.mark.parametrize(("quota", "daily"), [(Quota(files=1), True), (Quota(size=1), True), (Quota(), False)])
def test_only_a_limit_by_the_day_asks_what_came_on_it(quota: Quota, *, daily: bool) -> None:
    assert quota.is_daily is daily


def test_an_organisations_own_settings_win_over_those_of_all() -> None:
    settings = GatewaySettings.model_validate(
        {
            "intake": {"files_a_day": 5, "bytes_a_day": 500, "open_uploads": 5},
            "organisations": {"hill": {"files_a_day": 9}},
        }
    )
    assert quota_of(settings, "hill") == Quota(files=9, size=500, open_uploads=5)
    assert quota_of(settings, "dale") == Quota(files=5, size=500, open_uploads=5)


class Counted:
    """What came, counted from the moment that is asked for."""

    def __init__(self) -> None:
        self.asked: list[datetime] = []

    def received(self, _: str, since: datetime) -> Received:
        self.asked.append(since)
        return Received(2, 20)


def test_a_day_begins_at_midnight_in_london() -> None:
    counted = Counted()
    settings = GatewaySettings.model_validate({"intake": {"files_a_day": 5, "bytes_a_day": None}})
    left = allowance(settings, counted, lambda: datetime(2026, 7, 1, 23, 30, tzinfo=UTC), "hill")
    assert (left.files, left.size) == (3, None)
    assert counted.asked == [datetime(2026, 7, 1, 23, 0, tzinfo=UTC)]


def test_where_nothing_is_limited_by_the_day_nobody_is_asked() -> None:
    counted = Counted()
    settings = GatewaySettings.model_validate({"intake": {"files_a_day": None, "bytes_a_day": None, "open_uploads": 4}})
    assert allowance(settings, counted, lambda: datetime(2026, 7, 1, tzinfo=UTC), "hill") == Quota(open_uploads=4)
    assert counted.asked == []

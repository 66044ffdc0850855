"""When a receipt expects the responses."""

from datetime import timedelta

from gateway.core.estimate import ALONE, USUALLY_WITHIN, Load, expected_within


def test_a_file_is_expected_within_the_usual_time_where_nothing_is_known() -> None:
    assert expected_within(ALONE) == USUALLY_WITHIN


def test_a_short_queue_changes_nothing() -> None:
    assert expected_within(Load(place=5, finished=100, over_s=100)) == USUALLY_WITHIN


def test_a_long_queue_is_counted_at_the_pace_of_the_last_files() -> None:
    assert expected_within(Load(place=3600, finished=100, over_s=100)) == timedelta(hours=2)

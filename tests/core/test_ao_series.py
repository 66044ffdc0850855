"""Exam series and the names of results files mean the same however they are written."""

import pytest

from adapters.kinds.ao_results.names import read_name
from adapters.kinds.ao_results.series import series_of


@pytest.mark.parametrize(("text", "series"), [
    ("June 2026", "2026-06"),
    ("june 2026", "2026-06"),
    ("6G26", "2026-06"),
    ("6A26", "2026-06"),
    ("BG24", "2024-11"),
    ("A125", None),
    ("AG25", "2025-10"),
    ("2026-06", "2026-06"),
    ("2026-13", None),
    ("??26", None),
    ("Summer 2026", None),
    ("", None),
])  # fmt: skip
def test_a_series_is_a_year_and_a_month(text: str, series: str | None) -> None:
    assert series_of(text) == series


@pytest.mark.parametrize(("name", "place"), [
    ("AORES_10022490_6G26_20260812T060000_001.csv", ("10022490", "2026-06", "001")),
    ("AORES_10022490_2026-06_20260812T060000_001.XML", ("10022490", "2026-06", "001")),
    ("aores_10022490_??26_20260812T060000_001.csv", ("10022490", "??26", "001")),
    ("AORES_10022490_6G26_20260231T060000_001.csv", None),
    ("AORES_10022490_6G26_20260812T060000_1.csv", None),
    ("AORES_1002249_6G26_20260812T060000_001.csv", None),
    ("AORES_10022490_6G26_20260812T060000_001.txt", None),
])  # fmt: skip
def test_a_name_tells_organisation_series_and_number(name: str, place: tuple[str, str, str] | None) -> None:
    found = read_name(name)
    assert (found.place if found else None) == place

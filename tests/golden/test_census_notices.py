"""Every census rule has a fixture that trips it and one that does not, and each finds exactly what is listed."""

import csv
import os
from collections.abc import Iterable
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest

from gateway.core.notices import Notice
from gateway.core.rules.rule import Rule
from tests.golden.census_cases import BOOK, CONTEXT
from tests.golden.census_files import KIND, notices

FIXTURES = Path(__file__).parents[2] / "fixtures" / "school-census"
COLUMNS = ("code", "severity", "line", "record", "field")
NOT_IN_THE_SCHEMA = {"xsd_empty", "xsd_min", "xsd_max", "xsd_minlen", "xsd_other"}
"""What this schema does not ask: numbers are held by their form alone, and an empty field is not supplied."""
TOO_LARGE = {"looks_not_run", "record_too_large"}
"""Told of files that no fixture should be as large as; `tests/formats` has them."""
RULES = {name: rule for name, rule in BOOK.rules.items() if name not in NOT_IN_THE_SCHEMA | TOO_LARGE}
CASES = sorted(path for path in FIXTURES.glob("*/*") if path.is_dir())
WRITE = os.environ.get("GATEWAY_GOLDEN") == "write"


def found_in(case: Path) -> list[Notice]:
    [given] = [path for path in case.iterdir() if path.name != "notices.csv"]
    return notices(list(KIND.check(given, replace(CONTEXT, file_name=given.name))))


def listed(found: Iterable[Notice]) -> str:
    text = StringIO()
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    rows.writerows([getattr(notice, column) for column in COLUMNS] for notice in found)
    return text.getvalue()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_fixture_finds_exactly_the_notices_listed(case: Path) -> None:
    found = listed(found_in(case))
    expected = case / "notices.csv"
    if WRITE:
        expected.write_bytes(found.encode())
    assert found == expected.read_bytes().decode()


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_rule_has_a_case_that_trips_it_and_one_that_does_not(rule: Rule) -> None:
    cases = [case for case in CASES if case.parent.name == rule.name]
    trips = {any(it.code == rule.code and it.severity == rule.severity for it in found_in(case)) for case in cases}
    assert trips == {True, False}, f"fixtures/school-census/{rule.name} needs a case that trips it, one that does not"


def test_every_fixture_folder_is_named_for_a_rule() -> None:
    assert {path.name for path in FIXTURES.iterdir()} == set(RULES)

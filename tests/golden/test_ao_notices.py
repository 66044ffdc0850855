"""Every rule on results has a fixture that trips it and one that does not, and each finds exactly what is listed."""

import os
from pathlib import Path

import pytest

from adapters.kinds.ao_results.kind import AoResultsCsv
from gateway.core.notices import Notice
from gateway.core.rules.rule import Rule
from tests.golden.ao_files import (
    NAME,
    RESULT,
    HeldRecords,
    answered,
    case_notices,
    context_of,
    file_notices,
    is_of,
    listed,
    results_text,
)

FIXTURES = Path(__file__).parents[2] / "fixtures" / "ao-results-csv"
WRITE = os.environ.get("GATEWAY_GOLDEN") == "write"
CASES = sorted(path for path in FIXTURES.glob("*/*") if path.is_dir())
RULES = AoResultsCsv.rulebook.rules
EXAMPLES = [
    pytest.param(rule, example, sort, id=f"{rule.name}-{sort}-{number}")
    for rule in RULES.values()
    for sort, examples in (("bad", rule.bad), ("good", rule.good))
    for number, example in enumerate(examples)
]
EARLIER = ("AORES_10000101_2026-06_20260801T060000_007.csv",)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_fixture_finds_exactly_the_notices_listed(case: Path) -> None:
    found = listed(case_notices(case, AoResultsCsv))
    expected = case / "notices.csv"
    if WRITE:
        expected.write_bytes(found.encode())
    assert found == expected.read_bytes().decode()


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_rule_has_a_case_that_trips_it_and_one_that_does_not(rule: Rule) -> None:
    cases = [case for case in CASES if case.parent.name == rule.name]
    trips = {any(is_of(rule, notice) for notice in case_notices(case, AoResultsCsv)) for case in cases}
    assert trips == {True, False}, f"{rule.name} needs a case that trips it and one that does not"


def test_every_fixture_folder_is_named_for_a_rule() -> None:
    assert {case.parent.name for case in CASES} == set(RULES)


@pytest.mark.parametrize(("rule", "example", "sort"), EXAMPLES)
def test_the_examples_of_a_rule_are_true(rule: Rule, example: dict[str, str], sort: str, tmp_path: Path) -> None:
    found = [notice for notice in notices_of(example, tmp_path) if is_of(rule, notice)]
    assert bool(found) is (sort == "bad")


def notices_of(example: dict[str, str], folder: Path) -> list[Notice]:
    """Return what is said of the usual result with other values, in a file of the name that the example may give."""
    row = RESULT | example
    about = {name: row.pop(name) for name in ("file_name", "sender_kind", "sender_ukprn") if name in row}
    path = folder / about.get("file_name", NAME)
    path.write_text(results_text([row]), encoding="utf-8")
    sender = context_of(NAME).sender
    assert sender is not None
    told = {"kind": about.get("sender_kind", sender.kind), "ukprn": about.get("sender_ukprn", sender.ukprn)}
    context = context_of(path.name, sender=type(sender)(id="north", name="North Awarding", **told), earlier=EARLIER)
    kind = AoResultsCsv.from_settings({})
    pairs = answered(kind, path, context, HeldRecords({}))
    records = [notice for checked, match in pairs for notice in (*checked.notices, *match.notices)]
    return [*file_notices(kind.check(path, context)), *records]

"""Every rule of transfer files has a fixture that trips it and one that does not, each with its notices."""

import os
from pathlib import Path

import pytest

from adapters.kinds.ctf.kind import Ctf
from gateway.core.rules.rule import Rule
from tests.golden.ctf_files import check_case, check_text, notices, of_example
from tests.golden.lrb_files import is_of, listed

FIXTURES = Path(__file__).parents[2] / "fixtures" / "ctf"
RULES = Ctf.rulebook.rules
WITHOUT_FIXTURE = {"looks_not_run", "record_too_large"}
"""Rules on files that are too large to be kept here; the reader's own tests trip them."""
WRITE = os.environ.get("GATEWAY_GOLDEN") == "write"
CASES = sorted(path for path in FIXTURES.glob("*/*") if path.is_dir())
EXAMPLES = [
    pytest.param(rule, example, sort, id=f"{rule.name}-{sort}-{number}")
    for rule in RULES.values()
    for sort, examples in (("bad", rule.bad), ("good", rule.good))
    for number, example in enumerate(examples)
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_fixture_finds_exactly_the_notices_listed(case: Path) -> None:
    found = listed(notices(check_case(case)))
    expected = case / "notices.csv"
    if WRITE:
        expected.write_bytes(found.encode())
    assert found == expected.read_bytes().decode()


@pytest.mark.parametrize("rule", [RULES[name] for name in RULES if name not in WITHOUT_FIXTURE], ids=lambda it: it.name)
def test_every_rule_has_a_case_that_trips_it_and_one_that_does_not(rule: Rule) -> None:
    folder = FIXTURES / rule.name
    cases = [case for case in CASES if case.parent == folder]
    trips = [any(is_of(rule, notice) for notice in notices(check_case(case))) for case in cases]
    assert set(trips) == {True, False}, f"{folder} needs a case that trips {rule.name} and one that does not"


def test_every_fixture_folder_is_named_for_a_rule() -> None:
    assert {path.name for path in FIXTURES.iterdir()} == set(RULES) - WITHOUT_FIXTURE


@pytest.mark.parametrize(("rule", "example", "sort"), EXAMPLES)
def test_the_examples_of_a_rule_are_true(rule: Rule, example: dict[str, str], sort: str, tmp_path: Path) -> None:
    found = notices(check_text(tmp_path, *of_example(example)))
    assert any(is_of(rule, notice) for notice in found) is (sort == "bad")


def test_every_code_of_the_specification_has_a_rule() -> None:
    codes = {f"C{number:03}" for number in (*range(1, 11), *range(101, 113))}
    assert codes <= {rule.code for rule in RULES.values()}

"""Every T Level rule has a fixture that trips it and one that does not; each finds and reports what is listed."""

import os
import re
from pathlib import Path

import pytest

from adapters.kinds.tlevel.kind import TLevelAssessments, TLevelFile, TLevelRegistrations, TLevelResults
from gateway.core.rules.rule import Context, Rule
from tests.examples import record_of
from tests.golden.settled_cases import AS_OF, check_case, listed, report

FIXTURES = Path(__file__).parents[2] / "fixtures"
KINDS: tuple[type[TLevelFile], ...] = (TLevelRegistrations, TLevelAssessments, TLevelResults)
UNTOLD = {"windows_text"}
"""Rules of the engine for tables that T Level files never meet: they are read as UTF-8 alone."""
CASES = [
    pytest.param(kind, case, id=f"{kind.name}/{case.parent.name}/{case.name}")
    for kind in KINDS
    for case in sorted((FIXTURES / kind.name).glob("*/*"))
]
RULES = [
    pytest.param(kind, rule, id=f"{kind.name}-{rule.name}")
    for kind in KINDS
    for rule in kind.rulebook.rules.values()
    if rule.name not in UNTOLD
]
EXAMPLES = [
    pytest.param(rule, example, sort, id=f"{kind.name}-{rule.name}-{sort}-{number}")
    for kind in KINDS
    for rule in kind.rulebook.rules.values()
    for sort, examples in (("bad", rule.bad), ("good", rule.good))
    for number, example in enumerate(examples)
]


def trips(rule: Rule, case: Path, kind: type[TLevelFile]) -> bool:
    form = re.sub(r"\\\{.*?\\\}", ".*", re.escape(rule.message))
    return any(
        notice.code == rule.code and re.fullmatch(form, notice.message, re.DOTALL)
        for notice in check_case(case, kind).notices
    )


@pytest.mark.parametrize(("kind", "case"), CASES)
def test_a_fixture_finds_and_reports_exactly_what_is_listed(kind: type[TLevelFile], case: Path) -> None:
    checked = check_case(case, kind)
    made = {"notices.csv": listed(checked.notices), "errors.csv": report(kind.from_settings({}), checked)}
    for name, text in made.items():
        if os.environ.get("GATEWAY_GOLDEN") == "write":
            (case / name).write_bytes(text.encode())
        assert text == (case / name).read_bytes().decode()


@pytest.mark.parametrize(("kind", "rule"), RULES)
def test_every_rule_has_a_case_that_trips_it_and_one_that_does_not(kind: type[TLevelFile], rule: Rule) -> None:
    folder = FIXTURES / kind.name / rule.name
    found = {trips(rule, case, kind) for case in folder.glob("*")}
    assert found == {True, False}, f"{folder} needs a case that trips {rule.name} and one that does not"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_fixture_folder_is_named_for_a_rule(kind: type[TLevelFile]) -> None:
    assert {path.name for path in (FIXTURES / kind.name).iterdir()} == set(kind.rulebook.rules) - UNTOLD


@pytest.mark.parametrize(("rule", "example", "sort"), EXAMPLES)
def test_the_examples_of_a_rule_are_true(rule: Rule, example: dict[str, str], sort: str) -> None:
    assert rule.function is not None
    found = list(rule.function(record_of(example), Context(as_of=AS_OF, file_name="given.csv")))
    assert bool(found) is (sort == "bad")

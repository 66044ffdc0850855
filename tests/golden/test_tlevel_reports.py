"""Each T Level fixture is reported line by line as is listed, and the examples of the rules are true."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from adapters.kinds.tlevel.kind import TLevelAssessments, TLevelFile, TLevelRegistrations, TLevelResults
from gateway.core.rules.rule import Context, Rule
from tests.examples import record_of
from tests.golden.fixture_cases import cases_of
from tests.golden.settled_cases import AS_OF, check_case, report
from tests.golden.told import examples

KINDS: tuple[type[TLevelFile], ...] = (TLevelRegistrations, TLevelAssessments, TLevelResults)


CASES = [case for kind in KINDS for case in cases_of(kind.name)]
EXAMPLES = examples(rule for kind in KINDS for rule in kind.rulebook.rules.values())


@pytest.mark.parametrize("case", CASES, ids=lambda case: "/".join(case.parts[-3:]))
def test_a_fixture_is_reported_line_by_line_as_is_listed(case: Path) -> None:
    (kind,) = (kind for kind in KINDS if kind.name == case.parent.parent.name)
    text = report(kind.from_settings({}), check_case(case, kind))
    if os.environ.get("GATEWAY_GOLDEN") == "write":
        (case / "errors.csv").write_bytes(text.encode())
    assert text == (case / "errors.csv").read_bytes().decode()


@pytest.mark.parametrize(("rule", "example", "sort"), EXAMPLES)
def test_the_examples_of_a_rule_are_true(rule: Rule, example: Mapping[str, str], sort: str) -> None:
    assert rule.function is not None
    found = list(rule.function(record_of(example), Context(as_of=AS_OF, file_name="given.csv")))
    assert bool(found) is (sort == "bad")

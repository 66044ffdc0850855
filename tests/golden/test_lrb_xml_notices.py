"""Every rule of LRB files in XML has a fixture that trips it and one that does not, each with its notices."""

import os
from pathlib import Path

import pytest

from adapters.kinds.lrb.answers import AFTER_MATCHING, BY_FAULT
from adapters.kinds.lrb.xml_kind import LrbXml
from gateway.core.notices import Scope, Severity
from gateway.core.rules.rule import Rule
from tests.golden.lrb_files import HEADER, LEARNER, is_of, listed, notices
from tests.golden.lrb_xml_files import NAME, check_case, check_text, file_of, learner

FIXTURES = Path(__file__).parents[2] / "fixtures" / "lrb-xml"
RULES = LrbXml.rulebook.rules
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


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_rule_has_a_case_that_trips_it_and_one_that_does_not(rule: Rule) -> None:
    folder = FIXTURES / rule.name
    cases = [case for case in CASES if case.parent == folder]
    trips = [any(is_of(rule, notice) for notice in notices(check_case(case))) for case in cases]
    assert set(trips) == {True, False}, f"{folder} needs a case that trips {rule.name} and one that does not"


def test_every_fixture_folder_is_named_for_a_rule() -> None:
    assert {path.name for path in FIXTURES.iterdir()} == set(RULES)


@pytest.mark.parametrize(("rule", "example", "sort"), EXAMPLES)
def test_the_examples_of_a_rule_are_true(rule: Rule, example: dict[str, str], sort: str, tmp_path: Path) -> None:
    values = HEADER | LEARNER | example
    name = values.pop("file_name", NAME)
    text = file_of([learner(values)], {field: values[field] for field in HEADER})
    found = notices(check_text(tmp_path, text, name))
    assert [is_of(rule, notice) for notice in found] == ([True] if sort == "bad" else [])


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_an_error_in_a_record_has_its_place_in_the_table_of_return_codes(rule: Rule) -> None:
    if rule.severity is Severity.ERROR and rule.scope is Scope.RECORD:
        assert rule.code in BY_FAULT | AFTER_MATCHING

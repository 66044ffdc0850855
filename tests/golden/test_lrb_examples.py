"""The examples in the texts of the LRB rules are true of files, and each error has its return code."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from adapters.kinds.lrb.answers import AFTER_MATCHING, BY_FAULT
from adapters.kinds.lrb.kind import LrbCsv
from gateway.core.notices import Scope, Severity
from gateway.core.rules.rule import Rule
from tests.golden.lrb_files import (
    HEADER,
    LEARNER,
    NAME,
    check_text,
    lrb_text,
    notices,
)
from tests.golden.told import examples, is_of

RULES = LrbCsv.rulebook.rules
EXAMPLES = examples(RULES.values())


@pytest.mark.parametrize(("rule", "example", "sort"), EXAMPLES)
def test_the_examples_of_a_rule_are_true(rule: Rule, example: Mapping[str, str], sort: str, tmp_path: Path) -> None:
    row = HEADER | LEARNER | example
    name = row.pop("file_name", NAME)
    found = notices(check_text(tmp_path, lrb_text([row]), name))
    assert [is_of(rule, notice) for notice in found] == ([True] if sort == "bad" else [])


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_an_error_in_a_record_has_its_place_in_the_table_of_return_codes(rule: Rule) -> None:
    if rule.severity is Severity.ERROR and rule.scope is Scope.RECORD:
        assert rule.code in BY_FAULT | AFTER_MATCHING

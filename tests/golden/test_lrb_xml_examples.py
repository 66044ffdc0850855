"""The examples in the texts of the rules on LRB files in XML are true of files, and each error has its return code."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from adapters.kinds.lrb.answers import AFTER_MATCHING, BY_FAULT
from adapters.kinds.lrb.xml_kind import LrbXml
from gateway.core.notices import Scope, Severity
from gateway.core.rules.rule import Rule
from tests.golden.lrb_files import HEADER, LEARNER, notices
from tests.golden.lrb_xml_files import NAME, check_text, file_of, learner
from tests.golden.told import examples, is_of

RULES = LrbXml.rulebook.rules
EXAMPLES = examples(RULES.values())


@pytest.mark.parametrize(("rule", "example", "sort"), EXAMPLES)
def test_the_examples_of_a_rule_are_true(rule: Rule, example: Mapping[str, str], sort: str, tmp_path: Path) -> None:
    values = HEADER | LEARNER | example
    name = values.pop("file_name", NAME)
    text = file_of([learner(values)], {field: values[field] for field in HEADER})
    found = notices(check_text(tmp_path, text, name))
    assert [is_of(rule, notice) for notice in found] == ([True] if sort == "bad" else [])


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_an_error_in_a_record_has_its_place_in_the_table_of_return_codes(rule: Rule) -> None:
    if rule.severity is Severity.ERROR and rule.scope is Scope.RECORD:
        assert rule.code in BY_FAULT | AFTER_MATCHING

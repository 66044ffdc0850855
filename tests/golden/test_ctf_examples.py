"""The examples in the texts of the rules on transfer files are true of files."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from adapters.kinds.ctf.kind import Ctf
from gateway.core.rules.rule import Rule
from tests.golden.ctf_files import check_text, notices, of_example
from tests.golden.told import examples, is_of

RULES = Ctf.rulebook.rules
EXAMPLES = examples(RULES.values())


@pytest.mark.parametrize(("rule", "example", "sort"), EXAMPLES)
def test_the_examples_of_a_rule_are_true(rule: Rule, example: Mapping[str, str], sort: str, tmp_path: Path) -> None:
    found = notices(check_text(tmp_path, *of_example(example)))
    assert any(is_of(rule, notice) for notice in found) is (sort == "bad")

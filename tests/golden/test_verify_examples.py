"""The examples in the texts of the rules on batch files of awarding organisations are true of files."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from gateway.core.notices import Scope
from gateway.core.rules.rule import Rule
from tests.golden.batch_cases import KINDS, base, check_text, file_of, name_of
from tests.golden.told import examples, is_of

EXAMPLES = [(kind, *it) for kind, made in KINDS.items() for it in examples(made.rulebook.rules.values())]


@pytest.mark.parametrize(("kind", "rule", "example", "sort"), EXAMPLES)
def test_the_examples_of_a_rule_are_true(
    kind: str, rule: Rule, example: Mapping[str, str], sort: str, tmp_path: Path
) -> None:
    values = dict(example)
    name = values.pop("file_name", name_of(kind))
    header = {field: values.pop(field) for field in list(values) if field in base(kind)[0]}
    found = check_text(kind, tmp_path, file_of(kind, [values], **header), name)
    told = [notice for answer in found.answers for notice in answer.checked.notices] + found.file_notices
    if rule.scope is Scope.RECORD:
        assert found.file_notices == []
    assert [is_of(rule, notice) for notice in told] == ([True] if sort == "bad" else [])

"""What the ILR's rules are said to ask for is what they ask for: no rule is left out that would find something."""

from collections.abc import Mapping
from itertools import pairwise

import pytest

from adapters.formats.xml_reading_probe import probe_of
from adapters.kinds.ilr.triggers import TRIGGERS
from gateway.core.notices import Scope
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Rule
from tests.examples import record_of
from tests.golden.ilr_rule_cases import CONTEXT, HEADER, OURS

JUDGED = [rule for rule in OURS if rule.keys is None]
EXAMPLES = [example for rule in JUDGED for example in (*rule.bad, *rule.good)]


def agree(book: Rulebook, example: Mapping[str, str]) -> bool:
    record = record_of(HEADER | dict(example))
    judged = book.apply(record, CONTEXT, failed=frozenset(), scope=Scope.RECORD)
    return probe_of(book, CONTEXT, TRIGGERS, frozenset(HEADER)).finds_nothing(record) is (not judged.notices)


@pytest.mark.parametrize("rule", JUDGED, ids=lambda rule: rule.name)
def test_a_rule_is_asked_wherever_it_would_find_something(rule: Rule) -> None:
    book = Rulebook(rules={rule.name: rule})
    assert all(agree(book, example) for example in EXAMPLES)
    assert all(agree(book, {**first, **second}) for first, second in pairwise(EXAMPLES))


def test_all_rules_together_agree_on_every_example() -> None:
    book = Rulebook(rules={rule.name: rule for rule in JUDGED})
    assert all(agree(book, example) for example in EXAMPLES)


def test_every_rule_that_asks_for_something_is_there() -> None:
    assert set(TRIGGERS) <= {rule.code for rule in JUDGED}

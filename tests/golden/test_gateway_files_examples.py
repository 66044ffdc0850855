"""The examples in the texts of the rules on the gateway's own files are true."""

from collections.abc import Mapping

import pytest

from adapters.kinds.gateway_files.kind import ChallengeAnswers, Challenges, Decisions, GatewayFile, RecordRequests
from gateway.core.rules.rule import Context, Rule
from tests.examples import record_of
from tests.golden.settled_cases import AS_OF
from tests.golden.told import examples

KINDS: tuple[type[GatewayFile], ...] = (Decisions, RecordRequests, Challenges, ChallengeAnswers)


EXAMPLES = examples(rule for kind in KINDS for rule in kind.rulebook.rules.values())


@pytest.mark.parametrize(("rule", "example", "sort"), EXAMPLES)
def test_the_examples_of_a_rule_are_true(rule: Rule, example: Mapping[str, str], sort: str) -> None:
    assert rule.function is not None
    found = list(rule.function(record_of(example), Context(as_of=AS_OF, file_name="given.csv")))
    assert bool(found) is (sort == "bad")

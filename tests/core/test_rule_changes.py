"""What has changed in the rules since a release is told rule by rule."""

import json
from dataclasses import replace

import pytest

import schemas
from gateway import bootstrap, code_texts, rule_changes
from gateway.core.errors import ConfigurationError
from gateway.core.notices import Severity

RULES = [(kind, rule) for kind, rule in code_texts.rules(bootstrap.file_kinds()) if kind in {"every kind", "lrb-csv"}]
KEPT = {(it["kind"], it["rule"]) for it in json.loads(schemas.text("rules/0.1.0.json"))["rules"]}


def test_what_came_since_is_added_and_what_went_is_removed() -> None:
    told = rule_changes.differences("0.1.0", RULES[1:])
    assert {(it.kind, it.rule) for it in told if it.change == "added"} == {
        (kind, rule.name) for kind, rule in RULES[1:]
    } - KEPT
    assert ("every kind", RULES[0][1].name) in {(it.kind, it.rule) for it in told if it.change == "removed"}


def test_a_rule_that_weighs_otherwise_is_changed() -> None:
    kind, rule = next(it for it in RULES if it[1].code == "RC013")
    (told,) = (
        it for it in rule_changes.differences("0.1.0", [(kind, replace(rule, severity=Severity.WARNING))])
        if it.change == "changed"
    )  # fmt: skip
    assert (told.code, told.what) == ("RC013", "severity error is now warning")


def test_a_release_that_nobody_knows_is_answered_with_those_that_are() -> None:
    with pytest.raises(ConfigurationError, match=r"0\.1\.0"):
        rule_changes.differences("9.9.9", RULES)

"""Every rule code of the specifications has a rule in the kinds that it is for, and every rule has its fixtures.

`rule_codes.json` holds the codes as the pages list them, by what the names of their kinds begin with.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from gateway import bootstrap
from gateway.core.rules.engine import ENGINE

CODES: Mapping[str, list[str]] = json.loads((Path(__file__).parent / "rule_codes.json").read_text(encoding="utf-8"))
KINDS = bootstrap.file_kinds()
BESIDE = {"ao-results": ("jcq",)}
"""Families whose kinds share the rules of another, by what their names begin with."""
ELSEWHERE: Mapping[str, str] = {
    "AR-08": "the gateway's receipt for a duplicate says it, for every kind",
}
"""Codes that no rule of a kind bears, and where they are told."""


@pytest.mark.parametrize(("family", "code"), [(family, code) for family, codes in CODES.items() for code in codes])
def test_a_code_of_the_specifications_has_a_rule(family: str, code: str) -> None:
    told = {rule.code for rule in ENGINE.rules.values()}
    for name, kind in KINDS.items():
        if name.startswith((family, *BESIDE.get(family, ()))):
            told |= {rule.code for rule in kind.rulebook.rules.values()}
    assert code in told or code in ELSEWHERE, f"write the rule {code} in the kinds {family}*"

"""Every rule on ILR learners has a file whose learners all break it, and one whose learners do not (`fixtures/ilr`)."""

from dataclasses import replace
from pathlib import Path

import pytest

from gateway.core.handover import Finding, Late
from gateway.core.model import CheckedRecord
from gateway.core.rules.rule import RuleSettings
from tests.golden.ilr_files import KIND, LEARNER_RULES, NAME
from tests.golden.ilr_rule_cases import CONTEXT, OURS

FIXTURES = Path(__file__).parents[2] / "fixtures" / "ilr"
OTHER_YEARS = {"CODE_UNLISTED"}
CASES = sorted(FIXTURES.glob("*/*.xml"))


def told(path: Path) -> list[set[str]]:
    """Return the codes that each learner of a file is told, where all other rules on learners are switched off."""
    others = tuple((code, None) for code in LEARNER_RULES | {"R_06"} if code != path.parent.name)
    context = replace(CONTEXT, file_name=NAME, settings=RuleSettings(others))
    found = list(KIND.check(path, context))
    checked = [it for it in found if isinstance(it, CheckedRecord)]
    return [{notice.code for notice in one.notices} | late(found, one.record.number) for one in checked]


def late(found: list[Finding], number: int) -> set[str]:
    lates = (it for it in found if isinstance(it, Late) and it.record == number)
    return {notice.code for one in lates for notice in one.notices}


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_fixture_is_told_what_its_name_says(path: Path) -> None:
    expected = {path.parent.name} if path.stem == "trips" else set[str]()
    codes = told(path)
    assert codes
    assert all(found == expected for found in codes)


def test_every_rule_has_both_fixtures() -> None:
    expected = {code: {"trips", "passes"} for code in {rule.code for rule in OURS} - OTHER_YEARS}
    assert {folder.name: {path.stem for path in folder.iterdir()} for folder in FIXTURES.iterdir()} == expected

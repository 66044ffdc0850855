"""A supplier sees which rules its test files have exercised."""

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway import bootstrap
from gateway.cli import app
from gateway.conformance import Shown, conformance
from tests.golden.fixture_cases import FIXTURES, cases_of
from tests.golden.ilr_files import DAYS

CASES = FIXTURES / "lrb-csv"
BESIDE = {"notices.csv", "case.json", "errors.csv"}


def shown(kind: str, *paths: Path, as_of: date = date(2026, 9, 1)) -> dict[str, Shown]:
    """Return what files show of each rule of a kind, by the rule's name."""
    return {it.rule: it for it in conformance(bootstrap.file_kinds()[kind], paths, as_of).rules}


def test_both_branches_of_a_rule_are_told_with_the_first_place_of_each() -> None:
    (trips,) = CASES.glob("age_range/too_young_and_too_old/LRB_*")
    (passes,) = CASES.glob("age_range/13_and_110/LRB_*")
    rule = shown("lrb-csv", trips, passes)["age_range"]
    assert (rule.code, rule.branches, rule.never_returned) == ("RC013", 2, ())
    assert rule.tripped_at is not None
    assert rule.passed_at is not None
    assert (rule.tripped_at.file, rule.tripped_at.record) == (trips.name, 1)
    assert shown("lrb-csv", passes)["age_range"].branches == 1
    assert shown("lrb-csv", trips)["age_range"].passed_at is None


def test_a_rule_whose_fields_never_stand_is_shown_in_no_branch() -> None:
    ilr = FIXTURES / "ilr-2025-26"
    (minimal,) = (ilr / "valid/minimal").iterdir()
    (maximal,) = (ilr / "fields/passes").glob("*.xml")
    day = date(2026, 2, 1)
    named = {rule.code: rule for rule in shown("ilr-2025-26", minimal, as_of=day).values()}
    assert (named["AchDate_05"].branches, named["AchDate_05"].never_returned) == (0, ("AchDate", "LearnActEndDate"))
    assert {rule.code: rule for rule in shown("ilr-2025-26", maximal, as_of=day).values()}["AchDate_05"].branches == 1


def test_a_rule_on_the_whole_file_and_one_on_repeated_keys_pass_and_trip_too() -> None:
    (right,) = CASES.glob("age_range/13_and_110/LRB_*")
    (wrong,) = CASES.glob("file_version/earlier_version/LRB_*")
    assert (shown("lrb-csv", right)["file_version"].passes, shown("lrb-csv", wrong)["file_version"].trips) == (1, 1)
    ilr = FIXTURES / "ilr-2025-26"
    (copies,) = (ilr / "learner_reference_repeated/trips").glob("*.xml")
    repeated = {it.code: it for it in shown("ilr-2025-26", copies, as_of=date(2026, 2, 1)).values()}["R_06"]
    assert (repeated.trips, repeated.passes) == (2, 0)


@pytest.mark.parametrize("kind", ["lrb-csv", "tlevel-results", "verify-xml"])
def test_the_fixtures_of_a_kind_show_both_branches_of_most_of_its_rules(kind: str) -> None:
    """What they cannot show offline needs a reference list, the register, or who sends."""
    paths = [path for case in cases_of(kind) for path in case.iterdir() if path.name not in BESIDE]
    found = shown(kind, *paths, as_of=DAYS.get(kind, date(2026, 9, 1)))
    assert sum(rule.branches > 1 for rule in found.values()) > len(found) / 2


def test_the_command_prints_the_same() -> None:
    path = str(next(CASES.glob("age_range/too_*/LRB_*")))
    printed = CliRunner().invoke(app, ["conformance", "lrb-csv", path, "--as-of", "2026-09-01"])
    assert printed.exit_code == 0, printed.output
    assert "shown in both branches" in printed.output
    assert "never" in printed.output
    as_json = json.loads(CliRunner().invoke(app, ["conformance", "lrb-csv", path, "--json"]).output)
    assert (as_json["kind"], as_json["files"]) == ("lrb-csv", 1)
    told = next(it for it in as_json["rules"] if it["rule"] == "age_range")
    assert told["tripped_at"]["file"] == Path(path).name
    assert told["tripped_at"].keys() == {"file", "line", "record"}
    assert {"rule", "trips", "passes", "tripped_at", "passed_at", "never_returned"} <= as_json["rules"][0].keys()


def test_a_kind_that_nobody_knows_is_refused() -> None:
    path = str(next(CASES.glob("age_range/too_*/LRB_*")))
    assert CliRunner().invoke(app, ["conformance", "lrb-cvs", path]).exit_code != 0

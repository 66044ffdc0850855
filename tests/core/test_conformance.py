"""A supplier sees which rules its test files have exercised."""

import json
from datetime import date
from pathlib import Path

from typer.testing import CliRunner

from gateway import bootstrap
from gateway.cli import app
from gateway.conformance import conformance

CASES = Path(__file__).parents[2] / "fixtures" / "lrb-csv"


def test_each_code_is_told_with_its_notices_and_files() -> None:
    kind = bootstrap.file_kinds()["lrb-csv"]
    paths = sorted(CASES.glob("*/*/LRB_*"))
    found = conformance(kind, paths, date(2026, 9, 1))
    by_code = {it.code: it for it in found.codes}
    assert found.files == len(paths) > 5
    assert by_code["RC013"].notices >= by_code["RC013"].files > 0
    assert by_code["GF007"].notices == 0
    assert found.exercised == sum(it.notices > 0 for it in found.codes)
    assert 0 < found.accepted < found.read


def test_the_command_prints_the_same() -> None:
    path = str(next(CASES.glob("age_range/too_*/LRB_*")))
    printed = CliRunner().invoke(app, ["conformance", "lrb-csv", path, "--as-of", "2026-09-01"])
    assert printed.exit_code == 0, printed.output
    assert "codes exercised" in printed.output
    assert "never" in printed.output
    as_json = json.loads(CliRunner().invoke(app, ["conformance", "lrb-csv", path, "--json"]).output)
    assert (as_json["kind"], as_json["files"]) == ("lrb-csv", 1)


def test_a_kind_that_nobody_knows_is_refused() -> None:
    path = str(next(CASES.glob("age_range/too_*/LRB_*")))
    assert CliRunner().invoke(app, ["conformance", "lrb-cvs", path]).exit_code != 0

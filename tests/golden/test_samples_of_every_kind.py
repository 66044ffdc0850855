"""What `gateway samples` writes of any kind, `gateway check` finds right, but for what the truth says."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gateway import bootstrap
from gateway.cli import app

KINDS = sorted(bootstrap.file_kinds())
DAY = "2026-09-01"


def checked(kind: str, bad: int, seed: int, folder: Path) -> tuple[int, Mapping[str, Any], dict[int, str]]:
    """Return how a check of a sample ends, what it prints, and the truth about each record, empty where it is right."""
    truth, out = folder / "truth.csv", folder / "samples"
    out.mkdir()
    command = ["samples", kind, "--learners", "60", "--bad", str(bad), "--seed", str(seed), "--truth", str(truth)]
    made = CliRunner().invoke(app, [*command, "--out", str(out), "--as-of", DAY])
    assert made.exit_code == 0, made.output
    (path,) = out.iterdir()
    run = CliRunner().invoke(app, ["check", str(path), "--json", "--as-of", DAY])
    with truth.open(encoding="utf-8", newline="") as file:
        return run.exit_code, json.loads(run.output), {int(it["record"]): it["code"] for it in csv.DictReader(file)}


def errors(report: Mapping[str, Any]) -> dict[int | None, set[str]]:
    """Return the codes of the errors that are told of each record, and under None those of the file."""
    found: dict[int | None, set[str]] = {}
    for notice in report["notices"]:
        if notice["severity"] == "error":
            found.setdefault(notice["record"], set()).add(notice["code"])
    return found


@pytest.mark.parametrize("seed", [1, 7, 2026])
@pytest.mark.parametrize("kind", KINDS)
def test_a_right_sample_has_no_error(kind: str, seed: int, tmp_path: Path) -> None:
    status, report, truth = checked(kind, 0, seed, tmp_path)
    assert (status, report["kind"], report["verdict"]) == (0, kind, "accepted"), errors(report)
    assert report["counts"]["read"] == report["counts"]["accepted"] == len(truth)
    assert set(truth.values()) == {""}


@pytest.mark.parametrize("seed", [1, 7, 2026])
@pytest.mark.parametrize("kind", KINDS)
def test_a_broken_sample_has_exactly_the_errors_of_its_truth(kind: str, seed: int, tmp_path: Path) -> None:
    status, report, truth = checked(kind, 20, seed, tmp_path)
    broken = {record: code for record, code in truth.items() if code}
    assert (status, report["kind"], report["counts"]["read"]) == (1, kind, len(truth))
    assert len(broken) == round(len(truth) * 0.2)
    found = errors(report)
    assert set(found) == set(broken)
    assert all(code in found[record] for record, code in broken.items())

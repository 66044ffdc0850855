"""The file kind that adapters/README.md shows is one: it is checked as any other and goes through the pipeline."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from gateway import code_texts
from gateway.conformance import conformance
from gateway.core.ports.kinds import FileKind
from gateway.core.submission import Verdict
from gateway.pipeline import process
from gateway.service import CheckPlan, check_file
from tests.contracts.test_census import SCHOOL
from tests.desk import Desk, desk_of

PAGE = (Path(__file__).parents[2] / "adapters" / "README.md").read_text(encoding="utf-8")
GIVEN = b"UPN,Mark\nA1,/\nA2,X\nA3,N\n"


def worked() -> FileKind:
    """Return the kind that the page shows."""
    (source,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    module = ModuleType("worked")
    exec(compile(source, "adapters/README.md", "exec"), module.__dict__)  # noqa: S102 - our own page
    kind: FileKind = module.__dict__["Attendance"].from_settings({})
    return kind


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=False)
    made.gateway = replace(made.gateway, kinds={"attendance-csv": worked()})
    made.record.organisations.add(SCHOOL)
    yield made
    made.record.close()


def test_it_has_what_the_port_asks_for() -> None:
    methods = {name for name, value in vars(FileKind).items() if callable(value) and not name.startswith("_")}
    assert {name for name in methods | FileKind.__annotations__.keys() if not hasattr(worked(), name)} == set()


def test_it_goes_through_the_pipeline(desk: Desk) -> None:
    submission = process(desk.take("ATT_1.csv", GIVEN, SCHOOL), desk.gateway)
    assert (submission.kind, submission.verdict) == ("attendance-csv", Verdict.PART)
    answers = [(row["UPN"], row["Answer"]) for row in desk.rows(submission, "marks.csv")]
    assert answers == [("A1", "not_matched"), ("A2", "refused"), ("A3", "not_matched")]
    assert [(row["code"], row["value"]) for row in desk.rows(submission, "errors.csv")] == [("ATT_01", "X")]


def test_every_command_knows_it(tmp_path: Path) -> None:
    kind = worked()
    path = tmp_path / "ATT_1.csv"
    path.write_bytes(GIVEN)
    report = check_file(path, {kind.name: kind}, date(2026, 9, 1), CheckPlan())
    assert (report.kind, report.counts.by_code) == ("attendance-csv", {"ATT_01": 1})
    (shown,) = conformance(kind, [path], date(2026, 9, 1)).rules
    assert (shown.trips, shown.passes) == (1, 2)
    assert ("attendance-csv", "ATT_01") in {(name, rule.code) for name, rule in code_texts.rules({kind.name: kind})}

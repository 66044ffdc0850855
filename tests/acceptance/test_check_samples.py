"""A valid file of every kind passes offline, where neither its sender nor a register is known."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from gateway import bootstrap
from gateway.core.handover import SamplePlan
from gateway.core.notices import Severity
from gateway.core.submission import Organisation, OrganisationKind, Verdict
from gateway.service import CheckPlan, check_file, make_sample, unreadable

KINDS = bootstrap.file_kinds()
DAY = date(2026, 9, 1)
SENDER = Organisation(id="kingsway", name="Kingsway College", kind=OrganisationKind.COLLEGE, ukprn="10000001")


def sample(kind: str, folder: Path, bad_percent: float = 0) -> Path:
    plan = SamplePlan(organisation=SENDER, moment=datetime(2026, 9, 1, 12, tzinfo=UTC), bad_percent=bad_percent, seed=7)
    made = make_sample(KINDS[kind], 30, plan)
    path = folder / made.name
    path.write_bytes(made.content)
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_a_good_sample_of_a_kind_is_accepted_offline(kind: str, tmp_path: Path) -> None:
    report = check_file(sample(kind, tmp_path), KINDS, DAY, CheckPlan(kind=kind))
    assert [it for it in report.notices if it.severity is Severity.ERROR] == []
    assert report.verdict is Verdict.ACCEPTED
    assert not unreadable(report, KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_bad_sample_of_a_kind_is_told_of_its_records_alone(kind: str, tmp_path: Path) -> None:
    report = check_file(sample(kind, tmp_path, bad_percent=40), KINDS, DAY, CheckPlan(kind=kind))
    told = [it for it in report.notices if it.severity is Severity.ERROR]
    assert told
    assert [it for it in told if it.record is None] == []

"""The T Level kinds: how their files are known, their settings, and samples whose truth is what the kind finds."""

from dataclasses import replace
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path

import pytest

from adapters.kinds.tlevel.kind import TLevelAssessments, TLevelFile, TLevelRegistrations, TLevelResults
from gateway.core.errors import ConfigurationError
from gateway.core.handover import Claim, SamplePlan
from gateway.core.model import Learner
from gateway.core.recognise import recognise
from gateway.core.rules.rule import Context
from gateway.core.uln import Uln
from tests.golden.settled_cases import SENDER, check_file

KINDS = [kind.from_settings({}) for kind in (TLevelRegistrations, TLevelAssessments, TLevelResults)]
PLAN = SamplePlan(organisation=SENDER, moment=datetime(2026, 9, 1, 14, 30, tzinfo=UTC), bad_percent=0, seed=7)
PEOPLE = [
    Learner(given_name="Ada", family_name=f"Mar{letter}ow", date_of_birth=date(2008, 5, 31)) for letter in "abcdefghij"
]


def registered(uln: str) -> dict[str, object]:
    values = {"core": "61099016", "specialisms": "ZTLOS901,ZTLOS902"}
    return {uln: {"values": values, "version": 1}}


def entered(uln: str) -> dict[str, object]:
    return {uln: {"values": dict.fromkeys(("61099016", "ZTLOS901", "ZTLOS902"), "Summer 2026"), "version": 1}}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_file_is_known_by_its_headings_whatever_its_name(kind: TLevelFile) -> None:
    head = ",".join(kind.table.schema.names)
    for name in ("upload.csv", "upload", "Results (1).CSV"):
        assert recognise(KINDS, name, head.encode()) is kind
        assert recognise(KINDS, name, b"\xef\xbb\xbf" + head.lower().encode()) is kind
    assert recognise(KINDS, "upload.xml", head.encode()) is None


def test_a_file_of_other_headings_is_not_claimed() -> None:
    assert recognise(KINDS, "upload.csv", b"ULN,GivenName,FamilyName\r\n") is None


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_claim_is_one_by_content(kind: TLevelFile) -> None:
    assert kind.claims("any.csv", ",".join(kind.table.schema.names).encode()) == Claim(weight=Claim.CONTENT)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_limits_are_those_of_the_schema(kind: TLevelFile) -> None:
    assert kind.max_bytes == kind.table.schema.max_bytes
    assert type(kind).from_settings({"max_bytes": 3}).max_bytes == 3


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_another_process_finds_the_table_where_it_says(kind: TLevelFile) -> None:
    module, _, name = kind.table.where.partition(":")
    assert getattr(import_module(module), name) is kind.table


@pytest.mark.parametrize("settings", [{"max_records": 0}, {"rows": 3}])
def test_a_wrong_setting_is_named(settings: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError, match="tlevel-results"):
        TLevelResults.from_settings(settings)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("bad", [0, 70, 100])
def test_the_truth_of_a_sample_is_what_the_kind_finds(kind: TLevelFile, bad: float, tmp_path: Path) -> None:
    sample = kind.samples(PEOPLE, replace(PLAN, bad_percent=bad))
    path = tmp_path / sample.name
    path.write_bytes(sample.content)
    findings = list(kind.check(path, Context(as_of=PLAN.moment.date(), file_name=path.name)))
    found = [getattr(it, "notices", ()) for it in findings if hasattr(it, "record")]
    errors = [[notice.code for notice in notices if notice.severity == "error"] for notices in found]
    assert len(sample.truth) == len(errors) == len(PEOPLE)
    assert sum(code is not None for code in sample.truth) == round(len(PEOPLE) * bad / 100)
    assert all(code is None if not codes else code in codes for code, codes in zip(sample.truth, errors, strict=True))


def test_good_samples_of_one_seed_belong_together(tmp_path: Path) -> None:
    learners = [replace(person, uln=str(Uln.of(900_000_002))) for person in PEOPLE[:1]]
    uln = learners[0].uln
    kept: dict[str, object] = {}
    for kind, then in zip(
        KINDS, ({"tlevel-registration": registered(uln)}, {"tlevel-assessment": entered(uln)}, {}), strict=True
    ):
        sample = kind.samples(learners, PLAN)
        path = tmp_path / sample.name
        path.write_bytes(sample.content)
        assert check_file(kind, path, {"kept": kept}).notices == []
        kept |= then


def test_after_the_summer_series_has_closed_samples_are_of_the_next() -> None:
    late = replace(PLAN, moment=datetime(2026, 11, 23, tzinfo=UTC))
    assert b"Summer 2027" in KINDS[2].samples(PEOPLE, late).content
    assert b"2026/27" in KINDS[0].samples(PEOPLE, late).content

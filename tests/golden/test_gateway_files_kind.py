"""The gateway's own files: how they are known, that their records wait, and samples whose truth is what is found."""

from dataclasses import replace
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path

import pytest

from adapters.kinds.gateway_files.kind import ChallengeAnswers, Challenges, Decisions, GatewayFile, RecordRequests
from gateway.core.errors import ConfigurationError
from gateway.core.handover import Claim, SamplePlan
from gateway.core.model import Learner
from gateway.core.outcomes import Effect, Total
from gateway.core.recognise import recognise
from tests.golden.settled_cases import SENDER, check_file

KINDS = [kind.from_settings({}) for kind in (Decisions, RecordRequests, Challenges, ChallengeAnswers)]
PLAN = SamplePlan(organisation=SENDER, moment=datetime(2026, 9, 1, 14, 30, tzinfo=UTC), bad_percent=0, seed=7)
PEOPLE = [
    Learner(given_name="Ada", family_name=f"Mar{letter}ow", date_of_birth=date(2008, 5, 31), sex="2", uln="9000000024")
    for letter in "abcdefghij"
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_file_is_known_by_its_name_or_its_headings(kind: GatewayFile) -> None:
    sample = kind.samples(PEOPLE, PLAN)
    assert recognise(KINDS, sample.name, sample.content) is kind
    assert recognise(KINDS, "other.csv", sample.content) is kind
    assert recognise(KINDS, "other.xml", sample.content) is None


@pytest.mark.parametrize(
    ("name", "weight"),
    [
        ("DEC_10000101_20260901T143000.csv", Claim.STRICT),
        ("DEC_10000101_20260931T143000.csv", Claim.LIKELY),
        ("dec_mine.csv", Claim.LIKELY),
    ],
)
def test_a_right_name_weighs_more_than_a_likely_one(name: str, weight: int) -> None:
    assert KINDS[0].claims(name, b"") == Claim(weight=weight)
    assert KINDS[1].claims(name, b"") is None


@pytest.mark.parametrize("kind", KINDS[1:], ids=lambda kind: kind.name)
def test_every_good_record_waits_and_none_is_told_as_done(kind: GatewayFile, tmp_path: Path) -> None:
    sample = kind.samples(PEOPLE, PLAN)
    path = tmp_path / sample.name
    path.write_bytes(sample.content)
    checked = check_file(kind, path)
    assert {answer.match.effect for answer in checked.answers} == {Effect.QUEUED}
    assert {answer.match.total for answer in checked.answers} == {Total.HELD}
    assert [notice.code for notice in checked.notices] == ["WAITS"] * len(PEOPLE)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_truth_of_a_sample_is_what_the_kind_finds(kind: GatewayFile, tmp_path: Path) -> None:
    sample = kind.samples(PEOPLE, replace(PLAN, bad_percent=50))
    path = tmp_path / sample.name
    path.write_bytes(sample.content)
    errors = [[it.code for it in answer.notices if it.severity == "error"] for answer in check_file(kind, path).answers]
    assert sum(code is not None for code in sample.truth) == 5
    assert all(code is None if not codes else code in codes for code, codes in zip(sample.truth, errors, strict=True))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_another_process_finds_the_table_where_it_says(kind: GatewayFile) -> None:
    module, _, name = kind.table.where.partition(":")
    assert getattr(import_module(module), name) is kind.table


@pytest.mark.parametrize("settings", [{"max_records": 0}, {"rows": 3}])
def test_a_wrong_setting_is_named(settings: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError, match="challenge-answer"):
        ChallengeAnswers.from_settings(settings)

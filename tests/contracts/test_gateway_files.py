"""The gateway's own files through the whole pipeline: good records are held, bad ones refused, and nothing is kept."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.kinds.gateway_files.kind import ChallengeAnswers, Challenges, Decisions, RecordRequests
from gateway.core.ports.kinds import FileKind
from gateway.core.submission import Folder, Submission
from gateway.pipeline import process
from tests.desk import COLLEGE, Desk, desk_of

KINDS: tuple[type, ...] = (Decisions, RecordRequests, Challenges, ChallengeAnswers)


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=False)
    kinds: dict[str, FileKind] = {kind.name: kind.from_settings({}) for kind in KINDS}  # type: ignore[attr-defined]
    made.gateway = replace(made.gateway, kinds=kinds)
    yield made
    made.record.close()


def counts(desk: Desk, submission: Submission) -> dict[str, int]:
    (name,) = [it for it in desk.gateway.mailboxes.listing(COLLEGE.id, Folder.OUT)
               if it.name.endswith(f".{submission.id}.report.json")]  # fmt: skip
    with desk.gateway.files.open(str(name.blob)) as file:
        found = json.load(file)["counts"]
    totals = {name: int(found[name]) for name in ("read", "accepted", "rejected", "held")}
    return totals | dict(found["by_outcome"])


def test_a_good_request_is_held_as_queued_and_a_bad_one_refused(desk: Desk) -> None:
    content = (
        b"Key,ULN,FamilyName,GivenName,DateOfBirth,Gender,GetType,Purpose\r\n"
        b"K1,9000000024,Quill,Ada,2008-05-31,2,FULL,enrolment\r\nK2,9000000024,Quill,Ada,2008-05-31,2,FULL,\r\n"
    )
    submission = process(desk.take("REQ_10000001_20260901T143000.csv", content), desk.gateway)
    found = {name: count for name, count in counts(desk, submission).items() if count}
    assert found == {"read": 2, "held": 1, "rejected": 1, "queued": 1, "refused": 1}
    assert [(row["line"], row["code"]) for row in desk.rows(submission, "errors.csv")] == [
        ("2", "WAITS"),
        ("3", "FIELD_MISSING"),
    ]
    assert desk.rows_of("select * from record_version") == []


def test_an_answer_to_a_challenge_comes_from_an_awarding_organisation_alone(desk: Desk) -> None:
    submission = process(desk.take("answers.csv", b"ChallengeID,Answer,Explanation\r\nC1,upheld,\r\n"), desk.gateway)
    assert [row["code"] for row in desk.rows(submission, "errors.csv")] == ["SENDER_KIND"]

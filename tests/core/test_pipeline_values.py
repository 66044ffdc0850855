"""What the steps of the pipeline hand to each other counts right, is kept, and is not made twice."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from gateway.core import match_report, spool
from gateway.core.documents import Receipt
from gateway.core.errors import FilesError
from gateway.core.handover import Claim, FileHeader, Part, Progress
from gateway.core.model import Answer, CheckedRecord, Match, Record
from gateway.core.notices import Notice, Scope, Severity
from gateway.core.outcomes import MatchOutcome, Total
from gateway.core.recognise import recognise, unknown_file
from gateway.core.results import Checked, Delivered, Identified, Matched, Response, verdict_of
from gateway.core.submission import Job, Mode, Organisation, OrganisationKind, Status, Submission, Verdict
from gateway.core.tally import Tally, counts_of
from gateway.core.work import Work

MOMENT = datetime(2026, 9, 1, 12, 30, 5, tzinfo=UTC)
RECORD = Record(number=3, line=4, key="MIS3", values={})
SUBMISSION = Submission(
    id="0abc",
    organisation=Organisation(id="elm", name="Elm School", kind=OrganisationKind.SCHOOL),
    name="given.csv",
    sha256="",
    size=1,
    job=Job.FULL,
    mode=Mode.LIVE,
    received_at=MOMENT,
    processing_date=date(2026, 9, 1),
    blob="",
)


def notice(severity: Severity, scope: Scope) -> Notice:
    return Notice(code="CODE", severity=severity, scope=scope, message="Wrong.", fix="Mend it.")


class Kind:
    """A file kind as far as it is asked for its claims."""

    def __init__(self, name: str, weight: int | None) -> None:
        self.name = name
        self._weight = weight

    def claims(self, _name: str, _head: bytes) -> Claim | None:
        return None if self._weight is None else Claim(weight=self._weight)


def test_the_strongest_claim_wins_and_equal_ones_go_by_name() -> None:
    kinds = [Kind("z", 2), Kind("b", 3), Kind("a", None), Kind("c", 3)]
    assert recognise(kinds, "given.csv", b"") is kinds[1]
    assert recognise([Kind("a", None)], "given.csv", b"") is None


@pytest.mark.parametrize(("size", "codes"), [(1, ["FILE_KIND"]), (0, ["FILE_KIND", "FILE_EMPTY"])])
def test_a_file_of_no_kind_is_told_which_are_known_and_whether_it_is_empty(size: int, codes: list[str]) -> None:
    told = list(unknown_file(size, ["b", "a"]))
    assert [notice.code for notice in told] == codes
    assert "a, b" in told[0].fix


@pytest.mark.parametrize(("accepted", "rejected", "held", "verdict"), [
    (2, 0, 0, Verdict.ACCEPTED), (1, 1, 0, Verdict.PART), (1, 0, 1, Verdict.PART), (0, 1, 1, Verdict.PART),
    (0, 2, 0, Verdict.REJECTED), (0, 0, 0, Verdict.ACCEPTED),
])  # fmt: skip
def test_a_verdict_is_of_all_of_the_file(accepted: int, rejected: int, held: int, verdict: Verdict) -> None:
    totals = {Total.ACCEPTED: accepted, Total.REJECTED: rejected, Total.HELD: held}
    assert verdict_of(totals) is verdict
    assert verdict_of(totals, refused=True) is Verdict.REJECTED


def test_each_step_says_where_the_submission_stands() -> None:
    part = Part(name="given.0abc.report.json", blob="b", size=1)
    steps = [
        Identified(kind="lrb-csv"),
        Checked(header={}, rejections=(), file_notices=(), read=1, lines=""),
        Matched(lines=None, outcomes={}, totals={}),
        Response(parts={"report.json": part}, verdict=Verdict.PART, counts={"read": 1}),
        Delivered(),
    ]
    assert [step.progress for step in steps] == [
        Progress(status=Status.IDENTIFIED, kind="lrb-csv"),
        Progress(status=Status.VALIDATED),
        Progress(status=Status.MATCHED),
        Progress(status=Status.RESPONDED, verdict=Verdict.PART, counts={"read": 1}),
        Progress(status=Status.DELIVERED),
    ]
    assert all(type(step).model_validate_json(step.model_dump_json()) == step for step in steps)


def test_findings_are_counted_once_each() -> None:
    tally = Tally()
    tally.add(FileHeader(values={"UKPRN": "10000001"}))
    tally.add(notice(Severity.WARNING, Scope.FILE))
    tally.add(CheckedRecord(record=RECORD, notices=(notice(Severity.WARNING, Scope.RECORD),)))
    tally.add(CheckedRecord(record=RECORD, notices=(notice(Severity.ERROR, Scope.RECORD),) * 2))
    assert (tally.header, tally.read, tally.refused) == ({"UKPRN": "10000001"}, 2, 1)
    assert tally.rejections == ()
    assert tally.verdict is Verdict.PART
    counts = counts_of(tally.totals, tally.notices, {MatchOutcome.NEW_ULN: 1, MatchOutcome.NO_MATCH: 0})
    assert (counts.read, counts.accepted, counts.rejected, counts.held) == (2, 1, 1, 0)
    assert counts.by_severity == {Severity.ERROR: 2, Severity.WARNING: 2, Severity.INFO: 0}
    assert counts.by_code == {"CODE": 4}
    assert counts.by_outcome == {MatchOutcome.NEW_ULN: 1}


def test_a_fault_of_the_file_rejects_all_of_its_records() -> None:
    tally = Tally()
    tally.add(CheckedRecord(record=RECORD))
    tally.add(notice(Severity.ERROR, Scope.FILE))
    assert tally.totals == {Total.ACCEPTED: 0, Total.REJECTED: 1, Total.HELD: 0}
    assert tally.verdict is Verdict.REJECTED


def test_values_come_in_batches_of_which_none_is_empty() -> None:
    assert list(spool.batches(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert list(spool.batches([], 2)) == []


def reported(match: Match) -> dict[str, str]:
    answer = Answer(checked=CheckedRecord(record=RECORD), match=match)
    return dict(zip(match_report.COLUMNS, match_report.row(answer, sent_uln="9000000024"), strict=True))


def test_a_line_of_the_match_report_shows_levels_and_ulns() -> None:
    match = Match(
        outcome=MatchOutcome.LINKED_LEARNER,
        uln="9000000032",
        master_uln="9000000040",
        score=12.345,
        levels={"given_name": "same", "sex": "different"},
        other_evidence=("upn", "email"),
    )
    line = reported(match)
    assert list(line.values())[:8] == [
        "4", "3", "MIS3", "9000000024", "linked_learner", "9000000032", "9000000040", "12.35",
    ]  # fmt: skip
    assert (line["given_name"], line["family_name"], line["sex"]) == ("same", "", "different")
    assert (line["other_evidence"], line["guard"]) == ("upn;email", "")


def test_nobodys_uln_is_shown_for_a_possible_match_and_its_guard_is_explained() -> None:
    match = Match(outcome=MatchOutcome.POSSIBLE_MATCH, uln="9000000032", guard="names-swapped")
    line = reported(match)
    assert (line["uln"], line["master_uln"], line["score"]) == ("", "", "")
    assert line["next_step"].startswith(match_report.SENTENCES["names-swapped"])


@pytest.mark.parametrize("outcome", MatchOutcome)
def test_every_outcome_has_its_next_step(outcome: MatchOutcome) -> None:
    assert reported(Match(outcome=outcome))["next_step"].endswith(".")


def test_a_receipt_is_json_with_its_times_in_utc() -> None:
    receipt = Receipt(
        id="0abc", organisation="elm", file="given.csv", bytes=1, sha256="", received_at=MOMENT, status="received",
        message="We hold your file.",
    )  # fmt: skip
    text = receipt.to_json()
    assert text.endswith("}\n")
    assert json.loads(text)["received_at"] == "2026-09-01T12:30:05Z"
    assert json.loads(text)["expected_by"] is None


class Kept:
    """A store as far as a worker uses it for one submission."""

    def __init__(self, kept: Mapping[str, str]) -> None:
        self.results = dict(kept)
        self.reason = ""

    def kept(self, _submission: Submission) -> Mapping[str, str]:
        return self.results

    def keep(self, submission: Submission, step: str, result: str, progress: Progress) -> Submission:
        self.results[step] = result
        return replace(submission, status=progress.status)

    def hold(self, submission: Submission, reason: str) -> Submission:
        self.reason = reason
        return replace(submission, status=Status.PARKED)


def identify(submission: Submission, kind: str) -> Identified:
    """Return a kind as a step does."""
    return Identified(kind=f"{kind} of {submission.id}")


def test_a_step_is_run_once_and_its_result_kept() -> None:
    store = Kept({})
    work = Work(SUBMISSION, store)
    assert work.step(identify, "first") == Identified(kind="first of 0abc")
    assert work.submission.status is Status.IDENTIFIED
    assert Work(SUBMISSION, store).step(identify, "second") == Identified(kind="first of 0abc")


def test_a_fault_of_ours_leaves_the_submission_with_its_reason() -> None:
    store = Kept({})
    work = Work(SUBMISSION, store)
    work.hold(FilesError("The bytes are missing."))
    assert work.submission.status is Status.PARKED
    assert store.reason == "FilesError: The bytes are missing."

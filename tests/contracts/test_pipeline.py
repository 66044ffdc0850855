"""The path of a file through all its steps, on a real database and a real file store."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from adapters.kinds.lrb.kind import LrbCsv
from adapters.stores.postgres import PostgresRecord
from gateway import worker
from gateway.core.errors import ConfigurationError, FilesError, LeaseLostError
from gateway.core.matching import register as matching
from gateway.core.model import Learner
from gateway.core.outcomes import MatchOutcome
from gateway.core.permutation import IssuingRange
from gateway.core.submission import Folder, Job, OrganisationKind, Status, Verdict
from gateway.core.uln import Uln
from gateway.pipeline import process
from tests.desk import ADA, COLLEGE, KNOWN, LEASE, SUSPENDED, TESTING, Desk, desk_of


def without_ability_to_share_in_the_last_row(content: bytes) -> bytes:
    before, pair, after = content.rpartition(b'"1","1",')
    assert pair
    return before + b'"","1",' + after


class OnlyReports(LrbCsv):
    """A kind that never registers anybody."""

    registers = False


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=True)
    yield made
    made.record.close()


def new(number: int, **details: str) -> Learner:
    letter = "abcdefgh"[number]
    names = {"given_name": f"Given{letter}", "family_name": f"Family{letter}"}
    learner = Learner(**names, date_of_birth=date(2007, 1, 1 + number), sex="1", postcode=f"M{number} 1AE")
    return replace(learner, **{"ability_to_share": "1"} | details)


def outcomes(rows: Sequence[Mapping[str, str]]) -> list[str]:
    return [row["outcome"] for row in rows]


def test_a_step_that_was_kept_is_not_run_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    submission = desk.send([ADA, new(1)])
    store = desk.gateway.store
    stop = pytest.MonkeyPatch()
    stop.setattr(desk.record.mailboxes, "publish", lambda *_: (_ for _ in ()).throw(FilesError("stop before the end")))
    held = process(submission, desk.gateway)
    stop.undo()
    assert held.status is Status.RESPONDED
    issued = desk.record.register_keeping.stats()["issued"]
    monkeypatch.setattr(LrbCsv, "check", lambda *_: pytest.fail("validate ran again"))
    desk.sql("update submission set next_try_at = now()")
    again = store.claim("other", LEASE)
    assert again is not None
    assert process(again, desk.gateway).status is Status.DELIVERED
    assert desk.record.register_keeping.stats()["issued"] == issued == 1


def test_running_the_whole_twice_delivers_once_and_issues_the_same_ulns(desk: Desk) -> None:
    submission = desk.send([new(1), new(2), ADA])
    process(submission, desk.gateway)
    first = desk.rows(submission, "match.csv")
    desk.run_again(submission)
    assert desk.rows(submission, "match.csv") == first
    assert desk.record.register_keeping.stats()["issued"] == 2


def test_our_own_fault_keeps_the_bytes_and_is_parked_with_its_reason(desk: Desk) -> None:
    submission = desk.send([ADA])
    with desk.gateway.files.local(submission.blob) as path:
        kept = path.read_bytes()
        path.rename(path.with_suffix(".away"))
        for _ in range(5):
            held = process(submission, desk.gateway)
            desk.sql("update submission set next_try_at = now()")
            submission = desk.gateway.store.claim("test", LEASE) or submission
        assert held.status is Status.PARKED
        assert str(held.held_reason).startswith("BlobMissingError")
        path.with_suffix(".away").rename(path)
        assert path.read_bytes() == kept


def test_a_fault_in_an_unexpected_place_is_held_without_its_words(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("Ada Quill")

    submission = desk.send([ADA])
    desk.sql("update submission set lease = null, lease_until = null, attempts = 4")
    monkeypatch.setattr(LrbCsv, "check", broken)
    worker.Worker(desk.gateway, LEASE).work()
    shown = desk.record.submissions.show(submission.id)
    assert shown is not None
    assert shown.submission.status is Status.PARKED
    assert shown.submission.held_reason == "ValueError in an unexpected place"
    assert "Quill" not in caplog.text


def test_a_worker_whose_lease_is_lost_leaves_no_trace(desk: Desk) -> None:
    submission = desk.send([ADA])
    desk.sql("update submission set lease = 'another'")
    with pytest.raises(LeaseLostError):
        process(submission, desk.gateway)
    shown = desk.record.submissions.show(submission.id)
    assert shown is not None
    assert (shown.submission.status, shown.submission.lease) == (Status.RECEIVED, "another")


def test_a_worker_with_nothing_to_do_does_nothing(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    worker.Worker(desk.gateway, LEASE).work()
    assert [record for record in caplog.records if record.name == "gateway.worker"] == []


def test_a_long_step_keeps_its_lease(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    renewed = []
    submission = desk.send([ADA])
    desk.sql("update submission set lease = null, lease_until = null")
    monkeypatch.setattr(desk.record.store, "renew", lambda *_: renewed.append(1) or _lost(renewed))
    check = LrbCsv.check

    def slow(*arguments: object) -> object:
        while len(renewed) < 2:
            pass
        return check(*arguments)

    monkeypatch.setattr(LrbCsv, "check", slow)
    worker.Worker(desk.gateway, timedelta(seconds=0.04)).work()
    shown = desk.record.submissions.show(submission.id)
    assert shown is not None
    assert shown.submission.status is Status.DELIVERED


def _lost(renewed: list[int]) -> None:
    if len(renewed) == 1:
        raise LeaseLostError("the first renewal fails; the worker goes on until a step is kept")


def test_a_suspended_sender_is_answered_and_nothing_is_processed(desk: Desk) -> None:
    submission = desk.send([new(1)], sender=SUSPENDED)
    assert process(submission, desk.gateway).status is Status.DELIVERED
    assert [row["code"] for row in desk.rows(submission, "errors.csv")] == ["SENDER_SUSPENDED"]
    assert desk.record.register_keeping.stats()["issued"] == 0


def test_an_empty_file_of_no_known_name_is_told_both(desk: Desk) -> None:
    submission = desk.take("notes.txt", b"")
    process(submission, desk.gateway)
    assert [row["code"] for row in desk.rows(submission, "errors.csv")] == ["FILE_KIND", "FILE_EMPTY"]


def test_a_test_mailbox_is_answered_in_full_and_stores_nothing(desk: Desk) -> None:
    assert outcomes(desk.answered([ADA, new(1)], sender=TESTING)) == ["exact_match", "not_found"]
    assert desk.record.register_keeping.stats()["issued"] == 0


def test_details_that_differ_are_kept_as_proposals_and_the_register_stays(desk: Desk) -> None:
    moved = replace(ADA, uln=KNOWN.uln, postcode="M1 1AE", email="ada@example.org")
    assert outcomes(desk.answered([moved])) == ["exact_match_updated"]
    assert desk.gateway.register.by_uln([KNOWN.uln])[KNOWN.uln].learner.postcode == "CV1 2WT"
    fields = desk.rows_of("select field, value from proposal order by field")
    assert fields == [("email", "ada@example.org"), ("postcode", "M1 1AE")]


def test_a_learner_sent_with_the_right_uln_and_nothing_new_is_an_exact_match(desk: Desk) -> None:
    assert outcomes(desk.answered([replace(ADA, uln=KNOWN.uln)])) == ["exact_match"]


def test_what_is_only_checked_proposes_nothing(desk: Desk) -> None:
    moved = replace(ADA, uln=KNOWN.uln, postcode="M1 1AE")
    assert outcomes(desk.answered([moved], job=Job.CHECK)) == ["exact_match"]
    assert desk.rows_of("select count(*) from proposal") == [(0,)]


def test_ability_to_share_cannot_go_back(desk: Desk) -> None:
    submission = desk.send([replace(ADA, uln=KNOWN.uln, ability_to_share="0")])
    process(submission, desk.gateway)
    assert outcomes(desk.rows(submission, "match.csv")) == ["update_refused"]
    assert desk.rows(submission, "OUT.CSV")[0]["ReturnCode"] == "GR112"
    assert [row["code"] for row in desk.rows(submission, "errors.csv")] == ["WSRC0014"]


def test_without_issuing_a_new_learner_is_not_found_and_one_with_too_little_data_is_told_so(
    database: str, tmp_path: Path
) -> None:
    desk = desk_of(database, tmp_path, issuing=False)
    submission = desk.send([new(1), new(2)], change=without_ability_to_share_in_the_last_row)
    process(submission, desk.gateway)
    assert outcomes(desk.rows(submission, "match.csv")) == ["not_found", "refused"]
    assert [row["ReturnCode"] for row in desk.rows(submission, "OUT.CSV")] == ["GR107", "RC006"]
    assert desk.record.register_keeping.stats()["issued"] == 0
    desk.record.close()


def test_a_kind_that_only_reports_says_no_match(database: str, tmp_path: Path) -> None:
    desk = desk_of(database, tmp_path, issuing=True, kind=OnlyReports)
    assert outcomes(desk.answered([ADA, new(1)])) == ["exact_match", "no_match"]
    desk.record.close()


def test_a_learner_twice_in_a_file_gets_one_uln_even_across_batches(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.stages.match.BATCH", 2)
    submission = desk.send([new(1), new(2), new(3), new(1), new(4), new(4)])
    process(submission, desk.gateway)
    found, rows = desk.rows(submission, "match.csv"), desk.rows(submission, "OUT.CSV")
    assert outcomes(found) == ["new_uln"] * 3 + ["duplicate_in_file", "new_uln", "duplicate_in_file"]
    assert rows[0]["ULN"] == rows[3]["ULN"] != ""
    assert rows[4]["ULN"] == rows[5]["ULN"] != ""


def test_a_duplicate_of_a_record_with_an_unknown_uln_repeats_the_uln_as_sent(desk: Desk) -> None:
    unknown = new(1, uln=str(Uln.of(900_000_002)))
    submission = desk.send([unknown, unknown])
    process(submission, desk.gateway)
    assert outcomes(desk.rows(submission, "match.csv")) == ["uln_not_found", "duplicate_in_file"]
    assert [row["ULN"] for row in desk.rows(submission, "OUT.CSV")] == [unknown.uln] * 2


def test_a_duplicate_of_a_question_carries_no_ulns_of_its_own(desk: Desk) -> None:
    doubtful = replace(ADA, postcode="M1 1AE", sex="1")
    submission = desk.send([doubtful, replace(doubtful, uln=KNOWN.uln)])
    process(submission, desk.gateway)
    assert outcomes(desk.rows(submission, "match.csv")) == ["possible_match", "duplicate_in_file"]
    assert [row["ULN"] for row in desk.rows(submission, "OUT.CSV")] == ["", ""]


def test_two_alike_but_not_equal_in_one_batch_are_a_question_not_two_ulns(desk: Desk) -> None:
    rows = desk.answered([new(1), new(1, postcode="CV1 2WT")])
    assert outcomes(rows) == [MatchOutcome.NEW_ULN, MatchOutcome.POSSIBLE_MATCH]
    assert rows[1]["uln"] == ""


def test_the_report_opens_with_the_causes_of_its_messages(desk: Desk) -> None:
    spoilt = [new(number) for number in range(8)]
    submission = desk.send(spoilt, change=lambda content: re.sub(rb'"(2007)-(..)-(..)"', rb'"\3/\2/\1"', content))
    process(submission, desk.gateway)
    (name,) = [it for it in desk.gateway.mailboxes.listing(COLLEGE.id, Folder.OUT) if it.name.endswith("report.json")]
    with desk.gateway.files.open(str(name.blob)) as file:
        report = json.load(file)
    (cause,) = report["causes"]
    assert (cause["messages"], cause["records"], cause["fields"]) == (8, 8, ["DateOfBirth"])


def test_every_record_is_in_the_response_once_and_in_order(desk: Desk) -> None:
    learners = [new(1), ADA, new(2, family_name="9"), new(3)]
    submission = desk.send(learners)
    process(submission, desk.gateway)
    out = desk.rows(submission, "OUT.CSV")
    assert [row["GivenName"] for row in out] == [it.given_name for it in learners]
    shown = desk.record.submissions.show(submission.id)
    assert shown is not None
    counts = shown.counts
    assert counts["read"] == 4 == counts["accepted"] + counts["rejected"] + counts["held"]
    assert len(desk.rows(submission, "match.csv")) == 4


def test_the_lines_that_steps_leave_for_each_other_are_gone_at_the_end(desk: Desk) -> None:
    submission = desk.send([ADA, new(1)])
    process(submission, desk.gateway)
    names = {it.blob for it in desk.gateway.mailboxes.listing(COLLEGE.id, Folder.OUT)}
    files = [path for path in (desk.folder / "files").rglob("*") if path.is_file()]
    assert len(files) == len(names) + 1  # the response files and the upload itself


def test_the_day_that_ages_are_judged_by_is_londons(desk: Desk) -> None:
    late = datetime.fromisoformat("2026-06-30T23:30:00+00:00")
    desk.gateway = replace(desk.gateway, clock=lambda: late)
    assert desk.send([ADA]).processing_date == date(2026, 7, 1)


def test_the_bytes_of_an_empty_upload_stay_too(desk: Desk) -> None:
    submission = desk.take("LRB_10000001_010120261200.CSV", b"")
    process(submission, desk.gateway)
    with desk.gateway.files.open(submission.blob) as file:
        assert file.read() == b""


def test_a_check_tells_of_an_update_that_would_be_refused(desk: Desk) -> None:
    back = replace(ADA, uln=KNOWN.uln, ability_to_share="0")
    assert outcomes(desk.answered([back], job=Job.CHECK)) == ["update_refused"]


def test_a_run_cut_off_after_its_proposals_answers_the_same_again(desk: Desk) -> None:
    desk.sql("update learner set ability_to_share = '0'")
    submission = desk.send([replace(ADA, uln=KNOWN.uln)])
    process(submission, desk.gateway)
    first = desk.rows(submission, "match.csv")
    assert outcomes(first) == ["exact_match_updated"]
    desk.run_again(submission)
    assert outcomes(desk.rows(submission, "match.csv")) == ["exact_match_updated"]


def test_why_a_submission_waits_is_kept_and_told_to_the_log(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    submission = desk.send([ADA])
    desk.sql("update submission set lease = null, lease_until = null, attempts = 0")
    monkeypatch.setattr(desk.record.mailboxes, "publish", _broken_disk)
    worker.Worker(desk.gateway, LEASE).work()
    shown = desk.record.submissions.show(submission.id)
    assert shown is not None
    assert shown.submission.status is Status.RESPONDED
    assert shown.submission.held_reason == "FilesError: the disk is full"
    assert [record.levelname for record in caplog.records if record.message == "held"] == ["WARNING"]


def _broken_disk(*_: object) -> None:
    raise FilesError("the disk is full")


def test_another_range_than_before_stops_the_gateway_at_its_start(database: str, tmp_path: Path) -> None:
    desk_of(database, tmp_path, issuing=True).record.close()
    other = IssuingRange(authority="test", first=9_200_000_000, last=9_299_999_999)
    settings = {"home": tmp_path, "url": database, "matching": matching, "issuing": other}
    with pytest.raises(ConfigurationError, match="range"):
        PostgresRecord.from_settings(settings)


def test_a_file_of_a_sender_who_sends_no_such_files_is_rejected_and_told_so(desk: Desk) -> None:
    board = replace(COLLEGE, id="board", kind=OrganisationKind.AWARDING_ORGANISATION, ukprn="10022490")
    desk.record.organisations.add(board)
    submission = process(desk.send([ADA], sender=board), desk.gateway)
    assert submission.verdict is Verdict.REJECTED
    told = [row for row in desk.rows(submission, "errors.csv") if row["code"] == "SENDER_KIND"]
    (message,) = [row["message"] for row in told]
    assert message.startswith("Files of this kind come from a college or a provider or a school; ")
    assert message.endswith("this mailbox belongs to an awarding organisation.")

"""T Level files through the whole pipeline: registrations, then entries, then results; all of a file or nothing."""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from adapters.kinds.tlevel.kind import TLevelAssessments, TLevelRegistrations, TLevelResults
from gateway.core.handover import SamplePlan
from gateway.core.keeping import RecordChange, RecordKey
from gateway.core.outcomes import Effect
from gateway.core.ports.kinds import FileKind
from gateway.core.submission import Folder, Job, Organisation, OrganisationKind, Submission, Verdict
from gateway.pipeline import process
from tests.desk import LEASE, Desk, desk_of

KINDS: tuple[type, ...] = (TLevelRegistrations, TLevelAssessments, TLevelResults)
AO = Organisation(id="northern", name="Northern Awards", kind=OrganisationKind.AWARDING_ORGANISATION, ukprn="10000101")
OTHER_AO = replace(AO, id="southern", name="Southern Awards", ukprn="10000102")
ADA, BEA, CORA = "9000000024", "9000000032", "9000000040"
REGISTRATIONS = ("ULN", "First name", "Last name", "Date of birth", "UKPRN", "Academic year", "Core code",
                 "Specialism code(s)")  # fmt: skip
ENTRIES = ("ULN", "Core code", "Core assessment entry", "Specialism code(s)", "Specialism assessment entry")
RESULTS = ("ULN", "ComponentCode (Core)", "AssessmentSeries (Core)", "ComponentGrade (Core)",
           "ComponentCode (Specialisms)", "AssessmentSeries (Specialisms)", "ComponentGrade (Specialisms)")  # fmt: skip
SUMMER = "Summer 2026"


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=False)
    kinds: dict[str, FileKind] = {kind.name: kind.from_settings({}) for kind in KINDS}  # type: ignore[attr-defined]
    made.gateway = replace(made.gateway, kinds=kinds)
    for organisation in (AO, OTHER_AO):
        made.record.organisations.add(organisation)
    yield made
    made.record.close()


def registration(uln: str, specialisms: str = "ZTLOS901,ZTLOS902") -> tuple[str, ...]:
    return uln, "Ada", "O'Neil-Quill", "31052008", "10000001", "2025/26", "61099016", specialisms


def entry(uln: str, series: str = SUMMER) -> tuple[str, ...]:
    return uln, "61099016", series, "ZTLOS901,ZTLOS902", series


def result(uln: str, core: str = "A", grades: str = "Merit,Pass", series: str = SUMMER) -> tuple[str, ...]:
    return uln, "61099016", series, core, "ZTLOS901,ZTLOS902", series, grades


def csv_of(*rows: tuple[str, ...]) -> bytes:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


class Sender:
    """An awarding organisation that sends files one after the other, each under a name of its own."""

    def __init__(self, desk: Desk, organisation: Organisation = AO) -> None:
        self.desk = desk
        self.organisation = organisation
        self.sent = 0

    def send(self, columns: tuple[str, ...], *rows: tuple[str, ...], job: Job = Job.FULL) -> Submission:
        self.sent += 1
        submission = self.desk.take(f"upload {self.sent}.csv", csv_of(columns, *rows), self.organisation, job)
        return process(submission, self.desk.gateway)

    def named(self, name: str, columns: tuple[str, ...], *rows: tuple[str, ...]) -> list[tuple[str, str, str]]:
        submission = self.desk.take(name, csv_of(columns, *rows), self.organisation)
        return self.lines(process(submission, self.desk.gateway))

    def outcome(self, columns: tuple[str, ...], *rows: tuple[str, ...]) -> dict[str, int]:
        counts = self.report(self.send(columns, *rows))["counts"]
        return {name: count for name, count in counts["by_outcome"].items() if count}

    def errors(self, columns: tuple[str, ...], *rows: tuple[str, ...]) -> list[tuple[str, str, str]]:
        return self.lines(self.send(columns, *rows))

    def lines(self, submission: Submission) -> list[tuple[str, str, str]]:
        return [(row["Line"], row["ULN"], row["Error"]) for row in self.desk.rows(submission, "errors.csv")]

    def report(self, submission: Submission) -> dict[str, Any]:
        (name,) = [it for it in self.desk.gateway.mailboxes.listing(self.organisation.id, Folder.OUT)
                   if it.name.endswith(f".{submission.id}.report.json")]  # fmt: skip
        with self.desk.gateway.files.open(str(name.blob)) as file:
            return dict(json.load(file))

    def kept(self, sort: str, uln: str) -> Mapping[str, str] | None:
        key = RecordKey(sort, str(self.organisation.ukprn), (uln,))
        held = self.desk.record.records.kept([key], "none").get(key)
        return held.values if held else None


@pytest.fixture
def sender(desk: Desk) -> Sender:
    return Sender(desk)


@pytest.fixture
def entered(sender: Sender) -> Sender:
    """Return a sender who has registered and entered two learners."""
    sender.send(REGISTRATIONS, registration(ADA), registration(BEA))
    sender.send(ENTRIES, entry(ADA), entry(BEA))
    return sender


def test_registrations_then_entries_then_results_are_stored(sender: Sender) -> None:
    assert sender.outcome(REGISTRATIONS, registration(ADA), registration(BEA)) == {"stored": 2}
    assert sender.outcome(ENTRIES, entry(ADA), entry(BEA)) == {"stored": 2}
    assert sender.outcome(RESULTS, result(ADA), result(BEA, "B", ",Distinction")) == {"stored": 2}
    assert sender.kept("tlevel-result", BEA) == {"61099016/Summer 2026": "B", "ZTLOS902/Summer 2026": "Distinction"}


def test_a_grade_is_known_in_whatever_case_it_is_written(entered: Sender) -> None:
    assert entered.outcome(RESULTS, result(ADA, "a*", "MERIT,x - No Result")) == {"stored": 1}
    assert entered.outcome(RESULTS, result(ADA, "A*", "Merit,X - no result")) == {"unchanged": 1}


def test_a_file_without_fault_has_an_error_report_without_lines(entered: Sender) -> None:
    assert entered.errors(RESULTS, result(ADA)) == []


def test_one_bad_row_refuses_the_whole_file_and_nothing_is_stored(entered: Sender) -> None:
    submission = entered.send(RESULTS, result(ADA), result("123"))
    assert entered.lines(submission) == [("3", "123", "ULN must be a 10 digit number")]
    assert entered.report(submission)["counts"]["by_outcome"] == {"refused": 2}
    assert entered.kept("tlevel-result", ADA) is None


def test_a_row_that_fails_against_what_is_kept_refuses_the_whole_file_too(entered: Sender) -> None:
    assert entered.errors(RESULTS, result(ADA), result(CORA)) == [
        ("3", CORA, "ULN not registered with awarding organisation")
    ]
    assert entered.kept("tlevel-result", ADA) is None


def test_the_second_stage_comes_first_in_row_order_then_the_third_and_a_failed_row_is_not_tested_again(
    entered: Sender,
) -> None:
    bad = (CORA, "610", "", "A", "ZTLOS901", "2026", "Merit,Pass")
    lines = entered.errors(RESULTS, result(CORA.replace("40", "59")), bad, ("", *result(ADA)[1:]))
    assert [(line, uln) for line, uln, _ in lines] == [
        ("3", CORA),
        ("3", CORA),
        ("3", CORA),
        ("3", CORA),
        ("4", ""),
        ("2", "9000000059"),
    ]
    assert lines[0][2].startswith("ComponentCode (Core) has 3 characters")
    assert lines[1][2].startswith("AssessmentSeries (Core) is needed")
    assert lines[2][2].startswith("AssessmentSeries (Specialisms) must be")
    assert lines[3][2].startswith("ComponentGrade (Specialisms) holds 2 grades for 1 code")
    assert lines[4][2] == "ULN required"
    assert lines[5][2] == "ULN not registered with awarding organisation"


def test_a_uln_that_stands_twice_is_told_on_every_row(entered: Sender) -> None:
    assert entered.errors(RESULTS, result(ADA), result(BEA), result(ADA)) == [
        ("2", ADA, "Duplicate ULN found"),
        ("4", ADA, "Duplicate ULN found"),
    ]


def test_a_file_of_bad_rows_alone_is_answered(sender: Sender) -> None:
    assert sender.errors(REGISTRATIONS, registration("123")) == [("2", "123", "ULN must be a 10 digit number")]


def test_faults_of_the_file_have_no_line_and_no_uln(sender: Sender) -> None:
    assert sender.errors((*RESULTS[:-1], "Grade"), result(ADA)) == [("", "", "File header is not valid")]
    for columns in (REGISTRATIONS, ENTRIES, RESULTS):
        assert sender.errors(columns) == [("", "", "No registration data received")]


def test_headings_in_another_order_and_case_are_read(sender: Sender) -> None:
    turned = tuple(name.upper() for name in reversed(REGISTRATIONS))
    assert sender.outcome(turned, tuple(reversed(registration(ADA)))) == {"stored": 1}


def test_a_row_with_too_many_columns_is_told_in_the_words_of_the_service(entered: Sender) -> None:
    entered.send(REGISTRATIONS, registration(CORA))
    entered.send(ENTRIES, entry(CORA))
    lines = entered.errors(RESULTS, (*result(ADA), "more"), result(BEA)[:-1], result(CORA))
    assert lines[0] == ("2", "", "Data in more than the required 7 columns")
    assert lines[1][:2] == ("3", BEA)
    assert lines[1][2].startswith("The row has 6 columns instead of 7.")


def test_a_file_with_too_many_rows_or_too_long_a_name_is_refused(sender: Sender) -> None:
    rows = [registration(str(9_000_000_000 + place)) for place in range(10_001)]
    ((line, uln, error),) = sender.errors(REGISTRATIONS, *rows)
    assert (line, uln) == ("", "")
    assert error.startswith("The file holds more than 10,000")
    ((line, uln, error),) = sender.named("n" * 151 + ".csv", REGISTRATIONS, registration(ADA))
    assert (line, uln) == ("", "")
    assert error.startswith("The name has 151 characters")


def test_results_of_a_withdrawn_registration_are_refused_and_it_can_be_made_again(entered: Sender) -> None:
    key = RecordKey("tlevel-registration", "10000101", (ADA,))
    held = entered.desk.record.records.kept([key], "none")[key]
    change = RecordChange(key=key, effect=Effect.WITHDRAWN, values=held.values, expects=held.version, uln=ADA)
    with_place = entered.send(REGISTRATIONS, registration(CORA))
    assert entered.desk.record.records.put(with_place.id, {99: [change]}) == frozenset()
    assert entered.errors(RESULTS, result(ADA)) == [("2", ADA, "Cannot add results to a withdrawn registration")]
    assert entered.outcome(REGISTRATIONS, registration(ADA)) == {"reinstated": 1}
    assert entered.outcome(RESULTS, result(ADA)) == {"stored": 1}


def test_the_same_again_is_unchanged_another_grade_amends_and_a_blank_one_removes(entered: Sender) -> None:
    assert entered.outcome(RESULTS, result(ADA)) == {"stored": 1}
    assert entered.outcome(RESULTS, result(ADA), result(BEA, "", "")) == {"unchanged": 2}
    assert entered.outcome(RESULTS, result(ADA, "B")) == {"amended": 1}
    assert entered.outcome(RESULTS, result(ADA, "", "Merit,Pass")) == {"withdrawn": 1}
    assert entered.kept("tlevel-result", ADA) == {"ZTLOS901/Summer 2026": "Merit", "ZTLOS902/Summer 2026": "Pass"}
    assert entered.outcome(RESULTS, result(ADA, "B", "Distinction,")) == {"amended": 1}
    assert entered.outcome(RESULTS, result(ADA, "", "")) == {"withdrawn": 1}
    assert entered.outcome(RESULTS, result(ADA, "C")) == {"stored": 1}


def test_registrations_and_entries_sent_again_are_unchanged_or_amended(entered: Sender) -> None:
    assert entered.outcome(REGISTRATIONS, registration(ADA), registration(BEA, "ZTLOS901")) == {
        "unchanged": 1, "amended": 1,
    }  # fmt: skip
    assert entered.outcome(ENTRIES, entry(ADA)) == {"unchanged": 1}
    assert entered.outcome(ENTRIES, entry(ADA, "Summer 2025")) == {"amended": 1}


def test_a_component_is_taken_again_once_there_is_a_result(entered: Sender) -> None:
    ((line, uln, error), _) = entered.errors(ENTRIES, entry(ADA, "Autumn 2026"))
    assert (line, uln) == ("2", ADA)
    assert error.startswith("61099016 is entered for Summer 2026 already and has no result there")
    entered.send(RESULTS, result(ADA))
    assert entered.outcome(ENTRIES, entry(ADA, "AUTUMN 2026")) == {"stored": 1}
    assert entered.outcome(RESULTS, result(ADA, "A*", series="Autumn 2026")) == {"stored": 1}
    assert entered.outcome(RESULTS, result(ADA, "B")) == {"amended": 1}


def test_another_awarding_organisation_knows_nothing_of_these_learners(entered: Sender) -> None:
    other = Sender(entered.desk, OTHER_AO)
    other.sent = 90
    assert other.errors(RESULTS, result(ADA)) == [("2", ADA, "ULN not registered with awarding organisation")]


def test_a_check_is_answered_and_keeps_nothing(entered: Sender) -> None:
    submission = entered.send(RESULTS, result(ADA), job=Job.CHECK)
    assert entered.report(submission)["counts"]["by_outcome"] == {"stored": 1}
    assert entered.kept("tlevel-result", ADA) is None


def test_a_wrong_check_digit_is_a_warning_that_the_report_alone_tells(sender: Sender) -> None:
    submission = sender.send(REGISTRATIONS, registration("9000000025"))
    assert sender.lines(submission) == []
    assert sender.report(submission)["counts"]["by_code"] == {"ULN_CHECK_DIGIT": 1}


def test_without_reference_lists_the_checks_that_need_them_are_listed_as_not_run(entered: Sender) -> None:
    not_run = entered.report(entered.send(RESULTS, result(ADA)))["not_run"]
    assert {it["check"] for it in not_run} == {"SERIES_UNKNOWN", "SERIES_CLOSED"}


def test_a_second_run_answers_as_the_first_and_changes_nothing(entered: Sender) -> None:
    submission = entered.send(RESULTS, result(ADA), result(BEA, "", ""))
    first = entered.report(submission)["counts"]
    entered.desk.sql(
        "update submission set status = 'delivered', lease = null",
        "delete from step",
        "delete from response_file",
        f"update submission set status = 'received', finished_at = null where id = '{submission.id}'",  # noqa: S608 - our own id
    )
    again = entered.desk.gateway.store.claim("other", LEASE)
    assert again is not None
    process(again, entered.desk.gateway)
    assert entered.report(submission)["counts"] == first
    assert entered.kept("tlevel-result", ADA) is not None


class Unkept(TLevelRegistrations):
    """Registrations of a service that keeps nothing for learners."""

    def settling(self, context: object) -> None:
        """Return nobody."""


def test_a_kind_that_keeps_nothing_accepts_a_whole_file(desk: Desk) -> None:
    kind = Unkept.from_settings({})
    desk.gateway = replace(desk.gateway, kinds={kind.name: kind})
    name = kind.samples([], SamplePlan(organisation=AO, moment=desk.gateway.clock(), bad_percent=0, seed=1)).name
    submission = process(desk.take(name, csv_of(REGISTRATIONS, registration(ADA)), AO), desk.gateway)
    assert submission.verdict is Verdict.ACCEPTED

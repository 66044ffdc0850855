"""The kind of results in CSV knows its files, reads both forms, and makes samples whose truth its rules find."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.formats.csv_file import Row
from adapters.formats.table_batch import Batch
from adapters.formats.table_headings import Layout
from adapters.formats.table_kind import Numbers
from adapters.formats.table_numbers import doubtful_ulns
from adapters.formats.table_stretch import Stretch
from adapters.kinds.ao_results.kind import AoResultsCsv
from adapters.kinds.ao_results.result import SCHEMA
from adapters.kinds.ao_results.uci_column import doubtful_ucis
from gateway.core.errors import ConfigurationError
from gateway.core.handover import Claim, FileHeader, Finding, Late, SamplePlan
from gateway.core.identifiers.uci import uci_check_character, uci_fault
from gateway.core.model import CheckedRecord
from gateway.core.notices import Severity
from gateway.core.reference import Reference
from gateway.core.uln import TEMPORARY_ULN, uln_fault, ulns_between
from gateway.samples import people
from tests.golden.ao_files import (
    AS_OF,
    HEADING_LINE,
    NAME,
    NORTH,
    RESULT,
    context_of,
    file_notices,
    records_of,
    results_text,
)

KIND = AoResultsCsv.from_settings({})
MOMENT = datetime(2026, 9, 1, 14, 30, tzinfo=UTC)
SHORT = "Date,UCI,QAN,Grade"


@pytest.mark.parametrize(("name", "head", "weight"), [
    (NAME, b"", Claim.STRICT),
    ("AORES_10000101.csv", b"", Claim.LIKELY),
    ("AORES_10000101_6G26_20260812T060000_001.xml", b"", None),
    ("results.csv", HEADING_LINE.encode(), Claim.CONTENT),
    ("results.csv", b"\xef\xbb\xbf" + SHORT.encode() + b"\r\n", Claim.CONTENT),
    ("results.csv", b"Grade,QAN,Date,CandNo\n", Claim.CONTENT),
    ("results.csv", b"Date,Grade\n", None),
])  # fmt: skip
def test_a_file_is_claimed_by_its_name_and_else_by_its_headings(name: str, head: bytes, weight: int | None) -> None:
    claim = KIND.claims(name, head)
    assert (claim.weight if claim else None) == weight


@pytest.mark.parametrize("settings", [{"max_bytes": 0}, {"implicit_amend": 5}, {"limit": 5}])
def test_a_wrong_setting_is_named(settings: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(settings))):
        AoResultsCsv.from_settings(settings)


def test_the_header_tells_organisation_and_series(tmp_path: Path) -> None:
    assert found_in(results_text([RESULT]), tmp_path)[0] == FileHeader(
        values={"AwardingOrganisationUKPRN": "10000101", "ExamSeries": "6G26"}
    )


def test_a_file_checked_offline_is_not_refused_because_its_sender_is_not_known(tmp_path: Path) -> None:
    assert file_notices(found_in(results_text([RESULT]), tmp_path, sender=None)) == []


def test_identifiers_of_no_value_are_empty(tmp_path: Path) -> None:
    row = RESULT | {"UCI": "-2", "CandidateIdentifierOther": "-2", "ProviderUKPRN": "-2"}
    (checked,) = records_of(found_in(results_text([row]), tmp_path))
    assert checked.notices == ()
    assert checked.record["UCI"] == ""


def test_a_row_of_the_short_form_is_a_whole_result(tmp_path: Path) -> None:
    text = f"{SHORT}\r\n2026-08-20,123450230001W,601/1234/7,7\r\n2026-08-20,123450230002C,601/1234/7,A\r\n"
    first, second = records_of(found_in(text, tmp_path))
    assert first.notices == ()
    assert first.learner is not None
    assert {name: value for name, value in first.record.values.items() if value} == {
        "RecordRef": "123450230001W",
        "Action": "N",
        "AwardingOrganisationUKPRN": "10000101",
        "UCI": "123450230001W",
        "QAN": "601/1234/7",
        "ResultLevel": "Q",
        "ExamSeries": "6G26",
        "Grade": "7",
        "AwardDate": "2026-08-20",
    }
    assert [(it.code, it.field, it.line) for it in second.notices] == [("AR-18", "Grade", 3)]


def test_a_wrong_value_of_the_short_form_is_told_under_its_own_heading(tmp_path: Path) -> None:
    (checked,) = records_of(found_in(f"{SHORT}\r\n20/08/2026,123450230001W,601/1234/7,7\r\n", tmp_path))
    assert [(it.code, it.field) for it in checked.notices] == [("AR-10", "Date")]


def test_without_reference_lists_only_their_rules_are_left_out(tmp_path: Path) -> None:
    row = RESULT | {"QAN": "601/9999/3", "Grade": "?", "Action": "X"}
    (checked,) = records_of(found_in(results_text([row]), tmp_path, reference=Reference()))
    assert [notice.code for notice in checked.notices] == ["AR-10", "AR-16"]


@pytest.mark.parametrize("processes", [1, 2])
def test_a_sample_is_broken_as_its_truth_says(processes: int, tmp_path: Path) -> None:
    plan = SamplePlan(organisation=NORTH, moment=MOMENT, bad_percent=25, seed=7)
    numbers = ulns_between(9_000_000_000, 9_999_999_998)
    learners = [replace(it, uln=next(numbers)) for it in people(7, 400, AS_OF)]
    sample = KIND.samples(learners, plan)
    found = found_in(sample.content.decode(), tmp_path, sample.name, processes=processes)
    assert not file_notices(found)
    assert not [it for it in found if isinstance(it, Late)]
    assert [errors(it) for it in records_of(found)] == [{code} if code else set() for code in sample.truth]


def errors(checked: CheckedRecord) -> set[str]:
    return {notice.code for notice in checked.notices if notice.severity is Severity.ERROR}


def doubted(test: Numbers, values: Sequence[str]) -> list[str]:
    """Return those of some values that a test of a whole column doubts."""
    batch = Batch(2, "utf-8", 0)
    for line, value in enumerate(values, 2):
        batch.add_row(Row(line, [value]), 0, 1)
    rows = sorted(test(Stretch(batch, Layout(SCHEMA, 1, {"Number": 0}), "utf-8"), "Number")) if values else ()
    return [values[row] for row in rows]


NO_NUL = st.characters(exclude_characters="\0", codec="utf-8")
digits = st.text("0123456789", min_size=9, max_size=10)


@given(st.one_of(digits, st.text(NO_NUL, max_size=12), st.just(TEMPORARY_ULN), digits.map(lambda text: f" {text}")))
def test_a_uln_is_passed_over_only_where_it_is_right(value: str) -> None:
    wrong = bool(value) and uln_fault(value) is not None
    assert (value in doubted(doubtful_ulns, [value])) is wrong


@given(st.from_regex(r"[0-9]{5}[0-9A-Z][0-9]{6}", fullmatch=True), st.sampled_from("ABCDEFGHKLMRTVWXYZ0 "))
def test_a_uci_is_passed_over_only_where_it_is_right(body: str, check: str) -> None:
    values = [body, body + check, body + uci_check_character(body), body.lower() + check, f" {body}{check}"]
    assert set(doubted(doubtful_ucis, values)) == {it for it in values if uci_fault(it) is not None}


@given(st.lists(st.one_of(st.sampled_from(["", "9990000017", "9990000025", "9990000018", "1,2"]), digits)))
def test_many_ulns_are_told_apart_as_one_by_one(values: list[str]) -> None:
    assert doubted(doubtful_ulns, values) == [it for it in values if it and uln_fault(it) is not None]


@given(st.text(NO_NUL, max_size=14))
def test_what_is_no_uci_at_all_is_doubtful(value: str) -> None:
    assert (value in doubted(doubtful_ucis, [value])) is (bool(value) and uci_fault(value) is not None)


def test_a_copy_is_found_however_its_candidate_and_qualification_are_written(tmp_path: Path) -> None:
    rows = [
        RESULT,
        RESULT | {"RecordRef": "r2", "QAN": "60112347"},
        RESULT | {"RecordRef": "r3", "ULN": "", "UCI": "123450230002C"},
        RESULT | {"RecordRef": "r4", "ULN": "9999999999", "UCI": "123450230002"},
    ]
    late = [it for it in found_in(results_text(rows), tmp_path) if isinstance(it, Late)]
    assert [it.record for it in late] == [2, 4]


def found_in(text: str, folder: Path, name: str = NAME, **told: object) -> list[Finding]:
    """Return all that the kind finds in a file."""
    path = folder / name
    path.write_bytes(text.encode())
    return list(KIND.check(path, context_of(name, **told)))

"""The JSON Schemas that are shipped say what receipts and reports hold, and real ones keep to them."""

import json
from datetime import UTC, date, datetime

import pytest

import schemas
from gateway.core.documents import (
    Cause,
    CauseExample,
    CauseKind,
    Counts,
    Explained,
    NotRun,
    Origin,
    Proposed,
    ProposedChange,
    Receipt,
    Report,
    ReportedNotice,
    RuleChange,
    RuleSet,
)
from gateway.core.notices import Scope, Severity
from gateway.core.outcomes import Effect, MatchOutcome
from gateway.core.report_schema import MEANINGS, OFFLINE_LACKS, check_schema, fields, receipt_schema, report_schema
from gateway.core.submission import Job, Mode, Verdict
from tests.json_schema import faults

MOMENT = datetime(2026, 10, 1, 11, 3, 9, tzinfo=UTC)
NOTICE = ReportedNotice(
    code="RC011", severity=Severity.ERROR, line=2, record=1, key="K1", field="Gender", value="M",
    message="Gender is M.", fix="Write 1.", scope=Scope.RECORD,
)  # fmt: skip
REPORT = Report(
    file="LRB_10000001_010920261430.CSV",
    sha256="a3" * 32,
    kind="lrb-csv",
    verdict=Verdict.PART,
    counts=Counts(
        read=2, accepted=1, rejected=1, held=0, by_severity={Severity.ERROR: 1}, by_code={"RC011": 1},
        by_outcome={MatchOutcome.EXACT_MATCH: 1, Effect.STORED: 1},
    ),
    causes=[Cause(kind=CauseKind.REPEATED_VALUE, severity=Severity.ERROR, title="a", fix="b", messages=1, records=1,
                  fields=["Gender"], codes=["RC011"],
                  examples=[CauseExample(line=2, record=1, field="Gender", value=None)])],
    notices=[NOTICE],
    explained=[Explained(code="RC011", title="a", why="b")],
    not_run=[NotRun(check="matching", reason="c")],
    rules=RuleSet(sha256="b4" * 32, changed=[RuleChange(code="RC013", severity=None, declared=Severity.ERROR)]),
    proposed=Proposed(name="d", changed=[ProposedChange(what="e", column=None, count=1)], left=[]),
    processing_date=date(2026, 10, 1),
    submission=Origin(id="x", organisation="kingsway", received_at=MOMENT, job=Job.FULL, mode=Mode.TEST),
)  # fmt: skip
RECEIPT = Receipt(id="x", organisation="kingsway", file="a.csv", bytes=3, sha256="c5" * 32, received_at=MOMENT,
                  status="received", message="We hold your file.", expected_by=MOMENT, median_s=1.5)  # fmt: skip


SHIPPED = {
    "json/receipt-1.json": (receipt_schema, RECEIPT.to_json()),
    "json/report-1.json": (report_schema, REPORT.to_json()),
    "json/check-1.json": (check_schema, REPORT.model_dump_json(exclude=set(OFFLINE_LACKS))),
}


@pytest.mark.parametrize("path", SHIPPED)
def test_a_schema_that_is_shipped_is_the_one_that_the_code_says(path: str) -> None:
    assert json.loads(schemas.text(path)) == SHIPPED[path][0](), "run `make docs`"


@pytest.mark.parametrize("path", SHIPPED)
def test_a_document_keeps_to_its_schema(path: str) -> None:
    schema, text = json.loads(schemas.text(path)), SHIPPED[path][1]
    assert list(faults(json.loads(text), schema)) == []


def test_a_document_that_breaks_the_schema_is_seen() -> None:
    schema = report_schema()
    broken = json.loads(REPORT.to_json())
    broken["verdict"] = "perhaps"
    broken["counts"]["read"] = "2"
    broken["causes"][0]["examples"][0]["more"] = 1
    del broken["submission"]["id"]
    found = list(faults(broken, schema))
    assert found == [
        ".verdict: perhaps", ".counts.read: '2'", ".causes[0].examples[0].more is not known",
        ".submission.id is missing",
    ]  # fmt: skip


def test_a_report_that_was_written_is_read_back_as_it_was() -> None:
    assert Report.model_validate_json(REPORT.to_json()) == REPORT
    assert Receipt.model_validate_json(RECEIPT.to_json()) == RECEIPT


def test_every_field_of_a_document_has_a_meaning_and_no_meaning_is_left_over() -> None:
    for model, meanings in MEANINGS.items():
        assert list(meanings) == list(model.model_fields), model.__name__


def test_fields_are_told_with_their_types_in_words() -> None:
    told = {(it.model, it.name): it.type for it in fields(Report)}
    assert told["Report", "version"] == "1"
    assert told["Report", "notices"] == "list of ReportedNotice"
    assert told["Report", "submission"] == "Origin or null"
    assert told["Report", "verdict"] == "accepted, part, rejected"
    assert told["Report", "processing_date"] == "date"
    assert told["Counts", "by_code"] == "object of integer"
    assert {it.model for it in fields(Receipt)} == {"Receipt"}
    statuses = [it.type for it in fields(Receipt) if it.name == "status"]
    assert statuses == ["received, duplicate, refused"]

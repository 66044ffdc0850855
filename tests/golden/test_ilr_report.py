"""The rule violation report of an ILR file, and the sample files of the kind."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.kinds.ilr import responder
from gateway.core.handover import Case, Finding, Late, SamplePlan
from gateway.core.model import Answer, CheckedRecord, Match
from gateway.core.notices import Notice, Scope
from gateway.core.outcomes import MatchOutcome
from gateway.core.submission import Job, Mode, Organisation, OrganisationKind, Submission
from gateway.samples import people
from tests.golden.ilr_files import DAY, DELIVERY, KIND, NAME, check, learner, message, notices, records

COLLEGE = Organisation(id="kingsway", name="Kingsway", kind=OrganisationKind.COLLEGE, ukprn="10000001")


def report(found: list[Finding], rejections: tuple[Notice, ...] = ()) -> list[list[str]]:
    """Return the rows of the violation report for what was found, late notices put to their records."""
    submission = Submission(
        id="s1", organisation=COLLEGE, name=NAME, sha256="0", size=1, job=Job.FULL, mode=Mode.LIVE,
        received_at=datetime(2026, 1, 15, tzinfo=UTC), processing_date=DAY, blob="b",
    )  # fmt: skip
    out = io.StringIO(newline="")
    case = Case(submission=submission, responded_at=submission.received_at, header={}, rejections=rejections,
                records=len(records(found)))  # fmt: skip
    answers = KIND.responder(case, lambda _part: out)
    late = {one.record: one.notices for one in found if isinstance(one, Late)}
    for checked in records(found):
        whole: CheckedRecord = replace(checked, notices=checked.notices + late.get(checked.record.number, ()))
        answers.write(Answer(checked=whole, match=Match(outcome=MatchOutcome.REFUSED)))
    answers.finish()
    assert out.getvalue().endswith("\r\n")
    return list(csv.reader(io.StringIO(out.getvalue(), newline="")))


MONITORED = (
    "<ProviderSpecLearnerMonitoring><ProvSpecLearnMonOccur>B</ProvSpecLearnMonOccur>"
    "<ProvSpecLearnMon>=1+1</ProvSpecLearnMon></ProviderSpecLearnerMonitoring>"
)
NOTED = (
    "<ProviderSpecDeliveryMonitoring><ProvSpecDelMonOccur>C</ProvSpecDelMonOccur>"
    "<ProvSpecDelMon>group 7</ProvSpecDelMon></ProviderSpecDeliveryMonitoring>"
)


def test_the_violation_report_has_its_20_columns_in_the_order_of_the_specification(tmp_path: Path) -> None:
    second = DELIVERY.replace("<AimSeqNumber>1<", "<AimSeqNumber>2<").replace(
        "<CompStatus>1</CompStatus>", f"<CompStatus>x</CompStatus><SWSupAimId>S-2</SWSupAimId>{NOTED}"
    )
    found = check(
        tmp_path, message(learner(ULN="12"), learner("A2", ULN="1000000051", more=MONITORED + DELIVERY + second))
    )
    heading, first, last = report(found)
    assert heading == list(responder.COLUMNS)
    assert len(heading) == 20
    assert heading[0] == "Error\\Warning"
    assert heading[19] == "OFFICIAL - SENSITIVE"
    message_of = [notice.message for notice in notices(found)]
    assert first == [
        "E", "A2", "1000000051", "Marlow", "Ada", "FD_CompStatus_AP", "CompStatus=x|", message_of[1], "2", "ZWRKX001",
        "S-2", "99", "", "", "'=1+1", "", "", "group 7", "", "",
    ]  # fmt: skip
    assert last[:7] == ["E", "A0001", "12", "Marlow", "Ada", "FD_ULN_AR", "ULN=12|"]
    assert last[8:] == [""] * 12


def test_a_late_notice_shows_the_fields_of_its_rule(tmp_path: Path) -> None:
    rows = report(check(tmp_path, message(learner(), learner(ULN="1000000051"))))
    assert [row[5:7] for row in rows[1:]] == [["R_06", "LearnRefNumber=A0001|"]] * 2


def test_a_rule_of_the_learner_shows_the_fields_of_the_aim_that_it_names(tmp_path: Path) -> None:
    ended = "<CompStatus>2</CompStatus><LearnActEndDate>{}</LearnActEndDate><Outcome>1</Outcome>"
    programme = (
        DELIVERY.replace("<AimType>4<", "<AimType>1<")
        .replace("<DelLocPostCode>", "<ProgType>25</ProgType><StdCode>7</StdCode><DelLocPostCode>")
        .replace("<CompStatus>1</CompStatus>", ended.format("2026-01-09"))
    )
    component = programme.replace("<AimType>1<", "<AimType>3<").replace("<AimSeqNumber>1<", "<AimSeqNumber>2<")
    aims = [programme, component.replace("2026-01-09", "2026-01-10")]
    found = check(tmp_path, message(learner(more="".join(aims))))
    [row] = [row for row in report(found) if row[5] == "R_89"]
    assert (row[6], row[8]) == ("AimType=3|ProgType=25|StdCode=7|LearnActEndDate=2026-01-10|", "2")


def test_an_element_that_stands_twice_is_named_without_its_number(tmp_path: Path) -> None:
    [row] = report(check(tmp_path, message(learner().replace("<Sex>F</Sex>", "<Sex>F</Sex>\n<Sex>M</Sex>"))))[1:]
    assert row[5] == "Schema"
    assert row[6].startswith("Sex=M|Line=")


def test_a_fault_of_the_file_has_no_learner(tmp_path: Path) -> None:
    found = check(tmp_path, message(learner())[:-30])
    [row] = report([], tuple(notices(found)))[1:]
    [notice] = notices(found)
    assert row[:8] == ["E", "", "", "", "", "Schema", f"Line={notice.line}|", notice.message]
    assert row[8:] == [""] * 12


def test_many_rows_are_sorted_as_few_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = [{"ULN": "12"}, {"Sex": "Male"}, {"Ethnicity": "x"}, {"Postcode": ""}]
    found = check(tmp_path, message(*(learner(f"A{n}", **wrong[n % 4]) for n in range(300))))
    few = report(found)
    monkeypatch.setattr(responder, "HELD", 3)
    assert report(found) == few
    assert [row[5] for row in few[1:]] == sorted(row[5] for row in few[1:])
    assert [row[1] for row in few if row[5] == "FD_ULN_AR"] == [f"A{n}" for n in range(0, 300, 4)]


def test_a_sample_is_found_as_broken_as_its_truth_says(tmp_path: Path) -> None:
    plan = SamplePlan(organisation=COLLEGE, moment=datetime(2026, 1, 15, 12, tzinfo=UTC), bad_percent=50, seed=7)
    sample = KIND.samples(people(7, 80, DAY), plan)
    again = KIND.samples(people(7, 80, DAY), plan)
    found = check(tmp_path, sample.content, sample.name)
    assert sample.content == again.content
    assert [notice for notice in notices(found) if notice.scope is Scope.FILE] == []
    field_codes = [
        next((it.code for it in one.notices if it.code.startswith(("FD_", "Schema"))), None) for one in records(found)
    ]
    assert field_codes == list(sample.truth)
    assert sum(code is not None for code in sample.truth) == 40

"""Results in XML: how a file is known, what is said of its parts, and that the answer is a right outcome."""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from lxml import etree

import schemas
from adapters.kinds.ao_results.xml_kind import AoResultsXml
from adapters.kinds.ao_results.xml_responder import OutcomeXml
from gateway.core.handover import Case, Claim, SamplePlan
from gateway.core.model import Answer, CheckedRecord, Match
from gateway.core.notices import Severity
from gateway.core.outcomes import Effect, MatchOutcome
from gateway.core.submission import Job, Mode, Submission
from gateway.samples import people
from tests.golden.ao_files import AS_OF, NORTH, RESULT, context_of, records_of
from tests.golden.ao_xml_files import NAME, candidate_element, whole, xml_text

KIND = AoResultsXml.from_settings({})
OUTCOME = etree.XMLSchema(etree.fromstring(schemas.text("xsd/outcome-xml/outcome-xml.xsd").encode()))
MOMENT = datetime(2026, 9, 1, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(("name", "head", "weight"), [
    (NAME, b"", Claim.STRICT),
    ("AORES_10000101.xml", b"", Claim.LIKELY),
    ("results.xml", b'<AwardingOrganisationResults xmlns="urn:edugateway:ao-results:1">', Claim.LIKELY),
    ("results.xml", b"<AwardingOrganisationResults>", Claim.CONTENT),
    (NAME.replace(".xml", ".csv"), b"", None),
])  # fmt: skip
def test_a_file_is_claimed_by_its_name_and_else_by_its_root(name: str, head: bytes, weight: int | None) -> None:
    claim = KIND.claims(name, head)
    assert (claim.weight if claim else None) == weight


def test_each_result_of_a_candidate_is_a_record_on_its_own_line(tmp_path: Path) -> None:
    second = RESULT | {"RecordRef": "r2", "QAN": "601/8701/3", "Grade": "A"}
    first, other = checked_of(whole([candidate_element(RESULT, second)], 2), tmp_path)
    assert (first.record.number, first.record.key, first.record.line, first.notices) == (1, "r1", 6, ())
    assert (other.record.number, other.record.key, other.record.line) == (2, "r2", 7)
    assert [(it.code, it.field, it.value, it.line, it.record) for it in other.notices] == [
        ("AR-18", "Grade", "A", 7, 2)
    ]


def test_a_schema_fault_refuses_the_results_of_its_candidate_alone(tmp_path: Path) -> None:
    second = RESULT | {"RecordRef": "r2", "QAN": "601/8701/3"}
    third = RESULT | {"RecordRef": "r3", "ULN": "9990000025"}
    broken = candidate_element(RESULT, second).replace("<Sex>", "<Colour>red</Colour><Sex>")
    found = checked_of(whole([broken, candidate_element(third)], 3), tmp_path)
    assert [[notice.code for notice in it.notices] for it in found] == [["AR-10"], ["AR-10"], []]
    assert [it.record.key for it in found] == ["r1", "r2", "r3"]


def test_a_field_at_fault_bears_the_name_that_it_has_in_the_file(tmp_path: Path) -> None:
    wrong = {"Action": "X", "ResultLevel": "Z", "Mark": "9", "MaxMark": "x", "CandidateIdentifierOther": "C" * 21}
    (found,) = checked_of(xml_text([RESULT | wrong]), tmp_path)
    assert {notice.field for notice in found.notices} == {"OtherId", "@action", "Level", "Mark/@max"}


def test_a_sample_is_broken_as_its_truth_says(tmp_path: Path) -> None:
    plan = SamplePlan(organisation=NORTH, moment=MOMENT, bad_percent=25, seed=7)
    sample = KIND.samples(people(7, 200, AS_OF), plan)
    path = tmp_path / sample.name
    path.write_bytes(sample.content)
    found = [
        {notice.code for notice in checked.notices if notice.severity is Severity.ERROR}
        for checked in records_of(KIND.check(path, context_of(sample.name)))
    ]
    assert found == [{code} if code else set() for code in sample.truth]


def test_the_outcome_follows_its_schema_whatever_was_sent(tmp_path: Path) -> None:
    found = checked_of(xml_text([RESULT | {"RecordRef": "<r&1>", "Grade": "A"}, RESULT]), tmp_path)
    text = StringIO()
    submission = Submission(
        id="S1", organisation=NORTH, name=NAME, sha256="0", size=1, job=Job.FULL, mode=Mode.LIVE, received_at=MOMENT,
        processing_date=AS_OF, blob="0",
    )  # fmt: skip
    case = Case(submission=submission, responded_at=MOMENT, header={}, rejections=(), records=2)
    writer = OutcomeXml(case, lambda _: text)
    writer.write(Answer(checked=found[0], match=Match(outcome=MatchOutcome.REFUSED)))
    stored = Match(outcome=MatchOutcome.EXACT_MATCH, uln="9990000017", effect=Effect.STORED)
    writer.write(Answer(checked=found[1], match=stored))
    writer.finish()
    tree = etree.fromstring(text.getvalue().encode())
    OUTCOME.assertValid(tree)
    assert [it.findtext("record_ref") for it in tree.iter("result")] == ["<r&1>", "r1"]
    assert (tree.findtext("totals/received"), tree.findtext("totals/stored")) == ("2", "1")


def checked_of(text: str, folder: Path) -> list[CheckedRecord]:
    """Return the results that a file holds."""
    path = folder / NAME
    path.write_text(text, encoding="utf-8")
    return list(records_of(KIND.check(path, context_of(NAME))))

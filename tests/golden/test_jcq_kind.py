"""Fixed-width results: how a file is known, what is said of it, and that the examples of the rules are true."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.kinds.jcq_results import rules, rules_files
from adapters.kinds.jcq_results.kind import JcqResults
from gateway.core.handover import Claim, SamplePlan
from gateway.core.model import CheckedRecord, Record
from gateway.core.notices import Severity
from gateway.core.rules.rule import Rule
from gateway.samples import people
from tests.golden.ao_files import AS_OF, NORTH, context_of, records_of
from tests.golden.jcq_files import ALEX, NAME, jcq_text
from tests.golden.told import examples

RULES = JcqResults.rulebook.rules
OWN = {name: rule for name, rule in RULES.items()
       if rule.function is not None and rule.function.__module__ in {rules.__name__, rules_files.__name__}}  # fmt: skip
EXAMPLES = examples(OWN.values())
USUAL = {
    "file_name": NAME,
    "sender_kind": "awarding-organisation",
    "sender_ukprn": "10000101",
    "AwardingOrganisation": "91",
    "CentreNumber": "12345",
    "SequenceNumber": "001",
    "CreationDate": "20260812",
}
KIND = JcqResults.from_settings({})


@pytest.mark.parametrize(("rule", "example", "sort"), EXAMPLES)
def test_the_examples_of_a_rule_are_true(rule: Rule, example: Mapping[str, str], sort: str) -> None:
    assert rule.function is not None
    record = Record(number=1, line=1, key="", values=USUAL | example)
    found = list(rule.function(record, context_of(NAME, earlier=("R6G26_91.X07",))))
    assert bool(found) is (sort == "bad")


@pytest.mark.parametrize(("name", "head", "weight"), [
    ("R1234591.X01", b"", Claim.STRICT),
    ("r6g26_91.x12", b"", Claim.STRICT),
    ("E1234591.X01", b"", Claim.LIKELY),
    ("results.txt", b"R191123456G260012026081214F", Claim.CONTENT),
    ("results.csv", b"R1,2,3", None),
    ("results.txt", b"", None),
])  # fmt: skip
def test_a_file_is_claimed_by_its_name_and_else_by_its_header(name: str, head: bytes, weight: int | None) -> None:
    claim = KIND.claims(name, head)
    assert (claim.weight if claim else None) == weight


def test_a_grade_code_is_decoded_by_its_qualification(tmp_path: Path) -> None:
    coded = ALEX | {"qan": "60387014", "grade": "D1"}
    (checked,) = checked_of(jcq_text([coded]), tmp_path)
    assert checked.record["Grade"] == "D*D*D*"
    assert "GRADE_CODE" in [notice.code for notice in checked.notices]


def test_what_is_wrong_with_a_candidate_is_told_of_each_result_at_its_own_line(tmp_path: Path) -> None:
    lines = jcq_text([ALEX | {"sex": "Q"}]).splitlines()
    text = "\r\n".join([*lines[:4], lines[3].replace("60112347", "60187013"), *lines[4:]]) + "\r\n"
    first, second = checked_of(text, tmp_path)
    assert [(it.field, it.line) for it in first.notices] == [("Sex", 3)]
    assert [(it.field, it.line, it.record) for it in second.notices] == [("Sex", 3, 2)]


def test_a_sample_is_broken_as_its_truth_says(tmp_path: Path) -> None:
    plan = SamplePlan(
        organisation=NORTH, moment=datetime(2026, 9, 1, 14, 30, tzinfo=UTC), bad_percent=25, seed=7
    )  # fmt: skip
    sample = KIND.samples(people(7, 200, AS_OF), plan)
    path = tmp_path / sample.name
    path.write_bytes(sample.content)
    found = [
        {notice.code for notice in checked.notices if notice.severity is Severity.ERROR}
        for checked in records_of(KIND.check(path, context_of(sample.name)))
    ]
    assert found == [{code} if code else set() for code in sample.truth]


def checked_of(text: str, folder: Path) -> list[CheckedRecord]:
    """Return the results that a file holds."""
    path = folder / NAME
    path.write_bytes(text.encode("latin-1"))
    return list(records_of(KIND.check(path, context_of(NAME))))

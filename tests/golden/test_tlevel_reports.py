"""Each T Level fixture is reported line by line as is listed, and the examples of the rules are true."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from adapters.kinds.tlevel.kind import TLevelAssessments, TLevelFile, TLevelRegistrations, TLevelResults
from gateway.core.rules.rule import Context, Rule
from tests.examples import record_of
from tests.golden.fixture_cases import cases_of
from tests.golden.settled_cases import AS_OF, check_case, check_file, report
from tests.golden.told import examples

KINDS: tuple[type[TLevelFile], ...] = (TLevelRegistrations, TLevelAssessments, TLevelResults)


CASES = [case for kind in KINDS for case in cases_of(kind.name)]
EXAMPLES = examples(rule for kind in KINDS for rule in kind.rulebook.rules.values())


@pytest.mark.parametrize("case", CASES, ids=lambda case: "/".join(case.parts[-3:]))
def test_a_fixture_is_reported_line_by_line_as_is_listed(case: Path) -> None:
    (kind,) = (kind for kind in KINDS if kind.name == case.parent.parent.name)
    text = report(kind.from_settings({}), check_case(case, kind))
    if os.environ.get("GATEWAY_GOLDEN") == "write":
        (case / "errors.csv").write_bytes(text.encode())
    assert text == (case / "errors.csv").read_bytes().decode()


@pytest.mark.parametrize(("rule", "example", "sort"), EXAMPLES)
def test_the_examples_of_a_rule_are_true(rule: Rule, example: Mapping[str, str], sort: str) -> None:
    assert rule.function is not None
    found = list(rule.function(record_of(example), Context(as_of=AS_OF, file_name="given.csv")))
    assert bool(found) is (sort == "bad")


HEADINGS = {
    TLevelRegistrations: "ULN,First name,Last name,Date of birth,UKPRN,Academic year,Core code,Specialism code(s)",
    TLevelAssessments: "ULN,Core code,Core assessment entry,Specialism code(s),Specialism assessment entry",
    TLevelResults: "ULN,ComponentCode (Core),AssessmentSeries (Core),ComponentGrade (Core),"
    "ComponentCode (Specialisms),AssessmentSeries (Specialisms),ComponentGrade (Specialisms)",
}
EMPTY = {TLevelRegistrations: 7, TLevelAssessments: 1, TLevelResults: 1}
"""How many errors a row of empty cells has: one for each value that is needed."""


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_row_has_the_line_and_the_uln_that_the_service_gives_it(kind: type[TLevelFile], tmp_path: Path) -> None:
    columns = len(kind.table.schema.names)
    rows = ["," * (columns - 1), "abcdefghij" + "," * (columns - 1), "9000000024" + "," * columns, "", "," * columns]
    path = tmp_path / "given.csv"
    path.write_text("\r\n".join([HEADINGS[kind], *rows, ""]), encoding="utf-8")
    lines = report(kind.from_settings({}), check_file(kind.from_settings({}), path)).split("\r\n")[1:-1]
    told = [tuple(line.split(",")[:3]) for line in lines]
    assert [it[:2] for it in told].count(("2", "")) == EMPTY[kind]
    assert ("2", "", "ULN required") in told
    assert ("3", "", "ULN must be a 10 digit number") in told
    wide = f"Data in more than the required {columns} columns"
    assert [it for it in told if it[0] in "456"] == [("4", "", wide), ("6", "", wide)]

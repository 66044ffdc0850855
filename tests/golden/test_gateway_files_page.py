"""The page of the gateway's own files says what their schemas say, and its example is a file without fault."""

from pathlib import Path

import pytest

from adapters.kinds.gateway_files.kind import ChallengeAnswers, Challenges, Decisions, RecordRequests
from gateway.core.tables import TableSchema
from tests.golden.settled_cases import check_file
from tests.golden.settled_pages import ROOT, columns, example, in_step

PAGE = ROOT / "adapters" / "kinds" / "gateway_files" / "README.md"
TABLES = {
    kind.name.replace("-", "_"): kind.table.schema for kind in (Decisions, RecordRequests, Challenges, ChallengeAnswers)
}


@pytest.mark.parametrize(("name", "schema"), TABLES.items(), ids=TABLES)
def test_a_table_of_the_page_is_what_the_schema_says(name: str, schema: TableSchema) -> None:
    assert in_step(PAGE, name, columns(schema)), "run `make golden`"


def test_the_example_of_the_page_is_a_file_without_fault(tmp_path: Path) -> None:
    path = tmp_path / "DEC_10000101_20260901T143000.csv"
    path.write_text(example(PAGE), encoding="utf-8")
    checked = check_file(Decisions.from_settings({}), path)
    assert (len(checked.answers), checked.notices) == (2, [])

"""The page of the T Level kinds says what their schemas say, and its example is a file without fault."""

from pathlib import Path

import pytest

from adapters.kinds.tlevel.kind import TLevelAssessments, TLevelRegistrations, TLevelResults
from gateway.core.tables import TableSchema
from tests.golden.settled_cases import check_file
from tests.golden.settled_pages import ROOT, columns, example, in_step

PAGE = ROOT / "adapters" / "kinds" / "tlevel" / "README.md"
TABLES = {
    "registrations": TLevelRegistrations.table.schema,
    "assessments": TLevelAssessments.table.schema,
    "results": TLevelResults.table.schema,
}


@pytest.mark.parametrize(("name", "schema"), TABLES.items(), ids=TABLES)
def test_a_table_of_the_page_is_what_the_schema_says(name: str, schema: TableSchema) -> None:
    assert in_step(PAGE, name, columns(schema)), "run `make golden`"


def test_the_example_of_the_page_is_a_file_without_fault(tmp_path: Path) -> None:
    path = tmp_path / "example.csv"
    path.write_text(example(PAGE), encoding="utf-8")
    registered = {"core": "61099016", "specialisms": "ZTLOS901,ZTLOS902"}
    entered = dict.fromkeys(("61099016", "ZTLOS901", "ZTLOS902"), "Summer 2026")
    kept = {
        sort: {uln: {"values": values, "version": 1} for uln in ("9000000024", "9000000032")}
        for sort, values in (("tlevel-registration", registered), ("tlevel-assessment", entered))
    }
    checked = check_file(TLevelResults.from_settings({}), path, {"kept": kept})
    assert checked.notices == []
    assert len(checked.answers) == 2

"""CSV as the gateway writes it runs in no spreadsheet."""

import csv
from io import StringIO

import pytest

from gateway.core.csv_text import neutralise, writer


@pytest.mark.parametrize("cell", [
    "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠SUM(1)",  # noqa: RUF001
])  # fmt: skip
def test_a_cell_that_a_spreadsheet_would_run_is_shown_instead(cell: str) -> None:
    assert neutralise(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Ada", "2008-05-31", "O'Dell", "a=b", "007"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert neutralise(cell) == cell


def test_rows_end_with_crlf_and_a_missing_cell_is_empty() -> None:
    text = StringIO(newline="")
    rows = writer(text, ["code", "value"])
    rows.writerow(["RC010", None])
    rows.writerows([["=1", -1], ["a,b", 'say "yes"\nagain']])
    assert text.getvalue() == 'code,value\r\nRC010,\r\n\'=1,-1\r\n"a,b","say ""yes""\nagain"\r\n'


def test_a_file_for_machines_is_never_neutralised() -> None:
    text = StringIO(newline="")
    writer(text, ["ULN"], neutral=False, quoted=True).writerow(["=1"])
    assert text.getvalue() == '"ULN"\r\n"=1"\r\n'
    assert list(csv.reader(StringIO(text.getvalue(), newline=""))) == [["ULN"], ["=1"]]

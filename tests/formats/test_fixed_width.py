"""A fixed-width file is read line by line by its layout, and every fault of a line is told with its place."""

from pathlib import Path

import pytest

import schemas
from adapters.formats.csv_file import Stop, Unreadable
from adapters.formats.fixed_width import FixedItem, FixedRow, FixedTotals, LineFault, read_fixed
from gateway.core.layouts import FixedLayout

LAYOUT = FixedLayout.model_validate_json(schemas.text("fixed/jcq-style-v14-g1.json"))
LENGTH = LAYOUT.record_length
R4 = "R4123450001123450230001W9990000017BLOGGS: ALEX SAM                        X20090415"


def read(folder: Path, content: bytes) -> list[FixedItem]:
    path = folder / "R1234599.X01"
    path.write_bytes(content)
    return list(read_fixed(path, LAYOUT, 1 << 20, frozenset({"Name"})))


def test_a_line_has_its_type_and_its_values(tmp_path: Path) -> None:
    row, totals = read(tmp_path, R4.ljust(LENGTH).encode() + b"\r\n")
    assert isinstance(row, FixedRow)
    assert row.type is not None
    assert (row.line, row.type.type, row.values["ULN"], row.values["Name"]) == (
        1,
        "R4",
        "9990000017",
        "BLOGGS: ALEX SAM",
    )
    assert (row.faults, row.wrong) == ({}, ())
    assert isinstance(totals, FixedTotals)
    assert (totals.records, totals.rows["R4"], totals.without_carriage_return) == (1, 1, 0)


@pytest.mark.parametrize(("line", "faults"), [
    (R4, {LineFault.SHORT: 84}),
    (R4.ljust(LENGTH) + "X", {LineFault.LONG: LENGTH + 1}),
    ("Q7".ljust(LENGTH), {LineFault.TYPE: 1}),
    (R4.replace("BLOGGS", "BLÖGGS").ljust(LENGTH), {}),
    (R4.replace("BLOGGS", "BL÷GGS").ljust(LENGTH), {LineFault.CHARACTER: 37}),
    (R4.replace("2345", "2É45", 1).ljust(LENGTH), {LineFault.CHARACTER: 5}),
    (R4.ljust(LENGTH - 1) + "!", {LineFault.STRAY: LENGTH}),
])  # fmt: skip
def test_the_faults_of_a_line_are_told_with_their_place(
    line: str, faults: dict[LineFault, int], tmp_path: Path
) -> None:
    row, _ = read(tmp_path, line.encode("iso-8859-1") + b"\r\n")
    assert isinstance(row, FixedRow)
    assert row.faults == faults


def test_blank_lines_at_the_end_and_line_ends_are_counted(tmp_path: Path) -> None:
    line = R4.ljust(LENGTH).encode()
    *rows, totals = read(tmp_path, line + b"\n\r\n" + line + b"\r\n\r\n  \r\n\x1a")
    assert isinstance(totals, FixedTotals)
    assert [row.line for row in rows if isinstance(row, FixedRow)] == [1, 2, 3]
    assert (totals.blank_at_end, totals.without_carriage_return, totals.rows[""]) == (3, 1, 1)


def test_what_is_no_text_or_has_no_lines_stops_the_reading(tmp_path: Path) -> None:
    assert read(tmp_path, b"R1\0") == [Unreadable(Stop.NUL, 1)]
    assert read(tmp_path, b"R1" * (1 << 16)) == [Unreadable(Stop.LONG_ROW, 1)]

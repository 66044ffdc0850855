"""A record of a table tells which bytes of the file are its own: its row, line end included."""

import csv
from dataclasses import replace
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.formats.table_file import TableReading
from adapters.formats.table_kind import Limits, Table
from gateway.core.model import CheckedRecord
from gateway.core.rules.rule import Context
from tests.formats.test_table_cuts import FILES, large
from tests.formats.test_table_kind import AS_OF, HEADINGS, PLAIN, TABLE
from tests.fuzzing import times

HEAD = HEADINGS.encode() + b"\r\n"
BOM = b"\xef\xbb\xbf"


def read(path: Path, table: Table = TABLE, *, cut: int = 1 << 20, processes: int = 1) -> list[CheckedRecord]:
    context = Context(as_of=AS_OF, file_name="given.csv", processes=processes)
    reading = TableReading(table, path, context, Limits(max_bytes=1 << 28, max_records=10**6))
    reading.job_bytes, reading.small = cut, 0
    return [finding for finding in reading.findings() if isinstance(finding, CheckedRecord)]


def slices(folder: Path, content: bytes, cut: int = 1 << 20, table: Table = TABLE) -> list[bytes]:
    path = folder / "given.csv"
    path.write_bytes(content)
    return [content[begin:end] for begin, end in (checked.span or (0, 0) for checked in read(path, table, cut=cut))]


CASES: dict[str, tuple[bytes, list[bytes]]] = {
    "CR LF": (HEAD, [b"R1,Ada,F,,,\r\n", b"R2,Ada,F,,,\r\n"]),
    "LF": (HEAD, [b"R1,Ada,F,,,\n", b"R2,Ada,F,,,\n"]),
    "CR": (HEAD.replace(b"\r\n", b"\r"), [b"R1,Ada,F,,,\r", b"R2,Ada,F,,,\r"]),
    "ends of all sorts": (HEAD, [b"R1,Ada,F,,,\n", b"R2,Ada,F,,,\r\n", b"R3,Ada,F,,,\r", b"R4,Ada,F,,,\n"]),
    "no end of the last": (HEAD, [b"R1,Ada,F,,,\r\n", b"R2,Ada,F,,,"]),
    "a byte order mark": (BOM + HEAD, [b"R1,Ada,F,,,\r\n", b"R2,Zo\xc3\xab,F,,,\r\n"]),
    "letters of two and three bytes": (HEAD, ["R1,Zoë,F,,,\n".encode(), "R2,\u674e,F,,,\n".encode(), b"R3,Ada,F,,,\n"]),
    "marks that split no line": (HEAD, ["R1,a\u2028b\x0bc,F,,,\n".encode(), b"R2,Ada,F,,,\n"]),
    "lines inside a value": (HEAD, [b'R1,"two\r\nlines",F,,,\r\n', b'R2,"a\nb\nc",F,,,\r\n', b"R3,Ada,F,,,\r\n"]),
    "quotation marks throughout": (HEAD, [b'"R1","A","F","","",""\r\n', b'"R2","B\n","F","","",""\r\n'] * 3),
    "rows of another width": (HEAD, [b"R1,Ada\r\n", b"R2,Ada,F,,,\r\n", b"R3,Ada,F,,,,\r\n", b"R4,Ada,F,,,\r\n"]),
    "wrong quotation marks": (HEAD, [b'R1,"Ada"x,F,,,\r\n', b"R2,Ada,F,,,\r\n", b'R3,5" pipe,F,,,\r\n']),
}  # fmt: skip


@pytest.mark.parametrize("cut", [1, 20, 1 << 20])
@pytest.mark.parametrize("case", CASES)
def test_the_bytes_of_each_span_are_the_row(case: str, cut: int, tmp_path: Path) -> None:
    head, rows = CASES[case]
    assert slices(tmp_path, head + b"".join(rows), cut) == rows


@pytest.mark.parametrize("table", [TABLE, PLAIN], ids=["screened", "plain"])
def test_blank_lines_and_a_trailer_belong_to_no_record(table: Table, tmp_path: Path) -> None:
    content = b"\r\n" + HEAD + b"\r\nR1,Ada,F,,,\r\n,,,,,\r\n \r\nR2,Ada,F,,,\r\n#TRAILER,2\r\n\r\n"
    assert slices(tmp_path, content, table=table) == [b"R1,Ada,F,,,\r\n", b"R2,Ada,F,,,\r\n"]


@pytest.mark.parametrize("cut", [14, 1 << 20])
def test_a_row_that_looked_like_the_trailer_has_its_own_bytes(cut: int, tmp_path: Path) -> None:
    rows = [b"R1,Ada,F,,,\r\n", b"#TRAILER,1\r\n", b"R2,Ada,F,,,\r\n"]
    assert slices(tmp_path, HEAD + b"".join(rows), cut) == rows


def test_a_file_in_windows_1252_has_spans_of_its_bytes(tmp_path: Path) -> None:
    rows = [b"R1,Zo\xeb,F,,,\r\n", b"R2,Ren\xe9\xe9,F,,,\r\n"]
    path = tmp_path / "given.csv"
    path.write_bytes(HEAD + b"".join(rows))
    found = read(path, replace(TABLE, reads_windows_text=True))
    assert [path.read_bytes()[slice(*(checked.span or ()))] for checked in found] == rows


def test_several_processes_tell_the_same_spans(tmp_path: Path) -> None:
    path = tmp_path / "given.csv"
    large(path, 4_000)
    assert read(path, cut=20_000, processes=2) == (found := read(path))
    assert all(before.span and after.span and before.span[1] <= after.span[0] for before, after in pairwise(found))


def test_faults_alone_and_files_that_were_unpacked_have_no_spans(tmp_path: Path) -> None:
    path = tmp_path / "given.csv"
    path.write_bytes(HEAD + b"R1,Ada,X,,,\r\n")
    for faults_only, as_received in ((True, True), (False, False)):
        context = Context(as_of=AS_OF, file_name="given.csv", faults_only=faults_only)
        reading = TableReading(TABLE, path, context, Limits(max_bytes=1 << 28, max_records=9))
        reading.as_received = as_received
        assert [it.span for it in reading.findings() if isinstance(it, CheckedRecord)] == [None]


@settings(max_examples=times(150), deadline=None)
@given(FILES, st.integers(1, 120))
def test_read_alone_the_bytes_of_a_span_are_the_record(
    tmp_path_factory: pytest.TempPathFactory, text: str, cut: int
) -> None:
    path = tmp_path_factory.mktemp("spans") / "given.csv"
    path.write_bytes(text.encode())
    for checked in read(path, cut=cut):
        row = text.encode()[slice(*(checked.span or ()))].decode()
        (cells,) = csv.reader(StringIO(row, newline=""))
        assert cells[0].strip() == checked.record.key

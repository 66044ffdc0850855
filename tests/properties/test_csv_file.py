"""Whatever bytes come, a CSV file is answered with rows and notices; what was written is read as it was."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given
from hypothesis import strategies as st

from adapters.formats.csv_file import Row, Unreadable, rows
from adapters.formats.csv_probe import Text, probe
from gateway.core.csv_text import writer
from gateway.core.handover import FileHeader
from gateway.core.model import CheckedRecord
from gateway.core.notices import Notice, Severity
from tests.golden.lrb_files import HEADER, HEADINGS, LEARNER, check_text, lrb_text

LINE_ENDS = st.sampled_from(["\r\n", "\n", "\r"])
CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
NOISE = st.text(st.sampled_from('ab,"\r\n \x1a;é='), max_size=60)
TABLES = st.lists(st.lists(CELLS, min_size=2, max_size=4), max_size=6).map(lambda table: [["key", "value"], *table])


@contextmanager
def file_of(content: bytes) -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "given.csv"
        path.write_bytes(content)
        yield path


def read(content: bytes) -> list[Row | Unreadable]:
    with file_of(content) as path:
        text = probe(path, 1 << 20)
        return list(rows(path, text.encoding)) if isinstance(text, Text) else [text]


@given(TABLES, st.booleans())
def test_what_is_written_is_read_as_it_was(table: list[list[str]], quoted: bool) -> None:  # noqa: FBT001
    text = StringIO(newline="")
    writer(text, table[0], neutral=False, quoted=quoted).writerows(table[1:])
    assert [row.cells for row in read(text.getvalue().encode()) if isinstance(row, Row)] == table


@given(TABLES, LINE_ENDS)
def test_every_row_has_its_physical_line(table: list[list[str]], line_end: str) -> None:
    text = StringIO(newline="")
    lines, line = [], 1
    for cells in table:
        lines.append(line)
        before = text.tell()
        csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator=line_end).writerow(cells)
        line += line_ends(text.getvalue()[before:])
    assert [row.line for row in read(text.getvalue().encode())] == lines


def line_ends(text: str) -> int:
    return len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")) - 1


@given(NOISE)
@example('"a')
@example('"a"b\r\n"')
@example('a,"b\r\n"c')
def test_any_noise_is_split_into_rows_whose_lines_rise(noise: str) -> None:
    found = read(noise.encode())
    lines = [row.line for row in found if isinstance(row, Row)]
    assert lines == sorted(set(lines))
    assert all(isinstance(row, Row) for row in found[:-1])
    assert not lines or lines[-1] <= line_ends(noise) + 1


@given(NOISE)
def test_every_physical_line_of_noise_belongs_to_a_row_or_to_what_stopped_the_reading(noise: str) -> None:
    found = read(noise.encode())
    if found and isinstance(found[-1], Unreadable):
        return
    text = "".join(",".join(row.cells) for row in found if isinstance(row, Row))
    assert sorted(text.replace('"', "").replace("\r", "").replace("\n", "").replace(",", "")) == sorted(
        noise.replace('"', "").replace("\r", "").replace("\n", "").replace(",", "")
    )


@given(st.binary(max_size=200))
@example(b"\xef\xbb\xbf")
@example(b"a\xc3")
@example(b"\xc3\xa9,\x93\x81")
def test_any_bytes_are_answered(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        answered(check_text(Path(folder), content))


@given(NOISE, st.integers(0, 400))
def test_a_file_with_noise_in_it_is_answered(noise: str, place: int) -> None:
    text = lrb_text([HEADER | LEARNER | {"LearnerRecordCount": "2"}, LEARNER])
    with TemporaryDirectory() as folder:
        answered(check_text(Path(folder), text[:place] + noise + text[place:]))


@given(st.dictionaries(st.sampled_from(HEADINGS), CELLS))
def test_any_values_are_answered(values: dict[str, str]) -> None:
    with TemporaryDirectory() as folder:
        answered(check_text(Path(folder), lrb_text([HEADER | LEARNER | values])))


def answered(findings: list[FileHeader | Notice | CheckedRecord]) -> None:
    """Hold what every reading promises: one header, records numbered from 1, and a reason where nothing is accepted."""
    assert isinstance(findings[0], FileHeader)
    assert sum(isinstance(finding, FileHeader) for finding in findings) == 1
    records = [finding for finding in findings if isinstance(finding, CheckedRecord)]
    assert [checked.record.number for checked in records] == list(range(1, len(records) + 1))
    assert all(list(checked.record.values) == HEADINGS for checked in records)
    for checked in records:
        refused = any(notice.severity is Severity.ERROR for notice in checked.notices)
        assert (checked.learner is None) == refused == (checked.refused_as is not None)
    assert records or any(isinstance(finding, Notice) for finding in findings)

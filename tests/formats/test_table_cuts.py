"""Wherever a table is cut, in however many processes it is read, the findings are equal, with and without screens."""

import multiprocessing
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.formats import table_crew, table_cut, table_head, table_split, table_workers
from adapters.formats.csv_file import RowReader, physical_lines
from adapters.formats.table_file import TableReading
from adapters.formats.table_kind import Limits, Table
from adapters.formats.table_workers import found_table
from gateway.core.errors import AdapterError
from gateway.core.handover import Faultless, Finding
from gateway.core.model import CheckedRecord
from gateway.core.rules.rule import Context
from tests.formats.test_table_kind import AS_OF, HEADINGS, PLAIN, TABLE, check, told
from tests.fuzzing import times
from tests.needs import HANGING_S

VALUES: Mapping[str, Sequence[str]] = {
    "Ref": ["R1", "r1", "R2", "R3", "R4", "", " R5 ", "#TRAILER", "x" * 13],
    "Name": ["Ada", "Zo\u00eb", "Ada1", "", '"Marlow, Ada"', '"two\r\nlines"', '"a ""b"""', "A" * 41, '5" pipe'],
    "Sex": ["M", "F", "", "X", '"M"', '"M"x'],
    "Born": ["2009-05-31", "", "31/05/2009", "2009-02-30"],
    "Code": ["123", "-2", "", "12"],
    "Note": ["", "", "later", "crash", "R1", "Caf\u00c3\u00a9", "a\u200bb", "a\tb", '"open', "\u674e"],
}
LINES = st.one_of(
    st.tuples(*(st.sampled_from(values) for values in VALUES.values())).map(",".join),
    st.sampled_from(["", ",,,,,", "R1,Ada", "R1,Ada,F,,,,,", "#TRAILER,3", "\x1a", '""', " ", '"","","","","",""']),
)
FILES = st.tuples(st.lists(st.tuples(LINES, st.sampled_from(["\r\n", "\r\n", "\r\n", "\n", "\r"])), max_size=30)).map(
    lambda drawn: HEADINGS + "\r\n" + "".join(line + end for line, end in drawn[0])
)
TAILS = st.sampled_from(["", "R9,Ada,F,,,", "#TRAILER,2", '"', "\x1a"])


def findings(path: Path, table: Table, cut: int, **context: bool) -> list[Finding]:
    asked = Context(as_of=AS_OF, file_name="given.csv", faults_only=context.get("faults_only", False))
    reading = TableReading(table, path, asked, Limits(max_bytes=1 << 28, max_records=18))
    reading.job_bytes = cut
    return list(reading.findings())


@settings(max_examples=times(300), deadline=None)
@given(FILES, TAILS, st.integers(1, 120), st.sampled_from([1, 20, 1 << 16]))
@example(f'{HEADINGS}\r\nR1,5" pipe,F,,,\r\nR2,"two\r\nlines",F,,,\r\nR3,"a"x,F,,,\r\n', "", 30, 1)
@example(f"{HEADINGS}\r\nR1,Ada,F,,,\r\n#TRAILER,1\r\nR2,Ada,F,,,\r\n#TRAILER,2,,,,\r\n\r\n", "", 14, 20)
@example("\r\n".join([HEADINGS, *["R1,Ada,F,,,"] * 17, "#TRAILER,3", "R1,Ada,F,,,", ""]), "", 1, 1)
@example("\r\n".join([HEADINGS, *["R1,Ada,F,,,"] * 18, "#TRAILER,3", "R1,Ada,F,,,", ""]), "", 1, 1)
@example(f"{HEADINGS}\rR1,Ada,F,,,\rR1,Ada,X,,,later\r", "", 5, 20)
@example(f"{HEADINGS}\r\n\r\n\r\nR1,Ada,F,,,later\r\nR1,Ada,F,,,later\r\n", "", 2, 20)
def test_no_cut_and_no_screen_changes_what_is_found(text: str, tail: str, cut: int, batch: int) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = Path(folder) / "given.csv"
        path.write_bytes((text + tail).encode())
        whole = findings(path, PLAIN, 1 << 20)
        assert findings(path, TABLE, 1 << 20) == whole
        patch.setattr(table_cut, "BATCH", batch)
        assert findings(path, TABLE, cut) == whole
        assert findings(path, PLAIN, cut) == whole
        few = findings(path, TABLE, cut, faults_only=True)
        assert told(few) == told(whole)
        read = sum(it.records if isinstance(it, Faultless) else isinstance(it, CheckedRecord) for it in few)
        assert read == sum(isinstance(it, CheckedRecord) for it in whole)
        assert findings(path, TABLE, 1 << 20, faults_only=True) == few


@settings(max_examples=times(150), deadline=None)
@given(st.binary(max_size=300))
@example(b"\xef\xbb\xbf")
@example(b'"\xc3')
def test_any_bytes_are_answered(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        for head in (b"", HEADINGS.encode() + b"\r\n"):
            assert told(check(Path(folder), head + content)) or head


@settings(max_examples=times(150), deadline=None)
@given(FILES, st.integers(0, 600), st.binary(max_size=20))
def test_a_file_with_noise_in_it_is_answered(text: str, place: int, noise: bytes) -> None:
    content = text.encode()
    with TemporaryDirectory() as folder:
        check(Path(folder), content[:place] + noise + content[place:])


@settings(max_examples=times(200), deadline=None)
@given(FILES, TAILS, st.integers(1, 120), st.integers(75, 130))
@example(f'{HEADINGS}\r\n"a ""b""","two\r\nlines",M,2009-05-31,"{"x" * 90}",5" pipe\r\nR2,Ada1,F,,,\r\n', "", 30, 80)
@example(f"{HEADINGS}\r\n\r\n\r\n{'x' * 200}\r\nR2,Ada1,F,,,\r\n", "", 30, 80)
@example(f"{HEADINGS}\r\n{'x' * 82}\r\n#TRAILER,1{',' * 90}", "", 30, 80)
def test_no_cut_changes_what_is_found_of_rows_that_are_too_long(text: str, tail: str, cut: int, most: int) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = Path(folder) / "given.csv"
        path.write_bytes((text.replace("R1", "R1" * 20) + tail).encode())
        for module in (table_cut, table_head):
            patch.setattr(module, "RowReader", partial(RowReader, max_row=most))
        patch.setattr(table_split, "LONGEST", most // 4)
        patch.setattr(table_cut, "BATCH", most // 2)
        whole = findings(path, TABLE, 1 << 20)
        patch.setattr(table_cut, "physical_lines", partial(physical_lines, limit=most))
        patch.setattr(table_crew, "LONG_ROW", 4 * most)
        assert findings(path, TABLE, cut) == whole
        assert findings(path, PLAIN, cut) == whole


def large(path: Path, rows: int, long: Sequence[str] = ()) -> None:
    chance = Random(3)  # noqa: S311 - a test's data
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(HEADINGS + "\r\n")
        for number in range(rows):
            cells = [values[0] for values in VALUES.values()]
            cells[0] = f"R{number}"
            if chance.random() < 0.05:
                place = chance.randrange(6)
                cells[place] = chance.choice([it for it in list(VALUES.values())[place] if it != '"open'])
            file.write(",".join(cells) + "\r\n")
            file.writelines(long[number : number + 1])


@pytest.mark.parametrize("faults_only", [True, False])
def test_two_and_three_processes_find_what_one_finds(*, faults_only: bool, tmp_path: Path) -> None:
    path = tmp_path / "given.csv"
    large(path, 4_000)
    answers = []
    for processes in (1, 2, 3):
        context = Context(as_of=AS_OF, file_name="given.csv", processes=processes, faults_only=faults_only)
        reading = TableReading(TABLE, path, context, Limits(max_bytes=1 << 28, max_records=10**6))
        reading.job_bytes, reading.small = 20_000, 0
        answers.append(list(reading.findings()))
    assert answers[0] == answers[1] == answers[2]
    assert len(told(answers[0])) > 100


def test_rows_that_are_too_long_are_passed_over_alike_by_any_number_of_processes(tmp_path: Path) -> None:
    path = tmp_path / "given.csv"
    sizes = (200_000, 70_000, 5_000_000, 140_000, 2_000_000)
    large(path, 2_000, [f'R1,Ada1,F,,,"two\n{"x" * size}"\r\n' for size in sizes])
    answers = []
    for processes in (1, 2, 3):
        context = Context(as_of=AS_OF, file_name="given.csv", processes=processes)
        reading = TableReading(TABLE, path, context, Limits(max_bytes=1 << 28, max_records=10**6))
        reading.job_bytes, reading.small = 100_000, 0
        answers.append(list(reading.findings()))
    assert answers[0] == answers[1] == answers[2]
    assert [code for code, _, _ in told(answers[0])].count("FIELD_TOO_LONG") == 4


def test_a_reading_that_is_left_early_leaves_no_worker_behind(tmp_path: Path) -> None:
    path = tmp_path / "given.csv"
    large(path, 2_000)
    context = Context(as_of=AS_OF, file_name="given.csv", processes=2)
    reading = TableReading(TABLE, path, context, Limits(max_bytes=1 << 28, max_records=10**6))
    reading.job_bytes, reading.small = 20_000, 0
    answers = reading.findings()
    assert next(answers)
    assert next(answers)
    answers.close()
    until = time.monotonic() + HANGING_S
    while multiprocessing.active_children() and time.monotonic() < until:
        time.sleep(0.05)
    assert not multiprocessing.active_children()


def test_a_table_is_found_by_its_place() -> None:
    assert found_table(TABLE.where) is TABLE
    with pytest.raises(AdapterError, match="is no Table"):
        found_table("tests.formats.test_table_kind:SCHEMA")


class Idle:
    """A pool whose workers never begin."""

    def __init__(self, *_: object) -> None:
        """Start nobody."""

    def submit(self, *_: object) -> Future[object]:
        """Take a task and leave it."""
        return Future()

    def shutdown(self, **_: object) -> None:
        """End nobody."""


def test_jobs_that_no_worker_begins_are_checked_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "given.csv"
    rows = (f"R{number},Ada,{'FX'[number % 9 == 0]},,,\n" for number in range(9_000))
    path.write_text(HEADINGS + "\n" + "".join(rows), encoding="utf-8")
    monkeypatch.setattr(table_workers, "ProcessPoolExecutor", Idle)
    answers = []
    for processes in (1, 2):
        context = Context(as_of=AS_OF, file_name="given.csv", processes=processes, faults_only=True)
        reading = TableReading(TABLE, path, context, Limits(max_bytes=1 << 28, max_records=10**6))
        reading.job_bytes, reading.small = 40_000, 0
        answers.append(list(reading.findings()))
    assert answers[0] == answers[1]
    assert len(told(answers[0])) == 1_000

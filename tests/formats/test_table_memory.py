"""However hostile a CSV file is, the process that reads it stays small, and a million faults are each told.

The most memory is read from /proc: `getrusage` of a new process begins with what its parent held.
"""

import subprocess
import sys
from collections.abc import Iterable
from itertools import repeat
from pathlib import Path

import pytest

from tests.formats.test_table_hostile import CASES, GOOD, HEAD, NEXT
from tests.needs import LONG

READ = """
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from adapters.formats.table_file import TableReading
from adapters.formats.table_kind import Limits
from gateway.core.handover import Faultless, Late
from gateway.core.model import CheckedRecord
from gateway.core.notices import Notice
from gateway.core.rules.rule import Context
from tests.formats.test_table_kind import TABLE
told, records = Counter(), 0
for path in map(Path, sys.argv[2:]):
    context = Context(as_of=date(2026, 9, 1), file_name=path.name, faults_only=True, processes=int(sys.argv[1]))
    for it in TableReading(TABLE, path, context, Limits(max_bytes=1 << 30, max_records=10**7)).findings():
        records += it.records if isinstance(it, Faultless) else isinstance(it, CheckedRecord)
        told.update(notice.code for notice in getattr(it, "notices", (it,) if isinstance(it, Notice) else ()))
print(records, *(f"{code}={count}" for code, count in sorted(told.items())))
print(int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) // 1024)
"""
MOST_MB = 300
MILLION = 1_000_000


def read(processes: int, *paths: Path) -> list[str]:
    """Read files in one new process; return what it counted, once it is known to have stayed small."""
    command = [sys.executable, "-c", READ, str(processes), *map(str, paths)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    counted, megabytes = run.stdout.splitlines()
    assert int(megabytes) < MOST_MB, run.stdout
    return counted.split()


def file_of(path: Path, rows: Iterable[bytes]) -> Path:
    with path.open("wb") as file:
        file.write(HEAD)
        file.writelines(rows)
    return path


def test_every_hostile_file_is_read_in_little_memory(tmp_path: Path) -> None:
    paths = []
    for place, (content, _) in enumerate(CASES.values()):
        paths.append(tmp_path / f"{place}.csv")
        paths[-1].write_bytes(content)
    codes = [code for _, told in CASES.values() for code, _, _ in told]
    assert read(1, *paths)[1:] == [f"{code}={codes.count(code)}" for code in sorted(set(codes))]


@pytest.mark.parametrize("row", [b"\r\n", b",,,,,\r\n", b"R1\r\n", b'"\r\n', b'"a"b,\r\n', b"\r"])
def test_many_small_rows_of_one_sort_are_read_in_little_memory(row: bytes, tmp_path: Path) -> None:
    assert len(read(1, file_of(tmp_path / "given.csv", repeat(row, MILLION // 10)))) > 1


@pytest.mark.parametrize("row", [b"A", "\U0001f600".encode(), b"a,", b'"",', b'"a\r\n",'])
def test_a_row_of_6_mb_is_passed_over_in_little_memory(row: bytes, tmp_path: Path) -> None:
    path = file_of(tmp_path / "given.csv", [GOOD, *repeat(row, (6 << 20) // len(row)), b"\r\n", NEXT])
    assert read(1, path) == ["3", "FIELD_TOO_LONG=1"]


@LONG
@pytest.mark.parametrize("processes", [1, 2])
def test_a_million_bad_rows_are_all_told(processes: int, tmp_path: Path) -> None:
    """Item 98."""
    path = file_of(tmp_path / "given.csv", (b"R%d,Ada,X,31/05/2009,,\r\n" % row for row in range(MILLION)))
    assert read(processes, path) == [str(MILLION), f"FIELD_FORMAT={2 * MILLION}"]


@LONG
@pytest.mark.parametrize("processes", [1, 2])
def test_one_key_on_a_million_rows_is_told_a_million_times(processes: int, tmp_path: Path) -> None:
    """Item 99."""
    path = file_of(tmp_path / "given.csv", repeat(GOOD, MILLION))
    assert read(processes, path) == [str(MILLION), f"REF_REPEATED={MILLION}"]

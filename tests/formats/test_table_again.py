"""Records that are read again are those that were read before, and no copy of a key is lost, in any batch or cut."""

from collections import Counter
from io import StringIO
from pathlib import Path
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.formats import table_cut
from adapters.formats.csv_file import Row, RowReader
from adapters.formats.table_cut import Job, Rows
from adapters.formats.table_file import TableReading
from adapters.formats.table_kind import Limits
from gateway.core.handover import Late
from gateway.core.rules.rule import Context
from tests.formats.test_table_kind import AS_OF, HEADINGS, TABLE
from tests.fuzzing import times

LINES = st.sampled_from(
    ["R1,Ada", "R2,Eve", "R3,", ",", "R4", "R5,Ada,F", '"R6",Ada', 'R7,"two\r\nlines"', 'R8,5" pipe']
)
TEXTS = st.lists(st.tuples(LINES, st.sampled_from(["\r\n", "\r\n", "\n"])), min_size=1, max_size=30).map(
    lambda rows: "".join(line + end for line, end in rows)
)
ROWS = 16_000


@settings(max_examples=times(300), deadline=None)
@given(TEXTS, st.integers(1, 200))
@example("R1,Ada\r\nR2,Eve\r\nR3,Eve\r\n", 20)
def test_a_row_that_is_read_again_is_the_row_itself(text: str, batch: int) -> None:
    """A batch ends in a row that reaches beyond its limit and is taken by itself: it is no empty row either."""
    for given_text in (text, text.removesuffix("\n").removesuffix("\r")):
        job = Job(0, len(given_text), 2, 1, last=True, next_line=0)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(table_cut, "BATCH", batch)
            batches = list(Rows(given_text.encode(), "utf-8", job).batches())
        found = [(row.line, row.cells) for it in batches for row in map(it.row, range(it.size))]
        assert found == [(row.line, row.cells) for row in RowReader(StringIO(given_text, newline=""), 2).rows()
                         if isinstance(row, Row)]  # fmt: skip


def repeated(path: Path) -> set[int]:
    """Write a file in which many references stand twice; return the lines of all copies."""
    chance = Random(11)  # noqa: S311 - a test's data
    keys = [f"R{chance.randrange(2 * ROWS)}" for _ in range(ROWS)]
    path.write_text(HEADINGS + "\n" + "".join(f"{key},Ada,F,,,\n" for key in keys), encoding="utf-8")
    counts = Counter(keys)
    return {line for line, key in enumerate(keys, 2) if counts[key] > 1}


@pytest.mark.parametrize("processes", [1, 2, 3])
@pytest.mark.parametrize("cut", [70_000, 1 << 20])
def test_every_copy_of_a_key_is_told(processes: int, cut: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_cut, "BATCH", 1 << 16)
    path = tmp_path / "given.csv"
    truth = repeated(path)
    assert path.stat().st_size > 3 * table_cut.BATCH
    context = Context(as_of=AS_OF, file_name="given.csv", processes=processes, faults_only=True)
    reading = TableReading(TABLE, path, context, Limits(max_bytes=1 << 28, max_records=10**6))
    reading.job_bytes, reading.small = cut, 0
    told = [notice.line for it in reading.findings() if isinstance(it, Late) for notice in it.notices]
    assert sorted(truth) == told

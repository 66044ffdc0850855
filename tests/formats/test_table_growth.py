"""One key on every row is answered with work that grows as the rows do: calls of functions are counted, not seconds."""

import sys
from itertools import repeat
from pathlib import Path
from types import FrameType

import pytest

from adapters.kinds.ao_results.kind import AoResultsCsv
from adapters.kinds.lrb.kind import LrbCsv
from gateway.core.handover import Late
from gateway.core.model import CheckedRecord
from gateway.core.ports.kinds import FileKind
from gateway.core.reference import Reference
from tests.formats.test_table_screens import found, sample

ROWS = 1_000
MOST = 1.1
"""How far the calls for twice as many rows may be above twice the calls."""


def calls(kind: type[FileKind], folder: Path, rows: int) -> int:
    """Return how many functions are called to read a file in which one row stands again and again."""
    name, (headings, row, *_) = sample(kind)
    path = folder / name
    path.write_text("".join(f"{','.join(line)}\n" for line in (headings, *repeat(row, rows))), encoding="utf-8")
    called = 0

    def count(_: FrameType, event: str, __: object) -> None:
        nonlocal called
        called += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        told = found(kind, path, Reference(), faults_only=True)
    finally:
        sys.setprofile(None)
    assert sum(isinstance(it, CheckedRecord | Late) for it in told) >= rows - 1
    return called


@pytest.mark.parametrize("kind", [AoResultsCsv, LrbCsv])
def test_twice_the_copies_are_twice_the_work(kind: type[FileKind], tmp_path: Path) -> None:
    """Item 99; the first reading of a kind prepares what the later ones use."""
    calls(kind, tmp_path, ROWS)
    once, twice = (calls(kind, tmp_path, rows) for rows in (ROWS, 2 * ROWS))
    assert twice <= 2 * MOST * once

"""The threats' page names tests that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "gateway/THREATS.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith(("| threat", "| ---"))]


@pytest.mark.parametrize("row", ROWS)
def test_every_threat_has_a_guard_and_a_test_that_exists(row: str) -> None:
    threat, guard, test = (cell.strip() for cell in row.strip("|").split("|"))
    assert threat
    assert guard
    path, _, name = test.strip("`").partition("::")
    text = (ROOT / path).read_text(encoding="utf-8")
    assert re.search(rf"^def {name}\(" if name else r"^def test_", text, re.MULTILINE), f"{test} is not there"


def test_no_threat_is_named_twice() -> None:
    threats = [row.split("|")[1] for row in ROWS]
    assert len(set(threats)) == len(threats) > 20

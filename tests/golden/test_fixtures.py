"""Each fixture of each kind finds exactly the notices listed beside it."""

import os
from pathlib import Path

import pytest

from tests.golden.fixture_cases import FIXTURES, KINDS, cases_of, said_of
from tests.golden.told import listed

WRITE = os.environ.get("GATEWAY_GOLDEN") == "write"
CASES = [case for kind in sorted(KINDS) for case in cases_of(kind)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.relative_to(FIXTURES)))
def test_a_fixture_finds_exactly_the_notices_listed(case: Path) -> None:
    found = listed(said_of(case))
    expected = case / "notices.csv"
    if WRITE:
        expected.write_bytes(found.encode())
    assert found == expected.read_bytes().decode()

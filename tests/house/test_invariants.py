"""Each invariant of the gateway has tests that try to break it, and those that are named exist."""

import re

from tests.house.docs import ROOT

README = (ROOT / "tests" / "README.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+) \| (.+?) \| (.*?)\|$", README, re.MULTILINE)


def test_the_table_has_the_twelve_invariants() -> None:
    assert [number for number, _, _ in ROWS] == [str(number) for number in range(1, 13)]


def test_every_test_that_the_table_names_exists() -> None:
    for number, _, named in ROWS:
        tests = re.findall(r"`([^`]+)::(\w+)`", named)
        assert tests, f"invariant {number} has no test"
        for path, name in tests:
            text = (ROOT / "tests" / path).read_text(encoding="utf-8")
            assert f"def {name}(" in text, f"{path}::{name} is not there"

"""The examples in the texts of the rules on results are true of files."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from adapters.kinds.ao_results.kind import AoResultsCsv
from gateway.core.notices import Notice
from gateway.core.rules.rule import Rule
from tests.golden.ao_files import (
    NAME,
    RESULT,
    HeldRecords,
    answered,
    context_of,
    file_notices,
    results_text,
)
from tests.golden.told import examples, is_of

RULES = AoResultsCsv.rulebook.rules
EXAMPLES = examples(RULES.values())
EARLIER = ("AORES_10000101_2026-06_20260801T060000_007.csv",)


@pytest.mark.parametrize(("rule", "example", "sort"), EXAMPLES)
def test_the_examples_of_a_rule_are_true(rule: Rule, example: Mapping[str, str], sort: str, tmp_path: Path) -> None:
    found = [notice for notice in notices_of(example, tmp_path) if is_of(rule, notice)]
    assert bool(found) is (sort == "bad")


def notices_of(example: dict[str, str], folder: Path) -> list[Notice]:
    """Return what is said of the usual result with other values, in a file of the name that the example may give."""
    row = RESULT | example
    about = {name: row.pop(name) for name in ("file_name", "sender_kind", "sender_ukprn") if name in row}
    path = folder / about.get("file_name", NAME)
    path.write_text(results_text([row]), encoding="utf-8")
    sender = context_of(NAME).sender
    assert sender is not None
    told = {"kind": about.get("sender_kind", sender.kind), "ukprn": about.get("sender_ukprn", sender.ukprn)}
    context = context_of(path.name, sender=type(sender)(id="north", name="North Awarding", **told), earlier=EARLIER)
    kind = AoResultsCsv.from_settings({})
    pairs = answered(kind, path, context, HeldRecords({}))
    records = [notice for checked, match in pairs for notice in (*checked.notices, *match.notices)]
    return [*file_notices(kind.check(path, context)), *records]

"""The quick look at a record: it finds nothing exactly where the rules find nothing."""

from collections.abc import Iterator

import pytest

from adapters.formats.xml_reading_probe import probe_of
from gateway.core.model import Group, Record
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context, Found, RuleSettings
from tests.examples import record_of
from tests.formats.xml_reading_kind import DAY

BOOK = Rulebook()
CONTEXT = Context(as_of=DAY, file_name="given.xml")
QUIET = {"Sex": "F", "Aim[1]/Type": "1", "Aim[1]/Part[1]/Hours": "1"}


@BOOK.rule("SEX", fields=["Sex"])
def sex_known(record: Record, _: Context) -> Iterator[Found]:
    """Sex is M.

    Why: because.
    Fix: mend it.
    Message: It is.
    """
    if record["Sex"] == "X":
        raise ZeroDivisionError
    if record["Sex"] == "M":
        yield Found("Sex")


@BOOK.group_rule("AIM", "Aim", fields=["Type"])
def aim_known(aim: Group, _record: Record, _: Context) -> Iterator[Found]:
    """The aim is 9.

    Why: because.
    Fix: mend it.
    Message: It is.
    """
    if aim["Type"] == "9":
        yield Found("Type")


@BOOK.group_rule("PART", "Aim/Part", fields=["Hours"])
def part_known(part: Group, _record: Record, _: Context) -> Iterator[Found]:
    """The part has no hours.

    Why: because.
    Fix: mend it.
    Message: It has none.
    """
    if not part["Hours"]:
        yield Found("Hours")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, True),
        ({"Sex": "M"}, False),
        ({"Sex": "X"}, False),
        ({"Aim[2]/Type": "9"}, False),
        ({"Aim[1]/Part[2]/Hours": ""}, False),
    ],
)
def test_a_record_is_quiet_where_no_rule_finds_anything(change: dict[str, str], expected: bool) -> None:  # noqa: FBT001
    assert probe_of(BOOK, CONTEXT).finds_nothing(record_of(QUIET | change)) is expected


def test_a_rule_that_is_switched_off_finds_nothing() -> None:
    off = Context(as_of=DAY, file_name="given.xml", settings=RuleSettings((("SEX", None),)))
    assert probe_of(BOOK, off).finds_nothing(record_of(QUIET | {"Sex": "M"}))
    assert not probe_of(BOOK, CONTEXT).finds_nothing(record_of(QUIET | {"Sex": "M"}))


@pytest.mark.parametrize(
    ("trigger", "is_run"),
    [("Sex", True), ("Name", False), ("!Name", True), ("!Sex", False), ("Sex=M", True), ("Sex=F", False),
     ("Aim/", True), ("Other/", False)],
)  # fmt: skip
def test_a_rule_is_run_where_what_it_asks_for_is_there(trigger: str, is_run: bool) -> None:  # noqa: FBT001
    book = Rulebook(rules=dict(BOOK.rules))
    probe = probe_of(book, CONTEXT, {"SEX": trigger})
    assert probe.finds_nothing(record_of(QUIET | {"Sex": "M"})) is not is_run

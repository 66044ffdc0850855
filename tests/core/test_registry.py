"""A rule is one small thing with its public text, and its notice stands at the right place."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from inspect import cleandoc

import pytest

from gateway.core.errors import AdapterError
from gateway.core.model import Record
from gateway.core.notices import Notice, Scope, Severity
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context, Found, Rule, shown
from gateway.core.rules.text import read_text

DAY = date(2026, 9, 1)
CONTEXT = Context(as_of=DAY, file_name="pupils.csv")
TEXT = """A colour is wrong.

    It may be said at length what that means.

    Why: a colour is needed,
        and a wrong one is worse than none.
    Fix: write {right}.
    Message: {field} is "{Colour}".
    Bad: Colour=blue Size="very large"
    Bad: Colour=
    Good: Colour=red
    """


def record(number: int = 1, key: str = "K1", **values: str) -> Record:
    return Record(number=number, line=number + 1, key=key, values=values)


def said(book: Rulebook, of: Record, *failed: str, scope: Scope = Scope.RECORD) -> list[Notice]:
    return book.apply(of, CONTEXT, failed=frozenset(failed), scope=scope).notices


def finding(*fields: str) -> Callable[[Record, Context], Iterator[Found]]:
    def rule(_record: Record, _context: Context) -> Iterator[Found]:
        yield from (Found(field, {"right": "red"}) for field in fields)

    rule.__doc__ = TEXT
    return rule


def named(name: str, *fields: str) -> Callable[[Record, Context], Iterator[Found]]:
    rule = finding(*fields)
    rule.__name__ = name
    return rule


def test_a_rule_is_read_from_its_docstring() -> None:
    rule = read_text("colour", cleandoc(TEXT))
    assert rule.title == "A colour is wrong."
    assert rule.why == "A colour is needed, and a wrong one is worse than none."
    assert rule.fix == "Write {right}."
    assert rule.bad == ({"Colour": "blue", "Size": "very large"}, {"Colour": ""})
    assert rule.good == ({"Colour": "red"},)


@pytest.mark.parametrize(("text", "lacking"), [
    ("A colour is wrong.", "why, fix, message"),
    ("A colour is wrong.\nWhy: so.\nFix: mend it.", "message"),
    ("A colour is wrong\nWhy: so.\nFix: mend it.\nMessage: Wrong.", "a title that is a sentence"),
])  # fmt: skip
def test_a_rule_without_its_whole_text_is_refused(text: str, lacking: str) -> None:
    with pytest.raises(AdapterError, match=f"The rule colour lacks {lacking}"):
        read_text("colour", text)


def test_a_rule_without_a_docstring_is_refused() -> None:
    bare = finding("Colour")
    bare.__doc__ = None
    with pytest.raises(AdapterError, match="lacks"):
        Rulebook().rule("COLOUR")(bare)


def test_a_name_is_declared_once_and_a_code_as_often_as_needed() -> None:
    book = Rulebook()
    book.rule("COLOUR")(named("one", "Colour"))
    book.rule("COLOUR")(named("two", "Colour"))
    with pytest.raises(AdapterError, match="The rule one is declared twice"):
        book.rule("OTHER")(named("one", "Colour"))
    assert list(book.rules) == ["one", "two"]


def test_a_notice_stands_at_its_record_with_the_value_sent() -> None:
    book = Rulebook()
    book.rule("COLOUR", fields=["Colour"], severity="warning")(finding("Colour"))
    assert said(book, record(number=7, Colour=" blue ")) == [
        Notice(
            code="COLOUR",
            severity=Severity.WARNING,
            scope=Scope.RECORD,
            message='Colour is "blue".',
            fix="Write red.",
            line=8,
            record=7,
            key="K1",
            field="Colour",
            value=" blue ",
        )
    ]


def test_a_record_without_a_key_gives_a_notice_without_one() -> None:
    book = Rulebook()
    book.rule("COLOUR")(finding("Colour"))
    (notice,) = said(book, record(key="", Colour="blue"))
    assert notice.key is None


def test_a_notice_on_the_file_stands_at_the_line_of_its_finding() -> None:
    rule = Rulebook().describe("colour", "COLOUR", TEXT, scope="file")
    words = {"right": "red", "Colour": "blue", "value": "as sent"}
    notice = rule.notice(record(), Found(words=words, line=5))
    assert (notice.line, notice.record, notice.key, notice.value) == (5, None, None, "as sent")
    assert rule.notice(found=Found("Colour", words)).line is None


def test_a_fault_that_the_reader_finds_has_no_function_and_is_never_applied() -> None:
    book = Rulebook()
    assert book.describe("colour", "COLOUR", TEXT).function is None
    assert said(book, record(Colour="blue")) == []


def test_a_message_that_names_an_unknown_word_is_a_fault_of_ours() -> None:
    rule = Rulebook().describe("colour", "COLOUR", TEXT)
    with pytest.raises(AdapterError, match=r"names \{Colour\}"):
        rule.notice()
    with pytest.raises(AdapterError, match=r"names \{right\}"):
        rule.notice(record(Colour="blue"))


def test_a_long_value_is_cut_where_a_message_quotes_it() -> None:
    assert shown("x" * 60) == "x" * 60
    assert shown("x" * 61) == "x" * 60 + "..."


def test_a_rule_is_run_in_its_scope_alone() -> None:
    book = Rulebook()
    book.rule("COLOUR", scope="file")(finding("Colour"))
    assert said(book, record(Colour="blue")) == []
    assert len(said(book, record(Colour="blue"), scope=Scope.FILE)) == 1


def test_a_rule_one_of_whose_fields_failed_is_not_run() -> None:
    book = Rulebook()
    book.rule("COLOUR", fields=["Colour", "Size"])(finding("Colour"))
    assert said(book, record(Colour="blue"), "Size") == []
    assert len(said(book, record(Colour="blue"), "Shape")) == 1


def test_a_rule_that_looks_at_each_field_alone_leaves_out_those_that_failed() -> None:
    book = Rulebook()
    book.rule("COLOUR", fields=["Colour", "Size"], each=True)(finding("Colour", "Size", "Size"))
    found = said(book, record(Colour="blue", Size="small"), "Colour")
    assert [notice.field for notice in found] == ["Size", "Size"]


def test_an_error_fails_its_field_for_the_rules_after_it_and_a_warning_does_not() -> None:
    book = Rulebook()
    book.rule("WARNING", fields=["Colour"], severity="warning")(named("first", "Colour"))
    book.rule("ERROR", fields=["Colour"])(named("second", "Colour"))
    book.rule("LATER", fields=["Colour"])(named("third", "Colour"))
    assert [notice.code for notice in said(book, record(Colour="blue"))] == ["WARNING", "ERROR"]


def test_an_error_without_a_field_fails_none() -> None:
    book = Rulebook()
    rule = book.describe("shape", "SHAPE", TEXT.replace("{field}", "It"))

    def shapeless(_record: Record, _context: Context) -> Iterator[Found]:
        yield Found(words={"right": "red"})

    book.rules["shape"] = replace(rule, function=shapeless)
    book.rule("COLOUR", fields=["Colour"])(finding("Colour"))
    assert [notice.code for notice in said(book, record(Colour="blue"))] == ["SHAPE", "COLOUR"]


@pytest.mark.parametrize(("since", "until", "runs"), [
    (None, None, True), (DAY, DAY, True), (date(2026, 9, 2), None, False), (None, date(2026, 8, 31), False),
])  # fmt: skip
def test_a_rule_is_in_force_from_day_to_day(since: date | None, until: date | None, *, runs: bool) -> None:
    book = Rulebook()
    book.rule("COLOUR", fields=["Colour"])(named("colour", "Colour"))
    book.rules["colour"] = replace(book.rules["colour"], since=since, until=until)
    assert bool(said(book, record(Colour="blue"))) is runs


def test_a_rule_that_is_declared_later_is_run_as_well() -> None:
    book = Rulebook()
    book.rule("FIRST", fields=["Colour"], severity="warning")(named("first", "Colour"))
    assert len(said(book, record(Colour="blue"))) == 1
    book.rule("SECOND", fields=["Colour"], severity="warning")(named("second", "Colour"))
    assert len(said(book, record(Colour="blue"))) == 2
    assert all(isinstance(rule, Rule) for rule in book.rules.values())


def test_a_rule_that_raises_refuses_the_record_says_so_and_stops_nothing_else() -> None:
    book = Rulebook()

    @book.rule("X1")
    def broken(of: Record, _context: Context) -> Iterator[Found]:
        """Something is broken.

        Why: somebody made a slip.
        Fix: mend it.
        Message: it is broken.
        """
        raise ValueError(of["Colour"])
        yield Found()

    book.rule("X2")(named("sound", "Colour"))
    notices = said(book, record(Colour="blue"))
    assert [notice.code for notice in notices] == ["RULE_CRASH", "X2"]
    assert notices[0].refuses(Scope.RECORD)
    assert "broken" in notices[0].message
    assert "blue" not in notices[0].message

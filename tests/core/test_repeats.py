"""What must not stand twice is told of at every copy, with the lines of the others."""

from collections.abc import Iterator
from datetime import date

from gateway.core.handover import Late
from gateway.core.model import Record
from gateway.core.notices import Severity
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.repeats import Noted, Repeats, stamps
from gateway.core.rules.rule import Context, Found, Key, RuleSettings

CONTEXT = Context(as_of=date(2026, 9, 1), file_name="results.csv")
BOOK = Rulebook()
TEXT = """A key stands twice.

    Why: it must be one's own.
    Fix: see {lines}.
    Message: {field} is also on {lines}.
    """


@BOOK.rule("FIRST")
def first(_record: Record, _context: Context) -> Iterator[Found]:
    """Nothing is wrong.

    Why: it stands between the rules on keys.
    Fix: nothing.
    Message: Nothing.
    """
    yield from ()


@BOOK.repeated("TWICE", fields=["Ref"])
def ref_is_unique(record: Record, _context: Context) -> Iterator[Key]:
    """A reference stands twice.

    Why: it must be one's own.
    Fix: see {lines}.
    Message: {field} "{Ref}" is also on {lines}.
    """
    yield Key((record["Ref"],), field="Ref")


@BOOK.repeated("LATER", fields=["Ref", "Grade"], severity="info", later_only=True)
def equal_copy(record: Record, _context: Context) -> Iterator[Key]:
    """A record is an equal copy.

    Why: one is enough.
    Fix: delete it.
    Message: It is the same as {lines}.
    """
    yield Key((record["Who"], record["Grade"]))


@BOOK.repeated("DIFFER", fields=["Who", "Grade"], compares=True)
def two_grades(record: Record, _context: Context) -> Iterator[Key]:
    """Two grades are given.

    Why: only one can be right.
    Fix: keep one.
    Message: Another grade is on {lines}.
    """
    yield Key((record["Who"],), compare=(record["Grade"],), field="Grade")


def late(*rows: tuple[str, str, str], settings: RuleSettings = CONTEXT.settings) -> list[Late]:
    context = Context(as_of=CONTEXT.as_of, file_name="results.csv", settings=settings)
    repeats = Repeats(BOOK, context)
    for number, (ref, who, grade) in enumerate(rows, start=1):
        record = Record(number=number, line=number + 1, key=ref, values={"Ref": ref, "Who": who, "Grade": grade})
        repeats.note(Noted(number, number + 1, ref, refused=ref == "bad"), stamps(BOOK, record, context))
    return list(repeats.late())


def said(found: list[Late]) -> list[tuple[int, list[str]]]:
    return [(it.record, [f"{notice.code} {notice.message}" for notice in it.notices]) for it in found]


def test_keys_of_their_own_are_told_of_nowhere() -> None:
    assert late(("a", "1", "A"), ("b", "2", "B")) == []
    assert late() == []


def test_every_copy_names_the_lines_of_the_others() -> None:
    found = late(("a", "1", "A"), ("b", "2", "B"), ("a", "3", "C"), ("a", "4", "D"))
    assert said(found) == [
        (1, ['TWICE Ref "a" is also on line 4, line 5.']),
        (3, ['TWICE Ref "a" is also on line 2, line 5.']),
        (4, ['TWICE Ref "a" is also on line 2, line 4.']),
    ]
    first_notice = found[0].notices[0]
    assert (first_notice.line, first_notice.key, first_notice.field, first_notice.value) == (2, "a", "Ref", "a")
    assert found[0].refuses


def test_of_equal_copies_the_first_is_kept() -> None:
    found = late(("a", "1", "A"), ("b", "1", "A"), ("c", "1", "A"))
    assert said(found) == [(2, ["LATER It is the same as line 2."]), (3, ["LATER It is the same as line 2."])]
    assert not found[0].refuses
    assert found[0].notices[0].field is None


def test_copies_that_differ_are_all_told_of() -> None:
    assert said(late(("a", "1", "A"), ("b", "1", "B"))) == [
        (1, ["DIFFER Another grade is on line 3."]),
        (2, ["DIFFER Another grade is on line 2."]),
    ]


def test_a_record_is_told_of_once_with_all_its_notices_and_whether_it_was_refused() -> None:
    found = late(("bad", "1", "A"), ("bad", "1", "A"))
    assert [(it.record, len(it.notices), it.refused) for it in found] == [(1, 1, True), (2, 2, True)]


def test_of_many_copies_the_first_lines_are_named() -> None:
    found = late(*[("a", str(number), "A") for number in range(9)])
    assert found[8].notices[0].message == ('Ref "a" is also on line 2, line 3, line 4, line 5, line 6 and others.')


def test_a_rule_that_is_switched_off_notes_nothing() -> None:
    off = RuleSettings((("TWICE", None), ("DIFFER", Severity.WARNING)))
    found = late(("a", "1", "A"), ("a", "1", "B"), settings=off)
    assert [[(it.code, it.severity) for it in each.notices] for each in found] == [[("DIFFER", "warning")]] * 2

"""A rule on groups looks at each of them, and names its place below the record."""

from collections.abc import Iterator
from datetime import date

import pytest

from gateway.core.errors import AdapterError
from gateway.core.model import Group, Record
from gateway.core.notices import Scope, Severity
from gateway.core.rules.effective import rule_set, unavailable
from gateway.core.rules.registry import Judged, Rulebook
from gateway.core.rules.rule import Context, Found, RuleSettings, value_at

CONTEXT = Context(as_of=date(2026, 9, 1), file_name="learners.xml")
BOOK = Rulebook()


@BOOK.rule("LONG", fields=["Name"])
def name_is_short(record: Record, _context: Context) -> Iterator[Found]:
    """A name is long.

    Why: it must fit.
    Fix: shorten it.
    Message: {Name} is too long.
    """
    if len(record["Name"]) > 5:
        yield Found("Name")


@BOOK.group_rule("FUND", "Delivery", fields=["Fund", "/Name", "Absent"], severity="warning")
def fund_is_known(delivery: Group, learner: Record, _context: Context) -> Iterator[Found]:
    """A fund is not known.

    Why: somebody pays.
    Fix: write 35.
    Message: {Fund} of {Name} is no fund{Absent}.
    """
    if delivery["Fund"] == "broken":
        raise ValueError
    if delivery["Fund"] != "35":
        yield Found("Fund" if learner["Name"] else "/Name")


@BOOK.group_rule("AMOUNT", "Delivery/Payment", fields=["Amount"])
def amount_is_given(payment: Group, _learner: Record, _context: Context) -> Iterator[Found]:
    """An amount is missing.

    Why: a payment has one.
    Fix: enter it.
    Message: There is no amount.
    """
    if not payment["Amount"]:
        yield Found("Amount")


@BOOK.rule("ANY_FUND", fields=["Delivery/Fund"])
def one_fund_at_least(record: Record, _context: Context) -> Iterator[Found]:
    """Nobody pays.

    Why: somebody must.
    Fix: enter a fund.
    Message: No delivery has a fund.
    """
    if not any(delivery["Fund"] for delivery in record.all("Delivery")):
        yield Found("Delivery/Fund")


def delivery(number: int, fund: str, *amounts: str) -> Group:
    path = f"Delivery[{number}]"
    payments = [
        Group(values={"Amount": amount}, path=f"{path}/Payment[{place}]") for place, amount in enumerate(amounts, 1)
    ]
    return Group(values={"Fund": fund}, groups={"Payment": payments}, path=path)


def learner(*deliveries: Group, name: str = "Ada") -> Record:
    return Record(number=3, line=40, key="K", values={"Name": name}, groups={"Delivery": deliveries})


def judged(record: Record, *failed: str, settings: RuleSettings = CONTEXT.settings) -> Judged:
    context = Context(as_of=CONTEXT.as_of, file_name="learners.xml", settings=settings)
    return BOOK.apply(record, context, failed=frozenset(failed), scope=Scope.RECORD)


def test_each_group_is_looked_at_and_named_by_its_path() -> None:
    found = judged(learner(delivery(1, "35"), delivery(2, "99", "7", "")))
    assert [(it.code, it.field, it.value, it.line, it.record) for it in found.notices] == [
        ("FUND", "Delivery[2]/Fund", "99", 40, 3),
        ("AMOUNT", "Delivery[2]/Payment[2]/Amount", "", 40, 3),
    ]
    assert found.notices[0].message == "99 of Ada is no fund."


def test_a_stroke_names_the_records_own_field() -> None:
    (notice,) = judged(learner(delivery(1, "99"), name="")).notices
    assert notice.field == "Name"


def test_a_failed_field_of_one_group_spares_the_others() -> None:
    found = judged(learner(delivery(1, "98"), delivery(2, "99")), "Delivery[2]/Fund")
    assert [it.field for it in found.notices] == ["Delivery[1]/Fund"]
    assert found.not_run == ("FUND", "ANY_FUND")


def test_a_rule_of_the_record_that_names_a_field_of_groups_is_left_out_with_any_of_them() -> None:
    assert [it.code for it in judged(learner()).notices] == ["ANY_FUND"]
    assert judged(learner(), "Delivery[7]/Fund").not_run == ("ANY_FUND",)


def test_a_field_in_which_a_rule_found_an_error_has_failed_for_those_after_it() -> None:
    found = judged(learner(delivery(1, "99"), name="Adelaide"))
    assert ([it.code for it in found.notices], found.not_run) == (["LONG"], ("FUND",))


def test_a_book_that_tells_all_is_stopped_by_faults_of_form_alone() -> None:
    book = Rulebook(rules=BOOK.rules, tells_all=True)
    of = learner(delivery(1, "99"), name="Adelaide")
    found = book.apply(of, CONTEXT, failed=frozenset(), scope=Scope.RECORD)
    assert ([it.code for it in found.notices], found.not_run) == (["LONG", "FUND"], ())
    stopped = book.apply(of, CONTEXT, failed=frozenset({"Name"}), scope=Scope.RECORD)
    assert (stopped.notices, stopped.not_run) == ([], ("LONG", "FUND"))


def test_a_rule_that_raises_on_a_group_refuses_the_record() -> None:
    (notice,) = judged(learner(delivery(1, "broken"))).notices
    assert (notice.code, notice.severity) == ("RULE_CRASH", Severity.ERROR)


@pytest.mark.parametrize(("path", "value"), [
    ("Name", "Ada"), ("Delivery[1]/Fund", "35"), ("Delivery[1]/Payment[2]/Amount", "8"), ("Delivery/Fund", "35"),
    ("Delivery[2]/Fund", None), ("Other", None),
])  # fmt: skip
def test_a_path_names_one_value(path: str, value: str | None) -> None:
    assert value_at(learner(delivery(1, "35", "7", "8")), path) == value


def test_an_operator_changes_the_weight_of_a_rule_or_switches_it_off() -> None:
    settings = RuleSettings((("FUND", Severity.ERROR), ("ANY_FUND", None), ("LONG", Severity.ERROR)))
    assert [it.severity for it in judged(learner(delivery(1, "9")), settings=settings).notices] == [Severity.ERROR]
    assert judged(learner(), settings=settings).notices == []
    changed = rule_set(BOOK, Context(as_of=CONTEXT.as_of, file_name="", settings=settings))
    plain = rule_set(BOOK, CONTEXT)
    assert [(it.code, it.severity, it.declared) for it in changed.changed] == [
        ("FUND", "error", "warning"),
        ("ANY_FUND", None, "error"),
    ]
    assert plain.changed == []
    assert plain.sha256 != changed.sha256


def test_what_the_reader_finds_keeps_its_weight() -> None:
    book = Rulebook()
    book.describe("torn", "TORN", "It is torn.\nWhy: so.\nFix: mend it.\nMessage: It is torn.")
    context = Context(as_of=CONTEXT.as_of, file_name="", settings=RuleSettings((("TORN", None),)))
    assert [rule.severity for rule in book.effective(context.settings)] == [Severity.ERROR]
    assert rule_set(book, context).changed == []


def test_a_message_that_names_what_is_nowhere_is_a_fault_of_the_rule() -> None:
    rule = BOOK.describe("odd", "ODD", "It is odd.\nWhy: so.\nFix: mend it.\nMessage: It is {Nowhere}.")
    with pytest.raises(AdapterError, match="Nowhere"):
        rule.notice(learner())
    del BOOK.rules["odd"]


def test_a_rule_without_its_reference_list_is_listed_and_not_run() -> None:
    book = Rulebook()

    @book.rule("LISTED", needs=["qualifications"])
    def is_listed(_record: Record, _context: Context) -> Iterator[Found]:
        """A qualification is not on the list.

        Why: it must be.
        Fix: choose another.
        Message: It is not on the list.
        """
        yield Found()

    assert book.apply(learner(), CONTEXT, failed=frozenset(), scope=Scope.RECORD).notices == []
    (listed,) = unavailable(book, CONTEXT)
    assert (listed.check, listed.reason) == (
        "LISTED",
        "It needs the reference list qualifications, which is not loaded.",
    )

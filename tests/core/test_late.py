"""What only the whole file shows of a record joins it afterwards, and counts once."""

from datetime import date

from gateway.core import spool
from gateway.core.causes import CauseCollector
from gateway.core.documents import NotRun
from gateway.core.handover import Faultless, Late
from gateway.core.model import CheckedRecord, Learner, Record
from gateway.core.notices import Notice, Scope, Severity
from gateway.core.outcomes import MatchOutcome, Total
from gateway.core.tally import Tally

ADA = Learner(given_name="Ada", date_of_birth=date(2008, 5, 31))


def notice(severity: Severity = Severity.ERROR) -> Notice:
    return Notice(code="TWICE", severity=severity, scope=Scope.RECORD, message="Twice.", fix="Delete one.", record=2)


def record(number: int, *notices: Notice, refused_as: MatchOutcome | None = None) -> CheckedRecord:
    values = {"Name": "Ada"}
    learner = None if refused_as else ADA
    place = Record(number=number, line=number + 1, key="", values=values)
    return CheckedRecord(record=place, notices=notices, learner=learner, refused_as=refused_as)


def late(number: int, severity: Severity = Severity.ERROR, *, refused: bool = False) -> Late:
    return Late(record=number, notices=(notice(severity),), refused=refused)


def test_a_late_error_refuses_its_record_and_no_other() -> None:
    joined = list(spool.with_late([record(1), record(2), record(3)], [late(2)]))
    assert [len(it.notices) for it in joined] == [0, 1, 0]
    assert [it.learner is None for it in joined] == [False, True, False]
    assert joined[1].refused_as is MatchOutcome.REFUSED


def test_a_late_warning_refuses_nothing() -> None:
    (joined,) = spool.with_late([record(2)], [late(2, Severity.WARNING)])
    assert (joined.learner, joined.refused_as, len(joined.notices)) == (ADA, None, 1)


def test_a_record_that_was_refused_keeps_its_first_answer() -> None:
    (joined,) = spool.with_late([record(2, refused_as=MatchOutcome.ULN_INVALID)], [late(2, refused=True)])
    assert (joined.refused_as, len(joined.notices)) == (MatchOutcome.ULN_INVALID, 1)


def test_a_refused_record_is_counted_once() -> None:
    tally, causes = Tally(), CauseCollector()
    for finding in (
        record(1),
        record(2, notice(), refused_as=MatchOutcome.REFUSED),
        Faultless(records=7),
        NotRun(check="rows after line 9", reason="The reading stopped there."),
        late(1),
        late(2, refused=True),
    ):
        tally.add(finding)
        causes.see(finding)
    assert tally.read == 9
    assert tally.totals == {Total.ACCEPTED: 7, Total.REJECTED: 2, Total.HELD: 0}
    assert tally.notices.by_code == {"TWICE": 3}
    assert [it.check for it in tally.not_run] == ["rows after line 9"]
    assert sum(cause.messages for cause in causes.causes()) == 3


def test_rules_that_were_left_out_are_listed_with_the_number_of_records() -> None:
    tally = Tally()
    for number in (1, 2):
        tally.add(CheckedRecord(record=record(number).record, not_run=("RC013",)))
    (listed,) = tally.not_run
    assert (listed.check, listed.reason) == (
        "RC013",
        "Left out on 2 records in which one of its fields had failed already.",
    )

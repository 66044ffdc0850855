# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""Rules on completion status, outcome, reason for withdrawal and grade of an aim (specification `ilr` 4)."""

from collections.abc import Iterator
from typing import Final

from adapters.kinds.ilr.aims import STANDARD, aim_of, whole
from adapters.kinds.ilr.book import BOOK
from gateway.core.model import Group, Record
from gateway.core.rules.rule import Context, Found

_DELIVERY: Final = "LearningDelivery"
_CONTINUING, _COMPLETED, _WITHDRAWN, _BREAK = "1", "2", "3", "6"
_ACHIEVED, _NOT_ACHIEVED, _NOT_YET_KNOWN = "1", "3", "8"
_FAILS: Final = frozenset({"FL", "U", "N", "X", "Y"})


def _status(delivery: Group) -> str:
    return whole(delivery["CompStatus"])


def _outcome(delivery: Group) -> str:
    return whole(delivery["Outcome"])


@BOOK.group_rule("CompStatus_02", _DELIVERY, fields=["CompStatus", "LearnActEndDate", "ProgType"])
def continuing_has_not_ended(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """An aim has ended but its status is "continuing".

    Why: one of the two is wrong; only in apprenticeship standards both may stand while the end-point is assessed.
    Fix: correct CompStatus, or leave LearnActEndDate out while the learner continues.
    Message: CompStatus is 1 (continuing), but the aim ended on {LearnActEndDate}.
    Bad: LearningDelivery[1]/CompStatus=1 LearningDelivery[1]/LearnActEndDate=2026-01-15
    Good: LearningDelivery[1]/CompStatus=2 LearningDelivery[1]/LearnActEndDate=2026-01-15
    Good: LearningDelivery[1]/CompStatus=1
    Good: LearningDelivery[1]/CompStatus=1 LearningDelivery[1]/LearnActEndDate=2026-01-15
      LearningDelivery[1]/ProgType=25
    """
    if _status(delivery) != _CONTINUING or not delivery["LearnActEndDate"]:
        return
    if aim_of(delivery).programme.sort != STANDARD:
        yield Found("CompStatus")


@BOOK.group_rule("CompStatus_03", _DELIVERY, fields=["CompStatus", "LearnActEndDate"])
def ended_has_end_date(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """An aim is no longer continuing but has no actual end date.

    Why: funding is counted up to the day on which the learner ended, withdrew or took a break.
    Fix: enter LearnActEndDate, or correct CompStatus.
    Message: CompStatus is {CompStatus}, so LearnActEndDate must be returned.
    Bad: LearningDelivery[1]/CompStatus=6
    Good: LearningDelivery[1]/CompStatus=6 LearningDelivery[1]/LearnActEndDate=2026-01-15
    Good: LearningDelivery[1]/CompStatus=1
    """
    if _status(delivery) not in {"", _CONTINUING} and not delivery["LearnActEndDate"]:
        yield Found("CompStatus")


@BOOK.group_rule("CompStatus_04", _DELIVERY, fields=["CompStatus", "Outcome"])
def ended_has_outcome(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """An aim is no longer continuing but has no outcome.

    Why: whoever completed, withdrew or took a break has an outcome, be it that nothing was achieved.
    Fix: enter Outcome, or correct CompStatus.
    Message: CompStatus is {CompStatus}, so Outcome must be returned.
    Bad: LearningDelivery[1]/CompStatus=2
    Good: LearningDelivery[1]/CompStatus=2 LearningDelivery[1]/Outcome=1
    Good: LearningDelivery[1]/CompStatus=1
    """
    if _status(delivery) not in {"", _CONTINUING} and not delivery["Outcome"]:
        yield Found("CompStatus")


@BOOK.group_rule("CompStatus_05", _DELIVERY, fields=["CompStatus", "Outcome"])
def continuing_has_no_outcome(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """An aim is continuing but has an outcome.

    Why: the outcome is known only when the learner has ended.
    Fix: leave Outcome out, or correct CompStatus.
    Message: CompStatus is 1 (continuing), but Outcome is {Outcome}.
    Bad: LearningDelivery[1]/CompStatus=1 LearningDelivery[1]/Outcome=8
    Good: LearningDelivery[1]/CompStatus=2 LearningDelivery[1]/Outcome=8
    Good: LearningDelivery[1]/CompStatus=1
    """
    if _status(delivery) == _CONTINUING and delivery["Outcome"]:
        yield Found("CompStatus")


@BOOK.group_rule("CompStatus_06", _DELIVERY, fields=["CompStatus", "Outcome"])
def not_completed_not_achieved(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """An aim was left or interrupted but is achieved, or its achievement is awaited.

    Why: only who completes can achieve in full, or wait for the result.
    Fix: correct CompStatus or Outcome.
    Message: CompStatus is {CompStatus}, with which Outcome {Outcome} does not go.
    Bad: LearningDelivery[1]/CompStatus=3 LearningDelivery[1]/Outcome=1
    Bad: LearningDelivery[1]/CompStatus=6 LearningDelivery[1]/Outcome=8
    Good: LearningDelivery[1]/CompStatus=3 LearningDelivery[1]/Outcome=2
    Good: LearningDelivery[1]/CompStatus=2 LearningDelivery[1]/Outcome=1
    """
    if _status(delivery) in {_WITHDRAWN, _BREAK} and _outcome(delivery) in {_ACHIEVED, _NOT_YET_KNOWN}:
        yield Found("CompStatus")


@BOOK.group_rule("Outcome_05", _DELIVERY, fields=["Outcome", "LearnActEndDate"])
def achieved_has_ended(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """An aim is achieved but has no actual end date.

    Why: what is achieved has ended.
    Fix: enter LearnActEndDate, or correct Outcome.
    Message: Outcome is 1 (achieved), so LearnActEndDate must be returned.
    Bad: LearningDelivery[1]/Outcome=1
    Good: LearningDelivery[1]/Outcome=1 LearningDelivery[1]/LearnActEndDate=2026-01-15
    Good: LearningDelivery[1]/Outcome=2
    """
    if _outcome(delivery) == _ACHIEVED and not delivery["LearnActEndDate"]:
        yield Found("Outcome")


@BOOK.group_rule("Outcome_09", _DELIVERY, fields=["Outcome", "CompStatus"])
def result_awaited_of_completed(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """The result of an aim is awaited although it was not completed.

    Why: Outcome 8 says that the learning is complete and only its result is not known yet.
    Fix: correct CompStatus or Outcome.
    Message: Outcome is 8 (not yet known), so CompStatus must be 2 (completed) and not {CompStatus}.
    Bad: LearningDelivery[1]/Outcome=8 LearningDelivery[1]/CompStatus=3
    Good: LearningDelivery[1]/Outcome=8 LearningDelivery[1]/CompStatus=2
    """
    if _outcome(delivery) == _NOT_YET_KNOWN and _status(delivery) != _COMPLETED:
        yield Found("Outcome")


@BOOK.group_rule("Outcome_10", _DELIVERY, fields=["Outcome", "CompStatus"])
def nothing_achieved_not_continuing(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """Nothing was achieved in an aim that is continuing.

    Why: while the learner continues, the outcome is open.
    Fix: leave Outcome out, or correct CompStatus.
    Message: Outcome is 3 (no achievement), but CompStatus is 1 (continuing).
    Bad: LearningDelivery[1]/Outcome=3 LearningDelivery[1]/CompStatus=1
    Good: LearningDelivery[1]/Outcome=3 LearningDelivery[1]/CompStatus=3
    """
    if _outcome(delivery) == _NOT_ACHIEVED and _status(delivery) == _CONTINUING:
        yield Found("Outcome")


@BOOK.group_rule("Outcome_11", _DELIVERY, fields=["Outcome", "LearnActEndDate"])
def outcome_has_end_date(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """An aim has an outcome but no actual end date.

    Why: the outcome is known only when the learner has ended.
    Fix: enter LearnActEndDate, or leave Outcome out.
    Message: Outcome is {Outcome}, so LearnActEndDate must be returned.
    Bad: LearningDelivery[1]/Outcome=2
    Good: LearningDelivery[1]/Outcome=2 LearningDelivery[1]/LearnActEndDate=2026-01-15
    """
    if delivery["Outcome"] and not delivery["LearnActEndDate"]:
        yield Found("Outcome")


@BOOK.group_rule("Outcome_12", _DELIVERY, fields=["Outcome", "LearnActEndDate"])
def end_date_has_outcome(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """An aim has ended but has no outcome.

    Why: whoever completed, withdrew or took a break has an outcome, be it that nothing was achieved.
    Fix: enter Outcome, or leave LearnActEndDate out while the learner continues.
    Message: The aim ended on {LearnActEndDate}, so Outcome must be returned.
    Bad: LearningDelivery[1]/LearnActEndDate=2026-01-15
    Good: LearningDelivery[1]/LearnActEndDate=2026-01-15 LearningDelivery[1]/Outcome=3
    """
    if delivery["LearnActEndDate"] and not delivery["Outcome"]:
        yield Found("Outcome")


@BOOK.group_rule("WithdrawReason_03", _DELIVERY, fields=["WithdrawReason", "CompStatus"])
def withdrawal_has_reason(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """A learner withdrew from an aim but no reason is returned.

    Why: the reasons are published and decide how the withdrawal counts.
    Fix: enter WithdrawReason, 97 or 98 where it is another or not known; or correct CompStatus.
    Message: CompStatus is 3 (withdrawn), so WithdrawReason must be returned.
    Bad: LearningDelivery[1]/CompStatus=3
    Good: LearningDelivery[1]/CompStatus=3 LearningDelivery[1]/WithdrawReason=98
    Good: LearningDelivery[1]/CompStatus=2
    """
    if _status(delivery) == _WITHDRAWN and not delivery["WithdrawReason"]:
        yield Found("WithdrawReason")


@BOOK.group_rule("WithdrawReason_04", _DELIVERY, fields=["WithdrawReason", "CompStatus"])
def no_reason_without_withdrawal(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """A reason for withdrawal is returned for an aim from which nobody withdrew.

    Why: one of the two is wrong.
    Fix: leave WithdrawReason out, or correct CompStatus.
    Message: WithdrawReason is {WithdrawReason}, but CompStatus is {CompStatus} and not 3 (withdrawn).
    Bad: LearningDelivery[1]/CompStatus=6 LearningDelivery[1]/WithdrawReason=98
    Good: LearningDelivery[1]/CompStatus=3 LearningDelivery[1]/WithdrawReason=98
    """
    if delivery["WithdrawReason"] and _status(delivery) in {_CONTINUING, _COMPLETED, _BREAK}:
        yield Found("WithdrawReason")


@BOOK.group_rule("OutGrade_04", _DELIVERY, fields=["OutGrade", "Outcome"])
def grade_has_outcome(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """A grade is returned although the outcome is not known.

    Why: with a grade the outcome is known.
    Fix: enter the outcome that the grade stands for, or leave OutGrade out.
    Message: OutGrade is {OutGrade}, but Outcome is "{Outcome}".
    Bad: LearningDelivery[1]/OutGrade=P LearningDelivery[1]/Outcome=8
    Bad: LearningDelivery[1]/OutGrade=P
    Good: LearningDelivery[1]/OutGrade=P LearningDelivery[1]/Outcome=1
    """
    if delivery["OutGrade"] and _outcome(delivery) in {"", _NOT_YET_KNOWN}:
        yield Found("OutGrade")


@BOOK.group_rule("OutGrade_05", _DELIVERY, fields=["OutGrade", "Outcome"])
def achieved_with_a_pass(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """An aim is achieved but its grade says that it was failed.

    Why: FL, U, N, X and Y are the grades of learners who did not achieve.
    Fix: correct OutGrade or Outcome.
    Message: OutGrade is {OutGrade}, with which Outcome 1 (achieved) does not go.
    Bad: LearningDelivery[1]/OutGrade=FL LearningDelivery[1]/Outcome=1
    Good: LearningDelivery[1]/OutGrade=A* LearningDelivery[1]/Outcome=1
    Good: LearningDelivery[1]/OutGrade=FL LearningDelivery[1]/Outcome=3
    """
    if delivery["OutGrade"] in _FAILS and _outcome(delivery) == _ACHIEVED:
        yield Found("OutGrade")


@BOOK.group_rule("OutGrade_06", _DELIVERY, fields=["OutGrade", "Outcome"])
def not_achieved_without_pass(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """An aim was not achieved but its grade says that it was.

    Why: learners who did not achieve have one of the grades FL, U, N, X and Y, or none.
    Fix: correct OutGrade or Outcome.
    Message: OutGrade is {OutGrade}, with which Outcome 3 (no achievement) does not go.
    Bad: LearningDelivery[1]/OutGrade=P LearningDelivery[1]/Outcome=3
    Good: LearningDelivery[1]/OutGrade=U LearningDelivery[1]/Outcome=3
    Good: LearningDelivery[1]/Outcome=3
    """
    if delivery["OutGrade"] and delivery["OutGrade"] not in _FAILS and _outcome(delivery) == _NOT_ACHIEVED:
        yield Found("OutGrade")

# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""Rules on when an aim begins and ends, and on employment dates (specification `ilr` 4)."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from adapters.kinds.ilr.aims import aim_of, facts_of, years_after
from adapters.kinds.ilr.book import BOOK
from gateway.core.model import Group, Record
from gateway.core.rules.rule import Context, Found
from gateway.core.tables import read_date

_DELIVERY: Final = "LearningDelivery"
_LONGEST: Final = 10
_FIRST_STATUS: Final = date(1990, 8, 1)
_MAY_START_LATER: Final = frozenset({"36", "37"})


@BOOK.group_rule("LearnStartDate_02", _DELIVERY, fields=["LearnStartDate"])
def start_not_too_early(delivery: Group, learner: Record, context: Context) -> Iterator[Found]:
    """The aim began more than 10 years before the teaching year.

    Why: no aim lasts so long; the year is probably wrong.
    Fix: correct the start date.
    Message: LearnStartDate {LearnStartDate} is more than 10 years before the start of the teaching year, {day}.
    Bad: LearningDelivery[1]/LearnStartDate=2015-07-31
    Good: LearningDelivery[1]/LearnStartDate=2015-08-01
    """
    start, year = aim_of(delivery).start, facts_of(learner, context).year
    if start is not None and start < years_after(year.start, -_LONGEST):
        yield Found("LearnStartDate", {"day": year.start.isoformat()})


@BOOK.group_rule("LearnStartDate_03", _DELIVERY, fields=["LearnStartDate", "FundModel", "ProgType"])
def start_not_too_late(delivery: Group, learner: Record, context: Context) -> Iterator[Found]:
    """The aim begins after the end of the teaching year.

    Why: what begins in the next year is returned in that year's files; apprenticeships, Skills Bootcamps and T Levels
        may be returned earlier.
    Fix: correct the start date, or leave the aim out until the next year.
    Message: LearnStartDate {LearnStartDate} is after the end of the teaching year, {day}.
    Bad: LearningDelivery[1]/LearnStartDate=2026-08-01 LearningDelivery[1]/FundModel=25
    Good: LearningDelivery[1]/LearnStartDate=2026-07-31 LearningDelivery[1]/FundModel=25
    Good: LearningDelivery[1]/LearnStartDate=2026-08-01 LearningDelivery[1]/FundModel=36
    Good: LearningDelivery[1]/LearnStartDate=2026-08-01 LearningDelivery[1]/FundModel=25 LearningDelivery[1]/ProgType=31
    """
    aim, year = aim_of(delivery), facts_of(learner, context).year
    if aim.start is None or aim.start <= year.end or aim.fund in _MAY_START_LATER or aim.programme.sort == "31":
        return
    yield Found("LearnStartDate", {"day": year.end.isoformat()})


@BOOK.group_rule("LearnStartDate_05", _DELIVERY, fields=["LearnStartDate", "/DateOfBirth"])
def start_after_birth(delivery: Group, learner: Record, context: Context) -> Iterator[Found]:
    """The aim began on or before the day on which the learner was born.

    Why: one of the two dates is wrong.
    Fix: correct the start date or the date of birth.
    Message: LearnStartDate {LearnStartDate} is not after the date of birth, {DateOfBirth}.
    Bad: DateOfBirth=2020-09-01 LearningDelivery[1]/LearnStartDate=2020-09-01
    Good: DateOfBirth=2020-08-31 LearningDelivery[1]/LearnStartDate=2020-09-01
    """
    start, born = aim_of(delivery).start, facts_of(learner, context).born
    if start is not None and born is not None and start <= born:
        yield Found("LearnStartDate")


@BOOK.group_rule("OrigLearnStartDate_01", _DELIVERY, fields=["OrigLearnStartDate", "LearnStartDate"])
def original_start_not_too_early(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """The original start of an aim is more than 10 years before its start.

    Why: a restart follows a break, and no break lasts so long.
    Fix: correct OrigLearnStartDate.
    Message: OrigLearnStartDate {OrigLearnStartDate} is more than 10 years before LearnStartDate, {LearnStartDate}.
    Bad: LearningDelivery[1]/OrigLearnStartDate=2015-08-31 LearningDelivery[1]/LearnStartDate=2025-09-01
    Good: LearningDelivery[1]/OrigLearnStartDate=2015-09-01 LearningDelivery[1]/LearnStartDate=2025-09-01
    """
    original = read_date(delivery["OrigLearnStartDate"])
    start = aim_of(delivery).start if original is not None else None
    if original is not None and start is not None and original < years_after(start, -_LONGEST):
        yield Found("OrigLearnStartDate")


@BOOK.group_rule("LearnPlanEndDate_02", _DELIVERY, fields=["LearnPlanEndDate", "LearnStartDate"])
def planned_end_after_start(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """The planned end of an aim is before its start.

    Why: one of the two dates is wrong.
    Fix: correct LearnPlanEndDate or LearnStartDate.
    Message: LearnPlanEndDate {LearnPlanEndDate} is before LearnStartDate, {LearnStartDate}.
    Bad: LearningDelivery[1]/LearnStartDate=2025-09-01 LearningDelivery[1]/LearnPlanEndDate=2025-08-31
    Good: LearningDelivery[1]/LearnStartDate=2025-09-01 LearningDelivery[1]/LearnPlanEndDate=2025-09-01
    """
    aim = aim_of(delivery)
    if aim.plan is not None and aim.start is not None and aim.plan < aim.start:
        yield Found("LearnPlanEndDate")


@BOOK.group_rule("LearnPlanEndDate_03", _DELIVERY, fields=["LearnPlanEndDate", "LearnStartDate"])
def planned_end_not_too_late(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """The planned end of an aim is 10 years or more after its start.

    Why: no aim lasts so long; the year is probably wrong.
    Fix: correct LearnPlanEndDate.
    Message: LearnPlanEndDate {LearnPlanEndDate} is 10 years or more after LearnStartDate, {LearnStartDate}.
    Bad: LearningDelivery[1]/LearnStartDate=2025-09-01 LearningDelivery[1]/LearnPlanEndDate=2035-09-01
    Good: LearningDelivery[1]/LearnStartDate=2025-09-01 LearningDelivery[1]/LearnPlanEndDate=2035-08-31
    """
    aim = aim_of(delivery)
    if aim.plan is not None and aim.start is not None and aim.plan >= years_after(aim.start, _LONGEST):
        yield Found("LearnPlanEndDate")


@BOOK.group_rule("LearnActEndDate_01", _DELIVERY, fields=["LearnActEndDate", "LearnStartDate"])
def actual_end_after_start(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """The actual end of an aim is before its start.

    Why: one of the two dates is wrong.
    Fix: correct LearnActEndDate or LearnStartDate.
    Message: LearnActEndDate {LearnActEndDate} is before LearnStartDate, {LearnStartDate}.
    Bad: LearningDelivery[1]/LearnStartDate=2025-09-01 LearningDelivery[1]/LearnActEndDate=2025-08-31
    Good: LearningDelivery[1]/LearnStartDate=2025-09-01 LearningDelivery[1]/LearnActEndDate=2025-09-01
    """
    aim = aim_of(delivery)
    if aim.act is not None and aim.start is not None and aim.act < aim.start:
        yield Found("LearnActEndDate")


@BOOK.group_rule("LearnActEndDate_04", _DELIVERY, fields=["LearnActEndDate"])
def actual_end_not_in_future(delivery: Group, learner: Record, context: Context) -> Iterator[Found]:
    """The actual end of an aim is after the day on which the file was prepared.

    Why: an end that is still to come is a plan, and stands in LearnPlanEndDate.
    Fix: correct LearnActEndDate, or leave it out until the aim has ended.
    Message: LearnActEndDate {LearnActEndDate} is after the file preparation date, {day}.
    Bad: LearningDelivery[1]/LearnActEndDate=2026-02-01 Header/FilePreparationDate=2026-01-31
    Good: LearningDelivery[1]/LearnActEndDate=2026-01-31 Header/FilePreparationDate=2026-01-31
    """
    aim, prepared = aim_of(delivery), facts_of(learner, context).prepared
    if aim.act is not None and aim.act > prepared:
        yield Found("LearnActEndDate", {"day": prepared.isoformat()})


@BOOK.group_rule("DateEmpStatApp_01", "LearnerEmploymentStatus", fields=["DateEmpStatApp"])
def employment_date_not_too_late(status: Group, learner: Record, context: Context) -> Iterator[Found]:
    """The date of an employment status is after the end of the teaching year.

    Why: a status is returned in the files of the year in which it begins.
    Fix: correct DateEmpStatApp.
    Message: DateEmpStatApp {DateEmpStatApp} is after the end of the teaching year, {day}.
    Bad: LearnerEmploymentStatus[1]/DateEmpStatApp=2026-08-01
    Good: LearnerEmploymentStatus[1]/DateEmpStatApp=2026-07-31
    """
    day, year = read_date(status["DateEmpStatApp"]), facts_of(learner, context).year
    if day is not None and day > year.end:
        yield Found("DateEmpStatApp", {"day": year.end.isoformat()})


@BOOK.group_rule("DateEmpStatApp_02", "LearnerEmploymentStatus", fields=["DateEmpStatApp"])
def employment_date_not_too_early(status: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """The date of an employment status is before 1 August 1990.

    Why: no status of today's learners reaches back so far; the year is probably wrong.
    Fix: correct DateEmpStatApp.
    Message: DateEmpStatApp {DateEmpStatApp} is before 1990-08-01.
    Bad: LearnerEmploymentStatus[1]/DateEmpStatApp=1990-07-31
    Good: LearnerEmploymentStatus[1]/DateEmpStatApp=1990-08-01
    """
    day = read_date(status["DateEmpStatApp"])
    if day is not None and day < _FIRST_STATUS:
        yield Found("DateEmpStatApp")


@BOOK.group_rule("AFinDate_03", "LearningDelivery/AppFinRecord", fields=["AFinDate"])
def financial_record_not_in_future(record: Group, learner: Record, context: Context) -> Iterator[Found]:
    """The date of a financial record is after the day on which the file was prepared.

    Why: prices and payments are returned when they are agreed or made.
    Fix: correct AFinDate, or leave the record out until then.
    Message: AFinDate {AFinDate} is after the file preparation date, {day}.
    Bad: LearningDelivery[1]/AppFinRecord[1]/AFinDate=2026-02-01 Header/FilePreparationDate=2026-01-31
    Good: LearningDelivery[1]/AppFinRecord[1]/AFinDate=2026-01-31 Header/FilePreparationDate=2026-01-31
    """
    day, prepared = read_date(record["AFinDate"]), facts_of(learner, context).prepared
    if day is not None and day > prepared:
        yield Found("AFinDate", {"day": prepared.isoformat()})

# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""Rules on the date of achievement of an aim (specification `ilr` 4)."""

from collections.abc import Iterator
from typing import Final

from adapters.kinds.ilr.aims import aim_of, facts_of
from adapters.kinds.ilr.book import BOOK
from gateway.core.model import Group, Record
from gateway.core.rules.rule import Context, Found
from gateway.core.tables import read_date

_DELIVERY: Final = "LearningDelivery"


@BOOK.group_rule("AchDate_02", _DELIVERY, fields=["AchDate"])
def achieved_within_the_year(delivery: Group, learner: Record, context: Context) -> Iterator[Found]:
    """The achievement date is after the end of the teaching year.

    Why: what is achieved later is returned in the next year's files.
    Fix: correct AchDate.
    Message: AchDate {AchDate} is after the end of the teaching year, {day}.
    Bad: LearningDelivery[1]/AchDate=2026-08-01
    Good: LearningDelivery[1]/AchDate=2026-07-31
    """
    achieved, year = read_date(delivery["AchDate"]), facts_of(learner, context).year
    if achieved is not None and achieved > year.end:
        yield Found("AchDate", {"day": year.end.isoformat()})


@BOOK.group_rule("AchDate_07", _DELIVERY, fields=["AchDate"])
def achieved_before_preparation(delivery: Group, learner: Record, context: Context) -> Iterator[Found]:
    """The achievement date is after the day on which the file was prepared.

    Why: an achievement is returned when it has happened.
    Fix: correct AchDate, or leave it out until then.
    Message: AchDate {AchDate} is after the file preparation date, {day}.
    Bad: LearningDelivery[1]/AchDate=2026-02-01 Header/FilePreparationDate=2026-01-31
    Good: LearningDelivery[1]/AchDate=2026-01-31 Header/FilePreparationDate=2026-01-31
    """
    achieved, prepared = read_date(delivery["AchDate"]), facts_of(learner, context).prepared
    if achieved is not None and achieved > prepared:
        yield Found("AchDate", {"day": prepared.isoformat()})


@BOOK.group_rule("AchDate_03", _DELIVERY, fields=["AchDate", "LearnStartDate"])
def achieved_after_start(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """The achievement date is before the start of the aim.

    Why: one of the two dates is wrong; Skills Bootcamps are not meant.
    Fix: correct AchDate or LearnStartDate.
    Message: AchDate {AchDate} is before LearnStartDate, {LearnStartDate}.
    Bad: LearningDelivery[1]/LearnStartDate=2025-09-01 LearningDelivery[1]/AchDate=2025-08-31
    Good: LearningDelivery[1]/LearnStartDate=2025-09-01 LearningDelivery[1]/AchDate=2025-09-01
    Good: LearningDelivery[1]/LearnStartDate=2025-09-01 LearningDelivery[1]/AchDate=2025-08-31
      LearningDelivery[1]/FundModel=37
    """
    achieved = read_date(delivery["AchDate"])
    if achieved is None:
        return
    aim = aim_of(delivery)
    if aim.start is not None and achieved < aim.start and not aim.for_skills_bootcamp:
        yield Found("AchDate")


@BOOK.group_rule("AchDate_04", _DELIVERY, fields=["AchDate", "LearnActEndDate"])
def achieved_has_ended_date(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """An achievement date is returned without an actual end date.

    Why: the learning ends before, or when, it is achieved; Skills Bootcamps are not meant.
    Fix: enter LearnActEndDate, or leave AchDate out.
    Message: AchDate is {AchDate}, so LearnActEndDate must be returned.
    Bad: LearningDelivery[1]/AchDate=2026-01-15
    Good: LearningDelivery[1]/AchDate=2026-01-15 LearningDelivery[1]/LearnActEndDate=2026-01-10
    Good: LearningDelivery[1]/AchDate=2026-01-15 LearningDelivery[1]/ProgType=32
    """
    if not delivery["AchDate"] or delivery["LearnActEndDate"]:
        return
    if not aim_of(delivery).for_skills_bootcamp:
        yield Found("AchDate")


@BOOK.group_rule("AchDate_05", _DELIVERY, fields=["AchDate", "LearnActEndDate"])
def achieved_after_end(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """The achievement date is before the actual end of the aim.

    Why: the learning ends before, or when, it is achieved; Skills Bootcamps are not meant.
    Fix: correct AchDate or LearnActEndDate.
    Message: AchDate {AchDate} is before LearnActEndDate, {LearnActEndDate}.
    Bad: LearningDelivery[1]/LearnActEndDate=2026-01-15 LearningDelivery[1]/AchDate=2026-01-14
    Good: LearningDelivery[1]/LearnActEndDate=2026-01-15 LearningDelivery[1]/AchDate=2026-01-15
    Good: LearningDelivery[1]/LearnActEndDate=2026-01-15 LearningDelivery[1]/AchDate=2026-01-14
      LearningDelivery[1]/FundModel=37
    """
    achieved = read_date(delivery["AchDate"])
    if achieved is None:
        return
    aim = aim_of(delivery)
    if aim.act is not None and achieved < aim.act and not aim.for_skills_bootcamp:
        yield Found("AchDate")

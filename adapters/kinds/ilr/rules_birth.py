# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""Rules on the date of birth, and on the ages at which learning is funded (specification `ilr` 4)."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from adapters.kinds.ilr.aims import Aim, facts_of, leaving_day, programme_start
from adapters.kinds.ilr.book import BOOK
from gateway.core.model import Record
from gateway.core.rules.rule import Context, Found
from gateway.core.rules.shared import age_on

_OLDEST, _CHILD, _TEENAGER, _ADULT, _GROWN = 115, 4, 13, 19, 25
_FUNDED: Final = frozenset({"25", "82", "35", "36", "37", "38", "81"})
_YOUNG: Final = frozenset({"25", "82"})
_FUND: Final = "LearningDelivery/FundModel"
_START: Final = "LearningDelivery/LearnStartDate"


def _has_loan(aim: Aim) -> bool:
    return "ADL" in aim.fam_types


def _missing(record: Record, context: Context, is_meant: Callable[[Aim], bool]) -> Iterator[Found]:
    """Yield a finding where the date of birth is missing and an aim asks for it."""
    facts = facts_of(record, context)
    aim = None if facts.has_birth_date else next(filter(is_meant, facts.aims), None)
    if aim is not None:
        yield Found("DateOfBirth", {"aim": aim.group["AimSeqNumber"], "fund": aim.fund})


def _aged(record: Record, context: Context, is_meant: Callable[[Aim, date], bool]) -> Iterator[Found]:
    """Yield a finding where an aim does not fit a known date of birth; its day is 31 August of the teaching year."""
    facts = facts_of(record, context)
    born = facts.born
    if born is None:
        return
    aim = next((aim for aim in facts.aims if is_meant(aim, born)), None)
    if aim is not None:
        words = {"aim": aim.group["AimSeqNumber"], "start": aim.group["LearnStartDate"]}
        yield Found("DateOfBirth", {**words, "day": facts.year.august_end.isoformat()})


def _is_younger(record: Record, context: Context, years: int) -> bool:
    """Tell whether a learner is not so old on 31 August in the teaching year."""
    facts = facts_of(record, context)
    born = facts.born
    return born is not None and age_on(born, facts.year.august_end) < years


@BOOK.rule("DateOfBirth_01", fields=["DateOfBirth", _FUND])
def birth_date_given(record: Record, context: Context) -> Iterator[Found]:
    """The date of birth of a funded learner is missing.

    Why: funding depends on the learner's age; only in custody it may be absent.
    Fix: enter the date of birth.
    Message: DateOfBirth must be returned because aim {aim} has FundModel {fund}.
    Bad: LearningDelivery[1]/FundModel=10 LearningDelivery[2]/FundModel=36
    Good: DateOfBirth=2008-05-31 LearningDelivery[1]/FundModel=36
    Good: LearningDelivery[1]/FundModel=10
    Good: LearningDelivery[1]/FundModel=35 LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=LDM
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMCode=034
    """
    yield from _missing(record, context, lambda aim: aim.fund in _FUNDED and not aim.in_custody)


@BOOK.rule("DateOfBirth_23", fields=["DateOfBirth", _FUND])
def birth_date_given_for_loan(record: Record, context: Context) -> Iterator[Found]:
    """The date of birth of a learner with an advanced learner loan is missing.

    Why: loans are for learners of 19 years and more.
    Fix: enter the date of birth.
    Message: DateOfBirth must be returned because aim {aim} is paid by an advanced learner loan.
    Bad: LearningDelivery[1]/FundModel=99 LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=ADL
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMCode=1
    Good: LearningDelivery[1]/FundModel=99
    """
    yield from _missing(record, context, lambda aim: aim.fund == "99" and _has_loan(aim))


@BOOK.rule("DateOfBirth_02", fields=["DateOfBirth", _FUND], severity="warning")
def birth_date_wanted(record: Record, context: Context) -> Iterator[Found]:
    """The date of birth of a learner in community learning, tailored learning or without public funding is missing.

    Why: without it the learner is hardly found in the learner register.
    Fix: enter the date of birth.
    Message: DateOfBirth should be returned (aim {aim} has FundModel {fund}).
    Bad: LearningDelivery[1]/FundModel=11
    Good: DateOfBirth=1980-05-31 LearningDelivery[1]/FundModel=11
    Good: LearningDelivery[1]/FundModel=99 LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=ADL
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMCode=1
    """
    yield from _missing(record, context, lambda aim: aim.fund in {"10", "99", "11"} and not _has_loan(aim))


@BOOK.rule("DateOfBirth_04", fields=["DateOfBirth"])
def not_too_old(record: Record, context: Context) -> Iterator[Found]:
    """The learner was 115 years old or older at the start of the teaching year.

    Why: nobody of that age is in learning; the year of birth is probably wrong.
    Fix: correct the date of birth.
    Message: By DateOfBirth {DateOfBirth} the learner was 115 or older on {day}.
    Bad: DateOfBirth=1910-08-01
    Good: DateOfBirth=1910-08-02
    """
    facts = facts_of(record, context)
    if facts.born is not None and age_on(facts.born, facts.year.start) >= _OLDEST:
        yield Found("DateOfBirth", {"day": facts.year.start.isoformat()})


@BOOK.rule("DateOfBirth_27", fields=["DateOfBirth"])
def born_before_the_year(record: Record, context: Context) -> Iterator[Found]:
    """The date of birth is on or after the first day of the teaching year.

    Why: no learner is born in the year of learning; the year is probably wrong.
    Fix: correct the date of birth.
    Message: DateOfBirth {DateOfBirth} is not plausible: the teaching year began on {day}.
    Bad: DateOfBirth=2025-08-01
    Good: DateOfBirth=2025-07-31
    """
    facts = facts_of(record, context)
    if facts.born is not None and facts.born >= facts.year.start:
        yield Found("DateOfBirth", {"day": facts.year.start.isoformat()})


@BOOK.rule("DateOfBirth_25", fields=["DateOfBirth", _FUND])
def adult_skills_age(record: Record, context: Context) -> Iterator[Found]:
    """A learner in adult skills or a Skills Bootcamp is under 19.

    Why: this funding is for learners who are 19 or older on 31 August; apprenticeships are not meant.
    Fix: correct the date of birth or the funding model.
    Message: The learner is under 19 on {day}, but aim {aim} is funded as adult learning.
    Bad: DateOfBirth=2006-09-01 LearningDelivery[1]/FundModel=38
    Bad: DateOfBirth=2006-09-01 LearningDelivery[1]/FundModel=35 LearningDelivery[1]/ProgType=24
    Good: DateOfBirth=2006-08-31 LearningDelivery[1]/FundModel=38
    Good: DateOfBirth=2006-09-01 LearningDelivery[1]/FundModel=35 LearningDelivery[1]/ProgType=2
    """
    if _is_younger(record, context, _ADULT):
        yield from _aged(
            record,
            context,
            lambda aim, _: aim.fund in {"37", "38"} or (aim.fund == "35" and not aim.is_apprenticeship),
        )


@BOOK.rule("DateOfBirth_26", fields=["DateOfBirth", _START])
def loan_age(record: Record, context: Context) -> Iterator[Found]:
    """A learner with an advanced learner loan was under 19 at the start of the aim.

    Why: loans are for learners of 19 years and more.
    Fix: correct the date of birth, the start date, or the funding and monitoring record ADL.
    Message: The learner was under 19 at the start of aim {aim} on {start}, which is paid by an advanced learner loan.
    Bad: DateOfBirth=2006-09-16 LearningDelivery[1]/LearnStartDate=2025-09-15
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=ADL
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMCode=1
    Good: DateOfBirth=2006-09-15 LearningDelivery[1]/LearnStartDate=2025-09-15
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=ADL
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMCode=1
    """
    yield from _aged(
        record,
        context,
        lambda aim, born: _has_loan(aim) and aim.start is not None and age_on(born, aim.start) < _ADULT,
    )


@BOOK.rule("DateOfBirth_07", fields=["DateOfBirth", _FUND])
def young_people_funding_age(record: Record, context: Context) -> Iterator[Found]:
    """A learner of 25 or older is funded from the budget for learners of 16 to 19.

    Why: source of funding 107 is for young people, and up to 24 for those with an education, health and care plan.
    Fix: correct the date of birth or the source of funding.
    Message: The learner is 25 or older on {day}, but aim {aim} has source of funding 107.
    Bad: DateOfBirth=2000-08-31 LearningDelivery[1]/FundModel=25
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=SOF
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMCode=107
    Good: DateOfBirth=2000-09-01 LearningDelivery[1]/FundModel=25
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=SOF
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMCode=107
    Good: DateOfBirth=2000-08-31 LearningDelivery[1]/FundModel=25
    """
    if not _is_younger(record, context, _GROWN):
        yield from _aged(record, context, lambda aim, _: aim.fund in _YOUNG and ("SOF", "107") in aim.fams)


@BOOK.rule("DateOfBirth_48", fields=["DateOfBirth", _START, "LearningDelivery/ProgType"])
def old_enough_to_leave_school(record: Record, context: Context) -> Iterator[Found]:
    """An apprenticeship began before the learner could leave school.

    Why: an apprenticeship may begin on the last Friday in June of the school year in which the learner turns 16.
    Fix: correct the date of birth or the start date.
    Message: The apprenticeship of aim {aim} began on {began}; the learner could leave school on {leaving} only.
    Bad: DateOfBirth=2010-05-31 LearningDelivery[1]/AimType=1 LearningDelivery[1]/ProgType=25
      LearningDelivery[1]/LearnStartDate=2026-06-25
    Good: DateOfBirth=2010-05-31 LearningDelivery[1]/AimType=1 LearningDelivery[1]/ProgType=25
      LearningDelivery[1]/LearnStartDate=2026-06-26
    Good: DateOfBirth=2010-05-31 LearningDelivery[1]/AimType=1 LearningDelivery[1]/ProgType=24
      LearningDelivery[1]/LearnStartDate=2026-06-25
    """
    facts = facts_of(record, context)
    if facts.born is None:
        return
    leaving = leaving_day(facts.born)
    for aim in facts.aims:
        began = programme_start(facts.aims, aim.programme) if aim.is_apprenticeship else None
        if began is not None and began < leaving:
            words = {"began": began.isoformat(), "leaving": leaving.isoformat(), "aim": aim.group["AimSeqNumber"]}
            yield Found("DateOfBirth", words)
            return


@BOOK.rule("DateOfBirth_05", fields=["DateOfBirth", _FUND, _START], severity="warning")
def child_in_community_learning(record: Record, context: Context) -> Iterator[Found]:
    """A learner was under 4 at the start of an aim.

    Why: the date of birth is probably wrong.
    Fix: check the date of birth; if it is right, nothing needs to be done.
    Message: The learner was under 4 at the start of aim {aim} on {start}.
    Bad: DateOfBirth=2021-09-16 LearningDelivery[1]/FundModel=10 LearningDelivery[1]/LearnStartDate=2025-09-15
    Good: DateOfBirth=2021-09-15 LearningDelivery[1]/FundModel=10 LearningDelivery[1]/LearnStartDate=2025-09-15
    Good: DateOfBirth=2021-09-16 LearningDelivery[1]/FundModel=25 LearningDelivery[1]/LearnStartDate=2025-09-15
    """
    yield from _aged(
        record,
        context,
        lambda aim, born: aim.fund in {"10", "99"} and aim.start is not None and age_on(born, aim.start) < _CHILD,
    )


@BOOK.rule("DateOfBirth_06", fields=["DateOfBirth", _FUND], severity="warning")
def young_people_too_young(record: Record, context: Context) -> Iterator[Found]:
    """A learner in 16 to 19 learning is under 13.

    Why: the date of birth or the funding model is probably wrong.
    Fix: check the date of birth and FundModel; if they are right, nothing needs to be done.
    Message: The learner is under 13 on {day} (aim {aim}).
    Bad: DateOfBirth=2012-09-01 LearningDelivery[1]/FundModel=82
    Good: DateOfBirth=2012-08-31 LearningDelivery[1]/FundModel=82
    Good: DateOfBirth=2012-09-01 LearningDelivery[1]/FundModel=10
    """
    if _is_younger(record, context, _TEENAGER):
        yield from _aged(record, context, lambda aim, _: aim.fund in _YOUNG)

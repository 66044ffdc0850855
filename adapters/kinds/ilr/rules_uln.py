# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""Rules on the ULN, and on the default ULN 9999999999 where it may not stand (specification `ilr` 4)."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Final

from adapters.kinds.ilr.aims import Aim, Facts, expected_uln, facts_of
from adapters.kinds.ilr.book import BOOK
from gateway.core.model import Record
from gateway.core.rules.rule import Context, Found, Key
from gateway.core.uln import TEMPORARY_ULN, UlnFault, uln_fault

_ENOUGH: Final = timedelta(days=5)
_PATIENCE: Final = timedelta(days=60)
_FUNDED: Final = frozenset({"25", "82", "35", "37", "38", "36", "81"})
_WITH_ESF: Final = _FUNDED | {"70"}
_FIELDS: Final = ("ULN", "LearningDelivery/FundModel", "LearningDelivery/LearnStartDate")
_EMPLOYED: Final = ("ACT", "1")
_HIGHER: Final = ("SOF", "1")


def _from_new_year(facts: Facts) -> bool:
    """Tell whether the learner has the default ULN in a file that was prepared in the second part of the year."""
    return facts.lacks_uln and facts.prepared >= facts.year.new_year


def _lasts(aim: Aim) -> bool:
    """Tell whether an aim is planned for, or lasted, five days or more."""
    return aim.start is not None and any(end is not None and end - aim.start >= _ENOUGH for end in (aim.plan, aim.act))


def _is_recent(aim: Aim, facts: Facts) -> bool:
    return aim.start is not None and facts.prepared - aim.start <= _PATIENCE


def _is_funded(aim: Aim, funds: frozenset[str]) -> bool:
    funded = aim.fund in funds or (aim.fund == "99" and ("ADL", "1") in aim.fams)
    return funded and _lasts(aim) and not aim.in_custody and _EMPLOYED not in aim.fams


def _is_higher(aim: Aim) -> bool:
    return aim.fund == "99" and _HIGHER in aim.fams and _lasts(aim) and not aim.in_custody


def _first(facts: Facts, is_meant: Callable[[Aim], bool]) -> Iterator[Found]:
    """Yield one finding where an aim is meant, naming the first."""
    aim = next(filter(is_meant, facts.aims), None)
    if aim is not None:
        yield Found("ULN", {"aim": aim.group["AimSeqNumber"], "start": aim.group["LearnStartDate"]})


@BOOK.rule("ULN_04", fields=["ULN"])
def uln_check_digit(record: Record, _: Context) -> Iterator[Found]:
    """The ULN's check digit is wrong.

    Why: the last digit is computed from the other nine, so a digit is wrong or two are swapped.
    Fix: look the ULN up again; use 9999999999 only where the learner has none yet.
    Message: The ULN {ULN} cannot exist: its last digit does not fit the other nine.
    Bad: ULN=1000000042
    Bad: ULN=1990909009
    Good: ULN=1000000043
    Good: ULN=9999999999
    """
    uln = record["ULN"]
    if uln and not expected_uln(uln) and uln_fault(uln) is UlnFault.CHECK_DIGIT:
        yield Found("ULN")


@BOOK.rule("ULN_12", fields=["ULN"])
def default_uln_of_apprentice(record: Record, context: Context) -> Iterator[Found]:
    """An apprentice whose employer pays the apprenticeship has the default ULN.

    Why: payments are made for a known learner only (contract type ACT 1), so the ULN must be there from the start.
    Fix: find or register the learner's ULN and enter it.
    Message: The ULN is 9999999999, which must not be used with contract type ACT 1 (aim {aim}).
    Bad: ULN=9999999999 LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=ACT
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMCode=1
    Good: ULN=1000000043 LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=ACT
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMCode=1
    Good: ULN=9999999999 LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=ACT
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMCode=2
    """
    facts = facts_of(record, context)
    if facts.lacks_uln:
        yield from _first(facts, lambda aim: _EMPLOYED in aim.fams)


@BOOK.rule("ULN_07", fields=_FIELDS)
def default_uln_too_long(record: Record, context: Context) -> Iterator[Found]:
    """A funded learner still has the default ULN more than 60 days after the start of an aim.

    Why: 60 days are enough to find or register a ULN, and funded learning must be reported under it.
    Fix: find or register the learner's ULN and enter it.
    Message: The ULN is 9999999999 more than 60 days after the start of aim {aim} on {start}.
    Bad: ULN=9999999999 LearningDelivery[1]/FundModel=25 LearningDelivery[1]/LearnStartDate=2025-12-01
      LearningDelivery[1]/LearnPlanEndDate=2026-07-01
    Bad: ULN=9999999999 LearningDelivery[1]/FundModel=70 LearningDelivery[1]/LearnStartDate=2025-09-01
      LearningDelivery[1]/LearnPlanEndDate=2026-07-01
    Good: ULN=9999999999 LearningDelivery[1]/FundModel=25 LearningDelivery[1]/LearnStartDate=2025-12-02
      LearningDelivery[1]/LearnPlanEndDate=2026-07-01
    Good: ULN=9999999999 Header/FilePreparationDate=2025-12-31 LearningDelivery[1]/FundModel=25
      LearningDelivery[1]/LearnStartDate=2025-09-01 LearningDelivery[1]/LearnPlanEndDate=2026-07-01
    """
    facts = facts_of(record, context)
    if _from_new_year(facts):
        yield from _first(
            facts, lambda aim: bool(aim.start) and not _is_recent(aim, facts) and _is_funded(aim, _WITH_ESF)
        )


@BOOK.rule("ULN_11", fields=_FIELDS)
def default_uln_too_long_in_higher_education(record: Record, context: Context) -> Iterator[Found]:
    """A learner in higher education still has the default ULN more than 60 days after the start of an aim.

    Why: 60 days are enough to find or register a ULN.
    Fix: find or register the learner's ULN and enter it.
    Message: The ULN is 9999999999 more than 60 days after the start of aim {aim} on {start}.
    Bad: ULN=9999999999 LearningDelivery[1]/FundModel=99 LearningDelivery[1]/LearnStartDate=2025-12-01
      LearningDelivery[1]/LearnPlanEndDate=2026-07-01 LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=SOF
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMCode=1
    Good: ULN=9999999999 LearningDelivery[1]/FundModel=99 LearningDelivery[1]/LearnStartDate=2025-12-02
      LearningDelivery[1]/LearnPlanEndDate=2026-07-01 LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=SOF
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMCode=1
    Good: ULN=9999999999 LearningDelivery[1]/FundModel=99 LearningDelivery[1]/LearnStartDate=2025-12-01
      LearningDelivery[1]/LearnPlanEndDate=2026-07-01
    """
    facts = facts_of(record, context)
    if _from_new_year(facts):
        yield from _first(facts, lambda aim: bool(aim.start) and not _is_recent(aim, facts) and _is_higher(aim))


@BOOK.rule("ULN_02", fields=("ULN", "LearningDelivery/FundModel"), severity="warning")
def default_uln_without_public_funding(record: Record, context: Context) -> Iterator[Found]:
    """A learner in community learning, tailored learning or without public funding has the default ULN.

    Why: with a ULN the learner's achievements are found again.
    Fix: find or register the learner's ULN and enter it.
    Message: The ULN is 9999999999, which should not be used with the funding of aim {aim}.
    Bad: ULN=9999999999 LearningDelivery[1]/FundModel=10
    Bad: ULN=9999999999 LearningDelivery[1]/FundModel=11
    Good: ULN=9999999999 LearningDelivery[1]/FundModel=25
    Good: ULN=1000000043 LearningDelivery[1]/FundModel=99
    Good: ULN=9999999999 LearningDelivery[1]/FundModel=99
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=SOF
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMCode=1
    """
    facts = facts_of(record, context)
    if facts.lacks_uln:
        yield from _first(facts, lambda aim: aim.fund in {"99", "10", "11"} and _HIGHER not in aim.fams)


@BOOK.rule("ULN_03", fields=["ULN"], severity="warning")
def default_uln_before_new_year(record: Record, context: Context) -> Iterator[Found]:
    """A learner has the default ULN in a file prepared before 1 January of the teaching year.

    Why: from 1 January on the default is refused for funded learners, so the ULN should be found now.
    Fix: find or register the learner's ULN and enter it.
    Message: The ULN is 9999999999, which should not be used; from {day} on it is refused for funded learners.
    Bad: ULN=9999999999 Header/FilePreparationDate=2025-12-31 LearningDelivery[1]/AimSeqNumber=1
    Good: ULN=9999999999 Header/FilePreparationDate=2026-01-01 LearningDelivery[1]/AimSeqNumber=1
    Good: ULN=9999999999 Header/FilePreparationDate=2025-12-31
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=ACT
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMCode=1
    """
    facts = facts_of(record, context)
    if not facts.lacks_uln or _from_new_year(facts):
        return
    if any(_EMPLOYED not in aim.fams for aim in facts.aims):
        yield Found("ULN", {"day": facts.year.new_year.isoformat()})


@BOOK.rule("ULN_06", fields=_FIELDS, severity="warning")
def default_uln_at_first(record: Record, context: Context) -> Iterator[Found]:
    """A funded learner has the default ULN, in the first 60 days of an aim.

    Why: after 60 days it is refused.
    Fix: find or register the learner's ULN and enter it.
    Message: The ULN is 9999999999; more than 60 days after the start of aim {aim} on {start} it is refused.
    Bad: ULN=9999999999 LearningDelivery[1]/FundModel=25 LearningDelivery[1]/LearnStartDate=2025-12-03
      LearningDelivery[1]/LearnPlanEndDate=2025-12-08
    Good: ULN=9999999999 LearningDelivery[1]/FundModel=25 LearningDelivery[1]/LearnStartDate=2025-12-03
      LearningDelivery[1]/LearnPlanEndDate=2025-12-07
    Good: ULN=9999999999 LearningDelivery[1]/FundModel=70 LearningDelivery[1]/LearnStartDate=2025-12-03
      LearningDelivery[1]/LearnPlanEndDate=2026-07-01
    """
    facts = facts_of(record, context)
    if _from_new_year(facts):
        yield from _first(facts, lambda aim: _is_recent(aim, facts) and _is_funded(aim, _FUNDED))


@BOOK.rule("ULN_09", fields=["ULN"], severity="warning")
def default_uln_in_custody(record: Record, context: Context) -> Iterator[Found]:
    """A learner in custody has the default ULN.

    Why: learners move between custody and colleges, and only a ULN keeps their achievements together.
    Fix: find or register the learner's ULN and enter it.
    Message: The ULN is 9999999999, which should not be used in custody either (aim {aim}).
    Bad: ULN=9999999999 LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=LDM
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMCode=034
    Good: ULN=9999999999 Header/FilePreparationDate=2025-12-31
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=LDM
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMCode=034
    Good: ULN=9999999999 LearningDelivery[1]/FundModel=25
    """
    facts = facts_of(record, context)
    if _from_new_year(facts):
        yield from _first(facts, lambda aim: aim.in_custody)


@BOOK.rule("ULN_10", fields=_FIELDS, severity="warning")
def default_uln_at_first_in_higher_education(record: Record, context: Context) -> Iterator[Found]:
    """A learner in higher education has the default ULN, in the first 60 days of an aim.

    Why: after 60 days it is refused.
    Fix: find or register the learner's ULN and enter it.
    Message: The ULN is 9999999999; more than 60 days after the start of aim {aim} on {start} it is refused.
    Bad: ULN=9999999999 LearningDelivery[1]/FundModel=99 LearningDelivery[1]/LearnStartDate=2025-12-02
      LearningDelivery[1]/LearnPlanEndDate=2026-07-01 LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=SOF
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMCode=1
    Good: ULN=9999999999 LearningDelivery[1]/FundModel=99 LearningDelivery[1]/LearnStartDate=2026-01-30
      LearningDelivery[1]/LearnPlanEndDate=2026-02-03 LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=SOF
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMCode=1
    """
    facts = facts_of(record, context)
    if _from_new_year(facts):
        yield from _first(facts, lambda aim: _is_recent(aim, facts) and _is_higher(aim))


@BOOK.repeated("R_59", fields=["ULN"])
def uln_repeated(record: Record, _: Context) -> Iterator[Key]:
    """The same ULN stands on two learners.

    Why: a ULN belongs to one person, so one of the learners has another's number, or is in the file twice.
    Fix: look both ULNs up, or join the two records into one.
    Message: The ULN {ULN} stands on another learner of this file too: {lines}.
    Bad: ULN=1000000043
    Good: ULN=1010000003
    """
    uln = record["ULN"]
    if uln and uln != TEMPORARY_ULN:
        yield Key((uln,), field="ULN")

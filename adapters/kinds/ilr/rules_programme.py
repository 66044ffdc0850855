# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""Rules on how a learner's aims belong together: programmes, components, core aims (specification `ilr` 4).

A learner who restarts a programme has several programme aims of it; it is closed where all of them are.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from adapters.kinds.ilr.aims import COMPONENT, CORE_AIM, PROGRAMME_AIM, Aim, Programme, aim_of, facts_of
from adapters.kinds.ilr.book import BOOK
from gateway.core.model import Group, Record
from gateway.core.rules.rule import Context, Found
from gateway.core.tables import read_date

_DELIVERY: Final = "LearningDelivery"
_PROGRAMME: Final = ("AimType", "ProgType", "StdCode")
_OF_PROGRAMME: Final = tuple(f"{_DELIVERY}/{name}" for name in _PROGRAMME)
_DAY: Final = timedelta(days=1)
_LATEST: Final = date.max
_ENGLISH_OR_MATHS: Final = re.compile(r"english|math|literacy|numeracy", re.IGNORECASE)


def _of(aims: Sequence[Aim], sort: str, programme: Programme) -> list[Aim]:
    """Return the aims of a type that belong to one programme."""
    return [aim for aim in aims if aim.sort == sort and aim.programme == programme]


@BOOK.rule("AimSeqNumber_02", fields=["LearningDelivery/AimSeqNumber"])
def aim_number_in_range(record: Record, context: Context) -> Iterator[Found]:
    """The sequence number of an aim is greater than the number of the learner's aims.

    Why: the aims of a learner are numbered 1, 2, 3 and so on without gaps.
    Fix: number the learner's aims anew.
    Message: AimSeqNumber is {number}, but the learner has {count} aims only.
    Bad: LearningDelivery[1]/AimSeqNumber=1 LearningDelivery[2]/AimSeqNumber=3
    Good: LearningDelivery[1]/AimSeqNumber=2 LearningDelivery[2]/AimSeqNumber=1
    """
    aims = facts_of(record, context).aims
    for aim in aims:
        number = aim.group["AimSeqNumber"]
        if number.isascii() and number.isdigit() and int(number) > len(aims):
            yield Found(f"{aim.path}/AimSeqNumber", {"number": number, "count": str(len(aims))})


@BOOK.group_rule("R_30", _DELIVERY, fields=_PROGRAMME)
def component_has_programme(delivery: Group, learner: Record, context: Context) -> Iterator[Found]:
    """A component aim has no programme aim.

    Why: a component is part of a programme, which has an aim of its own (AimType 1).
    Fix: add the programme aim, or correct ProgType and StdCode so that both have the same.
    Message: There is no programme aim (AimType 1) with ProgType "{ProgType}" and StdCode "{StdCode}".
    Bad: LearningDelivery[1]/AimType=3 LearningDelivery[1]/ProgType=25 LearningDelivery[1]/StdCode=105
      LearningDelivery[2]/AimType=1 LearningDelivery[2]/ProgType=25 LearningDelivery[2]/StdCode=106
    Good: LearningDelivery[1]/AimType=3 LearningDelivery[1]/ProgType=25 LearningDelivery[1]/StdCode=105
      LearningDelivery[2]/AimType=1 LearningDelivery[2]/ProgType=25 LearningDelivery[2]/StdCode=105
    """
    aim = aim_of(delivery)
    if aim.sort == COMPONENT and not _of(facts_of(learner, context).aims, PROGRAMME_AIM, aim.programme):
        yield Found("AimType")


@BOOK.group_rule("R_31", _DELIVERY, fields=[*_PROGRAMME, "LearnActEndDate"])
def open_programme_has_component(delivery: Group, learner: Record, context: Context) -> Iterator[Found]:
    """An open programme aim has no component.

    Why: a programme consists of its components; without one nothing is taught.
    Fix: add a component aim (AimType 3), or correct ProgType and StdCode so that both have the same.
    Message: There is no component aim (AimType 3) with ProgType "{ProgType}" and StdCode "{StdCode}".
    Bad: LearningDelivery[1]/AimType=1 LearningDelivery[1]/ProgType=25 LearningDelivery[1]/StdCode=105
    Good: LearningDelivery[1]/AimType=1 LearningDelivery[1]/ProgType=25 LearningDelivery[1]/LearnActEndDate=2026-01-15
    Good: LearningDelivery[1]/AimType=1 LearningDelivery[1]/ProgType=25
      LearningDelivery[2]/AimType=3 LearningDelivery[2]/ProgType=25
    """
    aim = aim_of(delivery)
    if aim.sort != PROGRAMME_AIM or not aim.is_open:
        return
    if not _of(facts_of(learner, context).aims, COMPONENT, aim.programme):
        yield Found("AimType")


@BOOK.rule("R_58", fields=[f"{_DELIVERY}/{name}" for name in ("AimType", "LearnStartDate", "LearnActEndDate")])
def core_aims_follow_each_other(record: Record, context: Context) -> Iterator[Found]:
    """Two core aims overlap in time.

    Why: a study programme has one core aim at a time.
    Fix: correct the dates, or the AimType of the aim that is not the core aim.
    Message: This core aim began on {start}, when another one ({other}) had not ended.
    Bad: LearningDelivery[1]/AimType=5 LearningDelivery[1]/LearnStartDate=2025-09-01
      LearningDelivery[1]/LearnActEndDate=2025-12-01
      LearningDelivery[2]/AimType=5 LearningDelivery[2]/LearnStartDate=2025-12-01
    Bad: LearningDelivery[1]/AimType=5 LearningDelivery[1]/LearnStartDate=2025-09-01
      LearningDelivery[2]/AimType=5 LearningDelivery[2]/LearnStartDate=2026-01-10
    Good: LearningDelivery[1]/AimType=5 LearningDelivery[1]/LearnStartDate=2025-09-01
      LearningDelivery[1]/LearnActEndDate=2025-12-01
      LearningDelivery[2]/AimType=5 LearningDelivery[2]/LearnStartDate=2025-12-02
    """
    core = [aim for aim in facts_of(record, context).aims if aim.sort == CORE_AIM and aim.start]
    longest: Aim | None = None
    for aim in sorted(core, key=lambda aim: aim.start or _LATEST):
        if longest is not None and (aim.start or _LATEST) <= (longest.act or _LATEST):
            words = {"start": aim.group["LearnStartDate"], "other": longest.path}
            yield Found(f"{aim.path}/LearnStartDate", words)
        if longest is None or (aim.act or _LATEST) > (longest.act or _LATEST):
            longest = aim


@BOOK.rule("R_63", fields=[f"{_DELIVERY}/AimType", f"{_DELIVERY}/FundModel"])
def study_programme_has_core_aim(record: Record, context: Context) -> Iterator[Found]:
    """A learner in 16 to 19 learning has no core aim.

    Why: each study programme has a core aim (AimType 5); learning paid from source of funding 105 is not meant.
    Fix: give the main aim of the study programme AimType 5.
    Message: There is no core aim (AimType 5), but aim {aim} has FundModel 25.
    Bad: LearningDelivery[1]/FundModel=25 LearningDelivery[1]/AimType=4
    Good: LearningDelivery[1]/FundModel=25 LearningDelivery[1]/AimType=4
      LearningDelivery[2]/FundModel=25 LearningDelivery[2]/AimType=5
    Good: LearningDelivery[1]/FundModel=25 LearningDelivery[1]/AimType=4
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=SOF
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMCode=105
    """
    aims = facts_of(record, context).aims
    young = next((aim for aim in aims if aim.fund == "25" and ("SOF", "105") not in aim.fams), None)
    if young is not None and not any(aim.sort == CORE_AIM for aim in aims):
        yield Found(f"{young.path}/AimType", {"aim": young.group["AimSeqNumber"]})


@BOOK.rule("R_90", fields=[*_OF_PROGRAMME, f"{_DELIVERY}/LearnActEndDate"])
def closed_programme_has_closed_components(record: Record, context: Context) -> Iterator[Found]:
    """A programme is closed but one of its components is open.

    Why: with the programme all that belongs to it ends.
    Fix: enter the LearnActEndDate of the component, or leave that of the programme aim out.
    Message: The programme ended on {end}, so LearnActEndDate must be returned for this component.
    Bad: LearningDelivery[1]/AimType=1 LearningDelivery[1]/ProgType=25 LearningDelivery[1]/LearnActEndDate=2026-01-15
      LearningDelivery[2]/AimType=3 LearningDelivery[2]/ProgType=25
    Good: LearningDelivery[1]/AimType=1 LearningDelivery[1]/ProgType=25 LearningDelivery[1]/LearnActEndDate=2026-01-15
      LearningDelivery[2]/AimType=3 LearningDelivery[2]/ProgType=25 LearningDelivery[2]/LearnActEndDate=2026-01-15
    Good: LearningDelivery[1]/AimType=1 LearningDelivery[1]/ProgType=25 LearningDelivery[1]/LearnActEndDate=2025-10-15
      LearningDelivery[2]/AimType=1 LearningDelivery[2]/ProgType=25
      LearningDelivery[3]/AimType=3 LearningDelivery[3]/ProgType=25
    """
    aims = facts_of(record, context).aims
    for component in (aim for aim in aims if aim.sort == COMPONENT and aim.is_open):
        end = _end(_of(aims, PROGRAMME_AIM, component.programme))
        if end is not None:
            yield Found(f"{component.path}/LearnActEndDate", {"end": end.isoformat()})


def _end(aims: Sequence[Aim]) -> date | None:
    """Return when a programme ended: the latest end of its aims; None while one is open or where there is none."""
    if any(aim.act is None for aim in aims):
        return None
    return max((aim.act for aim in aims if aim.act), default=None)


@BOOK.rule("R_89", fields=[*_OF_PROGRAMME, f"{_DELIVERY}/LearnActEndDate"])
def programme_ends_last(record: Record, context: Context) -> Iterator[Found]:
    """A programme ended before one of its components.

    Why: the programme lasts until its last component ends; English and maths may be finished later.
    Fix: correct LearnActEndDate of the programme aim or of the component. English and maths are known by their titles
      where the list of qualifications is loaded; without it every component counts.
    Message: The programme ended on {end}, before this component on {later}.
    Bad: LearningDelivery[1]/AimType=1 LearningDelivery[1]/ProgType=25 LearningDelivery[1]/LearnActEndDate=2026-01-14
      LearningDelivery[2]/AimType=3 LearningDelivery[2]/ProgType=25 LearningDelivery[2]/LearnActEndDate=2026-01-15
      LearningDelivery[2]/LearnAimRef=60100001
    Good: LearningDelivery[1]/AimType=1 LearningDelivery[1]/ProgType=25 LearningDelivery[1]/LearnActEndDate=2026-01-15
      LearningDelivery[2]/AimType=3 LearningDelivery[2]/ProgType=25 LearningDelivery[2]/LearnActEndDate=2026-01-15
      LearningDelivery[2]/LearnAimRef=60100001
    Good: LearningDelivery[1]/AimType=1 LearningDelivery[1]/ProgType=25 LearningDelivery[1]/LearnActEndDate=2026-01-14
      LearningDelivery[2]/AimType=3 LearningDelivery[2]/ProgType=25 LearningDelivery[2]/LearnActEndDate=2026-01-15
      LearningDelivery[2]/LearnAimRef=60100002
    """
    aims = facts_of(record, context).aims
    for component in (aim for aim in aims if aim.sort == COMPONENT and aim.act):
        end = _end(_of(aims, PROGRAMME_AIM, component.programme))
        if end is not None and component.act is not None and end < component.act and _counts(component, context):
            words = {"end": end.isoformat(), "later": component.act.isoformat()}
            yield Found(f"{component.path}/LearnActEndDate", words)


def _counts(component: Aim, context: Context) -> bool:
    """Tell whether an aim is not known to be English or maths, by its title on the list of qualifications."""
    reference = component.group["LearnAimRef"]
    if not context.reference.loaded("qualifications"):
        return True
    row: Mapping[str, str] | None = context.reference.lookup("qualifications", reference) if reference else None
    return row is None or not _ENGLISH_OR_MATHS.search(row["title"])


def _contracts(delivery: Group) -> list[tuple[date, Group]]:
    """Return the dated contract types of an aim, the earliest first."""
    fams = (fam for fam in delivery.all("LearningDeliveryFAM") if fam["LearnDelFAMType"] == "ACT")
    dated = ((read_date(fam["LearnDelFAMDateFrom"]), fam) for fam in fams)
    return sorted(((day, fam) for day, fam in dated if day is not None), key=lambda found: found[0])


@BOOK.group_rule(
    "R_105",
    _DELIVERY,
    fields=[f"LearningDeliveryFAM/LearnDelFAM{name}" for name in ("Type", "Code", "DateFrom", "DateTo")],
)
def one_contract_at_a_time(delivery: Group, _learner: Record, _context: Context) -> Iterator[Found]:
    """Two different contract types hold at the same time.

    Why: who pays an apprenticeship is told by its contract type (ACT), and only one holds on a day.
    Fix: end the first contract type on the day before the second begins.
    Message: Contract type ACT {code} began on {start}, when ACT {other} had not ended.
    Bad: LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=ACT
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMCode=1
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMDateFrom=2025-09-01
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMDateTo=2025-12-31
      LearningDelivery[1]/LearningDeliveryFAM[2]/LearnDelFAMType=ACT
      LearningDelivery[1]/LearningDeliveryFAM[2]/LearnDelFAMCode=2
      LearningDelivery[1]/LearningDeliveryFAM[2]/LearnDelFAMDateFrom=2025-12-31
    Good: LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=ACT
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMCode=1
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMDateFrom=2025-09-01
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMDateTo=2025-12-31
      LearningDelivery[1]/LearningDeliveryFAM[2]/LearnDelFAMType=ACT
      LearningDelivery[1]/LearningDeliveryFAM[2]/LearnDelFAMCode=2
      LearningDelivery[1]/LearningDeliveryFAM[2]/LearnDelFAMDateFrom=2026-01-01
    """
    if "ACT" not in aim_of(delivery).fam_types:
        return
    for (_, earlier), (start, later) in pairwise(_contracts(delivery)):
        end = read_date(earlier["LearnDelFAMDateTo"]) or _LATEST
        if start <= end and earlier["LearnDelFAMCode"] != later["LearnDelFAMCode"]:
            words = {"code": later["LearnDelFAMCode"], "start": start.isoformat(), "other": earlier["LearnDelFAMCode"]}
            yield Found(f"{later.path.removeprefix(f'{delivery.path}/')}/LearnDelFAMDateFrom", words)


@BOOK.group_rule(
    "R_104",
    _DELIVERY,
    fields=[f"LearningDeliveryFAM/LearnDelFAM{name}" for name in ("Type", "DateFrom", "DateTo")],
)
def contracts_follow_each_other(delivery: Group, _learner: Record, _context: Context) -> Iterator[Found]:
    """The contract types of an aim do not follow one another without a gap.

    Why: who pays an apprenticeship is told by its contract type (ACT), and on each day one holds.
    Fix: let each contract type begin on the day after the one before has ended.
    Message: Contract type ACT begins on {start}, but the one before ends on "{end}" and not on the day before.
    Bad: LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=ACT
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMDateFrom=2025-09-01
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMDateTo=2025-12-30
      LearningDelivery[1]/LearningDeliveryFAM[2]/LearnDelFAMType=ACT
      LearningDelivery[1]/LearningDeliveryFAM[2]/LearnDelFAMDateFrom=2026-01-01
    Good: LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=ACT
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMDateFrom=2025-09-01
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMDateTo=2025-12-31
      LearningDelivery[1]/LearningDeliveryFAM[2]/LearnDelFAMType=ACT
      LearningDelivery[1]/LearningDeliveryFAM[2]/LearnDelFAMDateFrom=2026-01-01
    """
    if "ACT" not in aim_of(delivery).fam_types:
        return
    for (_, earlier), (start, later) in pairwise(_contracts(delivery)):
        if read_date(earlier["LearnDelFAMDateTo"]) != start - _DAY:
            words = {"start": start.isoformat(), "end": earlier["LearnDelFAMDateTo"]}
            yield Found(f"{later.path.removeprefix(f'{delivery.path}/')}/LearnDelFAMDateFrom", words)

# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""Rules on what must not stand twice within one learner (specification `ilr` 4, rules `R_`)."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from adapters.kinds.ilr.aims import PROGRAMME_AIM, aim_of, copies, facts_of, whole
from adapters.kinds.ilr.book import BOOK
from gateway.core.model import Group, Record
from gateway.core.rules.rule import Context, Found

_DELIVERY: Final = "LearningDelivery"
_DATED: Final = frozenset({"LSF", "ACT", "ALB"})
_PLACEMENT: Final = "LearningDeliveryWorkPlacement"
_FINANCE: Final = ("AFinType", "AFinCode", "AFinDate")
_STATUS: Final = ("EmpStat", "EmpId", "DateEmpStatApp")


def _below(group: Group, delivery: Group) -> str:
    """Return the path of a group below its delivery."""
    return group.path.removeprefix(f"{delivery.path}/")


@BOOK.rule("R_07", fields=[f"{_DELIVERY}/AimSeqNumber"])
def aim_number_repeated(record: Record, _: Context) -> Iterator[Found]:
    """Two aims of a learner have the same sequence number.

    Why: the number is how an aim is known from file to file.
    Fix: number the learner's aims 1, 2, 3 and so on.
    Message: AimSeqNumber {number} stands on two aims of this learner.
    Bad: LearningDelivery[1]/AimSeqNumber=1 LearningDelivery[2]/AimSeqNumber=1
    Good: LearningDelivery[1]/AimSeqNumber=1 LearningDelivery[2]/AimSeqNumber=2
    """
    for aim, _first in copies(record.all(_DELIVERY), ("AimSeqNumber",)):
        yield Found(f"{aim.path}/AimSeqNumber", {"number": aim["AimSeqNumber"]})


@BOOK.rule("R_43", fields=["LearnerEmploymentStatus/DateEmpStatApp"])
def employment_date_repeated(record: Record, _: Context) -> Iterator[Found]:
    """Two employment statuses of a learner begin on the same day.

    Why: which of them holds from that day on cannot be told.
    Fix: correct one of the dates, or leave out the status that does not hold.
    Message: Two employment statuses have the date {date}.
    Bad: LearnerEmploymentStatus[1]/DateEmpStatApp=2025-09-01 LearnerEmploymentStatus[2]/DateEmpStatApp=2025-09-01
    Good: LearnerEmploymentStatus[1]/DateEmpStatApp=2025-09-01 LearnerEmploymentStatus[2]/DateEmpStatApp=2025-09-02
    """
    for status, _first in copies(record.all("LearnerEmploymentStatus"), ("DateEmpStatApp",)):
        yield Found(f"{status.path}/DateEmpStatApp", {"date": status["DateEmpStatApp"]})


@BOOK.rule("R_45", fields=["LLDDandHealthProblem/LLDDCat"])
def health_category_repeated(record: Record, _: Context) -> Iterator[Found]:
    """The same learning difficulty, disability or health problem is returned twice.

    Why: each category is told once.
    Fix: leave out the copy, or correct its LLDDCat.
    Message: LLDDCat {category} is returned twice.
    Bad: LLDDandHealthProblem[1]/LLDDCat=4 LLDDandHealthProblem[2]/LLDDCat=4
    Good: LLDDandHealthProblem[1]/LLDDCat=4 LLDDandHealthProblem[2]/LLDDCat=5
    """
    for problem, _first in copies(record.all("LLDDandHealthProblem"), ("LLDDCat",)):
        yield Found(f"{problem.path}/LLDDCat", {"category": problem["LLDDCat"]})


@BOOK.rule("R_49", fields=["ProviderSpecLearnerMonitoring/ProvSpecLearnMonOccur"])
def learner_monitoring_repeated(record: Record, _: Context) -> Iterator[Found]:
    """A provider's own field A or B of a learner is returned twice.

    Why: which of the two values holds cannot be told.
    Fix: leave out the copy, or correct its ProvSpecLearnMonOccur.
    Message: ProvSpecLearnMonOccur {occurrence} is returned twice.
    Bad: ProviderSpecLearnerMonitoring[1]/ProvSpecLearnMonOccur=A
      ProviderSpecLearnerMonitoring[2]/ProvSpecLearnMonOccur=A
    Good: ProviderSpecLearnerMonitoring[1]/ProvSpecLearnMonOccur=A
      ProviderSpecLearnerMonitoring[2]/ProvSpecLearnMonOccur=B
    """
    for own, _first in copies(record.all("ProviderSpecLearnerMonitoring"), ("ProvSpecLearnMonOccur",)):
        yield Found(f"{own.path}/ProvSpecLearnMonOccur", {"occurrence": own["ProvSpecLearnMonOccur"]})


@BOOK.group_rule("R_50", _DELIVERY, fields=["ProviderSpecDeliveryMonitoring/ProvSpecDelMonOccur"])
def delivery_monitoring_repeated(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """A provider's own field A, B, C or D of an aim is returned twice.

    Why: which of the two values holds cannot be told.
    Fix: leave out the copy, or correct its ProvSpecDelMonOccur.
    Message: ProvSpecDelMonOccur {occurrence} is returned twice.
    Bad: LearningDelivery[1]/ProviderSpecDeliveryMonitoring[1]/ProvSpecDelMonOccur=D
      LearningDelivery[1]/ProviderSpecDeliveryMonitoring[2]/ProvSpecDelMonOccur=D
    Good: LearningDelivery[1]/ProviderSpecDeliveryMonitoring[1]/ProvSpecDelMonOccur=D
      LearningDelivery[2]/ProviderSpecDeliveryMonitoring[1]/ProvSpecDelMonOccur=D
    """
    for own, _first in copies(delivery.all("ProviderSpecDeliveryMonitoring"), ("ProvSpecDelMonOccur",)):
        yield Found(f"{_below(own, delivery)}/ProvSpecDelMonOccur", {"occurrence": own["ProvSpecDelMonOccur"]})


@BOOK.rule("R_51", fields=["LearnerFAM/LearnFAMType", "LearnerFAM/LearnFAMCode"])
def learner_fam_repeated(record: Record, _: Context) -> Iterator[Found]:
    """The same funding and monitoring record of a learner is returned twice.

    Why: a copy says nothing new, and hides that another code was meant.
    Fix: leave out the copy, or correct its code.
    Message: The LearnerFAM record {type} with code {code} is returned twice.
    Bad: LearnerFAM[1]/LearnFAMType=LSR LearnerFAM[1]/LearnFAMCode=55
      LearnerFAM[2]/LearnFAMType=LSR LearnerFAM[2]/LearnFAMCode=55
    Good: LearnerFAM[1]/LearnFAMType=LSR LearnerFAM[1]/LearnFAMCode=55
      LearnerFAM[2]/LearnFAMType=LSR LearnerFAM[2]/LearnFAMCode=56
    """
    for fam, _first in copies(record.all("LearnerFAM"), ("LearnFAMType", "LearnFAMCode")):
        words = {"type": fam["LearnFAMType"], "code": fam["LearnFAMCode"]}
        yield Found(f"{fam.path}/LearnFAMCode", words)


@BOOK.group_rule(
    "R_52", _DELIVERY, fields=["LearningDeliveryFAM/LearnDelFAMType", "LearningDeliveryFAM/LearnDelFAMCode"]
)
def delivery_fam_repeated(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """The same funding and monitoring record of an aim is returned twice.

    Why: only records that hold for some days, such as LSF, ACT and ALB, may stand again with other dates.
    Fix: leave out the copy, or correct its code.
    Message: The LearningDeliveryFAM record {type} with code {code} is returned twice on this aim.
    Bad: LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=LDM
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMCode=034
      LearningDelivery[1]/LearningDeliveryFAM[2]/LearnDelFAMType=LDM
      LearningDelivery[1]/LearningDeliveryFAM[2]/LearnDelFAMCode=034
    Good: LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=LSF
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMCode=1
      LearningDelivery[1]/LearningDeliveryFAM[2]/LearnDelFAMType=LSF
      LearningDelivery[1]/LearningDeliveryFAM[2]/LearnDelFAMCode=1
    """
    fams = delivery.all("LearningDeliveryFAM")
    if len(fams) == len(aim_of(delivery).fams):
        return
    undated = [fam for fam in fams if fam["LearnDelFAMType"] not in _DATED and not fam["LearnDelFAMDateFrom"]]
    for fam, _first in copies(undated, ("LearnDelFAMType", "LearnDelFAMCode")):
        words = {"type": fam["LearnDelFAMType"], "code": fam["LearnDelFAMCode"]}
        yield Found(f"{_below(fam, delivery)}/LearnDelFAMCode", words)


@BOOK.group_rule("R_67", _DELIVERY, fields=[f"{_PLACEMENT}/WorkPlaceStartDate", f"{_PLACEMENT}/WorkPlaceEmpId"])
def placement_repeated(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """Two work placements of an aim begin on the same day with the same employer.

    Why: the hours of a placement would be counted twice.
    Fix: leave out the copy, or correct its date or employer.
    Message: Two work placements begin on {date} with the employer {employer}.
    Bad: LearningDelivery[1]/LearningDeliveryWorkPlacement[1]/WorkPlaceStartDate=2025-10-01
      LearningDelivery[1]/LearningDeliveryWorkPlacement[1]/WorkPlaceEmpId=123456789
      LearningDelivery[1]/LearningDeliveryWorkPlacement[2]/WorkPlaceStartDate=2025-10-01
      LearningDelivery[1]/LearningDeliveryWorkPlacement[2]/WorkPlaceEmpId=123456789
    Good: LearningDelivery[1]/LearningDeliveryWorkPlacement[1]/WorkPlaceStartDate=2025-10-01
      LearningDelivery[1]/LearningDeliveryWorkPlacement[1]/WorkPlaceEmpId=123456789
      LearningDelivery[1]/LearningDeliveryWorkPlacement[2]/WorkPlaceStartDate=2025-10-02
      LearningDelivery[1]/LearningDeliveryWorkPlacement[2]/WorkPlaceEmpId=123456789
    """
    for placement, _first in copies(delivery.all(_PLACEMENT), ("WorkPlaceStartDate", "WorkPlaceEmpId")):
        words = {"date": placement["WorkPlaceStartDate"], "employer": placement["WorkPlaceEmpId"]}
        yield Found(f"{_below(placement, delivery)}/WorkPlaceEmpId", words)


@BOOK.group_rule("R_96", _DELIVERY, fields=[f"{_PLACEMENT}/WorkPlaceStartDate"])
def placement_date_repeated(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """Two work placements of an aim begin on the same day.

    Why: a learner begins one placement at a time.
    Fix: correct the date of one of them, or leave out the copy.
    Message: Two work placements begin on {date}.
    Bad: LearningDelivery[1]/LearningDeliveryWorkPlacement[1]/WorkPlaceStartDate=2025-10-01
      LearningDelivery[1]/LearningDeliveryWorkPlacement[2]/WorkPlaceStartDate=2025-10-01
    Good: LearningDelivery[1]/LearningDeliveryWorkPlacement[1]/WorkPlaceStartDate=2025-10-01
      LearningDelivery[2]/LearningDeliveryWorkPlacement[1]/WorkPlaceStartDate=2025-10-01
    """
    for placement, _first in copies(delivery.all(_PLACEMENT), ("WorkPlaceStartDate",)):
        place = f"{_below(placement, delivery)}/WorkPlaceStartDate"
        yield Found(place, {"date": placement["WorkPlaceStartDate"]})


@BOOK.rule("R_68", fields=[*(f"{_DELIVERY}/AppFinRecord/{name}" for name in _FINANCE), f"{_DELIVERY}/FundModel"])
def financial_record_repeated(record: Record, context: Context) -> Iterator[Found]:
    """The same financial record of an apprenticeship is returned twice.

    Why: a price or payment would be counted twice.
    Fix: leave out the copy, or correct its type, code or date.
    Message: The financial record {type}{code} of {date} is returned twice.
    Bad: LearningDelivery[1]/FundModel=36 LearningDelivery[1]/AimType=1
      LearningDelivery[1]/AppFinRecord[1]/AFinType=PMR LearningDelivery[1]/AppFinRecord[1]/AFinCode=1
      LearningDelivery[1]/AppFinRecord[1]/AFinDate=2025-10-01 LearningDelivery[2]/FundModel=36
      LearningDelivery[2]/AimType=1 LearningDelivery[2]/AppFinRecord[1]/AFinType=PMR
      LearningDelivery[2]/AppFinRecord[1]/AFinCode=1 LearningDelivery[2]/AppFinRecord[1]/AFinDate=2025-10-01
    Good: LearningDelivery[1]/FundModel=36 LearningDelivery[1]/AimType=1
      LearningDelivery[1]/AppFinRecord[1]/AFinType=PMR LearningDelivery[1]/AppFinRecord[1]/AFinCode=1
      LearningDelivery[1]/AppFinRecord[1]/AFinDate=2025-10-01
      LearningDelivery[1]/AppFinRecord[2]/AFinType=PMR LearningDelivery[1]/AppFinRecord[2]/AFinCode=1
      LearningDelivery[1]/AppFinRecord[2]/AFinDate=2025-11-01
    """
    aims = (aim for aim in facts_of(record, context).aims if aim.fund == "36" and aim.sort == PROGRAMME_AIM)
    records = [found for aim in aims for found in aim.group.all("AppFinRecord")]
    for found, _first in copies(records, _FINANCE):
        words = {"type": found["AFinType"], "code": found["AFinCode"], "date": found["AFinDate"]}
        yield Found(f"{found.path}/AFinDate", words)


@BOOK.rule("R_97", fields=[f"LearnerEmploymentStatus/{name}" for name in _STATUS], severity="warning")
def employment_status_redundant(record: Record, _: Context) -> Iterator[Found]:
    """Two employment statuses that follow one another differ in their date alone.

    Why: a status holds until another begins, so the later one says nothing new.
    Fix: leave out the later status, or correct what has changed.
    Message: The employment status from {later} on is the same as that from {earlier} on.
    Bad: LearnerEmploymentStatus[1]/EmpStat=10 LearnerEmploymentStatus[1]/DateEmpStatApp=2025-09-01
      LearnerEmploymentStatus[2]/EmpStat=10 LearnerEmploymentStatus[2]/DateEmpStatApp=2025-10-01
    Good: LearnerEmploymentStatus[1]/EmpStat=10 LearnerEmploymentStatus[1]/DateEmpStatApp=2025-09-01
      LearnerEmploymentStatus[2]/EmpStat=10 LearnerEmploymentStatus[2]/DateEmpStatApp=2025-10-01
      LearnerEmploymentStatus[2]/EmpId=123456789
    """
    statuses = record.all("LearnerEmploymentStatus")
    if len(statuses) <= 1:
        return
    for earlier, later in pairwise(sorted(statuses, key=lambda status: status["DateEmpStatApp"])):
        if earlier["DateEmpStatApp"] != later["DateEmpStatApp"] and _told(earlier) == _told(later):
            words = {"earlier": earlier["DateEmpStatApp"], "later": later["DateEmpStatApp"]}
            yield Found(f"{later.path}/DateEmpStatApp", words)


def _told(status: Group) -> tuple[str, str, str, frozenset[tuple[str, str]]]:
    """Return what an employment status says beside its date; AgreeId stands in earlier years alone."""
    monitored = ((it["ESMType"], whole(it["ESMCode"])) for it in status.all("EmploymentStatusMonitoring"))
    return whole(status["EmpStat"]), whole(status["EmpId"]), status["AgreeId"], frozenset(monitored)

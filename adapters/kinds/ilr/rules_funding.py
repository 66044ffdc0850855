# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""Rules on how an aim is funded, of which programme it is part, and with whom it is taught (specification `ilr` 4)."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from adapters.kinds.ilr.aims import CORE_AIM, aim_of, facts_of, whole
from adapters.kinds.ilr.book import BOOK
from gateway.core.model import Group, Record
from gateway.core.rules.rule import Context, Found

_REFORM: Final = date(2024, 8, 1)
_ONLY_ONE: Final = frozenset({"HNS", "EHC", "DLA", "SEN", "MCF", "ECF", "FME", "MMH", "EMH"})
_WITH_SOURCE: Final = frozenset({"25", "82", "35", "36", "37", "81", "10", "11", "38"})
_DELIVERY: Final = "LearningDelivery"


@BOOK.group_rule("AimType_05", _DELIVERY, fields=["AimType", "FundModel"])
def core_aim_funding(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """A core aim is not funded as 16 to 19 learning.

    Why: core aims exist in study programmes only, which have FundModel 25 or 82.
    Fix: correct AimType or FundModel.
    Message: AimType is 5 (core aim), but FundModel is {FundModel} and not 25 or 82.
    Bad: LearningDelivery[1]/AimType=5 LearningDelivery[1]/FundModel=35
    Good: LearningDelivery[1]/AimType=5 LearningDelivery[1]/FundModel=82
    Good: LearningDelivery[1]/AimType=4 LearningDelivery[1]/FundModel=35
    """
    aim = aim_of(delivery)
    if aim.sort == CORE_AIM and aim.fund and aim.fund not in {"25", "82"}:
        yield Found("AimType")


@BOOK.group_rule("ProgType_01", _DELIVERY, fields=["ProgType", "AimType"])
def programme_given(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """The programme type of an aim in a programme is missing.

    Why: programme aims and their components are held together by it.
    Fix: enter ProgType, or correct AimType.
    Message: ProgType must be returned because AimType is {AimType}.
    Bad: LearningDelivery[1]/AimType=3
    Good: LearningDelivery[1]/AimType=3 LearningDelivery[1]/ProgType=25
    Good: LearningDelivery[1]/AimType=4
    """
    aim = aim_of(delivery)
    if aim.sort in {"1", "3"} and not aim.programme.sort:
        yield Found("ProgType")


@BOOK.group_rule("ProgType_02", _DELIVERY, fields=["ProgType", "AimType"])
def no_programme_given(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """An aim outside a programme has a programme type.

    Why: AimType 4 says that the aim is part of no programme.
    Fix: leave ProgType out, or correct AimType.
    Message: ProgType is {ProgType}, but must not be returned because AimType is 4.
    Bad: LearningDelivery[1]/AimType=4 LearningDelivery[1]/ProgType=25
    Good: LearningDelivery[1]/AimType=1 LearningDelivery[1]/ProgType=25
    """
    aim = aim_of(delivery)
    if aim.sort == "4" and aim.programme.sort:
        yield Found("ProgType")


@BOOK.group_rule("FundModel_16", _DELIVERY, fields=["FundModel", "ProgType"])
def bootcamp_programme(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """A Skills Bootcamp has another programme type than 32.

    Why: FundModel 37 is for Skills Bootcamps only, and these have ProgType 32.
    Fix: correct ProgType or FundModel.
    Message: FundModel is 37, so ProgType must be 32 and not "{ProgType}".
    Bad: LearningDelivery[1]/FundModel=37 LearningDelivery[1]/ProgType=25
    Bad: LearningDelivery[1]/FundModel=37
    Good: LearningDelivery[1]/FundModel=37 LearningDelivery[1]/ProgType=32
    """
    aim = aim_of(delivery)
    if aim.fund == "37" and aim.programme.sort != "32":
        yield Found("FundModel")


@BOOK.group_rule("FundModel_17", _DELIVERY, fields=["FundModel", "LearnStartDate"])
def adult_skills_ended(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """Adult skills funding is returned for an aim that began when it had ended.

    Why: FundModel 35 ended on 31 July 2024; only restarted aims (RES) may begin later.
    Fix: use FundModel 38, or add the funding and monitoring record RES where the learner restarts.
    Message: FundModel 35 is not valid for an aim that began on {LearnStartDate}.
    Bad: LearningDelivery[1]/FundModel=35 LearningDelivery[1]/LearnStartDate=2024-08-01
    Good: LearningDelivery[1]/FundModel=35 LearningDelivery[1]/LearnStartDate=2024-07-31
    Good: LearningDelivery[1]/FundModel=35 LearningDelivery[1]/LearnStartDate=2024-08-01
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=RES
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMCode=1
    """
    aim = aim_of(delivery)
    if aim.fund == "35" and aim.start is not None and aim.start >= _REFORM and "RES" not in aim.fam_types:
        yield Found("FundModel")


@BOOK.group_rule("FundModel_19", _DELIVERY, fields=["FundModel", "LearnStartDate"])
def adult_skills_fund_begun(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """The Adult Skills Fund is returned for an aim that began before it.

    Why: FundModel 38 is for aims that began on 1 August 2024 or later.
    Fix: use FundModel 35, or correct the start date.
    Message: FundModel 38 is not valid for an aim that began on {LearnStartDate}.
    Bad: LearningDelivery[1]/FundModel=38 LearningDelivery[1]/LearnStartDate=2024-07-31
    Good: LearningDelivery[1]/FundModel=38 LearningDelivery[1]/LearnStartDate=2024-08-01
    """
    aim = aim_of(delivery)
    if aim.fund == "38" and aim.start is not None and aim.start < _REFORM:
        yield Found("FundModel")


@BOOK.group_rule("FundModel_20", _DELIVERY, fields=["FundModel", "LearnStartDate"])
def tailored_learning_begun(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """Tailored learning is returned for an aim that began before it.

    Why: FundModel 11 is for aims that began on 1 August 2024 or later.
    Fix: use FundModel 10, or correct the start date.
    Message: FundModel 11 is not valid for an aim that began on {LearnStartDate}.
    Bad: LearningDelivery[1]/FundModel=11 LearningDelivery[1]/LearnStartDate=2024-07-31
    Good: LearningDelivery[1]/FundModel=11 LearningDelivery[1]/LearnStartDate=2024-08-01
    """
    aim = aim_of(delivery)
    if aim.fund == "11" and aim.start is not None and aim.start < _REFORM:
        yield Found("FundModel")


@BOOK.group_rule("LearnDelFAMType_01", _DELIVERY, fields=["FundModel", "LearningDeliveryFAM/LearnDelFAMType"])
def source_of_funding_given(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """The source of funding of a funded aim is missing.

    Why: it says which body pays.
    Fix: add a LearningDeliveryFAM record of type SOF.
    Message: A LearningDeliveryFAM record of type SOF must be returned because FundModel is {FundModel}.
    Bad: LearningDelivery[1]/FundModel=25 LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=LDM
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMCode=034
    Good: LearningDelivery[1]/FundModel=25 LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=SOF
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMCode=107
    Good: LearningDelivery[1]/FundModel=99
    """
    aim = aim_of(delivery)
    if aim.fund in _WITH_SOURCE and "SOF" not in aim.fam_types:
        yield Found("LearningDeliveryFAM")


@BOOK.group_rule("LearnDelFAMType_02", _DELIVERY, fields=["FundModel", "LearningDeliveryFAM/LearnDelFAMType"])
def full_or_co_funding_given(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """It is missing whether an adult skills aim is funded in full or in part.

    Why: the rate of funding depends on it.
    Fix: add a LearningDeliveryFAM record of type FFI with code 1 (in full) or 2 (in part).
    Message: A LearningDeliveryFAM record of type FFI must be returned because FundModel is {FundModel}.
    Bad: LearningDelivery[1]/FundModel=38
    Good: LearningDelivery[1]/FundModel=38 LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=FFI
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMCode=1
    Good: LearningDelivery[1]/FundModel=36
    """
    aim = aim_of(delivery)
    if aim.fund in {"35", "38"} and "FFI" not in aim.fam_types:
        yield Found("LearningDeliveryFAM")


@BOOK.rule("LearnFAMType_09", fields=["LearnerFAM/LearnFAMType"])
def one_fam_of_a_type(record: Record, _: Context) -> Iterator[Found]:
    """A learner has two records of a FAM type that may stand once.

    Why: of HNS, EHC, DLA, SEN, MCF, ECF, FME, MMH and EMH one code holds at a time.
    Fix: leave out the record that does not hold.
    Message: There is more than one LearnerFAM record of type {type}; only one is allowed.
    Bad: LearnerFAM[1]/LearnFAMType=MCF LearnerFAM[1]/LearnFAMCode=1
      LearnerFAM[2]/LearnFAMType=MCF LearnerFAM[2]/LearnFAMCode=3
    Good: LearnerFAM[1]/LearnFAMType=LSR LearnerFAM[1]/LearnFAMCode=55
      LearnerFAM[2]/LearnFAMType=LSR LearnerFAM[2]/LearnFAMCode=56
    """
    seen = set[str]()
    for fam in record.all("LearnerFAM"):
        sort = fam["LearnFAMType"]
        if sort in seen and sort in _ONLY_ONE:
            yield Found(f"{fam.path}/LearnFAMType", {"type": sort})
        seen.add(sort)


@BOOK.group_rule("PartnerUKPRN_02", _DELIVERY, fields=["PartnerUKPRN", "AimType"])
def no_partner_on_programme_aim(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """A programme aim names a partner.

    Why: partners teach components; the programme as a whole is the provider's own.
    Fix: leave PartnerUKPRN out of the programme aim and return it on the components.
    Message: PartnerUKPRN is {PartnerUKPRN}, but must not be returned on a programme aim (AimType 1).
    Bad: LearningDelivery[1]/AimType=1 LearningDelivery[1]/PartnerUKPRN=10000002
    Good: LearningDelivery[1]/AimType=3 LearningDelivery[1]/PartnerUKPRN=10000002
    """
    if delivery["PartnerUKPRN"] and whole(delivery["AimType"]) == "1":
        yield Found("PartnerUKPRN")


@BOOK.group_rule("PartnerUKPRN_03", _DELIVERY, fields=["PartnerUKPRN"])
def partner_is_another(delivery: Group, learner: Record, context: Context) -> Iterator[Found]:
    """The partner of an aim is the provider itself.

    Why: a partner is another organisation that teaches for the provider.
    Fix: leave PartnerUKPRN out, or enter the partner's own UKPRN.
    Message: PartnerUKPRN {PartnerUKPRN} is the UKPRN of the provider that sends the file.
    Bad: LearningDelivery[1]/PartnerUKPRN=10000001 Header/UKPRN=10000001
    Good: LearningDelivery[1]/PartnerUKPRN=10000002 Header/UKPRN=10000001
    """
    partner = delivery["PartnerUKPRN"]
    if partner and partner == facts_of(learner, context).ukprn:
        yield Found("PartnerUKPRN")

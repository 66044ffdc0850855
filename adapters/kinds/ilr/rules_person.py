# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""Rules on who the learner is: names, address, health, national insurance number (specification `ilr` 4)."""

from collections.abc import Iterator
from typing import Final

from adapters.kinds.ilr.aims import Facts, aim_of, facts_of, whole
from adapters.kinds.ilr.book import BOOK
from gateway.core.identifiers.ni_number import ni_number_fault
from gateway.core.identifiers.postcode import postcode_fault
from gateway.core.model import Group, Record
from gateway.core.rules.rule import Context, Found

_SHORT: Final = 10
_FUND: Final = "LearningDelivery/FundModel"


def _hours(record: Record) -> int | None:
    """Return the planned learning hours; None where they are not returned or no whole number."""
    text = record["PlanLearnHours"]
    return int(text) if text.isascii() and text.isdigit() else None


def _must_be_named(record: Record, context: Context, field: str) -> Iterator[Found]:
    """Yield a finding where a name is missing and an aim is not community learning."""
    if not record[field] and not facts_of(record, context).only_community:
        yield Found(field)


def _named_for_hours(record: Record, context: Context, field: str) -> Iterator[Found]:
    if not record[field] and _all_community(facts_of(record, context)):
        hours = _hours(record)
        if hours is not None and hours > _SHORT:
            yield Found(field)


def _named_for_uln(record: Record, context: Context, field: str) -> Iterator[Found]:
    facts = facts_of(record, context)
    if not record[field] and _all_community(facts) and record["ULN"] and not facts.lacks_uln:
        hours = _hours(record)
        if hours is not None and hours <= _SHORT:
            yield Found(field)


def _all_community(facts: Facts) -> bool:
    return facts.only_community and bool(facts.aims)


@BOOK.rule("FamilyName_01", fields=["FamilyName", _FUND])
def family_name_given(record: Record, context: Context) -> Iterator[Found]:
    """The family name is missing.

    Why: a learner cannot be found in the learner register without a name; only in community learning it may be absent.
    Fix: enter the family name.
    Message: FamilyName must be returned for this learner.
    Bad: LearningDelivery[1]/FundModel=25
    Bad: FamilyName=" " LearningDelivery[1]/FundModel=10 LearningDelivery[2]/FundModel=99
    Good: FamilyName=Marlow LearningDelivery[1]/FundModel=25
    Good: LearningDelivery[1]/FundModel=10
    """
    yield from _must_be_named(record, context, "FamilyName")


@BOOK.rule("GivenNames_01", fields=["GivenNames", _FUND])
def given_names_given(record: Record, context: Context) -> Iterator[Found]:
    """The given names are missing.

    Why: a learner cannot be found in the learner register without a name; only in community learning it may be absent.
    Fix: enter the given names.
    Message: GivenNames must be returned for this learner.
    Bad: LearningDelivery[1]/FundModel=25
    Good: GivenNames=Ada LearningDelivery[1]/FundModel=25
    Good: LearningDelivery[1]/FundModel=99 LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=SOF
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMCode=108
    """
    yield from _must_be_named(record, context, "GivenNames")


@BOOK.rule("FamilyName_02", fields=["FamilyName", "PlanLearnHours", _FUND])
def family_name_given_for_long_learning(record: Record, context: Context) -> Iterator[Found]:
    """The family name is missing although the community learning is planned for more than 10 hours.

    Why: only in short community learning a learner may stay unnamed.
    Fix: enter the family name, or correct the hours.
    Message: FamilyName must be returned where PlanLearnHours is {PlanLearnHours}, which is more than 10.
    Bad: PlanLearnHours=11 LearningDelivery[1]/FundModel=10
    Good: PlanLearnHours=10 LearningDelivery[1]/FundModel=10
    Good: FamilyName=Marlow PlanLearnHours=11 LearningDelivery[1]/FundModel=10
    """
    yield from _named_for_hours(record, context, "FamilyName")


@BOOK.rule("GivenNames_02", fields=["GivenNames", "PlanLearnHours", _FUND])
def given_names_given_for_long_learning(record: Record, context: Context) -> Iterator[Found]:
    """The given names are missing although the community learning is planned for more than 10 hours.

    Why: only in short community learning a learner may stay unnamed.
    Fix: enter the given names, or correct the hours.
    Message: GivenNames must be returned where PlanLearnHours is {PlanLearnHours}, which is more than 10.
    Bad: PlanLearnHours=11 LearningDelivery[1]/FundModel=10
    Good: PlanLearnHours=10 LearningDelivery[1]/FundModel=10
    Good: GivenNames=Ada PlanLearnHours=11 LearningDelivery[1]/FundModel=10
    """
    yield from _named_for_hours(record, context, "GivenNames")


@BOOK.rule("FamilyName_04", fields=["FamilyName", "PlanLearnHours", "ULN", _FUND])
def family_name_given_with_uln(record: Record, context: Context) -> Iterator[Found]:
    """The family name is missing although the learner has a ULN.

    Why: who has a ULN is known by name, and the name shows whether the ULN is the right one.
    Fix: enter the family name.
    Message: FamilyName must be returned because the learner has a ULN.
    Bad: ULN=1000000043 PlanLearnHours=10 LearningDelivery[1]/FundModel=10
    Good: ULN=9999999999 PlanLearnHours=10 LearningDelivery[1]/FundModel=10
    Good: ULN=1000000043 PlanLearnHours=11 LearningDelivery[1]/FundModel=10
    """
    yield from _named_for_uln(record, context, "FamilyName")


@BOOK.rule("GivenNames_04", fields=["GivenNames", "PlanLearnHours", "ULN", _FUND])
def given_names_given_with_uln(record: Record, context: Context) -> Iterator[Found]:
    """The given names are missing although the learner has a ULN.

    Why: who has a ULN is known by name, and the name shows whether the ULN is the right one.
    Fix: enter the given names.
    Message: GivenNames must be returned because the learner has a ULN.
    Bad: ULN=1000000043 PlanLearnHours=10 LearningDelivery[1]/FundModel=10
    Good: ULN=9999999999 PlanLearnHours=10 LearningDelivery[1]/FundModel=10
    Good: ULN=1000000043 PlanLearnHours=11 LearningDelivery[1]/FundModel=10
    """
    yield from _named_for_uln(record, context, "GivenNames")


@BOOK.rule("LLDDHealthProb_04", fields=["LLDDHealthProb", "LLDDandHealthProblem/LLDDCat"])
def no_health_problem_described(record: Record, _: Context) -> Iterator[Found]:
    """The learner has no learning difficulty, disability or health problem, but one is described.

    Why: one of the two is wrong, and support and funding depend on it.
    Fix: write 1 in LLDDHealthProb, or leave the LLDDandHealthProblem records out.
    Message: LLDDHealthProb is 2 (none), but an LLDDandHealthProblem record is returned.
    Bad: LLDDHealthProb=2 LLDDandHealthProblem[1]/LLDDCat=4
    Good: LLDDHealthProb=1 LLDDandHealthProblem[1]/LLDDCat=4
    Good: LLDDHealthProb=2
    """
    if whole(record["LLDDHealthProb"]) == "2" and record.all("LLDDandHealthProblem"):
        yield Found("LLDDHealthProb")


@BOOK.rule("LLDDHealthProb_06", fields=["LLDDHealthProb", _FUND])
def health_problem_described(record: Record, context: Context) -> Iterator[Found]:
    """The learner has a learning difficulty, disability or health problem, but none is described.

    Why: the category decides which support is planned; only in community learning it may be absent.
    Fix: add an LLDDandHealthProblem record, or correct LLDDHealthProb.
    Message: LLDDHealthProb is 1 (yes), but no LLDDandHealthProblem record is returned.
    Bad: LLDDHealthProb=1 LearningDelivery[1]/FundModel=25
    Good: LLDDHealthProb=1 LLDDandHealthProblem[1]/LLDDCat=4 LearningDelivery[1]/FundModel=25
    Good: LLDDHealthProb=1 LearningDelivery[1]/FundModel=10
    """
    if whole(record["LLDDHealthProb"]) != "1" or record.all("LLDDandHealthProblem"):
        return
    if not facts_of(record, context).only_community:
        yield Found("LLDDHealthProb")


@BOOK.rule("NINumber_01", fields=["NINumber"])
def ni_number_form(record: Record, _: Context) -> Iterator[Found]:
    """The national insurance number does not have its form.

    Why: a number of another form cannot exist: two letters, six digits, and A, B, C or D or a blank.
    Fix: correct the number, in capitals and without spaces, such as QQ123456A would be with two other letters.
    Message: NINumber is "{NINumber}", which is not a national insurance number.
    Bad: NINumber=QQ123456A
    Bad: NINumber="AB 12 34 56 C"
    Bad: NINumber=AB12345C
    Good: NINumber=AB123456C
    Good: NINumber="AB123456 "
    Good: NINumber=
    """
    if record["NINumber"] and ni_number_fault(record["NINumber"]) is not None:
        yield Found("NINumber")


@BOOK.rule("NINumber_02", fields=["NINumber"])
def ni_number_given(record: Record, context: Context) -> Iterator[Found]:
    """The national insurance number of an apprentice is missing.

    Why: an apprenticeship that the employer pays (contract type ACT 1) is checked by it.
    Fix: enter the learner's national insurance number.
    Message: NINumber must be returned because an aim has contract type ACT 1.
    Bad: LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=ACT
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMCode=1
    Good: LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=ACT
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMCode=2
    Good: NINumber=AB123456C LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=ACT
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMCode=1
    """
    if not record["NINumber"] and any(("ACT", "1") in aim.fams for aim in facts_of(record, context).aims):
        yield Found("NINumber")


@BOOK.rule("PostcodePrior_02", fields=["PostcodePrior"])
def postcode_prior_form(record: Record, _: Context) -> Iterator[Found]:
    """The postcode before enrolment does not have the form of a postcode.

    Why: it is looked up to fund by area; one space stands before the last three characters, all letters are capitals.
    Fix: correct the postcode, or write ZZ99 9ZZ where it is not known.
    Message: PostcodePrior is "{PostcodePrior}", which does not have the form of a postcode.
    Bad: PostcodePrior=CV12WT
    Bad: PostcodePrior="CV1 2WM"
    Good: PostcodePrior="CV1 2WT"
    Good: PostcodePrior="ZZ99 9ZZ"
    """
    if record["PostcodePrior"] and postcode_fault(record["PostcodePrior"]) is not None:
        yield Found("PostcodePrior")


@BOOK.rule("Postcode_15", fields=["Postcode"])
def postcode_form(record: Record, _: Context) -> Iterator[Found]:
    """The learner's postcode does not have the form of a postcode.

    Why: the learner is found by it; one space stands before the last three characters, all letters are capitals.
    Fix: correct the postcode, or write ZZ99 9ZZ where it is not known.
    Message: Postcode is "{Postcode}", which does not have the form of a postcode.
    Bad: Postcode="cv1 2wt"
    Good: Postcode="CV1 2WT"
    """
    if record["Postcode"] and postcode_fault(record["Postcode"]) is not None:
        yield Found("Postcode")


@BOOK.group_rule("DelLocPostCode_11", "LearningDelivery", fields=["DelLocPostCode"])
def delivery_postcode_form(delivery: Group, _learner: Record, _: Context) -> Iterator[Found]:
    """The postcode of the place of delivery does not have the form of a postcode.

    Why: it is looked up to fund by area; in custody it may be of another form.
    Fix: correct the postcode, or write ZZ99 9ZZ where it is not known.
    Message: DelLocPostCode is "{DelLocPostCode}", which does not have the form of a postcode.
    Bad: LearningDelivery[1]/DelLocPostCode=CV12WT
    Good: LearningDelivery[1]/DelLocPostCode="CV1 2WT"
    Good: LearningDelivery[1]/DelLocPostCode=CV12WT LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=LDM
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMCode=034
    """
    postcode = delivery["DelLocPostCode"]
    if postcode and postcode_fault(postcode) is not None and not aim_of(delivery).in_custody:
        yield Found("DelLocPostCode")


@BOOK.rule("AddLine1_03", fields=["AddLine1", _FUND])
def address_given(record: Record, context: Context) -> Iterator[Found]:
    """The first line of the address is missing.

    Why: learners are written to; only in community learning, tailored learning and custody it may be absent.
    Fix: enter the first line of the learner's address.
    Message: AddLine1 must be returned for this learner.
    Bad: LearningDelivery[1]/FundModel=25
    Good: AddLine1="1 High Street" LearningDelivery[1]/FundModel=25
    Good: LearningDelivery[1]/FundModel=10 LearningDelivery[2]/FundModel=11
    """
    if record["AddLine1"]:
        return
    aims = facts_of(record, context).aims
    if any(not (aim.is_community_learning or aim.fund == "11" or aim.in_custody) for aim in aims):
        yield Found("AddLine1")

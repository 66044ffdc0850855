# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""Rules that look into lists which the operator loads: providers, campuses, postcodes, employers, learning aims.

Without its list a rule is not run, and is named among those that were not.
"""

from collections.abc import Iterator
from typing import Final

from adapters.kinds.ilr.aims import facts_of
from adapters.kinds.ilr.book import BOOK
from gateway.core.identifiers.postcode import is_unknown_postcode
from gateway.core.model import Group, Record
from gateway.core.rules.rule import Context, Found

_DELIVERY: Final = "LearningDelivery"
_NO_EMPLOYER: Final = "999999999"


def _unlisted(group: Group, field: str, listed_in: str, context: Context) -> Iterator[Found]:
    """Yield a finding where a value is in no row of a list, whatever its days."""
    if group[field] and context.reference.lookup(listed_in, group[field]) is None:
        yield Found(field)


def _no_such_postcode(group: Group, field: str, context: Context) -> Iterator[Found]:
    if not is_unknown_postcode(group[field]):
        yield from _unlisted(group, field, "postcodes", context)


@BOOK.rule("PrevUKPRN_01", fields=["PrevUKPRN"], needs=["organisations"])
def previous_provider_known(record: Record, context: Context) -> Iterator[Found]:
    """The previous provider's UKPRN is on no register.

    Why: a number that no provider has is a slip.
    Fix: correct PrevUKPRN.
    Message: PrevUKPRN {PrevUKPRN} is not the UKPRN of a provider.
    Bad: PrevUKPRN=19999999
    Good: PrevUKPRN=10000002
    Good: PrevUKPRN=
    """
    yield from _unlisted(record, "PrevUKPRN", "organisations", context)


@BOOK.rule("PMUKPRN_01", fields=["PMUKPRN"], needs=["organisations"])
def pre_merger_provider_known(record: Record, context: Context) -> Iterator[Found]:
    """The UKPRN from before the merger is on no register.

    Why: a number that no provider has is a slip.
    Fix: correct PMUKPRN.
    Message: PMUKPRN {PMUKPRN} is not the UKPRN of a provider.
    Bad: PMUKPRN=19999999
    Good: PMUKPRN=10000002
    """
    yield from _unlisted(record, "PMUKPRN", "organisations", context)


@BOOK.group_rule("PartnerUKPRN_01", _DELIVERY, fields=["PartnerUKPRN"], needs=["organisations"])
def partner_known(delivery: Group, _learner: Record, context: Context) -> Iterator[Found]:
    """The partner's UKPRN is on no register.

    Why: a number that no provider has is a slip.
    Fix: correct PartnerUKPRN.
    Message: PartnerUKPRN {PartnerUKPRN} is not the UKPRN of a provider.
    Bad: LearningDelivery[1]/PartnerUKPRN=19999999
    Good: LearningDelivery[1]/PartnerUKPRN=10000002
    """
    yield from _unlisted(delivery, "PartnerUKPRN", "organisations", context)


@BOOK.rule("CampID_01", fields=["CampId"], needs=["campuses"])
def campus_known(record: Record, context: Context) -> Iterator[Found]:
    """The campus is on no register.

    Why: an identifier that no campus has is a slip.
    Fix: correct CampId.
    Message: CampId {CampId} is not the identifier of a campus.
    Bad: CampId=NOWHERE1
    Good: CampId=CAMP0001
    """
    yield from _unlisted(record, "CampId", "campuses", context)


@BOOK.rule("CampID_02", fields=["CampId"], needs=["campuses"])
def campus_own(record: Record, context: Context) -> Iterator[Found]:
    """The campus is that of another provider.

    Why: a learner is taught at a campus of the provider that sends the file.
    Fix: correct CampId.
    Message: CampId {CampId} is not a campus of the provider with the UKPRN {ukprn}.
    Bad: CampId=CAMP0001 Header/UKPRN=10000002
    Good: CampId=CAMP0001 Header/UKPRN=10000001
    Good: CampId=NOWHERE1 Header/UKPRN=10000001
    """
    campus = context.reference.lookup("campuses", record["CampId"]) if record["CampId"] else None
    ukprn = facts_of(record, context).ukprn
    if campus is not None and ukprn and campus["ukprn"] != ukprn:
        yield Found("CampId", {"ukprn": ukprn})


@BOOK.rule("PostcodePrior_01", fields=["PostcodePrior"], needs=["postcodes"])
def postcode_prior_known(record: Record, context: Context) -> Iterator[Found]:
    """The postcode before enrolment does not exist.

    Why: a postcode that is on no list is a slip, and is funded as no area.
    Fix: correct the postcode, or write ZZ99 9ZZ where it is not known.
    Message: PostcodePrior {PostcodePrior} is not on the national list of postcodes.
    Bad: PostcodePrior="CV1 9ZZ"
    Good: PostcodePrior="CV1 2WT"
    Good: PostcodePrior="ZZ99 9ZZ"
    """
    yield from _no_such_postcode(record, "PostcodePrior", context)


@BOOK.rule("Postcode_14", fields=["Postcode"], severity="warning", needs=["postcodes"])
def postcode_known(record: Record, context: Context) -> Iterator[Found]:
    """The learner's postcode does not exist.

    Why: a postcode that is on no list is a slip, unless it is very new.
    Fix: check the postcode, or write ZZ99 9ZZ where it is not known.
    Message: Postcode {Postcode} is not on the national list of postcodes.
    Bad: Postcode="CV1 9ZZ"
    Good: Postcode="CV1 2WT"
    Good: Postcode="ZZ99 9ZZ"
    """
    yield from _no_such_postcode(record, "Postcode", context)


@BOOK.group_rule("DelLocPostCode_03", _DELIVERY, fields=["DelLocPostCode"], needs=["postcodes"])
def delivery_postcode_known(delivery: Group, _learner: Record, context: Context) -> Iterator[Found]:
    """The postcode of the place of delivery does not exist.

    Why: a postcode that is on no list is a slip, and is funded as no area.
    Fix: correct the postcode, or write ZZ99 9ZZ where it is not known.
    Message: DelLocPostCode {DelLocPostCode} is not on the national list of postcodes.
    Bad: LearningDelivery[1]/DelLocPostCode="CV1 9ZZ"
    Good: LearningDelivery[1]/DelLocPostCode="CV1 2WT"
    Good: LearningDelivery[1]/DelLocPostCode="ZZ99 9ZZ"
    """
    yield from _no_such_postcode(delivery, "DelLocPostCode", context)


@BOOK.group_rule("LearnAimRef_01", _DELIVERY, fields=["LearnAimRef"], needs=["qualifications"])
def learning_aim_known(delivery: Group, _learner: Record, context: Context) -> Iterator[Found]:
    """The learning aim is not in the list of learning aims.

    Why: what an aim is, and what is paid for it, is looked up by its reference.
    Fix: correct LearnAimRef.
    Message: LearnAimRef {LearnAimRef} is not a known learning aim.
    Bad: LearningDelivery[1]/LearnAimRef=69999999
    Good: LearningDelivery[1]/LearnAimRef=60100001
    """
    yield from _unlisted(delivery, "LearnAimRef", "qualifications", context)


@BOOK.group_rule("EmpId_01", "LearnerEmploymentStatus", fields=["EmpId"], needs=["employers"])
def employer_known(status: Group, _learner: Record, context: Context) -> Iterator[Found]:
    """The employer is not in the list of employers.

    Why: a number that no employer has is a slip.
    Fix: correct EmpId, or write 999999999 where the employer has no number yet.
    Message: EmpId {EmpId} is not the number of a known employer.
    Bad: LearnerEmploymentStatus[1]/EmpId=111111111
    Good: LearnerEmploymentStatus[1]/EmpId=123456789
    Good: LearnerEmploymentStatus[1]/EmpId=999999999
    """
    if status["EmpId"] != _NO_EMPLOYER:
        yield from _unlisted(status, "EmpId", "employers", context)

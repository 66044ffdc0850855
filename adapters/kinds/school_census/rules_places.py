# ruff: noqa: D401 - the docstring of a rule is the text that schools read
"""Rules on alternative provision, addresses and learning aims (specification `school-census` 4)."""

from collections.abc import Iterator
from itertools import chain
from typing import Final

from adapters.kinds.school_census.book import BOOK, Roll, applies
from adapters.kinds.school_census.pupil import (
    AIM,
    ENROL_STATUS,
    any_at,
    at,
    census_day,
    day_at,
    said,
)
from gateway.core.identifiers.postcode import PostcodeFault, postcode_fault
from gateway.core.model import Group, Record
from gateway.core.rules.registry import groups_at
from gateway.core.rules.rule import Context, Found

_PLACEMENTS: Final = ("SchoolArrangedAPDetail", "SchoolArrangedAP/SchoolArrangedAPDetail")
_ADDRESS: Final = "HomeInformation/Address"
_PROVISION: Final = "APProvisionDetail"
_SINGLE: Final = frozenset({"C", "F", "O"})
_WORDS: Final = {
    PostcodeFault.SPACE: "must have one space, before its last three characters",
    PostcodeFault.CASE: "must be in capital letters",
    PostcodeFault.INWARD_LETTERS: "ends in a letter that postcodes do not end in",
    PostcodeFault.SHAPE: "does not have the form of a postcode, such as CV1 2WT",
}


@BOOK.rule("2392", fields=_PLACEMENTS, severity="warning")
@applies(Roll.ON)
def open_placements(record: Record, _: Context) -> Iterator[Found]:
    """A pupil has several open alternative placements that are not all part-time.

    Why: nobody can be in two places full-time.
    Fix: enter the leaving date of those that have ended, or PT for those that are part-time; explain it if it is right.
    Message: {count} placements are open, and this one is not part-time.
    Bad: SchoolArrangedAP/SchoolArrangedAPDetail[1]/APAttendancePattern=FT
     SchoolArrangedAP/SchoolArrangedAPDetail[2]/APAttendancePattern=PT
    Good: SchoolArrangedAP/SchoolArrangedAPDetail[1]/APAttendancePattern=PT
     SchoolArrangedAP/SchoolArrangedAPDetail[2]/APAttendancePattern=PT
    Good: SchoolArrangedAP/SchoolArrangedAPDetail[1]/LeavingDate=2026-01-14
     SchoolArrangedAP/SchoolArrangedAPDetail[2]/APAttendancePattern=FT
    Good: SchoolArrangedAPDetail/APAttendancePattern=FT
    """
    day = census_day(record)
    listed = chain.from_iterable(groups_at(record, path) for path in _PLACEMENTS)
    left = ((it, day_at(it, "LeavingDate")) for it in listed)
    still = [it for it, end in left if end is None or (day is not None and end >= day)]
    full = [it for it in still if it["APAttendancePattern"] != "PT"]
    if len(still) > 1 and full:
        yield said(record, f"{full[0].path}/APAttendancePattern", count=str(len(still)))


@BOOK.rule("3131Q", fields=[ENROL_STATUS, _PROVISION], severity="warning")
@applies(Roll.ON, phases=frozenset({"PR"}))
def provision_told(record: Record, _: Context) -> Iterator[Found]:
    """A pupil who is registered here alone has no details of alternative provision.

    Why: a pupil referral unit or alternative provision academy returns why such a pupil came.
    Fix: enter APProvisionDetail; explain it if there is nothing to say.
    Message: EnrolStatus is {given}, but APProvisionDetail is missing.
    Bad: School/SchoolCharacteristics/Phase=PR PupilStatus/EnrolStatus=C
    Good: School/SchoolCharacteristics/Phase=PR PupilStatus/EnrolStatus=M
    Good: School/SchoolCharacteristics/Phase=PR PupilStatus/EnrolStatus=F APProvisionDetail/APReason=PEX
    Good: School/SchoolCharacteristics/Phase=SS PupilStatus/EnrolStatus=C
    """
    if at(record, ENROL_STATUS) in _SINGLE and not any_at(record, [_PROVISION]):
        yield said(record, ENROL_STATUS)


@BOOK.rule("G300", fields=[_ADDRESS])
@applies(Roll.ON)
def postcode_given(record: Record, _: Context) -> Iterator[Found]:
    """A pupil on roll has no postcode.

    Why: the postcode tells where the pupil lives, and helps to find the pupil's ULN.
    Fix: enter the home address with its postcode; ZZ99 9ZZ stands for one that is not known.
    Message: PostCode is missing.
    Bad: HomeInformation/Address[1]/PostCode=
    Good: "HomeInformation/Address[1]/PostCode=CV1 2WT"
    Good: HomeInformation/Address[1]/PostCode= "HomeInformation/Address[2]/PostCode=CV1 2WT"
    """
    if not any(address["PostCode"] for address in groups_at(record, _ADDRESS)):
        yield said(record, f"{_ADDRESS}[1]/PostCode")


@BOOK.group_rule("G300", _ADDRESS, fields=["PostCode"])
def postcode_form(address: Group, _record: Record, _: Context) -> Iterator[Found]:
    """A pupil's postcode does not have the form of a postcode.

    Why: a postcode that cannot exist tells nobody where the pupil lives.
    Fix: look the postcode up and enter it in capital letters with one space.
    Message: PostCode is {given}; it {wrong}.
    Bad: "HomeInformation/Address[1]/PostCode=cv1 2wt"
    Bad: HomeInformation/Address[1]/PostCode=CV12WT
    Bad: "HomeInformation/Address[1]/PostCode=CV1 2WO"
    Good: "HomeInformation/Address[1]/PostCode=CV1 2WT"
    Good: "HomeInformation/Address[1]/PostCode=ZZ99 9ZZ"
    """
    fault = postcode_fault(address["PostCode"]) if address["PostCode"] else None
    if fault is not None:
        yield said(address, "PostCode", wrong=_WORDS[fault])


@BOOK.group_rule("G301", AIM, fields=["QN", "QAN"], severity="warning", needs=["qualifications"])
def qualification_listed(aim: Group, _record: Record, context: Context) -> Iterator[Found]:
    """A learning aim's qualification number is not on the list of qualifications.

    Why: a number that nobody knows is usually a slip, or a qualification that is not funded.
    Fix: check the number; explain it if it is right.
    Message: {name} is {given}, which is not on the list of qualifications.
    Bad: LearningAims/LearningAim[1]/QN=60199999
    Bad: LearningAims/LearningAim[1]/QAN=60199999
    Good: LearningAims/LearningAim[1]/QN=60112347
    Good: LearningAims/LearningAim[1]/QN=
    """
    name = "QN" if aim["QN"] else "QAN"
    if aim[name] and context.reference.lookup("qualifications", aim[name]) is None:
        yield said(aim, name)

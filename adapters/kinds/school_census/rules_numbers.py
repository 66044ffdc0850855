# ruff: noqa: D401 - the docstring of a rule is the text that schools read
"""Rules on the numbers of pupils: UPN, former UPN and ULN (specification `school-census` 4, rules 1500 to 1578)."""

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from adapters.kinds.school_census.book import BOOK, WITH_ULNS, Roll, applies
from adapters.kinds.school_census.pupil import (
    DOB,
    FORMER_UPN,
    LEAVING_DATE,
    ULN,
    UPN,
    at,
    born,
    census_day,
    day_at,
    is_in_nursery,
    said,
)
from gateway.core.identifiers.upn import UpnFault, upn_faults
from gateway.core.model import Record
from gateway.core.rules.rule import Context, Found, Key
from gateway.core.rules.shared import age_on
from gateway.core.uln import TEMPORARY_ULN, UlnFault, uln_fault

_IDENTIFIERS: Final = "PupilIdentifiers"
"""Named as a whole, so that all that is wrong with a UPN is told: a rule on a failed field would be left out."""
_ULN_AGE: Final = 14
_WORDS: Final[Mapping[UpnFault, str]] = {
    UpnFault.FIRST_LETTER: "begins with a character that is no check letter",
    UpnFault.CHECK_LETTER: "has a first letter that does not fit its other characters",
    UpnFault.LA_DIGITS: "has other characters than digits in places 2 to 4",
    UpnFault.LA_UNKNOWN: "has no known local authority in places 2 to 4",
    UpnFault.MIDDLE_DIGITS: "has other characters than digits in places 5 to 12",
    UpnFault.LAST_CHARACTER: "has neither a digit nor an allowed letter in place 13",
    UpnFault.LENGTH: "does not have 13 characters",
}


def _wrong_upns(record: Record, told: Collection[UpnFault]) -> Iterator[Found]:
    """Yield each UPN that has a fault of these."""
    for path in (UPN, FORMER_UPN):
        value = at(record, path)
        faults = [fault for fault in upn_faults(value) if fault in told] if value else []
        if faults:
            yield said(record, path, wrong=_WORDS[faults[0]])


@BOOK.rule("1500", fields=[UPN])
def upn_given(record: Record, _: Context) -> Iterator[Found]:
    """The pupil has no UPN.

    Why: the UPN follows a pupil from school to school; without it the records cannot be joined.
    Fix: ask the last school for the UPN, or let your software give a temporary one. A child in a nursery class needs
    none.
    Message: UPN is missing.
    Bad: PupilIdentifiers/UPN=
    Bad: PupilIdentifiers/UPN= PupilStatus/NCyearActual=R
    Good: PupilIdentifiers/UPN=B801200005001
    Good: PupilIdentifiers/UPN= PupilStatus/TypeOfClass=N
    Good: PupilIdentifiers/UPN= PupilStatus/NCyearActual=N2
    Good: PupilIdentifiers/UPN= PupilStatus/NCyearLeaving=N1
    """
    if not at(record, UPN) and not is_in_nursery(record):
        yield said(record, UPN)


@BOOK.rule("1510", fields=[_IDENTIFIERS])
def upn_check_letter(record: Record, _: Context) -> Iterator[Found]:
    """The check letter of the UPN or of the former UPN is wrong.

    Why: the first letter is computed from the other characters, so one of them is wrong or two are exchanged.
    Fix: look the UPN up again in the pupil's file or with the last school; never change the letter to make it fit.
    Message: {name} is {given}, which {wrong}.
    Bad: PupilIdentifiers/UPN=A801200005001
    Bad: PupilIdentifiers/UPN=b801200005001
    Bad: PupilIdentifiers/UPN=Q207000016049
    Bad: PupilIdentifiers/UPN=B801200005001 PupilIdentifiers/FormerUPN=I801200005001
    Good: PupilIdentifiers/UPN=P207000016049 PupilIdentifiers/FormerUPN=G82001234050Z
    Good: PupilIdentifiers/UPN=
    """
    yield from _wrong_upns(record, {UpnFault.FIRST_LETTER, UpnFault.CHECK_LETTER})


@BOOK.rule("1530", fields=[_IDENTIFIERS])
def upn_authority(record: Record, _: Context) -> Iterator[Found]:
    """The UPN or the former UPN does not name a local authority.

    Why: characters 2 to 4 are the number of the authority whose school gave the UPN out.
    Fix: look the UPN up again in the pupil's file or with the last school.
    Message: {name} is {given}, which {wrong}.
    Bad: PupilIdentifiers/UPN=A123456789012
    Bad: PupilIdentifiers/FormerUPN=B8O1200005001
    Good: PupilIdentifiers/UPN=K823432104001
    """
    yield from _wrong_upns(record, {UpnFault.LA_DIGITS, UpnFault.LA_UNKNOWN})


@BOOK.rule("1540", fields=[_IDENTIFIERS])
def upn_middle(record: Record, _: Context) -> Iterator[Found]:
    """The UPN or the former UPN has other characters than digits in places 5 to 12.

    Why: they are the establishment's number, the year and the first digits of the serial number.
    Fix: look the UPN up again; the letter O is often typed for a zero.
    Message: {name} is {given}, which {wrong}.
    Bad: PupilIdentifiers/UPN=B8012O0005001
    Bad: PupilIdentifiers/FormerUPN=B80120000500X PupilIdentifiers/UPN=B8012000050A1
    Good: PupilIdentifiers/UPN=B801200005001
    """
    yield from _wrong_upns(record, {UpnFault.MIDDLE_DIGITS})


@BOOK.rule("1550", fields=[_IDENTIFIERS])
def upn_end(record: Record, _: Context) -> Iterator[Found]:
    """The UPN or the former UPN does not end in a 13th character that is a digit or an allowed letter.

    Why: the last character is the end of the serial number, and a letter other than I, O and S in a temporary UPN.
    Fix: look the UPN up again; a UPN has 13 characters.
    Message: {name} is {given}, which {wrong}.
    Bad: PupilIdentifiers/UPN=B80120000500I
    Bad: PupilIdentifiers/UPN=B80120000500
    Bad: PupilIdentifiers/UPN=B8012000050012
    Bad: PupilIdentifiers/FormerUPN=B80120000500s
    Good: PupilIdentifiers/UPN=M80120000500A
    """
    yield from _wrong_upns(record, {UpnFault.LAST_CHARACTER, UpnFault.LENGTH})


@BOOK.repeated("1520", fields=[UPN])
def upn_once(record: Record, _: Context) -> Iterator[Key]:
    """The same UPN stands with more than one pupil of the return, on roll or no longer on roll.

    Why: a UPN belongs to one pupil for good, so one of the two has another pupil's.
    Fix: look up whose it is, and give the other pupil the right one; a pupil who stands twice is taken out once.
    Message: The UPN stands with another pupil too: {lines}.
    Bad: PupilIdentifiers/UPN=B801200005001
    Good: PupilIdentifiers/UPN=P207000016049
    """
    if at(record, UPN):
        yield Key((at(record, UPN),), field=UPN)


def _lacks_uln(record: Record) -> bool:
    return at(record, ULN) in {"", TEMPORARY_ULN}


@BOOK.rule("1570", fields=[ULN, DOB])
@applies(Roll.ON, phases=WITH_ULNS)
def uln_on_roll(record: Record, _: Context) -> Iterator[Found]:
    """A pupil on roll who is 14 or older on census day has no ULN.

    Why: from 14 on, awards and courses are recorded under the ULN.
    Fix: enter the ULN; a registration file (LRB) with the pupil's details finds it, or asks for a new one.
    Message: UniqueLearnerNumber is missing, and the pupil is {years} on census day.
    Bad: PupilIdentifiers/DOB=2012-01-15 PupilIdentifiers/UniqueLearnerNumber=
    Bad: PupilIdentifiers/DOB=2008-05-31 PupilIdentifiers/UniqueLearnerNumber=9999999999
    Good: PupilIdentifiers/DOB=2012-01-16 PupilIdentifiers/UniqueLearnerNumber=
    Good: PupilIdentifiers/DOB=2008-05-31 PupilIdentifiers/UniqueLearnerNumber=1000000043
    Good: PupilIdentifiers/DOB=2012-01-15 School/SchoolCharacteristics/Phase=MP
    """
    birth, day = born(record), census_day(record)
    if _lacks_uln(record) and birth and day and age_on(birth, day) >= _ULN_AGE:
        yield said(record, ULN, years=str(age_on(birth, day)))


@BOOK.rule("1573", fields=[ULN, DOB, LEAVING_DATE])
@applies(Roll.LEFT, phases=WITH_ULNS)
def uln_at_leaving(record: Record, _: Context) -> Iterator[Found]:
    """A pupil no longer on roll who was 14 or older at leaving has no ULN.

    Why: from 14 on, awards and courses are recorded under the ULN.
    Fix: enter the ULN; a registration file (LRB) with the pupil's details finds it, or asks for a new one.
    Message: UniqueLearnerNumber is missing, and the pupil was {years} at leaving.
    Bad: PupilIdentifiers/DOB=2011-11-28 PupilStatus/LeavingDate=2025-11-28 PupilIdentifiers/UniqueLearnerNumber=
    Good: PupilIdentifiers/DOB=2011-11-29 PupilStatus/LeavingDate=2025-11-28 PupilIdentifiers/UniqueLearnerNumber=
    Good: PupilIdentifiers/DOB=2008-05-31 PupilStatus/LeavingDate=2025-11-28
     PupilIdentifiers/UniqueLearnerNumber=1000000043
    """
    birth, left = born(record), day_at(record, LEAVING_DATE)
    if _lacks_uln(record) and birth and left and age_on(birth, left) >= _ULN_AGE:
        yield said(record, ULN, years=str(age_on(birth, left)))


@BOOK.rule("1575", fields=[ULN])
def uln_right(record: Record, _: Context) -> Iterator[Found]:
    """The ULN does not have ten digits, or its check digit is wrong.

    Why: the last digit is computed from the other nine, so that a slip is noticed before it finds another learner.
    Fix: look the ULN up again, or leave the element out.
    Message: UniqueLearnerNumber is {given}; it {wrong}.
    Bad: PupilIdentifiers/UniqueLearnerNumber=7000000028
    Bad: PupilIdentifiers/UniqueLearnerNumber=123456789
    Bad: PupilIdentifiers/UniqueLearnerNumber=0123456789
    Good: PupilIdentifiers/UniqueLearnerNumber=7000000022
    Good: PupilIdentifiers/UniqueLearnerNumber=9999999999
    Good: PupilIdentifiers/UniqueLearnerNumber=
    """
    value = at(record, ULN)
    fault = uln_fault(value) if value else None
    if fault not in {None, UlnFault.TEMPORARY}:
        yield said(record, ULN, wrong=str(fault))


@BOOK.repeated("1578", fields=[ULN])
def uln_once(record: Record, _: Context) -> Iterator[Key]:
    """The same ULN stands with more than one pupil of the return, on roll or no longer on roll.

    Why: a ULN belongs to one learner for good, so one of the two has another learner's.
    Fix: look up whose it is and correct the other; leave the element out where the right number is not known.
    Message: The ULN stands with another pupil too: {lines}.
    Bad: PupilIdentifiers/UniqueLearnerNumber=1000000043
    Good: PupilIdentifiers/UniqueLearnerNumber=9999999999
    """
    if not _lacks_uln(record):
        yield Key((at(record, ULN),), field=ULN)

# ruff: noqa: D401 - the docstring of a rule is the text that schools read
"""Rules on how pupils attend the school, and on leaving it (specification `school-census` 4, G187 to 1925Q)."""

from collections.abc import Iterator
from typing import Final

from adapters.kinds.school_census.book import BOOK, Roll, applies
from adapters.kinds.school_census.pupil import (
    AIM,
    ATTENDANCES,
    BOARDER,
    DOB,
    ENROL_STATUS,
    ENTRY_DATE,
    EXCLUSION,
    LEAVING_DATE,
    PART_TIME,
    SCHOOL_AGES,
    TYPE_OF_CLASS,
    age,
    any_at,
    at,
    boards,
    born,
    census_day,
    day_at,
    is_aged,
    is_code,
    is_true,
    said,
)
from gateway.core.model import Record
from gateway.core.rules.rule import Context, Found

_SIX: Final = 6
_REPORTED: Final = (
    *ATTENDANCES,
    EXCLUSION,
    "PupilCharacteristics/LearnerSupport/LearnerSupportItem",
    AIM,
    "ProgrammeAims/ProgrammeAim",
)
"""What a pupil who has left is returned for."""


@BOOK.rule("G187", fields=[ENROL_STATUS])
@applies(Roll.ON)
def enrolment_known(record: Record, _: Context) -> Iterator[Found]:
    """The pupil's enrolment status is missing or is not a code.

    Why: the status tells whether the pupil is registered here alone, and so which school counts the pupil.
    Fix: enter C (current single), M (main dual), S (subsidiary dual), F (FE college) or O (other).
    Message: EnrolStatus is {given}; it must be C, M, S, F or O.
    Bad: PupilStatus/EnrolStatus=
    Bad: PupilStatus/EnrolStatus=G
    Good: PupilStatus/EnrolStatus=C
    """
    if not is_code("EnrolStatus", at(record, ENROL_STATUS), record):
        yield said(record, ENROL_STATUS)


@BOOK.rule("1880", fields=[ENTRY_DATE])
def entry_known(record: Record, _: Context) -> Iterator[Found]:
    """The pupil's entry date is missing, or is after the census day.

    Why: who comes after the census day is not yet a pupil of the return.
    Fix: enter the day on which the pupil came to the school, or take the pupil out of this return.
    Message: EntryDate is {given}; it must be a date, not after the census day.
    Bad: PupilStatus/EntryDate=
    Bad: PupilStatus/EntryDate=2026-01-16
    Good: PupilStatus/EntryDate=2026-01-15
    """
    entry, day = day_at(record, ENTRY_DATE), census_day(record)
    if entry is None or (day is not None and entry > day):
        yield said(record, ENTRY_DATE)


@BOOK.rule("G188", fields=[ENTRY_DATE, DOB])
def entry_after_birth(record: Record, _: Context) -> Iterator[Found]:
    """The pupil came to the school on or before the day of birth.

    Why: one of the two dates is wrong.
    Fix: correct the entry date or the date of birth.
    Message: EntryDate is {given}, which is not after the date of birth, {birth}.
    Bad: PupilStatus/EntryDate=2019-05-31 PupilIdentifiers/DOB=2019-05-31
    Good: PupilStatus/EntryDate=2019-06-01 PupilIdentifiers/DOB=2019-05-31
    """
    entry, birth = day_at(record, ENTRY_DATE), born(record)
    if entry and birth and entry <= birth:
        yield said(record, ENTRY_DATE, birth=birth.isoformat())


@BOOK.rule("G189", fields=[PART_TIME, DOB])
def part_time_of_age(record: Record, _: Context) -> Iterator[Found]:
    """A pupil of 5 to 15 is returned as part-time.

    Why: at these ages education is full-time.
    Fix: set PartTime to false, or correct the date of birth.
    Message: PartTime is {given}, but the pupil was {years} on 31 August before the census.
    Bad: PupilStatus/PartTime=true PupilIdentifiers/DOB=2020-08-31
    Bad: PupilStatus/PartTime=1 PupilIdentifiers/DOB=2009-09-01
    Good: PupilStatus/PartTime=true PupilIdentifiers/DOB=2020-09-01
    Good: PupilStatus/PartTime=true PupilIdentifiers/DOB=2009-08-31
    Good: PupilStatus/PartTime=0 PupilIdentifiers/DOB=2015-08-31
    """
    if is_true(at(record, PART_TIME)) and is_aged(record, SCHOOL_AGES):
        yield said(record, PART_TIME, years=str(age(record)))


@BOOK.rule("G190", fields=[PART_TIME, BOARDER])
def part_time_or_boarder(record: Record, _: Context) -> Iterator[Found]:
    """A boarder is returned as part-time.

    Why: who boards at the school attends it full-time.
    Fix: set PartTime to false, or Boarder to N.
    Message: PartTime is {given}, but Boarder is {boarder}.
    Bad: PupilStatus/PartTime=true PupilStatus/Boarder=B
    Bad: PupilStatus/PartTime=1 PupilStatus/Boarder=6
    Good: PupilStatus/PartTime=true PupilStatus/Boarder=N
    Good: PupilStatus/PartTime=true
    Good: PupilStatus/PartTime=false PupilStatus/Boarder=7
    """
    if is_true(at(record, PART_TIME)) and boards(record):
        yield said(record, PART_TIME, boarder=at(record, BOARDER))


@BOOK.rule("G191", fields=[TYPE_OF_CLASS, DOB], severity="warning")
@applies(Roll.ON)
def nursery_class_at_six(record: Record, _: Context) -> Iterator[Found]:
    """A pupil of 6 or over is in a nursery class.

    Why: nursery classes are for children before reception.
    Fix: check the type of class and the date of birth; explain it if both are right.
    Message: TypeOfClass is N, but the pupil was {years} on 31 August before the census.
    Bad: PupilStatus/TypeOfClass=N PupilIdentifiers/DOB=2019-08-31
    Good: PupilStatus/TypeOfClass=N PupilIdentifiers/DOB=2019-09-01
    Good: PupilStatus/TypeOfClass=O PupilIdentifiers/DOB=2019-08-31
    """
    years = age(record)
    if at(record, TYPE_OF_CLASS) == "N" and years is not None and years >= _SIX:
        yield said(record, TYPE_OF_CLASS, years=str(years))


@BOOK.rule("1920", fields=[LEAVING_DATE, ENTRY_DATE])
@applies(Roll.LEFT)
def leaving_known(record: Record, _: Context) -> Iterator[Found]:
    """The leaving date of a pupil no longer on roll is missing, not before the census day, or before the entry date.

    Why: who is still there on the census day is on roll, and nobody leaves before coming.
    Fix: correct the leaving date, or return the pupil among those on roll.
    Message: LeavingDate is {given}; it must be a date before the census day and not before EntryDate.
    Bad: PupilStatus/LeavingDate=
    Bad: PupilStatus/LeavingDate=2026-01-15
    Bad: PupilStatus/LeavingDate=2025-09-01 PupilStatus/EntryDate=2025-09-02
    Good: PupilStatus/LeavingDate=2026-01-14
    Good: PupilStatus/LeavingDate=2025-09-02 PupilStatus/EntryDate=2025-09-02
    """
    left, entry, day = day_at(record, LEAVING_DATE), day_at(record, ENTRY_DATE), census_day(record)
    is_late = left is not None and day is not None and left >= day
    is_early = left is not None and entry is not None and left < entry
    if left is None or is_late or is_early:
        yield said(record, LEAVING_DATE)


@BOOK.rule("1925Q", fields=[LEAVING_DATE], severity="warning")
@applies(Roll.LEFT)
def leaver_reported_for(record: Record, _: Context) -> Iterator[Found]:
    """A pupil no longer on roll is returned without a reason.

    Why: pupils who have left are returned only for attendance, suspensions, learner support or learning aims.
    Fix: add what is to be reported, or take the pupil out; explain it if the pupil must stay.
    Message: The pupil has no attendance, suspension, learner support or learning aim to report.
    Bad: PupilStatus/LeavingDate=2025-11-28
    Good: Attendance/TermlyAttendance/SessionsPossible=90
    Good: Exclusions/TermlyExclusion[1]/Category=SUSP
    Good: PupilCharacteristics/LearnerSupport/LearnerSupportItem[1]/SupportCode=55
    Good: LearningAims/LearningAim[1]/QN=60112347
    """
    if not any_at(record, _REPORTED):
        yield said(record, LEAVING_DATE)

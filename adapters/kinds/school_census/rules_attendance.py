# ruff: noqa: D401 - the docstring of a rule is the text that schools read
"""Rules on attendance (specification `school-census` 4, rules 2470 to G252)."""

from collections.abc import Iterator
from typing import Final

from adapters.kinds.school_census.book import BOOK, NOT_NURSERY, Roll, applies
from adapters.kinds.school_census.pupil import (
    ATTENDANCE,
    ATTENDANCES,
    BOARDER,
    DOB,
    EXCLUSION,
    SCHOOL_AGES,
    age,
    any_at,
    at,
    boards,
    first,
    is_aged,
    is_code,
    missed,
    said,
    sessions,
    supplied,
)
from gateway.core.model import Group, Record
from gateway.core.rules.registry import groups_at
from gateway.core.rules.rule import Context, Found

_POSSIBLE: Final = f"{ATTENDANCE}/SessionsPossible"
_TOTALS: Final = ("SessionsAuthorised", "SessionsUnauthorised")
_SUSPENDED: Final = "E"
_AWAY: Final = frozenset({"PERM", "SUSP", "FIXD"})
"""The categories for which sessions are missed; LNCH is for midday breaks alone."""


def _has_attendance(record: Record) -> bool:
    """Tell whether attendance is asked of a pupil: 5 to 15 years old, and no boarder."""
    return is_aged(record, SCHOOL_AGES) and not boards(record)


@BOOK.rule("2470", fields=[ATTENDANCE, DOB, BOARDER])
def attendance_not_asked(record: Record, _: Context) -> Iterator[Found]:
    """Attendance is given for a pupil under 5 or over 15, or for a boarder.

    Why: attendance is collected of pupils of 5 to 15 who do not board.
    Fix: take the attendance out, or correct the date of birth or Boarder.
    Message: Attendance is given, but the pupil {why}.
    Bad: Attendance/TermlyAttendance/SessionsPossible=90 PupilIdentifiers/DOB=2020-09-01
    Bad: Attendance/TermlyAttendance/SessionsPossible=90 PupilIdentifiers/DOB=2009-08-31
    Bad: Attendance/SummerHalfTerm2Attendance/SessionsPossible=60 PupilStatus/Boarder=7
    Good: Attendance/TermlyAttendance/SessionsPossible=90 PupilIdentifiers/DOB=2020-08-31
    Good: Attendance/TermlyAttendance/SessionsPossible=90 PupilIdentifiers/DOB=2009-09-01
    Good: Attendance/TermlyAttendance/SessionsPossible=90 PupilStatus/Boarder=N
    """
    years = age(record)
    if not any_at(record, ATTENDANCES) or (years is not None and _has_attendance(record)):
        return
    if boards(record):
        yield Found(ATTENDANCE, {"why": "boards"})
    elif years is not None:
        yield Found(ATTENDANCE, {"why": f"was {years} on 31 August before the census"})


@BOOK.rule("2485", fields=[ATTENDANCE, EXCLUSION], severity="warning")
@applies(phases=NOT_NURSERY)
def suspended_sessions(record: Record, _: Context) -> Iterator[Found]:
    """Suspensions and exclusions do not agree with the attendance code E.

    Why: the sessions missed for a suspension or exclusion are recorded under code E.
    Fix: check both; explain it if the pupil went elsewhere meanwhile.
    Message: {what}.
    Bad: Attendance/TermlyAttendance/SessionsPossible=90 Exclusions/TermlyExclusion[1]/Category=SUSP
    Bad: Attendance/TermlyAttendance/SessionsPossible=90
     Attendance/TermlyAttendance/SessionDetails/SessionDetail[1]/AttendanceReason=E
     Attendance/TermlyAttendance/SessionDetails/SessionDetail[1]/Sessions=2
    Good: Attendance/TermlyAttendance/SessionsPossible=90 Exclusions/TermlyExclusion[1]/Category=SUSP
     Attendance/TermlyAttendance/SessionDetails/SessionDetail[1]/AttendanceReason=E
     Attendance/TermlyAttendance/SessionDetails/SessionDetail[1]/Sessions=2
    Good: Attendance/TermlyAttendance/SessionsPossible=90 Exclusions/TermlyExclusion[1]/Category=LNCH
    Good: Exclusions/TermlyExclusion[1]/Category=SUSP
    Good: Attendance/TermlyAttendance/SessionsPossible=90 Exclusions/TermlyExclusion[1]/Reason1=PP
    Good: Attendance/TermlyAttendance/SessionsPossible=90 Exclusions/TermlyExclusion[1]/Category=SUSP
     Attendance/TermlyAttendance/SessionsAuthorised=2
    """
    blocks = [block for path in ATTENDANCES for block in supplied(record, path)]
    if not blocks or any(block[name] for block in blocks for name in _TOTALS):
        return
    categories = {it["Category"] for it in groups_at(record, EXCLUSION)}
    if "" in categories:
        return
    away = not categories.isdisjoint(_AWAY)
    marked = any(reason == _SUSPENDED and count for block in blocks for _, reason, count in missed(block))
    if away and not marked:
        yield Found(EXCLUSION, {"what": "A suspension or exclusion is given, but no session is marked E"})
    elif marked and not away:
        yield Found(ATTENDANCE, {"what": "Sessions are marked E, but no suspension or exclusion is given"})


@BOOK.rule("2500", fields=[_POSSIBLE, DOB, BOARDER])
@applies(Roll.ON, phases=NOT_NURSERY)
def possible_sessions(record: Record, _: Context) -> Iterator[Found]:
    """The possible sessions of a pupil of 5 to 15 who does not board are missing or are no number.

    Why: absence is told as a share of the sessions that the pupil could attend.
    Fix: enter SessionsPossible, 0 where the pupil came after the time that is reported.
    Message: SessionsPossible is {given}; it must be a whole number from 0 to 999.
    Bad: PupilIdentifiers/DOB=2020-08-31
    Bad: PupilIdentifiers/DOB=2009-09-01 Attendance/TermlyAttendance/SessionsPossible=many
    Bad: PupilIdentifiers/DOB=2015-05-31 Attendance/TermlyAttendance/SessionsPossible=1000
    Bad: PupilIdentifiers/DOB=2015-05-31 Attendance/TermlyAttendance/SessionsPossible=-1
    Good: PupilIdentifiers/DOB=2020-09-01
    Good: PupilIdentifiers/DOB=2009-08-31
    Good: PupilIdentifiers/DOB=2015-05-31 PupilStatus/Boarder=B
    Good: PupilIdentifiers/DOB=2015-05-31 Attendance/TermlyAttendance/SessionsPossible=0
    Good: PupilIdentifiers/DOB=2020-08-31 School/SchoolCharacteristics/Phase=NS
    """
    if _has_attendance(record) and sessions(at(record, _POSSIBLE)) is None:
        yield said(record, _POSSIBLE)


@BOOK.rule("2510", fields=[_POSSIBLE, DOB, BOARDER])
@applies(Roll.LEFT, phases=NOT_NURSERY)
def possible_sessions_of_leaver(record: Record, _: Context) -> Iterator[Found]:
    """The possible sessions of a pupil no longer on roll are missing or below 0.

    Why: absence is told as a share of the sessions that the pupil could attend before leaving.
    Fix: enter SessionsPossible, up to the day of leaving.
    Message: SessionsPossible is {given}; it must be a whole number from 0 to 999.
    Bad: PupilIdentifiers/DOB=2020-08-31
    Bad: PupilIdentifiers/DOB=2015-05-31 Attendance/TermlyAttendance/SessionsPossible=-1
    Good: PupilIdentifiers/DOB=2015-05-31 Attendance/TermlyAttendance/SessionsPossible=0
    Good: PupilIdentifiers/DOB=2009-08-31
    Good: PupilIdentifiers/DOB=2015-05-31 PupilStatus/Boarder=6
    """
    if _has_attendance(record) and sessions(at(record, _POSSIBLE)) is None:
        yield said(record, _POSSIBLE)


@BOOK.rule("G251", fields=[ATTENDANCE])
def absences_within_possible(record: Record, _: Context) -> Iterator[Found]:
    """A pupil missed more sessions than there were.

    Why: the sessions missed for all reasons together are some of the possible ones.
    Fix: check the sessions of each reason and SessionsPossible.
    Message: {count} sessions were missed, but SessionsPossible is {given}.
    Bad: Attendance/TermlyAttendance/SessionsPossible=3
     Attendance/TermlyAttendance/SessionDetails/SessionDetail[1]/AttendanceReason=I
     Attendance/TermlyAttendance/SessionDetails/SessionDetail[1]/Sessions=2
     Attendance/TermlyAttendance/SessionDetails/SessionDetail[2]/AttendanceReason=O
     Attendance/TermlyAttendance/SessionDetails/SessionDetail[2]/Sessions=2
    Bad: Attendance/TermlyAttendance/SessionsPossible=3 Attendance/TermlyAttendance/SessionsAuthorised=4
    Good: Attendance/TermlyAttendance/SessionsPossible=4 Attendance/TermlyAttendance/SessionsAuthorised=4
    Good: Attendance/TermlyAttendance/SessionsPossible=3
     Attendance/TermlyAttendance/SessionDetails/SessionDetail[1]/AttendanceReason=P
     Attendance/TermlyAttendance/SessionDetails/SessionDetail[1]/Sessions=4
    """
    for path in ATTENDANCES:
        block = first(groups_at(record, path))
        possible = sessions(block["SessionsPossible"]) if block else None
        count = _absences(block, record) if block else 0
        if possible is not None and count > possible:
            yield said(record, f"{path}/SessionsPossible", count=str(count))


def _absences(block: Group, record: Record) -> int:
    """Return how many sessions were missed: those of each reason of absence, and the totals given instead."""
    detailed = sum(count for _, reason, count in missed(block) if _is_absence(reason, record))
    return detailed + sum(sessions(block[name]) or 0 for name in _TOTALS)


def _is_absence(reason: str, record: Record) -> bool:
    return is_code("AuthorisedAbsence", reason, record) or is_code("UnauthorisedAbsence", reason, record)


@BOOK.rule("G252", fields=[ATTENDANCE])
def attendance_reasons(record: Record, _: Context) -> Iterator[Found]:
    """A reason of attendance is not on the list of the year, or stands twice.

    Why: each reason has one meaning in a year, and its sessions are returned in one sum.
    Fix: use the codes of the school year, and put the sessions of one reason together.
    Message: AttendanceReason is {given}, which {wrong}.
    Bad: Attendance/TermlyAttendance/SessionDetails/SessionDetail[1]/AttendanceReason=F
    Bad: Attendance/TermlyAttendance/SessionDetails/SessionDetail[1]/AttendanceReason=
    Bad: Attendance/TermlyAttendance/SessionDetails/SessionDetail[1]/AttendanceReason=I
     Attendance/TermlyAttendance/SessionDetails/SessionDetail[2]/AttendanceReason=I
    Good: Attendance/TermlyAttendance/SessionDetails/SessionDetail[1]/AttendanceReason=C1
    Good: Attendance/TermlyAttendance/SessionDetails/SessionDetail[1]/AttendanceReason=F
     Header/CollectionDetails/ReferenceDate=2020-01-16
    Good: Attendance/TermlyAttendance/SessionDetails/SessionDetail[1]/AttendanceReason=I
     Attendance/SummerHalfTerm2Attendance/SessionDetails/SessionDetail[1]/AttendanceReason=I
    """
    for path in ATTENDANCES:
        seen: set[str] = set()
        for block in groups_at(record, path):
            yield from _wrong_reasons(block, record, seen)


def _wrong_reasons(block: Group, record: Record, seen: set[str]) -> Iterator[Found]:
    for detail, reason, _ in missed(block):
        path = f"{detail.path}/AttendanceReason"
        if not is_code("AttendanceReason", reason, record):
            yield said(record, path, wrong="is not on the list of the school year")
        elif reason in seen:
            yield said(record, path, wrong="stands with other sessions too")
        seen.add(reason)

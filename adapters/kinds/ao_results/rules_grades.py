# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""Rules on qualification, grade and series (AR-17, AR-18, AR-19, AR-26, AR-27)."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from adapters.kinds.ao_results.result import (
    ABSENT,
    FOR_ALL,
    PENDING,
    QUALIFICATION,
    WITHDRAW,
    award_day,
    embargo,
    grades,
)
from adapters.kinds.ao_results.rules import RULES
from adapters.kinds.ao_results.series import series_of
from gateway.core.model import Record
from gateway.core.rules.rule import Context, Found
from gateway.core.tables import read_date

QUALIFICATIONS, GRADE_SETS, SERIES = "qualifications", "grade-sets", "series"
UNKNOWN_QUALIFICATION: Final = "AR-17"
_ANY: Final = "any"


def qualification(record: Record, context: Context, day: date | None = None) -> Mapping[str, str] | None:
    """Return what the reference list says of a result's qualification, on a day or whenever; None where nothing."""
    return context.reference.lookup(QUALIFICATIONS, record["QAN"], day)


def sitting(text: str, context: Context, day: date | None = None) -> Mapping[str, str] | None:
    """Return what the reference list says of an exam series, on a day or whenever; None where nothing."""
    series = series_of(text)
    return context.reference.lookup(SERIES, (series, _ANY), day) if series else None


@RULES.rule("AR-17", fields=["QAN"], needs=[QUALIFICATIONS])
def qualification_known(record: Record, context: Context) -> Iterator[Found]:
    """The qualification is not in the gateway's list of qualifications.

    Why: the list may be older than the file, so the result is kept waiting until the list is brought up to date.
    Fix: check the number; if it is right, nothing needs to be done: the result is answered later by a supplement.
    Message: The qualification {QAN} is not on the list of qualifications that the gateway holds.
    Bad: QAN=601/9999/3
    Good: QAN=601/1234/7
    """
    if qualification(record, context) is None:
        yield Found("QAN")


@RULES.rule("AR-17", fields=["QAN", "AwardingOrganisationUKPRN"], needs=[QUALIFICATIONS])
def qualification_of_organisation(record: Record, context: Context) -> Iterator[Found]:
    """The qualification is another awarding organisation's.

    Why: only the organisation that awards a qualification can tell its results.
    Fix: check the number, and send the results of another organisation from its own mailbox.
    Message: The qualification {QAN} is awarded by another organisation than {AwardingOrganisationUKPRN}.
    Bad: QAN=601/8703/7
    Good: QAN=601/1234/7
    """
    found = qualification(record, context)
    owner = found["awarding_organisation"] if found else ""
    if owner and owner != record["AwardingOrganisationUKPRN"]:
        yield Found("QAN")


@RULES.rule("AR-17", fields=["QAN", "AwardDate"], needs=[QUALIFICATIONS])
def qualification_open(record: Record, context: Context) -> Iterator[Found]:
    """The qualification was not open on the day of the award.

    Why: a qualification is awarded between its first and its last certification date only.
    Fix: check the number and the day of the award.
    Message: The qualification {QAN} could not be awarded on {AwardDate}: it {was open}.
    Bad: QAN=601/1234/7 AwardDate=2015-08-20 ExamSeries=6G15
    Good: QAN=601/1234/7 AwardDate=2026-08-20
    """
    day, found = award_day(record), qualification(record, context)
    if day and found and qualification(record, context, day) is None:
        first, last = found["valid_from"] or "its beginning", found["valid_to"] or "now"
        yield Found("QAN", {"was open": f"is awarded from {first} to {last}"})


@RULES.rule("AR-18", fields=["QAN", "ResultLevel", "Grade"], needs=[QUALIFICATIONS, GRADE_SETS])
def grade_in_set(record: Record, context: Context) -> Iterator[Found]:
    """The grade is none of the qualification's.

    Why: each qualification, and each of its units, has a set of grades of its own.
    Fix: use one of {grades}, or X (no result), Q (pending) or U (ungraded).
    Message: The grade {Grade} is not in the set {set}: {grades}.
    Bad: Grade=A
    Bad: Grade=10
    Good: Grade=7
    Good: Grade=Q
    Good: Grade=
    """
    grade, found = record["Grade"], qualification(record, context)
    if not grade or grade in FOR_ALL or not found:
        return
    name = found["grade_set" if record["ResultLevel"] == QUALIFICATION else "unit_grade_set"]
    known = grades(context, name)
    if known and grade not in known:
        yield Found("Grade", {"set": name, "grades": ", ".join(known)})


@RULES.rule("AR-18", fields=["QAN", "EndorsementGrade"], needs=[QUALIFICATIONS, GRADE_SETS])
def endorsement_in_set(record: Record, context: Context) -> Iterator[Found]:
    """The endorsement is none that the qualification has.

    Why: where a qualification has an endorsement, its grades are a set of their own; most have none.
    Fix: use one of {grades}, or leave the endorsement empty.
    Message: The endorsement {EndorsementGrade} is not among those of the qualification: {grades}.
    Bad: QAN=601/8701/3 EndorsementGrade=M
    Good: EndorsementGrade=M
    """
    grade, found = record["EndorsementGrade"], qualification(record, context)
    if grade and found:
        known = grades(context, found["endorsement_grade_set"])
        if grade not in known:
            yield Found("EndorsementGrade", {"grades": ", ".join(known) or "none"})


@RULES.rule("AR-19", fields=["ExamSeries"], needs=[SERIES])
def series_open(record: Record, context: Context) -> Iterator[Found]:
    """The exam series is not open for results.

    Why: results of a series are taken from its first to its last day of upload only.
    Fix: check the series; after its last day ask the gateway's operator.
    Message: The series {ExamSeries} is not open for results: {why}.
    Bad: ExamSeries="June 2025" AwardDate=2025-08-21
    Bad: ExamSeries="March 2026"
    Good: ExamSeries=6G26
    """
    if sitting(record["ExamSeries"], context, context.as_of):
        return
    found = sitting(record["ExamSeries"], context)
    why = f"it takes them from {found['valid_from']} to {found['valid_to']}" if found else "it is not on the list"
    yield Found("ExamSeries", {"why": why})


@RULES.rule("AR-19", fields=["AwardDate", "EmbargoUntil"])
def award_not_in_future(record: Record, context: Context) -> Iterator[Found]:
    """The award is dated in the future and the result is under no embargo.

    Why: a result that is not yet awarded must not be released, and only an embargo holds it back until then.
    Fix: correct the day of the award, or say until when the result is under embargo.
    Message: The award is dated {AwardDate}, which is in the future, and no embargo holds the result until then.
    Bad: AwardDate=2026-09-20 EmbargoUntil= ExamSeries=6G26
    Good: AwardDate=2026-09-20 EmbargoUntil=2026-09-20T08:00
    """
    day, until = award_day(record), embargo(record)
    if day and day > context.as_of and not (until and until.date() > context.as_of):
        yield Found("AwardDate")


@RULES.rule("AR-19", fields=["ExamSeries", "AwardDate"], needs=[SERIES])
def award_within_series(record: Record, context: Context) -> Iterator[Found]:
    """The day of the award is not one of the series.

    Why: the awards of a series are dated within a few weeks; another day is a mistake in the day or in the series.
    Fix: correct the day of the award or the series.
    Message: The award is dated {AwardDate}, but those of {ExamSeries} are dated from {first} to {last}.
    Bad: AwardDate=2026-05-20
    Good: AwardDate=2026-08-20
    """
    day, found = award_day(record), sitting(record["ExamSeries"], context)
    if not day or not found:
        return
    first, last = found["awards_from"], found["awards_to"]
    if (first and day < _day(first)) or (last and day > _day(last)):
        yield Found("AwardDate", {"first": first, "last": last})


@RULES.rule("AR-26", fields=["Grade", "PartialAbsence"], severity="info")
def grade_to_come(record: Record, _: Context) -> Iterator[Found]:
    """The result is pending, was not issued, or is marked with a partial absence.

    Why: X stands for no result, Q for one that is pending, and # for a candidate who was absent for a part.
    Fix: nothing needs to be done; send an amendment when there is a grade, or when it changes.
    Message: {what} was recorded.
    Bad: Grade=X
    Bad: Grade=Q
    Bad: Grade=7 PartialAbsence=#
    Good: Grade=7 PartialAbsence=
    """
    words = {ABSENT: "The grade X (no result issued)", PENDING: "The grade Q (pending)"}
    if record["Grade"] in words:
        yield Found("Grade", {"what": words[record["Grade"]]})
    if record["PartialAbsence"]:
        yield Found("PartialAbsence", {"what": "A partial absence"})


@RULES.rule("AR-27", fields=["Action", "ResultLevel", "Grade"])
def grade_given(record: Record, _: Context) -> Iterator[Found]:
    """A result has no grade.

    Why: an empty grade is never read as a removal, for it is usually a mistake; a unit may have a mark alone.
    Fix: enter the grade, or withdraw the result with the action W and a reason.
    Message: The grade is empty, which neither a new nor an amended result can be.
    Bad: Action=N Grade=
    Bad: Action=A Grade= PreviousGrade=6 ChangeReason=ROMM
    Bad: Action=N Grade= Mark=five
    Bad: Action=N ResultLevel=U UnitOrComponentCode=BIO1 Grade= Mark=
    Good: Action=W Grade= ChangeReason=CLERICAL
    Good: Action=N ResultLevel=U UnitOrComponentCode=BIO1 Grade= Mark=57
    """
    marked = record["Mark"] and record["ResultLevel"] != QUALIFICATION
    if not record["Grade"] and not marked and record["Action"] != WITHDRAW:
        yield Found("Grade")


def _day(text: str) -> date:
    return read_date(text) or date.min

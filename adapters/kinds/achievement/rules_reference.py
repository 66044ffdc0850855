# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""What is asked of an achievement by reference lists: unit or qualification, grade, entitlement (`lrs` 5.5, 5.7)."""

from collections.abc import Iterator
from typing import Final

from adapters.kinds.achievement.rules import RULES
from adapters.kinds.achievement.table import CODES, REFERENCE
from gateway.core.model import Record
from gateway.core.rules.rule import Context, Found

_QUALIFICATIONS: Final = "qualifications"
_GRADE_SETS: Final = "grade-sets"


@RULES.rule("GA201", fields=[REFERENCE], needs=[_QUALIFICATIONS])
def reference_known(record: Record, context: Context) -> Iterator[Found]:
    """The unit or qualification is not on the gateway's list.

    Why: an achievement in something that nobody knows cannot be shown in a learner's record.
    Fix: check the number; if it is right, ask the gateway's operator to bring the list up to date.
    Message: {UnitOrQualificationReferenceNumber} is not on the list of units and qualifications.
    Bad: UnitOrQualificationReferenceNumber=601/9999/3
    Bad: UnitOrQualificationReferenceNumber=K/501/5773
    Good: UnitOrQualificationReferenceNumber=601/1234/7
    """
    if context.reference.lookup(_QUALIFICATIONS, record[REFERENCE]) is None:
        yield Found(REFERENCE)


@RULES.rule("GA202", fields=["Grade", REFERENCE], needs=[_QUALIFICATIONS, _GRADE_SETS])
def grade_in_set(record: Record, context: Context) -> Iterator[Found]:
    """The grade is none of the unit's or qualification's.

    Why: each unit and each qualification has a set of grades of its own.
    Fix: use one of {grades}.
    Message: The grade {Grade} is not one of those of {UnitOrQualificationReferenceNumber}: {grades}.
    Bad: Grade=A
    Bad: Grade=Merit
    Good: Grade=7
    """
    known = _grade_set(record, context)
    if record["Grade"] and known and record["Grade"] not in known:
        yield Found("Grade", {"grades": ", ".join(known)})


@RULES.rule("GA202", fields=["Grade", REFERENCE])
def grade_usual(record: Record, context: Context) -> Iterator[Found]:
    """The grade is not a usual one, and no grades are known for the unit or qualification.

    Why: where the gateway has no set of grades for it, a short list of usual ones holds.
    Fix: use one of {grades}; if the grade is right, ask the gateway's operator to load the set of grades.
    Message: The grade {Grade} is not one of the usual ones: {grades}.
    Good: Grade=7
    Good: Grade=
    """
    usual = tuple(code.code for code in CODES["Grade"].listed(context.as_of))
    if record["Grade"] and record["Grade"] not in usual and not _grade_set(record, context):
        yield Found("Grade", {"grades": ", ".join(usual)})


@RULES.rule("GA203", fields=[REFERENCE], needs=[_QUALIFICATIONS])
def organisation_entitled(record: Record, context: Context) -> Iterator[Found]:
    """The unit or qualification is another awarding organisation's.

    Why: only the organisation that awards it can say who has achieved it.
    Fix: check the number, and send achievements of another organisation from its own mailbox.
    Message: {UnitOrQualificationReferenceNumber} is awarded by another organisation.
    Bad: UnitOrQualificationReferenceNumber=601/8703/7 Grade=A
    Good: UnitOrQualificationReferenceNumber=601/1234/7
    """
    found = context.reference.lookup(_QUALIFICATIONS, record[REFERENCE])
    owner = found["awarding_organisation"] if found else ""
    if context.sender is not None and owner and owner != context.sender.ukprn:
        yield Found(REFERENCE)


def _grade_set(record: Record, context: Context) -> tuple[str, ...]:
    """Return the grades that a unit or qualification has by the lists that are loaded; none where that is not known."""
    reference = context.reference
    if not (reference.loaded(_QUALIFICATIONS) and reference.loaded(_GRADE_SETS)):
        return ()
    found = reference.lookup(_QUALIFICATIONS, record[REFERENCE])
    named = reference.lookup(_GRADE_SETS, found["grade_set"]) if found and found["grade_set"] else None
    return tuple(named["grades"].split(";")) if named else ()

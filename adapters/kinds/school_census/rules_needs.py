# ruff: noqa: D401 - the docstring of a rule is the text that schools read
"""Rules on special educational needs, suspensions and exclusions (specification `school-census` 4, G200 to G230)."""

from collections.abc import Iterator
from typing import Final

from adapters.kinds.school_census.book import BOOK, INTAKE, NOT_NURSERY, Roll, applies
from adapters.kinds.school_census.pupil import (
    EXCLUSION,
    SEN_NEED,
    SEN_PROVISION,
    at,
    census_day,
    collection,
    day_at,
    is_true,
    said,
    sessions,
    supplied,
)
from gateway.core.model import Group, Record
from gateway.core.rules.registry import groups_at
from gateway.core.rules.rule import Context, Found
from gateway.core.tables import read_date

_CATEGORY, _START, _SESSIONS = "Category", "StartDate", "Sessions"
_REASONS: Final = ("Reason", "Reason1", "Reason2", "Reason3")
_SUSPENSIONS: Final = frozenset({"SUSP", "FIXD"})
_PERMANENT: Final = "PERM"
_INDICATORS: Final = (
    "SpecialEducationalNeeds/SENunitIndicator",
    "SpecialEducationalNeeds/ResourcedProvisionIndicator",
)


@BOOK.rule("G200", fields=[SEN_PROVISION])
@applies(Roll.ON)
def provision_of_special_school(record: Record, _: Context) -> Iterator[Found]:
    """A pupil of a special school is returned without special educational needs.

    Why: a school whose intake is SPEC takes pupils with special educational needs.
    Fix: enter the provision, E or K, or correct the school's intake.
    Message: SENprovision is N, but the school's intake is SPEC.
    Bad: SpecialEducationalNeeds/SENprovision=N School/SchoolCharacteristics/Intake=SPEC
    Good: SpecialEducationalNeeds/SENprovision=E School/SchoolCharacteristics/Intake=SPEC
    Good: SpecialEducationalNeeds/SENprovision=N School/SchoolCharacteristics/Intake=COMP
    """
    if record[INTAKE] == "SPEC" and at(record, SEN_PROVISION) == "N":
        yield said(record, SEN_PROVISION)


@BOOK.rule("G201", fields=[SEN_PROVISION, SEN_NEED])
@applies(Roll.ON, terms=frozenset({"SPR"}))
def first_need_told(record: Record, _: Context) -> Iterator[Found]:
    """A pupil with special educational needs has no need of rank 1.

    Why: in spring the main need of every pupil with a plan or with support is returned.
    Fix: enter the main need with rank 1 in the pupil's details.
    Message: SENprovision is {given}, but no SENneed has rank 1.
    Bad: SpecialEducationalNeeds/SENprovision=E
    Bad: SpecialEducationalNeeds/SENprovision=K SpecialEducationalNeeds/SENneeds/SENneed[1]/SENtypeRank=2
    Good: SpecialEducationalNeeds/SENprovision=K SpecialEducationalNeeds/SENneeds/SENneed[1]/SENtypeRank=1
    Good: SpecialEducationalNeeds/SENprovision=E Header/CollectionDetails/Term=SUM
    Good: SpecialEducationalNeeds/SENprovision=N
    """
    ranks = {need["SENtypeRank"] for need in groups_at(record, SEN_NEED)}
    if at(record, SEN_PROVISION) in {"E", "K"} and "1" not in ranks:
        yield said(record, SEN_PROVISION)


@BOOK.rule("G202", fields=[SEN_NEED])
@applies(Roll.ON)
def needs_differ(record: Record, _: Context) -> Iterator[Found]:
    """Two special educational needs of a pupil have the same rank or the same type.

    Why: the ranks put the needs in an order, and each need is returned once.
    Fix: give one need rank 1 and the other rank 2, with different types.
    Message: {name} {given} stands with an earlier need too.
    Bad: SpecialEducationalNeeds/SENneeds/SENneed[1]/SENtypeRank=1
     SpecialEducationalNeeds/SENneeds/SENneed[2]/SENtypeRank=1
    Bad: SpecialEducationalNeeds/SENneeds/SENneed[1]/SENtype=HI SpecialEducationalNeeds/SENneeds/SENneed[2]/SENtype=HI
    Good: SpecialEducationalNeeds/SENneeds/SENneed[1]/SENtype=HI SpecialEducationalNeeds/SENneeds/SENneed[2]/SENtype=VI
    """
    for field in ("SENtypeRank", "SENtype"):
        seen: set[str] = set()
        for need in groups_at(record, SEN_NEED):
            if need[field] in seen:
                yield said(record, f"{need.path}/{field}")
            seen.update({need[field]} - {""})


@BOOK.rule("G203", fields=[SEN_PROVISION, SEN_NEED, *_INDICATORS])
@applies(Roll.ON)
def no_need_without_provision(record: Record, _: Context) -> Iterator[Found]:
    """A pupil without special educational needs has a need, a SEN unit or resourced provision.

    Why: where SENprovision is N there is nothing of the kind to return.
    Fix: enter the provision, E or K, or take out the needs and set the two indicators to false.
    Message: SENprovision is N, but {name} is given.
    Bad: SpecialEducationalNeeds/SENprovision=N SpecialEducationalNeeds/SENneeds/SENneed[1]/SENtype=HI
    Bad: SpecialEducationalNeeds/SENprovision=N SpecialEducationalNeeds/SENunitIndicator=true
    Bad: SpecialEducationalNeeds/SENprovision=N SpecialEducationalNeeds/ResourcedProvisionIndicator=1
    Good: SpecialEducationalNeeds/SENprovision=N SpecialEducationalNeeds/SENunitIndicator=false
    Good: SpecialEducationalNeeds/SENprovision=E SpecialEducationalNeeds/SENunitIndicator=true
    """
    if at(record, SEN_PROVISION) != "N":
        return
    yield from (said(record, path) for path in _INDICATORS if is_true(at(record, path)))
    needs = supplied(record, SEN_NEED)
    if needs:
        yield Found(needs[0].path, {"name": "SENneed"})


@BOOK.group_rule("2290", EXCLUSION, fields=[_CATEGORY, _START])
@applies(phases=NOT_NURSERY)
def permanent_by_census_day(exclusion: Group, record: Record, _: Context) -> Iterator[Found]:
    """A permanent exclusion begins after census day.

    Why: a census collects what happened up to its day.
    Fix: correct the start date, or leave the exclusion to the census of its time.
    Message: The permanent exclusion of {given} is after census day, {last}.
    Bad: Exclusions/TermlyExclusion[1]/Category=PERM Exclusions/TermlyExclusion[1]/StartDate=2026-01-16
    Good: Exclusions/TermlyExclusion[1]/Category=PERM Exclusions/TermlyExclusion[1]/StartDate=2026-01-15
    Good: Exclusions/TermlyExclusion[1]/Category=SUSP Exclusions/TermlyExclusion[1]/StartDate=2026-01-16
    """
    start, last = day_at(exclusion, _START), census_day(record)
    if exclusion[_CATEGORY] == _PERMANENT and start and last and start > last:
        yield said(exclusion, _START, last=last.isoformat())


@BOOK.group_rule("2290", EXCLUSION, fields=[_CATEGORY, _START], needs=["collections"])
@applies(phases=NOT_NURSERY)
def permanent_in_window(exclusion: Group, record: Record, context: Context) -> Iterator[Found]:
    """A permanent exclusion lies outside the time that the census collects.

    Why: each census collects the exclusions of its own time, so that none is counted twice.
    Fix: correct the start date, or leave the exclusion to the census of its time.
    Message: The permanent exclusion of {given} is outside the time of this census, {first} to {last}.
    Bad: Exclusions/TermlyExclusion[1]/Category=PERM Exclusions/TermlyExclusion[1]/StartDate=2025-10-02
    Good: Exclusions/TermlyExclusion[1]/Category=PERM Exclusions/TermlyExclusion[1]/StartDate=2025-10-03
    Good: Exclusions/TermlyExclusion[1]/Category=PERM Exclusions/TermlyExclusion[1]/StartDate=2026-01-15
    Good: Exclusions/TermlyExclusion[1]/Category=SUSP Exclusions/TermlyExclusion[1]/StartDate=2025-10-02
    """
    start = day_at(exclusion, _START)
    if exclusion[_CATEGORY] != _PERMANENT or start is None:
        return
    known = collection(record, context)
    first, last = (read_date(known[name]) if known else None for name in ("window_from", "window_to"))
    day = census_day(record)
    if first and last and not first <= start <= last and not (day and start > day):
        yield said(exclusion, _START, first=first.isoformat(), last=last.isoformat())


@BOOK.rule("G229", fields=[EXCLUSION])
@applies(phases=NOT_NURSERY)
def permanent_once(record: Record, _: Context) -> Iterator[Found]:
    """A pupil has more than one permanent exclusion.

    Why: a pupil can be excluded from a school for good only once.
    Fix: take out all but one, or correct the category.
    Message: This is permanent exclusion number {count} of the pupil.
    Bad: Exclusions/TermlyExclusion[1]/Category=PERM Exclusions/TermlyExclusion[2]/Category=PERM
    Good: Exclusions/TermlyExclusion[1]/Category=PERM Exclusions/TermlyExclusion[2]/Category=SUSP
    """
    permanent = [it for it in groups_at(record, EXCLUSION) if it[_CATEGORY] == _PERMANENT]
    for count, exclusion in enumerate(permanent[1:], start=2):
        yield said(record, f"{exclusion.path}/{_CATEGORY}", count=str(count))


@BOOK.group_rule("G230", EXCLUSION, fields=[_CATEGORY, _START, _SESSIONS, *_REASONS])
@applies(phases=NOT_NURSERY)
def exclusion_complete(exclusion: Group, _record: Record, _: Context) -> Iterator[Found]:
    """A suspension or exclusion lacks its category, start date or reason, or a suspension its sessions.

    Why: without these it cannot be counted; a suspension lasts one session at least.
    Fix: enter what is missing in the pupil's suspensions and exclusions.
    Message: {name} is {given}; {asked}.
    Bad: Exclusions/TermlyExclusion[1]/StartDate=2025-11-03 Exclusions/TermlyExclusion[1]/Reason1=PP
    Bad: Exclusions/TermlyExclusion[1]/Category=PERM Exclusions/TermlyExclusion[1]/Reason1=PP
    Bad: Exclusions/TermlyExclusion[1]/Category=PERM Exclusions/TermlyExclusion[1]/StartDate=2025-11-03
    Bad: Exclusions/TermlyExclusion[1]/Category=SUSP Exclusions/TermlyExclusion[1]/StartDate=2025-11-03
     Exclusions/TermlyExclusion[1]/Reason1=PP Exclusions/TermlyExclusion[1]/Sessions=0
    Bad: Exclusions/TermlyExclusion[1]/Category=FIXD Exclusions/TermlyExclusion[1]/StartDate=2025-11-03
     Exclusions/TermlyExclusion[1]/Reason=PP
    Good: Exclusions/TermlyExclusion[1]/Category=SUSP Exclusions/TermlyExclusion[1]/StartDate=2025-11-03
     Exclusions/TermlyExclusion[1]/Reason1=PP Exclusions/TermlyExclusion[1]/Sessions=1
    Good: Exclusions/TermlyExclusion[1]/Category=PERM Exclusions/TermlyExclusion[1]/StartDate=2025-11-03
     Exclusions/TermlyExclusion[1]/Reason=PP
    """
    missing = "it must be given"
    yield from (said(exclusion, name, asked=missing) for name in (_CATEGORY, _START) if not exclusion[name])
    if not any(exclusion[name] for name in _REASONS):
        yield said(exclusion, "Reason1", asked=missing)
    if exclusion[_CATEGORY] in _SUSPENSIONS and not sessions(exclusion[_SESSIONS]):
        yield said(exclusion, _SESSIONS, asked="a suspension has one session or more")

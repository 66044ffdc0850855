# ruff: noqa: D401 - the docstring of a rule is the text that schools read
"""What is asked of the school in a census return: its phase, type, governance and year groups (specification 4)."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from adapters.kinds.school_census.book import (
    ACCOMMODATION,
    BOOK,
    ESTAB,
    GOVERNANCE,
    HIGHEST_YEAR,
    INTAKE,
    LOWEST_YEAR,
    PHASE,
    PHASES,
    REFERENCE_DATE,
    SCHOOL_TYPE,
    applies,
)
from adapters.kinds.school_census.pupil import census_day, is_code, quoted
from gateway.core.identifiers.establishment import establishment_fault, fits_phase
from gateway.core.model import Record
from gateway.core.rules.rule import Context, Found

_YEARS: Final = ("E1", "E2", "N1", "N2", "R", *map(str, range(1, 15)))
_TYPES_OF_PHASE: Final = frozenset({"NS", "PS", "MP", "MS", "SS", "SP"})
"""The phases of which it is known which types of school they have."""
_LATER_FROM: Final = date(2015, 1, 1)
"""From when on a return is none of the older years, whose rules on schools were stricter: our choice."""
_SPECIAL, _NO_YEAR = "SPEC", "X"
_ACADEMY, _TECHNOLOGY = "49", "47"


@BOOK.rule("G040", fields=[PHASE], scope="file")
def phase_known(record: Record, _: Context) -> Iterator[Found]:
    """The school's phase is missing or is not a code.

    Why: the phase decides which items a school returns and which rules hold for it.
    Fix: choose the phase in the school's details: NS, PS, MP, MS, SS, SP, AT, EY, PR or NO.
    Message: Phase is {given}; it must be NS, PS, MP, MS, SS, SP, AT, EY, PR or NO.
    Bad: School/SchoolCharacteristics/Phase=
    Bad: School/SchoolCharacteristics/Phase=XX
    Good: School/SchoolCharacteristics/Phase=AT School/SchoolCharacteristics/SchoolType=46
    """
    if record[PHASE] not in PHASES:
        yield Found(PHASE, {"given": quoted(record[PHASE]), "value": record[PHASE]})


@BOOK.rule("G041", fields=[ESTAB, PHASE], severity="warning", scope="file")
def establishment_of_phase(record: Record, _: Context) -> Iterator[Found]:
    """The establishment number is not one that schools of this phase usually have.

    Why: numbers were given out by phase, so another number often means a wrong number or a wrong phase.
    Fix: check both; academies and free schools may have other numbers, so explain it if both are right.
    Message: Schools of phase {phase} do not usually have the establishment number {estab}.
    Bad: Header/Source/Estab=2321
    Good: Header/Source/Estab=5499
    Good: Header/Source/Estab=2321 School/SchoolCharacteristics/Phase=PS
    """
    if establishment_fault(record[ESTAB]) is None and not fits_phase(record[ESTAB], record[PHASE]):
        yield Found(ESTAB, {"phase": record[PHASE], "estab": record[ESTAB], "value": record[ESTAB]})


@BOOK.rule("G042", fields=[SCHOOL_TYPE, PHASE], scope="file")
def school_type_of_phase(record: Record, _: Context) -> Iterator[Found]:
    """The type of school is missing, is not a code, or is none of the school's phase.

    Why: type and phase describe the same school, so they must agree.
    Fix: choose the right type and phase in the school's details.
    Message: SchoolType is {given}, which is not {asked}.
    Bad: School/SchoolCharacteristics/SchoolType=
    Bad: School/SchoolCharacteristics/SchoolType=99
    Bad: School/SchoolCharacteristics/SchoolType=01
    Good: School/SchoolCharacteristics/SchoolType=49
    Good: School/SchoolCharacteristics/SchoolType=54 School/SchoolCharacteristics/Phase=PR
    """
    kind, phase = record[SCHOOL_TYPE], record[PHASE]
    if not is_code("SchoolType", kind, record):
        asked = "one of the codes of two digits for types of school"
        yield Found(SCHOOL_TYPE, {"given": quoted(kind), "value": kind, "asked": asked})
    elif phase in _TYPES_OF_PHASE and not is_code("SchoolTypeOfPhase", f"{phase}{kind}", record):
        asked = f"a type of schools of phase {phase}"
        yield Found(SCHOOL_TYPE, {"given": quoted(kind), "value": kind, "asked": asked})


def _wrong_governance(record: Record) -> Iterator[Found]:
    governance, kind = record[GOVERNANCE], record[SCHOOL_TYPE]
    asks = {"CA": _ACADEMY, "CT": _TECHNOLOGY}.get(governance)
    if asks is not None and kind != asks:
        asked = f"{governance} goes with {asks}"
    elif kind == _ACADEMY and governance != "CA":
        asked = "49 goes with CA"
    else:
        return
    yield Found(GOVERNANCE, {"governance": governance, "type": kind, "value": governance, "asked": asked})


@BOOK.rule("G043", fields=[GOVERNANCE, SCHOOL_TYPE, REFERENCE_DATE], scope="file")
def governance_of_type(record: Record, _: Context) -> Iterator[Found]:
    """Until 2014: the school's governance and type do not agree.

    Why: an academy has governance CA and type 49, and a city technology college has CT and 47.
    Fix: correct the governance or the type in the school's details.
    Message: Governance is "{governance}" and SchoolType is "{type}", but {asked}.
    Bad: School/SchoolCharacteristics/Governance=CA Header/CollectionDetails/ReferenceDate=2014-01-16
    Bad: School/SchoolCharacteristics/SchoolType=49 Header/CollectionDetails/ReferenceDate=2014-12-31
    Bad: School/SchoolCharacteristics/Governance=CT Header/CollectionDetails/ReferenceDate=2014-01-16
    Good: School/SchoolCharacteristics/Governance=CA Header/CollectionDetails/ReferenceDate=2015-01-01
    """
    day = census_day(record)
    if day is not None and day < _LATER_FROM:
        yield from _wrong_governance(record)


@BOOK.rule("G043", fields=[GOVERNANCE, SCHOOL_TYPE, REFERENCE_DATE], severity="warning", scope="file")
def governance_of_later_type(record: Record, _: Context) -> Iterator[Found]:
    """The school's governance and type do not agree as they used to.

    Why: an academy had governance CA and type 49, and a city technology college CT and 47; later academies have others.
    Fix: check both in the school's details; explain it if they are right.
    Message: Governance is "{governance}" and SchoolType is "{type}", but {asked}.
    Bad: School/SchoolCharacteristics/Governance=CA
    Bad: School/SchoolCharacteristics/SchoolType=49
    Bad: School/SchoolCharacteristics/Governance=CT
    Good: School/SchoolCharacteristics/Governance=CA School/SchoolCharacteristics/SchoolType=49
    Good: School/SchoolCharacteristics/Governance=CT School/SchoolCharacteristics/SchoolType=47
    """
    day = census_day(record)
    if day is not None and day >= _LATER_FROM:
        yield from _wrong_governance(record)


@BOOK.rule("G044", fields=[LOWEST_YEAR, HIGHEST_YEAR], scope="file")
def year_groups_in_order(record: Record, _: Context) -> Iterator[Found]:
    """The lowest year group of the school is above its highest.

    Why: the two bound the year groups of the school, from E1, E2, N1, N2 and R to 14.
    Fix: correct LowestNCyear or HighestNCyear; they may have been exchanged.
    Message: LowestNCyear is {lowest} and HighestNCyear is {highest}.
    Bad: School/SchoolCharacteristics/LowestNCyear=1 School/SchoolCharacteristics/HighestNCyear=R
    Bad: School/SchoolCharacteristics/LowestNCyear=11 School/SchoolCharacteristics/HighestNCyear=7
    Good: School/SchoolCharacteristics/LowestNCyear=N2 School/SchoolCharacteristics/HighestNCyear=R
    Good: School/SchoolCharacteristics/LowestNCyear=7 School/SchoolCharacteristics/HighestNCyear=7
    Good: School/SchoolCharacteristics/LowestNCyear=X School/SchoolCharacteristics/HighestNCyear=X
    """
    lowest, highest = record[LOWEST_YEAR], record[HIGHEST_YEAR]
    if lowest in _YEARS and highest in _YEARS and _YEARS.index(lowest) > _YEARS.index(highest):
        yield Found(LOWEST_YEAR, {"lowest": lowest, "highest": highest, "value": lowest})


@BOOK.rule("G044", fields=[INTAKE, LOWEST_YEAR, HIGHEST_YEAR, REFERENCE_DATE], scope="file", each=True)
def year_groups_of_special_school(record: Record, _: Context) -> Iterator[Found]:
    """Until 2014: a special school has other year groups than X.

    Why: a school whose intake is SPEC did not follow the year groups of the National Curriculum in these returns.
    Fix: enter X as LowestNCyear and as HighestNCyear, or correct the school's intake.
    Message: {name} is {given}; where Intake is SPEC it must be X.
    Bad: School/SchoolCharacteristics/Intake=SPEC Header/CollectionDetails/ReferenceDate=2014-01-16
    Bad: School/SchoolCharacteristics/Intake=SPEC Header/CollectionDetails/ReferenceDate=2014-10-02
     School/SchoolCharacteristics/LowestNCyear=X School/SchoolCharacteristics/HighestNCyear=14
    Bad: School/SchoolCharacteristics/Intake=SPEC Header/CollectionDetails/ReferenceDate=2014-10-02
     School/SchoolCharacteristics/LowestNCyear= School/SchoolCharacteristics/HighestNCyear=X
    Good: School/SchoolCharacteristics/Intake=SPEC Header/CollectionDetails/ReferenceDate=2014-01-16
     School/SchoolCharacteristics/LowestNCyear=X School/SchoolCharacteristics/HighestNCyear=X
    Good: School/SchoolCharacteristics/Intake=SPEC Header/CollectionDetails/ReferenceDate=2015-01-15
    Good: School/SchoolCharacteristics/Intake=COMP Header/CollectionDetails/ReferenceDate=2014-01-16
    """
    day = census_day(record)
    if record[INTAKE] != _SPECIAL or day is None or day >= _LATER_FROM:
        return
    for path in (LOWEST_YEAR, HIGHEST_YEAR):
        if record[path] != _NO_YEAR:
            name = path.rpartition("/")[2]
            yield Found(path, {"name": name, "given": quoted(record[path]), "value": record[path]})


@BOOK.rule("G045", fields=[ACCOMMODATION, PHASE], scope="file")
@applies(terms=frozenset({"SPR"}), phases=frozenset({"SP"}))
def accommodation_told(record: Record, _: Context) -> Iterator[Found]:
    """A special school does not say whether it takes day pupils, boarders or both.

    Why: special schools return their accommodation in the spring census.
    Fix: enter Accommodation in the block SpecialSchool: D, B or H.
    Message: Accommodation is missing; a special school must give D, B or H in spring.
    Bad: School/SchoolCharacteristics/Phase=SP School/SchoolCharacteristics/SchoolType=52
    Good: School/SchoolCharacteristics/Phase=SP School/SchoolCharacteristics/SpecialSchool/Accommodation=D
    Good: School/SchoolCharacteristics/Phase=SS
    """
    if not record[ACCOMMODATION]:
        yield Found(ACCOMMODATION)

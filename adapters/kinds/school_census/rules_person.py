# ruff: noqa: D401 - the docstring of a rule is the text that schools read
"""Rules on who a pupil is and what the school knows of them (specification `school-census` 4, G150 to G157, 1741)."""

from collections.abc import Iterator, Mapping
from typing import Final

from adapters.kinds.school_census.book import BOOK, NOT_NURSERY, SCHOOL_TYPE, Roll, applies
from adapters.kinds.school_census.pupil import (
    DOB,
    ETHNICITY,
    FORENAME,
    FSM_PERIOD,
    GENDER,
    SEN_PROVISION,
    SEX,
    SURNAME,
    age,
    any_at,
    at,
    born,
    census_day,
    is_aged,
    is_code,
    said,
)
from gateway.core.model import Record
from gateway.core.rules.rule import Context, Found, Key

_TEENS: Final = range(12, 21)
_TEENS_WITH_PLAN: Final = range(12, 26)
_FIVE: Final = 5
_YSSA: Final = "PupilCharacteristics/YSSA"
_LANGUAGE: Final = "PupilCharacteristics/Language"
_SERVICE_CHILD: Final = "PupilCharacteristics/ServiceChild"
AGES: Final[Mapping[str, range]] = {
    "01": range(3, 9),
    "09": range(13, 17),
    "49": range(4, 19),
    **dict.fromkeys(("22", "36", "37", "38", "39"), range(12, 20)),
}
"""The ages of those types of school whose range the specification names; of others nothing is said."""


@BOOK.rule("G150", fields=[SURNAME, FORENAME], each=True)
def names_given(record: Record, _: Context) -> Iterator[Found]:
    """The pupil's surname or forename is missing.

    Why: a pupil is known and found by the full legal name.
    Fix: enter the name in the pupil's details.
    Message: {name} is missing.
    Bad: PupilIdentifiers/Surname=
    Bad: PupilIdentifiers/Forename=
    Good: PupilIdentifiers/Surname=Marlow PupilIdentifiers/Forename=Ada
    """
    yield from (said(record, path) for path in (SURNAME, FORENAME) if not at(record, path))


@BOOK.rule("G151", fields=[SEX, GENDER])
def sex_known(record: Record, _: Context) -> Iterator[Found]:
    """The pupil's sex is missing, or neither M nor F.

    Why: the census knows these two codes; the element is Sex, in older returns Gender.
    Fix: enter M or F in the pupil's details.
    Message: {name} is {given}; it must be M or F.
    Bad: PupilIdentifiers/Sex=
    Bad: PupilIdentifiers/Sex=X
    Bad: PupilIdentifiers/Sex= PupilIdentifiers/Gender=1
    Good: PupilIdentifiers/Sex=F
    Good: PupilIdentifiers/Sex= PupilIdentifiers/Gender=M
    """
    path = GENDER if at(record, GENDER) else SEX
    if at(record, path) not in {"M", "F"}:
        yield said(record, path)


@BOOK.rule("G152", fields=[DOB])
def birth_known(record: Record, _: Context) -> Iterator[Found]:
    """The pupil's date of birth is missing, is no date, or is after the census day.

    Why: the date of birth decides which items are asked of a pupil, and whose record it is.
    Fix: enter the date of birth in the pupil's details; in the file the year comes first, as in 2008-05-31.
    Message: DOB is {given}; it must be a date such as 2008-05-31, not after the census day.
    Bad: PupilIdentifiers/DOB=
    Bad: PupilIdentifiers/DOB=31/05/2008
    Bad: PupilIdentifiers/DOB=2009-02-29
    Bad: PupilIdentifiers/DOB=2026-01-16
    Good: PupilIdentifiers/DOB=2026-01-15
    """
    birth, day = born(record), census_day(record)
    if birth is None or (day is not None and birth > day):
        yield said(record, DOB)


@BOOK.rule("G153", fields=[DOB], severity="warning")
def age_of_school(record: Record, _: Context) -> Iterator[Found]:
    """The pupil is younger or older than pupils of this type of school are.

    Why: an age outside the range is often a wrong date of birth.
    Fix: check the date of birth; explain it if it is right.
    Message: The pupil is {years} on 31 August before the census; schools of type {type} have ages {low} to {high}.
    Bad: PupilIdentifiers/DOB=2023-08-31 School/SchoolCharacteristics/SchoolType=01
    Bad: PupilIdentifiers/DOB=2008-08-31 School/SchoolCharacteristics/SchoolType=09
    Good: PupilIdentifiers/DOB=2022-08-31 School/SchoolCharacteristics/SchoolType=01
    Good: PupilIdentifiers/DOB=2008-09-01 School/SchoolCharacteristics/SchoolType=09
    Good: PupilIdentifiers/DOB=2000-08-31 School/SchoolCharacteristics/SchoolType=46
    """
    ages, years = AGES.get(record[SCHOOL_TYPE]), age(record)
    if ages is not None and years is not None and years not in ages:
        words = {"years": str(years), "type": record[SCHOOL_TYPE], "low": str(ages[0]), "high": str(ages[-1])}
        yield said(record, DOB, **words)


@BOOK.repeated("G154", fields=[SURNAME, FORENAME, DOB], severity="warning")
def pupil_once(record: Record, _: Context) -> Iterator[Key]:
    """Two pupils of the return have the same surname, forename and date of birth.

    Why: they are probably one pupil who was entered twice.
    Fix: take out one of the two; explain it if they really are two pupils.
    Message: A pupil of the same name and date of birth stands elsewhere too: {lines}.
    Bad: PupilIdentifiers/Surname=Marlow PupilIdentifiers/Forename=Ada PupilIdentifiers/DOB=2008-05-31
    Good: PupilIdentifiers/Surname=Marlow PupilIdentifiers/Forename=Bea PupilIdentifiers/DOB=2008-05-31
    """
    who = tuple(at(record, path).casefold() for path in (SURNAME, FORENAME, DOB))
    if all(who):
        yield Key(who, field=SURNAME)


@BOOK.rule("G155", fields=[ETHNICITY])
@applies(terms=frozenset({"SPR"}))
def ethnicity_known(record: Record, _: Context) -> Iterator[Found]:
    """The pupil's ethnicity is missing or is not a code.

    Why: every pupil's ethnicity is returned in spring; where a family does not wish to say it, the code is REFU.
    Fix: choose the code in the pupil's details: WBRI, AIND, NOBT (not obtained) or another of the list.
    Message: Ethnicity is {given}, which is not a code of the list.
    Bad: PupilCharacteristics/Ethnicity=
    Bad: PupilCharacteristics/Ethnicity=XXXX
    Good: PupilCharacteristics/Ethnicity=WBRI
    Good: PupilCharacteristics/Ethnicity= Header/CollectionDetails/Term=AUT
    """
    if not is_code("Ethnicity", at(record, ETHNICITY), record):
        yield said(record, ETHNICITY)


@BOOK.rule("G156", fields=[_LANGUAGE, DOB])
@applies(phases=NOT_NURSERY)
def language_given(record: Record, _: Context) -> Iterator[Found]:
    """A pupil of 5 or over has no first language.

    Why: the language is returned for every pupil who was 5 or over on 31 August before the census.
    Fix: choose the language in the pupil's details, ENG for English.
    Message: Language is missing.
    Bad: PupilIdentifiers/DOB=2020-08-31 PupilCharacteristics/Language=
    Good: PupilIdentifiers/DOB=2020-09-01 PupilCharacteristics/Language=
    Good: PupilIdentifiers/DOB=2020-08-31 PupilCharacteristics/Language=ENG
    Good: PupilIdentifiers/DOB=2020-08-31 School/SchoolCharacteristics/Phase=NS
    """
    years = age(record)
    if years is not None and years >= _FIVE and not at(record, _LANGUAGE):
        yield said(record, _LANGUAGE)


@BOOK.rule("G157", fields=[_YSSA, DOB, SEN_PROVISION])
@applies(Roll.ON, phases=frozenset({"MP", "SS", "SP"}))
def sharing_with_youth_services(record: Record, _: Context) -> Iterator[Found]:
    """It is not said whether the pupil's details may be shared with youth support services.

    Why: it is asked of pupils of 12 to 20, and of those with an education, health and care plan up to 25.
    Fix: choose Yes, No, UNS (not sought) or SNR (sought, no reply) in the pupil's details.
    Message: YSSA is {given}; it must be Yes, No, UNS or SNR.
    Bad: PupilIdentifiers/DOB=2013-08-31 PupilCharacteristics/YSSA=
    Bad: PupilIdentifiers/DOB=2004-09-01 PupilCharacteristics/YSSA=Y
    Bad: PupilIdentifiers/DOB=1999-09-01 SpecialEducationalNeeds/SENprovision=E
    Good: PupilIdentifiers/DOB=2013-09-01 PupilCharacteristics/YSSA=
    Good: PupilIdentifiers/DOB=2004-08-31 PupilCharacteristics/YSSA=
    Good: PupilIdentifiers/DOB=1999-08-31 SpecialEducationalNeeds/SENprovision=E
    Good: PupilIdentifiers/DOB=2013-08-31 PupilCharacteristics/YSSA=SNR
    Good: PupilIdentifiers/DOB=2013-08-31 School/SchoolCharacteristics/Phase=MS
    """
    has_plan = at(record, SEN_PROVISION) in {"E", "S"}
    ages = _TEENS_WITH_PLAN if has_plan else _TEENS
    if is_aged(record, ages) and not is_code("YSSA", at(record, _YSSA), record):
        yield said(record, _YSSA)


@BOOK.rule("1741", fields=[_SERVICE_CHILD])
@applies(Roll.ON)
def service_child_or_meals(record: Record, _: Context) -> Iterator[Found]:
    """The pupil is a service child and eligible for free school meals as well.

    Why: a parent who serves in the armed forces is paid, so one of the two is usually wrong.
    Fix: check ServiceChild and the free school meal periods in the pupil's details.
    Message: ServiceChild is Y, and the pupil has a free school meal period.
    Bad: PupilCharacteristics/ServiceChild=Y PupilCharacteristics/FSMeligibility/FSMperiod[1]/FSMstartDate=2025-09-03
    Good: PupilCharacteristics/ServiceChild=N PupilCharacteristics/FSMeligibility/FSMperiod[1]/FSMstartDate=2025-09-03
    Good: PupilCharacteristics/ServiceChild=Y
    """
    if at(record, _SERVICE_CHILD) == "Y" and any_at(record, [FSM_PERIOD]):
        yield said(record, _SERVICE_CHILD)

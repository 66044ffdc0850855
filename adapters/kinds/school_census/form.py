"""Puts the form of a School Census return together: its schema, its rules, and what of a pupil is used."""

from functools import cache
from typing import Final

from adapters.formats.xml_items import Shape
from adapters.formats.xml_reading_fields import SchemaFields
from adapters.formats.xml_reading_form import XmlForm
from adapters.formats.xml_reading_rules import describe_fields, describe_files
from adapters.formats.xml_schema_documents import loaded
from adapters.kinds.school_census import (
    rules_attendance,
    rules_codes,
    rules_early,
    rules_needs,
    rules_numbers,
    rules_person,
    rules_places,
    rules_return,
    rules_school,
    rules_status,
)
from adapters.kinds.school_census.book import (
    BOOK,
    DATE_TIME,
    ESTAB,
    GIVEN,
    LEA,
    MEALS_TAKEN,
    PHASE,
    REACHES,
    REFERENCE_DATE,
    SERIAL,
    TERM,
    YEAR,
    Reach,
    Roll,
)
from adapters.kinds.school_census.pupil import (
    DOB,
    FORENAME,
    FORMER_UPN,
    GENDER,
    SEX,
    SURNAME,
    ULN,
    UPN,
    at,
    born,
)
from gateway.core.identifiers.postcode import is_unknown_postcode
from gateway.core.model import Learner, Record
from gateway.core.rules.registry import Rulebook, groups_at
from gateway.core.rules.rule import Rule
from gateway.core.uln import TEMPORARY_ULN

RULES: Final = (
    rules_return,
    rules_school,
    rules_numbers,
    rules_person,
    rules_early,
    rules_status,
    rules_needs,
    rules_attendance,
    rules_places,
    rules_codes,
)
"""The modules of the rules: each has put its own into the book when it was imported."""
HEADER: Final = {
    path.rpartition("/")[2]: path
    for path in (TERM, YEAR, REFERENCE_DATE, LEA, ESTAB, SERIAL, DATE_TIME, PHASE, MEALS_TAKEN)
}
"""The path of each field that is known of the whole return."""
_RECORDS: Final = ("Pupils/PupilsOnRoll/PupilOnRoll", "Pupils/PupilsNoLongerOnRoll/PupilNoLongerOnRoll")
_MIDDLE_NAMES: Final = "PupilIdentifiers/MiddleNames"
_FORMER_SURNAME: Final = "PupilIdentifiers/FormerSurname"
_ADDRESS: Final = "HomeInformation/Address"
_KEPT: Final = (
    UPN,
    FORMER_UPN,
    ULN,
    SURNAME,
    FORENAME,
    _MIDDLE_NAMES,
    _FORMER_SURNAME,
    SEX,
    GENDER,
    DOB,
    f"{_ADDRESS}/PostCode",
)
_SEXES: Final = {"M": "1", "F": "2"}
_NOT_SPECIFIED: Final = "9"


def _in_order() -> dict[str, Rule]:
    """Return all rules by name, those on the return first, those on a field before those that build on it."""
    places = {module.__name__: place for place, module in enumerate(RULES)}
    return dict(sorted(BOOK.rules.items(), key=lambda named: places[_module(named[1])]))


def _module(rule: Rule) -> str:
    return str((rule.function or rule.group_function or rule.keys).__module__)


def book_of(roll: Roll) -> Rulebook:
    """Return the rules on pupils on roll, or on those no longer on roll, with all rules on the file."""
    nowhere = Reach()
    rules = _in_order().items()
    return Rulebook(
        rules={name: rule for name, rule in rules if REACHES.get(name, nowhere).roll in {None, roll}}, tells_all=True
    )


@cache
def census_form() -> XmlForm:
    """Return the form of census returns of every term."""
    shape = Shape(loaded("xsd/school-census/school-census.xsd"), "Message", _RECORDS)
    book = Rulebook(rules=_in_order(), tells_all=True)
    return XmlForm(
        shape=shape,
        book=book,
        faults={**describe_files(book), **describe_fields(book)},
        fields=SchemaFields(shape),
        key=UPN,
        learner=to_learner,
        header=HEADER,
        given={path: path for path in GIVEN},
        kept=_KEPT,
        books={roll: book_of(roll) for roll in Roll},
        uln_codes=frozenset({"1575"}),
        looked_for=frozenset({"1570", "1573"}),
        encodings=frozenset({"utf-8", "us-ascii"}),
    )


def to_learner(_element: str, record: Record) -> Learner:
    """Return whom a pupil's record describes, on roll or no longer on roll."""
    postcodes = (address["PostCode"] for address in groups_at(record, _ADDRESS))
    known = next((postcode for postcode in postcodes if postcode and not is_unknown_postcode(postcode)), "")
    return Learner(
        given_name=at(record, FORENAME),
        family_name=at(record, SURNAME),
        middle_name=at(record, _MIDDLE_NAMES),
        previous_family_name=at(record, _FORMER_SURNAME),
        date_of_birth=born(record),
        sex=_SEXES.get(at(record, SEX) or at(record, GENDER), _NOT_SPECIFIED),
        postcode=known,
        uln="" if at(record, ULN) == TEMPORARY_ULN else at(record, ULN),
        upn=at(record, UPN),
    )

"""Puts the form of a Common Transfer File together: its schema, its rules, and what of a pupil is used."""

from dataclasses import replace
from functools import cache
from typing import Final

from adapters.formats.xml_items import FaultType, Shape, Stop
from adapters.formats.xml_reading_fields import SchemaFields
from adapters.formats.xml_reading_form import XmlForm
from adapters.formats.xml_reading_rules import LOCATION
from adapters.formats.xml_reading_words import EMPTY, TOO_MANY
from adapters.formats.xml_schema_documents import loaded
from adapters.kinds.ctf import book, rules_file, rules_pupil, rules_query
from adapters.kinds.ctf.book import BOOK, NOTICE_NOT_SEEN, QUALIFIER, at, is_partial
from adapters.kinds.ctf.rules_pupil import POSTCODE, ULN
from adapters.kinds.ctf.rules_query import FORMER_UPN
from gateway.core.model import Learner, Record
from gateway.core.tables import read_date

RULES: Final = (rules_file, rules_pupil, rules_query)
"""The modules of the rules: each has put its own into `BOOK` when it was imported."""
HEADER: Final = {
    "CTFversion": rules_file.VERSION,
    QUALIFIER: rules_file.QUALIFIER,
    "LEA": rules_file.SOURCE_LA,
    "Estab": rules_file.SOURCE_ESTAB,
    "AcademicYear": "Header/SourceSchool/AcademicYear",
}
"""The fields of the header that the answer needs, each with its path."""
_DETAILS: Final = "BasicDetails"
_KEPT: Final = (
    "UPN",
    ULN,
    "Surname",
    "Forename",
    "DOB",
    "Gender",
    "Sex",
    POSTCODE,
    FORMER_UPN,
    f"{_DETAILS}/PreferredForename",
    f"{_DETAILS}/FormerSurname",
    f"{_DETAILS}/MiddleNames",
)
_SEXES: Final = {"M": "1", "F": "2"}
_NOT_KNOWN: Final = "0"


@cache
def ctf_form() -> XmlForm:
    """Return the form of transfer files of every version."""
    shape = Shape(loaded("xsd/ctf/ctf.xsd"), "CTfile", ("CTFpupilData/Pupil",))
    structural = dict.fromkeys((FaultType.UNEXPECTED, TOO_MANY), book.UNKNOWN_ELEMENT)
    births = [("DOB", str(fault)) for fault in FaultType if fault not in structural]
    own = dict.fromkeys(births, book.BIRTH_FORM)
    own |= {(name, str(FaultType.MISSING)): book.FILE_FORM for name in ("Header", "CTFpupilData")}
    own |= {(name, str(FaultType.MAX_LENGTH)): book.NAME_FORM for name in ("Surname", "Forename")}
    return XmlForm(
        shape=shape,
        book=BOOK,
        faults={
            **dict.fromkeys(Stop, book.FILE_FORM),
            **dict.fromkeys((*FaultType, EMPTY), book.FIELD_FORM),
            **structural,
            FaultType.TOO_LARGE: book.RECORD_TOO_LARGE,
            "LOOKS_NOT_RUN": book.LOOKS_NOT_RUN,
            LOCATION: book.SCHEMA_LOCATION,
        },
        own=own,
        fields=SchemaFields(shape),
        key="UPN",
        learner=to_learner,
        header=HEADER,
        given={QUALIFIER: rules_file.QUALIFIER},
        kept=_KEPT,
        uln_codes=frozenset({"C103"}),
    )


def to_learner(_element: str, record: Record) -> Learner:
    """Return whom a pupil's element describes; what a pupil agreed to is said only of one who brings no ULN.

    Of a partial file the basic details are left out, as all that is not needed to get a ULN.
    """
    learner = Learner(
        given_name=record["Forename"],
        family_name=record["Surname"],
        date_of_birth=read_date(record["DOB"]),
        sex=_SEXES.get(record["Sex"] or record["Gender"], _NOT_KNOWN),
        postcode=at(record, POSTCODE),
        uln=record[ULN],
        upn=record["UPN"],
        ability_to_share="" if record[ULN] else NOTICE_NOT_SEEN,
    )
    if is_partial(record):
        return learner
    return replace(
        learner,
        middle_name=at(record, f"{_DETAILS}/MiddleNames"),
        preferred_given_name=at(record, f"{_DETAILS}/PreferredForename"),
        previous_family_name=at(record, f"{_DETAILS}/FormerSurname"),
    )

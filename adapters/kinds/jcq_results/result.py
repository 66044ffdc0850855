"""Makes a result of the common form out of the records R1, R2, R4 and R5, and names its fields for the sender again."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import schemas
from adapters.kinds.ao_results.rules_grades import QUALIFICATIONS, qualification
from gateway.core.codes import CodeBook
from gateway.core.identifiers.candidate_name import CandidateName
from gateway.core.layouts import FixedLayout
from gateway.core.model import Record
from gateway.core.notices import Notice
from gateway.core.rules.rule import Context
from gateway.core.tables import Field

LAYOUT: Final = FixedLayout.model_validate_json(schemas.text("fixed/jcq-style-v14-g1.json"))
NAMED: Final = {
    "AwardDate": "ResultDate",
    "AwardingOrganisationUKPRN": "AwardingOrganisation",
    "EndorsementGrade": "SecondGrade",
    "ExamSeries": "Series",
    "FamilyName": "Name",
    "GivenNames": "Name",
    "MaxMark": "MaximumMark",
    "ProviderUKPRN": "UKPRN",
    "SpecificationCode": "ResultOption",
    "UnitOrComponentCode": "ResultOption",
}
"""The fields of the common form that bear other names in the layout."""
_CODES: Final = CodeBook.model_validate_json(schemas.text("codes/awarding.json"))
_OF_CANDIDATE: Final = {place.name: place for place in LAYOUT["R4"].fields}
_OF_RESULT: Final = {place.name: place for place in LAYOUT["R5"].fields}
_UNIT_FLAG: Final = "U"
_GRADES: Final = ("Grade", "PreviousGrade")


@dataclass
class Above:
    """What stands above a result: the values of header, centre and candidate, and what is wrong with the candidate."""

    organisation: str = ""
    series: str = ""
    centre: Mapping[str, str] = field(default_factory=dict)
    candidate: Mapping[str, str] = field(default_factory=dict)


def result_values(above: Above, own: Mapping[str, str], context: Context) -> dict[str, str]:
    """Return a result in the common form, with the fields that the rules on this layout look at beside it."""
    names = CandidateName.parse(above.candidate.get("Name", "")) or CandidateName("", "")
    is_unit = own["Flag"] == _UNIT_FLAG
    awarded = _day(_OF_RESULT["ResultDate"], own["ResultDate"])
    option = own["ResultOption"]
    values = {
        **own,
        "Name": above.candidate.get("Name", ""),
        "Action": own["Action"],
        "AwardingOrganisationUKPRN": above.organisation,
        "ProviderUKPRN": above.centre.get("UKPRN", ""),
        "UCI": own["UCI"] or above.candidate.get("UCI", ""),
        "ULN": above.candidate.get("ULN", ""),
        "FamilyName": names.family_name,
        "GivenNames": names.given_names,
        "DateOfBirth": _day(_OF_CANDIDATE["DateOfBirth"], above.candidate.get("DateOfBirth", "")),
        "Sex": above.candidate.get("Sex", ""),
        "SpecificationCode": "" if is_unit else option,
        "UnitOrComponentCode": option if is_unit else "",
        "ResultLevel": "U" if is_unit else "Q",
        "ExamSeries": above.series,
        "EndorsementGrade": own["SecondGrade"],
        "Mark": own["Mark"].lstrip("0") or own["Mark"][-1:],
        "MaxMark": own["MaximumMark"].lstrip("0") or own["MaximumMark"][-1:],
        "AwardDate": awarded,
        "EmbargoUntil": f"{awarded}T00:00" if awarded else "",
        "ChangeReason": "" if own["Action"] == "N" else "OTHER",
    }
    return _decoded(values, context)


def _day(place: Field, text: str) -> str:
    """Return a day with its year first and strokes between, or a text that is no day as it is."""
    day = place.day(text)
    return day.isoformat() if day else text


def _decoded(values: dict[str, str], context: Context) -> dict[str, str]:
    """Return values in which a grade that is a code of its qualification stands decoded, the code beside it."""
    values["GradeCode"] = ""
    if not context.reference.loaded(QUALIFICATIONS):
        return values
    found = qualification(Record(number=1, line=1, key="", values=values), context)
    coding = found["coding"] if found else ""
    if coding:
        code = values["Grade"]
        for name in _GRADES:
            values[name] = _CODES[coding].meaning(values[name], context.as_of) or values[name]
        values["GradeCode"] = code if code != values["Grade"] else ""
    return values


def as_sent(notice: Notice, record: Record) -> Notice:
    """Return a notice whose field bears the name that it has in the layout."""
    name = NAMED.get(notice.field or "")
    if name is None:
        return notice
    return replace(notice, field=name, value=record.values.get(name, notice.value))

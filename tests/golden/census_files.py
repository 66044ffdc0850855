"""Census returns for the tests of the kind, and what the kind says of them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from xml.sax.saxutils import escape

from adapters.formats.xml_items import Shape
from adapters.formats.xml_schema import Derived, Model
from adapters.formats.xml_schema_documents import loaded
from adapters.kinds.school_census.kind import SchoolCensus
from gateway.core.handover import Finding
from gateway.core.model import CheckedRecord, Group
from gateway.core.notices import Notice
from gateway.core.rules.rule import Context
from tests.examples import record_of
from tests.golden.census_cases import CONTEXT, DAY, NAME, ONCE, reference

KIND = SchoolCensus.from_settings({})
ON, GONE = "PupilOnRoll", "PupilNoLongerOnRoll"
_SHAPE = Shape(
    loaded("xsd/school-census/school-census.xsd"),
    "Message",
    (f"Pupils/PupilsOnRoll/{ON}", f"Pupils/PupilsNoLongerOnRoll/{GONE}"),
)
_HEAD_ONCE = ONCE.union(
    ("Header", "CollectionDetails", "Source", "School", "SchoolCharacteristics", "SpecialSchool", "Miscellaneous")
)
_DERIVED = Derived(_SHAPE)
_MODELS, _TOP = _DERIVED.records.children, _DERIVED.model
HEAD: Mapping[str, str] = {
    "Header/CollectionDetails/Collection": "SC",
    "Header/CollectionDetails/Term": "SPR",
    "Header/CollectionDetails/Year": "2026",
    "Header/CollectionDetails/ReferenceDate": "2026-01-15",
    "Header/Source/SourceLevel": "S",
    "Header/Source/LEA": "823",
    "Header/Source/Estab": "4321",
    "Header/Source/SerialNo": "001",
    "Header/Source/DateTime": "2026-01-16T09:30:00",
    "School/SchoolCharacteristics/SchoolName": "Sample School",
    "School/SchoolCharacteristics/Phase": "SS",
    "School/SchoolCharacteristics/SchoolType": "46",
    "School/SchoolCharacteristics/HighestNCyear": "13",
    "School/SchoolCharacteristics/LowestNCyear": "7",
    "School/SchoolCharacteristics/Intake": "COMP",
    "School/SchoolCharacteristics/Governance": "CO",
}
BOTH: Mapping[str, str] = {
    "PupilIdentifiers/UPN": "K823432104001",
    "PupilIdentifiers/UniqueLearnerNumber": "1000000043",
    "PupilIdentifiers/Surname": "Marlow",
    "PupilIdentifiers/Forename": "Ada",
    "PupilIdentifiers/Sex": "F",
    "PupilIdentifiers/DOB": "2010-05-31",
    "PupilCharacteristics/Ethnicity": "WBRI",
    "PupilCharacteristics/Language": "ENG",
    "PupilStatus/EntryDate": "2021-09-03",
    "PupilStatus/PartTime": "false",
    "PupilStatus/Boarder": "N",
    "Attendance/TermlyAttendance/SessionsPossible": "90",
    "HomeInformation/Address[1]/PostCode": "CV1 2WT",
}
ON_ROLL: Mapping[str, str] = {
    **BOTH,
    "PupilCharacteristics/YSSA": "Yes",
    "PupilStatus/EnrolStatus": "C",
    "PupilStatus/NCyearActual": "11",
    "SpecialEducationalNeeds/SENprovision": "N",
}
BEA: Mapping[str, str] = {
    "PupilIdentifiers/UPN": "P207000016049",
    "PupilIdentifiers/UniqueLearnerNumber": "1000000051",
    "PupilIdentifiers/Forename": "Bea",
}
LEFT: Mapping[str, str] = {**BOTH, **BEA, "PupilStatus/LeavingDate": "2025-11-28", "PupilStatus/NCyearLeaving": "11"}


def _written(name: str, group: Group, model: Model) -> Iterator[str]:
    """Yield a group as XML in the order of the schema, a field a line; empty fields are left out."""
    yield f"<{name}>\n"
    for field, below in model.children.items():
        if group.values.get(field):
            yield f"<{field}>{escape(group.values[field])}</{field}>\n"
        for one in group.all(field):
            yield from _written(field, one, below)
    yield f"</{name}>\n"


def pupil(name: str, fields: Mapping[str, str]) -> str:
    """Return a pupil's element of these fields."""
    return "".join(_written(name, record_of(fields, once=ONCE), _MODELS[name]))


def on_roll(changes: Mapping[str, str] | None = None) -> str:
    """Return a pupil on roll; an empty value leaves its field out."""
    return pupil(ON, {**ON_ROLL, **(changes or {})})


def left(changes: Mapping[str, str] | None = None) -> str:
    """Return a pupil no longer on roll."""
    return pupil(GONE, {**LEFT, **(changes or {})})


def message(*pupils: str, head: Mapping[str, str] | None = None) -> bytes:
    """Return a return of these pupils, its header and school with changes."""
    top = record_of({**HEAD, **(head or {})}, once=_HEAD_ONCE)
    before = (
        part
        for name in ("Header", "School")
        for one in top.all(name)
        for part in _written(name, one, _TOP.children[name])
    )
    on, off = ("".join(it for it in pupils if it.startswith(f"<{name}>")) for name in (ON, GONE))
    gone = f"<PupilsNoLongerOnRoll>\n{off}</PupilsNoLongerOnRoll>\n" if off else ""
    pupils_of = f"<Pupils>\n<PupilsOnRoll>\n{on}</PupilsOnRoll>\n{gone}</Pupils>\n"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<Message>\n{"".join(before)}{pupils_of}</Message>\n'.encode()


def check(folder: Path, data: bytes, name: str = NAME, context: Context | None = None) -> list[Finding]:
    """Return all that the kind finds in these bytes."""
    path = folder / "given"
    path.write_bytes(data)
    return list(KIND.check(path, context or Context(as_of=DAY, file_name=name, reference=reference())))


def notices(found: list[Finding]) -> list[Notice]:
    """Return the notices of a file in the order given."""
    return [it for one in found for it in ([one] if isinstance(one, Notice) else getattr(one, "notices", ()))]


def case_notices(case: Path) -> list[Notice]:
    """Return all that is said of a fixture, in its order."""
    (given,) = (path for path in case.iterdir() if path.name != "notices.csv")
    return notices(list(KIND.check(given, replace(CONTEXT, file_name=given.name))))


def codes(found: list[Finding]) -> list[str]:
    """Return the codes of the notices in the order given."""
    return [notice.code for notice in notices(found)]


def records(found: list[Finding]) -> list[CheckedRecord]:
    """Return the checked records."""
    return [one for one in found if isinstance(one, CheckedRecord)]

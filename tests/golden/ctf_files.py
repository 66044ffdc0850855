"""Common Transfer Files for tests: written without the code that reads them, and checked on an agreed day."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

from adapters.kinds.ctf.kind import Ctf
from gateway.core.handover import Finding, Late
from gateway.core.model import CheckedRecord
from gateway.core.notices import Notice
from gateway.core.rules.rule import Context
from gateway.core.submission import Organisation, OrganisationKind

AS_OF = date(2026, 2, 1)
NAME = "8234321_CTF_XXXXXXX_001.xml"
SCHOOL = Organisation(id="riverside", name="Riverside School", kind=OrganisationKind.SCHOOL, estab="8234321")
HEADER = {
    "Header/DocumentName": "Common Transfer File",
    "Header/CTFversion": "25.0",
    "Header/DateTime": "2026-01-15T09:30:00",
    "Header/DocumentQualifier": "partial",
    "Header/SourceSchool/LEA": "823",
    "Header/SourceSchool/Estab": "4321",
    "Header/SourceSchool/SchoolName": "Riverside School",
    "Header/SourceSchool/AcademicYear": "2025",
    "Header/DestSchool/LEA": "XXX",
    "Header/DestSchool/Estab": "XXXX",
}
PUPIL = {
    "UPN": "Q823432100008",
    "UniqueLearnerNumber": "",
    "UCI": "",
    "Surname": "MARLOW",
    "Forename": "ADA",
    "DOB": "2009-05-31",
    "Gender": "",
    "Sex": "F",
    "BasicDetails/FormerUPN": "",
    "Address/AddressLines/AddressLine1": "1 High Street",
    "Address/PostCode": "CV1 2WT",
}
ORDER = (
    "UPN",
    "UniqueLearnerNumber",
    "UCI",
    "Surname",
    "Forename",
    "DOB",
    "Gender",
    "Sex",
    "BasicDetails",
    "FSMhistory",
    "SENhistory",
    "Address",
    "SchoolHistory",
)


def tree(fields: Mapping[str, str]) -> str:
    """Return elements by their paths, an empty one left out; `School[1]/EntryDate` is within a School."""
    inner: dict[str, dict[str, str]] = {}
    for path, value in fields.items():
        name, _, rest = path.partition("/")
        if value:
            inner.setdefault(name, {})[rest] = value
    return "".join(_element(name.partition("[")[0], below) for name, below in inner.items())


def _element(name: str, below: Mapping[str, str]) -> str:
    content = escape(below[""]) if "" in below else tree(below)
    return f"<{name}>{content}</{name}>\n"


def pupil(fields: Mapping[str, str], more: str = "") -> str:
    """Return a Pupil element, its children in the order of the specification, and `more` behind them."""
    placed = sorted(fields.items(), key=lambda field: ORDER.index(field[0].partition("/")[0]))
    return f"<Pupil>\n{tree(dict(placed))}{more}</Pupil>\n"


def ctf(pupils: Sequence[str], header: Mapping[str, str] = HEADER) -> str:
    """Return a file of these pupils."""
    start = '<?xml version="1.0" encoding="UTF-8"?>\n<CTfile>\n'
    return f"{start}{tree(header)}<CTFpupilData>\n{''.join(pupils)}</CTFpupilData>\n</CTfile>\n"


def of_example(example: Mapping[str, str]) -> tuple[str, str]:
    """Return the file that a rule's example describes, and its name."""
    values = HEADER | PUPIL | example
    name = values.pop("file_name", NAME)
    qualifier = values.pop("DocumentQualifier", values["Header/DocumentQualifier"])
    header = {path: values.pop(path) for path in HEADER} | {"Header/DocumentQualifier": qualifier}
    return ctf([pupil(values)], header), name


ADA = pupil(PUPIL)


def check(path: Path, earlier: Sequence[str] = (), settings: Mapping[str, object] | None = None) -> list[Finding]:
    """Return all that the kind finds in a file."""
    context = Context(as_of=AS_OF, file_name=path.name, sender=SCHOOL, earlier=tuple(earlier))
    return list(Ctf.from_settings(settings or {}).check(path, context))


def check_text(folder: Path, text: str, name: str = NAME) -> list[Finding]:
    """Return what the kind finds in a file of these contents."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return check(path)


def check_case(case: Path) -> list[Finding]:
    """Return what the kind finds in a fixture, whose `case.json` may hold settings and earlier files' names."""
    about = case / "case.json"
    told = json.loads(about.read_text(encoding="utf-8")) if about.exists() else {}
    path = next(path for path in case.iterdir() if path.name not in {"notices.csv", "case.json"})
    return check(path, told.get("earlier", ()), told.get("settings"))


def notices(findings: Sequence[Finding]) -> list[Notice]:
    """Return every notice in order, what bars a registration beside them, and what only the end showed."""
    told: list[Notice] = []
    for finding in findings:
        if isinstance(finding, Notice):
            told.append(finding)
        elif isinstance(finding, CheckedRecord | Late):
            told += finding.notices
        if isinstance(finding, CheckedRecord) and finding.registration_bar:
            told.append(finding.registration_bar)
    return told

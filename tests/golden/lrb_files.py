"""LRB files for tests: written without the code that reads them, checked and listed as notices.csv lists them."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path

from adapters.kinds.lrb.kind import LrbCsv
from gateway.core.handover import Finding
from gateway.core.model import CheckedRecord
from gateway.core.notices import Notice
from gateway.core.rules.rule import Context
from gateway.core.submission import Organisation, OrganisationKind

AS_OF = date(2026, 9, 1)
NAME = "LRB_10000001_010920261430.CSV"
SENDER = Organisation(id="kingsway", name="Kingsway College", kind=OrganisationKind.COLLEGE, ukprn="10000001")
HEADING_LINE = (
    "FileVersion,FileName,UKPRN,LearnerRecordCount,ULN,MISIdentifier,Title,GivenName,PreferredGivenName,"
    "MiddleOtherName,FamilyName,PreviousFamilyName,FamilyNameAt16,SchoolAtAge16,LastKnownAddressLine1,"
    "LastKnownAddressLine2,LastKnownAddressTown,LastKnownAddressCountyorCity,LastKnownPostCode,DateOfAddressCapture,"
    "DateOfBirth,PlaceOfBirth,EmailAddress,Gender,Nationality,ScottishCandidateNumber,AbilityToShare,"
    "VerificationType,OtherVerificationDescription,Notes"
)
HEADINGS = HEADING_LINE.split(",")
HEADER = {"FileVersion": "2A", "FileName": "autumn", "UKPRN": "10000001", "LearnerRecordCount": "1"}
LEARNER = {
    "MISIdentifier": "MIS1",
    "GivenName": "Ada",
    "FamilyName": "Marlow",
    "LastKnownPostCode": "CV1 2WT",
    "DateOfBirth": "2009-05-31",
    "Gender": "2",
    "AbilityToShare": "1",
    "VerificationType": "1",
}
COLUMNS = ("code", "severity", "line", "record", "field")


def lrb_text(rows: Iterable[Mapping[str, str]], headings: Sequence[str] = HEADINGS) -> str:
    """Return an LRB file of these rows."""
    text = StringIO()
    lines = csv.writer(text)
    lines.writerow(headings)
    lines.writerows([row.get(name, "") for name in HEADINGS] for row in rows)
    return text.getvalue()


def check(path: Path, kind: LrbCsv | None = None, sender: Organisation | None = None) -> list[Finding]:
    """Return all that the kind finds in a file, on the day that tests agree on."""
    kind = kind or LrbCsv.from_settings({})
    return list(kind.check(path, Context(as_of=AS_OF, file_name=path.name, sender=sender)))


def check_text(folder: Path, text: str | bytes, name: str = NAME, sender: Organisation | None = None) -> list[Finding]:
    """Return what the kind finds in a file of these contents."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return check(path, sender=sender)


def check_case(case: Path) -> list[Finding]:
    """Return what the kind finds in a fixture, whose `case.json` may hold settings and the sender's UKPRN."""
    about = case / "case.json"
    told = json.loads(about.read_text(encoding="utf-8")) if about.exists() else {}
    sender = replace(SENDER, ukprn=told["sender"]) if "sender" in told else None
    return check(given(case), LrbCsv.from_settings(told.get("settings", {})), sender)


def given(case: Path) -> Path:
    """Return the fixture's file under its own name."""
    return next(path for path in case.iterdir() if path.name not in {"notices.csv", "case.json"})


def records(findings: Iterable[Finding]) -> list[CheckedRecord]:
    """Return the records among the findings."""
    return [finding for finding in findings if isinstance(finding, CheckedRecord)]


def notices(findings: Iterable[Finding]) -> list[Notice]:
    """Return every notice in order, and what bars a registration beside them."""
    told: list[Notice] = []
    for finding in findings:
        if isinstance(finding, Notice):
            told.append(finding)
        elif isinstance(finding, CheckedRecord):
            told += finding.notices
            told += [finding.registration_bar] if finding.registration_bar else []
    return told


def codes(findings: Iterable[Finding]) -> list[str]:
    """Return the code of every notice, in order."""
    return [notice.code for notice in notices(findings)]

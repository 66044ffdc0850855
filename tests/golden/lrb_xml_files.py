"""LRB files in XML for tests: written without the code that reads them, and checked on the day that tests agree on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from xml.sax.saxutils import escape

from adapters.kinds.lrb.xml_kind import LrbXml
from gateway.core.handover import Finding
from gateway.core.rules.rule import Context
from gateway.core.submission import Organisation
from tests.golden.lrb_files import AS_OF, HEADER, HEADINGS, LEARNER, SENDER, given

NAME = "LRB_10000001_010920261430.XML"
NAMESPACE = "http://api.lrs.miap.gov.uk/batchmsg"
SOAP_HEADER = {
    "UKPRN": "10000001",
    "OrgPassword": "sixteen-letters!",
    "UserName": "kingsway",
    "JobType": "FUL",
    "LearnerRecordCount": "1",
}
SPELLINGS = {
    "FamilyNameAt16": "FamilyNameAtAge16",
    "LastKnownAddressCountyorCity": "LastKnownAddressCountyOrCity",
}


def element(name: str, value: str) -> str:
    return f"<{name}>{escape(value)}</{name}>\n"


def learner(fields: Mapping[str, str]) -> str:
    """Return a Learner element of fields by the headings of the CSV, in their order; what is empty is left out."""
    filled = (element(SPELLINGS.get(name, name), fields[name]) for name in HEADINGS[4:] if fields.get(name))
    return f"<Learner>\n{''.join(filled)}</Learner>\n"


def file_of(learners: Sequence[str], header: Mapping[str, str] = HEADER) -> str:
    """Return a file of its own root."""
    return _document("LearnerRegistrationBatch", learners, header)


def request_of(learners: Sequence[str], header: Mapping[str, str] = SOAP_HEADER) -> str:
    """Return a request to submit a batch."""
    return _document("SubmitBatch", learners, header)


def _document(root: str, learners: Sequence[str], header: Mapping[str, str]) -> str:
    inside = "".join(element(*field) for field in header.items()) + "".join(learners)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<b:{root} xmlns:b="{NAMESPACE}">\n{inside}</b:{root}>\n'


ADA = learner(LEARNER)


def check(path: Path, kind: LrbXml | None = None, sender: Organisation | None = None) -> list[Finding]:
    """Return all that the kind finds in a file."""
    kind = kind or LrbXml.from_settings({})
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
    return check(given(case), LrbXml.from_settings(told.get("settings", {})), sender)

"""Writes the answer to a transfer file: a CTF with the ULNs filled in, and what was found in it."""

import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Final, NamedTuple, TextIO

from adapters.kinds.ctf.answers import reply_to, uln_of
from adapters.kinds.ctf.book import NOTICE_NOT_SEEN, RELATIONSHIP_WITH_SCHOOL, at
from adapters.kinds.ctf.rules_pupil import POSTCODE, ULN
from adapters.kinds.lrb.forward import ForwardFile
from adapters.kinds.lrb.responder import DETAIL_COLUMNS, detail_rows
from gateway.core import csv_text
from gateway.core.days import UK
from gateway.core.handover import Case
from gateway.core.model import Answer
from gateway.core.outcomes import MatchOutcome
from gateway.core.response_parts import FORWARD
from gateway.core.tables import read_date

_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FIELDS: Final = ("UPN", ULN, "Surname", "Forename", "DOB", "Gender", "Sex")
_LONGEST_NAME: Final = 35


class Source(NamedTuple):
    """The school that answers are sent by: the gateway, by the numbers that its operator has set."""

    la_number: str
    establishment_number: str
    name: str


class CtfAnswers:
    """Answers a file that was processed: OUT.XML is a partial CTF of the same pupils, DETAIL.CSV says what they got."""

    def __init__(self, case: Case, create: Callable[[str], TextIO], source: Source) -> None:
        self._discloses = case.discloses_details
        self._rows = csv_text.writer(create("DETAIL.CSV"), DETAIL_COLUMNS)
        self._forward = ForwardFile(create(FORWARD), case) if case.forwards else None
        self._out = create("OUT.XML")
        self._out.write('<?xml version="1.0" encoding="UTF-8"?>\n<CTfile>\n')
        self._out.write(_header(case, source))
        self._out.write("  <CTFpupilData>\n")

    def write(self, answer: Answer) -> None:
        """Write one pupil and the details."""
        reply = reply_to(answer)
        record = answer.checked.record
        values = {name: record[name] for name in _FIELDS if _fits(name, record[name])} | {ULN: uln_of(answer, reply)}
        fields = "".join(_element(name, values[name]) for name in _FIELDS if values.get(name))
        self._out.write(f"    <Pupil>{fields}</Pupil>\n")
        if self._forward is not None and answer.match.outcome is MatchOutcome.NOT_FOUND:
            self._forward.write(_registration(answer))
        self._rows.writerows(detail_rows(answer, reply, discloses=self._discloses))

    def finish(self) -> None:
        """Close the document."""
        self._out.write("  </CTFpupilData>\n</CTfile>\n")


def _registration(answer: Answer) -> Mapping[str, str]:
    """Return a pupil by the headings of a learner registration batch file, to be sent on where nobody matches."""
    record, learner = answer.checked.record, answer.checked.learner
    return {
        "MISIdentifier": record["UPN"],
        "GivenName": record["Forename"],
        "FamilyName": record["Surname"],
        "LastKnownPostCode": at(record, POSTCODE),
        "DateOfBirth": record["DOB"],
        "Gender": learner.sex if learner else "",
        "AbilityToShare": NOTICE_NOT_SEEN,
        "VerificationType": RELATIONSHIP_WITH_SCHOOL,
    }


def _header(case: Case, source: Source) -> str:
    """Return the header: from the gateway to the school that sent the file, at the moment of its receipt, UK time."""
    sent: Mapping[str, str] = case.header
    year = _element("AcademicYear", sent["AcademicYear"]) if sent.get("AcademicYear") else ""
    from_school = _element("LEA", source.la_number) + _element("Estab", source.establishment_number)
    to_school = _element("LEA", sent.get("LEA", "")) + _element("Estab", sent.get("Estab", ""))
    lines = (
        _element("DocumentName", "Common Transfer File"),
        _element("CTFversion", sent.get("CTFversion", "")),
        _element("DateTime", f"{case.submission.received_at.astimezone(UK):%Y-%m-%dT%H:%M:%S}"),
        _element("DocumentQualifier", "partial"),
        f"<SourceSchool>{from_school}{_element('SchoolName', source.name)}{year}</SourceSchool>",
        f"<DestSchool>{to_school}</DestSchool>",
    )
    return "".join(["  <Header>\n", *(f"    {line}\n" for line in lines), "  </Header>\n"])


def _fits(name: str, value: str) -> bool:
    """Tell whether a field of a refused pupil can stand in a CTF at all: a name too long or a wrong date cannot."""
    if name == "DOB":
        return read_date(value) is not None
    return name not in {"Surname", "Forename"} or len(value) <= _LONGEST_NAME


def _element(name: str, value: str) -> str:
    return f"<{name}>{escape(_FORBIDDEN.sub(' ', value), quote=False)}</{name}>"

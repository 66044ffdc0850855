"""Answers verify files: OUT.CSV or OUT.XML with what was sent and found, or REJ.CSV where the file was refused."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TextIO
from xml.sax.saxutils import escape

from adapters.kinds.verify.rules import ULN_INVALID
from adapters.kinds.verify.table import HEADER
from gateway.core import csv_text
from gateway.core.handover import Case
from gateway.core.model import Answer, Entry, Learner
from gateway.core.notices import Severity

NAMESPACE: Final = "http://api.lrs.miap.gov.uk/batchmsg"
REJECTED_COLUMNS: Final = ("Code", "Line", "Field", "Message")
SENT: Final = ("ULN", "FamilyName", "GivenName", "DateOfBirth", "Gender")
"""The fields that are echoed with Searched before their names, in the order of the answer."""
COLUMNS: Final = (
    "MISIdentifier",
    *(f"Searched{name}" for name in SENT),
    "ResponseCode",
    *SENT,
    "FailureFlag",
)
_PRECEDENCE: Final = ("RC010", "RC011", ULN_INVALID)
_ROWS: Final = {"ROW_WIDTH": "RC011", "ROW_QUOTE": "RC011", "FIELD_TOO_LONG": "RC011"}
"""Faults of a table's row that are told as a wrong form."""
_NOT_SHARED: Final = "2"
_SAME: Final = "same"
_FORBIDDEN: Final = dict.fromkeys((*range(9), 11, 12, *range(14, 32)), "\N{REPLACEMENT CHARACTER}")


@dataclass(frozen=True)
class Result:
    """What is answered of one record: single values by the names of their columns, and the failure flags."""

    values: Mapping[str, str]
    flags: tuple[str, ...]


def result(answer: Answer, *, discloses: bool) -> Result:
    """Return what a record is answered with; register values only where they may be told, or were sent."""
    record, verified = answer.checked.record, answer.match.verified
    values = {"MISIdentifier": record["MISIdentifier"]} | {f"Searched{name}": record[name] for name in SENT}
    values["ResponseCode"] = verified.code if verified else response_code(answer)
    if verified and verified.held:
        values |= dict(_held(answer, verified.held, discloses=discloses))
    return Result(values, verified.flags if verified else ())


def response_code(answer: Answer) -> str:
    """Return the code of a record that was not looked for: that of its first error in the order of precedence."""
    codes = [_ROWS.get(it.code, it.code) for it in answer.notices if it.severity is Severity.ERROR]
    return next((code for code in _PRECEDENCE if code in codes), next(iter(codes), ""))


def _held(answer: Answer, entry: Entry, *, discloses: bool) -> Iterator[tuple[str, str]]:
    """Yield the register values that may be told; of who does not allow sharing the number alone."""
    number = entry.master_uln or entry.uln
    if answer.match.uln or discloses or number == answer.checked.record["ULN"]:
        yield "ULN", number
    if entry.learner.ability_to_share == _NOT_SHARED:
        return
    levels = answer.match.levels
    for name, (level, value) in _told(entry.learner).items():
        if discloses or levels.get(level) == _SAME:
            yield name, value


def _told(held: Learner) -> dict[str, tuple[str, str]]:
    """Return by column how its comparison is called, and what the register holds."""
    born = held.date_of_birth.isoformat() if held.date_of_birth else ""
    return {
        "FamilyName": ("family_name", held.family_name),
        "GivenName": ("given_name", held.given_name),
        "DateOfBirth": ("date_of_birth", born),
        "Gender": ("sex", held.sex),
    }


class VerifyCsv:
    """Answers a file in CSV: one row for each record, flags joined by semicolons."""

    def __init__(self, case: Case, create: Callable[[str], TextIO]) -> None:
        self._discloses = case.discloses_details
        self._rows = csv_text.writer(create("OUT.CSV"), COLUMNS, neutral=False, quoted=True)

    def write(self, answer: Answer) -> None:
        """Write one record's row."""
        told = result(answer, discloses=self._discloses)
        values = {**told.values, "FailureFlag": ";".join(told.flags)}
        self._rows.writerow([values.get(name, "") for name in COLUMNS])

    def finish(self) -> None:
        """Write nothing: the file has no last row."""


class VerifyXml:
    """Answers a file in XML: its header, then one VerifiedLearner for each record."""

    def __init__(self, case: Case, create: Callable[[str], TextIO]) -> None:
        self._discloses = case.discloses_details
        self._out = create("OUT.XML")
        self._out.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<b:LearnerVerificationBatch xmlns:b="{NAMESPACE}">\n')
        self._out.writelines(_element(name, case.header.get(name, ""), 1) for name in HEADER)

    def write(self, answer: Answer) -> None:
        """Write one record's element; what has no value is left out."""
        told = result(answer, discloses=self._discloses)
        self._out.write("  <VerifiedLearner>\n")
        for name in COLUMNS:
            flags = told.flags if name == "FailureFlag" else (told.values.get(name, ""),)
            self._out.writelines(_element(name, value, 2) for value in flags if value)
        self._out.write("  </VerifiedLearner>\n")

    def finish(self) -> None:
        """Close the file's root."""
        self._out.write("</b:LearnerVerificationBatch>\n")


class Rejection:
    """Answers a file that was refused as a whole: one row for each reason in REJ.CSV."""

    def __init__(self, case: Case, create: Callable[[str], TextIO]) -> None:
        rows = csv_text.writer(create("REJ.CSV"), REJECTED_COLUMNS)
        for notice in case.rejections:
            rows.writerow((notice.code, notice.line, notice.field, f"{notice.message} {notice.fix}"))

    def write(self, answer: Answer) -> None:
        """Write nothing: no record of a refused file is processed."""

    def finish(self) -> None:
        """Write nothing: the reasons are written already."""


def _element(name: str, value: str, depth: int) -> str:
    """Return an element on a line of its own; what XML cannot write shows as a replacement character."""
    return f"{'  ' * depth}<{name}>{escape(value.translate(_FORBIDDEN))}</{name}>\n"

"""Makes results of the common form out of a Candidate element: one for each Result, checked in a worker process."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import schemas
from adapters.formats.xml_items import RawFault, Seen, Shape, Within
from adapters.formats.xml_reading_fields import SchemaFields
from adapters.formats.xml_reading_form import record_model
from adapters.formats.xml_reading_words import told
from adapters.kinds.ao_results.result import SCHEMA, learner
from adapters.kinds.ao_results.xml_book import BOOK, SCHEMA_FAULT, VALUE
from gateway.core.model import CheckedRecord, Group, Record
from gateway.core.notices import Notice, Scope
from gateway.core.outcomes import MatchOutcome
from gateway.core.rules.repeats import Stamp, stamps
from gateway.core.rules.rule import Context, Found
from gateway.core.tables import Field

CANDIDATE: Final = "Candidate"
RESULT: Final = "Result"
SHAPE: Final = Shape(
    schemas.text("xsd/ao-results-xml/ao-results-xml.xsd").encode(),
    "AwardingOrganisationResults",
    (f"Centre/{CANDIDATE}",),
)
FIELDS: Final = SchemaFields(SHAPE)
_OF_CANDIDATE: Final = {
    "CandidateNumber": "CandidateNumber",
    "UCI": "UCI",
    "ULN": "ULN",
    "CandidateIdentifierOther": "OtherId",
    "FamilyName": "FamilyName",
    "GivenNames": "GivenNames",
    "DateOfBirth": "DateOfBirth",
    "Sex": "Sex",
}
_OF_RESULT: Final = {
    "RecordRef": "@ref",
    "Action": "@action",
    "QAN": "QAN",
    "SpecificationCode": "SpecificationCode",
    "UnitOrComponentCode": "UnitOrComponentCode",
    "ResultLevel": "Level",
    "Grade": "Grade",
    "EndorsementGrade": "EndorsementGrade",
    "PartialAbsence": "PartialAbsence",
    "AwardDate": "AwardDate",
    "PreviousGrade": "PreviousGrade",
    "ChangeReason": "ChangeReason",
}
_OF_CENTRE: Final = {"CentreNumber": "Centre/@centreNumber", "ProviderUKPRN": "Centre/@ukprn"}
_MARKS: Final = {"Mark": "Mark", "MaxMark": "Mark/@max"}
NAMED: Final = {**_OF_CENTRE, **_OF_CANDIDATE, **_OF_RESULT, **_MARKS}
"""The fields of the common form by the names that they have in the file."""
_BOOLEANS: Final = {"true": "#", "1": "#", "false": "", "0": "", "": ""}


class Checked(NamedTuple):
    """One result as it leaves the worker, its number not yet known, with the keys that must not stand twice."""

    checked: CheckedRecord
    stamps: tuple[Stamp, ...]


@dataclass(frozen=True)
class Header:
    """What the header says of every result."""

    organisation: str = ""
    series: str = ""
    embargo: str = ""


def _fields() -> dict[str, Field]:
    """Return the description of each field under the name that it has in the file."""
    return {
        ours: Field.model_validate({**SCHEMA[ours].model_dump(by_alias=True), "name": theirs})
        for ours, theirs in NAMED.items()
    }


_FIELDS: Final = _fields()


def work(context: Context, header: Header, seen: Seen) -> tuple[Checked, ...]:
    """Return the results of a candidate, each with everything that is wrong with it; of one without any, a refusal."""
    results = seen.group.all(RESULT) or (Group(values={}, path=RESULT),)
    return tuple(_Work(context, header, seen, result).checked() for result in results)


@dataclass
class _Work:
    """One Result element being checked."""

    context: Context
    header: Header
    seen: Seen
    result: Group

    def checked(self) -> Checked:
        values = self._values()
        record = Record(number=0, line=self._line(self.result.path), key=values["RecordRef"], values=values)
        notices = [self._schema_fault(fault, record) for fault in self.seen.faults]
        notices += self._wrong_values(record)
        names = {theirs: ours for ours, theirs in NAMED.items()}
        failed = frozenset(names.get(notice.field or "", notice.field or "") for notice in notices)
        judged = BOOK.apply(record, self.context, failed=failed, scope=Scope.RECORD)
        notices += [self._placed(notice) for notice in judged.notices]
        refused = any(notice.refuses(Scope.RECORD) for notice in notices)
        checked = CheckedRecord(
            record=record,
            notices=tuple(notices),
            learner=None if refused else learner(record),
            refused_as=MatchOutcome.REFUSED if refused else None,
            not_run=judged.not_run,
        )
        return Checked(checked, () if failed else stamps(BOOK, record, self.context))

    def _values(self) -> dict[str, str]:
        candidate, result, within = self.seen.group, self.result, self.seen.within
        mark = next(iter(result.all("Mark")), None)
        values = {ours: candidate[theirs] for ours, theirs in _OF_CANDIDATE.items()}
        values |= {ours: result[theirs] for ours, theirs in _OF_RESULT.items()}
        values |= {ours: _centre(within, theirs) for ours, theirs in _OF_CENTRE.items()}
        values |= {"Mark": mark[""] if mark else "", "MaxMark": mark["@max"] if mark else ""}
        values |= {"AwardingOrganisationUKPRN": self.header.organisation, "ExamSeries": self.header.series}
        values |= {"EmbargoUntil": self.header.embargo}
        values["PartialAbsence"] = _BOOLEANS.get(values["PartialAbsence"], values["PartialAbsence"])
        return values | {ours: _FIELDS[ours].present(values[ours]) for ours in _FIELDS if ours != "DateOfBirth"}

    def _wrong_values(self, record: Record) -> Iterator[Notice]:
        for ours, field in _FIELDS.items():
            fault = field.check(record[ours])
            if fault:
                words = {"what is wrong": fault.message, "what to do": fault.fix, "value": record[ours]}
                yield replace(VALUE.notice(record, Found(field.name, words)), line=self._line_of(ours))

    def _schema_fault(self, fault: RawFault, record: Record) -> Notice:
        words = told(fault, CANDIDATE, record_model(SHAPE, CANDIDATE), FIELDS)
        said = {"what is wrong": words.message, "what to do": words.fix}
        notice = SCHEMA_FAULT.notice(record, Found(fault.path or None, said))
        return replace(notice, line=fault.line, value=fault.value)

    def _placed(self, notice: Notice) -> Notice:
        """Return a notice whose field bears the name that it has in the file, on the line of that field."""
        ours = notice.field or ""
        return replace(notice, field=NAMED.get(ours, notice.field), line=self._line_of(ours))

    def _line_of(self, ours: str) -> int:
        if ours in _OF_CANDIDATE:
            return self._line(_OF_CANDIDATE[ours])
        if ours in _OF_CENTRE:
            return self.seen.line
        name = (_OF_RESULT | _MARKS).get(ours, "").partition("/")[0]
        inside = f"/{name}" if name and not name.startswith("@") else ""
        return self._line(f"{self.result.path}{inside}")

    def _line(self, path: str) -> int:
        return self.seen.line_of(path)


def _centre(within: Within, path: str) -> str:
    return within.get(path, "").strip()


def header_of(values: Mapping[str, str]) -> Header:
    """Return what the header says, by the values that stand before the first record."""
    return Header(
        organisation=values.get("Header/AwardingOrganisationUKPRN", ""),
        series=values.get("Header/ExamSeries", ""),
        embargo=values.get("Header/EmbargoUntil", ""),
    )

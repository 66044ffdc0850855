"""The short form of results that school systems read: Date, UCI (or CandNo), QAN, Grade (`awarding` 6).

What a row does not say comes from the file's name, and the rules on results look at what there is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from adapters.formats.table_file import TableReading
from adapters.formats.table_kind import Limits, Table
from adapters.kinds.ao_results.faults import BOOK, TABLE_RULES
from adapters.kinds.ao_results.names import read_name
from adapters.kinds.ao_results.result import NEW, QUALIFICATION, SCHEMA, learner
from adapters.kinds.ao_results.rules import RULES
from adapters.kinds.ao_results.rules_files import COUNT, FILES, TRAILER, file_facts
from gateway.core.handover import Finding
from gateway.core.model import CheckedRecord, Record
from gateway.core.notices import Scope
from gateway.core.outcomes import MatchOutcome
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context
from gateway.core.tables import Constraints, Field, TableSchema

_NAMES: Final = {"Date": "AwardDate", "UCI": "UCI", "CandNo": "CandidateNumber", "QAN": "QAN", "Grade": "Grade"}
_FOUND_BY_READER: Final = {name: rule for name, rule in BOOK.rules.items() if rule.is_found_by_reader}
_BOOK: Final = Rulebook(rules={**FILES.rules, **_FOUND_BY_READER})
_TOLD: Final = frozenset({"RecordRef", "Action", "AwardingOrganisationUKPRN", "ResultLevel", "ExamSeries"})
"""The fields that are known without standing in a row."""


def _required(field: Field, name: str) -> Field:
    constraints = Constraints.model_validate({**field.constraints.model_dump(by_alias=True), "required": True})
    return field.model_copy(update={"name": name, "constraints": constraints})


def _schema(name: str, candidate: str) -> TableSchema:
    columns = ("Date", candidate, "QAN", "Grade")
    return TableSchema(
        name=name,
        title="Results in the short form",
        version="1",
        source=SCHEMA.source,
        fieldsMatch="equal",
        fields=tuple(_required(SCHEMA[_NAMES[column]], column) for column in columns),
    )


def _facts(context: Context) -> Mapping[str, str]:
    return file_facts(context, ".csv")


def _table(candidate: str, where: str) -> Table:
    return Table(
        where=f"adapters.kinds.ao_results.short_form:{where}",
        schema=_schema(f"ao-results-short-{candidate.lower()}", candidate),
        book=_BOOK,
        rules=replace(TABLE_RULES, text=()),
        key=candidate,
        file_words="a results file in the short form",
        facts=_facts,
        count=COUNT,
        trailer=TRAILER,
    )


BY_UCI: Final = _table("UCI", "BY_UCI")
BY_CANDIDATE: Final = _table("CandNo", "BY_CANDIDATE")


def short_table(head: bytes) -> Table | None:
    """Return the table of a file in the short form, by its first bytes; None where it is in the full form."""
    line = head.decode("utf-8-sig", errors="replace").partition("\n")[0]
    found = {cell.strip(' "\r').casefold() for cell in line.split(",")}
    tables = (table for table in (BY_UCI, BY_CANDIDATE) if found == {name.casefold() for name in table.schema.names})
    return next(tables, None)


def short_findings(table: Table, path: Path, context: Context, limits: Limits) -> Iterator[Finding]:
    """Yield what a file in the short form holds, each row as a result in its full form."""
    whole = replace(context, faults_only=False)
    for found in TableReading(table, path, whole, limits).findings():
        yield _judged(found, context) if isinstance(found, CheckedRecord) else found


def _judged(checked: CheckedRecord, context: Context) -> CheckedRecord:
    """Return a row as a full result, with what the rules on results say of it."""
    sent = checked.record
    record = Record(number=sent.number, line=sent.line, key=sent.key, values=_full(sent, context))
    absent = frozenset(SCHEMA.names) - _TOLD - {_NAMES[name] for name in sent.values}
    failed = absent | {_NAMES[notice.field] for notice in checked.notices if notice.field}
    judged = RULES.apply(record, context, failed=failed, scope=Scope.RECORD)
    notices = (*checked.notices, *judged.notices)
    refused = any(notice.refuses(Scope.RECORD) for notice in notices)
    return CheckedRecord(
        record=record,
        notices=notices,
        learner=None if refused else learner(record),
        refused_as=MatchOutcome.REFUSED if refused else None,
    )


def _full(sent: Record, context: Context) -> dict[str, str]:
    name = read_name(context.file_name)
    told = {
        "RecordRef": sent.key,
        "Action": NEW,
        "ResultLevel": QUALIFICATION,
        "AwardingOrganisationUKPRN": name.ukprn if name else "",
        "ExamSeries": name.series if name else "",
    }
    return dict.fromkeys(SCHEMA.names, "") | told | {_NAMES[column]: value for column, value in sent.values.items()}

"""What the engines must know of an achievement file: the table, the XML form, its learners, and the refusals."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from adapters.formats.table_kind import Table
from adapters.formats.xml_items import Shape
from adapters.formats.xml_reading_fields import SchemaFields
from adapters.formats.xml_reading_form import XmlForm
from adapters.formats.xml_schema_documents import loaded
from adapters.kinds.achievement.books import CSV_BOOK, CSV_RULES, XML_BOOK, XML_FAULTS
from adapters.kinds.achievement.rules import ULN_INVALID
from adapters.kinds.achievement.table import BATCH, BORN, HEADER, SCHEMA, SUBMISSION_TYPE, day
from adapters.kinds.verify.batch import CSV, RECORDS
from adapters.kinds.verify.table import unasked
from gateway.core.handover import FileHeader, Finding
from gateway.core.model import CheckedRecord, Learner, Record
from gateway.core.notices import Notice, Severity
from gateway.core.outcomes import MatchOutcome
from gateway.core.rules.rule import Context

ROOT: Final = "AchievementBatch"


def learner(record: Record) -> Learner:
    """Return the learner of a record in which nothing is wrong."""
    return Learner(
        given_name=record["GivenName"],
        family_name=record["FamilyName"],
        date_of_birth=day(record, BORN),
        sex=record["Gender"],
        postcode=record["LearnerPostcode"],
        uln=record["Uln"],
    )


def xml_learner(_element: str, record: Record) -> Learner:
    """Return the learner of a record element in which nothing is wrong."""
    return learner(record)


def refused_as(notices: Sequence[Notice]) -> MatchOutcome:
    """Return the outcome that a refused record is answered with."""
    codes = {notice.code for notice in notices if notice.severity is Severity.ERROR}
    return MatchOutcome.ULN_INVALID if codes == {ULN_INVALID} else MatchOutcome.REFUSED


def with_type(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield all that is found, with the file's submission type in each record: it decides what becomes of it."""
    told = ""
    for finding in findings:
        if isinstance(finding, FileHeader):
            told = finding.values.get(SUBMISSION_TYPE, "")
        if isinstance(finding, CheckedRecord):
            record = finding.record
            yield replace(finding, record=replace(record, values={**record.values, SUBMISSION_TYPE: told}))
        else:
            yield finding


def _facts(context: Context) -> Mapping[str, str]:
    return BATCH.facts(context.file_name, CSV, context.sender)


TABLE: Final = Table(
    where="adapters.kinds.achievement.reading:TABLE",
    schema=unasked(SCHEMA),
    book=CSV_BOOK,
    rules=CSV_RULES,
    key="MisIdentifier",
    learner=learner,
    file_words="an achievement file",
    reads_windows_text=True,
    facts=_facts,
    header=HEADER,
    header_columns=HEADER,
    count=RECORDS,
    refused_as=refused_as,
)
"""The table of achievement files in CSV."""
_SHAPE: Final = Shape(loaded("xsd/achievement-xml/achievement-xml.xsd"), ROOT, ("ArrayOfAchievement/Achievement",))
FORM: Final = XmlForm(
    shape=_SHAPE,
    book=XML_BOOK,
    faults=XML_FAULTS,
    fields=SchemaFields(_SHAPE),
    key="MisIdentifier",
    learner=xml_learner,
    header={name: name for name in HEADER},
    uln_codes=frozenset({ULN_INVALID}),
)
"""The form of achievement files in XML."""

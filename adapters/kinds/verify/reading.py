"""What the engines must know of a verify file: the table and the XML form, its learners, how a refusal is answered."""

from collections.abc import Mapping, Sequence
from typing import Final

from adapters.formats.table_kind import Table
from adapters.formats.xml_items import Shape
from adapters.formats.xml_reading_fields import SchemaFields
from adapters.formats.xml_reading_form import XmlForm
from adapters.formats.xml_schema_documents import loaded
from adapters.kinds.verify.batch import CSV, RECORDS
from adapters.kinds.verify.rules import CSV_BOOK, CSV_RULES, ULN_INVALID, XML_BOOK, XML_FAULTS
from adapters.kinds.verify.table import BATCH, HEADER, SCHEMA, unasked
from gateway.core.model import Learner, Record
from gateway.core.notices import Notice, Severity
from gateway.core.outcomes import MatchOutcome
from gateway.core.rules.rule import Context
from gateway.core.tables import read_date

ROOT: Final = "LearnerVerificationBatch"


def learner(record: Record) -> Learner:
    """Return the learner of a record in which nothing is wrong."""
    return Learner(
        given_name=record["GivenName"],
        family_name=record["FamilyName"],
        date_of_birth=read_date(record["DateOfBirth"]),
        sex=record["Gender"],
        uln=record["ULN"],
    )


def xml_learner(_element: str, record: Record) -> Learner:
    """Return the learner of a record element in which nothing is wrong."""
    return learner(record)


def refused_as(notices: Sequence[Notice]) -> MatchOutcome:
    """Return the outcome that a refused record is answered with."""
    codes = {notice.code for notice in notices if notice.severity is Severity.ERROR}
    return MatchOutcome.ULN_INVALID if codes == {ULN_INVALID} else MatchOutcome.REFUSED


def _facts(context: Context) -> Mapping[str, str]:
    return BATCH.facts(context.file_name, CSV, context.sender)


TABLE: Final = Table(
    where="adapters.kinds.verify.reading:TABLE",
    schema=unasked(SCHEMA),
    book=CSV_BOOK,
    rules=CSV_RULES,
    key="MISIdentifier",
    learner=learner,
    file_words="a verify file",
    reads_windows_text=True,
    facts=_facts,
    header=HEADER,
    header_columns=HEADER,
    count=RECORDS,
    refused_as=refused_as,
)
"""The table of verify files in CSV."""
_SHAPE: Final = Shape(loaded("xsd/verify-xml/verify-xml.xsd"), ROOT, ("Learner",))
FORM: Final = XmlForm(
    shape=_SHAPE,
    book=XML_BOOK,
    faults=XML_FAULTS,
    fields=SchemaFields(_SHAPE),
    key="MISIdentifier",
    learner=xml_learner,
    header={name: name for name in HEADER},
    uln_codes=frozenset({ULN_INVALID}),
)
"""The form of verify files in XML."""

"""The table of an achievement file: its columns as the schema describes them, its codes, and what values mean."""

import re
from datetime import date
from typing import Final

import schemas
from adapters.kinds.verify.batch import Batch
from gateway.core.codes import CodeBook
from gateway.core.identifiers.qan import compact_qan, printed_qan
from gateway.core.model import Record
from gateway.core.tables import TableSchema, read_date

SCHEMA: Final = TableSchema.model_validate_json(schemas.text("csv/achievement.json"))
CODES: Final = CodeBook.model_validate_json(schemas.text("codes/lrs.json"))
HEADER: Final = SCHEMA.names[:5]
"""What stands once in a file: in a table in the row of its first record."""
ACHIEVEMENT: Final = SCHEMA.names[5:]
NAMES: Final = ("FamilyName", "GivenName")
SUBMISSION_TYPE: Final = "SubmissionType"
PROVISIONAL, FINAL = "Provisional", "Final"
AWARDED, BORN, REFERENCE = "AchievementAwardDate", "DateofBirth", "UnitOrQualificationReferenceNumber"
CREATE, UPDATE, WITHDRAW, REINSTATE, PROMOTE = "1", "2", "3", "4", "5"
_STEM: Final = re.compile(r"QCF_[0-9A-Z]{8}_([0-9]{4}-[0-9]{2}-[0-9]{2})_[0-9]{3}", re.ASCII)
_UNIT: Final = re.compile(r"[A-Z][0-9]{7}", re.ASCII)


def is_stem(stem: str) -> bool:
    """Tell whether a file name without its extension is QCF, a UKPRN, a real date and a number of three digits."""
    found = _STEM.fullmatch(stem)
    return found is not None and read_date(found[1]) is not None


def day(record: Record, name: str) -> date | None:
    """Return the day of a date and time, or None where there is none."""
    return SCHEMA[name].day(record[name])


def reference_number(text: str) -> str:
    """Return the number of a unit or qualification as it is kept and written: in capitals, with slashes."""
    compact = compact_qan(text)
    if _UNIT.fullmatch(compact):
        return f"{compact[0]}/{compact[1:4]}/{compact[4:]}"
    return printed_qan(text)


BATCH: Final = Batch(header=HEADER, count_field="RecordCount", prefix="QCF_", is_stem=is_stem, most=5000)
"""What is asked of achievement files as a whole; the operator may set another size."""

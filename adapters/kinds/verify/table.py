"""The table of a verify file: its columns as the schema describes them, and what is read of each value."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final

import schemas
from adapters.kinds.verify.batch import Batch
from gateway.core.tables import Constraints, TableSchema

SCHEMA: Final = TableSchema.model_validate_json(schemas.text("csv/verify.json"))
HEADER: Final = SCHEMA.names[:4]
"""What stands once in a file: in a table in the row of its first record."""
LEARNER: Final = SCHEMA.names[4:]
NAMES: Final = ("FamilyName", "GivenName")
_STEM: Final = re.compile(r"VER_[0-9A-Z]{8}_([0-9]{12})", re.ASCII)


def unasked(schema: TableSchema) -> TableSchema:
    """Return a schema that takes any value: values are left to the rules, which are the same in a table and in XML."""
    free = {"type": "string", "format": None, "constraints": Constraints()}
    return schema.model_copy(update={"fields": tuple(field.model_copy(update=free) for field in schema.fields)})


def is_stem(stem: str) -> bool:
    """Tell whether a file name without its extension is VER, a UKPRN and a real date and time."""
    found = _STEM.fullmatch(stem)
    if not found:
        return False
    try:
        datetime.strptime(found[1], "%d%m%Y%H%M")  # noqa: DTZ007 - only whether it exists
    except ValueError:
        return False
    return True


def filled(values: Iterable[str]) -> bool:
    """Tell whether any of these values is not empty."""
    return any(value.strip() for value in values)


BATCH: Final = Batch(header=HEADER, count_field="LearnerRecordCount", prefix="VER_", is_stem=is_stem, most=5000)
"""What is asked of verify files as a whole; the operator may set another size."""

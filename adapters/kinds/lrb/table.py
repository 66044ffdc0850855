"""The table of an LRB file: its 30 columns as the schema describes them."""

import schemas
from gateway.core.tables import TableSchema

SCHEMA = TableSchema.model_validate_json(schemas.text("csv/lrb-2a.json"))
HEADER = SCHEMA.names[:4]
"""The columns that stand once in a file, in the row of its first learner."""
LEARNER = SCHEMA.names[4:]
NAMES = (
    "GivenName",
    "PreferredGivenName",
    "MiddleOtherName",
    "FamilyName",
    "PreviousFamilyName",
    "FamilyNameAt16",
)
"""The columns that hold a person's names."""

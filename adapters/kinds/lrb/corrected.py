"""What a corrected LRB file and an extract of one must be: its name, the days of its dates, its header's new count."""

import csv
from collections.abc import Mapping
from datetime import date, timedelta
from io import StringIO

from adapters.kinds.lrb.file_rules import EXTENSION, is_lrb_stem, name_parts
from adapters.kinds.lrb.table import SCHEMA
from gateway.core.corrections import Wanted
from gateway.core.extract import Amendments
from gateway.core.rules.rule import Context

_OLDEST, _YOUNGEST = 110, 13


def wanted(context: Context) -> Wanted:
    """Return what an LRB file asks for, with the days on which a learner of a permitted age can be born."""
    return Wanted(
        schema=SCHEMA,
        extension=EXTENSION,
        is_name=_is_name,
        days={"DateOfBirth": (_years_before(context.as_of, _OLDEST + 1), _years_before(context.as_of, _YOUNGEST))},
        zeros=frozenset({"ScottishCandidateNumber"}),
    )


def amendments(header: Mapping[str, str]) -> Amendments:
    """Return how an extract keeps the header that stands in the first learner's row, with the count of the accepted."""

    def first(data: bytes, accepted: int) -> bytes:
        decoded, encoding = _decoded(data)
        cells = next(csv.reader(StringIO(decoded, newline="")))
        row = dict(zip(SCHEMA.names, cells, strict=True)) | dict(header) | {"LearnerRecordCount": str(accepted)}
        text = StringIO(newline="")
        csv.writer(text, quoting=csv.QUOTE_ALL).writerow(row.values())
        return text.getvalue().encode(encoding)

    return Amendments(first=first)


def _decoded(row: bytes) -> tuple[str, str]:
    """Return a row's text and the encoding that it is in and must stay in: that of the rest of its file."""
    try:
        return row.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return row.decode("cp1252"), "cp1252"


def _is_name(name: str) -> bool:
    parts = name_parts(name)
    return parts["extension"] == EXTENSION and is_lrb_stem(parts["stem"])


def _years_before(day: date, years: int) -> date:
    return day.replace(year=day.year - years, day=min(day.day, 28)) + timedelta(days=1)

"""What changes in a batch file of which only the accepted records are kept: its header stays, its count is theirs."""

import csv
from collections.abc import Mapping, Sequence
from io import StringIO

from gateway.core.extract import Amendments


def of_table(names: Sequence[str], header: Mapping[str, str], count_field: str) -> Amendments:
    """Return how a table keeps the header that stands in the row of its first record, with the new count."""

    def first(data: bytes, accepted: int) -> bytes:
        cells = next(csv.reader(StringIO(data.decode("utf-8-sig"), newline="")))
        row = dict(zip(names, cells, strict=True)) | dict(header) | {count_field: str(accepted)}
        text = StringIO(newline="")
        csv.writer(text, quoting=csv.QUOTE_ALL).writerow(row.values())
        return text.getvalue().encode()

    return Amendments(first=first)

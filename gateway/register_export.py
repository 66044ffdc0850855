"""Writes the ULN register as CSV or Parquet, with the columns that `gateway register load` takes."""

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Final

import pyarrow as pa
from pyarrow import parquet

from gateway import register_file
from gateway.core.model import Entry

_ROWS: Final = 20_000
"""Rows of a row group: few enough to bound memory."""
_SCHEMA: Final = pa.schema([(name, pa.string()) for name in register_file.COLUMNS])


def write(path: Path, entries: Iterable[Entry]) -> int:
    """Write entries in the form that the file's suffix names, all of them or nothing, and return their number."""
    return _parquet(path, entries) if path.suffix.lower() == ".parquet" else register_file.write(path, entries)


def _parquet(path: Path, entries: Iterable[Entry]) -> int:
    count, left = 0, iter(entries)
    with register_file.whole(path) as file, parquet.ParquetWriter(file, _SCHEMA) as writer:
        while rows := [register_file.texts(entry) for entry in islice(left, _ROWS)]:
            writer.write_batch(pa.RecordBatch.from_pylist(rows, _SCHEMA))
            count += len(rows)
    return count

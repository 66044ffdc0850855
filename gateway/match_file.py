"""Matches a CSV or Parquet file of learners against the register, without registering anybody (`gateway match`)."""

import csv
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final

from pyarrow import parquet

from gateway.core.audit import Gathered, read_by
from gateway.core.errors import ConfigurationError
from gateway.core.matching.by_uln import decide_by_uln
from gateway.core.matching.file import FileMatching
from gateway.core.matching.policy import USUAL, Policy
from gateway.core.model import Learner, Match
from gateway.core.ports.register import Register
from gateway.core.tables import read_date
from gateway.core.uln import TEMPORARY_ULN

COLUMNS: Final = ("outcome", "uln", "master_uln", "score", "possible", "differs")
BATCH: Final = 25_000
"""Learners that are looked for together: enough to be quick, few enough to bound memory."""
_DETAILS: Final = (
    "given_name",
    "family_name",
    "date_of_birth",
    "sex",
    "postcode",
    "uln",
    "middle_name",
    "preferred_given_name",
    "previous_family_name",
    "family_name_at_16",
    "email",
    "upn",
)
_OTHERWISE: Final = {
    "lastknownpostcode": "postcode",
    "gender": "sex",
    "middleothername": "middle_name",
    "familynameatage16": "family_name_at_16",
    "emailaddress": "email",
}
"""Headings of LRB files that are not a detail's own name, with marks and capitals left out."""
_BY_HEADING: Final = {name.replace("_", ""): name for name in _DETAILS} | _OTHERWISE
_SEXES: Final = {"M": "1", "F": "2", "U": "0"}
_NEEDED: Final = ("given_name", "family_name", "date_of_birth")


def write(path: Path, out: IO[str], register: Register, policy: Policy = USUAL, read: Gathered | None = None) -> int:
    """Write what becomes of each learner of a file, in order, and return how many there are.

    `read` is told whose entries the answers of a batch name, before they are written.
    """
    rows = _rows(path)
    key, details = _headings(path, next(rows))
    lines = csv.writer(out)
    lines.writerow((key, *COLUMNS))
    file, count = FileMatching(register.candidates, policy), 0
    while batch := list(islice(rows, BATCH)):
        learners = {place: _learner(row, details) for place, row in enumerate(batch)}
        found = _matched(file, register, learners)
        if read is not None:
            read.add(read_by(found.values()))
        lines.writerows((row[0], *_line(found[place])) for place, row in enumerate(batch))
        count += len(batch)
    return count


def _rows(path: Path) -> Iterator[list[str]]:
    """Yield the headings of a file, then its rows, as texts."""
    if path.suffix.lower() == ".parquet":
        file = parquet.ParquetFile(path)
        yield list(file.schema_arrow.names)
        for batch in file.iter_batches(BATCH):
            columns = [[_text(value) for value in column.to_pylist()] for column in batch.columns]
            yield from map(list, zip(*columns, strict=True))
        return
    line = 1
    try:
        with path.open(encoding="utf-8-sig", newline="") as opened:
            rows = csv.reader(opened, strict=True)
            for row in rows:
                line = rows.line_num
                if row:
                    yield row
    except (UnicodeDecodeError, csv.Error) as error:
        raise ConfigurationError(f"{path.name} after line {line}: it is no sound CSV in UTF-8.") from error


def _headings(path: Path, row: list[str]) -> tuple[str, Mapping[str, int]]:
    """Return the key column's heading, and where each detail stands."""
    found: dict[str, int] = {}
    for place, heading in enumerate(row):
        name = _BY_HEADING.get(re.sub(r"[^a-z0-9]", "", heading.lower()))
        if name is not None:
            found.setdefault(name, place)
    missing = [name for name in _NEEDED if name not in found]
    if missing:
        raise ConfigurationError(f"{path.name}: it has no column {', '.join(missing)}.")
    return row[0], found


def _learner(row: list[str], details: Mapping[str, int]) -> Learner:
    value: dict[str, Any] = {name: row[place].strip() if place < len(row) else "" for name, place in details.items()}
    born = read_date(value.pop("date_of_birth"))
    sex, uln = value.pop("sex", ""), value.pop("uln", "")
    known = "" if uln == TEMPORARY_ULN else uln
    return Learner(**value, date_of_birth=born, sex=_SEXES.get(sex.upper(), sex), uln=known)


def _matched(file: FileMatching, register: Register, learners: Mapping[int, Learner]) -> dict[int, Match]:
    """Return what becomes of learners, as the pipeline comes to it for a kind that only reports."""
    numbered = {place: learner for place, learner in learners.items() if learner.uln}
    entries = register.by_uln({learner.uln for learner in numbered.values()}) if numbered else {}
    found = {place: decide_by_uln(learner, entries.get(learner.uln)) for place, learner in numbered.items()}
    file.claim(match.uln for match in found.values())
    return found | file.decide(file.look({it: learners[it] for it in learners if it not in numbered}))


def _line(match: Match) -> tuple[str, ...]:
    score = "" if match.score is None else f"{match.score:.2f}"
    possible = ";".join(it.entry.uln for it in match.possible)
    differs = ";".join(field for field, level in match.levels.items() if level != "same")
    return match.outcome, match.uln or "", match.master_uln or "", score, possible, differs


def _text(value: object) -> str:
    return "" if value is None else str(value)

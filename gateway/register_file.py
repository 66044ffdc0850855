"""Reads and writes the ULN register as CSV: one entry a row, columns by name, those that lack empty."""

import csv
import io
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO

from gateway.core.errors import ConfigurationError
from gateway.core.model import Entry, Learner
from gateway.core.tables import read_date

_TEXTS = (
    "given_name",
    "middle_name",
    "preferred_given_name",
    "family_name",
    "previous_family_name",
    "family_name_at_16",
    "postcode",
    "email",
    "upn",
    "ability_to_share",
)
COLUMNS = (
    "uln",
    "given_name",
    "middle_name",
    "preferred_given_name",
    "family_name",
    "previous_family_name",
    "family_name_at_16",
    "date_of_birth",
    "sex",
    "postcode",
    "former_postcodes",
    "email",
    "upn",
    "master_uln",
    "ability_to_share",
    "status",
)
SEXES = {"M": "1", "F": "2", "U": "0", "0": "0", "1": "1", "2": "2", "9": "9", "": ""}
_LIVE, _DELETED = "live", "deleted"
STATES = {"": _LIVE, _LIVE: _LIVE, _DELETED: _DELETED}


def read(path: Path) -> Iterator[Entry]:
    """Yield the entries of a register file; raise ConfigurationError with the line and the column that is wrong."""
    line = 1
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, strict=True)
            headings = _headings(path, next(rows, []))
            for row in rows:
                line = rows.line_num
                yield _entry(_named(row, headings, path, line), f"{path.name} line {line}")
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path.name} after line {line}: it is not UTF-8; save it as UTF-8.") from error
    except csv.Error as error:
        raise ConfigurationError(f"{path.name} after line {line}: it is no sound CSV: {error}.") from error


def first_row(path: Path) -> list[str]:
    """Return the headings of a register file; raise ConfigurationError where they are none."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _headings(path, next(csv.reader(file, strict=True), []))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ConfigurationError(f"{path.name} line 1: it is no sound CSV in UTF-8.") from error


def refuse_headings(path: Path, names: list[str]) -> None:
    """Raise ConfigurationError where these are not headings of a register file."""
    _headings(path, names)


def _headings(path: Path, row: list[str]) -> list[str]:
    unknown = [str(place) for place, name in enumerate(row, start=1) if name not in COLUMNS]
    if unknown or "uln" not in row or len(set(row)) < len(row):
        wrong = (
            f"column {', '.join(unknown)} has another heading"
            if unknown
            else "`uln` is missing or a column stands twice"
        )
        raise ConfigurationError(f"{path.name}: the columns of a register file are {', '.join(COLUMNS)}; {wrong}.")
    return row


def _named(row: list[str], headings: list[str], path: Path, line: int) -> dict[str, str]:
    if len(row) != len(headings):
        raise ConfigurationError(
            f"{path.name} line {line}: it has {len(row)} columns, not {len(headings)}. Nothing was loaded."
        )
    return dict.fromkeys(COLUMNS, "") | {name: value.strip() for name, value in zip(headings, row, strict=True)}


def _entry(row: dict[str, str], place: str) -> Entry:
    born = read_date(row["date_of_birth"])
    faults = {
        "date_of_birth is not a date such as 2008-05-31": bool(row["date_of_birth"]) and born is None,
        "sex is none of M, F, U, 0, 1, 2, 9": row["sex"].upper() not in SEXES,
        "status is neither live nor deleted": row["status"].lower() not in {"", _LIVE, _DELETED},
    }
    wrong = [fault for fault, found in faults.items() if found]
    if wrong:
        raise ConfigurationError(f"{place}: {'; '.join(wrong)}. Nothing was loaded.")
    learner = Learner(
        **{name: row[name] for name in _TEXTS},
        date_of_birth=born,
        sex=SEXES[row["sex"].upper()],
        former_postcodes=tuple(row["former_postcodes"].split(";")) if row["former_postcodes"] else (),
    )
    deleted = row["status"].lower() == _DELETED
    return Entry(uln=row["uln"], learner=learner, master_uln=row["master_uln"] or None, deleted=deleted)


def write(path: Path, entries: Iterable[Entry]) -> int:
    """Write entries as a register file that `read` reads again, and return their number."""
    count = 0
    with whole(path) as draft, io.TextIOWrapper(draft, encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, COLUMNS)
        rows.writeheader()
        for count, entry in enumerate(entries, start=1):  # noqa: B007 - the last one is the number of all
            rows.writerow(texts(entry))
    return count


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that is readable by its owner alone, and whole or not there when the block ends."""
    handle, draft = mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(os.dup(handle), "wb") as file:
            yield file
        os.fsync(handle)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink()
        raise
    finally:
        os.close(handle)


def texts(entry: Entry) -> dict[str, str]:
    """Return an entry as a register file holds it, by columns."""
    learner = entry.learner
    return {name: getattr(learner, name) for name in _TEXTS} | {
        "uln": entry.uln,
        "date_of_birth": learner.date_of_birth.isoformat() if learner.date_of_birth else "",
        "sex": learner.sex,
        "former_postcodes": ";".join(learner.former_postcodes),
        "master_uln": entry.master_uln or "",
        "status": _DELETED if entry.deleted else _LIVE,
    }

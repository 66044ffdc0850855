"""What the check of a job must know of its file, and what it answers: values that pass between processes."""

from array import array
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from adapters.formats.csv_file import Row, Unreadable
from adapters.formats.table_headings import Layout
from adapters.formats.table_kind import Table
from gateway.core.model import CheckedRecord
from gateway.core.rules.repeats import Noted, Stamp
from gateway.core.rules.rule import Context


class Held(NamedTuple):
    """A row that may be the trailer of the file, and where it stands."""

    row: Row
    span: tuple[int, int]


class Overflow(NamedTuple):
    """The row that is one too many: its line, and whether it is a record or one without any value."""

    line: int
    of_records: bool


@dataclass(frozen=True, slots=True)
class Room:
    """How many records and blank rows a file may still hold."""

    records: int
    blank: int


@dataclass(slots=True)
class Part:
    """What a job holds: how far it was read, and what of it has to be told.

    `found` are the records of which something is to be said, by their place from 0; `clean` the rows of all others,
    where they are wanted; `spans` where each record begins and ends in the file, two numbers a record, where that is
    wanted. `signs` are the signs of each coarse key, 4 bytes a record, 0 where a record bears none;
    `stamped` are exact ones, for kinds without coarse keys. `next_line` is the line after the part.
    """

    taken: int = 0
    next_line: int = 0
    records: int = 0
    blank: int = 0
    first_blank: int = 0
    found: dict[int, CheckedRecord] = field(default_factory=dict)
    clean: dict[int, Row] = field(default_factory=dict)
    spans: "array[int]" = field(default_factory=lambda: array("Q"))
    signs: list["array[int]"] = field(default_factory=list)
    stamped: list[tuple[Noted, tuple[Stamp, ...]]] = field(default_factory=list)
    ends: list[int] = field(default_factory=lambda: [0, 0, 0])
    stop: Unreadable | None = None
    overflow: Overflow | None = None
    trailer: Held | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a worker must know to check a job of a file."""

    table: Table
    layout: Layout
    context: Context
    path: Path
    encoding: str
    spans: bool = False

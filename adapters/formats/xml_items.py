"""What the XML reader hands out, and what a file kind hands in: values only, nothing of lxml."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Final, NamedTuple, Protocol, TypeAlias

from gateway.core.model import Group

Within: TypeAlias = Mapping[str, str]
"""The containers that a record stands in: the number of each in the file (from 1) by its path, and its attributes.

For example `{"Centre": "2", "Centre/@centreNumber": "12345"}`; empty where records stand directly below the root.
"""

Values: TypeAlias = Mapping[str, object]
"""A nested element: a leaf is its trimmed text, a child that may repeat a list, any other child a mapping."""

MAX_RECORD_BYTES: Final = 1 << 20
MAX_RECORD_ELEMENTS: Final = 5_000
MAX_RECORD_ATTRIBUTES: Final = 5_000
MAX_HELD_BYTES: Final = 12 << 20


NOWHERE: Final[Within] = {}
NOTHING: Final[Values] = {}


class Stop(StrEnum):
    """Why a file is refused as a whole, by the code that its sender reads."""

    TYPE = "FILE_TYPE"
    ENCODING = "FILE_ENCODING"
    DOCTYPE = "FILE_DOCTYPE"
    CHAR = "FILE_CHAR"
    LIMIT = "FILE_LIMIT"
    SYNTAX = "FILE_SYNTAX"
    TRUNCATED = "FILE_TRUNCATED"
    ROOT = "FILE_ROOT"
    NAMESPACE = "FILE_NAMESPACE"


class FaultType(StrEnum):
    """What a schema finds wrong with one field or record, by the code that its sender reads."""

    ENUM = "XSD_ENUM"
    PATTERN = "XSD_PATTERN"
    TYPE = "XSD_TYPE"
    MIN = "XSD_MIN"
    MAX = "XSD_MAX"
    MIN_LENGTH = "XSD_MINLEN"
    MAX_LENGTH = "XSD_MAXLEN"
    MISSING = "XSD_MISSING"
    UNEXPECTED = "XSD_UNEXPECTED"
    ATTRIBUTE = "XSD_ATTRIBUTE"
    OTHER = "XSD_OTHER"
    TOO_LARGE = "RECORD_TOO_LARGE"


class FileFault(NamedTuple):
    """The last item of a file that cannot be read to its end: records before it stand, none may be accepted."""

    why: Stop
    message: str
    fix: str
    line: int | None = None
    column: int | None = None


class Elsewhere(NamedTuple):
    """A place outside the file from which a reader might fetch its schema, and the line that names it."""

    place: str
    line: int


class Frame(NamedTuple):
    """The facts of a file around its records, known before the first record; `values` are its header's.

    `elsewhere` is the first place that the file names for its schema and from which one would be fetched.
    """

    root: str
    namespace: str
    encoding: str
    line: int
    values: Values
    elsewhere: Elsewhere | None = None


class RawFault(NamedTuple):
    """A schema fault before it is put into words; `detail` is the limit, code list or neighbour that it names."""

    type: FaultType
    line: int
    path: str
    field: str
    value: str | None
    detail: str = ""


class Fault(NamedTuple):
    """A schema fault with its exact place; `path` begins below the record, as in `LearningDelivery[2]/FundModel`."""

    type: FaultType
    line: int
    path: str
    field: str
    value: str | None
    message: str
    fix: str


class Seen(NamedTuple):
    """A record as the work of a kind sees it: where it stands, what it holds, what the schema says of it.

    The fields of `group` are read when they are asked for, and only while the work runs. `line_of` gives the line of a
    field by its path below the record, such as `LearningDelivery[2]/FundModel`; where the field is absent, that of the
    nearest element above it. `name` is the last step of the record's path in the shape.
    """

    name: str
    line: int
    group: Group
    faults: tuple[RawFault, ...]
    line_of: Callable[[str], int]
    within: Within = NOWHERE


Work: TypeAlias = Callable[[Seen], object]
"""A module's function or a partial of one, run once for each record beside the schema in the worker process.

What it returns is the record's `found`; None costs nothing to send.
"""


class XmlRecord(NamedTuple):
    """One record with all its schema faults; `number` counts from 1 over all record elements.

    `start` and `end` are its bytes in the file; both are -1 in a file that is not UTF-8. `group` is empty where a work
    was given: its result is `found`. `looked_twice` is None for a record that needed no second look.
    """

    name: str
    number: int
    line: int
    start: int
    end: int
    group: Group
    faults: tuple[Fault, ...]
    found: object
    looked_twice: bool | None
    within: Within = NOWHERE


class FrameFault(NamedTuple):
    """A schema fault outside the records; its path begins below the root."""

    fault: Fault


class Totals(NamedTuple):
    """The last item of a file that was read to its end: what was counted, and how many second looks were not run.

    `values` are those that stand below the root behind the last record or container, as a trailer's do.
    """

    records: int
    looks_not_run: int
    values: Values = NOTHING


XmlItem: TypeAlias = Frame | FrameFault | XmlRecord | FileFault | Totals


@dataclass(frozen=True, slots=True)
class FieldWords:
    """What a kind says of one field: what it must look like, in words, and its codes with their meanings."""

    looks_like: str = ""
    codes: tuple[str, ...] = ()
    title: str = ""


class FieldTable(Protocol):
    """Where a kind keeps the words for its fields."""

    def words(self, path: str) -> FieldWords | None:
        """Return the words for a field by its path without numbers, such as `Learner/LearningDelivery/FundModel`."""


@dataclass(frozen=True)
class Shape:
    """What a file kind says of its files: the schema's text, the root, and the paths of the record elements below it.

    A path of one step, such as `Learner`, is a record directly below the root. In `Pupils/PupilsOnRoll/PupilOnRoll`
    the steps before the last are containers. The last step is the record's name: no two records of a shape share one,
    and no record is a container.
    """

    xsd: bytes
    root: str
    records: tuple[str, ...]

    @staticmethod
    def name(path: str) -> str:
        """Return a record's name: the last step of its path."""
        return path.rpartition("/")[2]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Return the names of the records, in the order of their paths."""
        return tuple(map(self.name, self.records))

    def path(self, name: str) -> str:
        """Return the path of a record by its name."""
        return self._paths.get(name, name)

    @cached_property
    def containers(self) -> tuple[str, ...]:
        """Return the path of each container, an outer one before those within it; none in a flat shape."""
        steps = [path.split("/") for path in self.records]
        found = ["/".join(path[:depth]) for path in steps for depth in range(1, len(path))]
        return tuple(dict.fromkeys(found))

    @cached_property
    def tops(self) -> tuple[str, ...]:
        """Return the names of the records and outermost containers that stand directly below the root."""
        return tuple(dict.fromkeys(path.partition("/")[0] for path in self.records))

    @cached_property
    def _paths(self) -> dict[str, str]:
        return dict(zip(self.names, self.records, strict=True))


@dataclass(frozen=True)
class Limits:
    """How much is held at once; a batch stays under 65,536 lines because libxml2 counts exactly only up to there."""

    batch_bytes: int = 1 << 18
    batch_lines: int = 60_000
    batch_records: int = 2_000
    second_looks: int = 2_000
    second_looks_each: int = 50
    head_bytes: int = 4 << 20
    runs: int = 10_000


@dataclass(frozen=True)
class Settings:
    """How a file is read: in how many processes, by which work, and in whose words."""

    processes: int = 1
    work: Work | None = None
    fields: FieldTable | None = None
    limits: Limits = field(default_factory=Limits)
    exact: bool = False

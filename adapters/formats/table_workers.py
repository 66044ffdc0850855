"""Worker processes for one large file, which start while its head is still read.

They are fresh processes, because a process with threads must not be copied. A small file needs none.
"""

import multiprocessing
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing.queues import Queue
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

from adapters.formats.table_headings import Layout
from adapters.formats.table_kind import Table
from adapters.formats.table_part import PartCheck
from adapters.formats.table_plan import Plan
from gateway.core.errors import AdapterError
from gateway.core.rules.rule import Context

SMALL: Final = 16 << 20
"""Bytes of a file below which the start of a worker is not repaid."""
_checks: list[PartCheck] = []


class Told(NamedTuple):
    """What a worker is told of a file: everything that a kind says of itself is looked up again by its place."""

    schema: str
    width: int
    places: Mapping[str, int]
    context: Context
    path: Path
    encoding: str
    spans: bool

    @classmethod
    def of(cls, plan: Plan) -> Self:
        """Return what is told of a plan."""
        layout = plan.layout
        return cls(layout.schema.name, layout.width, layout.places, plan.context, plan.path, plan.encoding, plan.spans)


def found_table(where: str) -> Table:
    """Return the table at a place such as `adapters.kinds.lrb.kind:TABLE`."""
    module, _, name = where.partition(":")
    table = getattr(import_module(module), name)
    if not isinstance(table, Table):
        raise AdapterError(f"{where} is no Table; correct the place that the table names.")
    return table


def own() -> PartCheck:
    """Return the check of the worker process that asks."""
    return _checks[0]


def _begin(where: str, waiting: "Queue[Told | None]") -> None:
    """Import the table, and then wait for what is known of the file only once its head is read."""
    table = found_table(where)
    told = waiting.get()
    if told is not None:
        schema = next(schema for schema in (table.schema, *table.others) if schema.name == told.schema)
        layout = Layout(schema, told.width, told.places)
        _checks[:] = [PartCheck(Plan(table, layout, told.context, told.path, told.encoding, told.spans))]


def _ready() -> None:
    """Do nothing: a pool starts its processes with the first call."""


class Workers:
    """All processes of one file but this one; `pool` is None where there are none, or none any more."""

    def __init__(self, where: str, processes: int) -> None:
        self.pool: ProcessPoolExecutor | None = None
        self._waiting = 0
        if where and processes > 1:
            spawn = multiprocessing.get_context("spawn")
            self._waiting = processes - 1
            self._queue: Queue[Told | None] = spawn.Queue()
            self._queue.cancel_join_thread()  # where a worker died nobody reads, and this process must end all the same
            self.pool = ProcessPoolExecutor(self._waiting, spawn, _begin, (where, self._queue))
            self.pool.submit(_ready)

    def tell(self, told: Told | None) -> None:
        """Let the workers begin; None where there is nothing to do."""
        for _ in range(self._waiting):
            self._queue.put(told)
        self._waiting = 0

    def dismiss(self) -> None:
        """End the workers, whatever they have not begun yet; what is left to do here does not wait for them."""
        self.tell(None)
        if self.pool:
            self.pool.shutdown(wait=False, cancel_futures=True)
            self.pool = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.dismiss()

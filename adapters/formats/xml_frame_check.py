"""Checks all that is no record: the frame with an empty element in place of each run of records.

Containers are judged on their own, some at a time as they are closed, and stand as empty elements in the outer frame:
what is held does not grow with their number. Where more stands between records than is held, the file is refused.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from html import escape
from itertools import takewhile
from typing import Final

from lxml import etree

from adapters.formats.xml_batch import Around, Run, read_values
from adapters.formats.xml_bytes import one_line_end
from adapters.formats.xml_faults import STRUCTURAL, Log
from adapters.formats.xml_frame import Opened
from adapters.formats.xml_items import NOTHING, FaultType, FileFault, Limits, RawFault, Values
from adapters.formats.xml_schema import Derived, compiled, safe_parser
from adapters.formats.xml_second import SecondLook
from adapters.formats.xml_syntax import limit

_JUDGED_RUNS: Final = 1_000
_JUDGED_BYTES: Final = 1 << 18
_NUMBER: Final = re.compile(r"\[[0-9]+\]$")
_FIRST: Final = re.compile(r"([^/\[]+)(?:\[([0-9]+)\])?")
_TOO_MUCH: Final = "More stands round the records, or is wrong there, than is accepted."


class FrameCheck:
    """Takes what stands below the root, in order, and tells the faults of all that is no record.

    `too_much` is the refusal of a file in which more stands round the records than is held.
    """

    def __init__(self, derived: Derived, around: Around, found: Opened, limits: Limits) -> None:
        self._derived = derived
        self._around = around
        self._head = one_line_end(found.head)
        self._closed = found.closed
        self._judge = _Judge(derived, derived.frame_xsd, limits)
        self._runs = _Runs(limits, derived.few)
        self._told: set[RawFault] = set()
        self._containers = _Containers(derived, around, limits)
        self.too_much: FileFault | None = None

    def add(self, runs: list[Run]) -> None:
        """Note what stands below the root; the same records again are one run."""
        for run in runs:
            if self.too_much is None:
                self._add(run)

    def _add(self, run: Run) -> None:
        shown: Run | None = run
        if run.opens or self._containers.depth:
            shown = self._containers.add(run)
        if shown is not None:
            self._runs.add(shown)
        if self._runs.is_full or self._containers.is_full:
            self.too_much = limit(run.line, _TOO_MUCH)

    def head_faults(self) -> Iterator[RawFault]:
        """Yield the faults that stand before the first record."""
        most = 1 + self._head.count(b"\n")
        first = [] if self._closed else [Run(most, self._derived.shape.tops[0], 1)]
        for fault in self._faults(first):
            is_before = fault.line < most or (fault.line == most and fault.type not in STRUCTURAL)
            if is_before and not (first and _is_missing_at_end(fault)):
                self._told.add(fault)
                yield fault

    def other_faults(self) -> Iterator[RawFault]:
        """Yield the faults of the whole frame that were not told yet, by their lines.

        Of a frame that was not held to its end nobody can say what is missing.
        """
        found = self._faults(self._runs.held) + self._containers.faults()
        if self.too_much is not None:
            found = [fault for fault in found if fault.type is not FaultType.MISSING]
        yield from sorted((fault for fault in found if fault not in self._told), key=lambda fault: fault.line)

    def values(self) -> Values:
        """Return what stands below the root behind the last record or container."""
        behind = [run.stray for run in takewhile(lambda run: not run.name, reversed(self._runs.held))]
        if not behind:
            return NOTHING
        whole = [self._around.opening, *reversed(behind), self._around.closing]
        root = etree.fromstring(b"".join(whole), safe_parser())
        return read_values(root, self._derived.model, len(self._derived.tag("")))

    def _faults(self, runs: list[Run]) -> list[RawFault]:
        closing = b"" if self._closed else self._around.closing
        found = self._judge.faults(self._head, [] if self._closed else runs, closing)
        tops = self._derived.shape.tops
        return [fault._replace(path=fault.field) if fault.field in tops else fault for fault in found]


class _Runs:
    """What was noted in order: equal elements in a row are one run, but for those that may stand only a `few` times."""

    def __init__(self, limits: Limits, few: frozenset[str] = frozenset()) -> None:
        self._limits = limits
        self._few = few
        self.held: list[Run] = []
        self.size = 0

    def add(self, run: Run) -> None:
        """Note a run or a stray."""
        last = self.held[-1] if self.held else None
        is_alike = last is not None and run.name and last.name == run.name and not (run.stray or last.stray)
        if last is not None and is_alike and run.name not in self._few:
            self.held[-1] = last._replace(times=last.times + run.times)
            return
        self.held.append(run)
        self.size += len(run.stray)

    @property
    def is_full(self) -> bool:
        """Tell whether more was noted than is held."""
        return len(self.held) > self._limits.runs or self.size > self._limits.head_bytes


class _Containers:
    """Judges the outermost containers as they are closed; `depth` is how many stand open."""

    def __init__(self, derived: Derived, around: Around, limits: Limits) -> None:
        self._derived = derived
        self._around = around
        self._limits = limits
        self._runs = _Runs(limits)
        self._judged = Counter[str]()
        self._waiting = Counter[str]()
        self._found: list[RawFault] = []
        self._judge = _Judge(derived, derived.container_xsd, limits) if derived.shape.containers else None
        self.depth = 0

    def add(self, run: Run) -> Run | None:
        """Note what stands in a container, or its tag; return what stands for an outermost one that is closed."""
        if not self.depth:
            self._first = run
        self._runs.add(run)
        self.depth += run.opens - run.closes
        if self.depth:
            return None
        self._waiting[self._first.name] += 1
        if len(self._runs.held) > _JUDGED_RUNS or self._runs.size > _JUDGED_BYTES:
            self._judge_all()
        return Run(self._first.line, self._first.name, 1)

    @property
    def is_full(self) -> bool:
        """Tell whether one container has more in it, or all have more faults, than are held."""
        return self._runs.is_full or len(self._found) > self._limits.runs

    def faults(self) -> list[RawFault]:
        """Return the faults of all containers that were closed."""
        if self._runs.held and not self.depth:
            self._judge_all()
        return self._found

    def _judge_all(self) -> None:
        """Judge the containers that wait, and let go of them."""
        assert self._judge is not None  # noqa: S101 - only a shape with containers has any
        found = self._judge.faults(self._around.opening, self._runs.held, self._around.closing)
        self._found += [fault._replace(path=self._path(fault)) for fault in found]
        self._judged += self._waiting
        self._waiting.clear()
        self._runs = _Runs(self._limits)

    def _path(self, fault: RawFault) -> str:
        """Return a fault's path with the container's number in the file; a record for a run bears no number."""
        path = _NUMBER.sub("", fault.path) if fault.field in self._derived.shape.names else fault.path
        first = _FIRST.match(path)
        if first is None:
            return path
        number = int(first[2] or 1) + self._judged[first[1]]
        has_number = number > 1 or first[1] in self._derived.model.repeated
        return f"{first[1]}{f'[{number}]' * has_number}{path[first.end() :]}"


class _Judge:
    """Holds documents in which stubs stand for records against a schema."""

    def __init__(self, derived: Derived, xsd: bytes, limits: Limits) -> None:
        self._derived = derived
        self._schema = compiled(xsd)
        self._second = SecondLook(xsd)
        self._looks = limits.second_looks_each

    def faults(self, start: bytes, runs: list[Run], end: bytes) -> list[RawFault]:
        """Return the faults of some runs between a start and an end, on their lines of the file."""
        data, places = self._document(start, runs, end)
        root = etree.fromstring(data, safe_parser())
        if self._schema.validate(root):
            return []
        found = [fault for _, fault in Log(root, self._derived.model).faults(self._schema.error_log, 0)]
        if self._looks and any(fault.type in STRUCTURAL for fault in found):
            found += self._second.more(root, 0, self._derived.model, found, self._looks)
        return [fault._replace(line=_placed(fault.line, places)) for fault in found]

    def _document(self, start: bytes, runs: list[Run], end: bytes) -> tuple[bytes, list[tuple[int, int]]]:
        """Return runs as a document, and for each its line there and in the file."""
        parts, places, line = [start], list[tuple[int, int]](), 1 + start.count(b"\n")
        for run in runs:
            stubs = b"" if run.stray else self._stub(run.name) * min(run.times, self._derived.longest_run)
            part = b"\n" + (run.stray or stubs)
            places.append((line + 1, run.line))
            line += part.count(b"\n")
            parts.append(part)
        return b"".join([*parts, end]), places

    def _stub(self, name: str) -> bytes:
        """Return an empty element of a name, in the namespace that the schema gives it."""
        return f'<{name} xmlns="{escape(self._derived.spaces[name])}"/>'.encode()


def _is_missing_at_end(fault: RawFault) -> bool:
    """Tell whether a fault is that the root ends before a child that it must have."""
    return fault.type is FaultType.MISSING and not fault.detail and "/" not in fault.path


def _placed(line: int, places: list[tuple[int, int]]) -> int:
    index = bisect_right(places, line, key=lambda place: place[0]) - 1
    return line if index < 0 else places[index][1] + line - places[index][0]

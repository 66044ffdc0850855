"""A results file of a million rows: `ao-results-csv` as `gateway check` runs it, beside a bare loop of the csv module.

Each run is a process of its own, as the command is; the truth of the file says how much was found. P2 of the speed
table is the run on two processes against the loop.
"""

import argparse
import csv
import resource
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple, TypeVar

from adapters.kinds.ao_results.kind import AoResultsCsv
from gateway import reference_file
from gateway.core.handover import Finding
from gateway.core.notices import Notice
from gateway.core.reference import HeldList, ListVersion, Reference, ReferenceRow, by_key, reference_key
from gateway.core.rules.rule import Context
from gateway.service import CheckPlan, check_file
from tests.bench.results_rows import FILE_NAME, Truth, make, qans

AS_OF = date(2026, 9, 1)
MUST, AIM = 2.5, 1.2
Value = TypeVar("Value")


class Spent(NamedTuple):
    """What one run took: seconds of wall and of all its processes, and MB of the largest; and what it found."""

    wall: float
    cpu: float
    megabytes: int
    records: int
    found: Sequence[Truth]


def reference() -> Reference:
    """Return the small invented lists that come with the gateway, and a qualification for each of the file's."""
    held = []
    with reference_file.samples() as paths:
        for path in paths:
            schema = reference_file.description(path.stem)
            rows = list(reference_file.read(path, schema))
            if path.stem == "qualifications":
                rows += [_like(rows[0], place, qan) for place, qan in enumerate(qans(), len(rows) + 2)]
            version = ListVersion(
                name=path.stem, columns=schema.names, rows=len(rows), digest="", source=path.name,
                loaded_at=datetime(2026, 9, 1, tzinfo=UTC),
            )  # fmt: skip
            held.append(HeldList(version, by_key(rows)))
    return Reference(held)


def _like(row: ReferenceRow, line: int, qan: str) -> ReferenceRow:
    return replace(row, line=line, key=reference_key(qan), cells=(qan, *row.cells[1:]))


class Watched(AoResultsCsv):
    """The kind itself, which notes what it finds on its way, and may be told reference lists as a gateway is."""

    lists = Reference()

    def check(self, path: Path, context: Context) -> Iterator[Finding]:
        """Yield what the kind finds."""
        self.found: list[Truth] = []
        for finding in super().check(path, replace(context, reference=self.lists)):
            told = [finding] if isinstance(finding, Notice) else getattr(finding, "notices", ())
            self.found += [Truth(it.line or 0, it.field or "", it.code) for it in told]
            yield finding


def checked(path: Path, processes: int, *, lists: bool = False) -> Spent:
    """Check a file as `gateway check` does, with reference lists or without."""
    kind = Watched.from_settings({"max_bytes": 1 << 30, "max_records": 10**7})
    kind.lists = reference() if lists else Reference()
    begun = time.perf_counter(), _cpu()
    report = check_file(path, {kind.name: kind}, AS_OF, CheckPlan(processes=processes))
    return _spent(begun, report.counts.read, kind.found)


def looped(path: Path, _: int) -> Spent:
    """Read a file with a bare loop of the csv module."""
    begun, rows = (time.perf_counter(), _cpu()), 0
    with path.open(encoding="utf-8", newline="") as file:
        for _row in csv.reader(file):
            rows += 1
    return _spent(begun, rows, ())


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(it.ru_utime + it.ru_stime for it in used)


def _spent(begun: tuple[float, float], records: int, found: Sequence[Truth]) -> Spent:
    wall, cpu = time.perf_counter() - begun[0], _cpu() - begun[1]
    most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return Spent(wall, cpu, most // 1024, records, found)


def alone(function: Callable[..., Value], *arguments: object, **named: object) -> Value:
    """Return what a function does in a new process."""
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(function, *arguments, **named).result()


def compare(path: Path, truth: set[Truth], run: Callable[[Path, int], Spent], rounds: int, *, names: bool) -> float:
    """Print the best of the rounds for each way of reading a file; return the ratio of P2.

    Where it `names`, also each finding that is missing or too many.
    """
    ways = (("csv.reader loop", looped, 1), ("1 process", run, 1), ("2 processes", run, 2))
    best: dict[str, Spent] = {}
    for _ in range(rounds):
        for label, way, processes in ways:
            spent = alone(way, path, processes)
            best[label] = min(best.get(label, spent), spent)
    floor = best["csv.reader loop"]
    for label, spent in best.items():
        right = len(truth.intersection(spent.found))
        score = f"recall {right / max(len(truth), 1):.4f}  precision {right / max(len(spent.found), 1):.4f}"
        print(  # noqa: T201
            f"  {label:16} {spent.wall:6.2f} s  CPU {spent.cpu:6.2f}  {spent.wall / floor.wall:5.2f}x  "
            f"{spent.megabytes:4} MB  {spent.records} rows  {score if spent.found else ''}",
            flush=True,
        )
        if names and spent.found:
            _name("missing", truth.difference(spent.found))
            _name("too many", set(spent.found) - truth)
    return best["2 processes"].wall / floor.wall


def _name(word: str, findings: Collection[Truth]) -> None:
    for it in sorted(findings):
        print(f"    {word}: line {it.line}, {it.code} {it.field}")  # noqa: T201


def main() -> None:
    """Make a file for each state of the lists and print what each way of reading it takes, and what it finds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--bad", type=float, default=0.01)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--only", choices=("lists", "no lists"), help="one state of the reference lists alone")
    parser.add_argument("--list", action="store_true", help="name each finding that is missing or too many")
    asked = parser.parse_args()
    for lists in (False, True):
        if asked.only in {None, "lists" if lists else "no lists"}:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / FILE_NAME
                truth = alone(make, path, asked.rows, asked.bad, seed=7, lists=lists)
                told = f"{asked.rows} rows, {path.stat().st_size >> 20} MB, {len(truth)} faults"
                print(f"{told}, {'with' if lists else 'no'} reference lists; best of {asked.rounds}")  # noqa: T201
                ratio = compare(path, truth, partial(checked, lists=lists), asked.rounds, names=asked.list)
                word = "reaches the aim" if ratio <= AIM else "holds" if ratio <= MUST else "FAILS"
                print(f"P2 against csv.reader: {ratio:.2f}x (must {MUST}x, aim {AIM}x): {word}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()

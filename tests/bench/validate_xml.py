"""Schema faults of ILR files of 200 MB: the engine beside xmllint, on a valid, a 1 % bad and a 100 % bad file.

Its generator is seeded and shares nothing with the engine: it writes lines, counts them, and keeps what it broke.
"""

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from adapters.formats.xml_file import read
from adapters.formats.xml_items import Seen, Settings, Shape, XmlRecord

SCHEMA = Path("schemas/xsd/ilr-2025-26/ilr-2025-26.xsd")
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<Message xmlns="ESFA/ILR/2025-26">
<Header><CollectionDetails><Collection>ILR</Collection><Year>2526</Year><FilePreparationDate>2025-10-01
</FilePreparationDate></CollectionDetails><Source><ProtectiveMarking>OFFICIAL-SENSITIVE-Personal</ProtectiveMarking>
<UKPRN>10000001</UKPRN><SerialNo>01</SerialNo><DateTime>2025-10-01T09:00:00</DateTime></Source></Header>
<LearningProvider><UKPRN>10000001</UKPRN></LearningProvider>
"""
LEARNER = (
    ("ULN", "1000000043"), ("FamilyName", "Example"), ("GivenNames", "Robin"), ("DateOfBirth", "2007-05-01"),
    ("Ethnicity", "31"), ("Sex", "F"), ("LLDDHealthProb", "2"), ("PlanLearnHours", "540"),
    ("PostcodePrior", "ZZ99 9ZZ"), ("Postcode", "ZZ99 9ZZ"), ("AddLine1", "1 Example Street"),
    ("Email", "a.learner@example.org"),
)  # fmt: skip
DELIVERY = (
    ("LearnAimRef", "60000001"), ("AimType", "4"), ("AimSeqNumber", "1"), ("LearnStartDate", "2025-09-01"),
    ("LearnPlanEndDate", "2026-07-31"), ("FundModel", "36"), ("ProgType", "25"), ("StdCode", "123"),
    ("DelLocPostCode", "ZZ99 9ZZ"), ("CompStatus", "1"),
)  # fmt: skip
BREAKS = (
    ("ULN", "12"), ("DateOfBirth", "31/12/1999"), ("DateOfBirth", ""), ("Sex", "Female"), ("Ethnicity", "x"),
    ("PostcodePrior", "TOO LONG POSTCODE"), ("Sex", None), ("Email", "none"),
)  # fmt: skip


class Truth(NamedTuple):
    """What was broken: the record, the line that tells it, and the field."""

    record: int
    line: int
    field: str


class Made(NamedTuple):
    """A file and what is wrong in it."""

    path: Path
    truth: frozenset[Truth]
    records: int


def make(path: Path, megabytes: int, bad: float, seed: int) -> Made:
    """Write a file of about that size in which that share of learners has one fault."""
    chance, truth, number, line = random.Random(seed), set[Truth](), 0, 1 + HEAD.count("\n")  # noqa: S311 - a test's data
    with path.open("w", encoding="utf-8") as file:
        size = file.write(HEAD)
        while size < megabytes << 20:
            number += 1
            broken = chance.choice(BREAKS) if chance.random() < bad else None
            rows, at, field = _learner(number, broken, chance.randint(1, 3))
            if broken:
                truth.add(Truth(number, line + at, field))
            size += file.write("\n".join(rows) + "\n")
            line += len(rows)
        file.write("</Message>\n")
    return Made(path, frozenset(truth), number)


def _learner(number: int, broken: tuple[str, str | None] | None, deliveries: int) -> tuple[list[str], int, str]:
    rows, at, field = ["<Learner>", f"\t<LearnRefNumber>L{number}</LearnRefNumber>"], 0, ""
    for name, value in LEARNER:
        sent: str | None = value
        if broken and name == broken[0]:
            at, field, sent = len(rows), name, broken[1]
        rows += [] if sent is None else [f"\t<{name}>{sent}</{name}>"]
    for _ in range(deliveries):
        rows += ["\t<LearningDelivery>", *[f"\t\t<{name}>{value}</{name}>" for name, value in DELIVERY]]
        for code in range(2):
            rows += ["\t\t<LearningDeliveryFAM>", "\t\t\t<LearnDelFAMType>LDM</LearnDelFAMType>"]
            rows += [f"\t\t\t<LearnDelFAMCode>00{code}</LearnDelFAMCode>", "\t\t</LearningDeliveryFAM>"]
        rows.append("\t</LearningDelivery>")
    return [*rows, "</Learner>"], at, field


def five_rules(seen: Seen) -> int:
    """Apply five rules as a kind would, and return how many find something."""
    values, found = seen.values, 0
    deliveries = values.get("LearningDelivery")
    aims = [aim for aim in deliveries if isinstance(aim, dict)] if isinstance(deliveries, list) else []
    found += any(str(aim.get("LearnStartDate")) > str(aim.get("LearnPlanEndDate")) for aim in aims)
    found += any(aim.get("CompStatus") == "2" and not aim.get("LearnActEndDate") for aim in aims)
    found += str(values.get("DateOfBirth", "")) > "2012-08-31"
    found += values.get("PlanLearnHours") == "0"
    return found + (not aims)


class Spent(NamedTuple):
    """What a run took: seconds of wall and CPU, and the most memory of one of its processes in MB."""

    wall: float
    cpu: float
    memory: int


def timed(command: list[str]) -> tuple[Spent, str]:
    """Run a program through a small parent that waits for it, so that each run's figures are its own."""
    script = (
        "import resource,subprocess,sys,time;b=time.perf_counter();r=subprocess.run(sys.argv[1:],capture_output=True,"
        "text=True);w=time.perf_counter()-b;u=resource.getrusage(resource.RUSAGE_CHILDREN);"
        "print(r.stdout[-2000:]);print(r.returncode,w,u.ru_utime+u.ru_stime,u.ru_maxrss//1024)"
    )
    done = subprocess.run([sys.executable, "-c", script, *command], capture_output=True, text=True, check=True)
    *told, last = done.stdout.strip().splitlines()
    _, wall, cpu, memory = last.split()
    return Spent(float(wall), float(cpu), int(memory)), "\n".join(told)


def engine(path: Path, processes: int, *, rules: bool, tell: Callable[[Truth], object]) -> int:
    """Read a file with the engine and hand every fault on; return how many records there were."""
    shape = Shape(SCHEMA.read_bytes(), "Message", ("Learner",))
    settings = Settings(processes=processes, work=five_rules if rules else None)
    count = 0
    for item in read(path, shape, settings):
        if isinstance(item, XmlRecord):
            count += 1
            for fault in item.faults:
                tell(Truth(item.number, fault.line, fault.field))
    return count


def _one_run(path: Path, processes: int, rules: int) -> None:
    """Print what one run of the engine finds, for the parent to hold against the truth."""
    with path.with_suffix(".found").open("w") as file:
        engine(path, processes, rules=bool(rules), tell=lambda it: file.write(f"{it.record},{it.line},{it.field}\n"))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)  # noqa: T201 - the bench prints


def _found(path: Path) -> frozenset[Truth]:
    rows = (row.split(",") for row in path.with_suffix(".found").read_text().splitlines())
    return frozenset(Truth(int(record), int(line), field) for record, line, field in rows)


def compare(name: str, made: Made) -> None:
    """Run xmllint and the engine in turn on a file and print their figures."""
    schema = ["--noout", "--stream", "--schema", str(SCHEMA), str(made.path)]
    peer, _ = timed(["xmllint", *schema])
    print(f"{name}: {made.path.stat().st_size >> 20} MB, {made.records} records, {len(made.truth)} faults")  # noqa: T201
    print(f"  {'xmllint --stream':28} {peer.wall:6.2f} s  CPU {peer.cpu:6.2f}  {peer.memory:4} MB")  # noqa: T201
    for processes in (1, 2):
        for rules in (0, 1):
            run = [
                sys.executable,
                "-m",
                "tests.bench.validate_xml",
                "--run",
                str(made.path),
                str(processes),
                str(rules),
            ]
            spent, _ = timed(run)
            found = _found(made.path)
            right = len(found & made.truth)
            recall, precision = right / max(len(made.truth), 1), right / max(len(found), 1)
            label = f"{processes} process{'es' * (processes > 1)}{', five rules' * rules}"
            print(  # noqa: T201
                f"  {label:28} {spent.wall:6.2f} s  CPU {spent.cpu:6.2f}  {spent.memory:4} MB  "
                f"ratio {spent.wall / peer.wall:5.2f}  recall {recall:.4f}  precision {precision:.4f}"
            )


def main() -> None:
    """Make the three files and print a table for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--run", nargs=3)
    asked = parser.parse_args()
    if asked.run:
        _one_run(Path(asked.run[0]), int(asked.run[1]), int(asked.run[2]))
        return
    with tempfile.TemporaryDirectory() as folder:
        for name, bad in (("valid", 0.0), ("1 % bad", 0.01), ("100 % bad", 1.0)):
            begun = time.perf_counter()
            made = make(Path(folder) / "given.xml", asked.megabytes, bad, 20_251)
            print(f"made in {time.perf_counter() - begun:.1f} s")  # noqa: T201
            compare(name, made)


if __name__ == "__main__":
    main()

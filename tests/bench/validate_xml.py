"""Schema faults of ILR files of 200 MB: the engine beside xmllint, on a valid, a 1 % bad and a 100 % bad file.

With --full the kind itself reads the 1 % bad file by all its rules; the lines of P1 follow with what they must reach.

Its generator is seeded and shares nothing with the engine: it writes lines, counts them, and keeps what it broke.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
from datetime import date
from itertools import product
from pathlib import Path
from typing import NamedTuple

from adapters.formats.xml_file import read
from adapters.formats.xml_items import Seen, Settings, Shape, XmlRecord
from gateway.core.model import CheckedRecord
from gateway.core.rules.rule import Context

SCHEMA = Path("schemas/xsd/ilr-2025-26/ilr-2025-26.xsd")
STREAM, PLAIN = "xmllint --stream", "xmllint"
MEASURED = "1 % bad"
FIVE, FULL = "2 processes, five rules", "2 processes, all rules"
NAME, AS_OF = "ILR-10000001-2526-20251001-090000-01.xml", date(2025, 10, 2)
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<Message xmlns="ESFA/ILR/2025-26">
<Header><CollectionDetails><Collection>ILR</Collection><Year>2526</Year><FilePreparationDate>2025-10-01
</FilePreparationDate></CollectionDetails><Source><ProtectiveMarking>OFFICIAL-SENSITIVE-Personal</ProtectiveMarking>
<UKPRN>10000001</UKPRN><SerialNo>01</SerialNo><DateTime>2025-10-01T09:00:00</DateTime></Source></Header>
<LearningProvider><UKPRN>10000001</UKPRN></LearningProvider>
"""
LEARNER = (
    ("FamilyName", "Example"), ("GivenNames", "Robin"), ("DateOfBirth", "1997-05-01"),
    ("Ethnicity", "31"), ("Sex", "F"), ("LLDDHealthProb", "2"), ("PlanLearnHours", "540"),
    ("PostcodePrior", "ZZ99 9ZZ"), ("Postcode", "ZZ99 9ZZ"), ("AddLine1", "1 Example Street"),
    ("Email", "a.learner@example.org"),
)  # fmt: skip
DELIVERY = (
    ("LearnStartDate", "2025-09-01"), ("LearnPlanEndDate", "2026-07-31"), ("FundModel", "38"), ("PHours", "120"),
    ("DelLocPostCode", "ZZ99 9ZZ"), ("AddHours", "10"), ("CompStatus", "1"),
)  # fmt: skip
FAMS = (("SOF", "105"), ("FFI", "1"))
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
    for name, value in (("ULN", uln(number)), *LEARNER):
        sent: str | None = value
        if broken and name == broken[0]:
            at, field, sent = len(rows), name, broken[1]
        rows += [] if sent is None else [f"\t<{name}>{sent}</{name}>"]
    for aim in range(1, deliveries + 1):
        own = (("LearnAimRef", f"6000000{aim}"), ("AimType", "4"), ("AimSeqNumber", str(aim)))
        rows += ["\t<LearningDelivery>", *[f"\t\t<{name}>{value}</{name}>" for name, value in (*own, *DELIVERY)]]
        for sort, code in FAMS:
            rows += ["\t\t<LearningDeliveryFAM>", f"\t\t\t<LearnDelFAMType>{sort}</LearnDelFAMType>"]
            rows += [f"\t\t\t<LearnDelFAMCode>{code}</LearnDelFAMCode>", "\t\t</LearningDeliveryFAM>"]
        rows.append("\t</LearningDelivery>")
    return [*rows, "</Learner>"], at, field


def uln(number: int) -> str:
    """Return a ULN with a right check digit, another for each number; the rules of the ILR ask for that."""
    digits = f"{100_000_000 + 7 * number}"
    remainder = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=True)) % 11
    return f"{digits}{10 - remainder}" if remainder else uln(number + 50_000_000)


def five_rules(seen: Seen) -> int | None:
    """Apply five rules as a kind would, and return how many find something, or None."""
    learner = seen.group
    aims = learner.all("LearningDelivery")
    found = 0
    found += any(aim["LearnStartDate"] > aim["LearnPlanEndDate"] for aim in aims)
    found += any(aim["CompStatus"] == "2" and not aim["LearnActEndDate"] for aim in aims)
    found += learner["DateOfBirth"] > "2012-08-31"
    found += learner["PlanLearnHours"] == "0"
    found += not aims
    return found or None


class Spent(NamedTuple):
    """What a run took: seconds of wall and CPU, and the most memory of one of its processes in MB."""

    wall: float
    cpu: float
    memory: int


def timed(command: list[str], compiled: str) -> Spent:
    """Run a program through a small parent that waits for it, so that each run's figures are its own.

    Python finds its modules compiled, as those of an installed package are, in the folder `compiled`.
    """
    script = (
        "import resource,subprocess,sys,time;b=time.perf_counter();"
        "r=subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL,stderr=subprocess.DEVNULL);w=time.perf_counter()-b;"
        "u=resource.getrusage(resource.RUSAGE_CHILDREN);print(w,u.ru_utime+u.ru_stime,u.ru_maxrss//1024)"
    )
    settings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-c", script, *command],
        env={**settings, "PYTHONPYCACHEPREFIX": compiled},
        capture_output=True,
        text=True,
        check=True,
    )
    wall, cpu, memory = done.stdout.split()
    return Spent(float(wall), float(cpu), int(memory))


def silent(_seen: Seen) -> None:
    """Apply no rule."""


def one_run(path: Path, processes: int, *, rules: bool) -> None:
    """Read a file with the engine and keep what it finds, for the parent to hold against the truth."""
    shape = Shape(SCHEMA.read_bytes(), "Message", ("Learner",))
    settings = Settings(processes=processes, work=five_rules if rules else silent)
    with path.with_suffix(".found").open("w") as file:
        for item in read(path, shape, settings):
            if isinstance(item, XmlRecord):
                file.writelines(f"{item.number},{fault.line},{fault.field}\n" for fault in item.faults)


def full_run(path: Path, processes: int) -> None:
    """Check a file as its kind does, by all rules, and keep what the schema finds, for the parent to hold to truth."""
    from adapters.kinds.ilr.kind import Ilr2526

    context = Context(as_of=AS_OF, file_name=NAME, processes=processes, faults_only=True)
    with path.with_suffix(".found").open("w") as file:
        for found in Ilr2526.from_settings({}).check(path, context):
            if isinstance(found, CheckedRecord):
                faults = (it for it in found.notices if it.code.startswith("FD_"))
                file.writelines(f"{it.record},{it.line},{it.field}\n" for it in faults)


def told_apart(made: Made) -> str:
    """Return how what the last run found stands to the truth."""
    rows = (row.split(",") for row in made.path.with_suffix(".found").read_text().splitlines())
    found = frozenset(Truth(int(record), int(line), field) for record, line, field in rows)
    right, places = len(found & made.truth), {(it.record, it.field) for it in made.truth}
    wrong = sum((it.record, it.field) in places for it in found - made.truth)
    recall = right / len(made.truth) if made.truth else 1.0
    precision = right / len(found) if found else 1.0
    return f"  recall {recall:.4f}  precision {precision:.4f}  wrong lines {wrong}"


def runs_of(made: Made, *, plain: bool, full: bool) -> dict[str, list[str]]:
    """Return the commands that are held beside one another, by their labels."""
    schema = ["--noout", "--schema", str(SCHEMA), str(made.path)]
    this = [sys.executable, "-m", "tests.bench.validate_xml", "--run", str(made.path)]
    runs = {STREAM: ["xmllint", "--stream", *schema]}
    runs |= {PLAIN: ["xmllint", *schema]} if plain else {}
    for processes, rules in product((2, 1), (1, 0)):
        label = f"{processes} process{'es' * (processes > 1)}{', five rules' * rules}"
        runs[label] = [*this, str(processes), str(rules)]
    return {**runs, FULL: [*this, "2", "full"]} if full else runs


def compare(name: str, made: Made, *, plain: bool, full: bool, rounds: int) -> dict[str, float]:
    """Run xmllint and the engine in turn on a file, some rounds long; print the best of each and return its wall."""
    print(f"{name}: {made.path.stat().st_size >> 20} MB, {made.records} records, {len(made.truth)} faults")  # noqa: T201
    runs = runs_of(made, plain=plain, full=full)
    spent: dict[str, list[Spent]] = {label: [] for label in runs}
    for turn in range(rounds):
        for label, command in runs.items():
            if label != PLAIN or not turn:
                spent[label].append(timed(command, str(made.path.with_suffix(".compiled"))))
    for label, several in spent.items():
        wall, cpu, memory = (min(column) for column in zip(*several, strict=True))
        peers = [min(one.wall for one in spent[peer]) for peer in (STREAM, PLAIN) if peer in spent]
        ratios = "  ".join(f"{wall / peer:5.2f}x" for peer in peers)
        print(f"  {label:26} {wall:6.2f} s  CPU {cpu:6.2f}  {memory:5.0f} MB  {ratios}")  # noqa: T201
    print(told_apart(made), flush=True)  # noqa: T201
    return {label: min(one.wall for one in several) for label, several in spent.items()}


def targets(walls: dict[str, float]) -> None:
    """Print the lines of P1 that a run on the 1 % bad file has measured, with what they must and should reach."""
    lines = (
        ("five rules against xmllint --stream", FIVE, STREAM, 1.2, 0.7),
        ("full ILR 2025-26 rule set against xmllint --stream", FULL, STREAM, 3.0, 1.5),
        ("five rules against plain xmllint", FIVE, PLAIN, 0.25, 0.15),
    )
    for what, run, peer, must, aim in lines:
        if run in walls and peer in walls:
            ratio = walls[run] / walls[peer]
            word = "reaches the aim" if ratio <= aim else "holds" if ratio <= must else "FAILS"
            print(f"P1 {what}: {ratio:.2f}x (must {must}x, aim {aim}x): {word}", flush=True)  # noqa: T201


def main() -> None:
    """Make the three files and print a table for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-plain", action="store_true", help="leave out xmllint without --stream: 2 GB, 25 s")
    parser.add_argument("--full", action="store_true", help="the full ILR rule set too, on the 1 % bad file")
    parser.add_argument("--only", help="one file alone: valid, 1 % bad or 100 % bad")
    parser.add_argument("--run", nargs=3)
    asked = parser.parse_args()
    if asked.run and asked.run[2] == "full":
        full_run(Path(asked.run[0]), int(asked.run[1]))
        return
    if asked.run:
        one_run(Path(asked.run[0]), int(asked.run[1]), rules=asked.run[2] == "1")
        return
    print("best of the rounds; MB of the largest process; ratios to xmllint --stream and to plain xmllint")  # noqa: T201
    with tempfile.TemporaryDirectory() as folder:
        for name, bad in (("valid", 0.0), (MEASURED, 0.01), ("100 % bad", 1.0)):
            if asked.only in {None, name}:
                made = make(Path(folder) / "given.xml", asked.megabytes, bad, 20_251)
                is_measured, plain = name == MEASURED, not asked.no_plain and bad < 1
                walls = compare(name, made, plain=plain, full=asked.full and is_measured, rounds=asked.rounds)
                targets(walls if is_measured else {})


if __name__ == "__main__":
    main()

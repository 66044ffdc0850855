"""A results file of a million rows: the engine for tables beside a bare loop of the csv module, with a truth file.

The file is made by code that shares nothing with the engine: it writes rows, counts lines, and keeps what it broke.
"""

import argparse
import csv
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

import schemas
from adapters.formats.table_file import TableReading
from adapters.formats.table_kind import Limits, Table, any_filled, joined, values_pass
from adapters.formats.table_rules import table_rules
from gateway.core.handover import Faultless, Late
from gateway.core.model import CheckedRecord, Record
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context, Found, Key
from gateway.core.tables import TableSchema, read_date

AS_OF = date(2026, 9, 1)
SCHEMA = TableSchema.model_validate_json(schemas.text("csv/ao-results-1.json"))
BOOK = Rulebook()
MAKE = "0123456789"
UCI_LETTERS = "ABCDEFGHKLMRTVWXY"
LETTER_VALUES = {letter: place for place, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ", start=1)}
SERIES = ("6G26", "BG25", "June 2026")
GRADES = frozenset(
    ["9", "8", "7", "6", "5", "4", "3", "2", "1", "A*", "A", "B", "C", "D", "E", "F", "G", "P", "M", "U", "X", "Q"]
)


class Sums(dict[str, int]):
    """The weighted sum of each piece of an identifier, kept once it was asked for."""

    def __init__(self, weights: range) -> None:
        self._weights = weights

    def __missing__(self, piece: str) -> int:
        values = (LETTER_VALUES.get(sign) or int(sign) for sign in piece)
        self[piece] = total = sum(value * weight for value, weight in zip(values, self._weights, strict=True))
        return total


ULN_SUMS = Sums(range(10, 5, -1)), Sums(range(5, 0, -1))
UCI_SUMS = Sums(range(16, 11, -1)), Sums(range(11, 8, -1)), Sums(range(8, 4, -1))


def uln_right(uln: str) -> bool:
    """Tell whether a ULN's digits fit, or whether there is none."""
    first, second = ULN_SUMS
    return not uln or (len(uln) == 10 and (first[uln[:5]] + second[uln[5:]]) % 11 == 10)


def uci_right(uci: str) -> bool:
    """Tell whether the check letter of a UCI fits, or whether there is none."""
    first, second, third = UCI_SUMS
    if len(uci) != 13:
        return not uci
    return UCI_LETTERS[(first[uci[:5]] + second[uci[5:8]] + third[uci[8:12]]) % 17] == uci[12]


def person(name: str) -> bool:
    """Tell whether a name holds letters alone, or what joins names."""
    return name.replace(" ", "a").replace("'", "a").replace("-", "a").isalpha() or not name


def rule(code: str, *fields: str, severity: str = "error") -> Callable[[Callable[[Record], bool]], None]:
    """Register a test of a record, true where the record is wrong, as a rule whose first field is at fault."""

    def register(wrong: Callable[[Record], bool]) -> None:
        def check(record: Record, _: Context) -> Iterator[Found]:
            if wrong(record):
                yield Found(fields[0])

        check.__name__ = wrong.__name__
        check.__doc__ = f"{fields[0]} is wrong.\n\nWhy: rule {code}.\nFix: correct it.\nMessage: {{field}} is wrong."
        BOOK.rule(code, fields=fields, severity=severity)(check)

    return register


RULES = table_rules(BOOK, SCHEMA.names)
for _code, _fields, _severity, _wrong in (
    ("AR-10", ("UCI", "ULN", "CandidateIdentifierOther"), "error",
     lambda it: not (it["UCI"] or it["ULN"] or it["CandidateIdentifierOther"])),
    ("AR-10", ("CentreNumber", "ProviderUKPRN"), "error", lambda it: not (it["CentreNumber"] or it["ProviderUKPRN"])),
    ("AR-10", ("UnitOrComponentCode", "ResultLevel"), "error",
     lambda it: it["ResultLevel"] != "Q" and not it["UnitOrComponentCode"]),
    ("AR-10", ("PreviousGrade", "Action"), "error", lambda it: it["Action"] == "A" and not it["PreviousGrade"]),
    ("AR-10", ("ChangeReason", "Action"), "error", lambda it: it["Action"] in {"A", "W"} and not it["ChangeReason"]),
    ("AR-10", ("Mark", "MaxMark"), "error",
     lambda it: bool(it["Mark"] and it["MaxMark"]) and float(it["Mark"]) > float(it["MaxMark"])),
    ("AR-10", ("MaxMark", "Mark"), "error", lambda it: bool(it["Mark"]) and not it["MaxMark"]),
    ("AR-10", ("AwardDate", "EmbargoUntil"), "error",
     lambda it: (read_date(it["AwardDate"]) or AS_OF) > AS_OF and not it["EmbargoUntil"]),
    ("AR-10", ("EndorsementGrade", "ResultLevel"), "error",
     lambda it: bool(it["EndorsementGrade"]) and it["ResultLevel"] != "Q"),
    ("AR-10", ("DateOfBirth", "AwardDate"), "error", lambda it: it["DateOfBirth"] > it["AwardDate"]),
    ("AR-10", ("CandidateNumber",), "error", lambda it: it["CandidateNumber"] == "0000"),
    ("AR-14", ("UCI",), "error", lambda it: not uci_right(it["UCI"])),
    ("AR-15", ("ULN",), "error", lambda it: not uln_right(it["ULN"])),
    ("AR-16", ("QAN",), "warning", lambda it: len(it["QAN"].replace("/", "")) != 8),
    ("AR-18", ("Grade",), "error", lambda it: bool(it["Grade"]) and it["Grade"] not in GRADES),
    ("AR-19", ("ExamSeries",), "error", lambda it: it["ExamSeries"] not in SERIES),
    ("AR-19", ("AwardDate", "ExamSeries"), "error", lambda it: it["AwardDate"] < "2024-01-01"),
    ("AR-26", ("PartialAbsence",), "info", lambda it: bool(it["PartialAbsence"])),
    ("AR-26", ("Grade",), "info", lambda it: it["Grade"] in {"X", "Q"}),
    ("AR-27", ("Grade", "Action"), "error", lambda it: it["Action"] in {"N", "A"} and not it["Grade"]),
    ("AR-03", ("AwardingOrganisationUKPRN",), "error", lambda it: it["AwardingOrganisationUKPRN"] != "10022490"),
    ("NAME", ("FamilyName",), "error", lambda it: not person(it["FamilyName"])),
    ("NAME", ("GivenNames",), "error", lambda it: not person(it["GivenNames"])),
):  # fmt: skip
    _wrong.__name__ = f"{_code}_{'_'.join(_fields)}_{len(BOOK.rules)}"
    rule(_code, *_fields, severity=_severity)(_wrong)


@BOOK.repeated("AR-12", fields=["RecordRef"])
def record_ref_repeated(record: Record, _: Context) -> Iterator[Key]:
    """A RecordRef stands twice.

    Why: it is the key of the row.
    Fix: number the rows.
    Message: RecordRef stands on {lines} too.
    """
    yield Key((record["RecordRef"],), field="RecordRef")


@BOOK.repeated("AR-13", fields=["UCI", "QAN", "ResultLevel", "UnitOrComponentCode", "ExamSeries"], compares=True)
def result_repeated(record: Record, _: Context) -> Iterator[Key]:
    """A result stands twice with different values.

    Why: only one of them can be right.
    Fix: leave one out.
    Message: The same result stands on {lines} with other values.
    """
    parts = ("UCI", "QAN", "ResultLevel", "UnitOrComponentCode", "ExamSeries")
    yield Key(tuple(record[name] for name in parts), (record["Grade"], record["Mark"]), "UCI")


def named(code: str, field: str) -> str:
    """Return the name of the rule of a code whose first field is this one."""
    return next(it.name for it in BOOK.rules.values() if it.code == code and it.fields[:1] == (field,))


TABLE = Table(
    where="tests.bench.validate_csv:TABLE",
    schema=SCHEMA,
    book=BOOK,
    rules=RULES,
    key="RecordRef",
    trailer="trailer",
    screens={
        named("AR-10", "UCI"): any_filled("UCI", "ULN", "CandidateIdentifierOther"),
        named("AR-10", "CentreNumber"): any_filled("CentreNumber", "ProviderUKPRN"),
        named("AR-14", "UCI"): values_pass(uci_right, "UCI"),
        named("AR-15", "ULN"): values_pass(uln_right, "ULN"),
    },
    coarse={
        "record_ref_repeated": joined("RecordRef"),
        "result_repeated": joined("UCI", "QAN", "UnitOrComponentCode"),
    },
)


class Truth(NamedTuple):
    """What was broken: the physical line that its row begins on, the column (empty for the row), the code."""

    line: int
    field: str
    code: str


WRONG: tuple[tuple[Mapping[str, str], str, str], ...] = (
    ({"Action": "X"}, "Action", "FIELD_FORMAT"),
    ({"AwardingOrganisationUKPRN": "1002249"}, "AwardingOrganisationUKPRN", "FIELD_FORMAT"),
    ({"CentreNumber": "1234"}, "CentreNumber", "FIELD_FORMAT"),
    ({"UCI": "123450230001A"}, "UCI", "AR-14"),
    ({"ULN": "9990000018"}, "ULN", "AR-15"),
    ({"ULN": "999000001"}, "ULN", "FIELD_FORMAT"),
    ({"UCI": "", "ULN": ""}, "UCI", "AR-10"),
    ({"FamilyName": ""}, "FamilyName", "FIELD_MISSING"),
    ({"FamilyName": "Bl0ggs"}, "FamilyName", "NAME"),
    ({"DateOfBirth": "31.02.2009"}, "DateOfBirth", "FIELD_FORMAT"),
    ({"DateOfBirth": "2009-02-30"}, "DateOfBirth", "FIELD_FORMAT"),
    ({"Sex": "male"}, "Sex", "FIELD_FORMAT"),
    ({"QAN": "60112347X9"}, "QAN", "FIELD_FORMAT"),
    ({"ResultLevel": "U"}, "UnitOrComponentCode", "AR-10"),
    ({"ExamSeries": "3G19"}, "ExamSeries", "AR-19"),
    ({"Grade": "10"}, "Grade", "AR-18"),
    ({"Grade": ""}, "Grade", "AR-27"),
    ({"Mark": "101"}, "Mark", "AR-10"),
    ({"Mark": "forty"}, "Mark", "FIELD_FORMAT"),
    ({"AwardDate": "2027-08-20"}, "AwardDate", "AR-10"),
    ({"EmbargoUntil": "tomorrow"}, "EmbargoUntil", "FIELD_FORMAT"),
    ({"Action": "W"}, "ChangeReason", "AR-10"),
    ({"RecordRef": "R" * 41}, "RecordRef", "FIELD_FORMAT"),
)
COLUMNS = [
    "RecordRef",
    "Action",
    "AwardingOrganisationUKPRN",
    "CentreNumber",
    "ProviderUKPRN",
    "CandidateNumber",
    "UCI",
    "ULN",
    "CandidateIdentifierOther",
    "FamilyName",
    "GivenNames",
    "DateOfBirth",
    "Sex",
    "QAN",
    "SpecificationCode",
    "UnitOrComponentCode",
    "ResultLevel",
    "ExamSeries",
    "Grade",
    "EndorsementGrade",
    "PartialAbsence",
    "Mark",
    "MaxMark",
    "AwardDate",
    "EmbargoUntil",
    "PreviousGrade",
    "ChangeReason",
]
FAMILY = [f"{first}{second}" for first in ("Mar", "Bram", "Ash", "Hol", "Whit", "Old") for second in
          ("ton", "ley", "ford", "well", "by", "wood", "worth", "den", "low", "field")]  # fmt: skip
GIVEN = [
    "Robin",
    "Alex",
    "Sam",
    "Jo",
    "Kit",
    "Ash",
    "Drew",
    "Lee",
    "Zoë",
    "Renée",
    "Max",
    "Noor",
    "Ivy",
    "Eve",
    "Ada",
    "Finn",
]


def check_letter(body: str) -> str:
    """Return the letter that the twelve characters of a UCI ask for."""
    return UCI_LETTERS[sum(int(sign) * (16 - place) for place, sign in enumerate(body)) % 17]


def uln_of(number: int) -> str:
    """Return the first ULN at or after nine digits."""
    while (rest := sum(int(sign) * (10 - place) for place, sign in enumerate(str(number))) % 11) == 0:
        number += 1
    return f"{number}{10 - rest}"


def make(path: Path, rows: int, bad: float, seed: int) -> list[Truth]:
    """Write a file of so many rows, of which that share is broken, each in one way; return what is wrong in it."""
    chance, truth, line = random.Random(seed), list[Truth](), 2  # noqa: S311 - a test's data
    candidates = [_candidate(chance, number) for number in range(min(rows, 50_000))]
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(COLUMNS) + "\r\n")
        for number in range(rows):
            row = _row(chance, number, candidates[number % len(candidates)], number // len(candidates))
            text = ",".join(row.values())
            if chance.random() < bad:
                text, field, code = _broken(chance, row)
                truth.append(Truth(line, field, code))
            elif chance.random() < 0.001:
                text = text.replace(row["SpecificationCode"], '"87\n00"')
            line += 1 + text.count("\n")
            file.write(text + "\r\n")
    return truth


def _candidate(chance: random.Random, number: int) -> dict[str, str]:
    centre = 10000 + number // 10000 * 60 + chance.randrange(60)
    body = f"{centre}020{number % 10000:04}"
    return {
        "CentreNumber": str(centre), "CandidateNumber": f"{number % 9000 + 1:04}", "UCI": body + check_letter(body),
        "ULN": uln_of(100_000_000 + number * 17), "FamilyName": chance.choice(FAMILY) + chance.choice(("", "e", "s")),
        "GivenNames": chance.choice(GIVEN), "Sex": chance.choice("MF"),
        "DateOfBirth": f"{chance.randrange(2007, 2011)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}",
    }  # fmt: skip


def _row(chance: random.Random, number: int, candidate: Mapping[str, str], turn: int) -> dict[str, str]:
    row = dict.fromkeys(COLUMNS, "") | candidate
    return row | {
        "RecordRef": f"REF{number:08}", "Action": "N", "AwardingOrganisationUKPRN": "10022490",
        "ProviderUKPRN": "10012345", "QAN": f"601{turn + 1000:04}X", "SpecificationCode": "8700", "ResultLevel": "Q",
        "ExamSeries": "6G26", "Grade": chance.choice("987654321U"), "Mark": str(chance.randrange(101)),
        "MaxMark": "100", "AwardDate": "2026-08-20",
    }  # fmt: skip


def _broken(chance: random.Random, row: dict[str, str]) -> tuple[str, str, str]:
    kind = chance.randrange(len(WRONG) + 3)
    if kind < len(WRONG):
        values, field, code = WRONG[kind]
        return ",".join((row | values).values()), field, code
    cells = list(row.values())
    if kind == len(WRONG):
        return ",".join(cells[:-1]), "", "ROW_WIDTH"
    if kind == len(WRONG) + 1:
        return ",".join([*cells, ""]), "", "ROW_WIDTH"
    cells[9] = f'"{cells[9]}"x'
    return ",".join(cells), "FamilyName", "ROW_QUOTE"


def run(path: Path, processes: int) -> tuple[int, list[Truth]]:
    """Check a file and return how many records there are, and everything that was found."""
    context = Context(as_of=AS_OF, file_name=path.name, processes=processes, faults_only=True)
    found, records = [], 0
    for item in TableReading(TABLE, path, context, Limits(max_bytes=1 << 30, max_records=10**7)).findings():
        if isinstance(item, Faultless):
            records += item.records
        elif isinstance(item, CheckedRecord):
            records += 1
            found += [Truth(it.line or 0, it.field or "", it.code) for it in item.notices]
        elif isinstance(item, Late):
            found += [Truth(it.line or 0, it.field or "", it.code) for it in item.notices]
    return records, found


def loop(path: Path) -> float:
    """Return the seconds that a bare loop of the csv module takes."""
    begun = time.perf_counter()
    with path.open(encoding="utf-8", newline="") as file:
        for _ in csv.reader(file):
            pass
    return time.perf_counter() - begun


def main() -> None:
    """Make a file and print what each way of reading it takes, and what it finds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--bad", type=float, default=0.01)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = asked.keep or Path(folder) / "given.csv"
        truth = set(make(path, asked.rows, asked.bad, 7))
        print(f"{asked.rows} rows, {path.stat().st_size >> 20} MB, {len(truth)} faults")  # noqa: T201
        for _ in range(asked.rounds):
            _compare(path, truth)


def _compare(path: Path, truth: set[Truth]) -> None:
    used = _cpu()
    floor = loop(path)
    print(f"  csv.reader loop  {floor:6.2f} s  CPU {_cpu() - used:6.2f}")  # noqa: T201
    for processes in (1, 2):
        used, begun = _cpu(), time.perf_counter()
        records, found = run(path, processes)
        wall, cpu = time.perf_counter() - begun, _cpu() - used
        right = len(truth.intersection(found))
        print(  # noqa: T201
            f"  {processes} process{'es' * (processes > 1):2} {wall:10.2f} s  CPU {cpu:6.2f} ratio {wall / floor:5.2f} "
            f"{_memory()} MB  records {records}  recall {right / max(len(truth), 1):.4f}  "
            f"precision {right / max(len(found), 1):.4f}"
        )


def _cpu() -> float:
    own, workers = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + workers.ru_utime + workers.ru_stime


def _memory() -> int:
    own, workers = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return max(own.ru_maxrss, workers.ru_maxrss) // 1024


if __name__ == "__main__":
    sys.exit(main())

"""A list too large for memory is looked into by every rule that needs it, in every process, as a held one is."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import count, islice, product
from pathlib import Path

from adapters.kinds.ilr.kind import Ilr2526
from adapters.stores.database import open_pool
from adapters.stores.reference import PostgresReference
from adapters.stores.reference_rows import lay
from gateway.core.model import CheckedRecord
from gateway.core.reference import HeldList, ListVersion, Reference, ReferenceRow, by_key, reference_key
from gateway.core.rules.rule import Context
from tests.golden.ilr_files import DELIVERY, NAME, learner, message
from tests.needs import LONG

COLUMNS = ("postcode", "valid_from", "valid_to")
AREAS = ("AB", "BN", "CV", "DL", "EX", "FY", "GL", "HU", "IP", "KT", "LE", "M", "NE", "OX", "PL", "RG", "SK", "TA")
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
ABSENT = "ZE9 9ZZ"
CODES = ("PostcodePrior_01", "Postcode_14", "DelLocPostCode_03")
MILLIONS = 2_600_000
MOST_MB = 150
READ = """
import json
import sys
from datetime import date
from pathlib import Path
from tests.contracts.test_reference_large import read, reference_at
print(json.dumps(read(Path(sys.argv[1]), reference_at(Path(sys.argv[2])), 1)))
print(int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) // 1024)
"""


def postcodes() -> Iterator[str]:
    """Yield postcodes that differ, 2.9 million of them."""
    inward = [f"{digit}{first}{second}" for digit in range(10) for first in LETTERS for second in LETTERS]
    for area, district in product(AREAS, range(1, 42)):
        yield from (f"{area}{district} {rest}" for rest in inward)


def rows(number: int) -> Iterator[ReferenceRow]:
    """Yield so many rows, in the order of their lines."""
    for line, code in zip(count(2), islice(postcodes(), number)):
        yield ReferenceRow(line, reference_key(code), None, None, (code, "", ""))


def version(number: int) -> ListVersion:
    return ListVersion(name="postcodes", columns=COLUMNS, rows=number, digest="1", source="postcodes.csv",
                       loaded_at=datetime(2026, 1, 1, tzinfo=UTC))  # fmt: skip


def reference_at(path: Path) -> Reference:
    """Return a reference of the postcodes that are laid out at a path."""
    return Reference([HeldList(version(MILLIONS), lay(path, ()))])


def learners(number: int) -> Iterator[str]:
    """Yield learners of whom every tenth has a postcode that is on no list."""
    for place, code in zip(range(number), postcodes(), strict=False):
        given = ABSENT if place % 10 == 0 else code
        yield learner(f"L{place}", Postcode=given, PostcodePrior=given, more=DELIVERY.replace("ZZ99 9ZZ", given))


def read(path: Path, reference: Reference, processes: int) -> dict[str, list[int]]:
    """Return by code which records of a file hold a postcode that is not on the list."""
    context = Context(as_of=date(2026, 2, 1), file_name=NAME, reference=reference, processes=processes)
    told: dict[str, list[int]] = {}
    for found in Ilr2526.from_settings({}).check(path, context):
        for notice in found.notices if isinstance(found, CheckedRecord) else ():
            if notice.code in CODES:
                told.setdefault(notice.code, []).append(found.record.number)
    return told


def test_every_process_finds_in_a_laid_out_list_what_it_finds_in_a_held_one(tmp_path: Path) -> None:
    path, number = tmp_path / "given.xml", 4_000
    path.write_bytes(message(*learners(number)))
    held = Reference([HeldList(version(number), by_key(rows(number)))])
    ordered = sorted(rows(number), key=lambda row: row.key)
    laid = Reference([HeldList(version(number), lay(tmp_path / "laid", ordered))])
    expected = {code: list(range(1, number, 10)) for code in CODES}
    assert read(path, held, 1) == read(path, laid, 1) == read(path, laid, 2) == expected


@LONG
def test_a_list_of_millions_is_loaded_laid_out_and_looked_into_in_little_memory(database: str, tmp_path: Path) -> None:
    path, number = tmp_path / "given.xml", 20_000
    path.write_bytes(message(*learners(number)))
    with open_pool(database) as pool:
        lists = PostgresReference(pool, tmp_path / "laid")
        lists.load("postcodes", COLUMNS, rows(MILLIONS), "postcodes.csv")
        assert lists.reference().lookup("postcodes", "cv11aa") is not None
    (laid,) = (tmp_path / "laid").iterdir()
    command = [sys.executable, "-c", READ, str(path), str(laid)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    told, megabytes = run.stdout.splitlines()
    assert json.loads(told) == {code: list(range(1, number, 10)) for code in CODES}
    assert int(megabytes) < MOST_MB + laid.stat().st_size // (1 << 20), "pages of the file count as memory, and no more"

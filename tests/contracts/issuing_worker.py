"""A worker process that asks for the ULNs of its own people, batch by batch, and writes down what it is answered."""

import json
import sys
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Final

from adapters.stores.candidates import look_by_index
from adapters.stores.database import open_lookups, open_pool
from adapters.stores.register import PostgresRegister
from gateway.core.matching import register as rules
from gateway.core.permutation import IssuingRange
from gateway.samples import people

RANGE: Final = IssuingRange(authority="a test", first=5000000000, last=5099999999)


def answered(path: Path) -> list[tuple[int, dict[int, str]]]:
    """Return each batch that was answered, by its first record; one that was cut off in the middle was not."""
    lines = path.read_text(encoding="ascii").split("\n") if path.exists() else []
    whole = [json.loads(line) for line in lines if line.endswith("]")]
    return [(first, {int(record): uln for record, uln in ulns.items()}) for first, ulns in whole]


def work(url: str, seed: int, count: int, batch: int, path: Path) -> None:
    """Ask for all, from the last batch that was answered: it is asked for again, and must be answered alike."""
    begin = max((first for first, _ in answered(path)), default=0)
    asked = enumerate(islice(people(seed, count, date(2026, 1, 1)), begin, None), begin)
    with (
        open_pool(url, size=1) as pool,
        open_lookups(url, look_by_index) as lookups,
        path.open("a", encoding="ascii") as kept,
    ):
        kept.write("\n")  # ends a line that was cut off
        register = PostgresRegister(pool, lookups, matching=rules, issuing=RANGE)
        while learners := dict(islice(asked, batch)):
            kept.write(json.dumps([min(learners), register.issue(path.stem, learners)]) + "\n")
            kept.flush()


if __name__ == "__main__":
    url, seed, count, batch, path = sys.argv[1:]
    work(url, int(seed), int(count), int(batch), Path(path))

"""The matcher beside Splink and a plain exact join, on one generated register (`make bench-match`).

The register is loaded into an embedded PostgreSQL that writes durably; all peers answer the same queries in the same
run. Splink's seconds are those of `predict` alone, its register already loaded; ours are of the whole batch.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

import numpy as np
from pyarrow import parquet

from adapters.stores.candidates import look_by_index
from adapters.stores.database import open_lookups, open_pool
from adapters.stores.embedded import EmbeddedPostgres
from adapters.stores.migrate import migrate
from adapters.stores.register import PostgresRegister
from gateway import register_columns, show
from gateway.core.matching import register as matching
from gateway.core.matching.answers import matches
from gateway.core.matching.columns import Column, Columns
from gateway.core.matching.decide import NONE, POSSIBLE, TOO_MANY, Decided
from gateway.core.matching.faces import faces
from gateway.core.matching.guards import NAMES
from gateway.core.matching.judge import judged
from gateway.core.permutation import IssuingRange
from gateway.samples import people
from gateway.stages.match import BATCH
from tests.bench.match_peers import exact_join, splink_predict
from tests.bench.match_population import register
from tests.bench.match_queries import queries

SETTINGS = {"shared_buffers": "4GB", "max_wal_size": "16GB", "maintenance_work_mem": "1GB"}
ISSUING = IssuingRange(authority="the bench", first=5_000_000_000, last=5_999_999_999)
NEWCOMERS = 40_000
BATCHES = (1, 10, 200, 10_000, 100_000)
_TEXTS = ("given_name", "middle_name", "family_name", "previous_family_name", "sex", "postcode")


@dataclass(frozen=True)
class Field:
    """The files of one run, and the register that was loaded of them."""

    register: Path
    queries: Path
    truth: "np.typing.NDArray[np.int64]"
    loaded: PostgresRegister
    seconds: float


def main() -> None:
    """Generate, load, match and print a table for each size of register."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--queries", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--folder", type=Path, help="where generated files are kept and found again")
    parser.add_argument("--list", action="store_true", help="list each wrong link with what it agreed in")
    asked = parser.parse_args()
    for size in asked.sizes:
        with prepared(size, asked.queries, asked.seed, asked.folder) as field:
            report(field, size, listed=asked.list)


@contextmanager
def prepared(size: int, count: int, seed: int, kept: Path | None) -> Iterator[Field]:
    """Give a register of so many rows, loaded, and queries about it."""
    with tempfile.TemporaryDirectory() as folder:
        place = kept or Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        made = register(place, size, seed)
        asked, truth = queries(place, made, count, seed)
        server = EmbeddedPostgres(Path(folder) / "home", options=SETTINGS)
        url = server.start()
        migrate(url)
        try:
            with open_pool(url) as pool, open_lookups(url, look_by_index) as lookups:
                loaded = PostgresRegister(pool, lookups, matching=matching, issuing=ISSUING)
                begun = time.perf_counter()
                loaded.load_batches(register_columns.read(made[0]))
                seconds = time.perf_counter() - begun
                yield Field(made[0], asked, parquet.read_table(truth)["uln"].to_numpy(), loaded, seconds)
        finally:
            server.remove()


def columns(path: Path, count: int) -> Columns:
    """Return the first queries of a file as columns."""
    table = parquet.read_table(path).slice(0, count)
    texts = {name: _column(table[name]) for name in _TEXTS}
    born = _column(table["date_of_birth"])
    days = np.array([int(value.replace("-", "") or 0) for value in born.values], np.int32)[born.codes]
    return Columns(len(table), texts, days)


def _column(values: "parquet.pa.ChunkedArray") -> Column:
    found = values.combine_chunks().dictionary_encode()
    return Column(found.indices.to_numpy(), found.dictionary.to_pylist())


def timed(field: Field, count: int) -> tuple[float, Decided]:
    """Return the seconds of a batch in memory, the better of two, and what was decided."""
    best, learners = float("inf"), columns(field.queries, count)
    for _ in range(2):
        begun = time.perf_counter()
        decided = judged(faces(learners), field.loaded.candidates)
        matches(decided, field.loaded.candidates)
        best = min(best, time.perf_counter() - begun)
    return best, decided


def issued(field: Field) -> tuple[float, float]:
    """Return how many new ULNs a second are issued in the batches of the pipeline, without and with its look before."""
    newcomers = enumerate(people(1, NEWCOMERS, date(2026, 1, 1)))
    field.loaded.begin_issuing()
    made, looking, issuing = 0, 0.0, 0.0
    while batch := dict(islice(newcomers, BATCH)):
        begun, mark = time.perf_counter(), field.loaded.mark()
        outcomes = judged(faces(Columns.of(list(batch.values()))), field.loaded.candidates).outcome
        asked = {record: batch[record] for record, outcome in zip(batch, outcomes, strict=True) if outcome == NONE}
        looked = time.perf_counter()
        made += len(field.loaded.issue("bench", asked, looked=mark))
        looking, issuing = looking + looked - begun, issuing + time.perf_counter() - looked
    return made / issuing, made / (looking + issuing)


def report(field: Field, size: int, *, listed: bool) -> None:
    """Print how long each batch took, and how right each answer was."""
    times = [(f"a batch of {count:,}", f"{timed(field, count)[0]:.3f}") for count in BATCHES]
    seconds, decided = timed(field, len(field.truth))
    answers = np.where(decided.automatic, decided.compared.persons[np.maximum(decided.best, 0)], 0)
    asked = np.isin(decided.outcome, (POSSIBLE, TOO_MANY))
    rows = [("gateway", *_quality(answers, asked, field.truth), f"{seconds:.2f}")]
    for name, join in (("exact join of five", True), ("given, family, birthday", False)):
        begun = time.perf_counter()
        found = exact_join(field.register, field.queries, five=join)
        took = time.perf_counter() - begun
        rows.append((name, *_quality(found, np.zeros(len(found), bool), field.truth), f"{took:.2f}"))
    found, took = splink_predict(field.register, field.queries)
    rows.append(("Splink predict", *_quality(found, np.zeros(len(found), bool), field.truth), f"{took:.2f}"))
    alone, whole = issued(field)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    times += [
        ("load, rows with keys", f"{field.seconds:.1f}"),
        ("ratio to Splink predict (must 1.0)", f"{seconds / took:.2f}"),
        ("peak memory, MB, peers included", str(memory)),
        ("new ULNs issued a second (must 20,000)", f"{alone:,.0f}"),
        ("looked for and issued a second", f"{whole:,.0f}"),
    ]
    heads = ("who", "precision %", "recall %", "wrong links", "of strangers", "review %", "seconds")
    show.table(heads, rows, title=f"{len(field.truth):,} learners against {size:,} rows")
    show.table(("what", "seconds"), times)
    if listed:
        _list(decided, answers, field)


def _quality(
    answers: "np.typing.NDArray[np.int64]", asked: "np.typing.NDArray[np.bool_]", truth: "np.typing.NDArray[np.int64]"
) -> tuple[str, ...]:
    linked, known = answers > 0, truth > 0
    right, wrong = linked & (answers == truth), linked & (answers != truth)
    return (
        f"{100 * right.sum() / max(1, linked.sum()):.4f}",
        f"{100 * right.sum() / known.sum():.2f}",
        str(wrong.sum()),
        str((wrong & ~known).sum()),
        f"{100 * asked.mean():.2f}",
    )


def _list(decided: Decided, answers: "np.typing.NDArray[np.int64]", field: Field) -> None:
    """Print each wrong link: the query, and the level of every detail."""
    rows = parquet.read_table(field.queries).to_pylist()
    told = matches(decided, field.loaded.candidates)
    for place in np.flatnonzero((answers > 0) & (answers != field.truth)).tolist():
        levels = ", ".join(f"{name} {level}" for name, level in told[place].levels.items())
        whom = "another" if field.truth[place] else "nobody"
        show.out.print(f"{rows[place]['id']}: {told[place].score} bits, is {whom}; {levels}", markup=False)
    counted = np.bincount(decided.guard[np.isin(decided.outcome, (POSSIBLE, TOO_MANY))], minlength=len(NAMES))
    show.table(("guard", "asked"), [(NAMES[at], int(n)) for at, n in enumerate(counted) if n], title="Questions")


if __name__ == "__main__":
    main()

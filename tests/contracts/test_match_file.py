"""Registers are loaded from CSV and Parquet alike, and a file is matched against them without registering anybody."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from adapters.stores.database import Pool, open_pool
from adapters.stores.register import PostgresRegister
from gateway import match_file, register_columns, register_file
from gateway.core.errors import ConfigurationError
from gateway.core.matching.policy import Policy
from gateway.core.model import Entry
from tests.contracts.register_cases import ANNA, BOB, FIRST, SECOND, THIRD, register

ENTRIES = [
    Entry(uln=FIRST, learner=ANNA),
    Entry(uln=SECOND, learner=BOB),
    Entry(uln=THIRD, learner=replace(BOB, family_name="Green"), master_uln=SECOND),
]


@pytest.fixture
def pool(database: str) -> Iterator[Pool]:
    with open_pool(database) as opened:
        yield opened


def loaded(pool: Pool, path: Path) -> PostgresRegister:
    made = register(pool)
    assert made.load_batches(register_columns.read(path)) == len(ENTRIES)
    return made


def as_parquet(path: Path) -> Path:
    """Return the rows of a CSV file as Parquet."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    made = path.with_suffix(".parquet")
    parquet.write_table(pa.Table.from_pylist(rows), made)
    return made


@pytest.fixture(params=["csv", "parquet"])
def filled(request: pytest.FixtureRequest, pool: Pool, tmp_path: Path) -> PostgresRegister:
    path = tmp_path / "register.csv"
    register_file.write(path, ENTRIES)
    return loaded(pool, path if request.param == "csv" else as_parquet(path))


def test_what_is_loaded_as_columns_comes_back_as_it_was(filled: PostgresRegister) -> None:
    found = filled.by_uln([FIRST, SECOND, THIRD])
    assert {uln: (it.learner, it.master_uln) for uln, it in found.items()} == {
        it.uln: (it.learner, it.master_uln) for it in ENTRIES
    }


LRB = """MISIdentifier,GivenName,FamilyName,DateOfBirth,Gender,LastKnownPostCode,ULN
a,Anna,Smith,2007-03-04,2,ls14ab,
b,Bob,Brown,2006-01-02,M,M9 9ZZ,
c,Bob,Green,2006-01-02,1,M1 1AA,9999999999
d,Zoe,Zimmer,2001-01-01,2,M1 1AA,
e,Rob,Brown,2006-01-02,9,,
f,Anna,Smith,2007-03-04,2,,1000000043
"""


def told(filled: PostgresRegister, path: Path, policy: Policy = Policy()) -> list[dict[str, str]]:  # noqa: B008 - frozen
    out = io.StringIO(newline="")
    match_file.write(path, out, filled, policy)
    return list(csv.DictReader(io.StringIO(out.getvalue(), newline="")))


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_each_learner_of_a_file_is_answered_in_order(filled: PostgresRegister, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "learners.csv"
    path.write_text(LRB, encoding="utf-8")
    rows = told(filled, path if kind == "csv" else as_parquet(path))
    assert list(rows[0]) == ["MISIdentifier", "outcome", "uln", "master_uln", "score", "possible", "differs"]
    assert [(row["MISIdentifier"], row["outcome"], row["uln"], row["master_uln"]) for row in rows[:4]] == [
        ("a", "exact_match", FIRST, ""),
        ("b", "confident_match", SECOND, ""),
        ("c", "linked_learner", SECOND, SECOND),
        ("d", "no_match", "", ""),
    ]
    assert (rows[1]["differs"], rows[0]["differs"]) == ("postcode", "")
    assert (rows[4]["outcome"], rows[4]["possible"]) == ("possible_match", SECOND)
    assert rows[5]["outcome"] in {"exact_match", "uln_not_found"}
    assert filled.stats()["entries"] == 3


def test_a_policy_that_asks_asks(filled: PostgresRegister, tmp_path: Path) -> None:
    path = tmp_path / "learners.csv"
    path.write_text(LRB, encoding="utf-8")
    assert told(filled, path, Policy(accept_confident=False))[1]["outcome"] == "possible_match"


def test_a_file_that_tells_no_names_is_refused(filled: PostgresRegister, tmp_path: Path) -> None:
    path = tmp_path / "learners.csv"
    path.write_text("key,postcode\n1,LS1 4AB\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="given_name, family_name, date_of_birth"):
        told(filled, path)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("uln", "1000000042", "its ULN has a check digit"),
        ("uln", "", "its ULN must be ten digits"),
        ("master_uln", "x", "its master ULN must be ten digits"),
        ("sex", "Q", "sex is none of"),
        ("date_of_birth", "31/12/2007", "date_of_birth is not a date"),
        ("status", "gone", "status is neither"),
    ],
)
def test_a_bad_row_of_parquet_is_told_by_its_number(tmp_path: Path, column: str, value: str, message: str) -> None:
    path = tmp_path / "register.csv"
    register_file.write(path, ENTRIES)
    rows = parquet.read_table(as_parquet(path)).to_pylist()
    rows[1][column] = value
    parquet.write_table(pa.Table.from_pylist(rows), path.with_suffix(".parquet"))
    with pytest.raises(ConfigurationError, match=f"row 2: {message}"):
        list(register_columns.read(path.with_suffix(".parquet")))


def test_ulns_among_blanks_are_read(tmp_path: Path) -> None:
    path = tmp_path / "register.parquet"
    parquet.write_table(pa.table({"uln": [f" {FIRST}", SECOND], "master_uln": [" ", f"{FIRST} "]}), path)
    (batch,) = register_columns.read(path)
    ulns, masters = (np.frombuffer(it, np.int64).tolist() for it in (batch.ulns, batch.masters))
    assert (ulns, masters) == ([int(FIRST), int(SECOND)], [0, int(FIRST)])


def test_a_bad_row_of_csv_is_told_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text(f"uln,date_of_birth\n{FIRST},2007-01-01\n{SECOND},2007-13-01\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="line 3: date_of_birth is not a date"):
        list(register_columns.read(path))

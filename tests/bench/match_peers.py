"""What the matcher is measured against: Splink 5 and a plain join, on DuckDB, on the same files."""

import time
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink import comparison_library as compare

Ulns = NDArray[np.int64]
_PERSON = "coalesce(try_cast(master_uln as bigint), try_cast(uln as bigint))"
_THRESHOLD = 4.0


def exact_join(register: Path, queries: Path, *, five: bool) -> Ulns:
    """Return for each query the person whom a join on equal details finds alone, 0 where it finds none or several."""
    keys = ["given_name", "family_name", "date_of_birth", *(["sex", "postcode"] if five else [])]
    on = " and ".join(f"lower(q.{key}) = lower(r.{key})" for key in keys)
    found = duckdb.sql(
        f"select q.id, case when count(distinct {_PERSON}) = 1 then min({_PERSON}) else 0 end as uln "  # noqa: S608 - our own names
        f"from '{queries}' q left join '{register}' r on {on} group by q.id order by q.id"
    ).fetchnumpy()["uln"]
    return np.ma.filled(found, 0).astype(np.int64)


def splink_predict(register: Path, queries: Path) -> tuple[Ulns, float]:
    """Return for each query the best entry that Splink scores high enough, and the seconds of its `predict`."""
    connection = duckdb.connect()
    for name, path in (("queries", queries), ("register", register)):
        key = "id" if name == "queries" else "cast(row_number() over () as varchar)"
        person = "0" if name == "queries" else _PERSON
        connection.execute(
            f"create table {name} as select {key} as unique_id, {person} as person, lower(given_name) as given_name, "  # noqa: S608 - our own names
            f"lower(family_name) as family_name, try_cast(nullif(date_of_birth, '') as date) as dob, sex, "
            f"nullif(replace(postcode, ' ', ''), '') as postcode from '{path}'"
        )
    api = DuckDBAPI(connection=connection)
    linker = Linker([api.register("queries"), api.register("register")], _settings())
    train(linker)
    begun = time.perf_counter()
    pairs = linker.inference.predict(threshold_match_weight=_THRESHOLD)
    seconds = time.perf_counter() - begun
    best = connection.execute(
        f"select unique_id_l as id, arg_max(r.person, match_weight) as uln from {pairs.physical_name} p "  # noqa: S608 - its own name
        "join register r on r.unique_id = p.unique_id_r group by 1"
    ).fetchnumpy()
    found = dict(zip(best["id"].tolist(), best["uln"].tolist(), strict=True))
    ids = connection.execute("select unique_id from queries order by unique_id").fetchnumpy()["unique_id"].tolist()
    return np.array([found.get(one, 0) for one in ids], np.int64), seconds


def train(linker: Linker) -> None:
    """Estimate the model as Splink's own guide does."""
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    for rule in (block_on("dob", "family_name"), block_on("given_name", "family_name")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)


def _settings() -> SettingsCreator:
    return SettingsCreator(
        link_type="link_only",
        comparisons=[
            compare.JaroWinklerAtThresholds("given_name", [0.9, 0.8]).configure(term_frequency_adjustments=True),
            compare.JaroWinklerAtThresholds("family_name", [0.92, 0.84]).configure(term_frequency_adjustments=True),
            compare.DateOfBirthComparison("dob", input_is_string=False),
            compare.ExactMatch("sex"),
            compare.LevenshteinAtThresholds("postcode", [1]),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("dob", "family_name"),
            block_on("dob", "given_name"),
            block_on("dob", "postcode"),
            block_on("given_name", "family_name", "year(dob)"),
            block_on("given_name", "postcode"),
        ],
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )

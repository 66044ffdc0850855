"""Migrations: in one row, and only adding, so that a host of the former release goes on working meanwhile."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from adapters.stores import migrations

FOLDER = Path(str(migrations.__file__)).parent / "versions"
NAMES = sorted(path.stem for path in FOLDER.glob("0*.py"))
SINCE = "0017"
"""The first revision whose code knows that a newer release may have been at the database."""
TAKES = re.compile(
    r"\bdrop (table|column|view)\b|\brename\b|\balter( column)? \w+ (set data )?type\b|\bset not null\b"
    r"|\badd( column)? \w+ (?:(?!default|,|;).)*\bnot null\b(?:(?!default|,|;).)*[,;]",
    re.IGNORECASE | re.DOTALL,
)


def takes_away(sql: str) -> bool:
    """Tell whether code that does not know a migration may fail on what it leaves."""
    return TAKES.search(sql) is not None


def test_migrations_follow_each_other_by_number() -> None:
    modules = [import_module(f"{migrations.__name__}.versions.{name}") for name in NAMES]
    assert [module.revision for module in modules] == [name[:4] for name in NAMES]
    assert [module.down_revision for module in modules] == [None, *(module.revision for module in modules[:-1])]


def test_migrations_only_add_or_say_which_releases_they_shut_out() -> None:
    later = [import_module(f"{migrations.__name__}.versions.{name}") for name in NAMES if name[:4] > SINCE]
    texts = {module.revision: str(module._SQL) for module in later}
    silent = [name for name, sql in texts.items() if takes_away(sql) and "update schema_since set oldest" not in sql]
    assert silent == [], (
        "These take something away that the former release may need: add in one release, take away in the next, and "
        "there set schema_since.oldest to the first revision whose code can do without."
    )


@pytest.mark.parametrize(
    ("sql", "takes"),
    [
        ("create table t (a text not null);", False),
        ("alter table t add a text;", False),
        ("alter table t add column a integer not null default 0, add b text;", False),
        ("alter table t add column a integer default 0 not null;", False),
        ("create index i on t (a); alter table t alter a set storage plain;", False),
        ("alter table t add column a integer not null;", True),
        ("alter table t drop column a;", True),
        ("drop table t;", True),
        ("alter table t rename a to b;", True),
        ("alter table t alter column a type bigint;", True),
        ("alter table t alter a set not null;", True),
    ],
)
def test_what_takes_away_is_known(sql: str, takes: bool) -> None:  # noqa: FBT001 - told by its place
    assert takes_away(sql) is takes

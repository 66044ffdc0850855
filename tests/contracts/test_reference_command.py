"""`gateway reference` as an operator runs it: what is loaded, and what is refused."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway import config, reference_file
from gateway.cli_reference import reference
from gateway.core.errors import ConfigurationError

RUNNER = CliRunner()


@pytest.fixture
def home(tmp_path: Path, database: str) -> Path:
    settings = tmp_path / config.FILE_NAME
    settings.write_text(f'[database]\nurl = "{database}"\n', encoding="utf-8")
    settings.chmod(0o600)  # it holds a password
    return tmp_path


def run(*arguments: object) -> dict[str, list[dict[str, object]]]:
    done = RUNNER.invoke(reference, [*map(str, arguments), "--json"], catch_exceptions=False)
    assert done.exit_code == 0
    shown: dict[str, list[dict[str, object]]] = json.loads(done.stdout)
    return shown


def test_several_lists_are_loaded_at_once_and_then_listed(home: Path) -> None:
    with reference_file.samples() as files:
        loaded = run("load", *files, "--home", home)
    assert {str(it["list"]) for it in loaded["lists"]} == {path.stem for path in files}
    assert run("list", "--home", home) == loaded
    (grades,) = [it for it in loaded["lists"] if it["list"] == "grade-sets"]
    assert (grades["rows"], grades["file"]) == (10, "grade-sets.csv")


def test_a_person_is_shown_a_table(home: Path) -> None:
    with reference_file.samples() as files:
        done = RUNNER.invoke(reference, ["load", str(files[0]), "--home", str(home)])
    assert "ao-identifiers" in done.stdout


def test_a_file_that_is_named_for_no_list_stops_all_before_anything_is_loaded(home: Path) -> None:
    shoes = home / "shoes.csv"
    shoes.write_text("size\n44\n", encoding="utf-8")
    with reference_file.samples() as files, pytest.raises(ConfigurationError, match="no reference list shoes"):
        run("load", files[0], shoes, "--home", home)
    assert run("list", "--home", home) == {"version": 1, "lists": []}


def test_every_list_is_shown_with_its_columns() -> None:
    assert [it["name"] for it in run("columns")["lists"]] == list(reference_file.names())
    shown = RUNNER.invoke(reference, ["columns"]).stdout
    assert "dfe_number*" in shown
    assert "urn," in shown

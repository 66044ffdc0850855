"""Every command, as a person or a program calls it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gateway import bootstrap, cli, register_file
from gateway.core.errors import ConfigurationError
from gateway.core.report_schema import check_schema
from tests.acceptance.support import entries_of, make_key
from tests.json_schema import faults
from tests.needs import needs


def call(*arguments: object) -> Result:
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def answered(*arguments: object) -> dict:
    result = call(*arguments, "--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert document["version"] == 1
    return document


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    needs("ssh-keygen")
    home = tmp_path_factory.mktemp("commands") / "home"
    made = call("init", "--home", home)
    assert made.exit_code == 0, made.output
    assert home.stat().st_mode & 0o777 == 0o700
    yield home
    with bootstrap.opened(home) as house:
        house.record.remove()


def test_init_again_leaves_the_settings_alone(home: Path) -> None:
    settings = (home / "gateway.toml").read_text()
    assert call("init", "--home", home, "--port", 1).exit_code == 0
    assert (home / "gateway.toml").read_text() == settings


def test_an_organisation_is_added_with_its_keys_and_listed(home: Path) -> None:
    make_key(home, "one")
    make_key(home, "two")
    add = ("organisation", "add", "oakfield", "--kind", "college", "--ukprn", "10000003", "--home", home)
    assert answered(*add, "--key", home / "one.key.pub")["id"] == "oakfield"
    more = answered("organisation", "key", "add", "oakfield", home / "two.key.pub", "--home", home)
    shown = answered("organisation", "show", "oakfield", "--home", home)
    assert more["fingerprint"] in {key["fingerprint"] for key in shown["keys"]}
    assert len(shown["keys"]) == 2
    listed = answered("organisation", "list", "--home", home)["organisations"]
    assert [it["ukprn"] for it in listed if it["id"] == "oakfield"] == ["10000003"]
    assert "oakfield" in call("organisation", "list", "--home", home).stdout
    assert "oakfield" in call("organisation", "show", "oakfield", "--home", home).stdout


def test_a_key_is_bound_to_networks_and_days_and_revoked(home: Path) -> None:
    call("organisation", "add", "elmfield", "--kind", "college", "--home", home)
    make_key(home, "elm")
    bounds = ("--from", "10.0.0.0/8", "--not-before", "2026-01-01", "--not-after", "2026-12-31")
    added = answered("organisation", "key", "add", "elmfield", home / "elm.key.pub", *bounds, "--home", home)
    (key,) = answered("organisation", "show", "elmfield", "--home", home)["keys"]
    assert (key["networks"], key["not_before"][:10]) == (["10.0.0.0/8"], "2026-01-01")
    revoke = ("organisation", "key", "revoke", "elmfield", added["fingerprint"], "--home", home)
    assert answered(*revoke)["revoked"]
    (revoked,) = answered("organisation", "show", "elmfield", "--home", home)["keys"]
    assert revoked["not_after"] < key["not_after"]
    assert "may no longer log in" in call(*revoke).stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("organisation", "show", "nobody"),
        ("organisation", "key", "add", "nobody", "KEY"),
        ("organisation", "add", "Not An Id", "--kind", "college"),
        ("submissions", "show", "nothing"),
    ],
)
def test_what_is_not_there_or_wrong_is_said_in_one_line(home: Path, arguments: tuple[str, ...]) -> None:
    make_key(home, "spare") if not (home / "spare.key").exists() else None
    paths = [str(home / "spare.key.pub") if it == "KEY" else it for it in arguments]
    result = call(*paths, "--home", home)
    assert isinstance(result.exception, ConfigurationError)
    ended = subprocess.run(
        [sys.executable, "-m", "gateway", *paths, "--home", str(home)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == cli.FAULT_OF_OURS
    assert "Traceback" not in ended.stderr


def test_the_register_is_loaded_and_counted(home: Path) -> None:
    register_file.write(home / "register.csv", entries_of(500))
    assert answered("register", "load", home / "register.csv", "--home", home)["loaded"] == 505
    assert answered("register", "stats", "--home", home)["entries"] == 505
    again = call("register", "load", home / "register.csv", "--home", home)
    assert again.exit_code != 0
    assert answered("register", "stats", "--home", home)["entries"] == 505
    assert "505" in call("register", "stats", "--home", home).stdout


def test_submissions_of_an_idle_gateway_are_none(home: Path) -> None:
    assert answered("submissions", "list", "--home", home)["submissions"] == []
    assert call("submissions", "list", "--home", home).exit_code == 0


def test_samples_are_checked_and_every_fault_of_the_truth_is_found(tmp_path: Path) -> None:
    made = answered("samples", "lrb-csv", "--learners", 400, "--bad", 25, "--truth", tmp_path / "truth.csv",
                    "--seed", 5, "--out", tmp_path, "--as-of", "2026-09-01")  # fmt: skip
    assert made["broken"] == 100
    result = call("check", made["file"], "--as-of", "2026-09-01", "--json")
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert list(report) == [
        "version", "file", "sha256", "kind", "verdict", "counts", "causes", "notices", "explained", "not_run", "rules",
        "proposed", "cut", "processing_date",
    ]  # fmt: skip
    assert faults(report, check_schema()) == []
    truth = dict(line.split(",") for line in (tmp_path / "truth.csv").read_text().split()[1:])
    found = {(str(it["record"]), it["code"]) for it in report["notices"] if it["severity"] == "error"}
    assert {(record, code) for record, code in truth.items() if code and code != "RC006"} <= found
    assert {record for record, _ in found} <= {record for record, code in truth.items() if code}


def test_a_good_file_passes_and_its_page_is_written(tmp_path: Path) -> None:
    made = answered("samples", "lrb-csv", "--out", tmp_path)
    result = call("check", made["file"], "--html", tmp_path / "report.html")
    assert result.exit_code == 0, result.output
    assert "accepted" in result.stdout
    assert (tmp_path / "report.html").read_text().startswith("<!DOCTYPE html>")


def test_the_exit_code_tells_what_cannot_be_read_from_what_is_wrong(tmp_path: Path) -> None:
    made = Path(answered("samples", "lrb-csv", "--out", tmp_path)["file"])
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    cut = tmp_path / "LRB_10000001_010120261200.CSV"
    cut.write_bytes(made.read_bytes().replace(b'"GivenName",', b"", 1))
    assert call("check", tmp_path / "other.csv").exit_code == 2
    assert call("check", cut).exit_code == 2
    assert call("check", tmp_path / "not there").exit_code == 2
    assert call("check", made, "--as", "lrb-csv").exit_code == 0
    late = tmp_path / "lrb_10000001_010120261200.csv"
    late.write_bytes(made.read_bytes())
    assert call("check", late).exit_code == 1
    several = call("check", made, late, tmp_path / "other.csv", "--json")
    assert several.exit_code == 2
    assert [json.loads(line)["file"] for line in several.stdout.splitlines()] == [made.name, late.name, "other.csv"]


def test_the_rules_are_listed_and_explained() -> None:
    rules = answered("rules")["rules"]
    assert {"RC010", "RC011", "RC013", "GF001", "WSRC0017", "FILE_KIND"} <= {rule["code"] for rule in rules}
    assert {rule["kind"] for rule in answered("rules", "--kind", "lrb-csv")["rules"]} == {"every kind", "lrb-csv"}
    assert "The learner's age" in call("explain", "rc013").stdout
    assert call("rules").exit_code == 0
    assert isinstance(call("rules", "--kind", "xyz").exception, ConfigurationError)


def test_a_rule_is_told_in_full_to_a_program() -> None:
    (rule,) = [rule for rule in answered("explain", "rc013")["rules"] if rule["kind"] == "lrb-csv"]
    assert rule["code"] == "RC013"
    assert rule["fields"] == ["DateOfBirth"]
    assert rule["found_by_reader"] is False
    assert all("DateOfBirth" in example for example in rule["bad"] + rule["good"])
    assert {"severity", "scope", "group", "since", "until", "title", "why", "fix", "message"} <= set(rule)


@pytest.mark.parametrize("command", [("rules",), ("explain", "WSEC0001"), ("explain", "RC011")])
def test_no_text_shows_the_places_that_a_finding_fills(command: tuple[str, ...]) -> None:
    assert "{" not in call(*command).stdout
    rules = answered(*command)["rules"]
    assert rules
    assert not [rule for rule in rules if {"{", "}"} & set(rule["why"] + rule["fix"] + rule["message"])]


def test_examples_and_fields_are_explained_to_a_person() -> None:
    shown = " ".join(call("explain", "WSEC0001").stdout.split())
    assert "Fields FileVersion, FileName, UKPRN, LearnerRecordCount" in shown
    assert "Wrong FileVersion is empty" in shown
    assert 'Wrong UKPRN is "1000001"' in shown
    assert "Message «the field» is empty" in shown


def test_codes_of_receipts_and_outcomes_are_explained_too() -> None:
    (receipt,) = answered("explain", "gf008")["replies"]
    assert receipt["code"] == "GF008"
    assert "We hold these bytes already" in call("explain", "GF008").stdout
    (outcome,) = answered("explain", "POSSIBLE_MATCH")["replies"]
    assert "Counts as held." in outcome["text"]


def test_a_code_that_nobody_knows_is_answered_with_the_nearest() -> None:
    near = call("explain", "RC31").exception
    assert isinstance(near, ConfigurationError)
    assert "RC013" in str(near)
    far = call("explain", "@@@").exception
    assert isinstance(far, ConfigurationError)
    assert "did you mean" not in str(far)


def test_several_files_get_a_page_each_in_a_folder(tmp_path: Path) -> None:
    made = [Path(answered("samples", "lrb-csv", "--out", tmp_path, "--as-of", day)["file"])
            for day in ("2026-09-01", "2026-09-02")]  # fmt: skip
    pages = tmp_path / "pages"
    pages.mkdir()
    assert call("check", *made, "--html", pages, "--processes", 2).exit_code == 0
    assert sorted(path.name for path in pages.iterdir()) == sorted(f"{path.name}.report.html" for path in made)
    one = (pages / f"{made[0].name}.report.html").read_text()
    assert made[0].name in one
    assert made[1].name not in one


def test_check_is_silent_on_standard_error_where_that_is_no_terminal(tmp_path: Path) -> None:
    made = answered("samples", "lrb-csv", "--learners", 1500, "--bad", 1, "--out", tmp_path)
    command = [sys.executable, "-m", "gateway", "check", made["file"], "--processes", "1"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr == ""


def test_help_names_every_command() -> None:
    shown = call("--help").stdout
    for name in ("demo", "init", "serve", "organisation", "submissions", "register", "check", "samples"):
        assert name in shown


def test_check_needs_no_library_of_the_server(tmp_path: Path) -> None:
    made = answered("samples", "lrb-csv", "--out", tmp_path)
    server = ["paramiko", "psycopg", "procrastinate", "alembic", "sqlalchemy", "structlog", "tenacity", "cryptography"]
    without = f"import sys; sys.modules.update(dict.fromkeys({server})); from gateway.cli import main; main()"
    command = [sys.executable, "-c", without, "check", made["file"]]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr

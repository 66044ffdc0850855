"""What an operator agrees and changes, by commands, and what organisations then find in their mailboxes over SFTP."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gateway import bootstrap, cli, register_file
from gateway.core.days import uk_day
from gateway.core.errors import ConfigurationError, StoreError
from tests.acceptance.support import COLLEGE, SCHOOL, Running, entries_of, sample_of

TODAY = uk_day(bootstrap.now())


def call(*arguments: object) -> Result:
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def answered(*arguments: object) -> dict:
    result = call(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("keeping") / "home"
    assert call("init", "--home", home).exit_code == 0
    assert call("organisation", "add", "oakfield", "--kind", "college", "--home", home).exit_code == 0
    register_file.write(home / "register.csv", entries_of(20))
    answered("register", "load", home / "register.csv", "--home", home)
    yield home
    with bootstrap.opened(home) as house:
        house.record.remove()


@pytest.fixture(scope="module")
def ulns() -> list[str]:
    return [entry.uln for entry in entries_of(20)]


def test_an_agreement_is_added_listed_and_revoked(home: Path) -> None:
    terms = ("--purpose", "enrolment", "--purpose", "audit", "--disclosure", "details", "--no-registers",
             "--no-accept-confident", "--threshold", "9.5", "--from", TODAY, "--until", TODAY,
             "--live-change", "postcode")  # fmt: skip
    added = answered("agreement", "add", "oakfield", *terms, "--home", home)
    listed = answered("agreement", "list", "--organisation", "oakfield", "--home", home)["agreements"]
    assert added.items() >= {**listed[-1], "revoked_on": None}.items()
    assert listed[-1]["purposes"] == ["enrolment", "audit"]
    assert listed[-1]["live_changes"] == ["postcode"]
    shown = call("agreement", "list", "--home", home).stdout
    assert "details" in shown
    answered("agreement", "revoke", added["number"], "--home", home)
    assert answered("agreement", "list", "--home", home)["agreements"][-1]["revoked_on"] == str(TODAY)
    plain = call("agreement", "add", "oakfield", "--home", home)
    assert plain.stdout.startswith("Agreement ")
    assert "holds no longer" in call("agreement", "revoke", plain.stdout.split()[1], "--home", home).stdout


@pytest.mark.parametrize(
    "wrong", [("add", "nobody"), ("add", "oakfield", "--until", TODAY - timedelta(days=1)), ("revoke", "999")]
)
def test_an_agreement_that_cannot_be_is_refused(home: Path, wrong: tuple[object, ...]) -> None:
    result = call("agreement", *wrong, "--home", home)
    assert isinstance(result.exception, ConfigurationError | StoreError)


def test_numbers_are_merged_deleted_and_all_of_it_taken_back(home: Path, ulns: list[str]) -> None:
    first, second, third = ulns[:3]
    before = answered("register", "stats", "--home", home)
    why = ("--reason", "one learner", "--by", "clerk")
    assert answered("register", "merge", first, second, third, *why, "--home", home)["master_uln"] == first
    assert answered("register", "unmerge", second, "--home", home)["master_uln"] == first
    assert call("register", "unmerge", third, "--home", home).stdout.split()[0] == third
    answered("register", "delete", third, "--home", home)
    assert answered("register", "stats", "--home", home)["deleted"] == 1
    answered("register", "restore", third, "--home", home)
    assert answered("register", "stats", "--home", home) == before
    told = answered("register", "history", second, "--home", home)["changes"]
    assert (told[0]["change"], told[0]["by"], told[0]["reason"]) == ("merged", "clerk", "one learner")
    assert told[1]["by"]
    shown = call("register", "history", second, "--home", home).stdout
    assert "one learner" in shown
    assert "+00:00" not in shown
    again = call("register", "merge", first, second, third, *why, "--home", home).stdout
    assert again == f"Linked to {first} now: {second}, {third}.\n"
    for uln in (second, third):
        answered("register", "unmerge", uln, "--home", home)


def test_the_reports_are_printed_and_written(home: Path, ulns: list[str], tmp_path: Path) -> None:
    answered("register", "merge", ulns[4], ulns[5], "--home", home)
    answered("register", "delete", ulns[6], "--home", home)
    found = answered("register", "changes", "--from", TODAY, "--to", TODAY, "--home", home)
    assert found["merged"][-1]["MergedULN"] == ulns[5]
    assert ulns[5] in call("register", "changes", "--from", TODAY, "--home", home).stdout
    files = answered("register", "changes", "--from", TODAY, "--out", tmp_path / "changes.csv", "--home", home)["files"]
    assert [Path(it["file"]).name for it in files] == [f"changes.{it}.csv" for it in ("merged", "unmerged", "deleted")]
    rows = list(csv.DictReader(io.StringIO((tmp_path / "changes.deleted.csv").read_text())))
    assert rows == [{"ULN": ulns[6], "DeletedDate": str(TODAY)}]
    assert "changes.merged.csv" in call("register", "changes", "--from", TODAY, "--out", tmp_path / "changes.csv",
                                        "--home", home).stdout.replace("\n", "")  # fmt: skip


def test_a_report_of_nothing_says_so_in_the_services_words(home: Path) -> None:
    span = ("--from", TODAY + timedelta(days=1), "--to", TODAY + timedelta(days=2))
    assert answered("register", "changes", *span, "--home", home)["code"] == "WSRC0024"
    assert call("register", "changes", *span, "--home", home).stdout.startswith("WSRC0024: no ULNs")


def test_the_register_is_exported_as_it_was_loaded(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "register.csv"
    assert answered("register", "export", out, "--home", home)["exported"] == 20
    assert {entry.uln for entry in register_file.read(out)} == {entry.uln for entry in entries_of(20)}
    assert call("register", "export", out, "--home", home).stdout.startswith("20 learners written")


def test_a_changed_number_is_told_in_the_mailbox_the_next_morning(gateway: Running) -> None:
    entries = entries_of(2000)[-3:]
    sample = sample_of([entry.learner for entry in entries], minutes=41)
    receipt = gateway.put(sample.name, sample.content)
    rows = gateway.answer(receipt).rows("match.csv")
    assert [row["uln"] for row in rows] == [entry.uln for entry in entries]
    answered("register", "merge", entries[0].uln, entries[1].uln, "--home", gateway.home)
    tomorrow = TODAY + timedelta(days=1)
    notify = ("register", "notify", "--as-of", tomorrow, "--home", gateway.home)
    assert answered(*notify)["organisations"] == [COLLEGE.id]
    assert call(*notify).stdout.startswith("0 organisations")
    listed = csv.DictReader(io.StringIO(gateway.get(f"out/uln-changes.{tomorrow}.csv").decode()))
    # Other tests change numbers of their own, and may have sent this learner too.
    told = [row for row in listed if (row["uln"], row["your_submission"]) == (entries[1].uln, receipt["id"])]
    assert [row.pop("changed_at")[:4] for row in told] == [str(bootstrap.now().year)]
    assert told == [
        {
            "change": "merged",
            "uln": entries[1].uln,
            "master_uln": entries[0].uln,
            "your_key": rows[1]["key"],
            "your_submission": receipt["id"],
        }
    ]
    assert not [name for name in gateway.names("out", organisation=SCHOOL.id) if name.startswith("uln-changes")]
    assert gateway.sftp(f"rm out/uln-changes.{tomorrow}.csv").returncode == 0
    assert f"uln-changes.{tomorrow}.csv" not in gateway.names("out")

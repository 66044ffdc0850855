"""`gateway audit`, `gateway learner` and `gateway submissions erase`, as a person or a program calls them."""

import csv
import json
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway import bootstrap, cli, server
from gateway.core.errors import ConfigurationError, StoreError
from gateway.core.line_chain import START, digest_of, line_of
from gateway.core.submission import Folder
from gateway.worker import Worker
from tests.acceptance.commands import answered, call, told
from tests.desk import ADA, COLLEGE, KNOWN, LEASE, Desk
from tests.review_desk import MOVED, OTHER, sent

WHY = ("--reason", "Case 4711.", "--by", "kim")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Yield a home that is opened once for all commands: to open it takes longer than what they do."""
    home = tmp_path_factory.mktemp("learner") / "home"
    assert CliRunner().invoke(cli.app, ["init", "--home", str(home)]).exit_code == 0
    (home / "gateway.toml").write_text("[review]\ngather_s = 0\n", encoding="utf-8")
    with bootstrap.opened(home) as house, pytest.MonkeyPatch.context() as patch:
        house.record.organisations.add(COLLEGE)
        house.record.register_keeping.load([KNOWN])
        patch.setattr(bootstrap, "opened", lambda _: nullcontext(house))
        yield home
        house.record.remove()


@pytest.fixture(scope="module")
def submission(home: Path) -> str:
    with bootstrap.opened(home) as house:
        return sent(Desk(gateway=house.gateway, record=house.record, folder=home), ADA).id  # type: ignore[arg-type]


def purposes(home: Path) -> list[str]:
    """Return why learners' records were read or written by commands since the last call, the whole register too."""
    events = [json.loads(line) for line in told(home, "audit", "export").splitlines()]
    return [it["purpose"] for it in events if it["actor"] == "operator"]


def test_every_command_that_shows_or_changes_a_learner_is_an_event(home: Path, submission: str, tmp_path: Path) -> None:
    assert submission
    with bootstrap.opened(home) as house:
        sent(Desk(gateway=house.gateway, record=house.record, folder=home), MOVED)  # type: ignore[arg-type]
    (question,) = [it for it in answered(home, "review", "list")["questions"] if it["sort"] == "possible"]
    told(home, "review", "show", question["id"])
    told(home, "review", "list", "--proposals")  # nobody is shown
    learners = tmp_path / "learners.csv"
    learners.write_text("key,given_name,family_name,date_of_birth,postcode\n1,Ada,Quill,2008-05-31,CV1 2WT\n")
    told(home, "match", str(learners), "--out", str(tmp_path / "matched.csv"))
    with (tmp_path / "matched.csv").open() as file:
        assert [row["uln"] for row in csv.DictReader(file)] == [KNOWN.uln]
    told(home, "register", "export", str(tmp_path / "register.csv"))
    told(home, "register", "delete", KNOWN.uln, "--by", "kim")
    told(home, "register", "restore", KNOWN.uln, "--by", "kim")
    told(home, "register", "history", KNOWN.uln)
    told(home, "register", "changes", "--from", "2026-01-01")
    told(home, "learner", "extract", KNOWN.uln)
    assert purposes(home) == [
        "review list", "review show", "match", "register export", "register deleted", "register restored",
        "register history", "learner extract",
    ]  # fmt: skip
    more = tmp_path / "more.csv"
    more.write_text("uln,given_name,family_name\n9000000032,Oscar,Zimmer\n")
    told(home, "register", "load", str(more))
    assert purposes(home)[-1] == "register load"
    told(home, "review", "decide", question["id"], "different", "--by", "kim", "--reason", "Asked the learner.")
    assert purposes(home)[-1] == "review decide"


def test_the_trail_is_verified_and_a_break_is_named(home: Path, submission: str) -> None:
    assert submission
    head = answered(home, "audit", "verify")
    assert head["holds"]
    assert "links hold" in told(home, "audit", "verify", "--head", head["head"])
    wrong = f"{head['links']}:{'00' * 32}"
    for shown in ((), ("--json",)):
        result = call(home, "audit", "verify", "--head", wrong, *shown)
        assert result.exit_code == 1
        assert "noted before" in result.stdout
    with pytest.raises(ConfigurationError, match="A link is"):
        CliRunner().invoke(
            cli.app, ["audit", "verify", "--head", "x", "--home", str(home)], catch_exceptions=False
        )  # fmt: skip


def test_the_sftp_servers_lines_are_verified_and_a_change_is_named(home: Path, tmp_path: Path) -> None:
    lines, previous = [], START
    for event in ("login", "published", "connection_ended"):
        lines.append(line_of({"event": event}, previous))
        previous = digest_of(lines[-1])
    path = tmp_path / "sftp.jsonl"
    path.write_bytes(b"".join(lines))
    verified = answered(home, "audit", "lines", str(path))
    assert (verified["holds"], verified["lines"], verified["head"]) == (True, 3, previous)
    assert "All 3 lines hold" in told(home, "audit", "lines", str(path))
    path.write_bytes(lines[0] + lines[2])
    changed = call(home, "audit", "lines", str(path))
    assert (changed.exit_code, "Line 2 does not follow" in changed.stdout) == (1, True)
    with pytest.raises(ConfigurationError, match="the SFTP server writes it"):
        CliRunner().invoke(cli.app, ["audit", "lines", "--home", str(tmp_path)], catch_exceptions=False)


def test_the_history_of_a_learner_is_shown_and_shows_itself(home: Path, submission: str) -> None:
    events = answered(home, "audit", "history", KNOWN.uln)["events"]
    assert ("kingsway", "read", "lrb-csv FUL", submission) in {
        (it["by"], it["sort"], it["purpose"], it["reference"]) for it in events
    }
    assert events[-1]["purpose"] == "audit history"
    assert "lrb-csv" in told(home, "audit", "history", KNOWN.uln)


def test_the_trail_is_exported_as_json_lines(home: Path, submission: str, tmp_path: Path) -> None:
    assert submission
    file = tmp_path / "audit.jsonl"
    assert "events written" in told(home, "audit", "export", str(file), "--since", "2020-01-01")
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert {line["version"] for line in lines} == {1}
    assert KNOWN.uln not in file.read_text()
    assert told(home, "audit", "export", "--since", "2100-01-01") == ""


def test_stats_tell_how_often_records_were_read(home: Path, submission: str) -> None:
    assert submission
    assert answered(home, "stats")["accesses.read.organisation"] >= 1


def test_a_learner_is_extracted_held_released_and_erased(home: Path, submission: str) -> None:
    extracted = answered(home, "learner", "extract", KNOWN.uln)
    assert extracted["register"][0]["family_name"] == "Quill"
    assert extracted["accesses"]
    assert "Quill" in told(home, "learner", "extract", KNOWN.uln)
    assert KNOWN.uln in told(home, "learner", "hold", KNOWN.uln, *WHY)
    refused = call(home, "learner", "erase", KNOWN.uln, *WHY)
    assert isinstance(refused.exception, StoreError)
    assert answered(home, "learner", "release", KNOWN.uln, *WHY)["released"] == [KNOWN.uln]
    with bootstrap.opened(home) as house:
        other = sent(Desk(gateway=house.gateway, record=house.record, folder=home), OTHER, ADA).id  # type: ignore[arg-type]
        Worker(house.gateway, LEASE).work()  # answers the question that was decided
        for file in house.gateway.mailboxes.listing(COLLEGE.id, Folder.OUT):
            if submission in file.name:
                house.gateway.mailboxes.acknowledge(COLLEGE.id, file.name)
    proof = answered(home, "learner", "erase", KNOWN.uln, *WHY)
    assert proof["remaining"] == {}
    assert submission in [it["submission"] for it in proof["submissions"]]
    assert other in [it["submission"] for it in proof["pending"]]
    assert answered(home, "learner", "extract", KNOWN.uln)["register"][0]["status"] == "erased"
    assert isinstance(call(home, "learner", "extract", "1000000043").exception, ConfigurationError)
    assert answered(home, "audit", "verify")["holds"]
    erased = answered(home, "submissions", "erase", other, *WHY)
    assert erased["blobs"] > 1
    assert isinstance(call(home, "submissions", "erase", other, *WHY).exception, StoreError)


def test_a_proof_is_read_by_people_too(home: Path) -> None:
    with bootstrap.opened(home) as house:
        house.record.register_keeping.load([KNOWN.__class__(uln="9000000059", learner=ADA)])
        third = sent(Desk(gateway=house.gateway, record=house.record, folder=home), ADA).id  # type: ignore[arg-type]
    proof = told(home, "learner", "erase", "9000000059", *WHY)
    assert "Proof of erasure" in proof
    assert f"{third}: responses are not collected yet" in proof
    assert "found still" in proof
    assert "file store" in told(home, "submissions", "erase", third, *WHY)


def test_a_worker_links_the_trail_and_lets_things_lapse(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with bootstrap.opened(home) as house:
        submission = sent(Desk(gateway=house.gateway, record=house.record, folder=home), OTHER)  # type: ignore[arg-type]
        with house.record._pool.connection() as connection:  # type: ignore[attr-defined]
            connection.execute("update submission set finished_at = finished_at - interval '401 days'")
        before = house.record.audit.length()
        server._tend(house)
        assert house.record.audit.length() > before
        assert list((home / "files").glob(f"*/{submission.id}.*")) == []
    assert capsys.readouterr().out == ""

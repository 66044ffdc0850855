"""The malware scanner's hook: real commands on real files, and no way past it."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.core.errors import FilesError
from gateway.core.submission import Status, Verdict
from gateway.pipeline import process
from gateway.scanner import Scanner
from tests.desk import ADA, LEASE, Desk, desk_of

SCRIPT = """\
#!/bin/sh
echo "$#" >> {folder}/seen
grep -q EICAR "$1" && exit 1
exit {otherwise}
"""


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=True)
    yield made
    made.record.close()


def scanning(desk: Desk, otherwise: int | str = 0, seconds: float = 30) -> Path:
    """Give the gateway a scanner that finds the word EICAR; return where it notes that it was called."""
    script = desk.folder / "scan it"
    script.write_text(SCRIPT.format(folder=desk.folder, otherwise=otherwise))
    script.chmod(0o700)
    desk.gateway = replace(desk.gateway, scanner=Scanner(command=[str(script)], seconds=seconds))
    return desk.folder / "seen"


def test_a_clean_file_is_scanned_once_and_processed(desk: Desk) -> None:
    seen = scanning(desk)
    assert [row["outcome"] for row in desk.answered([ADA])] == ["exact_match"]
    assert seen.read_text() == "1\n"


def test_an_infected_file_is_refused_with_a_clear_answer_and_nothing_reads_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanning(desk)
    submission = desk.send([replace(ADA, given_name="EICAR")])
    monkeypatch.setattr(type(desk.gateway.kinds["lrb-csv"]), "check", lambda *_: pytest.fail("it was read"))
    done = process(submission, desk.gateway)
    assert (done.status, done.verdict) == (Status.DELIVERED, Verdict.REJECTED)
    (row,) = desk.rows(submission, "errors.csv")
    assert row["code"] == "FILE_INFECTED"
    assert "scanner" in row["message"]
    assert desk.rows_of("select count(*) from proposal") == [(0,)]


@pytest.mark.parametrize(
    ("otherwise", "seconds", "reason"),
    [(2, 30, "ended with 2"), ("0$(kill -9 $$)", 30, "ended with -9"), ("$(exec sleep 60)", 0.2, "no answer within")],
)
def test_a_file_that_the_scanner_says_nothing_of_waits_then_is_parked_and_never_passes(
    desk: Desk, otherwise: int | str, seconds: float, reason: str
) -> None:
    scanning(desk, otherwise, seconds)
    submission = desk.send([ADA])
    for _ in range(5):
        held = process(submission, desk.gateway)
        desk.sql("update submission set next_try_at = now()")
        submission = desk.gateway.store.claim("test", LEASE) or submission
    assert held.status is Status.PARKED
    assert reason in str(held.held_reason)
    assert desk.rows_of("select count(*) from step") == [(0,)]
    desk.sql("update submission set status = 'received', attempts = 0, lease = null")  # what a replay does
    again = desk.gateway.store.claim("test", LEASE)
    assert again is not None
    assert process(again, desk.gateway).status is Status.RECEIVED
    scanning(desk)
    desk.sql("update submission set next_try_at = now(), lease = null")
    again = desk.gateway.store.claim("test", LEASE)
    assert again is not None
    assert process(again, desk.gateway).status is Status.DELIVERED


def test_a_scanner_that_is_switched_on_later_sees_what_is_run_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    submission = desk.send([replace(ADA, given_name="EICAR")])
    monkeypatch.setattr(type(desk.gateway.kinds["lrb-csv"]), "check", lambda *_: (_ for _ in ()).throw(FilesError("")))
    assert process(submission, desk.gateway).status is Status.IDENTIFIED
    monkeypatch.undo()
    scanning(desk)
    desk.sql("update submission set next_try_at = now()")
    again = desk.gateway.store.claim("test", LEASE)
    assert again is not None
    held = process(again, desk.gateway)
    assert "was read before it was scanned" in str(held.held_reason)
    assert desk.rows_of("select count(*) from response_file") == [(0,)]


def test_a_scanner_that_is_not_there_lets_nothing_pass(desk: Desk) -> None:
    desk.gateway = replace(desk.gateway, scanner=Scanner(command=["/not/there"], seconds=1))
    held = process(desk.send([ADA]), desk.gateway)
    assert held.status is Status.RECEIVED
    assert "cannot be run" in str(held.held_reason)


def test_a_scanner_gets_none_of_our_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEARNER_GATEWAY_DATABASE__PASSWORD", "secret of ours")
    script = tmp_path / "scan"
    script.write_text(f"#!/bin/sh\nenv > {tmp_path}/environment\n")
    script.chmod(0o700)
    assert Scanner(command=[str(script), "--option"], seconds=30)(tmp_path / "file") is False
    assert "secret of ours" in os.environ["LEARNER_GATEWAY_DATABASE__PASSWORD"]
    assert "secret of ours" not in (tmp_path / "environment").read_text()

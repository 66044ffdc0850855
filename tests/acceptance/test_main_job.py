"""A college puts a registration file into its mailbox and finds every learner's ULN, or the reason why not."""

import hashlib
import os
import subprocess
import sys

from gateway import bootstrap
from gateway.core.outcomes import MatchOutcome
from gateway.core.uln import uln_fault
from gateway.sample_scenarios import scenario
from tests.acceptance.support import SCHOOL, SEED, Running, entries_of, sample_of

SETS = {"OUT.CSV", "DETAIL.CSV", "match.csv", "errors.csv", "report.json", "report.html"}


def drawn(count: int, seed: int = SEED) -> list:
    return scenario(entries_of(2000), seed, count, bootstrap.now().date())


def test_every_record_is_answered_as_the_truth_says(gateway: Running) -> None:
    truth = drawn(120)
    sample = sample_of([it.learner for it in truth], minutes=1)
    receipt = gateway.put(sample.name, sample.content)
    assert receipt["status"] == "received"
    assert receipt["sha256"] == hashlib.sha256(sample.content).hexdigest()
    assert receipt["bytes"] == len(sample.content)
    answer = gateway.answer(receipt)
    assert set(answer.parts) == SETS
    matches, out = answer.rows("match.csv"), answer.rows("OUT.CSV")
    assert [row["outcome"] for row in matches] == [it.outcome for it in truth]
    assert [row["GivenName"] for row in out] == [it.learner.given_name for it in truth]
    known = [(row["uln"], it.uln) for row, it in zip(matches, truth, strict=True) if row["uln"] and it.uln]
    assert all(found == right for found, right in known)
    new = [row["ULN"] for row, it in zip(out, truth, strict=True) if it.outcome is MatchOutcome.NEW_ULN]
    assert len(set(new)) == len(new) > 0
    assert all(uln_fault(uln) is None and 9_100_000_000 <= int(uln) <= 9_199_999_999 for uln in new)
    counts = answer.report["counts"]
    assert counts["read"] == counts["accepted"] + counts["rejected"] + counts["held"] == len(truth)


def test_the_second_organisation_sees_nothing_of_it(gateway: Running) -> None:
    gateway.put("LRB_10000001_010120261201.CSV", b"something that must stay private")
    for folder in ("out", "receipts", "in/check"):
        assert gateway.names(folder, organisation=SCHOOL.id) == []
    assert gateway.names("in", organisation=SCHOOL.id) == ["check"]


def test_check_only_registers_nobody(gateway: Running) -> None:
    truth = drawn(60, seed=SEED + 1)
    sample = sample_of([it.learner for it in truth], minutes=2)
    with bootstrap.opened(gateway.home) as house:
        before = house.record.register_keeping.stats()
        answer = gateway.answer(gateway.put(sample.name, sample.content, folder="in/check"))
        assert house.record.register_keeping.stats() == before
    outcomes = [row["outcome"] for row in answer.rows("match.csv")]
    expected = [MatchOutcome.NOT_FOUND if it.outcome is MatchOutcome.NEW_ULN else it.outcome for it in truth]
    assert outcomes == expected


def test_first_checked_and_then_sent_is_no_duplicate(gateway: Running) -> None:
    sample = sample_of([it.learner for it in drawn(50, seed=SEED + 2)], minutes=3)
    assert gateway.put(sample.name, sample.content, folder="in/check")["status"] == "received"
    assert gateway.put(sample.name, sample.content, folder="in")["status"] == "received"


def test_the_same_file_twice_is_answered_with_the_first_receipt_and_its_responses(gateway: Running) -> None:
    sample = sample_of([it.learner for it in drawn(50, seed=SEED + 3)], minutes=4)
    first = gateway.put(sample.name, sample.content)
    answer = gateway.answer(first)
    removed = gateway.sftp(*[f"rm out/*.{first['id']}.*"])
    assert removed.returncode == 0, removed.stderr
    again = gateway.put(sample.name, sample.content)
    assert (again["status"], again["first_id"]) == ("duplicate", first["id"])
    assert "GF008" in str(again["message"])
    assert gateway.answer(again).parts == answer.parts


def test_the_same_name_with_other_bytes_follows_the_first(gateway: Running) -> None:
    truth = drawn(50, seed=SEED + 4)
    one, other = (
        sample_of([it.learner for it in truth], minutes=5),
        sample_of([it.learner for it in truth[1:]], minutes=5),
    )
    first = gateway.put(one.name, one.content)
    second = gateway.put(other.name, other.content)
    assert (second["status"], second["follows"]) == ("received", first["id"])
    gateway.answer(first)
    gateway.answer(second)


def test_no_learner_value_stands_in_the_log(gateway: Running) -> None:
    truth = drawn(50, seed=SEED + 5)
    sample = sample_of([it.learner for it in truth], bad=30, minutes=6)
    gateway.answer(gateway.put(sample.name, sample.content))
    log = gateway.log.read_text()
    values = {it.learner.family_name for it in truth} | {it.learner.postcode for it in truth}
    assert log
    assert not [value for value in values if len(value) > 3 and value in log]
    assert sample.name not in log


def test_a_name_of_the_greatest_length_has_its_answers_read(gateway: Running) -> None:
    name = "LRB_" + "x" * 192 + ".CSV"
    receipt = gateway.put(name, b"not what we take, under a long name")
    assert gateway.answer(receipt).report["verdict"] == "rejected"


def test_a_gateway_that_cannot_listen_says_so_and_ends(gateway: Running) -> None:
    taken = os.environ | {"LEARNER_GATEWAY_SFTP__PORT": str(gateway.port)}
    command = [sys.executable, "-m", "gateway", "serve", "--home", str(gateway.home)]
    ended = subprocess.run(command, env=taken, capture_output=True, text=True, timeout=300, check=False)
    assert ended.returncode == 3
    assert "sftp did not start" in ended.stderr
    assert "cannot listen" in ended.stderr

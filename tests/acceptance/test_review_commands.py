"""`gateway review` and `gateway stats`, as a person or a program calls them, on a home with files that ask."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway import bootstrap, cli
from gateway.core.errors import ConfigurationError, StoreError
from gateway.core.model import Entry, Learner
from gateway.pipeline import process
from gateway.worker import Worker
from tests.acceptance.commands import answered, call, told
from tests.desk import ADA, COLLEGE, KNOWN, LEASE, Desk
from tests.golden.ao_files import NAME, NORTH, RESULT, results_text
from tests.review_desk import MOVED, OTHER, sent

NOBODY = Entry(
    uln="9000000032",
    learner=Learner(
        given_name="Oscar", family_name="Zimmer", date_of_birth=date(1961, 11, 30), sex="1", postcode="ZE1 0AA",
        ability_to_share="1",
    ),
)  # fmt: skip
"""Somebody whom no question is about."""
WHO = ("--by", "Kim", "--reason", "Asked the learner.")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("review") / "home"
    assert CliRunner().invoke(cli.app, ["init", "--home", str(home)]).exit_code == 0
    (home / "gateway.toml").write_text("[review]\ngather_s = 0\n", encoding="utf-8")
    with bootstrap.opened(home) as house:
        house.record.organisations.add(COLLEGE)
        house.record.register_keeping.load([KNOWN, NOBODY])
    yield home
    with bootstrap.opened(home) as house:
        house.record.remove()


def send(home: Path, *learners: Learner) -> str:
    with bootstrap.opened(home) as house:
        desk = Desk(gateway=house.gateway, record=house.record, folder=home)  # type: ignore[arg-type]
        return sent(desk, *learners).id


def open_questions(home: Path) -> list[dict]:
    return answered(home, "review", "list", "--organisation", COLLEGE.id)["questions"]


def test_a_question_is_listed_shown_decided_answered_and_exported(home: Path, tmp_path: Path) -> None:
    submission = send(home, MOVED, OTHER)
    (question,) = open_questions(home)
    assert question["learner"]["postcode"] == "M1 1AE"
    assert question["records"] == [{"submission": submission, "record": 1, "key": question["records"][0]["key"],
                                    "state": "waiting"}]  # fmt: skip
    listed = told(home, "review", "list")
    assert question["id"] in listed
    assert "possible match" in listed
    assert "names swapped" in listed
    shown = told(home, "review", "show", question["id"])
    assert "CV1 2WT (different)" in shown
    assert "female (same)" in shown
    assert "fit the other way round" in shown
    assert KNOWN.uln in shown
    assert "same" in told(home, "review", "decide", question["id"], "same", KNOWN.uln, *WHO)
    with bootstrap.opened(home) as house:
        Worker(house.gateway, LEASE).work()
        parts = house.record.submissions.show(submission)
    assert parts is not None
    assert any("supplement-1.OUT.CSV" in name for name in parts.responses)
    assert open_questions(home) == []
    after = answered(home, "review", "show", question["id"])
    assert after["decision"]["by"] == "Kim"
    assert "Decided" in told(home, "review", "show", question["id"])
    out = tmp_path / "pairs.csv"
    assert answered(home, "review", "pairs", "--out", str(out))["pairs"] >= 1
    assert "labelled pairs" in told(home, "review", "pairs", "--out", str(out))
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert "same" in {row["decision"] for row in rows}


def test_a_decision_is_taken_back(home: Path) -> None:
    send(home, replace(MOVED, postcode="M2 2AE"))
    (question,) = open_questions(home)
    decided = answered(home, "review", "decide", question["id"], "cannot-tell", *WHO)
    assert decided["decision"]["judgement"] == "cannot-tell"
    assert "open again" in told(home, "review", "undo", question["id"], *WHO)
    assert [it["id"] for it in open_questions(home)] == [question["id"]]


def test_a_proposal_is_listed_and_settled(home: Path) -> None:
    submission = send(home, replace(ADA, uln=KNOWN.uln, email="ada@example.org"))
    (proposal,) = answered(home, "review", "list", "--proposals")["proposals"]
    assert (proposal["id"], proposal["details"]) == (f"{submission}/1", {"email": "ada@example.org"})
    assert "ada@example.org" in told(home, "review", "list", "--proposals")
    assert "live" in told(home, "review", "decide", proposal["id"], "accept", *WHO)
    with bootstrap.opened(home) as house:
        assert house.gateway.register.by_uln([KNOWN.uln])[KNOWN.uln].learner.email == "ada@example.org"
    submission = send(home, replace(ADA, uln=KNOWN.uln, email="other@example.org"))
    assert answered(home, "review", "decide", f"{submission}/1", "refuse", *WHO)["uln"] == KNOWN.uln
    settled = answered(home, "review", "list", "--settled")["settled"]
    assert [(it["held"], it["value"], it["live"], it["by"]) for it in settled] == [
        ("ada@example.org", "other@example.org", False, "Kim"),
        ("", "ada@example.org", True, "Kim"),
    ]
    assert "refused" in told(home, "review", "list", "--settled")
    assert "open again" in told(home, "review", "undo", proposal["id"], *WHO)
    assert answered(home, "review", "undo", f"{submission}/1", *WHO)["open"] is True
    with bootstrap.opened(home) as house:
        assert house.gateway.register.by_uln([KNOWN.uln])[KNOWN.uln].learner.email == ""
    assert len(answered(home, "review", "list", "--proposals")["proposals"]) == 2


def test_a_number_that_a_list_lacks_is_shown_as_such_and_answered_when_it_is_loaded(home: Path, tmp_path: Path) -> None:
    column = (
        "qan,title,type,level,awarding_organisation,grade_set,unit_grade_set,endorsement_grade_set,coding,belongs_to"
    )
    path = tmp_path / "qualifications.csv"
    path.write_text(f"{column},valid_from,valid_to\n601/1234/7,English,GCSE,2,,,,,,,,\n", encoding="utf-8")
    told(home, "reference", "load", str(path))
    result = RESULT | {"ULN": KNOWN.uln, "FamilyName": "Quill", "GivenNames": "Ada", "DateOfBirth": "2008-05-31"}
    with bootstrap.opened(home) as house:
        house.record.organisations.add(NORTH)
        desk = Desk(gateway=house.gateway, record=house.record, folder=home)  # type: ignore[arg-type]
        submission = desk.take(NAME, results_text([result | {"QAN": "603/9999/5"}]).encode(), NORTH)
        process(submission, house.gateway)
    (question,) = answered(home, "review", "list", "--organisation", NORTH.id)["questions"]
    assert (question["sort"], question["awaits"]) == ("reference", "qualifications/60399995")
    assert "60399995 is not in" in told(home, "review", "list", "--organisation", NORTH.id)
    assert "gateway reference load" in told(home, "review", "show", question["id"])
    assert isinstance(call(home, "review", "decide", question["id"], "same", *WHO).exception, ConfigurationError)
    with path.open("a", encoding="utf-8") as file:
        file.write("603/9999/5,Latin,GCSE,2,,,,,,,,\n")
    told(home, "reference", "load", str(path))
    with bootstrap.opened(home) as house:
        house.record.queue.reconcile()
        Worker(house.gateway, LEASE).work()
        shown = house.record.submissions.show(submission.id)
    assert shown is not None
    assert any("supplement-1.outcome.csv" in name for name in shown.responses)
    assert answered(home, "review", "list", "--organisation", NORTH.id)["questions"] == []


def test_stats_tell_what_is_known(home: Path) -> None:
    submission = send(home, replace(MOVED, postcode="M3 3AE"))
    (question,) = (it for it in open_questions(home) if it["records"][0]["submission"] == submission)
    told(home, "review", "decide", question["id"], "different", *WHO)
    found = answered(home, "stats")
    assert found["learners"] == 2
    assert found["records.possible_match"] >= 1
    assert found["questions_settled"] >= 1
    assert found["live_precision"]["all"]["looked_at"] == 0
    assert "nobody has looked at any yet" in told(home, "stats")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("review", "show", "nothing"), ConfigurationError),
        (("review", "decide", "nothing", "different", *WHO), ConfigurationError),
        (("review", "decide", "nothing", "accept", *WHO), ConfigurationError),
        (("review", "decide", "nothing/1", "accept", *WHO), StoreError),
        (("review", "undo", "nothing", *WHO), StoreError),
    ],
)
def test_what_is_not_there_is_said_in_one_line(home: Path, arguments: tuple[str, ...], error: type) -> None:
    result = call(home, *arguments)
    assert isinstance(result.exception, error)
    assert "gateway review list" in str(result.exception)

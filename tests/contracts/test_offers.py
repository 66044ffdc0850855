"""What goes beside a report: the corrected file that is offered, through the pipeline and offline."""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.cli import app
from gateway.core.submission import Folder, Submission
from gateway.pipeline import process
from tests.desk import ADA, COLLEGE, Desk, desk_of

PEOPLE = [replace(ADA, given_name=name, date_of_birth=date(2007, 1, day)) for name, day in [("Ada", 30), ("Bea", 2)]]


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=False)
    yield made
    made.record.close()


def through_a_spreadsheet(content: bytes) -> bytes:
    """Return the file as a spreadsheet leaves it: its dates turned round."""
    return re.sub(rb'"((?:19|20)[0-9]{2})-([0-9]{2})-([0-9]{2})"', rb'"\3/\2/\1"', content)


def body(desk: Desk, submission: Submission, part: str) -> bytes:
    (found,) = [it for it in desk.gateway.mailboxes.listing(COLLEGE.id, Folder.OUT)
                if it.name.endswith(f".{submission.id}.{part}")]  # fmt: skip
    with desk.gateway.files.open(str(found.blob)) as file:
        return file.read()


def parts(desk: Desk, submission: Submission) -> set[str]:
    names = (it.name for it in desk.gateway.mailboxes.listing(COLLEGE.id, Folder.OUT))
    return {name.partition(f".{submission.id}.")[2] for name in names}


def test_a_file_whose_form_alone_is_wrong_comes_back_corrected(desk: Desk) -> None:
    sent: list[bytes] = []

    def damaged(content: bytes) -> bytes:
        sent.append(content)
        return through_a_spreadsheet(content)

    submission = process(desk.send(PEOPLE, change=damaged), desk.gateway)
    offered = list(csv.reader(body(desk, submission, "proposed.CSV").decode().splitlines()))
    assert offered == list(csv.reader(sent[0].decode().splitlines()))
    listed = list(csv.DictReader(body(desk, submission, "changes.csv").decode().splitlines()))
    assert [(it["line"], it["column"], it["was"], it["now"]) for it in listed[:2]] == [
        ("2", "DateOfBirth", "30/01/2007", "2007-01-30"),
        ("3", "DateOfBirth", "02/01/2007", "2007-01-02"),
    ]
    told = json.loads(body(desk, submission, "report.json"))["proposed"]
    assert (told["name"], told["changed"][0]["count"], told["left"]) == (submission.name, 2, [])
    page = body(desk, submission, "report.html").decode()
    assert "A corrected file is offered" in page
    assert f".{submission.id}.proposed.CSV" in page


def test_a_file_whose_form_is_right_is_offered_nothing(desk: Desk) -> None:
    wrong_sex = process(desk.send(PEOPLE, change=lambda content: content.replace(b'"2"', b'"7"', 1)), desk.gateway)
    right = process(desk.send(PEOPLE), desk.gateway)
    for submission in (wrong_sex, right):
        assert not {"changes.csv", "proposed.CSV"} & parts(desk, submission)
        assert json.loads(body(desk, submission, "report.json"))["proposed"] is None


def test_offline_the_corrected_file_is_written_into_a_folder(desk: Desk, tmp_path: Path) -> None:
    submission = desk.send(PEOPLE, change=through_a_spreadsheet)
    given, out = tmp_path / submission.name.replace(".CSV", " (1).csv"), tmp_path / "corrected"
    with desk.gateway.files.open(submission.blob) as file:
        given.write_bytes(file.read())
    out.mkdir()
    for path, code, written in (
        (given, 1, {submission.name, f"{given.name}.changes.csv"}),
        (out / submission.name, 0, {submission.name, f"{given.name}.changes.csv"}),
    ):
        found = CliRunner().invoke(app, ["check", str(path), "--propose", str(out)])
        assert found.exit_code == code, found.output
        assert {it.name for it in out.iterdir()} == written
    assert "A corrected file is offered" in CliRunner().invoke(app, ["check", str(given), "--propose", str(out)]).output

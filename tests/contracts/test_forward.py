"""Where no ULN may be issued, those who are not found come back as a file that is ready to be sent on."""

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.cli import app
from gateway.core.submission import Folder, Job
from gateway.pipeline import process
from tests.desk import ADA, COLLEGE, KNOWN, TESTING, Desk, desk_of

NEW = [replace(ADA, given_name=name, date_of_birth=date(2006, 2, day)) for day, name in enumerate(("Bea", "Cora"), 1)]
FORWARD = re.compile(r"LRB_10000001_[0-9]{12}\.CSV")


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=False)
    yield made
    made.record.close()


def forwards(desk: Desk, sender: str = COLLEGE.id) -> list[str]:
    return [it.name for it in desk.gateway.mailboxes.listing(sender, Folder.OUT) if FORWARD.fullmatch(it.name)]


def written(desk: Desk, folder: Path) -> Path:
    found = desk.gateway.mailboxes.find(COLLEGE.id, Folder.OUT, forwards(desk)[-1])
    assert found is not None
    path = folder / found.name
    with desk.gateway.files.open(str(found.blob)) as file:
        path.write_bytes(file.read())
    return path


def test_those_who_are_not_found_are_ready_to_be_sent_on(desk: Desk, tmp_path: Path) -> None:
    process(desk.send([NEW[0], ADA, NEW[1]]), desk.gateway)
    path = written(desk, tmp_path)
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert [(row["GivenName"], row["ULN"], row["LearnerRecordCount"]) for row in rows] == [
        ("Bea", "", "2"),
        ("Cora", "", ""),
    ]
    checked = CliRunner().invoke(app, ["check", str(path)])
    assert checked.exit_code == 0, checked.output


def test_a_second_file_of_the_same_minute_gets_the_next_one(desk: Desk) -> None:
    for person in NEW:
        process(desk.send([person]), desk.gateway)
    assert len(forwards(desk)) == 2


def test_nothing_is_sent_on_where_nothing_may_or_need_be(desk: Desk) -> None:
    process(desk.send([ADA, replace(ADA, uln=KNOWN.uln, middle_name="Jo")]), desk.gateway)
    process(desk.send(NEW, job=Job.CHECK), desk.gateway)
    assert forwards(desk) == []
    process(desk.send(NEW, sender=TESTING), desk.gateway)
    assert len(forwards(desk, TESTING.id)) == 1

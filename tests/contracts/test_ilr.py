"""ILR files go through the whole pipeline on a real database, and are answered in every part of their response."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.kinds.ilr.kind import Ilr1819, Ilr2021, Ilr2526
from gateway.core.handover import SamplePlan
from gateway.core.rules.rule import Context
from gateway.core.submission import Folder, Submission
from gateway.pipeline import process
from tests.desk import ADA, COLLEGE, KNOWN, MOMENT, Desk, desk_of
from tests.golden.ilr_files import DELIVERY, learner, message

LATER = f"ILR-10000001-2526-{MOMENT:%Y%m%d-%H%M%S}-01.xml"
NAME = f"ILR-10000001-2526-{MOMENT - timedelta(hours=1):%Y%m%d-%H%M%S}-01.xml"
BEN = {"FamilyName": "Yarrow", "GivenNames": "Ben", "DateOfBirth": "2006-01-01"}
DETAILS = {"FamilyName": "Quill", "GivenNames": "Ada", "DateOfBirth": "2008-05-31", "Sex": "F", "Postcode": "CV1 2WT"}
OF_ADA = DETAILS | {"ULN": KNOWN.uln}


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=False)
    kinds = {kind.name: kind.from_settings({}) for kind in (Ilr1819, Ilr2021, Ilr2526)}
    made.gateway = replace(made.gateway, kinds=kinds)
    yield made
    made.record.close()


def text(desk: Desk, submission: Submission, part: str) -> bytes:
    listing = desk.gateway.mailboxes.listing(COLLEGE.id, Folder.OUT)
    (found,) = (it for it in listing if it.name.endswith(f".{submission.id}.{part}"))
    with desk.gateway.files.open(str(found.blob)) as file:
        return bytes(file.read())


def violations(desk: Desk, submission: Submission) -> list[tuple[str, str, str]]:
    rows = desk.rows(submission, "violations.csv")
    return [(row["Error\\Warning"], row["Learner Ref"], row["Rule Name"]) for row in rows]


def outcomes(desk: Desk, submission: Submission) -> list[str]:
    return [row["outcome"] for row in desk.rows(submission, "match.csv")]


def test_a_file_is_answered_with_violations_matches_and_a_report(desk: Desk) -> None:
    nobodys = learner("A3", **DETAILS)
    parts = [learner("A1", **OF_ADA), learner("A2", **DETAILS | {"Sex": "Q"}), nobodys]
    sent = process(desk.take(NAME, message(*parts)), desk.gateway)
    assert outcomes(desk, sent) == ["exact_match", "refused", "uln_not_found"]
    told = violations(desk, sent)
    assert [it for it in told if it[0] == "E"] == [("E", "A2", "Sex_01"), ("E", "A3", "ULN_05")]
    report = json.loads(text(desk, sent, "report.json"))
    assert report["verdict"] == "part"
    assert {"Sex_01", "ULN_05"} <= {told["code"] for told in report["explained"]}
    other = process(desk.take(LATER, message(learner("A4", **OF_ADA | BEN))), desk.gateway)
    assert outcomes(desk, other) == ["uln_mismatch"]
    assert ("E", "A4", "ULN_MISMATCH") in violations(desk, other)


def test_a_file_in_which_every_learner_is_refused_is_answered_learner_by_learner(desk: Desk) -> None:
    refused = [learner(ref, **DETAILS | {"Sex": "Q"}) for ref in ("A1", "A2")]
    sent = process(desk.take(NAME, message(*refused)), desk.gateway)
    assert sent.verdict == "rejected"
    assert outcomes(desk, sent) == ["refused", "refused"]
    told = [it for it in violations(desk, sent) if it[0] == "E"]
    assert told == [("E", "A1", "Sex_01"), ("E", "A2", "Sex_01")]
    page = text(desk, sent, "report.html").decode()
    assert "The file was read, but no record was accepted: 0 of 2 records" in page
    again = process(desk.take(NAME, message(learner("A1", **OF_ADA))), desk.gateway)
    assert again.verdict == "accepted"


def test_the_accepted_learners_come_back_as_a_file_that_passes_itself(desk: Desk) -> None:
    desk.agree(accepted_file=True)
    right, wrong = learner("A1", **OF_ADA), learner("A2", **DETAILS | {"Sex": "Q"})
    sent = process(desk.take(NAME, message(wrong, right)), desk.gateway)
    accepted = text(desk, sent, "accepted.xml")
    assert accepted == message(right)
    path = desk.folder / "accepted.xml"
    path.write_bytes(accepted)
    found = Ilr2526.from_settings({}).check(path, Context(as_of=MOMENT.date(), file_name=NAME, sender=COLLEGE))
    notices = [notice for one in found for notice in getattr(one, "notices", ())]
    assert not [notice for notice in notices if notice.severity == "error"]


def test_a_file_without_a_fault_is_its_own_accepted_file(desk: Desk) -> None:
    desk.agree(accepted_file=True)
    data = message(learner("A1", **OF_ADA, more=DELIVERY))
    assert text(desk, process(desk.take(NAME, data), desk.gateway), "accepted.xml") == data


@pytest.mark.parametrize("year", ["2018-19", "2020-21", "2025-26"])
def test_a_sample_of_each_year_is_known_by_its_year_and_answered(desk: Desk, year: str) -> None:
    plan = SamplePlan(organisation=COLLEGE, moment=MOMENT, bad_percent=0, seed=1)
    sample = desk.gateway.kinds[f"ilr-{year}"].samples([replace(ADA, uln=KNOWN.uln)], plan)
    sent = process(desk.take(sample.name, sample.content), desk.gateway)
    assert sent.kind == f"ilr-{year}"
    destinations = 1 if year < "2025-26" else 0
    assert outcomes(desk, sent) == ["exact_match", *["not_matched"] * destinations]

"""A census return goes through the whole pipeline on a real database, and every pupil is answered."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.kinds.school_census.kind import SchoolCensus
from gateway.core.submission import Organisation, OrganisationKind, Submission, Verdict
from gateway.pipeline import process
from tests.desk import COLLEGE, KNOWN, Desk, desk_of
from tests.golden.census_files import BEA, left, message, on_roll

SCHOOL = Organisation(id="hilltop", name="Hilltop School", kind=OrganisationKind.SCHOOL, estab="8232321")
NAME = "8232321_SC1_823LL26_001.xml"
PRIMARY = {
    "Header/Source/Estab": "2321", "School/SchoolCharacteristics/Phase": "PS",
    "School/SchoolCharacteristics/SchoolType": "02",
}  # fmt: skip
NO_ULN = {"PupilIdentifiers/UniqueLearnerNumber": ""}
QUILL = {**NO_ULN, "PupilIdentifiers/Surname": "Quill", "PupilIdentifiers/DOB": "2008-05-31",
         "Attendance/TermlyAttendance/SessionsPossible": ""}  # fmt: skip
WRONG = {**NO_ULN, **BEA, "PupilIdentifiers/UniqueLearnerNumber": "", "PupilIdentifiers/Sex": "X"}
GONE = {**NO_ULN, "PupilIdentifiers/UPN": "U301400018001", "PupilIdentifiers/Forename": "Cora"}


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=True)
    made.gateway = replace(made.gateway, kinds={"school-census": SchoolCensus.from_settings({})})
    made.record.organisations.add(SCHOOL)
    yield made
    made.record.close()


def sent(desk: Desk, data: bytes, sender: Organisation = SCHOOL) -> Submission:
    return process(desk.take(NAME, data, sender), desk.gateway)


def test_each_pupil_is_answered_and_nobody_is_registered(desk: Desk) -> None:
    done = sent(desk, message(on_roll(QUILL), on_roll(WRONG), left(GONE), head=PRIMARY))
    assert done.verdict is Verdict.PART
    matches = desk.rows(done, "match.csv")
    assert [row["outcome"] for row in matches] == ["exact_match", "refused", "no_match"]
    assert [row["key"] for row in matches] == ["K823432104001", "P207000016049", "U301400018001"]
    assert matches[0]["uln"] == KNOWN.uln
    assert desk.record.register_keeping.stats()["entries"] == 1


def test_a_pupil_of_14_without_a_uln_is_refused_for_that_and_looked_for_all_the_same(desk: Desk) -> None:
    quill, nobody = on_roll(QUILL), on_roll({**BEA, **NO_ULN, "PupilIdentifiers/DOB": "2010-01-31"})
    both_wrong = left({**GONE, "PupilIdentifiers/DOB": "2009-01-31", "PupilIdentifiers/Sex": "X"})
    done = sent(desk, message(quill, nobody, both_wrong))
    matches = desk.rows(done, "match.csv")
    assert [(row["outcome"], row["uln"]) for row in matches] == [
        ("exact_match", KNOWN.uln),
        ("no_match", ""),
        ("refused", ""),
    ]
    assert {row["next_step"] for row in matches} == {"Correct the record as the error report says, and send it again."}
    rows = desk.rows(done, "census.csv")[:-1]
    assert [(row["code"], row["record"]) for row in rows if row["severity"] == "error"] == [
        ("1570", "1"),
        ("1570", "2"),
        ("1573", "3"),
        ("2470", "3"),
        ("G151", "3"),
    ]
    counts = desk.report(done)["counts"]
    assert (counts["read"], counts["accepted"], counts["rejected"], counts["held"]) == (3, 0, 3, 0)
    assert counts["by_outcome"] == {"refused": 3}


def test_a_number_that_stands_for_none_is_told_as_it_was_sent(desk: Desk) -> None:
    done = sent(desk, message(on_roll({**QUILL, "PupilIdentifiers/UniqueLearnerNumber": "9999999999"}), head=PRIMARY))
    assert [row["sent_uln"] for row in desk.rows(done, "match.csv")] == ["9999999999"]


def test_errors_and_queries_come_by_rule_number_with_their_pupils_and_totals(desk: Desk) -> None:
    done = sent(desk, message(on_roll(QUILL), on_roll(WRONG), left(GONE), head=PRIMARY))
    *rows, totals = desk.rows(done, "census.csv")
    assert [(row["code"], row["record"], row["upn"], row["forename"]) for row in rows] == [
        ("G151", "2", "P207000016049", "Bea")
    ]
    assert totals["code"] == "#TOTALS"
    assert totals["severity"].endswith("pupils_on_roll=2;pupils_no_longer_on_roll=1;classes=0")


def test_an_error_of_the_return_refuses_it_and_its_pupils_are_checked_all_the_same(desk: Desk) -> None:
    wrong = {**PRIMARY, "School/SchoolCharacteristics/Phase": "XX"}
    done = sent(desk, message(on_roll(WRONG), head=wrong))
    assert done.verdict is Verdict.REJECTED
    rows = desk.rows(done, "census.csv")
    assert [(row["code"], row["record"]) for row in rows[:2]] == [("G040", ""), ("G151", "1")]
    assert rows[0]["value"] == "XX"


def test_a_college_cannot_send_a_census_return(desk: Desk) -> None:
    done = sent(desk, message(on_roll(QUILL), head=PRIMARY), COLLEGE)
    assert done.verdict is Verdict.REJECTED

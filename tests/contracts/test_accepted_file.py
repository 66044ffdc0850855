"""A sender who asks for it gets the accepted learners of an LRB file as a file of the same kind, byte for byte."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.core.model import CheckedRecord
from gateway.core.notices import Notice
from gateway.core.submission import Folder, Submission, Verdict
from gateway.pipeline import process
from tests.desk import COLLEGE, Desk, desk_of
from tests.golden.lrb_files import HEADER, HEADINGS, LEARNER, NAME, check_text, lrb_text

NAMES = ("Una", "Zo\u00eb", "Bea", "Dai", "Eve")
POSTCODES = ("ZE1 0AA", "M1 1AE", "B33 8TH", "CR2 6XH", "DN55 1PT")
ROWS = [HEADER | LEARNER | {"MISIdentifier": f"M{place}", "GivenName": name, "LearnerRecordCount": "5",
                            "DateOfBirth": f"200{place}-05-31", "LastKnownPostCode": postcode}
        for place, (name, postcode) in enumerate(zip(NAMES, POSTCODES, strict=True))]  # fmt: skip
"""Five learners of whom no two may be one person."""
BAD = {"Gender": "X"}


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=True)
    made.agree(accepted_file=True)
    yield made
    made.record.close()


def rows(*bad: int) -> list[dict[str, str]]:
    """Return five learners, those at these places with an unknown gender; the first row bears the header."""
    made = [row | (BAD if place in bad else {}) for place, row in enumerate(ROWS)]
    return [made[0], *(row | dict.fromkeys(HEADER, "") for row in made[1:])]


def lines(content: bytes) -> list[bytes]:
    return content.splitlines(keepends=True)


def answered(desk: Desk, content: bytes) -> tuple[Submission, dict[str, bytes]]:
    """Return a submission that was processed, and its parts."""
    submission = process(desk.take(NAME, content), desk.gateway)
    found = {}
    for file in desk.gateway.mailboxes.listing(COLLEGE.id, Folder.OUT):
        name, mark, part = file.name.partition(f".{submission.id}.")
        if name and mark:
            with desk.gateway.files.open(str(file.blob)) as kept:
                found[part] = kept.read()
    return submission, found


@pytest.mark.parametrize("bad", [(1, 3), (0, 4), (0, 1, 2)], ids=["between", "first and last", "the first three"])
@pytest.mark.parametrize("end", ["\r\n", "\n"], ids=["CR LF", "LF"])
def test_the_accepted_learners_come_back_as_a_file_that_is_accepted(
    bad: tuple[int, ...], end: str, desk: Desk, tmp_path: Path
) -> None:
    content = lrb_text(rows(*bad)).replace("\r\n", end).encode()
    submission, parts = answered(desk, content)
    assert submission.verdict is Verdict.PART
    head, first, *others = lines(parts["accepted.CSV"])
    kept = [line for place, line in enumerate(lines(content)[1:]) if place not in bad]
    assert (head, others) == (lines(content)[0], kept[1:])
    assert first.decode().count(",") == len(HEADINGS) - 1
    again = check_text(tmp_path, parts["accepted.CSV"], sender=COLLEGE)
    accepted = [finding.record.key for finding in again if isinstance(finding, CheckedRecord)]
    assert accepted == [f"M{place}" for place in range(5) if place not in bad]
    found = [it for it in again if isinstance(it, Notice)]
    told = [notice for it in again if isinstance(it, CheckedRecord) for notice in it.notices]
    assert [notice.code for notice in [*found, *told] if notice.code != "LINE_ENDS"] == []


def test_the_file_of_accepted_learners_is_accepted_whole(desk: Desk) -> None:
    _, parts = answered(desk, lrb_text(rows(1, 3)).encode())
    again = process(desk.take(NAME.replace("1430", "1431"), parts["accepted.CSV"]), desk.gateway)
    assert again.verdict is Verdict.ACCEPTED


def test_values_on_several_lines_and_blank_rows_are_kept_as_they_are(desk: Desk) -> None:
    made = rows(3)
    made[2]["Notes"] = 'one\r\ntwo, "three"'
    content = lrb_text(made).replace("\r\n,,,,", "\r\n\r\n,,,,").encode()
    _, parts = answered(desk, content)
    row = lrb_text([made[2]]).encode().partition(b"\r\n")[2]
    assert row in content
    assert row in parts["accepted.CSV"]
    assert b"\r\n\r\n,,,,,M1," in parts["accepted.CSV"]
    assert b",M3," not in parts["accepted.CSV"]


def test_without_an_accepted_learner_or_the_wish_there_is_no_such_file(desk: Desk) -> None:
    _, parts = answered(desk, lrb_text(rows(0, 1, 2, 3, 4)).encode())
    assert "accepted.CSV" not in parts
    desk.agree(accepted_file=False)
    _, parts = answered(desk, lrb_text(rows(1)).encode())
    assert "accepted.CSV" not in parts


def test_the_first_row_stays_in_the_files_own_encoding(desk: Desk, tmp_path: Path) -> None:
    content = lrb_text(rows(0)).encode("cp1252")
    _, parts = answered(desk, content)
    assert "Zo\u00eb" in lines(parts["accepted.CSV"])[1].decode("cp1252")
    again = check_text(tmp_path, parts["accepted.CSV"], sender=COLLEGE)
    assert [it.record["GivenName"] for it in again if isinstance(it, CheckedRecord)] == list(NAMES[1:])

"""How changes of ULNs are told: reports with the columns of `lrs` 1.5, notices with those of `gateway-files` 7."""

import io
from datetime import UTC, date, datetime

import pytest

from gateway.core.answered import AnsweredUln, AnsweredUlns, read_answered
from gateway.core.model import Answer, CheckedRecord, Learner, Match, Record
from gateway.core.outcomes import MatchOutcome
from gateway.core.uln_changes import (
    NOTICE_COLUMNS,
    ChangeSort,
    NoticeLine,
    ReportedChange,
    notice_name,
    notice_row,
    report_columns,
    report_row,
)

MASTER = "MasterULN MasterFamilyName MasterGivenName MasterDateOfBirth"
LATE = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
ANNA = Learner(given_name="Anna", family_name="Smith", date_of_birth=date(2007, 3, 4))


@pytest.mark.parametrize(
    ("sort", "columns"),
    [
        (ChangeSort.MERGED, f"{MASTER} MergedULN MergedFamilyName MergedGivenName MergedDateOfBirth MergedDate"),
        (
            ChangeSort.UNMERGED,
            f"{MASTER} UnmergedULN UnmergedFamilyName UnmergedGivenName UnmergedDateOfBirth UnmergedDate",
        ),
        (ChangeSort.DELETED, "ULN DeletedDate"),
    ],
)
def test_the_reports_have_the_columns_of_the_service(sort: ChangeSort, columns: str) -> None:
    assert " ".join(report_columns(sort)) == columns


def test_a_merge_is_reported_with_both_learners_and_its_day_in_the_united_kingdom() -> None:
    merged = ReportedChange(
        sort=ChangeSort.MERGED, uln="1000000043", learner=ANNA, master_uln="1000000051",
        master=Learner(family_name="Jones"), at=LATE,
    )  # fmt: skip
    assert list(report_row(merged).values()) == [
        "1000000051", "Jones", "", "", "1000000043", "Smith", "Anna", "2007-03-04", "2026-07-01",
    ]  # fmt: skip


def test_a_deletion_is_reported_without_names() -> None:
    deleted = ReportedChange(
        sort=ChangeSort.DELETED, uln="1000000043", learner=ANNA, master_uln=None, master=None, at=LATE
    )
    assert report_row(deleted) == {"ULN": "1000000043", "DeletedDate": "2026-07-01"}


def test_a_notice_names_the_change_and_the_senders_own_key() -> None:
    line = NoticeLine(ChangeSort.DELETED, "1000000043", None, LATE, "M1", "0abc")
    told = dict(zip(NOTICE_COLUMNS, notice_row(line), strict=True))
    assert told == {
        "change": "deleted",
        "uln": "1000000043",
        "master_uln": "",
        "changed_at": "2026-06-30T23:30:00Z",
        "your_key": "M1",
        "your_submission": "0abc",
    }
    assert notice_name(date(2026, 7, 1)) == "uln-changes.2026-07-01.csv"


def test_what_was_answered_is_read_as_it_was_listed_whatever_the_key() -> None:
    keys = ["M1", 'a "b",c', "two\r\nlines", "", "=1+1", "Zoë"]
    kept = io.StringIO(newline="")
    listed = AnsweredUlns(kept)
    for number, key in enumerate(keys):
        checked = CheckedRecord(record=Record(values={}, number=number, line=number, key=key))
        listed.write(Answer(checked=checked, match=Match(outcome=MatchOutcome.NEW_ULN, uln="1000000043")))
    listed.finish()
    read = read_answered(io.BytesIO(kept.getvalue().encode()))
    assert list(read) == [AnsweredUln("1000000043", key) for key in keys]
    assert kept.getvalue().startswith("uln,key\r\n")

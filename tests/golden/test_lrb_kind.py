"""The LRB kind knows its files, reads its learners, and makes samples whose truth its rules find."""

from collections import Counter
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pytest

from adapters.kinds.lrb.kind import LrbCsv
from gateway.core import spool
from gateway.core.errors import ConfigurationError
from gateway.core.handover import Claim, FileHeader, SamplePlan
from gateway.core.model import Learner
from gateway.core.notices import Scope, Severity
from gateway.core.outcomes import MatchOutcome
from gateway.core.submission import Organisation, OrganisationKind
from gateway.samples import people
from tests.golden.lrb_files import (
    HEADER,
    HEADING_LINE,
    LEARNER,
    SENDER,
    check_text,
    codes,
    lrb_text,
    notices,
    records,
)

KIND = LrbCsv.from_settings({})
MOMENT = datetime(2026, 9, 1, 14, 30, tzinfo=UTC)
HEAD = HEADING_LINE.encode()


@pytest.mark.parametrize(("name", "head", "weight"), [
    ("LRB_10000001_010920261430.CSV", b"", Claim.STRICT),
    ("LRB_TEST0038_010920261430.CSV", b"", Claim.STRICT),
    ("LRB_10000001_010920261430.csv", b"", Claim.LIKELY),
    ("lrb_10000001_010920261430.csv", b"", Claim.LIKELY),
    ("LRB_10000001_310220261430.CSV", b"", Claim.LIKELY),
    ("LRB_10000001_010920261430", b"", Claim.LIKELY),
    ("LRB_10000001_010920261430.TXT", b"", Claim.LIKELY),
    ("learners.csv", HEAD, Claim.CONTENT),
    ("learners.csv", b"\xef\xbb\xbf" + HEAD.lower() + b"\r\n2A", Claim.CONTENT),
    ("learners.csv", HEAD.replace(b",", b";"), Claim.CONTENT),
    ("learners.csv", HEAD.replace(b",", b'","'), Claim.CONTENT),
    ("learners.csv", b",".join(HEAD.split(b",")[:20]), Claim.CONTENT),
    ("learners.csv", b",".join(HEAD.split(b",")[:19]), None),
    ("learners.csv", b"UPN,Surname,Forename", None),
    ("learners.csv", b"", None),
    ("LRB_10000001_010920261430.XML", b"", None),
    ("lrb_10000001_010920261430.xml", HEAD, None),
])  # fmt: skip
def test_a_file_is_claimed_by_its_name_and_else_by_its_headings(name: str, head: bytes, weight: int | None) -> None:
    claim = KIND.claims(name, head)
    assert (claim.weight if claim else None) == weight


def test_limits_are_settings() -> None:
    assert KIND.max_bytes == 100 * 1024 * 1024
    assert LrbCsv.from_settings({"max_bytes": 5}).max_bytes == 5


@pytest.mark.parametrize("settings", [{"max_bytes": 0}, {"max_records": "many"}, {"limit": 5}])
def test_a_wrong_setting_is_named(settings: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(settings))):
        LrbCsv.from_settings(settings)


def test_the_header_is_given_as_sent(tmp_path: Path) -> None:
    (header,) = (found for found in check_text(tmp_path, lrb_text([HEADER | LEARNER])) if isinstance(found, FileHeader))
    assert header.values == HEADER


def test_a_file_that_cannot_be_read_has_an_empty_header(tmp_path: Path) -> None:
    assert check_text(tmp_path, "")[0] == FileHeader(values={})


def test_a_record_keeps_its_values_as_sent_and_its_learner_has_them_trimmed(tmp_path: Path) -> None:
    sent = {
        "ULN": " 9000000024",
        "GivenName": " Ada ",
        "MiddleOtherName": "May",
        "PreferredGivenName": "Addie",
        "PreviousFamilyName": "Ashby",
        "FamilyNameAt16": "Ashby",
        "LastKnownPostCode": "cv12wt  ",
        "EmailAddress": "ada@example.org",
    }
    (checked,) = records(check_text(tmp_path, lrb_text([HEADER | LEARNER | sent])))
    assert checked.record.values["GivenName"] == " Ada "
    assert checked.record.key == "MIS1"
    assert (checked.refused_as, checked.registration_bar) == (None, None)
    assert checked.learner == Learner(
        given_name="Ada",
        family_name="Marlow",
        date_of_birth=date(2009, 5, 31),
        sex="2",
        postcode="cv12wt",
        uln="9000000024",
        middle_name="May",
        preferred_given_name="Addie",
        previous_family_name="Ashby",
        family_name_at_16="Ashby",
        email="ada@example.org",
        ability_to_share="1",
    )


def test_the_place_holder_is_no_uln(tmp_path: Path) -> None:
    (checked,) = records(check_text(tmp_path, lrb_text([HEADER | LEARNER | {"ULN": "9999999999"}])))
    assert checked.learner is not None
    assert checked.learner.uln == ""


@pytest.mark.parametrize(("wrong", "outcome"), [
    ({"ULN": "9000000025"}, MatchOutcome.ULN_INVALID),
    ({"ULN": "9000000025", "DateOfBirth": "2020-01-01"}, MatchOutcome.ULN_INVALID),
    ({"ULN": "9000000025", "Gender": ""}, MatchOutcome.REFUSED),
    ({"ULN": "9000000025", "Title": "T" * 36}, MatchOutcome.REFUSED),
    ({"DateOfBirth": "2020-01-01"}, MatchOutcome.REFUSED),
])  # fmt: skip
def test_a_refused_record_tells_its_outcome_by_precedence(
    wrong: dict[str, str], outcome: MatchOutcome, tmp_path: Path
) -> None:
    (checked,) = records(check_text(tmp_path, lrb_text([HEADER | LEARNER | wrong])))
    assert checked.learner is None
    assert checked.refused_as is outcome


def test_too_little_for_a_registration_is_no_fault_of_the_record(tmp_path: Path) -> None:
    row = HEADER | LEARNER | {"VerificationType": "", "AbilityToShare": ""}
    (checked,) = records(check_text(tmp_path, lrb_text([row])))
    assert checked.learner is not None
    assert checked.notices == ()
    assert checked.registration_bar is not None
    assert checked.registration_bar.code == "RC006"
    assert "VerificationType and AbilityToShare" in checked.registration_bar.message


def test_a_row_that_cannot_be_split_keeps_what_it_has(tmp_path: Path) -> None:
    text = lrb_text([HEADER | LEARNER | {"LearnerRecordCount": "3"}]) + ",,,,,MIS2,,Rowan\r\nTOTAL\r\n"
    _, short, total = records(check_text(tmp_path, text))
    assert (short.record.key, short.record.values["GivenName"], short.record.values["Notes"]) == ("MIS2", "Rowan", "")
    assert (total.record.key, len(total.record.values)) == ("", 30)


def test_a_fault_of_the_file_is_told_beside_the_faults_of_its_records(tmp_path: Path) -> None:
    row = HEADER | LEARNER | {"LearnerRecordCount": "2", "Gender": "F", "UKPRN": "10000003"}
    found = check_text(tmp_path, lrb_text([row]), "LRB_10000002_010920261430.csv", SENDER)
    assert codes(found) == ["GF002", "WSEC0003", "WSEC0003", "RC011", "WSRC0017"]
    assert {notice.scope for notice in notices(found)} == {Scope.FILE, Scope.RECORD}


def test_the_headings_of_a_hostile_file_are_told_in_bounded_time_and_length(tmp_path: Path) -> None:
    (notice,) = notices(check_text(tmp_path, "GivenName," + ",".join(f"Given{number}" for number in range(90_000))))
    assert notice.code == "GF004"
    assert len(notice.message) < 1000


def test_a_record_is_the_same_after_it_was_kept_for_the_next_step(tmp_path: Path) -> None:
    rows = [HEADER | LEARNER | {"LearnerRecordCount": "2", "VerificationType": ""}, LEARNER | {"ULN": "9000000025"}]
    sent = records(check_text(tmp_path, lrb_text(rows)))
    kept = BytesIO()
    for checked in sent:
        spool.write(kept, spool.CHECKED, checked)
    kept.seek(0)
    assert list(spool.read(kept, spool.CHECKED)) == sent


@pytest.mark.parametrize("bad", [0, 10, 100])
def test_the_rules_find_the_truth_of_a_sample_and_nothing_else(bad: float, tmp_path: Path) -> None:
    plan = SamplePlan(organisation=SENDER, moment=MOMENT, bad_percent=bad, seed=5)
    sample = KIND.samples(list(people(5, 400, MOMENT.date())), plan)
    found = check_text(tmp_path, sample.content, sample.name, SENDER)
    told = [
        [notice.code for notice in checked.notices if notice.severity is Severity.ERROR] for checked in records(found)
    ]
    assert told == [[code] if code else [] for code in sample.truth]
    assert [notice for notice in notices(found) if notice.scope is Scope.FILE] == []
    assert len([code for code in sample.truth if code]) == 4 * bad


def test_every_sort_of_fault_stands_in_a_sample() -> None:
    """All but a duplicate, which is an answer to two records, and a row of more than 131,072 characters."""
    plan = SamplePlan(organisation=SENDER, moment=MOMENT, bad_percent=100, seed=1)
    sample = KIND.samples(list(people(1, 100, MOMENT.date())), plan)
    refusing = {
        rule.code
        for rule in KIND.rulebook.rules.values()
        if (rule.severity, rule.scope) == (Severity.ERROR, Scope.RECORD)
        and rule.code not in {"RC006", "FIELD_TOO_LONG"}
    }
    assert set(Counter(sample.truth)) == refusing


def test_a_sample_repeats_and_is_named_for_its_sender() -> None:
    organisation = Organisation(id="elm", name="Elm School", kind=OrganisationKind.SCHOOL, ukprn="test0038")
    plan = SamplePlan(organisation=organisation, moment=MOMENT, bad_percent=50, seed=3)
    first, second = (KIND.samples(list(people(3, 20, MOMENT.date())), plan) for _ in range(2))
    assert first == second
    assert first.name == "LRB_TEST0038_010920261430.CSV"


def test_a_sample_of_nobody_holds_the_headings_alone() -> None:
    organisation = Organisation(id="elm", name="Elm School", kind=OrganisationKind.SCHOOL)
    sample = KIND.samples([], SamplePlan(organisation=organisation, moment=MOMENT, bad_percent=50, seed=3))
    assert sample.content.count(b"\r\n") == 1
    assert sample.truth == []
    assert sample.name == "LRB_99999999_010920261430.CSV"


def test_a_learner_without_a_date_of_birth_is_written_with_an_empty_one() -> None:
    plan = SamplePlan(organisation=SENDER, moment=MOMENT, bad_percent=0, seed=3)
    assert b'"Ada"' in KIND.samples([Learner(given_name="Ada")], plan).content

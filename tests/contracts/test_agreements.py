"""The contract of the `Agreements` port, and what an agreement changes in the answers of the whole pipeline."""

import csv
import io
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from adapters.kinds.gateway_files.kind import RecordRequests
from adapters.stores.agreements import PostgresAgreements
from adapters.stores.database import open_pool
from adapters.stores.organisations import PostgresOrganisations
from gateway.core.agreement import NOTHING_AGREED, Agreement, Detail, Disclosure, Whose
from gateway.core.errors import StoreError
from gateway.core.model import Entry
from gateway.core.outcomes import ULN_OUTCOMES, MatchOutcome
from gateway.core.ports.mailboxes import Agreements
from gateway.core.submission import Folder, Submission
from gateway.core.uln import Uln
from gateway.pipeline import process
from tests.desk import ADA, COLLEGE, KNOWN, MOMENT, TESTING, Desk, desk_of

DAY = date(2026, 5, 4)
FULL = Agreement(
    organisation=COLLEGE.id, purposes=("enrolment", "audit"), whose=Whose.ALL, disclosure=Disclosure.DETAILS,
    accept_confident=False, threshold=12.5, margin=4.0, registers=False, accepted_file=True,
    live_changes=(Detail.POSTCODE, Detail.EMAIL),
    valid_from=DAY, valid_until=DAY + timedelta(days=9),
)  # fmt: skip
MOVED = replace(ADA, given_name="Quill", family_name="Ada", postcode="M1 1AE")
SECRETS = {"CV1 2WT", KNOWN.uln}
"""What the register holds of ADA and a sender who writes another postcode, and the names crosswise, does not know."""


@pytest.fixture
def agreements(database: str) -> Iterator[Agreements]:
    with closing(open_pool(database)) as pool:
        for organisation in (COLLEGE, TESTING):
            PostgresOrganisations(pool).add(organisation)
        yield PostgresAgreements(pool)


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=True)
    yield made
    made.record.close()


def text(desk: Desk, submission: Submission) -> str:
    """Return all that a submission's organisation finds of it, one file after the other."""
    listed = [file for folder in (Folder.OUT, Folder.RECEIPTS)
              for file in desk.gateway.mailboxes.listing(submission.organisation.id, folder)]  # fmt: skip
    found = [_bytes(desk, file.blob, file.body).decode() for file in listed if f".{submission.id}." in file.name]
    assert len(found) > 5
    return "\n".join(found)


def _bytes(desk: Desk, blob: str | None, body: bytes | None) -> bytes:
    if blob is None:
        return body or b""
    with desk.gateway.files.open(blob) as kept:
        return kept.read()


def details(desk: Desk, submission: Submission) -> list[str]:
    return [row["CandidateULN"] for row in desk.rows(submission, "DETAIL.CSV") if row["CandidateULN"]]


def test_an_agreement_comes_back_as_it_was_added(agreements: Agreements) -> None:
    number = agreements.add(FULL)
    plain = agreements.add(Agreement(organisation=TESTING.id, valid_from=DAY))
    assert agreements.all(COLLEGE.id) == [replace(FULL, number=number)]
    assert [it.number for it in agreements.all()] == [number, plain]
    assert agreements.all("nobody") == []


def test_nobody_agrees_with_an_organisation_that_is_not_there(agreements: Agreements) -> None:
    with pytest.raises(StoreError, match="no organisation 'nobody'"):
        agreements.add(Agreement(organisation="nobody", valid_from=DAY))


def test_an_agreement_is_revoked_once_or_earlier(agreements: Agreements) -> None:
    number = agreements.add(FULL)
    agreements.revoke(number, DAY + timedelta(days=5))
    agreements.revoke(number, DAY + timedelta(days=3))
    assert [it.revoked_on for it in agreements.all()] == [DAY + timedelta(days=3)]
    for wrong in (number, number + 1):
        with pytest.raises(StoreError, match="no agreement"):
            agreements.revoke(wrong, DAY + timedelta(days=3))


@pytest.mark.parametrize(
    ("begins", "ends", "revoked", "holds"),
    [(0, None, None, True), (1, None, None, False), (0, 0, None, True), (-2, -1, None, False), (-2, None, 0, False),
     (-2, None, 1, True)],
)  # fmt: skip
def test_what_holds_on_the_processing_day_is_kept_with_the_submission(
    desk: Desk, begins: int, ends: int | None, revoked: int | None, *, holds: bool
) -> None:
    day = desk.send([ADA]).processing_date
    until = None if ends is None else day + timedelta(days=ends)
    begin = day + timedelta(days=begins)
    number = desk.record.agreements.add(
        Agreement(organisation=COLLEGE.id, valid_from=begin, valid_until=until, threshold=1)
    )
    if revoked is not None:
        desk.record.agreements.revoke(number, day + timedelta(days=revoked))
    desk.agree(TESTING, threshold=2)
    submission = desk.send([MOVED])
    assert (submission.agreement != NOTHING_AGREED) is holds
    assert submission.agreement.number == (number if holds else None)


def test_of_two_agreements_the_later_one_holds(desk: Desk) -> None:
    desk.agree(threshold=1)
    second = desk.agree(threshold=2)
    assert desk.send([ADA]).agreement.number == second


def test_a_replay_is_judged_by_what_held_when_the_file_came(desk: Desk) -> None:
    number = desk.agree(accepted_file=True)
    submission = process(desk.send([ADA]), desk.gateway)
    desk.record.agreements.revoke(number, submission.processing_date)
    desk.agree(accepted_file=False, registers=False)
    desk.run_again(submission)
    assert desk.rows(submission, "accepted.CSV")
    assert desk.send([MOVED]).agreement.registers is False


def test_who_may_not_register_gets_not_found_and_a_file_to_send_on(desk: Desk) -> None:
    desk.agree(registers=False)
    new = replace(ADA, given_name="Zed", family_name="Young", date_of_birth=date(2007, 1, 2))
    submission = process(desk.send([ADA, new]), desk.gateway)
    outcomes = [row["outcome"] for row in desk.rows(submission, "match.csv")]
    assert outcomes == [MatchOutcome.EXACT_MATCH, MatchOutcome.NOT_FOUND]
    assert desk.record.register_keeping.stats()["issued"] == 0
    names = [file.name for file in desk.gateway.mailboxes.listing(COLLEGE.id, Folder.OUT)]
    assert [name for name in names if name.startswith("LRB_10000001_") and name.count(".") == 1]


def test_the_policy_of_matching_is_that_of_the_agreement(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    desk.agree(accept_confident=False, threshold=20, margin=5)
    monkeypatch.setattr("gateway.stages.match.Desk.__init__", lambda *told: seen.append(told[-1]) or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        process(desk.send([ADA]), desk.gateway)
    assert seen == [desk.record.agreements.all()[0].policy]
    assert seen[0].threshold == 20


def test_without_details_agreed_no_response_file_tells_of_another_person(desk: Desk) -> None:
    for agreed in (None, {"disclosure": Disclosure.LEVELS, "whose": Whose.ALL}, {"disclosure": Disclosure.DETAILS}):
        if agreed is not None:
            desk.agree(**agreed)
        submission = process(desk.send([replace(MOVED, email=f"a{len(desk.record.agreements.all())}@bb.org")]),
                             desk.gateway)  # fmt: skip
        assert desk.rows(submission, "match.csv")[0]["outcome"] == MatchOutcome.POSSIBLE_MATCH
        assert not [secret for secret in SECRETS if secret in text(desk, submission)]


def test_details_are_told_under_an_agreement_on_all_learners(desk: Desk) -> None:
    desk.agree(disclosure=Disclosure.DETAILS, whose=Whose.ALL)
    submission = process(desk.send([MOVED]), desk.gateway)
    assert details(desk, submission) == [KNOWN.uln]
    assert "CV1 2WT" in text(desk, submission)


def test_details_of_own_learners_are_those_answered_before_in_the_same_mode(desk: Desk) -> None:
    for sender in (COLLEGE, TESTING):
        desk.agree(sender, disclosure=Disclosure.DETAILS, whose=Whose.OWN)
    process(desk.send([ADA], sender=TESTING), desk.gateway)
    assert details(desk, process(desk.send([MOVED]), desk.gateway)) == []
    process(desk.send([ADA]), desk.gateway)
    again = process(desk.send([replace(MOVED, email="x@yy.org")]), desk.gateway)
    assert details(desk, again) == [KNOWN.uln]


@pytest.mark.parametrize("held", ["2", "1"])
def test_nothing_is_told_of_who_does_not_share_whatever_was_agreed(desk: Desk, held: str) -> None:
    """Either the learner in the register or the record that asks has AbilityToShare 2."""
    desk.agree(disclosure=Disclosure.DETAILS, whose=Whose.ALL)
    desk.sql("update learner set ability_to_share = '2'" if held == "2" else "select 1")
    asked = replace(MOVED, ability_to_share="1" if held == "2" else "2")
    tries = [
        asked,
        replace(asked, sex="1", postcode="M2 2AE"),
        replace(asked, uln=str(Uln.of(900_000_002)), postcode="M3 3AE"),
    ]
    submission = process(desk.send(tries), desk.gateway)
    for row in desk.rows(submission, "match.csv"):
        assert row["outcome"] not in ULN_OUTCOMES
    assert details(desk, submission) == []
    assert KNOWN.uln not in text(desk, submission)


def test_a_purpose_that_was_not_agreed_is_refused(desk: Desk) -> None:
    kinds = {"record-request": RecordRequests.from_settings({})}
    desk.gateway = replace(desk.gateway, kinds=kinds)
    heading = "Key,ULN,FamilyName,GivenName,DateOfBirth,Gender,GetType,Purpose"
    rows = [f"K{place},{KNOWN.uln},Quill,Ada,,,FULL,{purpose}" for place, purpose in enumerate(("audit", "enrolment"))]
    desk.agree(purposes=("enrolment",))
    name = f"REQ_10000001_{MOMENT:%Y%m%dT%H%M%S}.csv"
    submission = process(desk.take(name, "\r\n".join([heading, *rows, ""]).encode()), desk.gateway)
    codes = [(row["line"], row["code"]) for row in desk.rows(submission, "errors.csv")]
    assert codes == [("2", "PURPOSE_AGREED"), ("3", "WAITS")]


def test_an_entry_is_told_of_by_its_number_as_the_learner_gave_it(desk: Desk) -> None:
    """Who sends another person's number with wrong names learns nothing of whose it is."""
    desk.agree(disclosure=Disclosure.DETAILS, whose=Whose.ALL)
    stranger = replace(ADA, given_name="Bob", family_name="Stone", uln=KNOWN.uln, postcode="M1 1AE")
    desk.record.register_keeping.load([Entry(uln=str(Uln.of(900_000_005)), learner=replace(ADA, given_name="Eve"))])
    submission = process(desk.send([stranger]), desk.gateway)
    told = text(desk, submission)
    assert desk.rows(submission, "match.csv")[0]["outcome"] == MatchOutcome.ULN_MISMATCH
    assert not [secret for secret in ("Quill", "CV1 2WT", str(Uln.of(900_000_005))) if secret in told]
    assert list(csv.reader(io.StringIO(told)))

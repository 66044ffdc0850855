"""New details for known learners: proposals that a person makes live or refuses, with history and keys."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from gateway import bootstrap
from gateway.core.agreement import Detail
from gateway.core.errors import StoreError
from gateway.core.matching.by_uln import changed_details
from gateway.core.model import Entry, Learner
from gateway.core.review import Decision, IdentityChange, Judgement
from gateway.core.submission import Job, Submission
from gateway.core.uln_changes import Act
from tests.desk import ADA, COLLEGE, KNOWN, TESTING, Desk, desk_of
from tests.review_desk import OTHER, outcomes, sent

CHANGED = replace(ADA, uln=KNOWN.uln, family_name="Quill", postcode="M1 1AE", date_of_birth=date(2008, 5, 30))


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=False)
    yield made
    made.record.close()


def proposals(desk: Desk, organisation: str | None = None) -> list[IdentityChange]:
    return desk.record.review.changes.listing(organisation, 10)


def settle(desk: Desk, judgement: Judgement, change: IdentityChange) -> None:
    decision = Decision(judgement=judgement, by="Kim", reason="Seen the deed.", moment=bootstrap.now())
    desk.record.review.changes.settle((change.submission, change.record), decision)


def held(desk: Desk) -> Learner:
    return desk.gateway.register.by_uln([KNOWN.uln])[KNOWN.uln].learner


def test_what_a_file_brings_is_listed_with_its_source_and_what_is_held(desk: Desk) -> None:
    submission = sent(desk, CHANGED)
    (change,) = proposals(desk)
    assert change.id == f"{submission.id}/1"
    assert (change.uln, change.organisation) == (KNOWN.uln, COLLEGE.id)
    assert change.details == {"postcode": "M1 1AE", "date_of_birth": "2008-05-30"}
    assert change.held == {"postcode": "CV1 2WT", "date_of_birth": "2008-05-31"}
    assert proposals(desk, "another") == []
    assert held(desk) == ADA


def test_accepted_details_are_live_and_the_learner_is_found_by_them_at_once(desk: Desk) -> None:
    sent(desk, CHANGED)
    (change,) = proposals(desk)
    settle(desk, Judgement.SAME, change)
    assert held(desk) == replace(ADA, postcode="M1 1AE", date_of_birth=date(2008, 5, 30), former_postcodes=("CV1 2WT",))
    assert outcomes(desk, sent(desk, replace(CHANGED, uln=""))) == ["exact_match"]
    assert proposals(desk) == []


def test_a_former_name_is_kept_and_still_finds_the_learner(desk: Desk) -> None:
    sent(desk, replace(ADA, uln=KNOWN.uln, middle_name="Rose"))
    desk.sql("update proposal set field = 'family_name', value = 'Marlow'")
    settle(desk, Judgement.SAME, proposals(desk)[0])
    assert (held(desk).family_name, held(desk).previous_family_name) == ("Marlow", "Quill")
    rows = desk.rows(sent(desk, ADA), "match.csv")
    assert rows[0]["family_name"] == "former"


def test_refused_details_change_nothing_and_are_not_listed_again(desk: Desk) -> None:
    sent(desk, CHANGED)
    settle(desk, Judgement.DIFFERENT, proposals(desk)[0])
    assert held(desk) == ADA
    assert proposals(desk) == []


def test_every_settled_detail_is_in_the_history(desk: Desk) -> None:
    sent(desk, CHANGED)
    settle(desk, Judgement.SAME, proposals(desk)[0])
    kept = desk.rows_of("select field, held, value, judgement, decided_by from learner_change order by field")
    assert kept == [
        ("date_of_birth", "2008-05-31", "2008-05-30", "same", "Kim"),
        ("former_postcodes", "", "CV1 2WT", "same", "Kim"),
        ("postcode", "CV1 2WT", "M1 1AE", "same", "Kim"),
    ]


def test_a_proposal_is_settled_once_and_an_unknown_one_never(desk: Desk) -> None:
    sent(desk, CHANGED, OTHER)
    (change,) = proposals(desk)
    settle(desk, Judgement.SAME, change)
    for gone in (change, replace(change, record=2)):
        with pytest.raises(StoreError, match="no open proposal"):
            settle(desk, Judgement.SAME, gone)


def undo(desk: Desk, submission: Submission) -> None:
    desk.record.review.changes.undo((submission.id, 1), "Lee", "The learner has called.", bootstrap.now())


def settled(desk: Desk) -> list[tuple[str, bool, str]]:
    return [(it.field, it.live, it.by) for it in desk.record.review.changes.settled(COLLEGE.id, 10)]


@pytest.mark.parametrize("changes", [{}, {"family_name": "Marlow", "previous_family_name": ""}])
def test_what_was_accepted_is_taken_back_whole_and_open_again(desk: Desk, changes: dict[str, str]) -> None:
    submission = sent(desk, CHANGED)
    if changes:
        desk.sql("update proposal set field = 'family_name', value = 'Marlow' where field = 'postcode'")
    (change,) = proposals(desk)
    settle(desk, Judgement.SAME, change)
    assert held(desk) != ADA
    undo(desk, submission)
    assert held(desk) == ADA
    assert [it.details for it in proposals(desk)] == [change.details]
    assert settled(desk) == []
    assert outcomes(desk, sent(desk, ADA, OTHER)) == ["exact_match", "not_found"]
    kept = desk.rows_of("select distinct decided_by, undone_by, undone_reason from learner_change")
    assert kept == [("Kim", "Lee", "The learner has called.")]


def test_what_was_refused_is_open_again(desk: Desk) -> None:
    submission = sent(desk, CHANGED)
    settle(desk, Judgement.DIFFERENT, proposals(desk)[0])
    assert sorted(settled(desk)) == [("date_of_birth", False, "Kim"), ("postcode", False, "Kim")]
    undo(desk, submission)
    assert len(proposals(desk)) == 1
    assert held(desk) == ADA
    with pytest.raises(StoreError, match="Nothing was decided"):
        undo(desk, submission)


def test_what_was_changed_again_since_is_not_taken_back(desk: Desk) -> None:
    first = sent(desk, CHANGED)
    second = sent(desk, replace(CHANGED, postcode="M2 2AE"))
    for change in proposals(desk):
        settle(desk, Judgement.SAME, change)
    with pytest.raises(StoreError, match="changed again"):
        undo(desk, first)
    undo(desk, second)
    assert held(desk).postcode == "M1 1AE"
    undo(desk, first)
    assert held(desk) == ADA


def test_details_of_a_deleted_number_do_not_change(desk: Desk) -> None:
    sent(desk, CHANGED)
    (change,) = proposals(desk)
    desk.record.register_changes.delete(KNOWN.uln, Act(by="Kim", reason="", at=bootstrap.now()))
    with pytest.raises(StoreError, match="deleted"):
        settle(desk, Judgement.SAME, change)


def test_what_an_agreement_names_is_live_at_once_and_all_else_waits(desk: Desk) -> None:
    number = desk.agree(live_changes=(Detail.POSTCODE, Detail.EMAIL))
    submission = sent(desk, CHANGED)
    assert outcomes(desk, submission) == ["exact_match_updated"]
    assert held(desk) == replace(ADA, postcode="M1 1AE", former_postcodes=("CV1 2WT",))
    assert [it.details for it in proposals(desk)] == [{"date_of_birth": "2008-05-30"}]
    by = f"agreement {number}"
    assert sorted(settled(desk)) == [("former_postcodes", True, by), ("postcode", True, by)]
    assert outcomes(desk, sent(desk, replace(ADA, postcode="M1 1AE"))) == ["exact_match"]


def test_without_such_an_agreement_nothing_is_live(desk: Desk) -> None:
    desk.agree()
    sent(desk, CHANGED)
    assert held(desk) == ADA


def test_what_an_agreement_made_live_and_a_person_took_back_stays_a_proposal(desk: Desk) -> None:
    desk.agree(live_changes=(Detail.POSTCODE,))
    submission = sent(desk, CHANGED)
    undo(desk, submission)
    assert held(desk) == ADA
    desk.run_again(submission)
    assert outcomes(desk, submission) == ["exact_match_updated"]
    assert held(desk) == ADA
    assert proposals(desk)[0].details == {"postcode": "M1 1AE", "date_of_birth": "2008-05-30"}


@pytest.mark.parametrize("how", [{"job": Job.CHECK}, {"sender": TESTING}])
def test_a_check_and_a_test_mailbox_change_nothing(desk: Desk, how: dict[str, object]) -> None:
    for sender in (COLLEGE, TESTING):
        desk.agree(sender, live_changes=(Detail.POSTCODE,))
    sent(desk, CHANGED, **how)
    assert held(desk) == ADA


def test_a_run_again_changes_nothing_anew(desk: Desk) -> None:
    desk.agree(live_changes=tuple(Detail))
    submission = sent(desk, CHANGED)
    before = desk.rows_of("select version from learner"), settled(desk)
    desk.run_again(submission)
    assert outcomes(desk, submission) == ["exact_match_updated"]
    assert (desk.rows_of("select version from learner"), settled(desk)) == before


def test_every_detail_that_a_file_may_bring_can_be_named() -> None:
    brought = changed_details(
        Learner(**dict.fromkeys(set(Detail) - {"date_of_birth"}, "9")), Entry(uln="", learner=ADA)
    )
    assert {*brought, "date_of_birth"} == set(Detail)

"""New details for known learners: proposals that a person makes live or refuses, with history and keys."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from gateway import bootstrap
from gateway.core.errors import StoreError
from gateway.core.model import Learner
from gateway.core.review import Decision, IdentityChange, Judgement
from tests.desk import ADA, COLLEGE, KNOWN, Desk, desk_of
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
        ("postcode", "CV1 2WT", "M1 1AE", "same", "Kim"),
    ]


def test_a_proposal_is_settled_once_and_an_unknown_one_never(desk: Desk) -> None:
    sent(desk, CHANGED, OTHER)
    (change,) = proposals(desk)
    settle(desk, Judgement.SAME, change)
    for gone in (change, replace(change, record=2)):
        with pytest.raises(StoreError, match="no open proposal"):
            settle(desk, Judgement.SAME, gone)

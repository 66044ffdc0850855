"""Of other learners an organisation sees what its agreement allows, and nothing of those who do not share."""

from dataclasses import replace

import pytest

from gateway.core.agreement import NOTHING_AGREED, Agreement, Disclosure, Whose
from gateway.core.answered import answered_with
from gateway.core.disclosure import disclosable, disclosed
from gateway.core.model import Answer, CheckedRecord, Entry, Learner, Match, Possible, Record, Verified
from gateway.core.outcomes import MatchOutcome

DETAILS = Agreement(number=1, disclosure=Disclosure.DETAILS, whose=Whose.ALL)
OWN = replace(DETAILS, whose=Whose.OWN)
SENT = Learner(given_name="Ada", uln="1000000094")


def possible(uln: str, share: str = "1") -> Possible:
    return Possible(entry=Entry(uln=uln, learner=Learner(ability_to_share=share)), rule="P1", levels={})


def answer(*found: Possible, learner: Learner | None = SENT, **match: object) -> Answer:
    told = {"outcome": MatchOutcome.POSSIBLE_MATCH, "possible": found} | match
    record = Record(values={}, number=1, line=2, key="M1")
    return Answer(checked=CheckedRecord(record=record, learner=learner), match=Match(**told))  # type: ignore[arg-type]


def seen(given: Answer, agreement: Agreement, *own: str) -> list[str]:
    return [it.entry.uln for it in disclosed(given, agreement, own).match.possible]


def test_without_an_agreement_nobody_is_seen() -> None:
    given = answer(possible("1000000043"))
    assert (seen(given, NOTHING_AGREED, "1000000043"), disclosable(given, NOTHING_AGREED)) == ([], [])


def test_details_are_seen_of_all_or_of_those_answered_before() -> None:
    given = answer(possible("1000000043"), possible("1000000051"))
    assert seen(given, DETAILS) == ["1000000043", "1000000051"] == disclosable(given, OWN)
    assert seen(given, OWN, "1000000051") == ["1000000051"]


@pytest.mark.parametrize("agreement", [DETAILS, OWN])
def test_who_does_not_share_is_never_seen(agreement: Agreement) -> None:
    given = answer(possible("1000000043", "2"), possible("1000000051", "0"))
    assert seen(given, agreement, "1000000043", "1000000051") == ["1000000051"]


def test_a_record_that_does_not_share_shows_nobody() -> None:
    assert seen(answer(possible("1000000043"), learner=replace(SENT, ability_to_share="2 ")), DETAILS) == []


def test_a_record_without_a_learner_is_as_any_other() -> None:
    assert seen(answer(possible("1000000043"), learner=None), DETAILS) == ["1000000043"]


def test_an_answer_that_has_nobody_to_show_is_left_as_it_is() -> None:
    given = answer()
    assert disclosed(given, NOTHING_AGREED, ()) is given
    assert disclosed(given, DETAILS, ()) == given


@pytest.mark.parametrize(
    ("match", "ulns"),
    [
        ({"outcome": MatchOutcome.EXACT_MATCH, "uln": "1000000094"}, ["1000000094"]),
        (
            {
                "outcome": MatchOutcome.LINKED_LEARNER,
                "uln": "1000000043",
                "master_uln": "1000000043",
                "linked_uln": "1000000051",
            },
            ["1000000043", "1000000051", "1000000094"],
        ),
        ({"outcome": MatchOutcome.ULN_MISMATCH}, []),
        ({"outcome": MatchOutcome.DUPLICATE_IN_FILE, "uln": "1000000094"}, []),
        (
            {"outcome": MatchOutcome.POSSIBLE_MATCH, "uln": "1000000094", "verified": Verified(code="WSVRC003")},
            ["1000000094"],
        ),
    ],
)
def test_a_record_is_answered_with_the_numbers_of_its_learner_alone(match: dict[str, object], ulns: list[str]) -> None:
    assert answered_with(answer(**match)) == ulns


def test_a_record_that_brought_no_number_is_answered_with_what_was_found() -> None:
    given = answer(learner=None, outcome=MatchOutcome.NEW_ULN, uln="1000000043")
    assert answered_with(given) == ["1000000043"]


HELD = Entry(
    uln="1000000094", master_uln="1000000051",
    learner=Learner(given_name="Ada", family_name="Quill", sex="2", postcode="CV1 2WT", ability_to_share="1"),
)  # fmt: skip
LEVELS = {"given_name": "same", "family_name": "different", "sex": "same", "date_of_birth": "missing"}


def verified(agreement: Agreement, *own: str, held: Entry = HELD, uln: str | None = None) -> Entry | None:
    told = Verified(code="WSVRC005", held=held)
    given = answer(outcome=MatchOutcome.ULN_MISMATCH, verified=told, levels=LEVELS, uln=uln)
    assert disclosable(given, OWN) == ([held.uln] if held.learner.ability_to_share == "1" else [])
    found = disclosed(given, agreement, own).match.verified
    return found.held if found else None


def test_of_a_number_that_is_not_the_learners_the_details_that_were_right_alone_are_seen() -> None:
    right = Learner(given_name="Ada", sex="2", ability_to_share="1")
    assert verified(OWN) == Entry(uln=HELD.uln, learner=right)


def test_of_a_number_that_is_verified_the_master_is_seen_too() -> None:
    found = verified(OWN, uln="1000000051")
    assert found is not None
    assert (found.master_uln, found.learner.family_name) == ("1000000051", "")


def test_all_of_an_entry_is_seen_where_it_was_agreed() -> None:
    assert verified(DETAILS) == verified(OWN, HELD.uln) == HELD


def test_nothing_is_added_of_an_entry_that_does_not_share() -> None:
    closed = replace(HELD, learner=replace(HELD.learner, ability_to_share="2"))
    found = verified(DETAILS, HELD.uln, held=closed)
    assert found == Entry(uln=HELD.uln, learner=Learner(given_name="Ada", sex="2", ability_to_share="2"))


def test_what_was_verified_is_left_to_its_responder_where_levels_alone_are_told() -> None:
    assert verified(NOTHING_AGREED) is HELD


def test_a_number_that_nobody_has_shows_nobody() -> None:
    given = answer(outcome=MatchOutcome.ULN_NOT_FOUND, verified=Verified(code="WSVRC006"))
    assert disclosed(given, DETAILS, ()) == given
    assert disclosable(given, DETAILS) == []

"""What speaks against a claim, what a question costs, and what makes two questions the same."""

from dataclasses import replace
from datetime import date

import pytest

from gateway.core.asking import is_question
from gateway.core.deciding import contradicts
from gateway.core.model import CheckedRecord, Entry, Learner, Match, Possible, Record
from gateway.core.outcomes import Effect, MatchOutcome
from gateway.core.review import Evidence, QuestionSort
from gateway.core.review_cost import expected_cost
from gateway.core.review_facts import facts

ADA = Learner(given_name="Ada", family_name="Quill", date_of_birth=date(2008, 5, 31), postcode="CV1 2WT")
ENTRY = Entry(uln="9000000016", learner=ADA)
SAME = dict.fromkeys(("given_name", "family_name", "date_of_birth", "sex", "postcode"), "same")


def evidence(**levels: str) -> Evidence:
    listed = Possible(entry=ENTRY, rule="P1", levels=SAME | levels)
    return Evidence(learner=ADA, outcome=MatchOutcome.POSSIBLE_MATCH, entries=(listed,))


@pytest.mark.parametrize(
    "levels", [{}, {"postcode": "different"}, {"given_name": "nickname", "family_name": "former"},
               {"date_of_birth": "swapped"}]
)  # fmt: skip
def test_a_uln_that_is_listed_and_fits_is_believed(levels: dict[str, str]) -> None:
    assert not contradicts(evidence(**levels), ENTRY.uln)


@pytest.mark.parametrize("field", ["given_name", "family_name", "date_of_birth"])
@pytest.mark.parametrize("level", ["different", "missing"])
def test_a_name_or_a_birth_date_that_disagrees_contradicts(field: str, level: str) -> None:
    assert contradicts(evidence(**{field: level}), ENTRY.uln)


def test_a_uln_that_is_not_listed_contradicts() -> None:
    assert contradicts(evidence(), "9000000024")
    assert contradicts(replace(evidence(), entries=()), ENTRY.uln)


def test_twins_and_conflicts_come_before_a_moved_learner_and_a_sample_last() -> None:
    cost = {guard: expected_cost(QuestionSort.POSSIBLE, replace(evidence(), guard=guard))
            for guard in ("given-name-differs", "second-person-near", "postcode-differs")}  # fmt: skip
    assert cost["given-name-differs"] > cost["second-person-near"] > cost["postcode-differs"]
    assert cost["postcode-differs"] > expected_cost(QuestionSort.SAMPLE, evidence())
    assert expected_cost(QuestionSort.MERGE, evidence()) > cost["given-name-differs"]


def test_of_questions_alike_the_less_clear_one_costs_more() -> None:
    costs = [expected_cost(QuestionSort.POSSIBLE, replace(evidence(), score=score)) for score in (0.0, 3.0, 40.0)]
    assert costs == sorted(costs, reverse=True)
    assert len(set(costs)) == 3


def test_facts_are_the_same_in_another_spelling_and_in_any_order_of_entries() -> None:
    other = replace(ENTRY, uln="9000000024")
    spelt = replace(ADA, given_name=" ADA", postcode="cv12wt", ability_to_share="2")
    assert facts(ADA, [ENTRY, other], "a/1") == facts(spelt, [other, ENTRY], "b/2")
    assert facts(ADA, [ENTRY], "a/1") != facts(ADA, [other], "a/1")


def test_learners_without_a_name_or_a_birth_date_are_never_the_same_question() -> None:
    for nobody in (Learner(), replace(ADA, date_of_birth=None), replace(ADA, given_name=" ")):
        assert facts(nobody, [], "a/1") != facts(nobody, [], "a/2")
        assert facts(nobody, [], "a/1") == facts(nobody, [], "a/1")


@pytest.mark.parametrize(
    ("outcome", "effect", "asks"),
    [
        (MatchOutcome.POSSIBLE_MATCH, None, True),
        (MatchOutcome.ULN_MISMATCH, Effect.QUEUED, True),
        (MatchOutcome.EXACT_MATCH, Effect.QUEUED, False),
        (MatchOutcome.EXACT_MATCH, None, False),
    ],
)
def test_a_held_record_asks_where_its_learner_is_in_doubt(
    outcome: MatchOutcome, effect: Effect | None, *, asks: bool
) -> None:
    checked = CheckedRecord(record=Record(values={}, number=1, line=2, key=""), learner=ADA)
    assert is_question(checked, Match(outcome=outcome, effect=effect)) is asks
    assert not is_question(replace(checked, learner=None), Match(outcome=outcome, effect=effect))

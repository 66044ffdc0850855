"""Each learner gets the one right answer (specification `lrs` 4.3 and 2.5)."""

from dataclasses import replace
from datetime import date
from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from gateway.core.matching.answers import matches
from gateway.core.matching.by_uln import changed_details, decide_by_uln, update_refused
from gateway.core.matching.columns import Columns
from gateway.core.matching.crowd import Listed
from gateway.core.matching.faces import faces
from gateway.core.matching.guards import SENTENCES as GUARDS
from gateway.core.matching.judge import decide, judged
from gateway.core.matching.policy import Policy
from gateway.core.model import Entry, Learner, Match
from gateway.core.outcomes import MatchOutcome
from gateway.core.uln import ulns_between
from gateway.sample_scenarios import scenario
from gateway.samples import register_entries

if TYPE_CHECKING:
    from collections.abc import Iterable

AS_OF = date(2026, 10, 1)
NUMBERS = [str(uln) for uln in ulns_between(5000000000, 5000000999)]
FIRST, SECOND, THIRD = NUMBERS[:3]
ANNA = Learner(
    given_name="Anna",
    family_name="Smith",
    date_of_birth=date(2007, 3, 4),
    sex="2",
    postcode="LS1 4AB",
)


def entry(uln: str = FIRST, *, master: str | None = None, **details: object) -> Entry:
    return Entry(uln=uln, learner=replace(ANNA, **details), master_uln=master)  # type: ignore[arg-type]


def sent(**details: object) -> Learner:
    return replace(ANNA, **details)  # type: ignore[arg-type]


class Large(Listed):
    """A list that stands for a register of a million, in which a thousand have each name."""

    def size(self) -> int:
        """Return how many entries there are."""
        return 1_000_000

    def names(self, hashes: bytes) -> "Iterable[tuple[int, str, int, int]]":
        """Return names with how many have them."""
        return [(number, text, 1000, 1000) for number, text, *_ in super().names(hashes)]


def in_a_large_register(learner: Learner, entries: "Iterable[Entry]") -> Match:
    source = Large(entries)
    (match,) = matches(judged(faces(Columns.of([learner])), source), source)
    return match


def found(match: Match) -> list[tuple[str, str]]:
    return [(possible.entry.uln, possible.rule) for possible in match.possible]


def test_five_equal_demographics_are_an_exact_match() -> None:
    match = decide(sent(given_name=" ANNA", postcode="ls14ab"), [entry(), entry(SECOND, given_name="Bob")])
    assert (match.outcome, match.uln, match.master_uln, match.guard) == (MatchOutcome.EXACT_MATCH, FIRST, None, None)
    assert set(match.levels.values()) == {"same"}
    assert match.possible == ()


def test_an_empty_demographic_is_never_exact() -> None:
    for detail in ("given_name", "family_name", "sex", "postcode"):
        bare = sent(**{detail: ""})
        assert decide(bare, [Entry(uln=FIRST, learner=bare)]).outcome is not MatchOutcome.EXACT_MATCH
    undated = sent(date_of_birth=None)
    match = decide(undated, [Entry(uln=FIRST, learner=undated)])
    assert (match.outcome, match.guard) == (MatchOutcome.POSSIBLE_MATCH, "birth-date-missing")


@pytest.mark.parametrize(("one", "other"), [("0", "1"), ("9", "2"), ("0", "9")])
def test_unknown_sexes_are_not_the_same_as_known_ones(one: str, other: str) -> None:
    assert decide(sent(sex=one), [entry(sex=other)]).outcome is MatchOutcome.CONFIDENT_MATCH
    match = decide(sent(sex=one, postcode="LS1 4AC"), [entry(sex=other)])
    assert (match.outcome, match.guard) == (MatchOutcome.POSSIBLE_MATCH, "sex-differs")


@pytest.mark.parametrize("sex", ["0", "9"])
def test_equal_sexes_are_the_same_even_where_they_say_nothing(sex: str) -> None:
    assert decide(sent(sex=sex), [entry(sex=sex)]).outcome is MatchOutcome.EXACT_MATCH


def test_a_linked_record_is_answered_with_its_master() -> None:
    match = decide(ANNA, [entry(SECOND, master=FIRST)])
    assert (match.outcome, match.uln, match.master_uln) == (MatchOutcome.LINKED_LEARNER, FIRST, FIRST)
    assert match.linked_uln == SECOND


def test_master_and_linked_record_are_one_person_and_the_master_answers() -> None:
    master = entry(SECOND)
    linked = entry(FIRST, master=SECOND, email="a@b.org")
    match = decide(sent(email="a@b.org"), [linked, master])
    assert (match.outcome, match.uln, match.master_uln) == (MatchOutcome.EXACT_MATCH, SECOND, None)
    assert match.linked_uln is None


def test_a_linked_record_hits_where_its_master_has_moved_on() -> None:
    match = decide(ANNA, [entry(FIRST, family_name="Brown", previous_family_name="Smith"), entry(SECOND, master=FIRST)])
    assert (match.outcome, match.uln) == (MatchOutcome.LINKED_LEARNER, FIRST)
    assert set(match.levels.values()) == {"same"}


def test_two_people_with_the_same_five_details_are_a_question() -> None:
    match = decide(ANNA, [entry(SECOND), entry(FIRST), entry(THIRD, postcode="M1 1AA")])
    assert match.outcome is MatchOutcome.POSSIBLE_MATCH
    assert found(match) == [(FIRST, "EXACT"), (SECOND, "EXACT")]
    assert (match.uln, match.guard) == (None, "second-person-near")


MOVED = {"postcode": "M1 1AA"}


@pytest.mark.parametrize(
    ("learner", "held"),
    [
        (sent(postcode="M1 1AA"), entry()),
        (sent(postcode=""), entry()),
        (sent(sex="1"), entry()),
        (sent(given_name="Ánna"), entry()),
        (sent(given_name="Annie"), entry()),
        (sent(given_name="Anna Maria"), entry()),
        (sent(given_name="Nan"), entry(preferred_given_name="Nan")),
        (sent(family_name="Smyth"), entry()),
        (sent(family_name="Smith-Jones"), entry()),
        (sent(family_name="Jones"), entry(previous_family_name="Jones")),
        (sent(family_name="Jones", **MOVED), entry(family_name_at_16="Jones")),
        (sent(family_name="Brown", previous_family_name="Smith"), entry()),
        (sent(family_name="Brown"), entry()),
        (sent(given_name="Smith", family_name="Anna"), entry()),
        (sent(date_of_birth=date(2007, 4, 3)), entry()),
        (sent(date_of_birth=date(2007, 3, 5)), entry()),
        (sent(date_of_birth=date(2006, 3, 4)), entry()),
        (sent(**MOVED), entry(former_postcodes=("M1 1AA",))),
        (sent(upn="A1", **MOVED), entry(upn="a1")),
    ],
)
def test_a_score_that_no_guard_stops_is_a_match(learner: Learner, held: Entry) -> None:
    match = decide(learner, [held])
    assert (match.outcome, match.uln, match.guard) == (MatchOutcome.CONFIDENT_MATCH, FIRST, None)
    assert match.score is not None
    assert match.score > 4.5
    asked = decide(learner, [held], Policy(accept_confident=False))
    assert (asked.outcome, asked.uln, asked.guard) == (MatchOutcome.POSSIBLE_MATCH, None, "agreement-asks")
    assert decide(learner, [held], Policy(threshold=99)).guard == "too-little-agrees"


@pytest.mark.parametrize(
    ("rule", "guard", "learner", "held"),
    [
        ("score", "may-be-a-twin", sent(given_name="Bob"), entry()),
        ("P6", "given-name-differs", sent(given_name="Bob", email="a@b.org", **MOVED), entry(email="A@B.org")),
        ("P6", "given-name-missing", sent(given_name="", email="a@b.org"), entry(email="a@b.org")),
        ("P4", "given-name-initial", sent(given_name="A"), entry()),
        ("P4", "given-name-loosely-alike", sent(given_name="Dana"), entry(given_name="Lana")),
        ("P4", "given-name-loosely-alike", sent(given_name="Ann"), entry(given_name="Annabeliana")),
        ("P1", "sex-differs", sent(sex="9", postcode=""), entry()),
        ("P4", "sex-differs", sent(given_name="Nan", sex="1"), entry(preferred_given_name="Nan")),
        ("score", "middle-name-is-given-name", sent(given_name="Rose", middle_name="Anna"), entry(middle_name="Rose")),
        ("P3", "names-swapped", sent(given_name="Smith", family_name="Anna", sex="1", postcode=""), entry()),
        ("score", "birth-date-missing", sent(date_of_birth=None), entry()),
        ("P5", "birth-date-differs", sent(date_of_birth=date(1979, 3, 4)), entry()),
        ("P5", "birth-date-differs", sent(date_of_birth=date(2007, 11, 4)), entry()),
        ("P6", "family-name-differs", sent(family_name="Brown", email="a@b.org", **MOVED), entry(email="a@b.org")),
        ("score", "names-both-near", sent(given_name="Annie", family_name="Smyth"), entry()),
        ("score", "birth-date-near", sent(date_of_birth=date(2007, 4, 3), upn="A1", **MOVED), entry(upn="A1")),
        ("P2", "sex-differs", sent(family_name="Jones", sex="1", **MOVED), entry(previous_family_name="Jones")),
    ],
)
def test_each_guard_asks_whatever_the_score(rule: str, guard: str, learner: Learner, held: Entry) -> None:
    match = decide(learner, [held])
    assert match.outcome is MatchOutcome.POSSIBLE_MATCH
    assert (found(match), match.guard) == ([(FIRST, rule)], guard)
    assert match.levels == match.possible[0].levels
    assert GUARDS[guard].endswith(".")


def test_a_parent_of_the_same_names_at_the_same_address_is_nobody() -> None:
    assert decide(sent(date_of_birth=date(1979, 8, 30)), [entry()]).outcome is MatchOutcome.NO_MATCH


def test_a_twin_of_the_other_sex_is_nobody() -> None:
    assert decide(sent(given_name="Bob", sex="1"), [entry()]).outcome is MatchOutcome.NO_MATCH
    assert decide(sent(given_name="Bob", sex="9"), [entry()]).guard == "may-be-a-twin"


def test_a_brother_or_sister_at_one_address_is_nobody() -> None:
    assert decide(sent(given_name="Bob", date_of_birth=date(2005, 9, 9)), [entry()]).outcome is MatchOutcome.NO_MATCH


def test_a_upn_of_somebody_else_is_a_question() -> None:
    other = entry(SECOND, given_name="Bob", family_name="Brown", date_of_birth=date(2001, 1, 1), upn="A1")
    match = decide(sent(upn="A1", **MOVED), [entry(), other])
    assert (match.outcome, match.guard) == (MatchOutcome.POSSIBLE_MATCH, "upn-of-another")


def test_a_second_person_within_the_margin_is_a_question() -> None:
    entries = [entry(), entry(SECOND, postcode="M2 2AA")]
    match = decide(sent(postcode="M1 1AA"), entries)
    assert (match.outcome, match.guard) == (MatchOutcome.POSSIBLE_MATCH, "second-person-near")
    assert decide(sent(sex=""), entries).outcome is MatchOutcome.CONFIDENT_MATCH
    assert decide(sent(sex=""), entries, Policy(margin=50)).guard == "second-person-near"


@pytest.mark.parametrize(
    ("learner", "held"),
    [
        (sent(given_name="Bob", **MOVED), entry()),
        (sent(family_name="Jones", **MOVED), entry()),
        (sent(given_name="Smith", family_name="Anna", date_of_birth=date(2001, 9, 30), **MOVED), entry()),
        (sent(given_name="Bob", family_name="Brown", email="a@b.org", postcode=""), entry(email="a@b.org")),
        (sent(given_name="", family_name="", **MOVED), entry(given_name="", family_name="")),
    ],
)
def test_too_little_is_nobody(learner: Learner, held: Entry) -> None:
    assert in_a_large_register(learner, [held]) == Match(outcome=MatchOutcome.NO_MATCH)


def test_a_small_register_asks_about_less() -> None:
    """A name and a birthday in common are chance among a million people, and hardly among few."""
    learner = sent(given_name="Bob", **MOVED)
    assert in_a_large_register(learner, [entry()]).outcome is MatchOutcome.NO_MATCH
    assert decide(learner, [entry()]).guard == "given-name-differs"


def test_where_nobody_else_is_near_the_likeliest_at_the_postcode_is_a_question() -> None:
    held = [entry(sex="", given_name="Bob", date_of_birth=None), entry(SECOND, sex="", family_name="Brown")]
    learner = sent(sex="", family_name="Green", date_of_birth=None)
    assert found(in_a_large_register(learner, held)) == [(SECOND, "score")]
    assert in_a_large_register(replace(learner, postcode="M1 1AA"), held).outcome is MatchOutcome.NO_MATCH


@pytest.mark.parametrize("sex", ["", "9"])
def test_relatives_are_told_apart_only_where_both_sexes_are_known(sex: str) -> None:
    parent = sent(date_of_birth=date(1979, 8, 30), sex=sex)
    sibling = sent(given_name="Bob", date_of_birth=date(2005, 9, 9), sex=sex)
    for relative in (parent, sibling):
        assert decide(relative, [entry()]).outcome is MatchOutcome.POSSIBLE_MATCH
    mailed = replace(parent, sex="2", email="a@b.org")
    assert decide(mailed, [entry(email="a@b.org")]).guard == "birth-date-differs"


@pytest.mark.parametrize(
    ("learner", "bits"),
    [
        (sent(given_name="Smiths", family_name="Anna"), "both"),
        (sent(given_name="Smith", family_name="Brown"), "one"),
        (sent(given_name="Brown", family_name="Anna"), "one"),
    ],
)
def test_names_nearly_or_half_in_each_others_place_are_a_question(learner: Learner, bits: str) -> None:
    match = decide(learner, [entry()])
    assert (match.outcome, match.guard) == (MatchOutcome.POSSIBLE_MATCH, "names-swapped")
    assert match.levels["given_name"] == "swapped"
    assert match.levels["family_name"] == ("swapped" if bits == "both" else "different")


def test_nobody_near_is_no_match() -> None:
    assert decide(ANNA, []).outcome is MatchOutcome.NO_MATCH


def test_possible_matches_come_by_rule_then_agreeing_details_then_score_then_number() -> None:
    """The order of `lrs` 4.3, step 4; what no rule finds comes last."""
    entries = [
        entry(NUMBERS[0], given_name="Bob"),
        entry(NUMBERS[1], given_name="Anne", postcode="M2 2AA"),
        entry(NUMBERS[2], postcode="M3 3AA"),
        entry(NUMBERS[3], postcode="M3 3AA"),
    ]
    for order in permutations(entries):
        listed = found(decide(sent(postcode="M1 1AA"), order))
        assert listed == [(NUMBERS[2], "P1"), (NUMBERS[3], "P1"), (NUMBERS[1], "P4"), (NUMBERS[0], "score")]


def test_who_agrees_in_more_details_comes_before_who_scores_more() -> None:
    """Where the first is not whom the score puts first, more than one fits."""
    rare = entry(FIRST, upn="A1", date_of_birth=date(2007, 3, 5), sex="")
    match = decide(sent(upn="A1", given_name="Bob"), [rare, entry(SECOND)])
    assert (found(match)[0], match.guard) == ((SECOND, "score"), "second-person-near")


def test_one_person_is_listed_once_by_the_record_that_agrees_best() -> None:
    master = entry(FIRST, given_name="Ann", sex="1")
    linked = entry(SECOND, master=FIRST, sex="1")
    match = decide(ANNA, [master, linked], Policy(accept_confident=False))
    assert found(match) == [(SECOND, "P1")]
    assert match.levels["given_name"] == "same"


def test_more_than_ten_people_are_too_many() -> None:
    match = decide(ANNA, [entry(uln, sex="1") for uln in NUMBERS[:11]])
    assert (match.outcome, match.possible, match.uln) == (MatchOutcome.TOO_MANY_MATCHES, (), None)
    assert (match.guard, match.levels["sex"]) == ("many-people-near", "different")
    assert decide(ANNA, [entry(uln, sex="1") for uln in NUMBERS[:10]]).outcome is MatchOutcome.POSSIBLE_MATCH


def test_more_than_ten_people_with_the_same_five_details_are_too_many() -> None:
    assert decide(ANNA, [entry(uln) for uln in NUMBERS[:11]]).outcome is MatchOutcome.TOO_MANY_MATCHES


def test_optional_fields_narrow_too_many_people() -> None:
    crowd = [entry(uln, sex="1") for uln in NUMBERS[:11]]
    learner = sent(previous_family_name="Jones", email="a@b.org")
    former = entry(NUMBERS[20], sex="1", previous_family_name="Jones")
    also = entry(NUMBERS[21], sex="1", previous_family_name="Jones")
    match = decide(learner, [*crowd, also, former])
    assert match.outcome is MatchOutcome.POSSIBLE_MATCH
    assert [possible.entry.uln for possible in match.possible] == [NUMBERS[20], NUMBERS[21]]


def test_too_many_people_of_whom_none_agrees_further_are_not_nobody() -> None:
    crowd = [entry(uln, sex="1") for uln in NUMBERS[:11]]
    assert decide(sent(email="a@b.org"), crowd).outcome is MatchOutcome.TOO_MANY_MATCHES


def test_an_unknown_number_is_not_found() -> None:
    assert decide_by_uln(ANNA, None) == Match(outcome=MatchOutcome.ULN_NOT_FOUND)


@pytest.mark.parametrize(
    ("given", "family"),
    [
        ("Anna", "Smith"),
        ("Smith", "Anna"),
        ("Anna", "Jones"),
        ("A", "Smyth"),
        ("Ann", "Smith-Jones"),
        ("Ánna", "SMITH"),
    ],
)
def test_a_number_holds_where_names_are_equal_or_similar(given: str, family: str) -> None:
    held = entry(previous_family_name="Jones")
    learner = sent(uln=FIRST, given_name=given, family_name=family, date_of_birth=None, sex="0")
    match = decide_by_uln(learner, held)
    assert (match.outcome, match.uln, match.master_uln) == (MatchOutcome.EXACT_MATCH, FIRST, None)
    assert match.other_evidence == ("uln",)


@pytest.mark.parametrize(("given", "family"), [("Bob", "Smith"), ("Anna", "Brown"), ("", "Smith"), ("Anna", "")])
def test_a_number_with_other_names_is_a_mismatch(given: str, family: str) -> None:
    match = decide_by_uln(sent(uln=FIRST, given_name=given, family_name=family), entry())
    assert (match.outcome, match.uln, match.guard) == (MatchOutcome.ULN_MISMATCH, None, "names-do-not-verify")
    assert match.levels["postcode"] == "same"


def test_equal_names_hold_whatever_else_has_changed() -> None:
    learner = sent(uln=FIRST, date_of_birth=date(1990, 1, 1), sex="1")
    assert decide_by_uln(learner, entry()).outcome is MatchOutcome.EXACT_MATCH


@pytest.mark.parametrize("other", [{"date_of_birth": date(1990, 1, 1)}, {"sex": "1"}])
def test_similar_names_do_not_hold_against_another_birth_date_or_sex(other: dict[str, object]) -> None:
    match = decide_by_uln(sent(uln=FIRST, given_name="Anne", **other), entry())
    assert (match.outcome, match.guard) == (MatchOutcome.ULN_MISMATCH, "similar-names-contradicted")


@pytest.mark.parametrize(("given", "family"), [("Anna", "Anna"), ("A", "A"), ("Smith", "S")])
def test_one_name_of_the_register_does_not_stand_for_both(given: str, family: str) -> None:
    match = decide_by_uln(sent(uln=FIRST, given_name=given, family_name=family), entry())
    assert (match.outcome, match.guard) == (MatchOutcome.ULN_MISMATCH, "names-do-not-verify")


def test_a_linked_number_is_answered_with_its_master() -> None:
    match = decide_by_uln(sent(uln=SECOND), entry(SECOND, master=FIRST))
    assert (match.outcome, match.uln, match.master_uln) == (MatchOutcome.LINKED_LEARNER, FIRST, FIRST)
    assert match.linked_uln == SECOND


def test_details_that_differ_are_brought_as_sent_and_empty_ones_are_not() -> None:
    held = entry(email="a@b.org", middle_name="Rose", ability_to_share="")
    learner = sent(
        given_name="ANNA",
        family_name="Brown ",
        date_of_birth=date(2007, 3, 5),
        postcode="ls14ab",
        sex="9",
        email="A@b.org",
        upn="A1",
        ability_to_share="0",
    )
    assert changed_details(learner, held) == {
        "family_name": "Brown ",
        "sex": "9",
        "upn": "A1",
        "date_of_birth": "2007-03-05",
    }
    assert changed_details(sent(date_of_birth=None, sex=""), held) == {}
    assert changed_details(sent(ability_to_share="1"), held) == {"ability_to_share": "1"}


@pytest.mark.parametrize(
    ("before", "after", "refused"),
    [
        ("0", "1", False),
        ("0", "2", False),
        ("1", "2", False),
        ("2", "1", False),
        ("1", "0", True),
        ("2", "0", True),
        ("0", "0", False),
        ("", "0", False),
        ("1", "1", False),
        ("2", "", False),
    ],
)
def test_nobody_goes_back_to_not_having_seen_the_notice(before: str, after: str, refused: bool) -> None:  # noqa: FBT001 - a column of the table
    assert update_refused(sent(ability_to_share=after), entry(ability_to_share=before)) is refused


def test_a_generated_batch_is_answered_as_it_was_made() -> None:
    register = list(register_entries(7, 600, AS_OF, 9_000_000_000))
    by_uln = {held.uln: held for held in register}
    wrong = []
    for drawn in scenario(register, 3, 200, AS_OF):
        uln = drawn.learner.uln
        match = decide_by_uln(drawn.learner, by_uln.get(uln)) if uln else decide(drawn.learner, register)
        new = match.outcome is MatchOutcome.NO_MATCH
        outcome = drawn.outcome if new and drawn.uln is None else match.outcome
        asked = drawn.outcome is not MatchOutcome.POSSIBLE_MATCH or match.possible[0].rule == drawn.why[:2]
        if (outcome, match.uln) != (drawn.outcome, drawn.uln) or not asked:
            wrong.append((drawn.why, match.outcome))
    assert wrong == []

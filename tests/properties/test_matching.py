"""Matching holds for all that can be written: normalising settles, order says nothing, keys miss nobody."""

import unicodedata
from dataclasses import replace
from datetime import date
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core.matching.judge import decide
from gateway.core.matching.keys import keys, probe_keys
from gateway.core.matching.normalise import n1, n2
from gateway.core.model import Entry, Learner
from gateway.core.outcomes import MatchOutcome
from gateway.core.uln import ulns_between

NUMBERS = [str(uln) for uln in ulns_between(5000000000, 5000000499)]
_LETTERS = "aAbnñNJoOøØłŁæßİıIi\u0301\u0307\u0323'’´`-‐– .\u00a0ÅK\u212b\u1e9eﬁÉéｓ한がか\u3099"  # noqa: RUF001 - what is easily confused is the point
NAMES = st.text(alphabet=_LETTERS, max_size=8) | st.text(max_size=8)


@given(NAMES)
def test_normalising_twice_is_normalising_once(name: str) -> None:
    assert n1(n1(name)) == n1(name)
    assert n2(n2(name)) == n2(name)
    assert n2(n1(name)) == n2(name)


@given(NAMES)
def test_composed_and_decomposed_accents_are_the_same(name: str) -> None:
    for form in ("NFC", "NFD"):
        other = unicodedata.normalize(form, name)
        assert (n1(other), n2(other)) == (n1(name), n2(name))


@given(NAMES)
def test_a_name_that_can_be_told_stays_one_that_can_be_told(name: str) -> None:
    assert bool(n2(name)) == bool(n1(name))


def people() -> st.SearchStrategy[Learner]:
    """Return people so few and so much alike that all rules meet, with every detail missing now and then."""
    given_names = st.sampled_from(["Anna", "Ánna", "Ana", "Ann", "A", "Anan", "Anna Maria", "Smith", "Nan", "Bob", ""])
    family_names = st.sampled_from(["Smith", "SMITH", "Smíth", "Jones", "Anna", "O'Neill", "O’Neill", ""])  # noqa: RUF001 - another apostrophe
    former = st.sampled_from(["", "", "Jones", "Smith"])
    return st.builds(
        Learner,
        given_name=given_names,
        family_name=family_names,
        date_of_birth=st.sampled_from([date(2007, 3, 4), date(2007, 4, 3), date(2007, 3, 14), date(2008, 4, 4), None]),
        sex=st.sampled_from(["1", "2", "9", ""]),
        postcode=st.sampled_from(["LS1 4AB", "ls14ab", "M1 1AA", ""]),
        preferred_given_name=st.sampled_from(["", "", "Nan", "Anna"]),
        previous_family_name=former,
        family_name_at_16=former,
        email=st.sampled_from(["", "a@b.org", "A@b.org"]),
    )


@given(people(), people())
@settings(max_examples=1500)
def test_whoever_may_be_the_same_person_shares_a_key(learner: Learner, held: Learner) -> None:
    if known(learner, [Entry(uln=NUMBERS[0], learner=held)]):
        assert set(probe_keys(learner)) & set(keys(held))


@given(people(), people(), st.data())
@settings(max_examples=1500)
def test_a_person_a_little_changed_shares_a_key_whenever_found(
    one: Learner, other: Learner, data: st.DataObject
) -> None:
    taken = data.draw(st.sets(st.sampled_from(["given_name", "family_name", "date_of_birth", "postcode", "email"])))
    held = replace(one, **{name: getattr(other, name) for name in taken})
    if known(one, [Entry(uln=NUMBERS[0], learner=held)]):
        assert set(probe_keys(one)) & set(keys(held))


@st.composite
def registers(draw: st.DrawFn) -> list[Entry]:
    """Return a few entries, some of them linked to an earlier one."""
    entries: list[Entry] = []
    for uln, learner in zip(NUMBERS, draw(st.lists(people(), max_size=14)), strict=False):
        masters = [entry.uln for entry in entries if entry.master_uln is None]
        master = draw(st.none() | st.sampled_from(masters)) if masters else None
        entries.append(Entry(uln=uln, learner=learner, master_uln=master))
    return entries


@given(people(), registers(), st.randoms())
def test_the_order_of_entries_says_nothing(learner: Learner, entries: list[Entry], random: Random) -> None:
    answer = decide(learner, entries)
    shuffled = random.sample(entries, len(entries))
    assert decide(learner, shuffled) == answer
    assert decide(learner, entries + shuffled) == answer


@given(people(), registers())
def test_only_an_automatic_link_has_a_number_and_only_a_question_has_a_list(
    learner: Learner, entries: list[Entry]
) -> None:
    match = decide(learner, entries)
    assert (match.uln is not None) == (match.outcome in {MatchOutcome.EXACT_MATCH, MatchOutcome.LINKED_LEARNER})
    assert (match.possible != ()) == (match.outcome is MatchOutcome.POSSIBLE_MATCH)
    assert len(match.possible) <= 10
    assert (match.levels != {}) == (match.outcome is not MatchOutcome.NO_MATCH)

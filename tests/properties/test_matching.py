"""Matching holds for all that can be written: normalising settles, order says nothing, keys miss nobody."""

import unicodedata
from dataclasses import replace
from datetime import date
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core.matching.columns import Columns
from gateway.core.matching.compare import birth_level, similar
from gateway.core.matching.faces import faces
from gateway.core.matching.judge import decide
from gateway.core.matching.keys import keys, probe_keys, wide_keys
from gateway.core.matching.normalise import email, n1, n2, postcode
from gateway.core.model import Entry, Learner
from gateway.core.outcomes import MatchOutcome
from gateway.core.uln import ulns_between

NUMBERS = [str(uln) for uln in ulns_between(5000000000, 5000000499)]
AUTOMATIC = {MatchOutcome.EXACT_MATCH, MatchOutcome.CONFIDENT_MATCH, MatchOutcome.LINKED_LEARNER}
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


def ruled(sent: Learner, held: Learner) -> str | None:
    """Return the first of the rules of `lrs` 4.3 that holds, written down plainly and without the matcher."""
    given, family = (n2(sent.given_name), n2(held.given_name)), (n2(sent.family_name), n2(held.family_name))
    same_given, same_family = given[0] == given[1] != "", family[0] == family[1] != ""
    born = sent.date_of_birth is not None and sent.date_of_birth == held.date_of_birth
    sex, home = sent.sex == held.sex != "", postcode(sent.postcode) == postcode(held.postcode) != ""
    former = {n2(held.previous_family_name), n2(held.family_name_at_16)} - {""}
    renamed = family[0] in former or n2(sent.previous_family_name) == family[1] != ""
    swapped = given[0] == family[1] != "" and family[0] == given[1] != ""
    nearly = same_given or nearly_given(sent, held)
    near = birth_level(sent.date_of_birth, held.date_of_birth) in {"near", "swapped"}
    mailed = email(sent.email) == email(held.email) != ""
    rules = {
        "P1": born and same_given and same_family,
        "P2": born and same_given and renamed,
        "P3": born and swapped,
        "P4": born and same_family and nearly and (sex or home),
        "P5": same_given and same_family and sex and home and near,
        "P6": born and mailed and (same_given or same_family),
    }
    return next((name for name, holds in rules.items() if holds), None)


def nearly_given(sent: Learner, held: Learner) -> bool:
    """Tell whether given names are similar in the words of P4."""
    one, other = n2(sent.given_name), n2(held.given_name)
    if not one or not other:
        return False
    preferred = other == n2(sent.preferred_given_name) or one == n2(held.preferred_given_name)
    first = [n2(n1(it.given_name).partition(" ")[0]) for it in (sent, held)]
    return preferred or first[0] == first[1] or similar(one, other)


@given(people(), people())
@settings(max_examples=600, deadline=None)
def test_whoever_a_rule_finds_is_found(learner: Learner, held: Learner) -> None:
    """Rules P1 to P6 of `lrs` 4.3: the scored matcher finds all that they find, through its keys."""
    found = decide(learner, [Entry(uln=NUMBERS[0], learner=held)])
    asked, theirs = faces(Columns.of([learner])), {*keys(faces(Columns.of([held])))[0]}
    if ruled(learner, held):
        assert found.outcome is not MatchOutcome.NO_MATCH
        assert theirs & {*probe_keys(asked)[0], *wide_keys(asked, areas=False)[0]}
    if found.outcome is not MatchOutcome.NO_MATCH:
        assert theirs & {*probe_keys(asked)[0], *wide_keys(asked)[0]}


@given(people(), people(), st.data())
@settings(max_examples=600, deadline=None)
def test_a_person_a_little_changed_is_found_by_every_rule(one: Learner, other: Learner, data: st.DataObject) -> None:
    taken = data.draw(st.sets(st.sampled_from(["given_name", "family_name", "date_of_birth", "postcode", "email"])))
    held = replace(one, **{name: getattr(other, name) for name in taken})
    if ruled(one, held):
        assert decide(one, [Entry(uln=NUMBERS[0], learner=held)]).outcome is not MatchOutcome.NO_MATCH


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
@settings(deadline=None)
def test_the_order_of_entries_says_nothing(learner: Learner, entries: list[Entry], random: Random) -> None:
    answer = decide(learner, entries)
    shuffled = random.sample(entries, len(entries))
    assert decide(learner, shuffled) == answer


@given(people(), registers())
@settings(deadline=None)
def test_only_an_automatic_link_has_a_number_and_only_a_question_has_a_list(
    learner: Learner, entries: list[Entry]
) -> None:
    match = decide(learner, entries)
    assert (match.uln is not None) == (match.outcome in AUTOMATIC)
    assert (match.possible != ()) == (match.outcome is MatchOutcome.POSSIBLE_MATCH)
    assert len(match.possible) <= 10
    assert (match.levels != {}) == (match.outcome is not MatchOutcome.NO_MATCH)

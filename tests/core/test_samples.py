"""Invented people look like a register, and the truth about a batch is the one that `lrs` 4.3 gives."""

import unicodedata
from collections import Counter
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from gateway.core.model import Entry, Learner
from gateway.core.outcomes import MatchOutcome
from gateway.core.uln import uln_fault
from gateway.sample_changes import RULES
from gateway.sample_scenarios import Drawn, scenario
from gateway.samples import people, register_entries, seeded

AS_OF = date(2026, 10, 1)
FIRST_ULN = 9_000_000_000
POPULATION = list(people(7, 10_000, AS_OF))
REGISTER = list(register_entries(7, 600, AS_OF, FIRST_ULN))
BATCH = scenario(REGISTER, 3, 200, AS_OF)
BY_ULN = {entry.uln: entry for entry in REGISTER}


@cache
def n1(text: str) -> str:
    """Normalise a name for exact comparison, as `lrs` 4.3 says."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("\u2019", "'")
    return " ".join(text.split())


@cache
def n2(text: str) -> str:
    """Normalise a name for similar comparison: without accents, spaces and marks."""
    return "".join(filter(str.isalpha, unicodedata.normalize("NFKD", n1(text))))


def home(learner: Learner) -> str:
    return learner.postcode.upper().replace(" ", "")


def five(learner: Learner) -> tuple[object, ...]:
    names = n1(learner.given_name), n1(learner.family_name)
    return (*names, learner.date_of_birth, learner.sex, home(learner))


def one_edit(a: str, b: str) -> bool:
    if len(a) == len(b):
        return sum(x != y for x, y in zip(a, b, strict=True)) == 1
    short, long = sorted((a, b), key=len)
    return len(long) - len(short) == 1 and any(long[:n] + long[n + 1 :] == short for n in range(len(long)))


def similar(sent: Learner, held: Learner) -> bool:
    a, b = n2(sent.given_name), n2(held.given_name)
    begins = a.startswith(b) or b.startswith(a)
    return (
        a == n2(held.preferred_given_name)
        or n1(sent.given_name).split()[0] == n1(held.given_name).split()[0]
        or (begins and (min(len(a), len(b)) >= 3 or 1 in {len(a), len(b)}))
        or (min(len(a), len(b)) >= 4 and one_edit(a, b))
    )


def one_part_differs(a: date, b: date) -> bool:
    parts = [(a.year, b.year), (a.month, b.month), (a.day, b.day)]
    return sum(x != y for x, y in parts) == 1 or (a.year, a.month, a.day) == (b.year, b.day, b.month)


def rules_that_find(sent: Learner, held: Learner) -> set[str]:
    """Return the names of the rules P1 to P6 of `lrs` 4.3 by which an entry is found."""
    given, family = n2(sent.given_name), n2(sent.family_name)
    same_given, same_family = given == n2(held.given_name), family == n2(held.family_name)
    same_home, same_sex = home(sent) == home(held), sent.sex == held.sex
    assert sent.date_of_birth
    assert held.date_of_birth
    if sent.date_of_birth != held.date_of_birth:
        near = one_part_differs(sent.date_of_birth, held.date_of_birth)
        return {"P5"} if same_given and same_family and same_home and same_sex and near else set()
    earlier = {n2(held.previous_family_name), n2(held.family_name_at_16)} - {""}
    found = {
        "P1": same_given and same_family and not (same_sex and same_home),
        "P2": same_given and (family in earlier or n2(sent.previous_family_name) == n2(held.family_name)),
        "P3": given == n2(held.family_name) and family == n2(held.given_name),
        "P4": same_family and not same_given and similar(sent, held) and (same_sex or same_home),
        "P6": sent.email != "" and sent.email == held.email and (same_given or same_family),
    }
    return {rule for rule, holds in found.items() if holds}


def found_in_register(learner: Learner) -> dict[str, set[str]]:
    found = {entry.uln: rules_that_find(learner, entry.learner) for entry in REGISTER}
    return {uln: rules for uln, rules in found.items() if rules}


def exact_in_register(learner: Learner) -> list[Entry]:
    return [entry for entry in REGISTER if five(entry.learner) == five(learner)]


def drawn(outcome: MatchOutcome) -> list[Drawn]:
    return [one for one in BATCH if one.outcome is outcome]


def test_few_people_share_both_names_and_birthday_by_accident() -> None:
    keys = Counter((p.given_name, p.family_name, p.date_of_birth) for p in POPULATION)
    assert sum(number > 1 for number in keys.values()) <= 3


def test_names_are_those_of_an_english_register() -> None:
    total = len(POPULATION)
    accented = sum(not (p.given_name + p.family_name).isascii() for p in POPULATION) / total
    assert 0.02 < accented < 0.04
    for sort in ("'", "-", " "):
        assert 0.002 < sum(sort in p.family_name for p in POPULATION) / total < 0.06
    for detail in ("middle_name", "preferred_given_name", "previous_family_name", "family_name_at_16", "email"):
        assert 0.01 < sum(getattr(p, detail) != "" for p in POPULATION) / total < 0.5
    assert max(len(p.family_name) for p in POPULATION) <= 35


def test_most_are_young_and_of_a_told_sex_and_let_data_be_shared() -> None:
    assert {p.sex for p in POPULATION} == {"0", "1", "2", "9"}
    assert sum(p.sex in {"1", "2"} for p in POPULATION) > 9700
    assert sum(p.ability_to_share == "1" for p in POPULATION) > 9000
    assert sum(p.date_of_birth > date(2005, 10, 1) for p in POPULATION if p.date_of_birth) > 8000


def test_families_live_at_one_address() -> None:
    homes: dict[str, list[Learner]] = {}
    for person in POPULATION:
        homes.setdefault(person.family_name + person.postcode, []).append(person)
    pairs = [tuple(home) for home in homes.values() if len(home) == 2]
    twins = [(a, b) for a, b in pairs if a.date_of_birth == b.date_of_birth]
    assert all(a.given_name != b.given_name for a, b in twins)
    namesakes = [(a, b) for a, b in pairs if a.given_name == b.given_name]
    assert all(a.date_of_birth != b.date_of_birth for a, b in namesakes)
    assert len(twins) > 50
    assert len(namesakes) > 20
    assert len(pairs) - len(twins) - len(namesakes) > 100


def test_a_register_has_one_linked_pair_in_a_hundred_people() -> None:
    linked = [entry for entry in REGISTER if entry.master_uln]
    assert len(REGISTER) == 606
    assert len(linked) == 6
    for entry in linked:
        assert entry.master_uln
        master = BY_ULN[entry.master_uln]
        assert master.linked_ulns == entry.linked_ulns == (entry.uln,)
        assert master.master_uln is None
        assert five(master.learner) != five(entry.learner)
        assert five(master.learner)[:1] == five(entry.learner)[:1]


def test_every_sort_of_learner_is_in_a_batch_of_fifty() -> None:
    batch = scenario(REGISTER, 5, 50, AS_OF)
    outcomes = Counter(one.outcome for one in batch)
    assert len(batch) == 50
    assert set(outcomes) == {
        MatchOutcome.EXACT_MATCH,
        MatchOutcome.NEW_ULN,
        MatchOutcome.POSSIBLE_MATCH,
        MatchOutcome.LINKED_LEARNER,
        MatchOutcome.DUPLICATE_IN_FILE,
        MatchOutcome.ULN_MISMATCH,
        MatchOutcome.ULN_NOT_FOUND,
    }
    assert outcomes[MatchOutcome.NEW_ULN] == 10
    assert outcomes[MatchOutcome.EXACT_MATCH] >= 28
    for why, _ in RULES:
        assert why in {one.why for one in batch}


def test_an_exact_learner_is_exactly_one_person_of_the_register() -> None:
    for one in drawn(MatchOutcome.EXACT_MATCH):
        assert [entry.uln for entry in exact_in_register(one.learner)] == [one.uln]
        assert one.learner.uln in {"", one.uln}
    assert any(one.learner.uln for one in drawn(MatchOutcome.EXACT_MATCH))


def test_a_linked_learner_is_answered_with_the_master() -> None:
    assert drawn(MatchOutcome.LINKED_LEARNER)
    for one in drawn(MatchOutcome.LINKED_LEARNER):
        (entry,) = exact_in_register(one.learner)
        assert entry.master_uln == one.uln


def test_a_possible_match_is_found_by_its_own_rule_alone_and_is_one_entry() -> None:
    for one in drawn(MatchOutcome.POSSIBLE_MATCH):
        assert not exact_in_register(one.learner)
        (rules,) = found_in_register(one.learner).values()
        assert rules == {one.why[:2]}


def test_a_new_learner_is_found_by_no_rule_and_by_no_number() -> None:
    for one in drawn(MatchOutcome.NEW_ULN) + drawn(MatchOutcome.ULN_NOT_FOUND) + drawn(MatchOutcome.ULN_MISMATCH):
        assert not exact_in_register(one.learner)
        assert not found_in_register(one.learner)
        assert (one.learner.uln in BY_ULN) is (one.outcome is MatchOutcome.ULN_MISMATCH)
        assert one.learner.uln == "" or uln_fault(one.learner.uln) is None


def test_a_mistaken_number_is_that_of_someone_with_quite_other_names() -> None:
    for one in drawn(MatchOutcome.ULN_MISMATCH):
        held = BY_ULN[one.learner.uln].learner
        names = {n2(held.given_name), n2(held.family_name), n2(held.previous_family_name)} - {""}
        assert not similar(one.learner, held)
        assert n2(one.learner.family_name)[0] not in {name[0] for name in names}


def test_a_learner_comes_twice_only_as_a_told_repeat_of_a_new_one() -> None:
    seen: dict[tuple[object, ...], Drawn] = {}
    for one in BATCH:
        first = seen.setdefault(five(one.learner), one)
        assert (first is not one) is (one.outcome is MatchOutcome.DUPLICATE_IN_FILE)
        assert first is one or first.outcome is MatchOutcome.NEW_ULN
    assert drawn(MatchOutcome.DUPLICATE_IN_FILE)


def test_copies_are_spelt_in_several_ways() -> None:
    ways = {one.why for one in scenario(list(register_entries(7, 3000, AS_OF, FIRST_ULN)), 3, 1500, AS_OF)}
    for way in ("as it is", "capitals", "small letters", "apostrophe", "accents", "without its space"):
        assert any(way in why for why in ways), way


def test_a_batch_is_the_same_each_time() -> None:
    assert scenario(REGISTER, 3, 200, AS_OF) == BATCH
    assert scenario(REGISTER, 4, 200, AS_OF) != BATCH


def test_an_exact_learner_stands_in_where_no_linked_one_is_left() -> None:
    unlinked = [entry for entry in REGISTER if not entry.linked_ulns]
    assert MatchOutcome.LINKED_LEARNER not in {one.outcome for one in scenario(unlinked, 3, 100, AS_OF)}


def test_unknown_numbers_lie_above_a_register_that_begins_with_the_lowest_one() -> None:
    entries = list(register_entries(7, 100, AS_OF, 1_000_000_000))
    unknown = [one for one in scenario(entries, 3, 50, AS_OF) if one.outcome is MatchOutcome.ULN_NOT_FOUND]
    assert unknown
    assert all(one.learner.uln > entries[-1].uln for one in unknown)


def test_a_register_that_is_too_small_is_refused() -> None:
    with pytest.raises(ValueError, match="too small"):
        scenario(REGISTER[:20], 3, 100, AS_OF)


def test_a_register_so_full_that_nobody_is_new_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.sample_scenarios._TRIES", 0)
    with pytest.raises(ValueError, match="so full"):
        scenario(REGISTER, 3, 100, AS_OF)


def test_a_leap_day_is_not_moved_to_a_year_without_it() -> None:
    why, misdate = RULES[4]
    leap = replace(POPULATION[0], date_of_birth=date(2008, 2, 29))
    assert why.startswith("P5")
    assert misdate(leap, POPULATION[1], seeded("leap")) is None

"""The examples in the texts of the census's rules are true, and every rule of the specification has some."""

import pickle
import string
from collections.abc import Mapping, Sequence

import pytest

from adapters.kinds.school_census.book import REACHES, Roll
from adapters.kinds.school_census.form import RULES, book_of
from gateway.core.notices import Notice, Scope
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.repeats import Noted, Repeats, stamps
from gateway.core.rules.rule import Rule
from tests.golden.census_cases import BOOK, CONTEXT, HEADER, OURS, pupil

_CODES = """
    100 G010 G020 G030 G040 G041 G042 G043 G044 G045 1320Q 1500 1510 1520 1530 1540 1550 1570 1573 1575 1578 G150 G151
    G152 G153 G154 G155 G156 G157 1741 1762 1763 1851 1854 G185 G186 2400 G187 1880 G188 G189 G190 G191 1920 1925Q G200
    G201 G202 G203 2290 G229 G230 2392 2470 2485 2500 2510 G251 G252 3131Q G300 G301
"""
_QUERIES = "G041 G153 G154 G191 1320Q 1925Q 2392 2485 3131Q G301 G001 COLLECTION_UNLISTED CODE_UNLISTED"
_ON_ROLL_ALONE = """
    1570 G157 1741 1762 1763 1851 1854 G185 G186 2400 G187 G191 G200 G201 G202 G203 2392 2500 3131Q
"""
CODES, QUERIES, ON_ROLL_ALONE = _CODES.split(), _QUERIES.split(), set(_ON_ROLL_ALONE.split())
BOTH_WEIGHTS = {"governance_of_later_type"}
"""G043 is a query from 2015 on."""
BEYOND = {"G001", "COLLECTION_UNLISTED", "CODE_UNLISTED"}
"""The file's name, and a census or a code that is on no list: rules of our own."""
TERMS = {"SPR": ["1320Q", "G045", "G155", "G201"]}
PHASES = {
    "NS PS MP": ["1570", "1573"],
    "NS": ["G156", "2290", "G229", "G230", "2485", "2500", "2510"],
    "MP SS SP": ["G157"],
    "SP": ["G045"],
    "PR": ["3131Q"],
}
EXAMPLES = [
    pytest.param(rule, example, sort, id=f"{rule.name}-{sort}-{number}")
    for rule in OURS
    if rule.keys is None
    for sort, examples in (("bad", rule.bad), ("good", rule.good))
    for number, example in enumerate(examples)
]
REPEATED = [rule for rule in OURS if rule.keys is not None]


def notices(rule: Rule, example: Mapping[str, str]) -> list[Notice]:
    book = Rulebook(rules={rule.name: rule})
    return book.apply(pupil(example), CONTEXT, failed=frozenset(), scope=rule.scope).notices


def copies_told(rule: Rule, examples: Sequence[Mapping[str, str]]) -> list[int]:
    book = Rulebook(rules={rule.name: rule})
    repeats = Repeats(book, CONTEXT)
    for number, example in enumerate(examples, start=1):
        record = pupil(example, number)
        repeats.note(Noted(number, record.line, record.key, refused=False), stamps(book, record, CONTEXT))
    return [late.record for late in repeats.late()]


@pytest.mark.parametrize(("rule", "example", "sort"), EXAMPLES)
def test_an_example_finds_what_it_says(rule: Rule, example: Mapping[str, str], sort: str) -> None:
    found = notices(rule, example)
    assert {(it.code, it.severity) for it in found} == ({(rule.code, rule.severity)} if sort == "bad" else set())


@pytest.mark.parametrize("rule", REPEATED, ids=lambda rule: rule.name)
def test_what_stands_twice_is_told_on_both_and_what_differs_on_none(rule: Rule) -> None:
    bad, good = rule.bad[0], rule.good[0]
    assert copies_told(rule, [bad, good, bad]) == [1, 3]
    assert copies_told(rule, [bad, good]) == []


@pytest.mark.parametrize("code", CODES)
def test_every_rule_of_the_specification_is_there(code: str) -> None:
    assert code in {rule.code for rule in OURS}


def test_no_rule_stands_in_the_book_that_nobody_asked_for() -> None:
    assert {rule.code for rule in OURS} == {*CODES, *BEYOND}
    assert {(rule.function or rule.group_function or rule.keys).__module__ for rule in OURS} == {
        module.__name__ for module in RULES
    }


@pytest.mark.parametrize("rule", OURS, ids=lambda rule: rule.name)
def test_every_rule_has_both_examples_its_own_weight_and_its_fields(rule: Rule) -> None:
    assert rule.bad
    assert rule.good
    assert rule.fields
    assert (str(rule.severity) == "warning") == (rule.code in QUERIES or rule.name in BOTH_WEIGHTS)


@pytest.mark.parametrize("rule", OURS, ids=lambda rule: rule.name)
def test_a_rule_asks_for_no_more_than_its_fix_and_message_can_say(rule: Rule) -> None:
    """Every word in braces of Fix is one of Message too, so that it is known whenever the rule speaks."""
    asked = {name for _, name, _, _ in string.Formatter().parse(rule.fix) if name}
    said = {name for _, name, _, _ in string.Formatter().parse(rule.message) if name}
    assert asked <= said


@pytest.mark.parametrize("rule", OURS, ids=lambda rule: rule.name)
def test_a_rule_can_be_sent_to_a_worker_process(rule: Rule) -> None:
    sent: Rule = pickle.loads(pickle.dumps(rule))  # noqa: S301 - its own bytes
    assert (sent.name, sent.code) == (rule.name, rule.code)


@pytest.mark.parametrize("rule", OURS, ids=lambda rule: rule.name)
def test_a_rule_holds_for_its_terms_and_phases_alone(rule: Rule) -> None:
    reach = REACHES.get(rule.name)
    terms = next((term for term, codes in TERMS.items() if rule.code in codes), None)
    phases = next((names for names, codes in PHASES.items() if rule.code in codes), None)
    assert (reach.terms if reach else None) == (frozenset({terms}) if terms else None)
    excluded = phases is not None and "NS" in phases
    named = frozenset(phases.split()) if phases else frozenset()
    every = frozenset(["NS", "PS", "MP", "MS", "SS", "SP", "AT", "EY", "PR", "NO"])
    assert (reach.phases if reach else None) == (None if phases is None else every - named if excluded else named)


OTHER_TERMS = [(rule, term) for rule in OURS for term in ("AUT", "SPR", "SUM") if rule.name in REACHES]


@pytest.mark.parametrize(("rule", "term"), OTHER_TERMS)
def test_a_rule_is_silent_in_a_term_that_is_none_of_its_own(rule: Rule, term: str) -> None:
    reach = REACHES[rule.name]
    if rule.keys is None and reach.terms and term not in reach.terms:
        told = [notices(rule, {**bad, "Header/CollectionDetails/Term": term}) for bad in rule.bad]
        assert not any(told)


def test_pupils_on_roll_and_no_longer_on_roll_have_rules_of_their_own() -> None:
    on_roll, left = ({rule.code for rule in book_of(roll).rules.values()} for roll in Roll)
    assert on_roll - left == ON_ROLL_ALONE
    assert left - on_roll == {"1573", "1920", "1925Q", "2510"}
    repeated = [[rule.code for rule in book_of(roll).rules.values() if rule.keys] for roll in Roll]
    assert repeated == [["1520", "1578", "G154"]] * 2


def test_a_pupil_without_anything_breaks_only_what_every_pupil_must_give() -> None:
    book = book_of(Roll.ON)
    judged = book.apply(pupil({}), CONTEXT, failed=frozenset(), scope=Scope.RECORD)
    assert [notice.code for notice in judged.notices] == [
        "1500", "G150", "G150", "G151", "G152", "G155", "G187", "1880", "G300",
    ]  # fmt: skip
    assert HEADER["file_name"]
    assert BOOK.rules

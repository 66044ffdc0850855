"""A report explains the rules that found something, and no other."""

from dataclasses import replace

from gateway.core.documents import Explained
from gateway.core.notices import Notice
from gateway.core.rules.explained import explained
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Found

BOOK = Rulebook()
TEXT = """{title}

Why: {why}
Fix: mend it.
Message: {message}
"""


def described(name: str, code: str, title: str, message: str) -> None:
    BOOK.describe(name, code, TEXT.format(title=title, why=f"{name} matters.", message=message))


described("any_form", "RC011", "A value has a wrong form.", "{what is wrong}")
described("name_sign", "RC011", "A name holds a sign.", "{field} holds {sign}.")
described("alone", "RC013", "The age is odd.", "The learner is {age} (really).")
described("never", "RC099", "It never occurs.", "Never.")
described("fixed_one", "GF006", "The first of two.", "One (1).")
described("fixed_two", "GF006", "The second of two.", "Two.")


def said(name: str, **words: str) -> Notice:
    return BOOK.rules[name].notice(found=Found(words=words))


def titles(*notices: Notice) -> list[str]:
    return [text.title for text in explained(notices, Rulebook(), BOOK)]


def test_a_rule_that_found_something_is_told_with_its_reason() -> None:
    assert explained([said("alone", age="9"), said("alone", age="8")], BOOK) == [
        Explained(code="RC013", title="The age is odd.", why="Alone matters.")
    ]


def test_of_rules_that_share_a_code_the_one_is_told_whose_message_it_is() -> None:
    assert titles(said("any_form", **{"what is wrong": "Gender is M."})) == ["A value has a wrong form."]
    assert titles(said("name_sign", field="GivenName", sign="1\n")) == ["A name holds a sign."]
    assert titles(said("fixed_two"), said("fixed_one")) == ["The first of two.", "The second of two."]


def test_where_no_message_is_like_it_every_rule_of_the_code_is_told() -> None:
    assert titles(replace(said("fixed_one"), message="Three.")) == ["The first of two.", "The second of two."]


def test_a_code_of_no_rulebook_is_not_explained() -> None:
    assert titles(replace(said("alone", age="9"), code="X")) == []
    assert titles() == []

"""Which rules have found something, by the notices that they said, and the public text of each."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from gateway.core.documents import Explained
from gateway.core.notices import Notice
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Rule

_PLACE = re.compile(r"\{[^{}]*\}")


def explained(notices: Iterable[Notice], *books: Rulebook) -> list[Explained]:
    """Return the text of every rule that said one of these notices, in the order of the rulebooks.

    Several rules may share a code; the one whose message has most of its own words in common with a notice said it.
    """
    rules = [rule for book in books for rule in book.rules.values()]
    by_code: dict[str, list[Rule]] = {}
    for rule in rules:
        by_code.setdefault(rule.code, []).append(rule)
    said = {id(rule) for notice in notices for rule in sayers(by_code.get(notice.code, []), notice)}
    found = [Explained(code=it.code, title=it.title, why=it.why) for it in rules if id(it) in said]
    return list({(it.code, it.title): it for it in found}.values())


def sayers(rules: Sequence[Rule], notice: Notice) -> list[Rule]:
    """Return the rule of a code that says a notice most nearly; all of them where no message is like it."""
    if len(rules) <= 1:
        return list(rules)
    able = [rule for rule in rules if _form(rule.message).fullmatch(notice.message)]
    return [max(able, key=lambda rule: len(_PLACE.sub("", rule.message)))] if able else list(rules)


@lru_cache(maxsize=4096)
def _form(template: str) -> re.Pattern[str]:
    """Return what every message that is made of a template is like."""
    return re.compile(".*?".join(map(re.escape, _PLACE.split(template))), re.DOTALL)

"""Notices as the golden files list them, and which rule said one."""

import csv
import re
from collections.abc import Iterable, Mapping
from io import StringIO

from gateway.core.notices import Notice
from gateway.core.rules.rule import Rule

COLUMNS = ("code", "severity", "line", "record", "field")
_TOO_LARGE = "too large to be checked"


def listed(told: Iterable[Notice]) -> str:
    """Return notices as notices.csv holds them."""
    text = StringIO()
    lines = csv.writer(text)
    lines.writerow(COLUMNS)
    lines.writerows([getattr(notice, column) for column in COLUMNS] for notice in told)
    return text.getvalue()


def is_of(rule: Rule, notice: Notice) -> bool:
    """Tell whether a notice is this rule's and not that of another rule with the same code.

    What a reader finds in XML is said in its own words: of two such rules with one code, one is of records too large.
    """
    if (notice.code, notice.severity, notice.scope) != (rule.code, rule.severity, rule.scope):
        return False
    if rule.is_found_by_reader and "{" not in rule.message:
        return (_TOO_LARGE in notice.message) is (_TOO_LARGE in rule.message)
    form = re.sub(r"\\\{.*?\\\}", ".*", re.escape(rule.message))
    return re.fullmatch(form, notice.message, re.DOTALL) is not None


def examples(rules: Iterable[Rule]) -> list[tuple[Rule, Mapping[str, str], str]]:
    """Return every example of these rules with its rule, and whether it is a bad or a good one."""
    return [
        (rule, example, sort)
        for rule in rules
        for sort, examples in (("bad", rule.bad), ("good", rule.good))
        for example in examples
    ]

"""What every code means that the gateway writes: rules, return codes of responses, outcomes; and codes like another."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from gateway.core.match_report import NEXT_STEP
from gateway.core.matching.compare import Level
from gateway.core.matching.guards import SENTENCES
from gateway.core.outcomes import Effect, MatchOutcome
from gateway.core.ports.kinds import AnswersByCode, FileKind
from gateway.core.rules.engine import ENGINE
from gateway.core.rules.rule import Rule
from gateway.core.uln_changes import NOTHING_TO_REPORT
from gateway.page_words import OUTCOMES, counted_as

EVERY_KIND: Final = "every kind"
RECEIPT_CODES: Final = {
    "GF008": "We hold these bytes already. Nothing is processed again: the receipt names the first submission, and its "
    "responses are put into out/ once more. To have a file processed again, change it."
}
"""Codes that a receipt may show."""
REPORT_CODES: Final = {
    NOTHING_TO_REPORT[
        0
    ]: "No ULN was merged, unmerged or deleted in the time that `gateway register changes` was asked "
    "asked for. There is nothing to do; ask for an earlier day to see older changes."
}
"""Codes that the reports on changed ULNs may show."""

LEVEL_TEXTS: Final[Mapping[Level, str]] = {
    Level.SAME: "it is the same.",
    Level.NEAR: "it differs by a slip, such as a letter or two digits.",
    Level.NICKNAME: "one is a short form of the other.",
    Level.FORMER: "it is a former value of the register's, or the reverse.",
    Level.SWAPPED: "it agrees where the two names, or day and month, change places.",
    Level.MISSING: "it is empty in the record or in the register.",
    Level.DIFFERENT: "it is another.",
}
"""What the columns of fields in the match report say."""

_PLACE = re.compile(r"\{([^{}]*)\}")
_PLACES: Final = {
    "day": "the day",
    "field": "the field",
    "kinds": "the kinds",
    "lines": "the other lines",
    "missing": "the missing fields",
    "title": "what it holds",
    "value": "the value",
}
_LIKE: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyText:
    """What a code says that stands in a response or a receipt and is no rule's."""

    kind: str
    code: str
    text: str


def readable(text: str) -> str:
    """Return a rule's text in which each place that a finding fills is named in words, such as «the value»."""
    return _PLACE.sub(lambda found: f"«{_named(found[1])}»", text)


def _named(place: str) -> str:
    if place in _PLACES:
        return _PLACES[place]
    return place.replace("_", " ") if place == place.lower() or " " in place else f"value of {place}"


def rules(kinds: Mapping[str, FileKind]) -> list[tuple[str, Rule]]:
    """Return the rules of these kinds and of the gateway itself, each with the kind's name."""
    books = [(EVERY_KIND, ENGINE), *((name, kind.rulebook) for name, kind in sorted(kinds.items()))]
    return [(name, rule) for name, book in books for rule in book.rules.values()]


def replies(kinds: Mapping[str, FileKind]) -> Iterator[ReplyText]:
    """Yield what the codes say that are no rule's: of receipts, of outcomes, of the kinds' own responses."""
    for code, text in {**RECEIPT_CODES, **REPORT_CODES}.items():
        yield ReplyText(kind=EVERY_KIND, code=code, text=text)
    for outcome in MatchOutcome:
        text = f"{OUTCOMES[outcome]}. Counts as {counted_as(outcome).lower()}. {NEXT_STEP[outcome]}"
        yield ReplyText(kind=EVERY_KIND, code=outcome, text=text)
    for effect in Effect:
        yield ReplyText(
            kind=EVERY_KIND, code=effect, text=f"{OUTCOMES[effect]}. Counts as {counted_as(effect).lower()}."
        )
    for guard, text in SENTENCES.items():
        yield ReplyText(kind=EVERY_KIND, code=guard, text=f"It stopped an automatic link, in match.csv. {text}")
    for level, text in LEVEL_TEXTS.items():
        yield ReplyText(kind=EVERY_KIND, code=level, text=f"How a field agrees with the register, in match.csv: {text}")
    for name, kind in sorted(kinds.items()):
        codes = kind.outcome_codes if isinstance(kind, AnswersByCode) else {}
        for code, text in codes.items():
            yield ReplyText(kind=name, code=code, text=text)


def like(code: str, kinds: Mapping[str, FileKind]) -> list[str]:
    """Return the codes that are most like one that nobody knows: those that begin with it, then the nearest."""
    known = [rule.code for _, rule in rules(kinds)] + [reply.code for reply in replies(kinds)]
    spelt = {it.upper(): it for it in known}
    begun = [it for it in spelt if code and it.startswith(code.upper())]
    return [spelt[it] for it in dict.fromkeys(begun + get_close_matches(code.upper(), spelt, n=_LIKE))][:_LIKE]


def rule_document(kind: str, rule: Rule) -> dict[str, object]:
    """Return all that a rule says of itself, as `gateway rules --json` prints it."""
    return {
        "kind": kind,
        "code": rule.code,
        "rule": rule.name,
        "severity": rule.severity,
        "scope": rule.scope,
        "group": rule.group,
        "fields": list(rule.fields),
        "since": rule.since,
        "until": rule.until,
        "needs": list(rule.needs),
        "found_by_reader": rule.is_found_by_reader,
        "title": rule.title,
        "why": readable(rule.why),
        "fix": readable(rule.fix),
        "message": readable(rule.message),
        "bad": [dict(example) for example in rule.bad],
        "good": [dict(example) for example in rule.good],
    }


def validity(rule: Rule) -> str:
    """Return from when and until when a rule holds, empty where it always does."""
    bounds = {"from": rule.since, "until": rule.until}
    return " ".join(f"{word} {day.day} {day:%B %Y}" for word, day in bounds.items() if day)


def rule_lines(kind: str, rule: Rule) -> Iterator[tuple[str, str]]:
    """Yield what `gateway explain` says of a rule, line by line, each with its label."""
    yield "Kind of file", kind
    yield "Severity", _weight(rule)
    if rule.fields:
        within = f" of each {rule.group}" if rule.group else ""
        yield "Fields", ", ".join(rule.fields) + within
    if rule.since or rule.until:
        yield "Valid", validity(rule)
    if rule.needs:
        yield "Looks into", ", ".join(rule.needs)
    yield "Why", readable(rule.why)
    yield "Message", readable(rule.message)
    yield "Fix", readable(rule.fix)
    for label, examples in (("Wrong", rule.bad), ("Right", rule.good)):
        for example in examples:
            yield label, _example(example)


def _weight(rule: Rule) -> str:
    refuses = f", refuses the {rule.scope}" if rule.severity == "error" else ", refuses nothing"
    return f"{rule.severity}{refuses}" + (", found while reading" if rule.is_found_by_reader else "")


def _example(values: Mapping[str, str]) -> str:
    return ", ".join(f"{name} is {_quoted(value)}" for name, value in values.items())


def _quoted(value: str) -> str:
    shown = "".join(sign if sign.isprintable() else f"U+{ord(sign):04X}" for sign in value)
    return f'"{shown}"' if value else "empty"

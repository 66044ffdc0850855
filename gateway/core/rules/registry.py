"""One entry for each rule: its code, its public text, its examples and its function.

A rule's docstring is what organisations read. Its first line is the title; then come the sections Why, Fix, Message,
Bad and Good. Message and Fix may name the record's fields and the words that the rule yields, in braces; `{field}` is
the field at fault.
"""

import inspect
import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as member
from datetime import date

from gateway.core.errors import AdapterError
from gateway.core.model import Organisation, Record
from gateway.core.notices import Notice, Scope, Severity

_SECTION = re.compile(r"^(Why|Fix|Message|Bad|Good): ?(.*)$")
_SECTIONS = ("why", "fix", "message")
_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a rule may know beside the record: the day, the file's name, and who sends (None offline)."""

    as_of: date
    file_name: str
    sender: Organisation | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A rule's finding: the field at fault, the words that its message needs, and a file rule's line."""

    field: str | None = None
    words: Mapping[str, str] = member(default_factory=dict)
    line: int | None = None


RuleFunction = Callable[[Record, Context], Iterator[Found]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One check: `name` says what it checks, `code` is what its users know it by; several may share a code.

    `each` tells that it looks at every one of its fields alone. `function` is None where the reader itself finds the
    fault. `since` and `until` bound the processing date.
    """

    name: str
    code: str
    severity: Severity
    scope: Scope
    fields: tuple[str, ...]
    title: str
    why: str
    fix: str
    message: str
    bad: tuple[Mapping[str, str], ...] = ()
    good: tuple[Mapping[str, str], ...] = ()
    each: bool = False
    since: date | None = None
    until: date | None = None
    function: RuleFunction | None = None

    def notice(self, record: Record | None = None, found: Found | None = None) -> Notice:
        """Return this rule's notice for a finding, placed at the record or at the finding's own line."""
        found = found or Found()
        numbered = record if record is not None and self.scope is Scope.RECORD else None
        value = record.values.get(found.field) if record is not None and found.field is not None else None
        words = _Words({"field": found.field or "", **found.words}, record)
        return Notice(
            code=self.code,
            severity=self.severity,
            scope=self.scope,
            message=self.message.format_map(words),
            fix=self.fix.format_map(words),
            line=numbered.line if numbered else found.line,
            record=numbered.number if numbered else None,
            key=(numbered.key or None) if numbered else None,
            field=found.field,
            value=found.words.get("value", value),
        )

    def holds_on(self, day: date) -> bool:
        """Tell whether the rule is in force on a processing date; both bounds are included."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


class _Words(dict[str, str]):
    """The words of a message: `field`, those of the finding, then the record's own fields, cut where they are long."""

    def __init__(self, words: Mapping[str, str], record: Record | None) -> None:
        super().__init__(words)
        self._record = record

    def __missing__(self, key: str) -> str:
        if self._record is None or key not in self._record.values:
            raise AdapterError(f"A rule's message names {{{key}}}, which its finding lacks; add it to the words.")
        return shown(self._record[key])


def shown(value: str) -> str:
    """Return a value as a message quotes it: its first characters, with dots where there are more."""
    return value if len(value) <= _SHOWN else f"{value[:_SHOWN]}..."


@dataclass
class Rulebook:
    """The rules of one file kind, each name once, in the order in which they were declared."""

    rules: dict[str, Rule] = member(default_factory=dict)
    _in_force: dict[tuple[Scope, date], list[tuple[Rule, RuleFunction]]] = member(default_factory=dict, repr=False)

    def rule(
        self,
        code: str,
        *,
        fields: Iterable[str] = (),
        severity: str = "error",
        scope: str = "record",
        each: bool = False,
    ) -> Callable[[RuleFunction], RuleFunction]:
        """Register the function below as a rule whose text is its docstring; refuse a name that is taken."""

        def register(function: RuleFunction) -> RuleFunction:
            text = read_text(function.__name__, inspect.getdoc(function) or "")
            self._add(
                replace(
                    text,
                    code=code,
                    fields=tuple(fields),
                    severity=Severity(severity),
                    scope=Scope(scope),
                    each=each,
                    function=function,
                )
            )
            return function

        return register

    def describe(self, name: str, code: str, text: str, *, severity: str = "error", scope: str = "record") -> Rule:
        """Register a fault that the reader itself finds, so that it has the same public text as a rule; return it."""
        rule = replace(
            read_text(name, inspect.cleandoc(text)), code=code, severity=Severity(severity), scope=Scope(scope)
        )
        self._add(rule)
        return rule

    def _add(self, rule: Rule) -> None:
        if rule.name in self.rules:
            raise AdapterError(f"The rule {rule.name} is declared twice; give the second a name of its own.")
        self.rules[rule.name] = rule
        self._in_force.clear()

    def apply(self, record: Record, context: Context, *, failed: frozenset[str], scope: Scope) -> Iterator[Notice]:
        """Yield what the rules of a scope find; a rule one of whose fields failed already is not run.

        A field in which a rule finds an error has failed for the rules after it. A rule that looks at each of its
        fields alone is run all the same, and what it finds in a failed one is left out.
        """
        for rule, function in self._rules_of(scope, context.as_of):
            if failed and not rule.each and not failed.isdisjoint(rule.fields):
                continue
            errors: list[str] = []
            for notice in _run(rule, function, record, context):
                if rule.each and notice.field in failed:
                    continue
                yield notice
                if notice.field is not None and notice.severity is Severity.ERROR:
                    errors.append(notice.field)
            failed = failed.union(errors) if errors else failed

    def _rules_of(self, scope: Scope, day: date) -> list[tuple[Rule, RuleFunction]]:
        """Return the rules of a scope that have a function and are in force on a day, worked out once."""
        rules = self._in_force.get((scope, day))
        if rules is None:
            rules = [
                (rule, rule.function)
                for rule in self.rules.values()
                if rule.function is not None and rule.scope is scope and rule.holds_on(day)
            ]
            self._in_force[scope, day] = rules
        return rules


def _run(rule: Rule, function: RuleFunction, record: Record, context: Context) -> Iterator[Notice]:
    """Yield what one rule finds; a rule that raises refuses the record, says so, and stops nothing else."""
    try:
        for found in function(record, context):
            yield rule.notice(record, found)
    except Exception:  # noqa: BLE001 - whatever is wrong with one rule must not refuse the file, nor pass the record
        crashed = replace(RULE_CRASH, scope=rule.scope)
        yield crashed.notice(record, Found(words={"rule": rule.name}))


def read_text(name: str, text: str) -> Rule:
    """Return a rule of a docstring's title, sections and examples; raise AdapterError where one is missing."""
    title, _, rest = text.partition("\n")
    sections: dict[str, list[str]] = {}
    current: list[str] = []
    for line in rest.splitlines():
        opened = _SECTION.match(line)
        if opened:
            current = sections.setdefault(opened[1].lower(), [])
            current.append(opened[2])
        elif line.strip() and current:
            current[-1] = f"{current[-1]} {line.strip()}"
    missing = [section for section in _SECTIONS if section not in sections]
    if missing or not title.endswith("."):
        raise AdapterError(f"The rule {name} lacks {', '.join(missing) or 'a title that is a sentence'}; write it.")
    return Rule(
        name=name,
        code="",
        severity=Severity.ERROR,
        scope=Scope.RECORD,
        fields=(),
        title=title,
        why=_sentence(sections["why"][0]),
        fix=_sentence(sections["fix"][0]),
        message=sections["message"][0],
        bad=tuple(map(_example, sections.get("bad", []))),
        good=tuple(map(_example, sections.get("good", []))),
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _example(line: str) -> Mapping[str, str]:
    pairs = (pair.partition("=") for pair in shlex.split(line))
    return {name: value for name, _, value in pairs}


RULE_CRASH = replace(
    read_text(
        "rule_crash",
        inspect.cleandoc(
            """A rule of the gateway's could not be run on a record.

            Why: a record that a rule could not judge is not known to be right, so it is not accepted.
            Fix: nothing in your file; tell the gateway's operator, who mends the rule and replays the file.
            Message: The rule {rule} could not be run here: the fault is ours.
            """
        ),
    ),
    code="RULE_CRASH",
)
"""What is said where a rule raises."""

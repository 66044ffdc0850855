"""One entry for each rule of a file kind, and how the rules are run on a record.

A rule's docstring is what organisations read (`rules/text.py`); what it says of a record is told by `rules/rule.py`.
"""

import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from dataclasses import field as member
from datetime import date
from itertools import chain
from typing import NamedTuple, TypeVar

from gateway.core.errors import AdapterError
from gateway.core.model import Group, Record
from gateway.core.notices import Notice, Scope, Severity
from gateway.core.rules.rule import (
    Context,
    Found,
    GroupRule,
    KeyRule,
    RecordRule,
    Rule,
    RuleSettings,
    placed,
)
from gateway.core.rules.text import read_text

_NUMBER = re.compile(r"\[[0-9]+\]")
_Function = TypeVar("_Function", RecordRule, GroupRule, KeyRule)


class Judged(NamedTuple):
    """What the rules say of one record, and the codes of those that were not run because a field had failed."""

    notices: list[Notice]
    not_run: tuple[str, ...] = ()


@dataclass
class Rulebook:
    """The rules of one file kind, each name once, in the order in which they were declared.

    Where `tells_all`, every rule says what it finds, as in a specification that names each by itself; else a field in
    which one rule found an error is not judged by the rules after it.
    """

    rules: dict[str, Rule] = member(default_factory=dict)
    tells_all: bool = False
    _in_force: dict[tuple[Scope, date, RuleSettings], list[Rule]] = member(default_factory=dict, repr=False)

    def rule(  # noqa: PLR0913 - each is a fact of the rule, given by name
        self,
        code: str,
        *,
        fields: Iterable[str] = (),
        severity: str = "error",
        scope: str = "record",
        each: bool = False,
        since: date | None = None,
        until: date | None = None,
        needs: Iterable[str] = (),
    ) -> Callable[[RecordRule], RecordRule]:
        """Register the function below as a rule whose text is its docstring; refuse a name that is taken."""
        known: dict[str, object] = {
            "scope": Scope(scope),
            "each": each,
            "since": since,
            "until": until,
            "needs": tuple(needs),
        }
        return self._registered(code, tuple(fields), severity, "function", known)

    def group_rule(  # noqa: PLR0913 - each is a fact of the rule, given by name
        self,
        code: str,
        group: str,
        *,
        fields: Iterable[str] = (),
        severity: str = "error",
        since: date | None = None,
        until: date | None = None,
        needs: Iterable[str] = (),
    ) -> Callable[[GroupRule], GroupRule]:
        """Register the function below as a rule on every group of that name, such as `LearningDelivery`."""
        known: dict[str, object] = {"group": group, "since": since, "until": until, "needs": tuple(needs)}
        return self._registered(code, tuple(fields), severity, "group_function", known)

    def repeated(
        self,
        code: str,
        *,
        fields: Iterable[str] = (),
        severity: str = "error",
        later_only: bool = False,
        compares: bool = False,
    ) -> Callable[[KeyRule], KeyRule]:
        """Register the function below as a rule on keys that must not stand twice; `{lines}` are the other copies'.

        Every copy is told of, or all but the first (`later_only`), or only copies of which some differ (`compares`).
        """
        known: dict[str, object] = {"later_only": later_only, "compares": compares}
        return self._registered(code, tuple(fields), severity, "keys", known)

    def _registered(
        self, code: str, fields: tuple[str, ...], severity: str, place: str, known: dict[str, object]
    ) -> Callable[[_Function], _Function]:
        def register(function: _Function) -> _Function:
            text = read_text(function.__name__, inspect.getdoc(function) or "")
            own = {"code": code, "fields": fields, "severity": Severity(severity), place: function}
            self._add(replace(text, **own, **known))  # type: ignore[arg-type]
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

    def apply(self, record: Record, context: Context, *, failed: frozenset[str], scope: Scope) -> Judged:
        """Return what the rules of a scope find; a rule one of whose fields failed already is not run.

        A field in which a rule finds an error has failed for the rules after it, unless the book tells all. A rule
        that looks at each of its fields alone is run all the same, and what it finds in a failed one is left out.
        """
        judged = _Judging(record, context, failed, tells_all=self.tells_all)
        for rule in self.in_force(context, scope):
            if rule.keys is None and not (rule.needs and rule.lacking(context.reference)):
                judged.judge(rule)
        return Judged(judged.notices, tuple(judged.not_run))

    def in_force(self, context: Context, scope: Scope) -> list[Rule]:
        """Return the rules of a scope that have a function and hold on the day, as the operator has set them."""
        key = scope, context.as_of, context.settings
        rules = self._in_force.get(key)
        if rules is None:
            rules = [
                rule
                for rule in self.effective(context.settings)
                if not rule.is_found_by_reader and rule.scope is scope and rule.holds_on(context.as_of)
            ]
            self._in_force[key] = rules
        return rules

    def effective(self, settings: RuleSettings) -> Iterator[Rule]:
        """Yield every rule as an operator has set it, without those that are switched off."""
        changes = dict(settings.changes)
        for rule in self.rules.values():
            severity = rule.severity if rule.is_found_by_reader else changes.get(rule.code, rule.severity)
            if severity is not None:
                yield rule if severity is rule.severity else replace(rule, severity=severity)


@dataclass
class _Judging:
    """One record being judged: what was found, which fields have failed, which rules were left out for that."""

    record: Record
    context: Context
    failed: frozenset[str]
    tells_all: bool
    notices: list[Notice] = member(default_factory=list)
    not_run: list[str] = member(default_factory=list)

    def judge(self, rule: Rule) -> None:
        """Run one rule on the record, or on each of the groups that it looks at."""
        if rule.group is None:
            self._run(rule, None)
            return
        for group in groups_at(self.record, rule.group):
            self._run(rule, group)

    def _run(self, rule: Rule, group: Group | None) -> None:
        if self.failed and not rule.each and self._has_failed(rule, group):
            self.not_run.append(rule.code)
            return
        errors: list[str] = []
        try:
            for found in _findings(rule, group, self.record, self.context):
                self._tell(rule, rule.notice(self.record, found, group), errors)
        except Exception:  # noqa: BLE001 - whatever is wrong with one rule must not refuse the file, nor pass the record
            crashed = replace(RULE_CRASH, scope=rule.scope)
            self._tell(rule, crashed.notice(self.record, Found(words={"rule": rule.name})), errors)
        if errors and not self.tells_all:
            self.failed = self.failed.union(errors)

    def _tell(self, rule: Rule, notice: Notice, errors: list[str]) -> None:
        if rule.each and notice.field in self.failed:
            return
        self.notices.append(notice)
        if notice.field is not None and notice.severity is Severity.ERROR:
            errors.append(notice.field)

    def _has_failed(self, rule: Rule, group: Group | None) -> bool:
        """Tell whether a field of the rule has failed; one that names a field of groups fails with any of them."""
        fields = rule.fields if group is None else {placed(group, field) for field in rule.fields}
        if not self.failed.isdisjoint(fields):
            return True
        return any("[" in path and _general(path, group) in fields for path in self.failed)


def _general(path: str, group: Group | None) -> str:
    """Return a path without the numbers that stand in it below the group's own place."""
    own = f"{group.path}/" if group is not None and path.startswith(f"{group.path}/") else ""
    return own + _NUMBER.sub("", path.removeprefix(own))


def groups_at(group: Group, path: str) -> Iterable[Group]:
    """Return the groups at a path without numbers, such as `LearningDelivery/AppFinRecord`, in their order."""
    name, _, rest = path.partition("/")
    found = group.all(name)
    return chain.from_iterable(groups_at(below, rest) for below in found) if rest and found else found


def _findings(rule: Rule, group: Group | None, record: Record, context: Context) -> Iterator[Found]:
    if group is not None and rule.group_function is not None:
        return rule.group_function(group, record, context)
    return rule.function(record, context) if rule.function is not None else iter(())


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

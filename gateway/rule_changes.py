"""What has changed in the rules since a release, for those whose software must keep up with them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

import schemas
from gateway.core.errors import ConfigurationError
from gateway.core.rules.rule import Rule

_FOLDER: Final = "rules"
_COMPARED: Final = ("code", "severity", "scope")


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDifference:
    """One rule that was added, removed or changed; `what` says how, in words."""

    kind: str
    code: str
    rule: str
    change: str
    what: str


def differences(version: str, rules: Iterable[tuple[str, Rule]]) -> list[RuleDifference]:
    """Return what is otherwise than in a release: rules added, removed, and those that weigh otherwise."""
    before, now = _released(version), listing(rules)
    changed = [_changed(before[name], now[name]) for name in now if name in before]
    return [
        *(_difference(now[name], "added", now[name]["title"]) for name in now if name not in before),
        *(_difference(before[name], "removed", before[name]["title"]) for name in before if name not in now),
        *(one for one in changed if one is not None),
    ]


def listing(rules: Iterable[tuple[str, Rule]]) -> dict[tuple[str, str], Mapping[str, str]]:
    """Return what a release keeps of each rule, by kind and name."""
    return {
        (kind, rule.name): {
            "kind": kind,
            "rule": rule.name,
            "code": rule.code,
            "severity": rule.severity.value,
            "scope": rule.scope.value,
            "title": rule.title,
        }
        for kind, rule in rules
    }


def released_versions() -> list[str]:
    """Return the releases whose rules are known, by name."""
    return sorted(path.name.removesuffix(".json") for path in files(schemas).joinpath(_FOLDER).iterdir())


def _released(version: str) -> dict[tuple[str, str], Mapping[str, str]]:
    if version not in released_versions():
        known = ", ".join(released_versions())
        raise ConfigurationError(f"The rules of release {version} are not known; those of {known} are.")
    kept = json.loads(schemas.text(f"{_FOLDER}/{version}.json"))["rules"]
    return {(rule["kind"], rule["rule"]): rule for rule in kept}


def _changed(before: Mapping[str, str], now: Mapping[str, str]) -> RuleDifference | None:
    told = [f"{name} {before[name]} is now {now[name]}" for name in _COMPARED if before[name] != now[name]]
    return _difference(now, "changed", "; ".join(told)) if told else None


def _difference(rule: Mapping[str, str], change: str, what: str) -> RuleDifference:
    return RuleDifference(kind=rule["kind"], code=rule["code"], rule=rule["rule"], change=change, what=what)

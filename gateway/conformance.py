"""How much of a file kind's rules a supplier's test files have shown: which codes they trip, and which never."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gateway.core.ports import FileKind
from gateway.core.rules.rule import Rule
from gateway.service import CheckPlan, check_file


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One code of a kind: what it is about, how often it was told, and in how many files."""

    code: str
    severity: str
    title: str
    notices: int
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Conformance:
    """What a set of files has shown of a kind: each of its codes, the files, and the records that nothing refuses."""

    kind: str
    files: int
    read: int
    accepted: int
    codes: tuple[Shown, ...]

    @property
    def exercised(self) -> int:
        """Return how many of the codes were told at least once."""
        return sum(code.notices > 0 for code in self.codes)


def conformance(kind: FileKind, paths: Iterable[Path], as_of: date) -> Conformance:
    """Return what these files show of a kind's rules; they are checked offline and nothing is sent."""
    told: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    files = read = accepted = 0
    for path in paths:
        report = check_file(path, {kind.name: kind}, as_of, CheckPlan(kind=kind.name))
        told.update(report.counts.by_code)
        seen.update(report.counts.by_code.keys())
        files, read, accepted = files + 1, read + report.counts.read, accepted + report.counts.accepted
    rules: dict[str, Rule] = {}
    for rule in kind.rulebook.rules.values():
        rules.setdefault(rule.code, rule)
    codes = tuple(
        Shown(code=code, severity=rule.severity, title=rule.title, notices=told[code], files=seen[code])
        for code, rule in rules.items()
    )
    return Conformance(kind=kind.name, files=files, read=read, accepted=accepted, codes=codes)

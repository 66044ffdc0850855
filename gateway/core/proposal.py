"""A proposed corrected file as its sender is told of it: every change counted exactly, the lists capped."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gateway.core.correction_words import DOUBT_WORDS, FORM_WORDS, Doubt, Form

LISTED = 1_000
"""Changes of one kind that are listed one by one."""
_EXAMPLES = 3


class Example(NamedTuple):
    """One place: its line, and what stood there and stands there now."""

    line: int
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Change:
    """One kind of change in one column, or in the file where the column is empty."""

    kind: Form
    column: str
    count: int
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Left:
    """What looked like a fault of form in one column, or in the file, and was left as it stands."""

    why: Doubt
    column: str
    count: int
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed file: its name, what was changed and what was left; where nothing was changed there is no file."""

    name: str
    changes: tuple[Change, ...]
    left: tuple[Left, ...]


class Entry(NamedTuple):
    """One line of the list of changes."""

    line: int
    column: str
    was: str
    now: str
    why: str


class Ledger:
    """Counts every change and gives the first of each kind to `tell`, so that memory does not grow with the file."""

    def __init__(self, tell: Callable[[Entry], None], listed: int = LISTED) -> None:
        self._tell = tell
        self._listed = listed
        self._kinds: Counter[Form | Doubt] = Counter()
        self._counts: Counter[tuple[Form | Doubt, str]] = Counter()
        self._examples: defaultdict[tuple[Form | Doubt, str], list[Example]] = defaultdict(list)

    def changed(self, column: str, example: Example, forms: Sequence[Form]) -> None:
        """Note that a value or a part of the file was changed, for one reason or several."""
        listed = [self._note(form, column, example) for form in forms]
        if any(listed):
            why = "; ".join(FORM_WORDS[form] for form in forms)
            self._tell(Entry(example.line, column, example.was, example.now, why))

    def left(self, column: str, line: int, value: str, doubt: Doubt) -> None:
        """Note that something was left as it stands."""
        if self._note(doubt, column, Example(line, value, value)):
            self._tell(Entry(line, column, value, value, f"not changed: {DOUBT_WORDS[doubt]}"))

    def _note(self, kind: Form | Doubt, column: str, example: Example) -> bool:
        """Count one, and tell whether it is still listed."""
        self._kinds[kind] += 1
        self._counts[kind, column] += 1
        examples = self._examples[kind, column]
        if len(examples) < _EXAMPLES:
            examples.append(example)
        return self._kinds[kind] <= self._listed

    def totals(self) -> str:
        """Return the exact totals of all kinds as the last line of the list holds them."""
        changed = [f"{kind}={count}" for kind, count in self._kinds.items() if isinstance(kind, Form)]
        left = [f"not-changed-{kind}={count}" for kind, count in self._kinds.items() if isinstance(kind, Doubt)]
        return ";".join(changed + left)

    def proposal(self, name: str) -> Proposal:
        """Return all that was noted."""
        changes, left = [], []
        for (kind, column), count in self._counts.items():
            examples = tuple(self._examples[kind, column])
            if isinstance(kind, Form):
                changes.append(Change(kind, column, count, examples))
            else:
                left.append(Left(kind, column, count, examples))
        return Proposal(name, tuple(changes), tuple(left))

"""Writes the outcome of a results file as outcome.csv: one line for each notice, at least one for each result.

The totals add up: received = stored + amended + unchanged + withdrawn + queued + refused (`awarding` 8).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple, TextIO

from gateway.core import csv_text
from gateway.core.handover import Case
from gateway.core.model import Answer
from gateway.core.notices import Notice
from gateway.core.outcomes import Effect

COLUMNS: Final = ("line", "record_ref", "outcome", "uln", "code", "field", "value", "message", "fix")
REFUSED: Final = "refused"
OUTCOMES: Final = ("stored", "amended", "unchanged", "withdrawn", "queued", REFUSED)
_SHOWS_ULN: Final = frozenset({Effect.STORED, Effect.AMENDED, Effect.UNCHANGED, Effect.WITHDRAWN})


class Told(NamedTuple):
    """One line of the outcome, in the order of its columns."""

    line: int | None
    record_ref: str
    outcome: str
    uln: str = ""
    code: str = ""
    field: str = ""
    value: str = ""
    message: str = ""
    fix: str = ""


def told_of_file(notices: Iterator[Notice]) -> Iterator[Told]:
    """Yield a line for each reason for which a whole file is refused."""
    for notice in notices:
        yield _told(Told(notice.line, "", REFUSED), notice)


def told_of(answer: Answer) -> tuple[Told, ...]:
    """Return the lines on one result: one for each notice, or one that only tells the outcome."""
    record, match = answer.checked.record, answer.match
    uln = match.master_uln or match.uln or ""
    head = Told(record.line, record.key, outcome_of(answer), uln if match.effect in _SHOWS_ULN else "")
    return tuple(_told(head, notice) for notice in answer.notices) or (head,)


def outcome_of(answer: Answer) -> str:
    """Return what became of a result, in the words of the totals."""
    return str(answer.match.effect or REFUSED)


def totals(counted: Mapping[str, int]) -> dict[str, int]:
    """Return the totals by name, the sum of them first."""
    return {"received": sum(counted.values())} | {name: counted.get(name, 0) for name in OUTCOMES}


def _told(head: Told, notice: Notice) -> Told:
    return head._replace(
        line=notice.line or head.line,
        code=notice.code,
        field=notice.field or "",
        value=notice.value or "",
        message=notice.message,
        fix=notice.fix,
    )


class OutcomeCsv:
    """Writes outcome.csv, with the totals as its last line."""

    def __init__(self, case: Case, create: Callable[[str], TextIO]) -> None:
        self._rows = csv_text.writer(create("outcome.csv"), COLUMNS)
        self._counted: Counter[str] = Counter()
        self._rows.writerows(told_of_file(iter(case.rejections)))

    def write(self, answer: Answer) -> None:
        """Write what became of one result."""
        self._counted[outcome_of(answer)] += 1
        self._rows.writerows(told_of(answer))

    def finish(self) -> None:
        """Write the totals."""
        listed = ";".join(f"{name}={count}" for name, count in totals(self._counted).items())
        self._rows.writerow(("#TOTALS", listed))

"""How commands print: a table for a person, a versioned JSON object for a program."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Timer
from typing import Literal

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from gateway.core.documents import Cause, Proposed, Report
from gateway.core.notices import Severity

SHOWN_NOTICES = 50
SHOWN_CAUSES = 5
LONGEST_UNFOLDED = 20
NARROWEST = 12
SILENT_S = 2.0
"""Seconds that work may take before it is shown how far it has come."""
WIDTH_OF_A_FILE = 160
"""Columns where the output is no terminal, whose own width would be known."""

out = Console(width=None if sys.stdout.isatty() else WIDTH_OF_A_FILE)
err = Console(stderr=True)


def as_json(value: Mapping[str, object]) -> None:
    """Print one JSON object on one line, its version first."""
    print(json.dumps({"version": 1, **value}, default=str, ensure_ascii=False))  # noqa: T201 - this is the output


def told(value: Mapping[str, object], sentence: str, *, json: bool) -> None:
    """Print what was done: as an object for programs, or as a sentence."""
    if json:
        as_json(value)
    else:
        out.print(sentence, markup=False)


def table(columns: Sequence[str], rows: Sequence[Sequence[object]], *, title: str | None = None) -> None:
    """Print a table; values are printed as they are, never read as markup."""
    shown = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for place, column in enumerate(columns):
        short = all(_is_short(row[place]) for row in rows)
        justify: Literal["right", "left"] = "right" if _is_number(rows, place) else "left"
        width = None if short else NARROWEST
        shown.add_column(column, overflow="fold", no_wrap=short, min_width=width, justify=justify)
    for row in rows:
        shown.add_row(*("" if value is None else _plain(value) for value in row))
    out.print(shown)


def _is_short(value: object) -> bool:
    return value is None or isinstance(value, float) or len(str(value)) <= LONGEST_UNFOLDED


def _is_number(rows: Sequence[Sequence[object]], place: int) -> bool:
    return all(isinstance(row[place], int | float) for row in rows)


def _plain(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.1f}"
    return escape(f"{value:,}" if isinstance(value, int) else str(value))


def facts(heading: str, lines: Iterable[tuple[str, str]]) -> None:
    """Print a heading and labelled lines below it, each folded under itself."""
    out.print(heading, markup=False, style="bold")
    shown = Table.grid(padding=(0, 2, 0, 0))
    shown.add_column(no_wrap=True)
    shown.add_column(overflow="fold")
    for label, text in lines:
        shown.add_row(f"  {label}", escape(text))
    out.print(shown)
    out.print()


@contextmanager
def progress(name: str) -> Iterator[Callable[[int], None]]:
    """Give what is told how many records were read; a terminal shows it once the work has taken two seconds."""
    if not err.is_terminal:
        yield lambda _: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}: {task.completed:,} records read"), TimeElapsedColumn())
    shown = Progress(*columns, console=err, transient=True)
    task = shown.add_task(escape(name), total=None)
    patience = Timer(SILENT_S, shown.start)
    patience.daemon = True
    patience.start()
    try:
        yield lambda read: shown.update(task, completed=read)
    finally:
        patience.cancel()
        patience.join()
        shown.stop()


def report(found: Report) -> None:
    """Print what `gateway check` found in one file."""
    counts = found.counts
    out.print(f"{found.file}: {found.kind or 'of no kind that is known here'}, {found.verdict}", markup=False)
    out.print(f"{counts.read:,} read, {counts.accepted:,} accepted, {counts.rejected:,} rejected", markup=False)
    if found.causes and counts.by_severity.get(Severity.ERROR):
        causes(found.causes, sum(counts.by_code.values()))
    if found.notices:
        rows = [(it.line, it.record, it.code, it.severity, it.field, it.message, it.fix) for it in found.notices]
        table(("line", "record", "code", "severity", "field", "what", "how to mend it"), rows[:SHOWN_NOTICES])
    if found.proposed:
        proposed(found.proposed)
    hidden = sum(counts.by_code.values()) - SHOWN_NOTICES
    if hidden > 0:
        out.print(f"and {hidden:,} more; --json prints them")


def proposed(offered: Proposed) -> None:
    """Print what a corrected file changes and what it leaves, each with its number of places."""
    out.print(f"A corrected file is offered: {offered.name}", markup=False)
    rows = [(it.count, it.column, it.what) for it in offered.changed]
    rows += [(it.count, it.column, f"not changed: {it.what}") for it in offered.left]
    table(("places", "column", "what"), rows)


def causes(found: Sequence[Cause], messages: int) -> None:
    """Print the causes of the most records, each with what clears all of its messages."""
    out.print(f"{messages:,} messages, causes: {len(found):,}. Fix these first:", markup=False)
    rows = [(it.messages, it.records, it.title, it.fix) for it in found[:SHOWN_CAUSES]]
    table(("messages", "records", "cause", "what to do"), rows)

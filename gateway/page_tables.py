"""The page's tables: rows of plain text under a caption, and the counts of a file in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gateway.core.documents import Counts, NotRun, Proposed, RuleSet
from gateway.page_words import OUTCOMES, SEVERITIES, counted, counted_as

LONGEST: Final = 500
"""Characters of one value that the page shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of plain text under a caption; a cell is None where there is nothing to tell."""

    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str | None]]
    figures: bool = False


def count_tables(counts: Counts) -> list[Table]:
    """Return how many records were read and accepted, and what became of them."""
    totals = ("read", "accepted", "rejected", "held")
    records = [[total.capitalize(), f"{getattr(counts, total):,}"] for total in totals]
    outcomes = [
        [OUTCOMES[outcome], counted_as(outcome), f"{number:,}"]
        for outcome, number in counts.by_outcome.items()
        if number
    ]
    tables = [Table(caption="Records in the file", headings=("Total", "Records"), rows=records, figures=True)]
    if outcomes:
        headings = ("Outcome", "Counted as", "Records")
        tables.append(Table(caption="What became of the records", headings=headings, rows=outcomes, figures=True))
    return tables


def not_run_table(checks: Sequence[NotRun]) -> Table | None:
    """Return the checks that were not run, each with its reason; None where every check was run."""
    if not checks:
        return None
    rows = [[check.check, check.reason] for check in checks]
    return Table(caption="Checks that were not run", headings=("Check", "Why"), rows=rows)


def changed_table(rules: RuleSet | None) -> Table | None:
    """Return the rules whose weight the gateway's operator has changed; None where there are none."""
    if rules is None or not rules.changed:
        return None
    rows = [
        [it.code, SEVERITIES[it.declared], SEVERITIES[it.severity] if it.severity else "Switched off"]
        for it in rules.changed
    ]
    return Table(caption="Rules that the gateway's operator has set otherwise", headings=_CHANGED, rows=rows)


_CHANGED: Final = ("Code", "As published", "As set here")


def cell(value: str | int | None) -> str | None:
    """Return what a cell shows of a value."""
    return None if value is None else clipped(str(value))


def clipped(text: str) -> str:
    """Return a text no longer than the page shows, with its true length where it is cut."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({counted(len(text), 'character')} in all)"


def proposed_tables(proposed: Proposed | None) -> list[Table]:
    """Return what a corrected file changes, and what it leaves as it stands; nothing where none is offered."""
    if proposed is None:
        return []
    listed = [("What is changed", proposed.changed), ("What is left as it stands, and why", proposed.left)]
    return [
        Table(
            caption=caption,
            headings=("Change" if changes is proposed.changed else "Reason", "Column", "Places"),
            rows=[[it.what, it.column, f"{it.count:,}"] for it in changes],
        )
        for caption, changes in listed
        if changes
    ]

"""`gateway conformance`: what a supplier's test files have shown of a kind's rules."""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap, show
from gateway.conformance import Conformance, Shown
from gateway.conformance import conformance as shown_by
from gateway.core.days import uk_day
from gateway.core.errors import ConfigurationError
from gateway.options import AsOf, Json, day_of


def conformance(
    kind: Annotated[str, typer.Argument(help="The file kind, such as lrb-csv.")],
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="The test files.")],
    as_of: AsOf = None,
    *,
    json: Json = False,
) -> None:
    """Say which rules of a kind a set of test files has tripped and passed, and what would show more."""
    kinds = bootstrap.file_kinds()
    if kind not in kinds:
        raise ConfigurationError(f"There is no file kind {kind}; those installed are {', '.join(sorted(kinds))}.")
    day: date = day_of(as_of) or uk_day(bootstrap.now())
    found = shown_by(kinds[kind], files, day)
    if json:
        show.as_json({**asdict(found), "both": found.both, "branches": found.branches})
    else:
        _print(found)


def _print(found: Conformance) -> None:
    """Print each rule with both branches, those of which least was shown first, and what would show more."""
    show.out.print(
        f"{found.kind}: {found.files:,} files, {found.read:,} records, {found.accepted:,} of them accepted; "
        f"{found.both:,} of {len(found.rules):,} rules shown in both branches, "
        f"{found.branches:,} of {2 * len(found.rules):,} branches",
        markup=False,
    )
    rows = [
        (it.code, it.severity, it.trips or "never", it.passes or "never", _missing(it))
        for it in sorted(found.rules, key=lambda rule: rule.branches)
    ]
    show.table(("code", "severity", "trips", "passes", "what would show more"), rows)


def _missing(rule: Shown) -> str:
    """Return what a supplier can add to its files to show more of a rule, else what the rule is about."""
    if rule.needs:
        return f"It needs the reference list {' and '.join(rule.needs)}, which only a gateway has."
    if not rule.branches and rule.never_returned:
        return f"Return {', '.join(rule.never_returned)}: nothing was there to judge. {rule.title}"
    if not rule.trips:
        return f"Add a record that breaks it: {rule.title}"
    return f"Add a record that keeps it: {rule.title}" if not rule.passes else rule.title

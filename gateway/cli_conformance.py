"""`gateway conformance`: what a supplier's test files have shown of a kind's rules."""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap, show
from gateway.conformance import Conformance
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
    """Say which rules of a kind a set of test files has exercised, and which it has not."""
    kinds = bootstrap.file_kinds()
    if kind not in kinds:
        raise ConfigurationError(f"There is no file kind {kind}; those installed are {', '.join(sorted(kinds))}.")
    day: date = day_of(as_of) or uk_day(bootstrap.now())
    found = shown_by(kinds[kind], files, day)
    if json:
        show.as_json({**asdict(found), "exercised": found.exercised})
    else:
        _print(found)


def _print(found: Conformance) -> None:
    show.out.print(
        f"{found.kind}: {found.files:,} files, {found.read:,} records, {found.accepted:,} of them accepted; "
        f"{found.exercised:,} of {len(found.codes):,} codes exercised",
        markup=False,
    )
    rows = [(it.code, it.severity, it.notices or "never", it.files, it.title) for it in found.codes]
    show.table(("code", "severity", "notices", "files", "what it is about"), rows)

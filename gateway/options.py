"""Options that many commands share."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

DAYS = ["%Y-%m-%d"]
"""How an option that takes a day is written."""
Home = Annotated[Path, typer.Option("--home", help="The gateway's folder.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
AsOf = Annotated[datetime | None, typer.Option("--as-of", formats=DAYS, help="Judge ages and dates by this day.")]
By = Annotated[str | None, typer.Option(help="Who says so; the user of this machine when absent.")]
Processes = Annotated[
    int | None, typer.Option("--processes", min=1, help="Processes that share a large file; else one for each CPU.")
]


def day_of(as_of: datetime | None) -> date | None:
    """Return the day that an option names, or None."""
    return None if as_of is None else as_of.date()

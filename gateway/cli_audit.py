"""`gateway audit`: who read and wrote learners' records, and whether that was changed since."""

import json as jsons
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated, TextIO

import typer

from gateway import acting, auditing, bootstrap, show
from gateway.auditing import operator
from gateway.core.audit import AuditEvent, Break, document
from gateway.core.days import midnight
from gateway.core.errors import ConfigurationError
from gateway.core.line_chain import gone_through
from gateway.options import DAYS, Home, Json

audit = typer.Typer(name="audit", help="Who read and wrote learners' records.", no_args_is_help=True)


@audit.command()
def verify(
    head: Annotated[
        str | None, typer.Option(help="A link as an earlier run printed it; it must be in the chain still.")
    ] = None,
    home: Home = Path("gateway-home"),
    *,
    json: Json = False,
) -> None:
    """Verify every audit event, its detail and their chain. Exit 1: the first link that is broken is named."""
    known = None if head is None else auditing.head_of(head)
    with bootstrap.opened(home) as house, show.progress("audit trail") as seen:
        found = auditing.verify(house.record.audit, known, seen)
    if isinstance(found, Break):
        _tell_break(found, json=json)
        raise typer.Exit(1)
    if json:
        show.as_json({"holds": True, "links": found.seq, "head": str(found)})
    else:
        show.out.print(f"All {found.seq:,} links hold. The last one, to be noted elsewhere: {found}", markup=False)


def _tell_break(found: Break, *, json: bool) -> None:
    if json:
        show.as_json({"holds": False, "link": found.seq, "event": found.event, "why": found.why})
    else:
        event = "" if found.event is None else f" (event {found.event})"
        show.out.print(f"Broken at link {found.seq}{event}: {found.why}.", markup=False, style="red")


@audit.command()
def lines(
    file: Annotated[Path | None, typer.Argument(exists=True, help="The file; the home's own when absent.")] = None,
    home: Home = Path("gateway-home"),
    *,
    json: Json = False,
) -> None:
    """Verify the SFTP server's audit lines: logins, refusals, uploads. Exit 1: a line is changed or missing."""
    path = file or home / bootstrap.SFTP_LINES
    if not path.is_file():
        raise ConfigurationError(f"There is no {path}; the SFTP server writes it when it runs.")
    with path.open("rb") as written:
        found = gone_through(written)
    if json:
        show.as_json({"holds": found.holds, "lines": found.lines, "head": found.head})
    elif found.holds:
        show.out.print(f"All {found.lines:,} lines hold. The last one, to be noted: {found.head}", markup=False)
    else:
        show.out.print(f"Line {found.lines + 1:,} does not follow the line before it.", markup=False, style="red")
    if not found.holds:
        raise typer.Exit(1)


@audit.command()
def export(
    file: Annotated[Path | None, typer.Argument(help="The file to write; the screen when absent.")] = None,
    since: Annotated[datetime | None, typer.Option(formats=DAYS, help="From this day on.")] = None,
    home: Home = Path("gateway-home"),
) -> None:
    """Write every audit event as a line of JSON: who, why, when, how many records; no ULN and no other value."""
    with bootstrap.opened(home) as house:
        events = house.record.audit.events(midnight(since.date()) if since else None)
        if file is None:
            _write(sys.stdout, events)
            return
        with file.open("w", encoding="utf-8") as out:
            count = _write(out, events)
    show.out.print(f"{count:,} events written to {file}", markup=False)


def _write(out: TextIO, events: Iterable[AuditEvent]) -> int:
    count = 0
    for count, event in enumerate(events, start=1):  # noqa: B007 - the last one is the number of all
        out.write(jsons.dumps({"version": 1, **document(event)}, ensure_ascii=False) + "\n")
    return count


@audit.command()
def history(
    uln: Annotated[str, typer.Argument(metavar="ULN", help="The number.")],
    home: Home = Path("gateway-home"),
    *,
    json: Json = False,
) -> None:
    """Show who read and wrote a learner's record, under any number of theirs; this is noted too."""
    with bootstrap.opened(home) as house:
        numbers = house.record.learners.numbers(uln.strip()) or [uln.strip()]
        house.record.audit.note(operator(acting.user(), "audit history"), map(int, numbers))
        found = house.record.audit.history(numbers)
    if json:
        show.as_json({"ulns": numbers, "events": [document(event) for event in found]})
        return
    rows = [
        (f"{it.at:%Y-%m-%d %H:%M}", it.access.actor, it.access.by, it.access.sort, it.access.purpose,
         it.access.reference, "the whole register" if it.access.everyone else "")
        for it in found
    ]  # fmt: skip
    show.table(("at", "actor", "by", "what", "why", "reference", "of"), rows)

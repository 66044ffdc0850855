"""`gateway register merge`, `unmerge`, `delete`, `restore`, `changes` and `notify`: the life of a ULN."""

import csv
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from gateway import acting, bootstrap, show
from gateway.auditing import note_shown, operator, seen
from gateway.core.days import midnight, uk_day
from gateway.core.model import Learner
from gateway.core.ports.register import RegisterChanges
from gateway.core.uln_changes import (
    NOTHING_TO_REPORT,
    REPORTED,
    ChangeSort,
    ReportedChange,
    report_columns,
    report_row,
)
from gateway.notices import write_notices
from gateway.options import DAYS, AsOf, By, Home, Json, day_of

changing = typer.Typer()

UlnGiven = Annotated[str, typer.Argument(metavar="ULN", help="The number.")]
Reason = Annotated[str, typer.Option(help="Why; it is kept in the history.")]


@changing.command()
def merge(  # noqa: PLR0913 - each is an option of the command
    master: Annotated[str, typer.Argument(help="The number that survives.")],
    ulns: Annotated[list[str], typer.Argument(metavar="ULN", help="The numbers that are the same person's.")],
    reason: Reason = "",
    by: By = None,
    home: Home = Path("gateway-home"),
    *,
    json: Json = False,
) -> None:
    """Link numbers of one person to the one that survives, all of them or none; `unmerge` takes it back."""
    with _changes(home) as changes:
        top = changes.merge(master.strip(), [uln.strip() for uln in ulns], acting.act(by, reason))
    show.told(
        {"change": ChangeSort.MERGED, "ulns": ulns, "master_uln": top},
        f"Linked to {top} now: {', '.join(ulns)}.",
        json=json,
    )


@changing.command()
def unmerge(
    uln: UlnGiven, reason: Reason = "", by: By = None, home: Home = Path("gateway-home"), *, json: Json = False
) -> None:
    """Let a linked number stand alone again."""
    with _changes(home) as changes:
        master = changes.unmerge(uln.strip(), acting.act(by, reason))
    told = {"change": ChangeSort.UNMERGED, "ulns": [uln], "master_uln": master}
    show.told(told, f"{uln} is no longer linked to {master}.", json=json)


@changing.command()
def delete(
    uln: UlnGiven, reason: Reason = "", by: By = None, home: Home = Path("gateway-home"), *, json: Json = False
) -> None:
    """Let a number be matched to nobody any more; `restore` takes it back."""
    with _changes(home) as changes:
        changes.delete(uln.strip(), acting.act(by, reason))
    show.told({"change": ChangeSort.DELETED, "ulns": [uln]}, f"{uln} is deleted.", json=json)


@changing.command()
def restore(
    uln: UlnGiven, reason: Reason = "", by: By = None, home: Home = Path("gateway-home"), *, json: Json = False
) -> None:
    """Take the deletion of a number back."""
    with _changes(home) as changes:
        changes.restore(uln.strip(), acting.act(by, reason))
    show.told({"change": ChangeSort.RESTORED, "ulns": [uln]}, f"{uln} is live again.", json=json)


@changing.command()
def history(uln: UlnGiven, home: Home = Path("gateway-home"), *, json: Json = False) -> None:
    """Show every change of a number: what, who, why and when."""
    with bootstrap.opened(home) as house:
        found = house.record.register_changes.history(uln.strip())
        note_shown(house.record.audit, "register history", acting.user(), {int(it.uln) for it in found})
    rows = [
        (it.act.at if json else f"{it.act.at:%Y-%m-%d %H:%M}", it.sort, it.uln, it.master_uln, it.act.by, it.act.reason)
        for it in found
    ]
    columns = ("at", "change", "uln", "master_uln", "by", "reason")
    if json:
        show.as_json({"changes": [dict(zip(columns, row, strict=True)) for row in rows]})
    else:
        show.table(columns, rows)


@changing.command("changes")
def report(
    begin: Annotated[datetime, typer.Option("--from", formats=DAYS, help="The first day of the report.")],
    until: Annotated[
        datetime | None, typer.Option("--to", formats=DAYS, help="Its last day; today when absent.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write a CSV file for each report: changes.csv gives changes.merged.csv, ...")
    ] = None,
    home: Home = Path("gateway-home"),
    *,
    json: Json = False,
) -> None:
    """Report what was merged, unmerged and deleted."""
    first, last = begin.date(), day_of(until) or uk_day(bootstrap.now())
    with bootstrap.opened(home) as house:
        changed = house.record.register_changes.changes(midnight(first), midnight(last + timedelta(days=1)))
        access = operator(acting.user(), "register changes")
        found = seen(house.record.audit, access, changed, lambda it: filter(None, (it.uln, it.master_uln)))
        if out is not None:
            _tell_files(_write(out, found), json=json)
            return
        listed = list(found)
    if json:
        reports = {sort: [report_row(it) for it in listed if it.sort is sort] for sort in REPORTED}
        show.as_json({**{str(sort): rows for sort, rows in reports.items()}, **({} if listed else _nothing())})
    elif not listed:
        show.out.print(": ".join(_nothing().values()), markup=False)
    else:
        rows = [(it.sort, uk_day(it.at), it.uln, _name(it.learner), it.master_uln, _name(it.master)) for it in listed]
        show.table(("change", "day", "ULN", "learner", "master ULN", "master"), rows)


@changing.command()
def notify(as_of: AsOf = None, home: Home = Path("gateway-home"), *, json: Json = False) -> None:
    """Tell organisations of changed numbers that they were answered with; a worker does it each morning by itself."""
    day = day_of(as_of) or uk_day(bootstrap.now())
    with bootstrap.opened(home) as house:
        organisations = write_notices(day, house.record.change_notices, house.gateway)
    show.told(
        {"day": day, "organisations": organisations}, f"{len(organisations)} organisations have a notice.", json=json
    )


@contextmanager
def _changes(home: Path) -> Iterator[RegisterChanges]:
    with bootstrap.opened(home) as house:
        yield house.record.register_changes


def _name(learner: Learner | None) -> str:
    return f"{learner.given_name} {learner.family_name}" if learner else ""


def _nothing() -> dict[str, str]:
    code, text = NOTHING_TO_REPORT
    return {"code": code, "message": text}


def _write(out: Path, found: Iterable[ReportedChange]) -> dict[Path, int]:
    """Write each report into a file of its own and return how many rows each has."""
    paths = {sort: out.with_suffix(f".{sort}{out.suffix}") for sort in REPORTED}
    counts = dict.fromkeys(paths.values(), 0)
    with ExitStack() as stack:
        writers = {}
        for sort, path in paths.items():
            file = stack.enter_context(path.open("w", encoding="utf-8", newline=""))
            writers[sort] = csv.DictWriter(file, report_columns(sort))
            writers[sort].writeheader()
        for it in found:
            writers[it.sort].writerow(report_row(it))
            counts[paths[it.sort]] += 1
    return counts


def _tell_files(counts: dict[Path, int], *, json: bool) -> None:
    if json:
        listed = [{"file": str(path), "rows": count} for path, count in counts.items()]
        show.as_json({"files": listed, **({} if any(counts.values()) else _nothing())})
    else:
        show.table(("file", "rows"), [(str(path), count) for path, count in counts.items()])

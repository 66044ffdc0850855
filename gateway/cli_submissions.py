"""`gateway submissions`: what came, where it stands, why."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap, show
from gateway.core.erasure import refuse_values
from gateway.core.errors import ConfigurationError
from gateway.core.handover import Listed
from gateway.core.uln_changes import Act
from gateway.options import Home, Json

submissions = typer.Typer(name="submissions", help="What came in, and where it stands.", no_args_is_help=True)


@submissions.command("list")
def list_all(
    organisation: Annotated[str | None, typer.Option(help="Of this organisation alone.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = 50,
    home: Home = Path("gateway-home"),
    *,
    json: Json = False,
) -> None:
    """List submissions, the newest first."""
    with bootstrap.opened(home) as house:
        found = house.record.submissions.listing(organisation, limit)
    if json:
        show.as_json({"submissions": [_document(it) for it in found]})
        return
    show.table(
        ("id", "organisation", "file", "kind", "job", "received", "status", "verdict", "read", "accepted"),
        [_row(it) for it in found],
    )


@submissions.command("show")
def show_one(
    submission: Annotated[str, typer.Argument(metavar="ID", help="The submission's id.")],
    home: Home = Path("gateway-home"),
    *,
    json: Json = False,
) -> None:
    """Show one submission: its state, its counts, its response files, and why it waits when it is parked."""
    with bootstrap.opened(home) as house:
        found = house.record.submissions.show(submission)
    if found is None:
        raise ConfigurationError(f"There is no submission {submission!r}; `gateway submissions list` shows the newest.")
    if json:
        show.as_json(_document(found))
    else:
        show.table(("field", "value"), list(_document(found).items()))


@submissions.command()
def erase(
    submission: Annotated[str, typer.Argument(metavar="ID", help="The submission's id.")],
    reason: Annotated[str, typer.Option(help="Why; no learner's detail, for it is kept.")],
    by: Annotated[str | None, typer.Option(help="Who says so; the user of this machine when absent.")] = None,
    home: Home = Path("gateway-home"),
    *,
    json: Json = False,
) -> None:
    """Erase a finished submission's bytes, results and responses; its receipt and its counts stay."""
    refuse_values(reason, ())
    with bootstrap.opened(home) as house:
        act = Act(by=by or bootstrap.user(), reason=reason, at=bootstrap.now())
        removed = house.record.removals.erase_submission(submission, act)
        blobs = house.record.removals.clear(house.gateway.files.clear)
    if json:
        show.as_json({"submission": submission, "rows": dict(removed.rows), "blobs": blobs})
    else:
        show.table(("erased from", "rows"), [*removed.rows.items(), ("file store", blobs)])


def _row(found: Listed) -> tuple[object, ...]:
    it = found.submission
    counts = found.counts
    return (
        it.id, it.organisation.id, it.name, it.kind, it.job, f"{it.received_at:%Y-%m-%d %H:%M:%S}", it.status,
        it.verdict, counts.get("read"), counts.get("accepted"),
    )  # fmt: skip


def _document(found: Listed) -> dict[str, object]:
    it = found.submission
    return {
        "id": it.id,
        "organisation": it.organisation.id,
        "file": it.name,
        "bytes": it.size,
        "sha256": it.sha256,
        "kind": it.kind,
        "job": it.job,
        "mode": it.mode,
        "received_at": it.received_at.isoformat(),
        "processing_date": it.processing_date.isoformat(),
        "finished_at": found.finished_at.isoformat() if found.finished_at else None,
        "status": it.status,
        "verdict": it.verdict,
        "refusal": it.refusal,
        "follows": it.follows,
        "attempts": it.attempts,
        "held_reason": it.held_reason,
        "counts": dict(found.counts),
        "responses": list(found.responses),
    }

"""`gateway submissions`: what came, where it stands, why, and what people do with it by hand."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from gateway import acting, bootstrap, show
from gateway.core.erasure import refuse_values
from gateway.core.errors import ConfigurationError
from gateway.core.handover import Listed
from gateway.core.operations import HandAct
from gateway.core.ports.operations import Acts
from gateway.core.submission import Submission
from gateway.core.uln_changes import Act
from gateway.options import AsOf, By, Home, Json, day_of

Id = Annotated[str, typer.Argument(metavar="ID", help="The submission's id.")]
Reason = Annotated[str, typer.Option(help="Why; it is kept with the submission for good.")]

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
def show_one(submission: Id, home: Home = Path("gateway-home"), *, json: Json = False) -> None:
    """Show one submission: its state, its counts, its response files, and why it waits when it is parked."""
    with bootstrap.opened(home) as house:
        found = _existing(house, submission)
        acts = house.record.operations.acts.history(submission)
    if json:
        show.as_json(_document(found) | {"acts": [_act_document(it) for it in acts]})
        return
    show.table(("field", "value"), list(_document(found).items()))
    if acts:
        show.table(("act", "by", "at", "reason"), [(it.sort, it.act.by, it.act.at, it.act.reason) for it in acts])


@submissions.command()
def replay(  # noqa: PLR0913 - each is an option of the command
    submission: Id,
    reason: Reason,
    by: By = None,
    as_of: AsOf = None,
    home: Home = Path("gateway-home"),
    *,
    json: Json = False,
) -> None:
    """Process the kept bytes of a parked or ended submission again; a delivered one gets a further response set."""

    def again(acts: Acts, found: Submission, act: Act) -> str:
        acts.replay(found, act, day_of(as_of))
        return "is processed again from its start; the same learners keep their ULNs."

    _do(home, submission, (by, reason), again, json=json)


@submissions.command()
def release(
    submission: Id, reason: Reason, by: By = None, home: Home = Path("gateway-home"), *, json: Json = False
) -> None:
    """Let a parked submission go on where it stopped."""

    def onwards(acts: Acts, found: Submission, act: Act) -> str:
        acts.release(found, act)
        return "goes on where it stopped."

    _do(home, submission, (by, reason), onwards, json=json)


@submissions.command()
def recall(
    submission: Id, reason: Reason, by: By = None, home: Home = Path("gateway-home"), *, json: Json = False
) -> None:
    """Take back a delivered response set that must not be used; its organisation is told why in `receipts/`."""

    def back(acts: Acts, found: Submission, act: Act) -> str:
        collected = acts.recall(found, act)
        told = f" The organisation had collected {_named(collected)} and is told so." if collected else ""
        return f"is withdrawn, and its responses are out of out/.{told}"

    _do(home, submission, (by, reason), back, json=json)


def _named(names: Sequence[str]) -> str:
    return f"{len(names)} file{'' if len(names) == 1 else 's'}"


def _do(
    home: Path,
    submission: str,
    who: tuple[str | None, str],
    change: Callable[[Acts, Submission, Act], str],
    *,
    json: bool,
) -> None:
    """Do something with a submission in somebody's name, and say what was done."""
    by, reason = who
    if not reason.strip():
        raise ConfigurationError("An act needs a reason: `--reason TEXT`.")
    act = acting.act(by, reason.strip())
    with bootstrap.opened(home) as house:
        told = change(house.record.operations.acts, _existing(house, submission).submission, act)
        found = _existing(house, submission)
        acts = house.record.operations.acts.history(submission)
    if json:
        show.as_json(_document(found) | {"acts": [_act_document(it) for it in acts]})
    else:
        show.out.print(f"{submission} {told}", markup=False)


def _existing(house: bootstrap.House, submission: str) -> Listed:
    found = house.record.submissions.show(submission)
    if found is None:
        raise ConfigurationError(f"There is no submission {submission!r}; `gateway submissions list` shows the newest.")
    return found


def _act_document(it: HandAct) -> dict[str, object]:
    return {"act": it.sort, "by": it.act.by, "reason": it.act.reason, "at": it.act.at.isoformat()}


@submissions.command()
def erase(
    submission: Id, reason: Reason, by: By = None, home: Home = Path("gateway-home"), *, json: Json = False
) -> None:
    """Erase a finished submission's bytes, results and responses; its receipt and its counts stay."""
    refuse_values(reason, ())
    with bootstrap.opened(home) as house:
        act = acting.act(by, reason)
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

"""`gateway learner`: one learner's own record, legal holds on it, and its erasure."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from gateway import acting, bootstrap, erasing, show
from gateway.options import By, Home, Json

learner = typer.Typer(name="learner", help="One learner's own record.", no_args_is_help=True)

UlnGiven = Annotated[str, typer.Argument(metavar="ULN", help="Any number of the learner's.")]
Reason = Annotated[str, typer.Option(help="Why, such as a case number; no detail of the learner, for it is kept.")]


@learner.command()
def extract(uln: UlnGiven, home: Home = Path("gateway-home"), *, json: Json = False) -> None:
    """Show all that is kept of a learner, and who read or wrote it when; that it was shown is noted as well."""
    with bootstrap.opened(home) as house:
        found = erasing.extract(uln, acting.user(), bootstrap.now(), house.record)
    if json:
        show.as_json(found)
        return
    for subject, rows in found.items():
        if isinstance(rows, list) and rows and isinstance(rows[0], Mapping):
            _print(subject, rows)


def _print(subject: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Print one subject: a table, and a block for each row that is too wide for one."""
    title = subject.replace("_", " ")
    if subject not in {"register", "records"}:
        show.table(list(rows[0]), [list(row.values()) for row in rows], title=title)
        return
    for row in rows:
        told = {**row, **_mapping(row.get("content"))}
        show.facts(title, [(name.replace("_", " "), _text(value)) for name, value in told.items() if value])


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


@learner.command()
def hold(
    uln: UlnGiven, reason: Reason, by: By = None, home: Home = Path("gateway-home"), *, json: Json = False
) -> None:
    """Put a learner under a legal hold: nothing of them is erased, by nobody and no retention, until it is released."""
    with bootstrap.opened(home) as house:
        ulns = erasing.hold(uln, acting.act(by, reason), house.record)
    show.told({"held": ulns}, f"Held: {', '.join(ulns)}.", json=json)


@learner.command()
def release(
    uln: UlnGiven, reason: Reason, by: By = None, home: Home = Path("gateway-home"), *, json: Json = False
) -> None:
    """Release a learner from a legal hold."""
    with bootstrap.opened(home) as house:
        ulns = erasing.release(uln, acting.act(by, reason), house.record)
    show.told({"released": ulns}, f"Released: {', '.join(ulns)}.", json=json)


@learner.command()
def erase(
    uln: UlnGiven, reason: Reason, by: By = None, home: Home = Path("gateway-home"), *, json: Json = False
) -> None:
    """Erase a learner for good, and print the proof. Exit 1: something is found still. A held learner is refused."""
    act = acting.act(by, reason)
    with bootstrap.opened(home) as house:
        found = erasing.erase(uln, act, house.record, house.gateway.files)
        told = erasing.proof(found, bootstrap.retention(house.settings), act.at)
    if json:
        show.as_json(told)
    else:
        _print_proof(told)
    raise typer.Exit(1 if found.remaining else 0)


def _print_proof(told: Mapping[str, object]) -> None:
    counts = _mapping(told["rows"])
    show.table(("erased from", "rows"), list(counts.items()))
    lines = [
        (name.replace("_", " "), _text(told[name])) for name in ("ulns", "event", "blobs", "organisations_to_tell")
    ]
    lines += [("submission erased", str(it["submission"])) for it in _rows(told["submissions"])]
    lines += [
        ("submission to follow", f"{it['submission']}: {it['why']}, until {it['until'] or 'that is settled'}")
        for it in _rows(told["pending"])
    ]
    left = _mapping(told["remaining"])
    lines += [("found still", ", ".join(f"{table}: {count}" for table, count in left.items()) or "nothing")]
    show.facts("Proof of erasure", lines)


def _rows(value: object) -> list[Mapping[str, object]]:
    return list(value) if isinstance(value, list) else []

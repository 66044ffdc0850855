"""`gateway register`: who has which ULN."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from time import monotonic
from typing import Annotated, TypeVar

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn

from gateway import acting, bootstrap, show
from gateway.auditing import operator
from gateway.cli_register_changes import changing
from gateway.core.audit import AccessSort
from gateway.core.handover import EntryBatch
from gateway.options import Home, Json

Part = TypeVar("Part")

register = typer.Typer(name="register", help="The ULN register.", no_args_is_help=True)
register.add_typer(changing)


@register.command()
def load(
    file: Annotated[Path, typer.Argument(exists=True, help="A CSV or Parquet file, one learner a row.")],
    home: Home = Path("gateway-home"),
    *,
    json: Json = False,
) -> None:
    """Load learners with their ULNs, all of the file or none of it."""
    from gateway import register_columns

    began = monotonic()
    with bootstrap.opened(home) as house:
        loaded = house.record.register_keeping.load_batches(_shown(register_columns.read(file), _size))
        house.record.audit.note(operator(acting.user(), "register load", AccessSort.WRITTEN, records=loaded), ())
    seconds = monotonic() - began
    if json:
        show.as_json({"loaded": loaded, "seconds": round(seconds, 3)})
    else:
        show.out.print(f"{loaded:,} learners loaded in {seconds:.1f} s", markup=False)


@register.command()
def rekey(home: Home = Path("gateway-home"), *, json: Json = False) -> None:
    """Make anew what learners are found and compared by, after an update or many registrations."""
    with bootstrap.opened(home) as house:
        made = house.record.register_keeping.rekey()
    if json:
        show.as_json({"rekeyed": made})
    else:
        show.out.print(f"{made:,} learners can be found anew", markup=False)


@register.command()
def export(
    file: Annotated[Path, typer.Argument(help="The file to write, CSV or .parquet; one of that name is replaced.")],
    home: Home = Path("gateway-home"),
    *,
    json: Json = False,
) -> None:
    """Write the whole register as a file that `load` reads again, all of it or nothing."""
    from gateway import register_export

    began = monotonic()
    with bootstrap.opened(home) as house:
        house.record.audit.note(operator(acting.user(), "register export", everyone=True), ())
        count = register_export.write(file, _shown(house.record.register_keeping.entries(), _one))
    seconds = monotonic() - began
    if json:
        show.as_json({"file": str(file), "exported": count, "seconds": round(seconds, 3)})
    else:
        show.out.print(f"{count:,} learners written to {file} in {seconds:.1f} s", markup=False)


@register.command()
def stats(home: Home = Path("gateway-home"), *, json: Json = False) -> None:
    """Count the register's entries, and the blocks of them that are too large to be compared whole."""
    with bootstrap.opened(home) as house:
        found = house.record.register_keeping.stats()
    if json:
        show.as_json(dict(found))
    else:
        show.table(("what", "how many"), list(found.items()))


def _size(batch: EntryBatch) -> int:
    return batch.size


def _one(_: object) -> int:
    return 1


def _shown(parts: Iterable[Part], size: Callable[[Part], int]) -> Iterator[Part]:
    """Pass parts on and show a person how many learners they held so far."""
    columns = SpinnerColumn(), TextColumn("{task.completed:,} learners")
    with Progress(*columns, console=show.err, transient=True) as progress:
        task = progress.add_task("learners", total=None)
        for part in parts:
            yield part
            progress.advance(task, size(part))

"""`gateway reference`: the lists that rules look into, such as qualifications, schools and open collections."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn

from gateway import bootstrap, reference_file, show
from gateway.core.reference import ListVersion, ReferenceRow
from gateway.options import Home, Json

reference = typer.Typer(name="reference", help="The lists that rules look into.", no_args_is_help=True)


@reference.command()
def load(
    files: Annotated[
        list[Path], typer.Argument(exists=True, dir_okay=False, help="CSV files, each named for its list.")
    ],
    home: Home = Path("gateway-home"),
    *,
    json: Json = False,
) -> None:
    """Load reference lists, each from a CSV file that is named for it, such as qualifications.csv.

    A file takes the place of all that its list held before, whole or not at all; `gateway reference columns` shows
    which lists there are and what they hold. Rows may bear the days from and to which they are valid.
    """
    lists = [(path, reference_file.description(path.stem)) for path in files]
    with bootstrap.opened(home) as house:
        loaded = [
            house.record.reference.load(schema.name, schema.names, _shown(reference_file.read(path, schema)), path.name)
            for path, schema in lists
        ]
    _print(loaded, json=json)


@reference.command("list")
def list_(home: Home = Path("gateway-home"), *, json: Json = False) -> None:
    """Show which lists are loaded, how large they are and from which file."""
    with bootstrap.opened(home) as house:
        _print(house.record.reference.versions(), json=json)


@reference.command()
def columns(*, json: Json = False) -> None:
    """Show every list that can be loaded, with its columns; those marked * must be filled."""
    schemas = [reference_file.description(name) for name in reference_file.names()]
    if json:
        show.as_json(
            {"lists": [schema.model_dump(mode="json", by_alias=True, exclude_defaults=True) for schema in schemas]}
        )
        return
    marked = [[field.name + "*" * field.constraints.required for field in schema.fields] for schema in schemas]
    rows = [(schema.name, schema.title, ", ".join(names)) for schema, names in zip(schemas, marked, strict=True)]
    show.table(("list", "holds", "columns"), rows)


def _print(versions: Iterable[ListVersion], *, json: bool) -> None:
    if json:
        lists = [
            {
                "list": version.name,
                "rows": version.rows,
                "digest": version.digest,
                "file": version.source,
                "loaded_at": version.loaded_at.isoformat(),
            }
            for version in versions
        ]
        show.as_json({"lists": lists})
        return
    rows = [
        (version.name, f"{version.rows:,}", version.source, f"{version.loaded_at:%Y-%m-%d %H:%M}", version.digest[:12])
        for version in versions
    ]
    show.table(("list", "rows", "file", "loaded", "digest"), rows)


def _shown(rows: Iterable[ReferenceRow]) -> Iterator[ReferenceRow]:
    """Pass rows on and show a person how many have been read."""
    parts = SpinnerColumn(), TextColumn("{task.completed:,} read")
    with Progress(*parts, console=show.err, transient=True) as progress:
        task = progress.add_task("read", total=None)
        for row in rows:
            yield row
            progress.advance(task)

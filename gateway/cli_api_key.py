"""`gateway organisation api-key`: the keys by which an organisation's programs use the HTTP interface."""

import secrets
from datetime import datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap, show
from gateway.core.api_key import ApiKey, digest_of, written
from gateway.core.errors import ConfigurationError
from gateway.core.ids import ALPHABET
from gateway.options import DAYS, Home, Json

api_key = typer.Typer(name="api-key", help="The keys for the HTTP interface.", no_args_is_help=True)

_ID_CHARACTERS = 12
Id = Annotated[str, typer.Argument(metavar="ID", help="The organisation's id.")]


@api_key.command("add")
def add(  # noqa: PLR0913 - each is an option of the command
    organisation_id: Id,
    comment: Annotated[str, typer.Option(help="What the key is for.")] = "",
    network: Annotated[list[str] | None, typer.Option(help="Good from this network alone; may be repeated.")] = None,
    begins: Annotated[datetime | None, typer.Option("--from", formats=DAYS, help="Good from a day on.")] = None,
    ends: Annotated[datetime | None, typer.Option("--until", formats=DAYS, help="Good until a day begins.")] = None,
    home: Home = Path("gateway-home"),
    *,
    json: Json = False,
) -> None:
    """Make a key and print it, this once: nobody can read it from the gateway afterwards."""
    secret = secrets.token_urlsafe(32)
    now = bootstrap.now()
    new = ApiKey(
        id="".join(secrets.choice(ALPHABET) for _ in range(_ID_CHARACTERS)),
        organisation=organisation_id,
        digest=digest_of(secret),
        comment=comment,
        networks=tuple(_network(it) for it in network or ()),
        not_before=begins.replace(tzinfo=now.tzinfo) if begins else None,
        not_after=ends.replace(tzinfo=now.tzinfo) if ends else None,
    )
    with bootstrap.opened(home) as house:
        house.record.api_keys.add(new)
    if json:
        show.as_json({"organisation": organisation_id, "id": new.id, "key": written(new.id, secret)})
    else:
        typer.echo(written(new.id, secret))


@api_key.command("list")
def list_all(organisation_id: Id, home: Home = Path("gateway-home"), *, json: Json = False) -> None:
    """List an organisation's keys: not the keys themselves, but their ids and when each was used last."""
    with bootstrap.opened(home) as house:
        found = house.record.api_keys.all(organisation_id)
    columns = ("id", "comment", "networks", "not_before", "not_after", "revoked_at", "used_at")
    rows = [[getattr(it, name) for name in columns] for it in found]
    if json:
        show.as_json({"keys": [dict(zip(columns, row, strict=True)) for row in rows]})
    else:
        shown = [["" if value is None else _text(value) for value in row] for row in rows]
        show.table([name.replace("_", " ") for name in columns], shown)


@api_key.command("revoke")
def revoke(
    organisation_id: Id,
    key: Annotated[str, typer.Argument(help="The key's id, as `list` shows it.")],
    home: Home = Path("gateway-home"),
    *,
    json: Json = False,
) -> None:
    """Let a key open nothing from now on."""
    with bootstrap.opened(home) as house:
        house.record.api_keys.revoke(organisation_id, key, bootstrap.now())
    if json:
        show.as_json({"organisation": organisation_id, "id": key})
    else:
        show.out.print(f"The key {key} of {organisation_id} opens nothing any more.", markup=False)


def _network(text: str) -> str:
    try:
        return str(ip_network(text))
    except ValueError as error:
        raise ConfigurationError(f"{text!r} is no network; write it as 192.0.2.0/24 or 2001:db8::/32.") from error


def _text(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)

"""`gateway pgp` and `gateway organisation pgp`: the gateway's OpenPGP key, and the certificates of organisations."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap, show
from gateway.options import Home, Json
from gateway.pgp_keys import make_pgp_key, pgp_key, public_half, read_certificate

pgp = typer.Typer(name="pgp", help="The gateway's own OpenPGP key.", no_args_is_help=True)
certificates = typer.Typer(name="pgp", help="The OpenPGP certificates of an organisation.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(metavar="ID", help="The organisation's id.")]


@pgp.command("key")
def key(
    name: Annotated[str, typer.Option(help="Whose key it is, where it is made.")] = "Learner Gateway",
    home: Home = Path("gateway-home"),
    *,
    json: Json = False,
) -> None:
    """Print the public key that organisations encrypt to; it is made when it is asked for first.

    Workers that run take it up when they begin anew.
    """
    make_pgp_key(home, name)
    fingerprint, public = public_half(pgp_key(home) or "")
    if json:
        show.as_json({"fingerprint": fingerprint, "public_key": public})
    else:
        typer.echo(public, nl=not public.endswith("\n"))


@pgp.callback()
def _pgp() -> None:
    """Say what the group is for; with one command alone it would be no group."""


@certificates.command("add")
def add(
    organisation_id: Id,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="What gpg --export wrote.")],
    home: Home = Path("gateway-home"),
    *,
    json: Json = False,
) -> None:
    """Take files that this key signed, and encrypt every response of the organisation to it from now on."""
    new = read_certificate(organisation_id, file.read_bytes())
    with bootstrap.opened(home) as house:
        house.record.pgp_certificates.add(new)
    if json:
        show.as_json({"organisation": organisation_id, "fingerprint": new.fingerprint})
    else:
        show.out.print(f"{organisation_id} signs with {new.fingerprint}; its responses are encrypted to it.")


@certificates.command("list")
def list_all(organisation_id: Id, home: Home = Path("gateway-home"), *, json: Json = False) -> None:
    """List an organisation's certificates."""
    with bootstrap.opened(home) as house:
        found = house.record.pgp_certificates.all(organisation_id)
    columns = ("fingerprint", "comment", "revoked_at")
    rows = [[getattr(it, name) for name in columns] for it in found]
    if json:
        show.as_json({"certificates": [dict(zip(columns, row, strict=True)) for row in rows]})
    else:
        show.table(("fingerprint", "of whom", "revoked at"), rows)


@certificates.command("revoke")
def revoke(
    organisation_id: Id,
    fingerprint: Annotated[str, typer.Argument(help="The certificate's fingerprint, as `list` shows it.")],
    home: Home = Path("gateway-home"),
    *,
    json: Json = False,
) -> None:
    """Use a certificate no longer; with the last one an organisation's responses are plain again."""
    with bootstrap.opened(home) as house:
        house.record.pgp_certificates.revoke(organisation_id, fingerprint, bootstrap.now())
    if json:
        show.as_json({"organisation": organisation_id, "fingerprint": fingerprint})
    else:
        show.out.print(f"{fingerprint} of {organisation_id} is used no longer.", markup=False)

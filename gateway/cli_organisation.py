"""`gateway organisation`: who may send, and with which keys."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap, service, show
from gateway.cli_api_key import api_key
from gateway.cli_pgp import certificates
from gateway.core.errors import ConfigurationError
from gateway.core.ports.mailboxes import Organisations
from gateway.core.submission import Mode, Organisation, OrganisationKind
from gateway.options import DAYS, Home, Json

organisation = typer.Typer(name="organisation", help="Organisations and their keys.", no_args_is_help=True)
key = typer.Typer(name="key", help="The keys of an organisation.", no_args_is_help=True)
organisation.add_typer(key)
organisation.add_typer(api_key)
organisation.add_typer(certificates)

Id = Annotated[str, typer.Argument(metavar="ID", help="The organisation's id, which is its SFTP user name.")]


@organisation.command()
def add(  # noqa: PLR0913 - each is an option of the command
    organisation_id: Id,
    kind: Annotated[OrganisationKind, typer.Option(help="What sort of body it is.")],
    name: Annotated[str | None, typer.Option(help="Its name; the id when absent.")] = None,
    ukprn: Annotated[str | None, typer.Option(help="UK Provider Reference Number, eight characters.")] = None,
    urn: Annotated[str | None, typer.Option(help="School unique reference number.")] = None,
    estab: Annotated[str | None, typer.Option(help="LA and establishment number.")] = None,
    centre: Annotated[str | None, typer.Option(help="Examination centre number.")] = None,
    mode: Annotated[Mode, typer.Option(help="A test mailbox is answered and stores nothing.")] = Mode.LIVE,
    key_file: Annotated[Path | None, typer.Option("--key", exists=True, help="Its OpenSSH public key.")] = None,
    home: Home = Path("gateway-home"),
    *,
    json: Json = False,
) -> None:
    """Add an organisation; its id is its user name and its mailbox."""
    new = service.new_organisation(
        Organisation(
            id=organisation_id, name=name or organisation_id, kind=kind, ukprn=ukprn, urn=urn, estab=estab,
            centre=centre, mode=mode,
        )
    )  # fmt: skip
    new_key = service.read_key(new.id, key_file.read_text(encoding="utf-8")) if key_file else None
    with bootstrap.opened(home) as house:
        house.record.organisations.add(new, new_key)
    if json:
        show.as_json(asdict(new))
    else:
        show.out.print(f"{new.id} is added.", markup=False)


@organisation.command("list")
def list_all(home: Home = Path("gateway-home"), *, json: Json = False) -> None:
    """List every organisation."""
    with bootstrap.opened(home) as house:
        found = house.record.organisations.all()
    if json:
        show.as_json({"organisations": [asdict(it) for it in found]})
    else:
        rows = [(it.id, it.name, it.kind, it.ukprn, it.mode, "suspended" if it.suspended else "open") for it in found]
        show.table(("id", "name", "kind", "UKPRN", "mode", "mailbox"), rows)


@organisation.command("show")
def show_one(organisation_id: Id, home: Home = Path("gateway-home"), *, json: Json = False) -> None:
    """Show one organisation and its keys."""
    with bootstrap.opened(home) as house:
        found = _existing(house.record.organisations, organisation_id)
        keys = house.record.organisations.keys(found.id)
    if json:
        show.as_json({**asdict(found), "keys": [asdict(it) for it in keys]})
    else:
        show.table(("field", "value"), list(asdict(found).items()))
        rows = [(it.fingerprint, it.comment, it.not_before, it.not_after, " ".join(it.networks)) for it in keys]
        show.table(("key", "comment", "from", "until", "networks"), rows)


@key.command("add")
def add_key(  # noqa: PLR0913 - each is an option of the command
    organisation_id: Id,
    file: Annotated[Path, typer.Argument(exists=True, help="An OpenSSH public key file.")],
    networks: Annotated[
        list[str] | None, typer.Option("--from", help="A network that it may be used from; any when absent.")
    ] = None,
    not_before: Annotated[datetime | None, typer.Option(formats=DAYS, help="First day that it may be used.")] = None,
    not_after: Annotated[datetime | None, typer.Option(formats=DAYS, help="Last day that it may be used.")] = None,
    home: Home = Path("gateway-home"),
    *,
    json: Json = False,
) -> None:
    """Add a public key to an organisation; it may log in with any of its keys."""
    with bootstrap.opened(home) as house:
        found = _existing(house.record.organisations, organisation_id)
        new = service.bound_key(
            service.read_key(found.id, file.read_text(encoding="utf-8")),
            networks or [],
            not_before.date() if not_before else None,
            not_after.date() if not_after else None,
        )
        house.record.organisations.add_key(new)
    if json:
        show.as_json({"organisation": found.id, "fingerprint": new.fingerprint})
    else:
        show.out.print(f"{found.id} may log in with {new.fingerprint}.", markup=False)


@key.command("revoke")
def revoke_key(
    organisation_id: Id,
    fingerprint: Annotated[str, typer.Argument(help="As `gateway organisation show` lists it.")],
    home: Home = Path("gateway-home"),
    *,
    json: Json = False,
) -> None:
    """Let a key of an organisation open nothing from now on; sessions that are open go on."""
    with bootstrap.opened(home) as house:
        house.record.organisations.revoke_key(organisation_id, fingerprint, bootstrap.now())
    if json:
        show.as_json({"organisation": organisation_id, "fingerprint": fingerprint, "revoked": True})
    else:
        show.out.print(f"{organisation_id} may no longer log in with {fingerprint}.", markup=False)


def _existing(organisations: Organisations, organisation_id: str) -> Organisation:
    found = organisations.find(organisation_id)
    if found is None:
        raise ConfigurationError(
            f"There is no organisation {organisation_id!r}; `gateway organisation list` shows all."
        )
    return found

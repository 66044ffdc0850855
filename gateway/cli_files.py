"""`gateway files`: the keys that kept bytes are sealed with."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap, config, show
from gateway.core.errors import ConfigurationError
from gateway.core.ports.files import SealedFiles
from gateway.master_keys import renew_master_key
from gateway.options import Home, Json

files = typer.Typer(name="files", help="The keys that kept bytes are sealed with.", no_args_is_help=True)


@files.command("rotate")
def rotate(
    organisation: Annotated[str | None, typer.Argument(help="This organisation alone; else all of them.")] = None,
    home: Home = Path("gateway-home"),
    *,
    master: Annotated[bool, typer.Option("--master", help="Make a new master key first.")] = False,
    json: Json = False,
) -> None:
    """Seal new files with new keys, and wrap every key with the newest master key; what was kept stays readable."""
    if master:
        renew_master_key(home, config.load(home).files)
    with bootstrap.opened(home) as house:
        sealed = house.gateway.files
        if not isinstance(sealed, SealedFiles):
            raise ConfigurationError(
                "The file store of this home is not sealed. Set files.master_key_file; `gateway init` of a new home "
                "shows how. What was kept before stays as it is, and readable."
            )
        known = [it.id for it in house.record.organisations.all()]
        if organisation is not None and organisation not in known:
            raise ConfigurationError(
                f"There is no organisation {organisation!r}; `gateway organisation list` shows all."
            )
        versions = {it: sealed.renew(it) for it in ([organisation] if organisation else known)}
        rewrapped = sealed.rewrap()
    if json:
        show.as_json({"keys": versions, "rewrapped": rewrapped})
        return
    show.table(("organisation", "version of its key"), sorted(versions.items()))
    show.out.print(f"{rewrapped} keys were wrapped with another master key before.", markup=False)


@files.command("shred")
def shred(
    organisation: Annotated[str, typer.Argument(help="Whose bytes nobody shall read any more.")],
    home: Home = Path("gateway-home"),
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json: Json = False,
) -> None:
    """Destroy the keys of an organisation for good: nothing that it sent or was answered can be read any more.

    Copies of its bytes are lost with them, those in backups only when no backup of the database holds its keys.
    """
    if not yes:
        typer.confirm(f"All kept bytes of {organisation} will be lost for good. Go on?", abort=True)
    with bootstrap.opened(home) as house:
        destroyed = house.record.file_keys.shred(organisation)
    if json:
        show.as_json({"organisation": organisation, "destroyed": destroyed})
    else:
        show.out.print(f"{destroyed} keys of {organisation} are destroyed.", markup=False)

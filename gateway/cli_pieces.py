"""A gateway's home, all that runs in it, and each piece alone."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap, config, show
from gateway.master_keys import make_master_key
from gateway.options import Home
from gateway.receipt_keys import make_receipt_key
from gateway.secret_files import write_secret


def init(home: Home = Path("gateway-home"), port: Annotated[int, typer.Option(help="The SFTP port.")] = 2222) -> None:
    """Make a home: settings, keys, database. A home that is there already is brought up to date."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (home / config.FILE_NAME).exists():
        make_master_key(home)
        write_secret(home / config.FILE_NAME, config.TEMPLATE.format(port=port) + config.SEALED)
    make_receipt_key(home)
    with bootstrap.opened(home) as house:
        bootstrap.transport(house)
        show.out.print(f"{house.home} is ready: settings in {config.FILE_NAME}, database up to date.", markup=False)


def serve(home: Home = Path("gateway-home")) -> None:
    """Run SFTP server, workers and, where `[portal]` is set, HTTP until SIGTERM or Ctrl-C, then drain them."""
    from gateway import log, server

    log.configure()
    server.serve(home)


def sftp(home: Home = Path("gateway-home")) -> None:
    """Run the SFTP server alone."""
    from gateway import log, server

    log.configure()
    server.alone(home, server.run_sftp)


def portal(home: Home = Path("gateway-home")) -> None:
    """Run the HTTP interface alone."""
    from gateway import log, server

    log.configure()
    server.alone(home, server.run_portal)


def folder(home: Home = Path("gateway-home")) -> None:
    """Take files from the folders that an outside SFTP server serves, alone."""
    from gateway import log, server

    log.configure()
    server.alone(home, server.run_folder)


def partners(home: Home = Path("gateway-home")) -> None:
    """Fetch files from partners' own SFTP servers and bring them their responses, alone."""
    from gateway import log, server

    log.configure()
    server.alone(home, server.run_partners)


def worker(
    home: Home = Path("gateway-home"),
    *,
    small_only: Annotated[
        bool, typer.Option("--small-only", help="Leave files larger than `workers.small_bytes` to other workers.")
    ] = False,
) -> None:
    """Run one worker alone."""
    from gateway import log, server

    log.configure()
    server.alone(home, partial(server.run_worker, small_only=small_only))

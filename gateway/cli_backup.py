"""`gateway backup` and `gateway restore`: copies of a gateway's database and bytes that fit each other."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap, show
from gateway.backup import back_up, newest, verify
from gateway.backup import restore as restore_into
from gateway.options import Home, Json

LEFT_OUT = 1_000_000
"""ULNs that may have been issued after a backup: more than in any week of a national register."""
INCOMPLETE = 1


def backup(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of the backups.")],
    home: Home = Path("gateway-home"),
    *,
    check: Annotated[bool, typer.Option("--verify", help="Make none: hold the last one against its digests.")] = False,
    json: Json = False,
) -> None:
    """Back up database, bytes, settings and host keys while the gateway runs; a blob is copied once for all backups.

    A database at a URL is not copied: its own tools do that, and the backup says where it stood.
    """
    if check:
        last = newest(folder)
        count = verify(last)
        if json:
            show.as_json({"folder": str(last), "blobs": count})
        else:
            show.out.print(f"{last}: {count:,} blobs and the database are as they were copied.", markup=False)
        return
    with bootstrap.opened(home) as house:
        made = back_up(house, folder)
    if json:
        show.as_json(asdict(made))
        return
    stood = f"{'copied' if made.embedded else 'not copied, it is at a URL'}; at {made.database['lsn']}"
    show.facts(made.folder, [("Blobs", f"{made.blobs:,}, {made.new:,} of them new"), ("Database", stood)])


def restore(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of the backups, or one of them.")],
    home: Annotated[Path, typer.Option("--home", help="The new home.")],
    master_key_file: Annotated[Path | None, typer.Option(help="Your copy of the file store's master key.")] = None,
    leave_out: Annotated[
        int, typer.Option(min=0, help="ULNs that may have been issued since the backup, to be issued to nobody.")
    ] = LEFT_OUT,
    *,
    json: Json = False,
) -> None:
    """Make a new home of the last backup, or of the one that is named; nothing is started.

    What was under way begins anew. Exit 1 where bytes are missing that the database names.
    """
    restored = restore_into(newest(folder), home, master_key_file, leave_out)
    if json:
        show.as_json(asdict(restored))
    else:
        lines = [
            ("Blobs", f"{restored.blobs:,}"),
            ("Missing", f"{restored.missing:,} that the database names"),
            ("Left out", f"{restored.skipped:,} numbers of the range that ULNs are issued from"),
        ]
        show.facts(restored.home, lines)
    if restored.missing:
        raise typer.Exit(INCOMPLETE)

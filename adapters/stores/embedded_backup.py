"""A base backup of the embedded PostgreSQL: taken while it runs, and made the cluster of a new home.

The pages' own checksums are checked while they are copied. PostgreSQL's manifest is left out: the `pg_verifybackup` of
this wheel crashes on any, so `gateway backup` keeps and checks digests of its own.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

from adapters.stores.embedded_account import Quarters, programs
from gateway.core.errors import DatabaseError

_SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


def base_backup(url: str, folder: Path) -> None:
    """Copy a running cluster with all that is needed to start the copy; raise DatabaseError where that fails."""
    parts = urlsplit(url)
    _run(
        "pg_basebackup",
        f"--pgdata={folder}",
        f"--dbname=postgresql://{parts.username}@/?{parts.query}",
        "--checkpoint=fast",
        "--wal-method=stream",
        "--no-manifest",
        "--no-password",
        password=unquote(parts.password or ""),
    )


def take_over(copy: Path, place: Quarters) -> None:
    """Make a base backup the data folder of a cluster, whole or not at all; the server must not run."""
    draft = Path(tempfile.mkdtemp(dir=place.cluster.parent, prefix=".restored-"))
    try:
        data = draft / "data"
        shutil.copytree(copy, data)
        for path in (data, *data.rglob("*")):
            path.chmod(0o700 if path.is_dir() else 0o600)
            os.chown(path, place.user, place.group)
        os.sync()
        data.rename(place.data)
    finally:
        shutil.rmtree(draft)


def _run(program: str, *arguments: str, password: str = "") -> None:
    """Run one of PostgreSQL's client programs; its password stands where no other user sees it."""
    try:
        subprocess.run(
            [str(programs() / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=True,
            env={"PATH": _SYSTEM_PATH, "LC_ALL": "C", "TZ": "UTC", "PGPASSWORD": password},
            umask=0o077,
        )
    except subprocess.CalledProcessError as error:
        said = " ".join((error.output or "").split())[-400:]
        raise DatabaseError(
            f"{program} failed: {said}. Check the room on the disk and its rights, then try again."
        ) from None

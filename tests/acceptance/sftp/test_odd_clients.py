"""The clients that organisations bring along: real ones, and the recorded requests of those that are not here."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import asyncssh
import paramiko
import pytest

from gateway.core.submission import Folder
from tests.acceptance.sftp.house import HILL, PATIENCE_S, House, Ran, run
from tests.acceptance.sftp.wire import CONTENT as RAW
from tests.acceptance.sftp.wire import put, resume, write_raw
from tests.needs import needs

CONTENT = b"ULN,GivenName\r\n" + b"1000000043,Ann\r\n" * 20_000
NOON = 1_767_268_800


@pytest.fixture
def local(house: House) -> Path:
    path = house.folder / "results.csv"
    path.write_bytes(CONTENT)
    os.utime(path, (NOON, NOON))
    return path


def ssh_words(house: House) -> list[str]:
    options = (f"UserKnownHostsFile={house.known_hosts()}", "IdentitiesOnly=yes", "IdentityAgent=none")
    words = ["ssh", "-a", "-x", "-F", "/dev/null", "-i", str(house.keys[HILL].path)]
    return [*words, *(word for option in options for word in ("-o", option))]


def lftp(house: House, *commands: str) -> Ran:
    needs("lftp")
    host, port = house.server.address
    settings = f'set sftp:connect-program "{" ".join(ssh_words(house))}"; set net:max-retries 1; set net:timeout 30'
    script = "; ".join([settings, f"open -u {HILL}, sftp://{host}:{port}", *commands])
    return run(["lftp", "--norc", "-c", f"set cmd:fail-exit true; {script}"], "", house.folder)


def rclone(house: House, *words: str) -> Ran:
    needs("rclone")
    host, port = house.server.address
    known = house.known_hosts()
    fixed = ["--config", str(house.folder / "rclone.conf"), "--sftp-host", host, "--sftp-port", str(port)]
    fixed += ["--sftp-user", HILL, "--sftp-key-file", str(house.keys[HILL].path), "--sftp-known-hosts-file", str(known)]
    (house.folder / "rclone.conf").touch()
    return run(["rclone", *words, *fixed, "--retries", "1"], "", house.folder)


@pytest.mark.usefixtures("local")
def test_lftp_mirrors_a_folder_once_and_fetches_and_acknowledges_its_responses(house: House) -> None:
    (house.folder / "out").mkdir()
    (house.folder / "out" / "results.csv").write_bytes(CONTENT)
    for _ in range(2):
        ran = lftp(house, "mirror -R out in", "cls -l in")
        assert ran.code == 0, ran.errors
        assert "results.csv" in ran.output
    assert [it.content for it in house.taken] == [CONTENT]
    house.respond("results.match.csv", CONTENT)
    ran = lftp(house, "lcd out", "mirror --Remove-source-files out .", "cls out")
    assert ran.code == 0, ran.errors
    assert (house.folder / "out" / "results.match.csv").read_bytes() == CONTENT
    assert house.mailboxes.listing(HILL, Folder.OUT) == []


@pytest.mark.usefixtures("local")
def test_lftp_goes_on_with_an_upload_that_was_cut(house: House) -> None:
    with house.client() as client:
        write_raw(client, resume(client, "in/results.csv"), 0, CONTENT[:9000])
    ran = lftp(house, "put -c results.csv -o in/results.csv")
    assert ran.code == 0, ran.errors
    assert [it.content for it in house.taken] == [CONTENT]


@pytest.mark.usefixtures("local")
def test_rclone_copies_once_moves_its_responses_out_and_asks_for_room(house: House) -> None:
    (house.folder / "results.csv").rename(house.folder / "a.csv")
    for _ in range(2):
        ran = rclone(house, "copy", "a.csv", ":sftp:in")
        assert ran.code == 0, ran.errors
    assert [it.content for it in house.taken] == [CONTENT]
    house.respond("a.match.csv", CONTENT)
    ran = rclone(house, "move", ":sftp:out", "fetched")
    assert ran.code == 0, ran.errors
    assert (house.folder / "fetched" / "a.match.csv").read_bytes() == CONTENT
    assert house.mailboxes.listing(HILL, Folder.OUT) == []
    listed = rclone(house, "lsf", ":sftp:in")
    assert listed.output.split() == ["a.csv", "check/"]
    assert rclone(house, "about", ":sftp:").code == 0


@pytest.mark.usefixtures("local")
def test_psftp_puts_renames_lists_fetches_and_deletes(house: House) -> None:
    needs("psftp", "puttygen")
    host, port = house.server.address
    ppk = house.folder / "key.ppk"
    made = run(["puttygen", str(house.keys[HILL].path), "-O", "private", "-o", str(ppk)], "", house.folder)
    assert made.code == 0, made.errors
    key = paramiko.PKey.from_path(str(house.folder / "host-keys" / "ssh_host_ed25519_key"))
    words = ["psftp", "-batch", "-bc", "-be", "-P", str(port), "-i", str(ppk), "-hostkey", key.fingerprint, "-b"]

    def psftp(*commands: str) -> Ran:
        (house.folder / "script").write_text("".join(f"{command}\n" for command in commands))
        ran = run([*words, "script", f"{HILL}@{host}"], "", house.folder)
        assert ran.code == 0, ran.errors
        return ran

    put = psftp("put results.csv in/a.csv.tmp", "mv in/a.csv.tmp in/a.csv", "ls in")
    assert "a.csv" in put.output
    assert [(it.arrival.name, it.content) for it in house.taken] == [("a.csv", CONTENT)]
    house.respond("a.match.csv", CONTENT)
    psftp("cd out", "get a.match.csv fetched.csv", "del a.match.csv")
    assert (house.folder / "fetched.csv").read_bytes() == CONTENT
    assert house.mailboxes.listing(HILL, Folder.OUT) == []


RECORDED: Mapping[str, Sequence[str]] = {
    "WinSCP, a large file": ("stat in/a.csv", "put in/a.csv.filepart", "stat in/a.csv.filepart", "rename", "time"),
    "WinSCP, a small file": ("stat in/a.csv", "put in/a.csv", "time"),
    "FileZilla": ("list in", "put in/a.csv", "time", "list in"),
    "JSch": ("stat in", "put in/a.csv", "stat in/a.csv"),
    "SSH.NET": ("stat in/a.csv", "put in/a.csv", "fstat"),
}
"""What these clients ask for when one file is uploaded, as their documentation and sources tell, in that order."""


@pytest.mark.parametrize("client_name", RECORDED)
def test_the_recorded_requests_of_clients_that_are_not_here_all_succeed(house: House, client_name: str) -> None:
    with house.client() as client:
        for request in RECORDED[client_name]:
            replay(client, request)
        assert (client.stat("in/a.csv").st_size, client.listdir("in")) == (len(RAW), ["a.csv", "check"])
        if "time" in RECORDED[client_name]:
            assert client.stat("in/a.csv").st_mtime == NOON
        house.respond("a.match.csv", CONTENT)
        assert client.open("out/a.match.csv").read() == CONTENT
        client.remove("out/a.match.csv")
    assert [it.content for it in house.taken] == [RAW]


def replay(client: paramiko.SFTPClient, request: str) -> None:
    """Make one request of a recorded sequence; a file that is not there yet is no failure to these clients."""
    word, _, path = request.partition(" ")
    if word == "put":
        put(client, path, RAW)
    elif word == "rename":
        client.rename("in/a.csv.filepart", "in/a.csv")
    elif word == "time":
        client.utime("in/a.csv", (NOON, NOON))
    elif word == "list":
        client.listdir_attr(path)
    else:
        with suppress(FileNotFoundError):
            client.stat(path or "in/a.csv")


OLD: Mapping[str, tuple[str, str, str]] = {
    "OpenSSH 7.4": ("curve25519-sha256@libssh.org", "aes256-ctr", "hmac-sha2-256-etm@openssh.com"),
    "paramiko 2": ("ecdh-sha2-nistp256", "aes256-ctr", "hmac-sha2-512-etm@openssh.com"),
    "paramiko 4": ("curve25519-sha256@libssh.org", "aes128-gcm@openssh.com", "hmac-sha2-256-etm@openssh.com"),
}


@pytest.mark.parametrize("client_name", OLD)
def test_what_older_releases_offer_is_enough(house: House, client_name: str) -> None:
    with house.transport(offers=OLD[client_name]) as transport:
        transport.auth_publickey(HILL, house.keys[HILL].key)
        with paramiko.SFTPClient.from_transport(transport) as client:
            client.putfo(BytesIO(CONTENT), "in/a.csv", confirm=True)
    assert [it.content for it in house.taken] == [CONTENT]


def test_asyncssh_puts_with_its_time_lists_fetches_and_removes(house: House, local: Path) -> None:
    async def session() -> None:
        host, port = house.server.address
        connecting = asyncssh.connect(
            host, port, username=HILL, client_keys=[str(house.keys[HILL].path)], known_hosts=str(house.known_hosts()),
            agent_path=None, config=None,
        )  # fmt: skip
        async with connecting as connection, connection.start_sftp_client() as client:
            await client.put(str(local), "in/results.csv", preserve=True)
            assert (await client.stat("in/results.csv")).mtime == NOON
            assert sorted(await client.listdir("in")) == ["check", "results.csv"]
            house.respond("results.match.csv", CONTENT)
            await client.get("out/results.match.csv", str(house.folder / "fetched.csv"))
            await client.remove("out/results.match.csv")

    asyncio.run(asyncio.wait_for(session(), PATIENCE_S))
    assert [it.content for it in house.taken] == [CONTENT]
    assert (house.folder / "fetched.csv").read_bytes() == CONTENT
    assert house.mailboxes.listing(HILL, Folder.OUT) == []


@pytest.mark.usefixtures("local")
def test_openssh_goes_on_with_its_own_upload_and_not_with_an_accepted_one(house: House) -> None:
    needs("sftp")
    with house.client() as client:
        write_raw(client, resume(client, "in/results.csv"), 0, CONTENT[:9000])
    ran = house.sftp("reput results.csv in/results.csv")
    assert ran.code == 0, ran.errors
    assert [it.content for it in house.taken] == [CONTENT]
    with (house.folder / "results.csv").open("ab") as file:
        file.write(b"more")
    assert house.sftp("reput results.csv in/results.csv").code == 1
    assert [it.content for it in house.taken] == [CONTENT]

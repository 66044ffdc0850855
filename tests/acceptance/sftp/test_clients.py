"""The clients that organisations use, with their default settings."""

import base64
import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.core.submission import Folder, Job
from tests.acceptance.sftp.house import HILL, PATIENCE_S, House, Ran, bare, run, sha256, wait_for
from tests.acceptance.sftp.wire import is_free
from tests.needs import needs

CONTENT = b"ULN,GivenName\r\n" + b"1000000043,Ann\r\n" * 20_000


@pytest.fixture
def local(house: House) -> Path:
    path = house.folder / "results.csv"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def openssh() -> None:
    needs("sftp")


@pytest.fixture
def house(opened: Callable[..., House]) -> House:
    """Return a house with a listener for old clients: Debian's curl knows no other code of a message."""
    return opened(legacy_port=0)


@pytest.fixture
def curl(house: House) -> "Curl":
    needs("curl")
    return Curl(house)


class Curl:
    """Runs curl against a house."""

    def __init__(self, house: House) -> None:
        self.house = house

    def __call__(self, *words: str, path: str) -> Ran:
        host, port = self.house.server.legacy_address
        (known,) = [it for it in self.house.known_hosts().read_text().splitlines() if "ed25519" in it]
        digest = base64.b64encode(hashlib.sha256(base64.b64decode(known.split()[2])).digest()).decode()
        key = self.house.keys[HILL].path
        fixed = ["--silent", "--show-error", "--user", f"{HILL}:", "--key", str(key), "--pubkey", f"{key}.pub"]
        url = f"sftp://{host}:{port}{path}"
        return run(["curl", *fixed, "--hostpubsha256", digest, *words, url], "", self.house.folder)


@pytest.mark.usefixtures("openssh", "local")
def test_openssh_puts_a_file_and_finds_it_and_its_receipt(house: House) -> None:
    ran = house.sftp("put results.csv in/", "ls -l in", "ls receipts", "get receipts/* fetched.json")
    assert ran.code == 0, ran.errors
    (taken,) = house.taken
    assert taken.content == CONTENT
    assert taken.arrival.sha256 == sha256(CONTENT)
    assert (taken.arrival.name, taken.arrival.size, taken.arrival.job) == ("results.csv", len(CONTENT), Job.FULL)
    assert taken.arrival.organisation.id == HILL
    assert f"{len(CONTENT)}" in ran.output
    (receipt,) = house.receipts()
    assert receipt.name in ran.output
    assert (house.folder / "fetched.json").read_bytes() == receipt.body


@pytest.mark.usefixtures("openssh", "local")
def test_openssh_keeps_times_and_modes_if_it_likes_and_syncs(house: House) -> None:
    ran = house.sftp("put -p results.csv in/a.csv", "put -f results.csv in/check/b.csv", "chmod 777 in/a.csv")
    assert ran.code == 0, ran.errors
    assert [(it.arrival.name, it.arrival.job) for it in house.taken] == [("a.csv", Job.FULL), ("b.csv", Job.CHECK)]


@pytest.mark.usefixtures("openssh", "local")
def test_openssh_fetches_a_response_and_acknowledges_it(house: House) -> None:
    assert house.sftp("put results.csv in/").code == 0
    house.respond("results.match.csv", CONTENT)
    ran = house.sftp("cd out", "ls", "get -p results.match.csv fetched.csv", "rm results.match.csv", "ls")
    assert ran.code == 0, ran.errors
    assert (house.folder / "fetched.csv").read_bytes() == CONTENT
    assert ran.output.count("results.match.csv") == 3  # two echoed commands and one listing
    assert house.mailboxes.listing(HILL, Folder.OUT) == []


@pytest.mark.usefixtures("openssh", "local")
def test_openssh_renames_an_unfinished_upload_and_that_publishes_it(house: House) -> None:
    ran = house.sftp("put results.csv in/results.csv.part", "rename in/results.csv.part in/results.csv", "ls in")
    assert ran.code == 0, ran.errors
    assert [(it.arrival.name, it.content) for it in house.taken] == [("results.csv", CONTENT)]
    assert ran.output.partition("sftp> ls in\n")[2].split() == ["in/check", "in/results.csv"]


@pytest.mark.usefixtures("openssh", "local")
def test_openssh_drops_an_unfinished_upload(house: House) -> None:
    ran = house.sftp("put results.csv in/results.csv.tmp", "rm in/results.csv.tmp", "ls in")
    assert ran.code == 0, ran.errors
    assert house.taken == []


@pytest.mark.usefixtures("openssh", "local")
def test_openssh_is_told_of_every_refusal(house: House) -> None:
    assert house.sftp("put results.csv in/").code == 0
    for command in ("rm in/results.csv", "mkdir in/x", "rmdir out", "put results.csv out/", "ln -s in/a in/b",
                    "ln in/a in/b", "get in/results.csv", "rename out in", "rm receipts/*"):  # fmt: skip
        assert house.sftp(command).code == 1, command
    assert len(house.taken) == 1


@pytest.mark.usefixtures("openssh")
def test_a_client_killed_half_way_is_not_taken_and_its_part_is_listed(house: House) -> None:
    size = 8_000_000
    (house.folder / "big.csv").write_bytes(b"x" * size)
    host, port = house.server.address
    words = ["sftp", "-q", "-F", "/dev/null", "-l", "16000", "-P", str(port), "-i", str(house.keys[HILL].path)]
    words += ["-o", f"UserKnownHostsFile={house.known_hosts()}", "-o", "IdentityAgent=none", "-b", "-"]
    client = subprocess.Popen(
        [*words, f"{HILL}@{host}"],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=bare(house.folder),
        cwd=house.folder,
    )  # fmt: skip
    with client, house.client() as watcher:
        assert client.stdin is not None
        client.stdin.write(b"put big.csv in/\n")
        client.stdin.flush()
        wait_for("half of the file has come", lambda: "big.csv" in watcher.listdir("in")
                 and (watcher.stat("in/big.csv").st_size or 0) >= size // 2)  # fmt: skip
        client.kill()
        client.wait(PATIENCE_S)
        wait_for("the server has let go of it", lambda: is_free(watcher, "in/big.csv"))
        assert size // 2 <= (watcher.stat("in/big.csv").st_size or 0) < size
        assert watcher.listdir("receipts") == []
    assert house.taken == []


@pytest.mark.usefixtures("local")
def test_curl_uploads_lists_and_downloads(house: House, curl: Curl) -> None:
    up = curl("--upload-file", "results.csv", path="/in/")
    assert up.code == 0, up.errors
    assert [(it.arrival.name, it.content) for it in house.taken] == [("results.csv", CONTENT)]
    listed = curl("--list-only", path="/in/")
    assert listed.code == 0, listed.errors
    assert "results.csv" in listed.output.splitlines()
    house.respond("results.match.csv", CONTENT)
    down = curl("--output", "fetched.csv", path="/out/results.match.csv")
    assert down.code == 0, down.errors
    assert (house.folder / "fetched.csv").read_bytes() == CONTENT


@pytest.mark.usefixtures("local")
def test_curl_renames_and_deletes(house: House, curl: Curl) -> None:
    up = curl("--upload-file", "results.csv", "-Q", "-rename /in/a.csv.part /in/a.csv", path="/in/a.csv.part")
    assert up.code == 0, up.errors
    assert [(it.arrival.name, it.content) for it in house.taken] == [("a.csv", CONTENT)]
    house.respond("a.match.csv", CONTENT)
    down = curl("--output", "fetched.csv", "-Q", "-rm /out/a.match.csv", path="/out/a.match.csv")
    assert down.code == 0, down.errors
    assert house.mailboxes.listing(HILL, Folder.OUT) == []


@pytest.mark.usefixtures("local")
def test_curl_fails_where_nothing_may_be_put(house: House, curl: Curl) -> None:
    assert curl("--upload-file", "results.csv", path="/out/").code != 0
    assert house.taken == []


def test_paramiko_puts_confirms_lists_fetches_and_removes(house: House, local: Path) -> None:
    with house.client() as client:
        assert client.put(str(local), "in/results.csv", confirm=True).st_size == len(CONTENT)
        client.utime("in/results.csv", (1, 1))
        assert client.listdir("/") == ["in", "out", "receipts"]
        assert client.listdir("in") == ["check", "results.csv"]
        assert client.listdir("in/check") == []
        (name,) = client.listdir("receipts")
        with client.open(f"receipts/{name}") as file:
            assert file.read() == house.receipts()[0].body
        house.respond("results.match.csv", CONTENT)
        client.get("out/results.match.csv", str(house.folder / "fetched.csv"))
        client.remove("out/results.match.csv")
        assert client.listdir("out") == []
    assert (house.folder / "fetched.csv").read_bytes() == CONTENT
    assert [it.content for it in house.taken] == [CONTENT]


def test_winscp_uploads_under_another_name_and_replaces_an_earlier_file(house: House, local: Path) -> None:
    """WinSCP writes `.filepart`, deletes the old name, renames and sets the time: seen in its documentation."""
    with house.client() as client:
        for content in (CONTENT, CONTENT + b"more"):
            local.write_bytes(content)
            client.put(str(local), "in/results.csv.filepart", confirm=False)
            if "results.csv" in client.listdir("in"):
                client.remove("in/results.csv")
            client.rename("in/results.csv.filepart", "in/results.csv")
            client.utime("in/results.csv", (1, 1))
            assert client.stat("in/results.csv").st_size == len(content)
        with pytest.raises(PermissionError):
            client.remove("in/results.csv")
    assert [(it.arrival.name, it.content) for it in house.taken] == [
        ("results.csv", CONTENT),
        ("results.csv", CONTENT + b"more"),
    ]

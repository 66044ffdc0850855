"""Partners' own servers: what is fetched from them and brought to them, whatever they do."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import paramiko
import pytest

from adapters.transports.sftp_client import Partners
from gateway.core.errors import ConfigurationError
from gateway.core.quota import UNLIMITED, Quota
from gateway.core.submission import Arrival, Folder, Job
from tests.acceptance.sftp import partner
from tests.acceptance.sftp.house import DALE, HILL, ClientKey, House, make_key, sha256, wait_for
from tests.acceptance.sftp.outside import ME, open_ssh

CONTENT = os.urandom(400_000)
Visit = Callable[..., "tuple[Partners, Path]"]


@pytest.fixture
def house(tmp_path: Path, keys: dict[str, ClientKey]) -> House:
    return House(folder=tmp_path, keys=keys)


@pytest.fixture
def settings(tmp_path: Path, keys: dict[str, ClientKey]) -> dict[str, object]:
    """Return what is set of a partner wherever its server is."""
    return {
        "organisation": HILL, "host": "127.0.0.1", "user": "gateway", "key_file": keys[DALE].path,
        "host_key": make_key(tmp_path, "partner_key").line, "pick_up": "/to us", "push": "/from us",
        "every_s": 0.1, "timeout_s": 20, "tries": 2,
    }  # fmt: skip


@pytest.fixture
def begin(house: House) -> Iterator[Callable[[dict[str, object]], Partners]]:
    """Return a function that begins visits; all end after the test."""
    begun: list[Partners] = []

    def open_one(partner: dict[str, object]) -> Partners:
        partners = Partners.from_settings({"partners": [partner], "staging_folder": house.folder / "fetched"})
        partners.open(house.intake())
        begun.append(partners)
        return partners

    yield open_one
    for it in begun:
        it.close(timedelta(seconds=60))


@pytest.fixture
def visit(
    tmp_path: Path, settings: dict[str, object], begin: Callable[[dict[str, object]], Partners]
) -> Iterator[Visit]:
    """Return a function that serves a folder by a server of a kind, with a file in it, and begins to visit it."""
    with ExitStack() as serving:

        def start(kind: type[partner.Server], *names: str, **changed: object) -> tuple[Partners, Path]:
            folder = tmp_path / kind.__name__
            key = ClientKey(paramiko.PKey.from_path(str(tmp_path / "partner_key")), tmp_path / "partner_key")
            port = serving.enter_context(partner.served(kind, folder, key))
            for name in names:
                (folder / "to us" / name).write_bytes(CONTENT)
            return begin(settings | {"port": port} | changed), folder

        yield start


def fetched(house: House) -> list[str]:
    return sorted(it.arrival.name for it in house.taken)


def listed(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def waiting(house: House) -> list[str]:
    return [it.name for it in house.mailboxes.listing(HILL, Folder.OUT)]


def brought(folder: Path) -> list[str]:
    """Return what was brought, but for receipts."""
    return [name for name in listed(folder / "from us") if not name.endswith(".receipt.json")]


def answered(house: House) -> None:
    """Put a response into `out/`, to a submission that did not come from the partner's server."""
    path = house.folder / "by hand"
    path.write_bytes(b"by hand")
    organisation = house.organisations.find(HILL)
    assert organisation is not None
    house.take_in(
        Arrival(
            organisation=organisation, name="by hand.csv", path=path, size=7, sha256=sha256(b"by hand"), job=Job.FULL
        )
    )
    house.respond("answer.csv", CONTENT)


def test_files_come_from_open_ssh_and_responses_go_there(
    tmp_path: Path,
    keys: dict[str, ClientKey],
    house: House,
    settings: dict[str, object],
    begin: Callable[[dict[str, object]], Partners],
) -> None:
    """The server that we ship a configuration for stands in for a partner's: its `in` is what we fetch from."""
    with open_ssh(tmp_path, keys[HILL], make_key(tmp_path, "host_key")) as server:
        here = server.mailbox
        for name in ("entries.csv", "later.csv.part", ".hidden.csv"):
            (here / "in" / name).write_bytes(CONTENT)
        root = Path("/") if os.getuid() == 0 else here
        own = {
            "port": server.port, "user": ME, "key_file": server.key.path, "host_key": server.host_key.line,
            "pick_up": str(root / "in"), "push": str(root / "out"),
        }  # fmt: skip
        visits = begin(settings | own)
        wait_for("it is fetched", lambda: fetched(house) == ["entries.csv"])
        wait_for("it is removed there", lambda: listed(here / "in") == [".hidden.csv", "check", "later.csv.part"])
        house.respond("answer.csv", CONTENT)
        wait_for("its response is acknowledged", lambda: waiting(house) == [])
        (here / "in/later.csv.part").rename(here / "in/later.csv")
        wait_for("the renamed one is fetched", lambda: fetched(house) == ["entries.csv", "later.csv"])
        visits.close(timedelta(seconds=60))
        assert (here / "out/answer.csv").read_bytes() == CONTENT
        assert [name for name in listed(here / "out") if not name.endswith(".json")] == ["answer.csv"]
        assert sum(name.endswith(".receipt.json") for name in listed(here / "out")) == 2
    assert {it.arrival.sha256 for it in house.taken} == {sha256(CONTENT)}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # paramiko's own reader ahead
def test_a_server_that_cuts_is_asked_again_and_nothing_comes_twice(visit: Visit, house: House) -> None:
    _, folder = visit(partner.CutsOnce, "entries.csv")
    wait_for("it is fetched and removed", lambda: fetched(house) == ["entries.csv"] and not listed(folder / "to us"))
    house.respond("answer.csv", CONTENT)
    wait_for("its response is brought", lambda: waiting(house) == [])
    assert (folder / "from us/answer.csv").read_bytes() == CONTENT
    assert house.taken[0].content == CONTENT


def test_what_the_quota_of_the_day_does_not_hold_is_left_there(
    visit: Visit, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.quota = Quota(files=1)
    _, folder = visit(partner.Server, "entries.csv", "more.csv")
    wait_for("the second is told", lambda: any("quota" in getattr(it, "reason", "") for it in caplog.records))
    wait_for("the first is fetched and removed", lambda: listed(folder / "to us") == ["more.csv"])
    assert fetched(house) == ["entries.csv"]
    house.quota = UNLIMITED
    wait_for("the next day", lambda: not listed(folder / "to us"))


def test_a_server_that_stalls_is_left_and_holds_nobody_up(
    visit: Visit, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    visit(partner.Stalls, "stalled.csv", timeout_s=1, tries=1)
    visit(partner.Server, "entries.csv")
    wait_for("another partner's is fetched", lambda: fetched(house) == ["entries.csv"])
    wait_for("it is told", lambda: any(it.message == "visit failed" for it in caplog.records))
    assert "stalled" not in caplog.text


def test_a_file_whose_server_lies_about_its_size_is_not_taken(
    visit: Visit, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    _, folder = visit(partner.LiesAboutSizes, "small.csv", "large.csv", "true.csv")
    wait_for("the true one is fetched", lambda: fetched(house) == ["true.csv"])
    wait_for("two are told", lambda: sum(it.message == "left" for it in caplog.records) >= 2)
    wait_for("the others stay", lambda: listed(folder / "to us") == ["large.csv", "small.csv"])
    assert listed(house.folder / "fetched") == []


def test_a_server_that_knows_only_plain_rename_will_do(visit: Visit, house: House) -> None:
    answered(house)
    _, folder = visit(partner.RefusesPosixRename)
    wait_for("the response is brought", lambda: waiting(house) == [])
    assert brought(folder) == ["answer.csv"]


def test_where_nothing_can_be_renamed_nothing_is_acknowledged_and_nothing_left_lying(
    visit: Visit, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    answered(house)
    visits, folder = visit(partner.RefusesRenames, tries=1)
    wait_for("it is told", lambda: any(it.message == "visit failed" for it in caplog.records))
    visits.close(timedelta(seconds=60))
    assert waiting(house) == ["answer.csv"]
    assert listed(folder / "from us") == []


def test_a_file_that_cannot_be_removed_there_is_taken_once(
    visit: Visit, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    _, folder = visit(partner.RefusesRemoval, "entries.csv")
    wait_for("it was tried again", lambda: sum(it.message == "not removed" for it in caplog.records) >= 3)
    assert fetched(house) == ["entries.csv"]
    (folder / "to us/entries.csv").write_bytes(b"corrected")
    wait_for("a newer one of that name is fetched", lambda: len(house.taken) == 2)
    assert house.taken[1].content == b"corrected"


def test_a_file_waits_for_its_done_file_where_that_is_agreed(visit: Visit, house: House) -> None:
    _, folder = visit(partner.Server, "waits.csv", "marked.csv", "marked.csv.done", complete="done")
    wait_for("the marked one is fetched", lambda: fetched(house) == ["marked.csv"])
    wait_for("its mark goes with it", lambda: listed(folder / "to us") == ["waits.csv"])


def test_a_response_that_stands_there_from_an_earlier_visit_is_acknowledged_and_another_file_left(
    visit: Visit, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    answered(house)
    _, folder = visit(partner.HasTheNameAlready)
    wait_for("what has its name is left", lambda: any(it.message == "left" for it in caplog.records))
    assert waiting(house) == ["answer.csv"]
    (folder / "from us/answer.csv").write_bytes(CONTENT)
    wait_for("what stands there whole is acknowledged", lambda: waiting(house) == [])


def test_a_server_with_another_host_key_is_told_nothing(
    visit: Visit, house: House, keys: dict[str, ClientKey], caplog: pytest.LogCaptureFixture
) -> None:
    answered(house)
    _, folder = visit(partner.Server, "entries.csv", host_key=keys["stranger"].line)
    wait_for("it is told", lambda: any("pinned" in str(it.__dict__.get("error")) for it in caplog.records))
    assert (fetched(house), waiting(house)) == (["by hand.csv"], ["answer.csv"])
    assert listed(folder / "to us") == ["entries.csv"]


@pytest.mark.parametrize(
    ("wrong", "told"), [({"host_key": "no key"}, "is no key"), ({"key_file": "/none"}, "cannot be read")]
)
def test_a_wrong_setting_is_named(
    visit: Visit, caplog: pytest.LogCaptureFixture, wrong: dict[str, object], told: str
) -> None:
    visit(partner.Server, **wrong)
    wait_for("it is named", lambda: any(told in str(it.__dict__.get("error")) for it in caplog.records))
    with pytest.raises(ConfigurationError, match="partners"):
        Partners.from_settings({"partners": [wrong], "staging_folder": "."})

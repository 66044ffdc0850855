"""Behind an outside server: what is taken, what is not, and what a sweep finds again."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.transports.folder import FolderTransport
from gateway.core.documents import Receipt
from gateway.core.errors import ConfigurationError, StoreError
from gateway.core.quota import UNLIMITED, Quota
from gateway.core.submission import Arrival, Folder, Job, Organisation, OrganisationKind
from tests.acceptance.sftp.house import HILL, ClientKey, House, make_key, sha256, wait_for
from tests.acceptance.sftp.outside import ME, OpenSsh, open_ssh

CONTENT = os.urandom(2_000_000)


@pytest.fixture
def house(tmp_path: Path, keys: dict[str, ClientKey]) -> House:
    """Return the gateway's side, which knows the organisation that the outside server lets in."""
    house = House(folder=tmp_path, keys=keys)
    house.organisations.add(Organisation(id=ME, name=ME, kind=OrganisationKind.SCHOOL))
    return house


@pytest.fixture
def outside(tmp_path: Path, keys: dict[str, ClientKey]) -> Iterator[OpenSsh]:
    with open_ssh(tmp_path, keys[HILL], make_key(tmp_path, "host_key")) as server:
        yield server


@pytest.fixture
def sweeping(house: House) -> Iterator[Callable[..., FolderTransport]]:
    """Return a function that opens a transport; all are closed after the test."""
    opened: list[FolderTransport] = []

    def sweep(root: Path, **settings: object) -> FolderTransport:
        values = {"root": root, "staging_folder": house.folder / "copies", "every_s": 0.05, "settle_s": 0.2} | settings
        transport = FolderTransport.from_settings(values)
        transport.open(house.intake())
        opened.append(transport)
        return transport

    yield sweep
    for transport in opened:
        transport.close(timedelta(seconds=60))


@pytest.fixture
def mailbox(tmp_path: Path) -> Path:
    """Return a mailbox that no server serves: others put files into it."""
    mailbox = tmp_path / "mail" / HILL
    for name in ("in/check", "out", "receipts"):
        (mailbox / name).mkdir(parents=True)
    return mailbox


def moved_in(mailbox: Path, name: str, content: bytes) -> None:
    """Let a file appear whole, as a server does that renames what was closed."""
    aside = mailbox.parent / "aside"
    aside.write_bytes(content)
    aside.rename(mailbox / name)


def listed(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def names(house: House) -> list[str]:
    return sorted(it.arrival.name for it in house.taken)


def test_what_open_ssh_closed_is_taken_and_its_receipt_shown(
    outside: OpenSsh, house: House, sweeping: Callable[..., FolderTransport]
) -> None:
    source = outside.work / "whole.csv"
    source.write_bytes(CONTENT)
    sweeping(outside.root, log=outside.log)
    sent = outside.sftp(f"put {source} in/whole.csv", f'put {source} "in/check/only checked é.csv"')
    assert sent.code == 0, sent.errors
    wait_for("both are taken", lambda: len(house.taken) == 2)
    assert [(it.arrival.name, it.arrival.job, it.arrival.sha256 == sha256(CONTENT)) for it in house.taken] == [
        ("whole.csv", Job.FULL, True), ("only checked é.csv", Job.CHECK, True),
    ]  # fmt: skip
    wait_for("the receipts are shown", lambda: len(list((outside.mailbox / "receipts").iterdir())) == 2)
    assert "whole.csv" not in outside.sftp("ls -1 in").output


def test_what_the_quota_of_the_day_does_not_hold_waits_in_its_folder_and_is_told(
    mailbox: Path, house: House, sweeping: Callable[..., FolderTransport], caplog: pytest.LogCaptureFixture
) -> None:
    house.quota = Quota(size=2500)
    for name in ("first.csv", "second.csv", "third.csv"):
        moved_in(mailbox, f"in/{name}", name.encode().ljust(1000))
    sweeping(mailbox.parent, complete="rename")
    wait_for("two are taken", lambda: names(house) == ["first.csv", "second.csv"])
    wait_for("the third is told", lambda: "left" in caplog.messages)
    assert listed(mailbox / "in") == ["check", "third.csv"]
    house.quota = UNLIMITED
    wait_for("the next day", lambda: names(house) == ["first.csv", "second.csv", "third.csv"])
    assert caplog.messages.count("left") == 1


def test_a_connection_cut_in_mid_file_is_not_taken_until_it_is_resumed_and_closed(
    outside: OpenSsh, house: House, sweeping: Callable[..., FolderTransport]
) -> None:
    source = outside.work / "cut.csv"
    source.write_bytes(CONTENT)
    outside.cut(source, "in/cut.csv", at=100_000)
    sweeping(outside.root, log=outside.log)
    assert outside.sftp(f"put {source} in/other.csv").code == 0
    wait_for("the other is taken", lambda: names(house) == ["other.csv"])
    assert (outside.mailbox / "in/cut.csv").exists()
    assert outside.sftp(f"reput {source} in/cut.csv").code == 0
    wait_for("the resumed one is taken", lambda: names(house) == ["cut.csv", "other.csv"])
    assert {it.arrival.sha256 for it in house.taken} == {sha256(CONTENT)}


def test_not_yet_names_are_taken_when_renamed_and_a_done_file_is_enough(
    outside: OpenSsh, house: House, sweeping: Callable[..., FolderTransport]
) -> None:
    source, empty = outside.work / "source", outside.work / "empty"
    source.write_bytes(CONTENT)
    empty.touch()
    (outside.mailbox / "in/marked.csv").write_bytes(b"no session of the log wrote it")
    (outside.mailbox / "in/unmarked.csv").write_bytes(b"nor this")
    sweeping(outside.root, log=outside.log)
    assert outside.sftp(f"put {source} in/late.csv.filepart").code == 0
    assert outside.sftp(f"put {empty} in/marked.csv.done", f"put {empty} in/empty.csv").code == 0
    wait_for("two are taken", lambda: names(house) == ["empty.csv", "marked.csv"])
    assert outside.sftp("rename in/late.csv.filepart in/late.csv").code == 0
    wait_for("the renamed one too", lambda: names(house) == ["empty.csv", "late.csv", "marked.csv"])
    assert listed(outside.mailbox / "in") == ["check", "unmarked.csv"]


def test_what_came_while_nobody_looked_is_taken_also_out_of_the_log_of_the_day_before(
    outside: OpenSsh, house: House, sweeping: Callable[..., FolderTransport]
) -> None:
    source = outside.work / "source"
    source.write_bytes(CONTENT)
    assert outside.sftp(f"put {source} in/yesterday.csv").code == 0
    wait_for("it is logged", lambda: b"closed for local user" in outside.log.read_bytes())
    outside.log.rename(outside.log.with_name(f"{outside.log.name}.1"))
    transport = sweeping(outside.root, log=outside.log)
    wait_for("it is taken", lambda: names(house) == ["yesterday.csv"])
    assert outside.sftp(f"put {source} in/today.csv").code == 0
    wait_for("the next as well", lambda: len(house.taken) == 2)
    outside.log.rename(outside.log.with_name(f"{outside.log.name}.1"))
    assert outside.sftp(f"put {source} in/rotated.csv").code == 0
    wait_for("and what a new log says", lambda: len(house.taken) == 3)
    transport.close(timedelta(seconds=60))


def test_48_everything_is_taken_once(mailbox: Path, house: House, sweeping: Callable[..., FolderTransport]) -> None:
    """A burst while nobody looks; times an hour back, a year back and ahead; an inode that is used again."""
    for number in range(200):
        moved_in(mailbox, f"in/burst-{number}.csv", b"%d" % number)
    for name, shift in (("step", -3600), ("nifi", -31_000_000), ("ahead", 3600)):
        moved_in(mailbox, f"in/{name}.csv", name.encode())
        moment = (mailbox / f"in/{name}.csv").stat().st_mtime + shift
        os.utime(mailbox / f"in/{name}.csv", (moment, moment))
    sweeping(mailbox.parent, complete="rename")
    wait_for("all are taken", lambda: len(house.taken) >= 203)
    inodes = set()
    for number in range(3):
        moved_in(mailbox, "in/same.csv", b"version %d" % number)
        inodes.add((mailbox / "in/same.csv").stat().st_ino)
        wait_for("it is taken", lambda number=number: len(house.taken) == 204 + number)
    assert sorted({it.content for it in house.taken}) == sorted(it.content for it in house.taken)
    assert listed(mailbox / "in") == ["check"]


def test_a_file_that_is_open_for_writing_or_changes_is_not_taken(
    mailbox: Path, house: House, sweeping: Callable[..., FolderTransport]
) -> None:
    with (mailbox / "in/open.csv").open("wb") as held:
        held.write(b"first")
        held.flush()
        sweeping(mailbox.parent, complete="rename")
        moved_in(mailbox, "in/whole.csv", b"whole")
        wait_for("the whole one is taken", lambda: names(house) == ["whole.csv"])
        held.write(b" and last")
    wait_for("the other is taken", lambda: names(house) == ["open.csv", "whole.csv"])
    assert house.taken[-1].content == b"first and last"


def test_links_folders_and_impossible_names_are_left_where_they_are(
    mailbox: Path, house: House, sweeping: Callable[..., FolderTransport], caplog: pytest.LogCaptureFixture
) -> None:
    secret = mailbox.parent / "secret"
    secret.write_bytes(b"not theirs")
    (mailbox / "in/link.csv").symlink_to(secret)
    (mailbox / "in/hard.csv").hardlink_to(secret)
    (mailbox / "in/folder.csv").mkdir()
    os.mkfifo(mailbox / "in/pipe.csv")
    for name in (b"bytes\xff.csv", b"bell\x07.csv", b"x" * 201):
        Path(os.fsdecode(bytes(mailbox / "in") + b"/" + name)).write_bytes(b"strange")
    moved_in(mailbox, "in/large.csv", b"more than ten bytes")
    before = listed(mailbox / "in")
    sweeping(mailbox.parent, complete="rename", max_bytes=10)
    moved_in(mailbox, "in/good.csv", b"good")
    wait_for("the good one is taken", lambda: names(house) == ["good.csv"])
    assert listed(mailbox / "in") == before
    wait_for("they are told", lambda: sum(it.message == "left" for it in caplog.records) == 5)
    assert "bell" not in caplog.text


def test_a_fault_after_the_claim_loses_nothing(
    mailbox: Path, house: House, sweeping: Callable[..., FolderTransport]
) -> None:
    house.fault = StoreError("the database is away")
    first = sweeping(mailbox.parent, complete="rename")
    moved_in(mailbox, "in/claimed.csv", b"claimed")
    wait_for("it is claimed", lambda: not (mailbox / "in/claimed.csv").exists())
    first.close(timedelta(seconds=60))
    house.fault = None
    sweeping(mailbox.parent, complete="rename")
    wait_for("another process takes it", lambda: names(house) == ["claimed.csv"])
    assert listed(mailbox.parent / ".gateway/claimed" / HILL) == []


def test_a_crash_after_the_row_hands_the_same_bytes_over_again(
    mailbox: Path, house: House, sweeping: Callable[..., FolderTransport], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = house.take_in

    def crash(arrival: Arrival) -> Receipt:
        receipt = kept(arrival)
        if len(house.taken) == 1:
            raise StoreError("its answer was lost")
        return receipt

    monkeypatch.setattr(house, "take_in", crash)
    sweeping(mailbox.parent, complete="rename")
    moved_in(mailbox, "in/twice.csv", b"twice")
    wait_for("it is handed over again", lambda: len(house.taken) == 2)
    assert {(it.arrival.name, it.arrival.sha256) for it in house.taken} == {("twice.csv", sha256(b"twice"))}


def test_responses_are_shown_whole_and_deleting_one_acknowledges_it(
    outside: OpenSsh, house: House, sweeping: Callable[..., FolderTransport]
) -> None:
    source = outside.work / "source"
    source.write_bytes(CONTENT)
    sweeping(outside.root, log=outside.log)
    for number, (answer, content) in enumerate({"answer.csv": CONTENT, "second.csv": b"second"}.items(), 1):
        assert outside.sftp(f"put {source} in/asked.csv").code == 0
        wait_for("it is taken", lambda number=number: len(house.taken) == number)
        house.respond(answer, content)
    wait_for("both are shown", lambda: len(listed(outside.mailbox / "out")) == 2)
    fetched = outside.sftp(f"get out/answer.csv {outside.work / 'fetched'}", "rm out/answer.csv")
    assert fetched.code == 0, fetched.errors
    assert (outside.work / "fetched").read_bytes() == CONTENT
    waiting = lambda: [it.name for it in house.mailboxes.listing(ME, Folder.OUT)]  # noqa: E731
    wait_for("it is acknowledged", lambda: waiting() == ["second.csv"])
    house.mailboxes.acknowledge(ME, "second.csv")
    wait_for("what is listed no longer is taken away", lambda: listed(outside.mailbox / "out") == [])


def test_nobody_sees_half_a_response(mailbox: Path, house: House, sweeping: Callable[..., FolderTransport]) -> None:
    sweeping(mailbox.parent, complete="rename")
    moved_in(mailbox, "in/asked.csv", b"asked")
    wait_for("it is taken", lambda: len(house.taken) == 1)
    house.respond("answer.csv", CONTENT)
    seen: set[int] = set()

    def whole() -> bool:
        seen.update(path.stat().st_size for path in (mailbox / "out").iterdir())
        return bool(seen)

    wait_for("it is shown", whole)
    assert seen == {len(CONTENT)}


def test_without_a_log_there_must_be_another_sign(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"folder\.log"):
        FolderTransport.from_settings({"root": tmp_path, "staging_folder": tmp_path})

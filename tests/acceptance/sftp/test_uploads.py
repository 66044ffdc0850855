"""What is taken, when, and what is not: an acknowledged upload exists once and whole (architecture 3.1)."""

import random
from collections.abc import Callable
from io import BytesIO

import pytest
from paramiko import sftp

from gateway.core.submission import Job
from tests.acceptance.sftp.house import DALE, HILL, House, sha256, wait_for
from tests.acceptance.sftp.wire import CONTENT, close_raw, is_free, open_raw, put, resume, write_raw


def test_an_upload_is_taken_when_its_client_closes_it(house: House) -> None:
    with house.client() as client:
        with client.open("in/a.csv", "wb") as file:
            file.write(CONTENT)
            file.flush()
            assert house.taken == []
            assert client.stat("in/a.csv").st_size == len(CONTENT)
        assert [it.content for it in house.taken] == [CONTENT]
        assert client.stat("in/a.csv").st_size == len(CONTENT)
    assert not list((house.staging / HILL / "in").iterdir())


def test_an_empty_file_is_taken_too(house: House) -> None:
    with house.client() as client:
        put(client, "in/check/empty.csv", b"")
    assert [(it.arrival.size, it.arrival.sha256, it.arrival.job) for it in house.taken] == [(0, sha256(b""), Job.CHECK)]


def test_bytes_written_in_any_order_hash_right(house: House) -> None:
    blocks = list(range(0, len(CONTENT), 10_000))
    random.Random(7).shuffle(blocks)  # noqa: S311 - no secret
    with house.client() as client:
        handle = open_raw(client, "in/a.csv", sftp.SFTP_FLAG_WRITE | sftp.SFTP_FLAG_CREATE)
        for start in [*blocks, *blocks[:3]]:  # and some twice, overlapping
            write_raw(client, handle, start, CONTENT[start : start + 12_000])
        close_raw(client, handle)
    (taken,) = house.taken
    assert taken.content == CONTENT
    assert taken.arrival.sha256 == sha256(CONTENT)


def test_a_file_with_a_hole_is_refused_and_its_name_is_gone(house: House) -> None:
    with house.client() as client:
        for name in ("in/a.csv", "in/a.csv.part"):
            handle = open_raw(client, name, sftp.SFTP_FLAG_WRITE | sftp.SFTP_FLAG_CREATE)
            write_raw(client, handle, 1 << 20, b"x")
            with pytest.raises(OSError, match="a part of the file is missing"):
                close_raw(client, handle)
            with pytest.raises(FileNotFoundError):
                client.stat(name)
    assert house.taken == []


def test_a_file_in_too_many_pieces_is_refused(house: House) -> None:
    with house.client() as client:
        handle = open_raw(client, "in/a.csv", sftp.SFTP_FLAG_WRITE | sftp.SFTP_FLAG_CREATE)
        for at in range(1000):
            write_raw(client, handle, 2 * at, b"x")
        with pytest.raises(OSError, match="in too many pieces"):
            write_raw(client, handle, 4000, b"x")
        with pytest.raises(OSError, match="a part of the file is missing"):
            close_raw(client, handle)
    assert house.taken == []


def test_more_than_may_be_is_refused_at_once_and_not_taken(opened: Callable[..., House]) -> None:
    house = opened(max_bytes=100_000)
    with house.client() as client:
        put(client, "in/most.csv", CONTENT[:100_000])
        with pytest.raises(OSError, match="larger than may be sent"):
            put(client, "in/more.csv", CONTENT[:100_001])
        with pytest.raises(FileNotFoundError):
            client.putfo(BytesIO(CONTENT), "in/other.csv")
        assert client.listdir("in") == ["check", "more.csv", "most.csv"]
    assert [it.arrival.name for it in house.taken] == ["most.csv"]


def test_a_name_being_written_is_not_opened_a_second_time(house: House) -> None:
    with house.client() as first, house.client() as second, first.open("in/a.csv", "wb") as file:
        file.write(CONTENT)
        for mode in ("wb", "ab", "r+"):
            with pytest.raises(OSError, match="Failure"):
                second.open("in/a.csv", mode)
        with pytest.raises(OSError, match="Failure"):
            second.remove("in/a.csv")
        put(second, "in/b.csv")
        with pytest.raises(OSError, match="Failure"):
            second.rename("in/a.csv", "in/c.csv")
    assert [(it.arrival.name, it.content) for it in house.taken] == [("b.csv", CONTENT), ("a.csv", CONTENT)]


def test_a_part_left_by_a_cut_session_may_be_continued(house: House) -> None:
    with house.client() as client:
        write_raw(client, resume(client, "in/a.csv"), 0, CONTENT[:50_000])
    with house.client() as client:
        wait_for("the first session is over", lambda: is_free(client, "in/a.csv"))
        assert client.stat("in/a.csv").st_size == 50_000
        handle = resume(client, "in/a.csv")
        write_raw(client, handle, 50_000, CONTENT[50_000:])
        close_raw(client, handle)
    (taken,) = house.taken
    assert taken.content == CONTENT
    assert taken.arrival.sha256 == sha256(CONTENT)


def test_a_part_left_by_a_cut_session_may_be_appended_to(house: House) -> None:
    with house.client() as client:
        write_raw(client, resume(client, "in/a.csv"), 0, CONTENT[:50_000])
    with house.client() as client:
        wait_for("the first session is over", lambda: is_free(client, "in/a.csv"))
        with client.open("in/a.csv", "ab") as file:
            file.write(CONTENT[50_000:])
    assert [it.content for it in house.taken] == [CONTENT]


def test_a_part_left_by_a_cut_session_may_be_written_anew(house: House) -> None:
    with house.client() as client:
        write_raw(client, resume(client, "in/a.csv"), 0, b"y" * 500_000)
    with house.client() as client:
        wait_for("the first session is over", lambda: is_free(client, "in/a.csv"))
        put(client, "in/a.csv")
    assert [it.content for it in house.taken] == [CONTENT]


def test_what_a_cut_session_left_behind_a_hole_is_not_gone_on_from(house: House) -> None:
    with house.client() as client:
        handle = resume(client, "in/a.csv")
        write_raw(client, handle, 0, CONTENT[:10_000])
        write_raw(client, handle, 50_000, CONTENT[50_000:60_000])
    with house.client() as client:
        wait_for("the first session is over", lambda: is_free(client, "in/a.csv"))
        assert client.stat("in/a.csv").st_size == 10_000


def test_an_accepted_file_cannot_be_appended_to_but_sent_anew(house: House) -> None:
    with house.client() as client:
        put(client, "in/a.csv")
        for mode in ("ab", "r+", "wx"):
            with pytest.raises(OSError, match="Failure"):
                client.open("in/a.csv", mode)
        put(client, "in/a.csv", CONTENT + b"more")
        assert client.stat("in/a.csv").st_size == len(CONTENT) + 4
    assert [it.content for it in house.taken] == [CONTENT, CONTENT + b"more"]


def test_two_organisations_may_write_the_same_name_at_once(house: House) -> None:
    with house.client(HILL) as hill, house.client(DALE) as dale:
        with hill.open("in/a.csv", "wb") as first, dale.open("in/a.csv", "wb") as second:
            first.write(b"hill")
            second.write(b"dale")
        assert sorted((it.arrival.organisation.id, it.content) for it in house.taken) == [
            (DALE, b"dale"),
            (HILL, b"hill"),
        ]

"""How much an organisation may send: files and bytes a day, uploads at once, and room on our own disk."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from paramiko import sftp

from gateway.core.quota import Quota
from tests.acceptance.sftp.house import DALE, House
from tests.acceptance.sftp.wire import CONTENT, close_raw, put, resume, write_raw


def test_30_a_quota_reached_in_mid_file_fails_the_write_and_leaves_nothing_and_nobody_else_is_affected(
    house: House,
) -> None:
    house.quota = Quota(size=len(CONTENT) + 1000)
    with house.client() as client, house.client(DALE) as other:
        put(client, "in/a.csv")
        handle = resume(client, "in/b.csv")
        write_raw(client, handle, 0, b"x" * 1000)
        with pytest.raises(OSError, match="your quota of bytes for today is used up"):
            write_raw(client, handle, 1000, b"x")
        put(other, "in/theirs.csv")
        with pytest.raises(OSError, match="a part of the file is missing"):
            close_raw(client, handle)
        assert client.listdir("in") == ["a.csv", "check"]
        with pytest.raises(OSError, match="quota of bytes"):
            put(client, "in/c.csv")
        house.taken.clear()  # as on the next day
        put(client, "in/b.csv")
    assert [it.arrival.name for it in house.taken] == ["b.csv"]


def test_uploads_that_are_open_at_once_share_one_quota(house: House) -> None:
    house.quota = Quota(size=3000)
    with house.client() as client, house.client() as other:
        first, second = resume(client, "in/a.csv"), resume(other, "in/b.csv")
        write_raw(client, first, 0, b"x" * 2000)
        with pytest.raises(OSError, match="quota of bytes"):
            write_raw(other, second, 0, b"y" * 2000)
        third = resume(other, "in/c.csv")
        close_raw(client, first)
        with pytest.raises(OSError, match="quota of bytes"):
            write_raw(other, third, 0, b"z" * 1001)
    assert [it.arrival.size for it in house.taken] == [2000]


def test_what_a_cut_upload_brought_counts_when_it_is_gone_on_with(house: House) -> None:
    house.quota = Quota(size=3000)
    with house.client() as client:
        put(client, "in/a.csv.part", b"x" * 2000)
        house.quota = Quota(size=1000)
        with pytest.raises(OSError, match="quota of bytes"):
            resume(client, "in/a.csv.part")
        assert client.stat("in/a.csv.part").st_size == 2000


def test_so_many_files_a_day_and_uploads_at_once(house: House) -> None:
    house.quota = Quota(files=2, open_uploads=2)
    with house.client() as client:
        handles = [resume(client, f"in/{number}.csv.part") for number in range(2)]
        with pytest.raises(OSError, match="too many uploads of yours are open at once"):
            resume(client, "in/more.csv")
        for handle in handles:
            close_raw(client, handle)
        put(client, "in/a.csv", b"a")
        put(client, "in/b.csv", b"b")
        with pytest.raises(OSError, match="your quota of files for today is used up"):
            resume(client, "in/c.csv")
        assert client.listdir("in") == ["0.csv.part", "1.csv.part", "a.csv", "b.csv", "check"]


def test_where_there_is_too_little_room_nothing_is_begun(opened: Callable[..., House]) -> None:
    house = opened(reserve_bytes=2**62)
    with house.client() as client:
        with pytest.raises(OSError, match="there is no room on our side"):
            resume(client, "in/a.csv")
        assert client.listdir("in") == ["check"]


@pytest.mark.parametrize(("quota", "left"), [(Quota(size=9_000_000), 9_000_000), (Quota(), 2**40)])
def test_a_client_that_asks_for_room_is_told_what_it_may_still_send(house: House, quota: Quota, left: int) -> None:
    house.quota = replace(quota)
    with house.client() as client:
        _, message = client._request(sftp.CMD_EXTENDED, "statvfs@openssh.com", b"/in")
        block, _, blocks, free, available = (message.get_int64() for _ in range(5))
    assert blocks == free == available == left // block

"""Names that mean «not yet», and what a rename does."""

from datetime import timedelta

import pytest

from gateway.core.submission import Job
from tests.acceptance.sftp.house import House, wait_for
from tests.acceptance.sftp.wire import CONTENT, close_raw, is_free, put, resume, write_raw


def test_a_not_yet_name_is_published_by_its_rename_alone(house: House) -> None:
    names = ["a.csv.filepart", "a.part", "a.PARTIAL", "a.tmp", "a.temp", "a~", ".a.csv.swp", ".a"]
    with house.client() as client:
        for number, name in enumerate(names):
            put(client, f"in/{name}")
            assert len(house.taken) == number
            assert client.stat(f"in/{name}").st_size == len(CONTENT)
            client.rename(f"in/{name}", "in/.b.part")
            assert len(house.taken) == number
            client.posix_rename("in/.b.part", f"in/check/{number}.csv")
            assert client.listdir("in") == ["check"]
    assert [(it.arrival.name, it.arrival.job, it.content) for it in house.taken] == [
        (f"{number}.csv", Job.CHECK, CONTENT) for number in range(len(names))
    ]


def test_a_cut_not_yet_upload_is_not_published_by_a_rename(house: House) -> None:
    with house.client() as client:
        write_raw(client, resume(client, "in/a.csv.part"), 0, CONTENT)
    with house.client() as client:
        wait_for("the first session is over", lambda: is_free(client, "in/a.csv.part"))
        with pytest.raises(OSError, match="was cut off: send it again"):
            client.rename("in/a.csv.part", "in/a.csv")
        assert client.listdir("in") == ["a.csv.part", "check"]
        close_raw(client, resume(client, "in/a.csv.part"))  # it goes on, finds nothing missing, and closes
        client.rename("in/a.csv.part", "in/a.csv")
    assert [it.content for it in house.taken] == [CONTENT]


def test_a_cut_upload_with_a_final_name_is_not_published_by_a_rename(house: House) -> None:
    with house.client() as client:
        write_raw(client, resume(client, "in/a.csv"), 0, CONTENT)
    with house.client() as client:
        wait_for("the first session is over", lambda: is_free(client, "in/a.csv"))
        client.rename("in/a.csv", "in/b.csv")
        assert client.listdir("in") == ["b.csv", "check"]
    assert house.taken == []


def test_what_a_not_yet_name_is_survives_a_restart(house: House) -> None:
    with house.client() as client:
        put(client, "in/a.csv.part")
        write_raw(client, resume(client, "in/cut.csv.part"), 0, CONTENT)
    house.server.close(timedelta(0))
    house.server = house.new_server()
    house.server.open(house.intake())
    with house.client() as client:
        with pytest.raises(OSError, match="was cut off: send it again"):
            client.rename("in/cut.csv.part", "in/cut.csv")
        client.rename("in/a.csv.part", "in/a.csv")
    assert [it.content for it in house.taken] == [CONTENT]


def test_a_rename_replaces_another_unfinished_upload_only_by_posix_rename(house: House) -> None:
    with house.client() as client:
        put(client, "in/a.part")
        put(client, "in/b.part", b"older")
        with pytest.raises(OSError, match="Failure"):
            client.rename("in/a.part", "in/b.part")
        client.posix_rename("in/a.part", "in/b.part")
        client.rename("in/b.part", "in/b.csv")
    assert [it.content for it in house.taken] == [CONTENT]


def test_a_rename_onto_a_name_being_written_fails(house: House) -> None:
    with house.client() as client, house.client() as other, other.open("in/a.csv", "wb") as file:
        file.write(b"older")
        put(client, "in/a.csv.part")
        for rename in (client.rename, client.posix_rename):
            with pytest.raises(OSError, match="Failure"):
                rename("in/a.csv.part", "in/a.csv")
        assert "a.csv.part" in client.listdir("in")
    assert [it.content for it in house.taken] == [b"older"]


def test_an_accepted_file_is_not_renamed_and_a_rename_onto_its_name_is_a_new_submission(house: House) -> None:
    with house.client() as client:
        put(client, "in/a.csv")
        with pytest.raises(PermissionError):
            client.rename("in/a.csv", "in/b.csv")
        put(client, "in/a.csv.part", b"newer")
        client.rename("in/a.csv.part", "in/a.csv")
    assert [(it.arrival.name, it.content) for it in house.taken] == [("a.csv", CONTENT), ("a.csv", b"newer")]

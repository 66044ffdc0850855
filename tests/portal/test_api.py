"""A mailbox over HTTP: the same receipts and the same rules as over SFTP, and nobody sees what is another's."""

import hashlib
import json
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from adapters.portal.server import HttpPortal
from gateway.core.errors import ConfigurationError, FilesError
from gateway.core.handover import SamplePlan
from gateway.core.quota import Quota
from gateway.core.submission import Folder, Job
from tests.acceptance.support import awaited
from tests.desk import ADA, COLLEGE, MOMENT, SUSPENDED, Desk, desk_of
from tests.portal.office import MOST_BYTES, SCHOOL, SECRET, Office, api_key, opened, ports_of, settings_of


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=False)
    made.record.organisations.add(SCHOOL)
    made.record.api_keys.add(api_key(COLLEGE.id, 1))
    made.record.api_keys.add(api_key(SCHOOL.id, 2))
    yield made
    made.record.close()


@pytest.fixture
def office(desk: Desk) -> Iterator[Office]:
    with opened(desk) as made:
        yield made


def sample(desk: Desk) -> tuple[str, bytes]:
    plan = SamplePlan(organisation=COLLEGE, moment=MOMENT, bad_percent=0, seed=1)
    made = desk.gateway.kinds["lrb-csv"].samples([ADA], plan)
    return made.name, made.content


def test_a_file_is_sent_processed_collected_and_acknowledged(office: Office) -> None:
    name, content = sample(office.desk)
    sent = office.send(name, iter([content[:7], content[7:]]))
    assert sent.status_code == 201
    receipt = sent.json()
    assert (receipt["status"], receipt["sha256"]) == ("received", hashlib.sha256(content).hexdigest())
    assert receipt["place"] == 1
    office.process_all()
    (listed,) = office.ask("GET", "/submissions").json()["submissions"]
    assert (listed["id"], listed["status"], listed["kind"]) == (receipt["id"], "delivered", "lrb-csv")
    place = f"/submissions/{receipt['id']}"
    files = office.ask("GET", place).json()["files"]
    (report,) = [it for it in files if it["name"].endswith(".report.json")]
    collected = office.ask("GET", f"{place}/files/{report['name']}")
    assert len(collected.content) == report["bytes"]
    assert json.loads(collected.content)["submission"]["id"] == receipt["id"]
    assert office.ask("DELETE", f"{place}/files/{report['name']}").status_code == 204
    assert office.ask("DELETE", f"{place}/files/{report['name']}").status_code == 404
    assert office.ask("GET", f"{place}/files/{report['name']}").status_code == 404
    assert report not in office.ask("GET", place).json()["files"]
    assert office.left == []


def test_the_receipt_is_the_one_that_lies_in_the_mailbox(office: Office) -> None:
    sent = office.send("x.csv", b"what is this")
    assert sent.json()["status"] == "refused"
    (kept,) = office.desk.record.mailboxes.listing(COLLEGE.id, Folder.RECEIPTS)
    assert json.loads(kept.body or b"") == sent.json()


def test_the_same_bytes_again_are_answered_with_the_first_submission(office: Office) -> None:
    name, content = sample(office.desk)
    first, again = office.send(name, content), office.send(name, content)
    assert (again.status_code, again.json()["status"]) == (200, "duplicate")
    assert again.json()["first_id"] == first.json()["id"]
    assert office.send(name, content, job="CHK").status_code == 201
    assert len(office.ask("GET", "/submissions", params={"limit": 1}).json()["submissions"]) == 1
    assert [it.submission.job for it in office.desk.record.submissions.listing(COLLEGE.id, 9)] == [Job.CHECK, Job.FULL]


def test_another_organisation_cannot_tell_that_a_submission_exists(office: Office) -> None:
    name, content = sample(office.desk)
    receipt = office.send(name, content).json()
    office.process_all()
    file = office.ask("GET", f"/submissions/{receipt['id']}").json()["files"][0]["name"]
    for method, path in (("GET", ""), ("GET", f"/files/{file}"), ("DELETE", f"/files/{file}")):
        theirs = office.ask(method, f"/submissions/{receipt['id']}{path}", key=2)
        nobodys = office.ask(method, f"/submissions/{receipt['id'][::-1]}{path}", key=2)
        assert (theirs.status_code, theirs.content) == (nobodys.status_code, nobodys.content)
        assert theirs.status_code == 404
    assert office.ask("GET", "/submissions", key=2).json()["submissions"] == []
    assert office.ask("GET", f"/submissions/{receipt['id']}/files/{file}").status_code == 200


@pytest.mark.parametrize("chunked", [False, True])
def test_an_upload_that_is_too_large_is_cut_and_nothing_is_left(office: Office, *, chunked: bool) -> None:
    content = bytes(MOST_BYTES + 1)
    sent = office.send("x.csv", iter([content]) if chunked else content)
    assert sent.status_code == 413
    assert office.ask("GET", "/submissions").json()["submissions"] == []
    assert office.left == []
    assert office.send("x.csv", content[1:]).status_code == 201


def test_an_organisation_sends_no_more_on_a_day_than_it_may(desk: Desk) -> None:
    with opened(desk, Quota(files=3, size=10)) as office:
        assert [office.send("x.csv", content, key=2).status_code for content in (bytes(11), bytes(10))] == [413, 201]
        assert office.send("x.csv", bytes(11)).status_code == 201
    for used_up in (Quota(files=0, size=10), Quota(size=0)):
        with opened(desk, used_up) as office:
            refused = office.send("y.csv", b"y", key=2)
            assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3600")
            assert "on one day" in refused.text


def test_an_upload_that_is_cut_off_is_nothing(office: Office) -> None:
    host = urlsplit(office.url)
    with socket.create_connection((host.hostname or "", host.port or 0)) as raw:
        raw.sendall(
            b"POST /api/submissions?name=x.csv HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n"
            b"Authorization: Bearer lgk_000000000001_" + SECRET.encode() + b"\r\n\r\n12345"
        )
        awaited(lambda: office.left, "an arriving file")
    awaited(lambda: not office.left, "its removal")
    assert office.ask("GET", "/submissions").json()["submissions"] == []


def test_an_upload_that_stands_still_is_cut(desk: Desk) -> None:
    with opened(desk, idle_s=0.2) as office:
        host = urlsplit(office.url)
        with socket.create_connection((host.hostname or "", host.port or 0)) as raw:
            raw.sendall(
                b"POST /api/submissions?name=x.csv HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n"
                b"Authorization: Bearer lgk_000000000001_" + SECRET.encode() + b"\r\n\r\n12345"
            )
            assert b" 408 " in raw.recv(4096).partition(b"\r\n")[0]
        assert office.left == []


def test_what_a_killed_process_has_left_is_removed_at_the_next_start(desk: Desk) -> None:
    with opened(desk) as office:
        (desk.folder / "arriving-by-http" / "left").write_bytes(b"x")
        assert office.left == ["left"]
    with opened(desk) as office:
        assert office.left == []


def test_when_the_gateway_cannot_keep_a_file_its_sender_is_told_to_send_again(
    desk: Desk, office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> str:
        raise FilesError("The disk is full.")

    monkeypatch.setattr(type(desk.gateway.files), "keep", full)
    sent = office.send("ada-quill.csv", b"Ada Quill")
    assert sent.status_code == 503
    assert "full" not in sent.text
    assert office.left == []
    awaited(lambda: any(it.__dict__.get("error") == "The disk is full." for it in caplog.records), "a line in the log")
    assert "quill" not in caplog.text.lower()


def test_bytes_that_the_disk_has_changed_are_cut_off_and_not_handed_out_whole(office: Office) -> None:
    name, content = sample(office.desk)
    receipt = office.send(name, content).json()
    office.process_all()
    file = office.ask("GET", f"/submissions/{receipt['id']}").json()["files"][0]
    with office.desk.gateway.files.local(
        str(office.desk.record.mailboxes.find(COLLEGE.id, Folder.OUT, file["name"]).blob)  # type: ignore[union-attr]
    ) as path:
        path.write_bytes(b"#" + path.read_bytes()[1:])
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        office.ask("GET", f"/submissions/{receipt['id']}/files/{file['name']}")


def test_a_suspended_mailbox_gets_its_receipt_all_the_same(office: Office) -> None:
    office.desk.record.api_keys.add(api_key(SUSPENDED.id, 3))
    name, content = sample(office.desk)
    assert office.send(name, content, key=3).json()["status"] == "refused"


def test_names_are_printable_and_at_most_200_bytes(office: Office) -> None:
    for name in ("Ysgol Gŵyr 2026.csv", "é" * 66, "x" * 200):
        sent = office.send(name, name.encode())
        assert (sent.status_code, sent.json()["file"]) == (201, name)
    for name in ("é" * 67, "x" * 201, "../x.csv", "a/b", "", "x\x00.csv", "x\n.csv", "\u2028"):
        refused = office.send(name, b"x")
        assert refused.status_code == 422, name
        assert refused.json()["message"].startswith("name: String should")


def test_every_answer_bears_the_headers_of_a_careful_server(office: Office) -> None:
    for answer in (office.ask("GET", "/submissions"), office.ask("GET", "/nowhere", key=None)):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "server" not in answer.headers


def test_the_receipts_public_key_can_be_fetched(office: Office) -> None:
    (key,) = office.ask("GET", "/receipt-key").json()["keys"]
    assert key == {"key_id": "0123456789abcdef", "algorithm": "Ed25519", "public_key": "-----BEGIN PUBLIC KEY-----"}


def test_its_description_is_openapi_3_1(office: Office) -> None:
    assert office.ask("GET", "/openapi.json", key=None).json()["openapi"].startswith("3.1")


def test_a_port_that_is_taken_and_a_certificate_that_is_none_are_told(desk: Desk, office: Office) -> None:
    taken = HttpPortal.from_settings(settings_of(desk, port=urlsplit(office.url).port))
    with pytest.raises(ConfigurationError, match=r"portal\.port"):
        taken.open(ports_of(desk))
    (desk.folder / "none.pem").write_text("no certificate")
    files = {"certificate_file": desk.folder / "none.pem", "key_file": desk.folder / "none.pem"}
    with pytest.raises(ConfigurationError, match=r"portal\.certificate_file"):
        HttpPortal.from_settings(settings_of(desk, **files)).open(ports_of(desk))
    with pytest.raises(ConfigurationError, match="most"):
        HttpPortal.from_settings(settings_of(desk, most=1))
    taken.close(timedelta())

"""Operators are told of what is wrong, once while it lasts and once when it ends: real servers hear it."""

import json
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import Message as Mailed
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from aiosmtpd.smtp import AuthResult, LoginPassword

from gateway import alerts, bootstrap
from gateway.config import GatewaySettings
from gateway.core.operations import Cause
from tests.acceptance.certificate import certify
from tests.desk import ADA, Desk, desk_of

LEASE = timedelta(seconds=60)
HERE = socket.gethostname()


class Postbox(Message):
    """Keeps every mail that it takes."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[Mailed] = []

    def handle_message(self, message: Mailed) -> None:
        self.mails.append(message)


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, int]]:
    box = Postbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    yield box, server.port
    server.stop()


@dataclass
class Room:
    """A listener that keeps what is posted, and refuses as often as it is told to."""

    refusals: int = 0
    posted: list[dict] = field(default_factory=list)
    port: int = 0


@pytest.fixture
def room() -> Iterator[Room]:
    it = Room()

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            it.refusals -= 1
            self.send_response(503 if it.refusals >= 0 else 200)
            self.end_headers()
            if it.refusals < 0:
                it.posted.append(json.loads(body))

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    it.port = server.server_address[1]
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield it
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=False)
    yield made
    made.record.close()


def free_port() -> int:
    with socket.socket() as it:
        it.bind(("127.0.0.1", 0))
        return int(it.getsockname()[1])


def house_of(desk: Desk, **told: object) -> bootstrap.House:
    settings = GatewaySettings.model_validate({"alerts": {"disk_free_percent": 0, **told}})
    return bootstrap.House(home=desk.folder, settings=settings, record=desk.record, gateway=desk.gateway)


def look(house: bootstrap.House) -> None:
    alerts.look(house, bootstrap.messengers(house.settings))


def parked(desk: Desk) -> str:
    submission = desk.send([ADA])
    desk.gateway.store.hold(submission, "FilesError: gone", 0)
    return submission.id


def test_a_parked_submission_is_mailed_once_and_once_more_when_it_is_settled(
    desk: Desk, postbox: tuple[Postbox, int]
) -> None:
    box, port = postbox
    mail = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "gateway@example.org",
            "to": ["one@example.org", "two@example.org"]}  # fmt: skip
    house, submission = house_of(desk, mail=mail), parked(desk)
    look(house)
    look(house)
    (begun,) = box.mails
    assert begun["Subject"] == f"[learner gateway] parked {submission}"
    assert begun["To"] == "one@example.org, two@example.org"
    desk.sql("update submission set status = 'received'")
    look(house)
    look(house)
    assert [it["Subject"].endswith("resolved") for it in box.mails] == [False, True]


@pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")  # the server takes TLS from the start for none
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_goes_by_tls_with_a_login_and_to_no_server_that_nobody_vouches_for(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    certify(tmp_path)
    secret = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    secret.load_cert_chain(tmp_path / "tls.pem", tmp_path / "tls.key")
    how = (
        {"tls_context": secret, "require_starttls": True}
        if security == "starttls"
        else {"ssl_context": secret, "auth_require_tls": False}
    )
    box, port = Postbox(), free_port()
    server = Controller(box, hostname="127.0.0.1", port=port, authenticator=_knows_alerts, auth_required=True, **how)
    server.start()
    try:
        mail = {"host": "localhost", "port": server.port, "security": security, "sender": "gateway@example.org",
                "to": ["one@example.org"], "user": "alerts", "password": "let me in"}  # fmt: skip
        parked(desk)
        for told, trusted, taken in ((mail, False, 0), (mail | {"password": "wrong"}, True, 0), (mail, True, 1)):
            monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / ("tls.pem" if trusted else "none")))
            look(house_of(desk, mail=told))
            assert len(box.mails) == taken
            desk.sql("update alert set claimed_until = now() - interval '1 s'")
    finally:
        server.stop()


def _knows_alerts(_server: object, _session: object, _envelope: object, _how: str, told: LoginPassword) -> AuthResult:
    return AuthResult(success=(told.login, told.password) == (b"alerts", b"let me in"), handled=False)


def test_an_alert_is_posted_again_until_the_listener_takes_it(desk: Desk, room: Room) -> None:
    house, submission = house_of(desk, webhook={"url": f"http://127.0.0.1:{room.port}/secret"}), parked(desk)
    room.refusals = 2
    look(house)
    (told,) = room.posted
    assert (told["alert"], told["status"]) == (f"parked {submission}", "begun")


def test_what_no_messenger_takes_is_told_later_without_the_address(
    desk: Desk, room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    house = house_of(desk, webhook={"url": f"http://127.0.0.1:{room.port}/secret"})
    parked(desk)
    room.refusals = 3
    look(house)
    assert room.posted == []
    (failed,) = [it for it in caplog.records if it.message == "alert not sent"]
    assert "secret" not in failed.__dict__["error"]
    look(house)
    assert room.posted == [], "another host may be at it"
    desk.sql("update alert set claimed_until = now() - interval '1 s'")
    look(house)
    assert len(room.posted) == 1


def test_a_mail_server_that_is_not_there_is_told_in_the_log(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    mail = {"host": "127.0.0.1", "port": free_port(), "sender": "gateway@example.org", "to": ["one@example.org"]}
    parked(desk)
    look(house_of(desk, mail=mail))
    (failed,) = [it for it in caplog.records if it.message == "alert not sent"]
    assert "[alerts.mail]" in failed.__dict__["error"]


def names(house: bootstrap.House) -> set[str]:
    return {it.name for it in alerts.causes(house)}


def test_a_queue_that_is_too_old_is_a_cause(desk: Desk) -> None:
    desk.send([ADA])
    assert names(house_of(desk, oldest_s=3600)) == set()
    desk.sql("update submission set received_at = received_at - interval '2 hours'")
    assert names(house_of(desk, oldest_s=3600)) == {"queue"}


def test_a_disk_that_fills_is_a_cause_of_its_host_alone(desk: Desk) -> None:
    (cause,) = alerts.causes(house_of(desk, disk_free_percent=100))
    assert (cause.name, cause.host) == (f"disk {HERE}", HERE)
    kept = desk.record.operations.alerts
    kept.keep([cause], HERE)
    kept.keep([], "another-host")
    assert [it.name for it in kept.all()] == [f"disk {HERE}"], "another host cannot see that disk"
    kept.keep([], HERE)
    assert kept.all() == []


def test_what_a_host_saw_that_is_gone_has_ended(desk: Desk) -> None:
    kept = desk.record.operations.alerts
    kept.keep([Cause(name="disk gone", text="full", host="gone")], "gone")
    desk.sql("update alert set seen_at = now() - interval '11 minutes'")
    kept.keep([], HERE)
    assert kept.all() == []


def test_a_silent_worker_is_a_cause_until_its_host_has_another(desk: Desk) -> None:
    workers = desk.record.operations.workers
    workers.seen("host.example.1")
    assert names(house_of(desk)) == set()
    desk.sql("update worker set seen_at = now() - interval '2 minutes'")
    assert names(house_of(desk)) == {"worker host.example.1"}
    workers.seen("other.example.1")
    assert names(house_of(desk)) == {"worker host.example.1"}
    workers.seen("host.example.2")
    assert names(house_of(desk)) == set()


def test_of_two_hosts_one_tells(desk: Desk) -> None:
    kept = desk.record.operations.alerts
    kept.keep([Cause(name="queue", text="old")], "one")
    kept.keep([Cause(name="queue", text="older")], "two")
    (due,) = kept.due(LEASE)
    assert kept.due(LEASE) == []
    kept.told(due)
    kept.keep([], "one")
    (ended,) = kept.due(LEASE)
    assert ended.ended_at is not None
    kept.told(ended)
    assert kept.due(LEASE) == []
    kept.keep([Cause(name="queue", text="again")], "one")
    assert [it.text for it in kept.due(LEASE)] == ["again"], "it is told anew when it comes back"


def test_responses_that_nobody_collects_are_told_of_after_five_days_and_are_an_end_of_it_when_collected(
    desk: Desk,
) -> None:
    desk.answered([ADA])
    assert names(house_of(desk)) == set()
    desk.sql("update response_file set published_at = published_at - interval '6 days'")
    (cause,) = alerts.causes(house_of(desk))
    assert cause.name.startswith("uncollected ")
    assert "response files wait in its out/ since" in cause.text
    assert names(house_of(desk, uncollected_days=7)) == set()
    desk.sql("update response_file set acknowledged_at = now()")
    assert names(house_of(desk)) == set()

"""Who gets in: a public key alone, and no way to tell a wrong key from an unknown name."""

import logging
import socket
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import paramiko
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from adapters.transports.host_keys import ensure_host_keys
from adapters.transports.sftp_server import SftpServer
from gateway.core.errors import ConfigurationError, StoreError
from gateway.core.submission import OrganisationKey
from tests.acceptance.sftp.house import DALE, HILL, PATIENCE_S, ClientKey, House, wait_for
from tests.needs import needs


def refusal(house: House, user: str, key: paramiko.PKey) -> tuple[str, str]:
    with house.transport() as transport, pytest.raises(paramiko.SSHException) as caught:
        transport.auth_publickey(user, key)
    return type(caught.value).__name__, str(caught.value)


def test_a_wrong_key_and_an_unknown_name_are_refused_alike(house: House, caplog: pytest.LogCaptureFixture) -> None:
    refused = [
        (HILL, "stranger"),
        (HILL, DALE),
        ("nobody", HILL),
        (f"../{HILL}", HILL),
        ("", HILL),
        (f"{HILL}\0", HILL),
    ]
    caplog.set_level(logging.INFO)
    for user, key in refused:
        assert refusal(house, user, house.keys[key].key) == ("AuthenticationException", "Authentication failed.")
    events = [record for record in caplog.records if record.getMessage() == "login_refused"]
    assert [it.fingerprint for it in events] == [house.keys[key].key.fingerprint for _, key in refused]
    assert [it.organisation for it in events] == [HILL, HILL, "", "", "", ""]


def test_openssh_hears_the_same_of_both(house: House) -> None:
    needs("sftp")
    said = {
        house.sftp("ls", user=user, key=key).errors.replace(user, "user") for user, key in [(HILL, DALE), ("x", HILL)]
    }
    assert len(said) == 1
    assert "Permission denied (publickey)" in said.pop()


def test_nothing_but_a_public_key_is_offered(house: House) -> None:
    for attempt in (
        lambda it: it.auth_password(HILL, "secret"),
        lambda it: it.auth_none(HILL),
        lambda it: it.auth_interactive(HILL, lambda *_: []),
    ):
        with house.transport() as transport, pytest.raises(paramiko.BadAuthenticationType) as caught:
            attempt(transport)
        assert caught.value.allowed_types == ["publickey"]


def test_before_the_login_nothing_can_be_opened(house: House) -> None:
    with house.transport() as transport, pytest.raises(paramiko.SSHException):
        transport.open_session(timeout=PATIENCE_S)


def test_two_keys_work_during_a_rotation_and_a_key_only_in_its_time(house: House) -> None:
    second = house.keys["second"]
    house.add_key(HILL, second, not_before=house.moment, not_after=house.moment + timedelta(days=1))
    for key in (HILL, "second"):
        with house.client(HILL, key) as client:
            assert client.listdir("in") == ["check"]
    for away in (timedelta(seconds=-1), timedelta(days=1, seconds=1)):
        now = house.moment
        house.moment = now + away
        assert refusal(house, HILL, second.key)[0] == "AuthenticationException"
        house.moment = now


def test_a_short_rsa_key_is_refused_and_a_long_one_taken(house: House, tmp_path: Path) -> None:
    for bits, accepted in ((2048, False), (3072, True)):
        key = paramiko.RSAKey(key=generate_private_key(65537, bits))
        house.add_key(HILL, ClientKey(key, tmp_path))
        if accepted:
            with house.transport() as transport:
                transport.auth_publickey(HILL, key)
                assert transport.is_authenticated()
        else:
            assert refusal(house, HILL, key)[0] == "AuthenticationException"


def test_a_damaged_key_on_our_side_opens_nothing(house: House) -> None:
    house.organisations._keys.clear()
    for number, line in enumerate(("", "ssh-ed25519", "ssh-ed25519 !!", "ssh-ed25519 ü")):
        house.organisations.add_key(OrganisationKey(organisation=HILL, fingerprint=str(number), public_key=line))
        assert refusal(house, HILL, house.keys[HILL].key)[0] == "AuthenticationException"


def test_a_suspended_organisation_may_log_in_to_be_answered(house: House) -> None:
    house.organisations._organisations[HILL] = replace(house.organisations._organisations[HILL], suspended=True)
    with house.client() as client:
        with client.open("in/a.csv", "wb") as file:
            file.write(b"x")
        assert house.taken[0].arrival.organisation.suspended


def test_a_store_that_cannot_be_reached_ends_the_connection_and_refuses_no_key(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(_: str) -> None:
        raise StoreError("The database cannot be reached.")

    monkeypatch.setattr(house.organisations, "keys", unreachable)
    with house.transport() as transport:
        with pytest.raises(paramiko.SSHException):
            transport.auth_publickey(HILL, house.keys[HILL].key)
        wait_for("the connection has ended", lambda: not transport.is_active())


def test_only_sound_algorithms_are_offered(house: House) -> None:
    with house.transport() as transport:
        assert transport.remote_cipher in ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes256-ctr")
        assert transport.agreed_on_strict_kex
    for kind, weak in (
        ("ciphers", ["aes256-cbc", "3des-cbc", "aes128-ctr"]),
        ("digests", ["hmac-sha1", "hmac-md5"]),
        ("kex", ["diffie-hellman-group14-sha256"]),
    ):
        connection = socket.create_connection(house.server.address, timeout=PATIENCE_S)
        transport = paramiko.Transport(connection)
        if kind == "digests":
            transport.get_security_options().ciphers = ["aes256-ctr"]
        setattr(transport.get_security_options(), kind, weak)
        with pytest.raises(paramiko.SSHException):
            transport.start_client(timeout=PATIENCE_S)
        transport.close()


@pytest.mark.parametrize("speaks", [True, False])
def test_who_does_not_log_in_in_time_is_cut(opened: Callable[..., House], *, speaks: bool) -> None:
    house = opened(login_grace_s=0.5)
    if speaks:
        with house.transport() as transport:
            wait_for("the connection has ended", lambda: not transport.is_active())
    else:
        with socket.create_connection(house.server.address, timeout=PATIENCE_S) as connection:
            while connection.recv(1000):
                pass


def test_the_login_grace_does_not_end_a_session(opened: Callable[..., House]) -> None:
    house = opened(login_grace_s=0.5)
    with house.client() as client:
        with house.transport() as transport:  # this one is cut, so the time is over
            wait_for("the connection has ended", lambda: not transport.is_active())
        assert client.listdir("in") == ["check"]


@pytest.mark.parametrize("cap", ["max_unauthenticated", "max_unauthenticated_per_address", "max_sessions"])
def test_too_many_are_not_let_in_and_a_place_that_is_free_is_given(opened: Callable[..., House], cap: str) -> None:
    house = opened(**{cap: 3})
    silent = [socket.create_connection(house.server.address, timeout=PATIENCE_S) for _ in range(3)]
    for connection in silent:
        assert connection.recv(1000).startswith(b"SSH-2.0-LearnerGateway")
    with socket.create_connection(house.server.address, timeout=PATIENCE_S) as connection:
        assert connection.recv(1000) == b""
    for connection in silent:
        connection.close()

    def is_let_in() -> bool:
        with socket.create_connection(house.server.address, timeout=PATIENCE_S) as connection:
            return connection.recv(1000) != b""

    wait_for("a place is free", is_let_in)


def test_host_keys_are_made_once_and_are_nobody_elses(tmp_path: Path) -> None:
    made = ensure_host_keys(tmp_path / "keys")
    assert [(key.get_name(), key.get_bits()) for key in made.current] == [("ssh-ed25519", 256), ("ssh-rsa", 3072)]
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert {stat.S_IMODE(it.stat().st_mode) for it in (tmp_path / "keys").iterdir()} == {0o600}
    assert ensure_host_keys(tmp_path / "keys") == made


def test_a_host_key_that_others_can_read_or_that_is_none_is_refused(tmp_path: Path, host_keys: Path) -> None:
    folder = tmp_path / "keys"
    folder.mkdir()
    for path in host_keys.iterdir():
        (folder / path.name).touch(mode=0o600)
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "ssh_host_rsa_key").chmod(0o640)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        ensure_host_keys(folder)
    (folder / "ssh_host_rsa_key").chmod(0o600)
    (folder / "ssh_host_ed25519_key").write_text("no key")
    with pytest.raises(ConfigurationError, match="is no private key"):
        ensure_host_keys(folder)


def test_opening_says_where_and_by_which_key_the_server_is_known(house: House) -> None:
    server = house.new_server()
    line = server.open(house.intake())
    try:
        host, port = server.address
        (key, _) = ensure_host_keys(house.folder / "host-keys").current
        assert line == f"SFTP on {host}:{port}, host key {key.fingerprint}"
        taken = SftpServer.from_settings(
            {"port": port, "host_key_folder": house.folder / "host-keys", "staging_folder": house.staging}
        )
        with pytest.raises(ConfigurationError, match="cannot listen"):
            taken.open(house.intake())
    finally:
        server.close(timedelta(0))
    server.close(timedelta(0))


@pytest.mark.parametrize(
    "wrong", [{"port": -1}, {"port": "x"}, {"idle_s": 0}, {"colour": "red"}, {"staging_folder": None}]
)
def test_a_wrong_setting_is_named(tmp_path: Path, wrong: dict[str, object]) -> None:
    folders = {"host_key_folder": tmp_path / "keys", "staging_folder": tmp_path / "staging"}
    with pytest.raises(ConfigurationError, match=next(iter(wrong))):
        SftpServer.from_settings(folders | wrong)


def test_a_staging_folder_that_cannot_be_made_is_a_fault_of_the_settings(tmp_path: Path, host_keys: Path) -> None:
    (tmp_path / "file").touch()
    server = SftpServer.from_settings(
        {"port": 0, "host_key_folder": host_keys, "staging_folder": tmp_path / "file" / "x"}
    )
    with pytest.raises(ConfigurationError, match="staging_folder"):
        server.open(None)  # type: ignore[arg-type] # it does not come to that

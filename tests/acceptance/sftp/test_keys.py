"""Keys of organisations, bound to networks and times and revoked; and our own, when they change."""

import logging
import shutil
from collections.abc import Callable
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import paramiko
import pytest

from adapters.transports.host_keys import ensure_host_keys
from gateway.core.errors import ConfigurationError
from tests.acceptance.sftp.house import HILL, House, make_key
from tests.needs import needs


def refused(house: House, key: str, source: str = "") -> bool:
    with house.transport(source) as transport:
        try:
            transport.auth_publickey(HILL, house.keys[key].key)
        except paramiko.AuthenticationException:
            return True
    return False


def test_a_key_bound_to_networks_opens_from_these_alone(house: House) -> None:
    house.add_key(HILL, house.keys["second"], networks=("10.0.0.0/8", "127.0.7.0/24", "2001:db8::/32"))
    assert ip_address("127.0.7.1")
    assert refused(house, "second")
    assert not refused(house, "second", "127.0.7.1")
    assert not refused(house, HILL)


def test_3_a_key_that_is_over_or_not_yet_valid_is_refused_and_noted_with_its_fingerprint(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    key = house.keys["second"]
    house.add_key(HILL, key, not_before=house.moment, not_after=house.moment + timedelta(days=1))
    for away in (timedelta(seconds=-1), timedelta(days=1, seconds=1)):
        house.moment += away
        assert refused(house, "second")
        house.moment -= away
    assert not refused(house, "second")
    noted = [it.fingerprint for it in caplog.records if it.getMessage() == "login_refused"]
    assert noted == [key.key.fingerprint] * 2


def test_4_two_keys_work_while_one_follows_the_other_and_a_revoked_one_fails_at_once(house: House) -> None:
    house.add_key(HILL, house.keys["second"])
    assert not refused(house, HILL)
    with house.client(HILL, "second") as client:
        house.organisations.revoke_key(HILL, house.keys["second"].key.fingerprint, house.moment - timedelta(seconds=1))
        assert refused(house, "second")
        assert client.listdir("in") == ["check"]  # it is for new sessions
    assert not refused(house, HILL)


def test_2_a_wrong_key_and_an_unknown_name_cost_the_same_looks(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[str] = []
    keys = house.organisations.keys
    monkeypatch.setattr(house.organisations, "keys", lambda name: looks.append(name) or keys(name))
    for user in (HILL, "nobody", "../x"):
        with house.transport() as transport, pytest.raises(paramiko.AuthenticationException):
            transport.auth_publickey(user, house.keys["stranger"].key)
    assert looks == [HILL, "nobody", "-"]


@pytest.fixture
def rotating(opened: Callable[..., House], tmp_path: Path) -> tuple[House, paramiko.PKey]:
    """Return a house that announces the ed25519 key to come, and that key."""
    house = opened()
    folder = house.folder / "own-keys"
    folder.mkdir(mode=0o700)
    for path in (house.folder / "host-keys").iterdir():
        shutil.copy2(path, folder / path.name)
    coming = make_key(tmp_path, "coming")
    shutil.copy2(coming.path, folder / "ssh_host_ed25519_key.next")
    house.server.close(timedelta(0))
    (house.folder / "host-keys").unlink()
    folder.rename(house.folder / "host-keys")
    house.server = house.new_server()
    house.line = house.server.open(house.intake())
    return house, coming.key


def test_39_both_sorts_of_host_key_are_served_and_the_next_one_is_announced_while_it_is_to_come(
    rotating: tuple[House, paramiko.PKey],
) -> None:
    house, coming = rotating
    assert f"to be followed by {coming.fingerprint}" in house.line
    for sort in ("ssh-ed25519", "rsa-sha2-512"):
        with house.transport(host_key=sort) as transport:
            assert transport.get_remote_server_key().fingerprint in {
                key.fingerprint for key in ensure_host_keys(house.folder / "host-keys").current
            }


def test_39_openssh_notes_the_next_host_key_by_itself_and_trusts_it_after_the_change(
    rotating: tuple[House, paramiko.PKey],
) -> None:
    needs("sftp")
    house, coming = rotating
    learning = ("-o", "UpdateHostKeys=yes", "-o", "StrictHostKeyChecking=yes")
    ran = house.sftp("ls", options=learning)
    assert ran.code == 0, ran.errors
    noted = (house.folder / "known_hosts").read_text()
    assert coming.get_base64() in noted
    _, port = house.server.address
    folder = house.folder / "host-keys"
    (folder / "ssh_host_ed25519_key.next").rename(folder / "ssh_host_ed25519_key")
    house.server.close(timedelta(0))
    house.settings["port"] = port
    house.server = house.new_server()
    house.server.open(house.intake())
    only_new = ("-o", "StrictHostKeyChecking=yes", "-o", "HostKeyAlgorithms=ssh-ed25519")
    assert house.sftp("ls", options=only_new, known=noted).code == 0


def test_a_key_to_come_that_others_can_read_is_refused_too(rotating: tuple[House, paramiko.PKey]) -> None:
    house, _ = rotating
    (house.folder / "host-keys" / "ssh_host_ed25519_key.next").chmod(0o644)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        ensure_host_keys(house.folder / "host-keys")


def test_keys_that_are_not_ours_are_not_proved(house: House) -> None:
    ours = ensure_host_keys(house.folder / "host-keys")
    stranger = house.keys["stranger"].key.asbytes()
    assert ours.proofs([ours.current[0].asbytes(), stranger], b"session") == ()
    assert ours.proofs([], b"session") == ()
    assert len(ours.proofs([key.asbytes() for key in ours.current], b"session")) == 2

"""What a listener offers before anybody has logged in, read from the wire as a scanner reads it."""

import re
import resource
import socket
import struct
from collections.abc import Callable
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path

import paramiko
import pytest
from paramiko.common import MSG_IGNORE, MSG_KEXINIT, byte_chr

from adapters.transports.sftp_policy import LEGACY, MODERN
from tests.acceptance.sftp.house import HILL, PATIENCE_S, House
from tests.needs import needs

UNSOUND = re.compile(r"cbc|3des|arcfour|sha1|md5|group1\b|ssh-rsa|ssh-dss|none@|umac-64")
FEW_DESCRIPTORS = 1024
"""What `select` can watch, and `poll` is not bound by."""
NAMES = ("kex", "key_types", "ciphers in", "ciphers out", "macs in", "macs out")


def offered(address: tuple[str, int]) -> dict[str, list[str]]:
    """Return the lists of a server's first packet by name."""
    with socket.create_connection(address, timeout=PATIENCE_S) as connection:
        stream = connection.makefile("rwb")
        assert stream.readline().startswith(b"SSH-2.0-")
        stream.write(b"SSH-2.0-Scanner\r\n")
        stream.flush()
        length, padding = struct.unpack(">IB", stream.read(5))
        message = paramiko.Message(stream.read(length - 1)[: length - 1 - padding])
    assert message.get_byte() == byte_chr(MSG_KEXINIT)
    message.get_bytes(16)
    return {name: message.get_list() for name in NAMES}


def test_38_a_scan_finds_nothing_unsound_and_strict_key_exchange_on_either_listener(
    opened: Callable[..., House],
) -> None:
    server = opened(legacy_port=0).server
    for address, policy in ((server.address, MODERN), (server.legacy_address, LEGACY)):
        found = offered(address)
        assert not [name for names in found.values() for name in names if UNSOUND.search(name)]
        assert "kex-strict-s-v00@openssh.com" in found["kex"]
        assert found["ciphers in"] == found["ciphers out"] == list(policy.ciphers)
        assert found["macs in"] == found["macs out"] == list(policy.macs)
        assert found["ciphers in"][0] == "aes128-gcm@openssh.com"
        assert sorted(found["key_types"]) == ["rsa-sha2-256", "rsa-sha2-512", "ssh-ed25519"]


@pytest.mark.parametrize(
    ("ciphers", "agreed"),
    [
        ("aes128-ctr,aes256-ctr,aes256-gcm@openssh.com,aes128-gcm@openssh.com", "aes256-gcm@openssh.com"),
        ("chacha20-poly1305@openssh.com,aes256-ctr", "aes256-ctr"),
    ],
)
def test_a_client_that_knows_gcm_gets_it_whatever_it_prefers_and_others_get_in(
    house: House, ciphers: str, agreed: str
) -> None:
    needs("sftp")
    sent = house.sftp("ls in", options=("-v", "-o", f"Ciphers={ciphers}"))
    assert sent.code == 0, sent.errors
    assert f"kex: client->server cipher: {agreed}" in sent.errors
    assert f"kex: server->client cipher: {agreed}" in sent.errors


def test_a_client_is_heard_though_many_descriptors_are_open(house: House) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with ExitStack() as opened:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        opened.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        for _ in range(FEW_DESCRIPTORS):
            opened.enter_context(Path("/dev/null").open("rb"))
        with house.client() as client:
            assert client.listdir("in") == ["check"]


class Injecting(paramiko.Transport):
    """A client that puts a message where there must be none: before its keys are in force."""

    def _send_kex_init(self) -> None:
        super()._send_kex_init()
        message = paramiko.Message()
        message.add_byte(byte_chr(MSG_IGNORE))
        message.add_string(b"injected")
        self._send_message(message)


def test_38_a_message_injected_into_the_first_key_exchange_ends_the_connection(house: House) -> None:
    transport = Injecting(socket.create_connection(house.server.address, timeout=PATIENCE_S))
    with pytest.raises((paramiko.SSHException, EOFError, ConnectionError)):
        transport.start_client(timeout=PATIENCE_S)
    transport.close()
    with house.client() as client:
        assert client.listdir("in") == ["check"]


def test_an_old_client_gets_in_by_the_legacy_listener_alone(opened: Callable[..., House]) -> None:
    house = opened(legacy_port=0)
    offers = ("diffie-hellman-group14-sha256", "aes128-ctr", "hmac-sha2-256")
    with pytest.raises(paramiko.SSHException), house.transport(offers=offers):
        pass
    with house.transport(offers=offers, legacy=True) as transport:
        transport.auth_publickey(HILL, house.keys[HILL].key)
        with paramiko.SFTPClient.from_transport(transport) as client:
            client.putfo(BytesIO(b"x"), "in/a.csv")
    assert [it.content for it in house.taken] == [b"x"]


def test_a_signature_with_sha1_opens_nothing(house: House) -> None:
    needs("sftp", "ssh-keygen")
    key = house.rsa_key("old")
    house.add_key(HILL, key)
    assert house.sftp("ls", key="old").code == 0
    refused = house.sftp("ls", key="old", options=("-o", "PubkeyAcceptedAlgorithms=ssh-rsa"))
    assert refused.code != 0

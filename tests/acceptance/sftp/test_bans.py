"""Who tries keys that open nothing is shut out, ever longer; a town's schools and trusted networks are not."""

import logging
import socket
from collections.abc import Callable
from ipaddress import ip_network

import paramiko
import pytest

from adapters.transports.bans import LONGEST_S, MOST_ENTRIES, BanPlan, Bans
from tests.acceptance.sftp.house import DALE, HILL, PATIENCE_S, House, wait_for

PLAN = BanPlan(after=3, after_any=5, within_s=600, first_s=100, trusted=[ip_network("10.0.0.0/8")])


class Watch:
    """A clock that a test sets."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def bans(watch: Watch) -> Bans:
    return Bans(PLAN, watch)


def refuse(bans: Bans, times: int, account: str = HILL, address: str = "192.0.2.1") -> list[float]:
    return [bans.refused(address, account) for _ in range(times)]


def test_one_names_refusals_shut_out_that_name_there_and_nobody_else(bans: Bans) -> None:
    assert refuse(bans, 3) == [0, 0, 100]
    assert bans.is_banned("192.0.2.1", HILL)
    assert not bans.is_banned("192.0.2.1", DALE)
    assert not bans.is_banned("192.0.2.1")
    assert not bans.is_banned("192.0.2.2", HILL)


def test_refusals_of_many_names_shut_out_the_address(bans: Bans) -> None:
    for number in range(5):
        refuse(bans, 1, f"name-{number}")
    assert bans.is_banned("192.0.2.1")
    assert not bans.is_banned("192.0.2.2")


def test_a_ban_ends_and_the_next_is_half_as_long_again_up_to_a_day(bans: Bans, watch: Watch) -> None:
    lengths = []
    for _ in range(20):
        lengths.append(max(refuse(bans, 3)))
        watch.now += lengths[-1] - 0.001
        assert bans.is_banned("192.0.2.1", HILL)
        watch.now += 0.002
        assert not bans.is_banned("192.0.2.1", HILL)
    assert lengths[:3] == [100, 150, 225]
    assert lengths[-1] == LONGEST_S


def test_refusals_are_forgotten_in_time_and_bans_after_a_quiet_day(bans: Bans, watch: Watch) -> None:
    refuse(bans, 2)
    watch.now += 601
    assert refuse(bans, 3) == [0, 0, 100]
    watch.now += LONGEST_S + 101
    assert refuse(bans, 3) == [0, 0, 100]


def test_a_client_that_tries_several_keys_until_one_fits_is_not_shut_out(bans: Bans) -> None:
    for _ in range(10):
        refuse(bans, 2)
        bans.accepted("192.0.2.1", HILL)
    assert not bans.is_banned("192.0.2.1", HILL)
    assert not bans.is_banned("192.0.2.1")
    bans.accepted("192.0.2.9", HILL)


def test_a_trusted_network_is_never_shut_out_and_half_an_ipv6_address_is_one_place(bans: Bans) -> None:
    for address in ("10.1.2.3", "::ffff:10.1.2.3"):
        assert refuse(bans, 50, address=address) == [0] * 50
    for last in range(3):
        refuse(bans, 1, address=f"2001:db8::{last}")
    assert bans.is_banned("2001:db8::ffff", HILL)
    assert not bans.is_banned("2001:db8:0:1::", HILL)


def test_it_takes_no_more_memory_than_it_may(bans: Bans) -> None:
    for number in range(MOST_ENTRIES + 10):
        bans.refused("192.0.2.1", str(number))
    assert len(bans._scores) == MOST_ENTRIES


def test_7_twenty_bad_logins_from_one_address_ban_it_for_a_time_and_a_trusted_partner_is_unaffected(
    opened: Callable[..., House], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    house = opened(ban_s=1.0, ban_after_any=20, trusted_networks=["127.0.0.9/32"])
    for number in range(20):
        for source in ("127.0.0.2", "127.0.0.9"):
            with house.transport(source) as transport, pytest.raises(paramiko.SSHException):
                transport.auth_publickey(f"name-{number}", house.keys["stranger"].key)
    assert not answers(house, "127.0.0.2")
    with house.client(source="127.0.0.9") as trusted, house.client(source="127.0.0.3") as elsewhere:
        assert trusted.listdir("in") == elsewhere.listdir("in") == ["check"]
    (ban,) = [it for it in caplog.records if it.getMessage() == "ban"]
    assert (ban.peer, ban.seconds) == ("127.0.0.2", 1)
    wait_for("the ban has ended", lambda: answers(house, "127.0.0.2"))
    with house.client(source="127.0.0.2") as client:
        assert client.listdir("in") == ["check"]


def test_a_name_that_is_shut_out_at_an_address_is_refused_its_own_key_there_alone(opened: Callable[..., House]) -> None:
    house = opened(ban_after=3)
    for _ in range(3):
        with house.transport() as transport, pytest.raises(paramiko.AuthenticationException):
            transport.auth_publickey(HILL, house.keys["stranger"].key)
    with house.transport() as transport, pytest.raises(paramiko.AuthenticationException):
        transport.auth_publickey(HILL, house.keys[HILL].key)
    for client in (house.client(DALE), house.client(HILL, source="127.0.0.3")):
        with client as it:
            assert it.listdir("in") == ["check"]


def answers(house: House, source: str) -> bool:
    """Tell whether a connection from an address is spoken to at all."""
    with socket.create_connection(house.server.address, timeout=PATIENCE_S, source_address=(source, 0)) as connection:
        try:
            return connection.recv(1000) != b""
        except ConnectionResetError:
            return False

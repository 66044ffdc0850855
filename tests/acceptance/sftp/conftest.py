"""Gives each test a server of its own, on a free port of the loopback address."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.transports.host_keys import ensure_host_keys
from tests.acceptance.sftp.house import DALE, HILL, ClientKey, House, make_key

PER_ADDRESS = {"max_unauthenticated_per_address": 50}


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ClientKey]:
    folder = tmp_path_factory.mktemp("client-keys")
    return {name: make_key(folder, name) for name in (HILL, DALE, "stranger", "second")}


@pytest.fixture(scope="session")
def host_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of host keys, made once: an RSA key takes its time."""
    folder = tmp_path_factory.mktemp("host") / "keys"
    ensure_host_keys(folder)
    return folder


@pytest.fixture
def opened(tmp_path: Path, keys: dict[str, ClientKey], host_keys: Path) -> Iterator[Callable[..., House]]:
    """Return a function that opens a house with these settings; all are closed after the test."""
    houses: list[House] = []

    def open_house(**settings: object) -> House:
        folder = tmp_path / f"house-{len(houses)}"
        folder.mkdir()
        (folder / "host-keys").symlink_to(host_keys)
        house = House(folder=folder, keys=keys, settings=PER_ADDRESS | settings)
        house.server.open(house.intake())
        houses.append(house)
        return house

    yield open_house
    for house in houses:
        house.server.close(timedelta(0))


@pytest.fixture
def house(opened: Callable[..., House]) -> House:
    return opened()

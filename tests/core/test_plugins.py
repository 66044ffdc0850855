"""Adapters are found by name, checked when they are loaded, and never guessed."""

from importlib.metadata import EntryPoint

import pytest

from gateway import plugins
from gateway.core.errors import AdapterError


def offered(monkeypatch: pytest.MonkeyPatch, *points: EntryPoint) -> None:
    def found(*, group: str, name: str | None = None) -> list[EntryPoint]:
        return [it for it in points if it.group == group and name in {None, it.name}]

    monkeypatch.setattr(plugins, "entry_points", found)


def point(name: str, value: str) -> EntryPoint:
    return EntryPoint(name=name, value=value, group="gateway.things")


def test_our_own_adapters_are_there() -> None:
    assert "lrb-csv" in plugins.names("gateway.file_kinds")
    assert plugins.load("gateway.transports", "sftp-server", ("open", "close")).__name__ == "SftpServer"


def test_a_name_that_two_packages_claim_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    offered(monkeypatch, point("one", "pathlib:Path"), point("one", "decimal:Decimal"))
    with pytest.raises(AdapterError, match="Two packages offer one"):
        plugins.load("gateway.things", "one", ())


def test_an_unknown_name_lists_those_that_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    offered(monkeypatch, point("one", "pathlib:Path"))
    with pytest.raises(AdapterError, match="installed are one"):
        plugins.load("gateway.things", "two", ())
    with pytest.raises(AdapterError, match="none is installed"):
        plugins.load("gateway.nothing", "two", ())


def test_a_missing_method_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    offered(monkeypatch, point("one", "pathlib:Path"))
    with pytest.raises(AdapterError, match="lacks from_settings, deliver"):
        plugins.load("gateway.things", "one", ("open", "deliver"))

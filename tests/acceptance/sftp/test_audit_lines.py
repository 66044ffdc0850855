"""The audit lines: every event in a chain that goes on over restarts, and nothing of a learner in it."""

import json
import logging
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.transports.audit_lines import AuditLines
from gateway.core.errors import ConfigurationError
from gateway.core.line_chain import gone_through
from tests.acceptance.sftp.house import HILL, House
from tests.acceptance.sftp.wire import put


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    return tmp_path / "audit" / "sftp.jsonl"


def told(lines: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in lines.read_bytes().splitlines()]


def test_logins_uploads_and_refusals_stand_in_a_chain_that_goes_on_over_restarts(
    opened: Callable[..., House], lines: Path
) -> None:
    house = opened(audit_file=lines)
    with house.client() as client:
        put(client, "in/Planted.csv", b"Planted")
    house.server.close(timedelta(0))
    with lines.open("ab") as file:
        file.write(b'{"at":"cut off by a cra')
    house.server = house.new_server()
    house.server.open(house.intake())
    with house.client() as client:
        house.respond("a.csv", b"x")
        client.remove("out/a.csv")
    house.server.close(timedelta(0))
    found = gone_through(lines.read_bytes().splitlines(keepends=True))
    assert found.holds
    assert found.lines == len(told(lines))
    events = [it["event"] for it in told(lines)]
    assert events.count("login") == events.count("connection") == events.count("connection_ended") == 2
    published = next(it for it in told(lines) if it["event"] == "published")
    assert (published["organisation"], published["sha256"]) == (HILL, house.taken[0].arrival.sha256)
    assert "acknowledged" in events
    assert b"Planted" not in lines.read_bytes()
    assert lines.stat().st_mode & 0o077 == 0


def test_two_servers_do_not_write_the_same_lines(lines: Path) -> None:
    first = AuditLines(lines)
    with pytest.raises(ConfigurationError, match="cannot be written"):
        AuditLines(lines)
    first.close()


def test_a_line_that_the_disk_does_not_take_whole_is_taken_back(lines: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    handler = AuditLines(lines)
    record = logging.LogRecord("x", logging.INFO, "", 0, "login", None, None)
    handler.emit(record)
    write = os.write
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", lambda descriptor, line: write(descriptor, line[:10]))
        handler.emit(record)
    handler.emit(record)
    handler.close()
    assert gone_through(lines.read_bytes().splitlines(keepends=True)).lines == 2

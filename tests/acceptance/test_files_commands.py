"""The commands that make and destroy the keys of kept bytes, in a home as `gateway init` makes it."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway import bootstrap, config
from gateway.cli import app
from gateway.core.errors import ConfigurationError
from gateway.core.submission import Organisation, OrganisationKind

HILLTOP = Organisation(id="hilltop", name="Hilltop", kind=OrganisationKind.SCHOOL, ukprn="10000002")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    home = tmp_path / "home"
    run("init", home)
    with bootstrap.opened(home) as house:
        house.record.organisations.add(HILLTOP)
    yield home
    with bootstrap.opened(home) as house:
        house.record.remove()


def run(*words: object) -> dict[str, object]:
    *command, home = words
    done = CliRunner().invoke(app, [*map(str, command), "--home", str(home)])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return json.loads(done.output) if "--json" in command else {}


def test_keys_are_made_renewed_wrapped_anew_and_destroyed(home: Path) -> None:
    for name in (config.FILE_NAME, "master.key"):
        assert stat.S_IMODE((home / name).stat().st_mode) == 0o600
    kept = home.parent / "kept"
    with bootstrap.opened(home) as house:
        kept.write_bytes(b"1000000043")
        with house.gateway.files.owned("hilltop").create("0c4xk2mz9abcde") as draft:
            draft.handle.write(b"1000000043")
    assert run("files", "rotate", "--json", home) == {"version": 1, "keys": {"hilltop": 2}, "rewrapped": 0}
    assert run("files", "rotate", "hilltop", "--master", "--json", home)["rewrapped"] == 2
    newest = (home / "master.key").read_text().split()[0]
    (home / "master.key").write_text(newest + "\n")  # the former master key is dropped
    with bootstrap.opened(home) as house, house.gateway.files.open(draft.blob) as file:
        assert file.read() == b"1000000043"
    with pytest.raises(ConfigurationError, match="no organisation 'nobody'"):
        run("files", "rotate", "nobody", home)
    assert run("files", "shred", "hilltop", "--yes", "--json", home)["destroyed"] == 3
    settings = home / config.FILE_NAME
    settings.write_text(settings.read_text().replace(config.SEALED, ""))
    with pytest.raises(ConfigurationError, match="is not sealed"):
        run("files", "rotate", home)

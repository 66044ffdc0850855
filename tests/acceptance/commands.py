"""Short ways to call a command on a home and to read what it says."""

import json
from pathlib import Path

from typer.testing import CliRunner, Result

from gateway import cli


def call(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli.app, [*arguments, "--home", str(home)])


def told(home: Path, *arguments: str) -> str:
    result = call(home, *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def answered(home: Path, *arguments: str) -> dict:
    document = json.loads(told(home, *arguments, "--json"))
    assert document["version"] == 1
    return document

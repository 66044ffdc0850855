"""`gateway check` needs no database and no network: it works where the extra `server` is not installed."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.needs import HANGING_S

ROOT = Path(__file__).parents[2]
_WITHOUT = """
import sys

absent = set(sys.argv.pop(1).split(","))


class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in absent:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


sys.meta_path.insert(0, Absent())
from gateway.__main__ import main

main()
"""


def _plain(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def modules_of_extras() -> set[str]:
    """Return the modules that only the extras bring."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    names = {_plain(re.match(r"[\w.-]+", it)[0]) for it in extras["server"] + extras["s3"]}
    return {
        module
        for module, owners in packages_distributions().items()
        if module.isidentifier() and set(map(_plain, owners)) <= names
    }


def without(*command: object, cwd: Path) -> "subprocess.CompletedProcess[str]":
    absent = ",".join(sorted(modules_of_extras()))
    return subprocess.run(
        [sys.executable, "-c", _WITHOUT, absent, *map(str, command)],
        cwd=cwd, capture_output=True, text=True, check=False, timeout=HANGING_S,
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["lrb-csv", "ilr-2025-26"])
def test_a_file_is_made_and_checked_without_the_server(kind: str, tmp_path: Path) -> None:
    assert {"psycopg", "pyarrow", "paramiko", "fastapi", "boto3"} <= modules_of_extras()
    made = without("samples", kind, "--learners", 5, cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    (sample,) = tmp_path.iterdir()
    checked = without("check", sample.name, "--json", cwd=tmp_path)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert '"verdict": "accepted"' in checked.stdout or '"verdict":"accepted"' in checked.stdout


def test_what_needs_the_server_says_that_it_does(tmp_path: Path) -> None:
    refused = without("serve", "--home", tmp_path, cwd=tmp_path)
    assert refused.returncode == 3
    assert refused.stderr.startswith("This command needs ")
    assert "install `learner-gateway[server]`" in refused.stderr

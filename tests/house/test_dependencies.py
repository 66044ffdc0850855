"""What is installed is what was pinned, under licences that allow it; `make audit` asks for known vulnerabilities."""

import re
import tomllib
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
ALLOWED = re.compile(
    r"\b(MIT|BSD|Apache|ISC|PSF|Python Software Foundation|PostgreSQL|MPL|Mozilla Public|LGPL|"
    r"GNU Lesser|GNU Library|Zlib|HPND|0BSD|Unlicense|CC0|Public Domain)",
    re.IGNORECASE,
)
"""Licences under which a package may be used beside ours (MIT): none that asks for our source under its own terms."""
TOOLS = {"asyncssh", "codespell"}
"""What only checks this repository: nothing that is shipped imports any of it, so its licence binds nobody."""


def blocks(text: str) -> list[str]:
    return re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]


def pinned() -> Mapping[str, str]:
    """Return the text of every package in the lock by its name; some have a version for each Python."""
    found: dict[str, str] = {}
    for block in blocks(LOCK):
        name = re.split(r"[ =\[]", block, maxsplit=1)[0]
        found[name] = found.get(name, "") + block
    return found


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("name", pinned())
def test_every_package_is_pinned_to_one_version_and_its_digests(name: str) -> None:
    for block in blocks(pinned()[name]):
        assert re.match(rf"{re.escape(name)}(\[[a-z0-9,-]+\])?==[^ ]+ ", block)
        assert "--hash=sha256:" in block


def test_the_lock_names_no_index_and_no_address() -> None:
    assert "://" not in LOCK
    assert not re.search(r"^\s*(-i|--(extra-)?index-url|--find-links|--trusted-host)\b", LOCK, re.MULTILINE)


def test_everything_that_the_project_asks_for_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    asked = [*project["dependencies"], *extras["server"], *extras["s3"], *extras["dev"]]
    assert {normal(re.split(r"[ \[<>=!;]", it, maxsplit=1)[0]) for it in asked} - set(pinned()) == set()


@pytest.mark.parametrize("name", pinned())
def test_what_is_installed_is_the_pinned_version_under_a_licence_that_is_allowed(name: str) -> None:
    try:
        found = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        assert ";" in pinned()[name].partition("\\")[0], "pinned for every system, but not installed"
        return
    assert f"=={found.version} " in pinned()[name], "run `make` again: the lock has moved on"
    told = [found.metadata[key] or "" for key in ("License-Expression", "License")]
    told += [it for it in found.metadata.get_all("Classifier") or () if it.startswith("License ::")]
    assert name in TOOLS or any(ALLOWED.search(it) for it in told), f"{told}: see whether it may be used"

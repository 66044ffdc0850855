"""What the README tells a newcomer to type works as it stands there, and prints what it shows."""

import os
import re
import shlex
import subprocess
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from gateway import bootstrap
from tests.acceptance.support import PATIENCE_S, awaited
from tests.needs import needs

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
COMMAND, SFTP = "$ ", "sftp> "
SAMPLE = re.compile(r"LRB_\d{8}_\d{12}\.CSV")
ALWAYS = ["-q", "-b", "-", "-o", "StrictHostKeyChecking=no", "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none"]
LIKE = {"/srv/": r"\S*/", "gateway-host.4711": r"\S+\.\d+", "gateway-host.4712": r"\S+\.\d+", "SHA256": r"SHA256:\S+"}
"""What stands in the README for a folder, two processes and a key, and the pattern of what may stand there."""
VARIES = re.compile(r"(/srv/|gateway-host\.\d+|SHA256:\S+|\d+)")


@dataclass
class Typed:
    """A line that is typed, what the README shows below it, and what is typed into the program that it starts."""

    command: str
    shown: list[str] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)


def typed(section: str) -> list[Typed]:
    """Return the lines to type of a section's console blocks, in order."""
    _, text = README.split(f"\n## {section}\n")
    lines: list[Typed] = []
    for block in re.findall(r"```console\n(.*?)```", text.split("\n## ")[0], re.DOTALL):
        for line in block.splitlines():
            if line.startswith(COMMAND):
                lines.append(Typed(line.removeprefix(COMMAND)))
            elif line.startswith(SFTP):
                lines[-1].inside.append(line.removeprefix(SFTP))
            else:
                lines[-1].shown.append(line)
    return lines


SOMETIMES = {"proposed.*", "changes.csv", "accepted.*", "supplement-<n>.*"}
"""Parts that the README names and that come only where there is something to put into them."""
OWN = {"OUT.CSV", "DETAIL.CSV"}
"""What the kind of the README's example adds."""


def parts_of_a_response() -> set[str]:
    """Return the parts that the README's table of a response set names for every file, and those of the example."""
    _, table = README.split("| part | what it is |")
    rows = table.split("\n\n")[0].splitlines()[2:]
    named = {part for row in rows for part in re.findall(r"`([^`]+)`", row)}
    assert named > SOMETIMES | OWN
    return {part for row in rows for part in re.findall(r"`([^`]+)`", row.split("|")[1])} - SOMETIMES | OWN


def like(line: str) -> str:
    """Return a pattern for a line that the README shows, whatever host, day and port it was taken from."""
    fixed, varying = VARIES.split(line)[::2], VARIES.split(line)[1::2]
    patterns = [LIKE.get(text.partition(":")[0], r"\d+") for text in varying]
    return "".join(re.escape(text) + pattern for text, pattern in zip(fixed, [*patterns, ""], strict=True))


def looks_like(printed: list[str], shown: list[str]) -> bool:
    """Tell whether lines have the shape of those shown; processes that start together speak in any order."""
    pairs = zip(sorted(printed, key=first_word), sorted(shown, key=first_word), strict=False)
    return len(printed) == len(shown) and all(re.fullmatch(like(line), found) for found, line in pairs)


def first_word(line: str) -> str:
    return line.split(" ", 1)[0]


@dataclass
class Newcomer:
    """Somebody who follows the README in an empty folder, with the commands of the environment at hand."""

    folder: Path
    port: str = ""
    sample: str = ""

    @property
    def surroundings(self) -> dict[str, str]:
        path = f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}"
        return os.environ | {"PATH": path, "HOME": str(self.folder)}

    def words(self, line: Typed) -> list[str]:
        """Return a command as it is run: on a free port, and with the file that was just made."""
        text = SAMPLE.sub(self.sample or r"\g<0>", line.command)
        words = shlex.split(text, comments=True)
        if words[:2] == ["gateway", "init"]:
            return [*words, "--port", "0"]
        return [self.port if word == "2222" else word for word in words]

    def run(self, line: Typed, *more: str, sent: str = "") -> "subprocess.CompletedProcess[str]":
        words = self.words(line)
        return subprocess.run(
            [words[0], *more, *words[1:]], input=sent, cwd=self.folder, env=self.surroundings,
            capture_output=True, text=True, timeout=PATIENCE_S, check=False,
        )  # fmt: skip

    def does(self, line: Typed, code: int = 0) -> list[str]:
        """Run a command and return what it prints, which has the shape that the README shows, if it shows any."""
        done = self.run(line)
        assert done.returncode == code, done.stdout + done.stderr
        printed = done.stdout.splitlines()
        assert not line.shown or looks_like(printed, line.shown), done.stdout
        return printed

    def talks(self, line: Typed, *inside: str) -> "subprocess.CompletedProcess[str]":
        """Run OpenSSH's client as the README does, with lines of its session as a batch."""
        known = "-o", f"UserKnownHostsFile={self.folder / 'known_hosts'}"
        return self.run(line, *ALWAYS, *known, sent="".join(f"{SAMPLE.sub(self.sample, it)}\n" for it in inside))

    @contextmanager
    def serving(self, line: Typed) -> Iterator[None]:
        """Let the gateway run while the block lasts, then stop it with SIGTERM; it says what the README shows."""
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                self.words(line), stdout=subprocess.PIPE, stderr=log, cwd=self.folder, env=self.surroundings, text=True
            )
        try:
            assert process.stdout is not None
            printed = [next(process.stdout, "").rstrip("\n") for _ in line.shown]
            assert printed[-1] == line.shown[-1] == "ready"
            assert looks_like(printed, line.shown), printed
            (self.port,) = re.findall(r"^SFTP on 127\.0\.0\.1:(\d+),", "\n".join(printed), re.MULTILINE)
            yield
        finally:
            process.terminate()
            process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0


@pytest.fixture
def newcomer(tmp_path: Path) -> Iterator[Newcomer]:
    yield Newcomer(tmp_path)
    with bootstrap.opened(tmp_path / "my-gateway") as house:
        house.record.remove()


def test_who_types_what_the_readme_says_gets_an_answer_to_a_file(newcomer: Newcomer) -> None:
    needs("ssh-keygen", "sftp")
    activate, *prepare, serve, samples, check, session = typed("Try it yourself")
    assert activate.command == ". .venv/bin/activate"
    for line in prepare:
        newcomer.does(line)
    with newcomer.serving(serve):
        (made,) = newcomer.does(samples)
        newcomer.sample, _, _ = made.partition(":")
        assert newcomer.does(check, code=1)[0].startswith(newcomer.sample)
        *send, collect = session.inside
        sent = newcomer.talks(session, *send)
        assert sent.returncode == 0, sent.stderr
        assert "receipt.json" in sent.stdout
        awaited(lambda: newcomer.talks(session, collect).returncode == 0, "the response set")
    stem = newcomer.sample.removesuffix(".CSV")
    got = [re.fullmatch(rf"{stem}\.\w+\.(.+)", path.name) for path in newcomer.folder.glob(f"{stem}.*.*")]
    found = {name[1] for name in got if name}
    assert found - {"proposed.CSV", "changes.csv"} == parts_of_a_response()

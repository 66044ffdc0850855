"""The 48 sentences that an SFTP intake must hold, each with the tests that hold it, or what stands in its place.

`python -m tests.acceptance.sftp.the_48` runs them all and prints the list; every whole test run prints it at its end.
"""

import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[3]
SFTP: Final = "tests/acceptance/sftp/"


@dataclass(frozen=True, slots=True)
class Promise:
    """A sentence, the tests that hold it, and what they do in place of what it says, if they do something else."""

    sentence: str
    tests: tuple[str, ...]
    instead: str = ""

    @property
    def nodes(self) -> list[str]:
        """Return the tests as pytest names them; `file::name` without a folder stands beside this file."""
        return [test if test.startswith("tests/") else f"{SFTP}{test}" for test in self.tests]


def promises() -> dict[int, Promise]:
    """Return the sentences by number, as `the_48.toml` beside this file holds them."""
    told = tomllib.loads((ROOT / SFTP / "the_48.toml").read_text(encoding="utf-8"))
    return {
        int(number): Promise(it["sentence"], tuple(it["tests"]), it.get("instead", "")) for number, it in told.items()
    }


PROMISES: Final = promises()


class Seen:
    """How the tests of the list came out, gathered while they run."""

    def __init__(self) -> None:
        self._worst: dict[str, str] = {}

    def see(self, node: str, outcome: str) -> None:
        """Note the outcome of a test, or of one of its cases; the worst of them stays."""
        name, order = node.partition("[")[0], ("passed", "skipped", "failed")
        self._worst[name] = max(outcome, self._worst.get(name, "passed"), key=order.index)

    def result(self, promise: Promise) -> str:
        """Return pass, fail, replaced or not run."""
        outcomes = [self._worst.get(node, "not run") for node in promise.nodes]
        for worst in ("failed", "skipped", "not run"):
            if worst in outcomes:
                return {"failed": "fail", "skipped": "skipped"}.get(worst, worst)
        return "replaced" if promise.instead else "pass"

    def lines(self) -> list[str]:
        """Return the list as it is printed, without the sentences of which a test did not run."""
        results = {number: self.result(promise) for number, promise in PROMISES.items()}
        return [_line(number, result) for number, result in results.items() if result != "not run"]


def _line(number: int, result: str) -> str:
    promise = PROMISES[number]
    instead = f" ({promise.instead})" if result == "replaced" else ""
    return f"{number:2} {result:8} {promise.sentence}{instead}"


def table() -> str:
    """Return the list as a page holds it: what each sentence is proved by, or replaced with."""
    rows = ["| no | sentence | held | by |", "| --- | --- | --- | --- |"]
    for number, promise in PROMISES.items():
        held = f"replaced: {promise.instead}" if promise.instead else "pass"
        tests = ", ".join(f"`{test.rpartition('/')[2].replace('::', ' ')}`" for test in promise.tests)
        rows.append(f"| {number} | {promise.sentence} | {held} | {tests} |")
    return "\n".join(rows)


def main() -> int:
    """Run the tests of the list and nothing else."""
    nodes = dict.fromkeys(node for promise in PROMISES.values() for node in promise.nodes)
    return int(pytest.main(["-q", *(f"{ROOT}/{node}" for node in nodes)]))


if __name__ == "__main__":
    sys.exit(main())

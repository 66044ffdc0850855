"""However hostile a file is, the process that reads it stays small.

The most memory is read from /proc: `getrusage` of a new process begins with what its parent held.
"""

import subprocess
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from tests.formats.xml_files import OUTCOME, learner, message
from tests.needs import LONG

READ = """
import sys
from pathlib import Path
from adapters.formats.xml_file import read
from adapters.formats.xml_items import Settings
from tests.formats.xml_files import SHAPE
last = None
for last in read(Path(sys.argv[1]), SHAPE, Settings(exact=sys.argv[2] == "exact")):
    pass
status = Path("/proc/self/status").read_text()
print(type(last).__name__, int(status.partition("VmHWM:")[2].split()[0]) // 1024)
"""
MOST_MB = 260
"""What a hostile file may take beyond a small one: the modules, and what counts their lines, are no file's doing."""


def _attributes(count: int, name: str) -> str:
    return " ".join(f'{name}{number}=""' for number in range(count))


def _unknown_names(records: int, each: int) -> bytes:
    names = count()
    return message(*[learner(inside="".join(f"<a{next(names)}/>" for _ in range(each))) for _ in range(records)])


HOSTILE: dict[str, Callable[[], bytes]] = {
    "a record of 2M elements": lambda: message(learner(), learner(inside="<a/>" * 2_000_000), learner()),
    "a record of the most bytes that are held": lambda: message(learner(inside="<a/>" * 3_100_000), learner()),
    "a record of 1M attributes": lambda: message(f"<Learner {_attributes(1_000_000, 'a')}/>", learner()),
    "a field of 1M attributes": lambda: message(learner(inside=f"<a {_attributes(1_000_000, 'a')}/>"), learner()),
    "many small records": lambda: message("<Learner/>" * 20_000),
    "a large element that is no record": lambda: message(learner(), f"<a>{'<b/>' * 2_000_000}</a>", OUTCOME),
    "four large records": lambda: message(*[learner(inside="<a/>" * 1_500_000)] * 4),
    "records of unknown fields, each of another name": lambda: _unknown_names(60, 4_000),
    "a text of 20 MB": lambda: message(learner(inside=f"<FamilyName>{'x' * 20_000_000}</FamilyName>")),
    "a comment of 20 MB": lambda: message(learner(), f"<!--{'x' * 20_000_000}-->"),
    "1M levels": lambda: message(learner(inside="<a>" * 1_000_000)),
}

LIKE_OTHERS = {"a record of 2M elements", "four large records", "a large element that is no record"}
"""Those of which another takes the same way: they are left to the long checks."""


def most_memory(path: Path, content: bytes, how: str) -> tuple[str, int]:
    """Return what reading a file ends with, and the most memory of the process that reads it, in MB."""
    path.write_bytes(content)
    run = subprocess.run([sys.executable, "-c", READ, str(path), how], capture_output=True, text=True, check=True)
    last, megabytes = run.stdout.split()
    return last, int(megabytes)


@pytest.fixture(scope="module", params=["fast", pytest.param("exact", marks=LONG)])
def small(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, int]:
    """Return a way to cut a file, and the memory that it takes to read a small one so."""
    path = tmp_path_factory.mktemp("small") / "given.xml"
    return request.param, most_memory(path, message(learner()), request.param)[1]


@pytest.mark.parametrize("name", [pytest.param(it, marks=LONG) if it in LIKE_OTHERS else it for it in HOSTILE])
def test_a_hostile_file_is_read_in_little_memory(tmp_path: Path, name: str, small: tuple[str, int]) -> None:
    how, usual = small
    last, megabytes = most_memory(tmp_path / "given.xml", HOSTILE[name](), how)
    assert last in {"Totals", "FileFault"}
    assert megabytes - usual < MOST_MB

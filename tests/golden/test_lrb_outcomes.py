"""The whole answer to a file: what a sender sends, and every line that comes back (specification `lrs` 2 to 4).

The numbers of new learners are drawn with a random key, so the files that are expected say `<new>` in their place.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway import register_file
from gateway.core.ports.gateway import Gateway
from gateway.core.response_parts import FORWARD
from gateway.core.submission import Folder, Job, Submission
from gateway.pipeline import process
from tests.desk import Desk, desk_of

FIXTURES = Path(__file__).parents[2] / "fixtures"
CASES = sorted((FIXTURES / "lrb-csv" / "responses").iterdir())
CHECKED_ONLY = {"check_only"}
NOT_ISSUING = {"not_issuing"}
REPORTS = {"report.json", "report.html"}
MOMENT = datetime(2026, 9, 1, 12, tzinfo=UTC)
ISSUED = re.compile(rb"\b91\d{8}\b")
WRITE = os.environ.get("GATEWAY_GOLDEN") == "write"


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture
def desk(case: Path, database: str, tmp_path: Path) -> Iterator[Desk]:
    """Yield a gateway on the first of September that knows the learners of the register fixture."""
    made = desk_of(database, tmp_path, issuing=case.name not in NOT_ISSUING)
    made.gateway = replace(made.gateway, clock=lambda: MOMENT)
    made.record.register_keeping.load(register_file.read(FIXTURES / "register" / "learners.csv"))
    yield made
    made.record.close()


def test_a_file_is_answered_with_exactly_these_files(case: Path, desk: Desk) -> None:
    (given,) = case.glob("LRB_*")
    job = Job.CHECK if case.name in CHECKED_ONLY else Job.FULL
    submission = process(desk.take(given.name, given.read_bytes(), job=job), desk.gateway)
    found = answer(submission, desk.gateway)
    if WRITE:
        for part, content in found.items():
            (case / part).write_bytes(content)
    expected = {path.name: path.read_bytes() for path in case.iterdir() if path != given}
    assert found.keys() == expected.keys()
    for part, content in found.items():
        assert content.decode() == expected[part].decode(), part


def answer(submission: Submission, gateway: Gateway) -> dict[str, bytes]:
    """Return what came back but for the report, by part, with `<new>` in place of each number that was issued."""
    parts: dict[str, bytes] = {}
    for item in gateway.mailboxes.listing(submission.organisation.id, Folder.OUT):
        part = item.name.partition(f".{submission.id}.")[2] or FORWARD
        if part not in REPORTS:
            with gateway.files.open(str(item.blob)) as file:
                parts[part] = ISSUED.sub(b"<new>", file.read())
    return parts

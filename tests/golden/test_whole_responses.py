"""A file of each kind through the whole pipeline: every line that comes back, but for the reports.

What is sent is a sample with every fifth record broken, of learners whom the register knows. `lrb-csv` has files of its
own that show every outcome (`test_lrb_outcomes.py`).
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest

from gateway import register_file
from gateway.core.handover import SamplePlan
from gateway.core.submission import Folder, Organisation, OrganisationKind, Submission
from gateway.pipeline import process
from tests.desk import Desk, desk_of
from tests.golden.fixture_cases import FIXTURES, KINDS

LEARNERS = FIXTURES / "register" / "learners.csv"
MOMENT = datetime(2026, 9, 1, 12, tzinfo=UTC)
REPORTS = {"report.json", "report.html"}
WRITE = os.environ.get("GATEWAY_GOLDEN") == "write"
SENDERS = {
    "college": Organisation(id="oakfield", name="Oakfield", kind=OrganisationKind.COLLEGE, ukprn="10000011"),
    "school": Organisation(id="hilltop", name="Hilltop", kind=OrganisationKind.SCHOOL, ukprn="10000002",
                           estab="8234321"),
    "awarding": Organisation(id="north", name="North Awarding", kind=OrganisationKind.AWARDING_ORGANISATION,
                             ukprn="10000101"),
}  # fmt: skip


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    """Yield a gateway on the first of September that knows the learners of the register fixture and gives no ULN."""
    made = desk_of(database, tmp_path, issuing=False)
    made.gateway = replace(made.gateway, clock=lambda: MOMENT, kinds=KINDS)
    made.record.register_keeping.load(register_file.read(LEARNERS))
    for sender in SENDERS.values():
        made.record.organisations.add(sender)
    yield made
    made.record.close()


@pytest.mark.parametrize("name", sorted(KINDS.keys() - {"lrb-csv"}))
def test_a_file_is_answered_with_exactly_these_files(name: str, desk: Desk) -> None:
    kind = KINDS[name]
    sender = next((it for it in SENDERS.values() if it.kind in kind.senders), SENDERS["awarding"])
    entries = list(islice(register_file.read(LEARNERS), 10))
    learners = [replace(entry.learner, uln=entry.uln) for entry in entries]
    plan = SamplePlan(organisation=sender, moment=MOMENT, bad_percent=20, seed=3)
    sample = kind.samples(learners, plan)
    submission = process(desk.take(sample.name, sample.content, sender), desk.gateway)
    assert submission.kind == name
    found = {sample.name: sample.content, **answer(submission, desk)}
    folder = FIXTURES / name / "responses" / "sample"
    if WRITE:
        folder.mkdir(parents=True, exist_ok=True)
        for part, content in found.items():
            (folder / part).write_bytes(content)
    assert found.keys() == {path.name for path in folder.iterdir()}
    for part, content in found.items():
        assert content.decode() == (folder / part).read_bytes().decode(), part


def answer(submission: Submission, desk: Desk) -> dict[str, bytes]:
    """Return what came back but for the reports, by part, with `<id>` in place of the submission's own."""
    parts: dict[str, bytes] = {}
    for item in desk.gateway.mailboxes.listing(submission.organisation.id, Folder.OUT):
        part = item.name.partition(f".{submission.id}.")[2] or item.name
        if part not in REPORTS:
            with desk.gateway.files.open(str(item.blob)) as file:
                parts[part] = file.read().replace(submission.id.encode(), b"<id>")
    return parts

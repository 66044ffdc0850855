"""A file in a ZIP goes the whole way: it is kept as it came, read bare, answered, and replayed alike."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway import bootstrap
from gateway.core.handover import SamplePlan
from gateway.core.submission import Folder, Submission, Verdict
from gateway.pipeline import process
from tests.desk import ADA, COLLEGE, MOMENT, SUSPENDED, Desk, desk_of


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=False)
    made.gateway = replace(made.gateway, wrappings=bootstrap.wrappings())
    yield made
    made.record.close()


def lrb(desk: Desk) -> tuple[str, bytes]:
    plan = SamplePlan(organisation=COLLEGE, moment=MOMENT, bad_percent=0, seed=1)
    sample = desk.gateway.kinds["lrb-csv"].samples([ADA], plan)
    return sample.name, sample.content


def zipped(*members: tuple[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members:
            made.writestr(name, content)
    return held.getvalue()


def codes(desk: Desk, submission: Submission) -> list[str]:
    return [row["code"] for row in desk.rows(submission, "errors.csv")]


def test_a_file_in_a_zip_is_answered_as_the_file_itself_and_run_again_alike(desk: Desk) -> None:
    desk.agree(accepted_file=True)
    name, content = lrb(desk)
    archive = zipped((name, content))  # made once: it bears the second that it was made at
    sent = desk.take("autumn term.zip", archive)
    assert sent.refusal is None
    done = process(sent, desk.gateway)
    assert (done.kind, done.verdict) == ("lrb-csv", Verdict.ACCEPTED)
    with desk.gateway.files.open(done.blob) as kept:
        assert kept.read() == archive
    report = desk.report(done)
    assert (report["file"], report["sha256"]) == ("autumn term.zip", sent.sha256)
    (accepted,) = [it for it in desk.gateway.mailboxes.listing(COLLEGE.id, Folder.OUT) if ".accepted." in it.name]
    with desk.gateway.files.open(str(accepted.blob)) as file:
        assert b"QUILL" in file.read().upper()
    before = desk.rows(done, "match.csv")
    desk.run_again(done)
    assert desk.rows(done, "match.csv") == before


def test_a_zip_of_no_file_or_of_none_that_is_known_is_answered(desk: Desk) -> None:
    assert codes(desk, process(desk.take("x.zip", zipped()), desk.gateway)) == ["FILE_ZIP"]
    assert codes(desk, process(desk.take("y.zip", zipped(("z.bin", b"z"))), desk.gateway)) == ["FILE_KIND"]
    assert set(codes(desk, process(desk.take("e.zip", b""), desk.gateway))) == {"FILE_KIND", "FILE_EMPTY"}


def test_nothing_is_opened_for_a_suspended_mailbox(desk: Desk) -> None:
    sent = desk.take("x.zip", zipped(lrb(desk)), SUSPENDED)
    assert codes(desk, process(sent, desk.gateway)) == ["SENDER_SUSPENDED"]
    kept = [path for path in (desk.folder / "files").rglob(f"{sent.id}.*") if path.read_bytes() == lrb(desk)[1]]
    assert kept == []


def test_a_zip_that_is_larger_than_any_file_is_refused_at_the_door(desk: Desk) -> None:
    kinds = dict(desk.gateway.kinds)
    kinds["lrb-csv"].max_bytes = kinds["decision"].max_bytes = 10
    assert desk.take("x.zip", zipped(lrb(desk))).refusal == "too-large"


def test_what_is_in_a_zip_is_scanned_too(desk: Desk) -> None:
    """The scanner cannot see through what is packed: it is asked about the bare bytes as well."""
    name, content = lrb(desk)
    desk.gateway = replace(desk.gateway, scanner=lambda path: path.read_bytes() == content)
    assert codes(desk, process(desk.take("x.zip", zipped((name, content))), desk.gateway)) == ["FILE_INFECTED"]
    desk.gateway = replace(desk.gateway, scanner=lambda _: False)
    other = content.replace(b"\r\n", b"\n")
    done = process(desk.take("y.zip", zipped((name, other))), desk.gateway)
    assert done.kind == "lrb-csv"

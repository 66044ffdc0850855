"""A ZIP with one file is as good as the file itself, for every kind; what is no such ZIP is refused in bounds."""

import hashlib
import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.formats.zip_wrapping import ZipWrapping
from gateway import bootstrap, service
from gateway.core.handover import SamplePlan
from gateway.core.notices import Notice
from gateway.core.ports.wrappings import Wrapped
from gateway.core.submission import Organisation, OrganisationKind

KINDS = bootstrap.file_kinds()
MOMENT = datetime(2026, 1, 15, 12, tzinfo=UTC)
OWNER = Organisation(id="kingsway", name="Kingsway", kind=OrganisationKind.COLLEGE, ukprn="10000001")
PLAN = service.CheckPlan(wrappings=bootstrap.wrappings())


def archive(path: Path, *members: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members:
            made.writestr(name, data)
    return path


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_zip_is_as_good_as_the_file_itself(kind: str, tmp_path: Path) -> None:
    plan = SamplePlan(organisation=OWNER, moment=MOMENT, bad_percent=30, seed=3)
    sample = service.make_sample(KINDS[kind], 6, plan)
    bare = tmp_path / sample.name
    bare.write_bytes(sample.content)
    stem = bare.stem if kind.startswith(("ilr", "ctf")) else "anything"  # their specifications ask for the same name
    packed = archive(tmp_path / f"{stem}.zip", (sample.name, sample.content))
    expected = service.check_file(bare, KINDS, MOMENT.date(), PLAN)
    found = service.check_file(packed, KINDS, MOMENT.date(), PLAN)
    assert found.counts.read == len(sample.truth)
    same = {"file": bare.name, "sha256": expected.sha256}
    assert found.model_copy(update=same) == expected
    assert (found.file, found.sha256) == (packed.name, hashlib.sha256(packed.read_bytes()).hexdigest())


def opened(path: Path, most: int = 1 << 20) -> tuple[str | Notice, int]:
    out = io.BytesIO()
    found = ZipWrapping().open(Wrapped(path=path, name=path.name, sender=None, most_bytes=most), out)
    return found, len(out.getvalue())


@pytest.mark.parametrize(
    "members",
    [
        [], [("a.csv", b""), ("b.csv", b"")], [("../a.csv", b"")], [("folder/a.csv", b"")], [("a.zip", b"")],
        [("a.csv.gpg", b"")], [("a\n.csv", b"")], [("x" * 201, b"")],
    ],
)  # fmt: skip
def test_what_does_not_hold_one_plain_file_is_refused(tmp_path: Path, members: list[tuple[str, bytes]]) -> None:
    found, _ = opened(archive(tmp_path / "x.zip", *members))
    assert isinstance(found, Notice)
    assert found.code == "FILE_ZIP"
    assert found.fix.endswith(".")
    assert "{" not in found.message + found.fix


def test_a_bomb_is_refused_before_the_limit_is_passed(tmp_path: Path) -> None:
    bomb = archive(tmp_path / "x.zip", ("a.csv", bytes(50 << 20)))
    found, size = opened(bomb, most=1 << 20)
    assert isinstance(found, Notice)
    assert "larger than" in found.message
    assert size <= 1 << 20
    found, size = opened(bomb, most=1 << 30)
    assert isinstance(found, Notice)
    assert "no real file" in found.message
    assert size < 16 << 20


def test_a_refused_zip_is_told_offline_and_exits_as_unreadable(tmp_path: Path) -> None:
    report = service.check_file(archive(tmp_path / "x.zip"), KINDS, MOMENT.date(), PLAN)
    assert [it.code for it in report.notices] == ["FILE_ZIP"]
    assert service.unreadable(report, KINDS)


def test_a_corrected_file_is_offered_for_what_is_in_a_zip(tmp_path: Path) -> None:
    plan = SamplePlan(organisation=OWNER, moment=MOMENT, bad_percent=0, seed=1)
    sample = service.make_sample(KINDS["lrb-csv"], 3, plan)
    content = sample.content.replace(b'"1"', b'" 1 "')
    packed = archive(tmp_path / "x.zip", (sample.name, content))
    report = service.check_file(packed, KINDS, MOMENT.date(), replace(PLAN, kind="lrb-csv"))
    folder = tmp_path / "proposed"
    folder.mkdir()
    bare = tmp_path / sample.name
    bare.write_bytes(content)
    expected = service.propose_file(bare, KINDS, report, folder, PLAN)
    assert expected is not None
    assert service.propose_file(packed, KINDS, report, folder, PLAN) == expected

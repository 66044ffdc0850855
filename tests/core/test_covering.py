"""Response files are encrypted for those who want it, under names that no other response can have."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, BinaryIO

import pytest

from adapters.stores.files import FolderFiles
from gateway.core.covering import covered, covered_set
from gateway.core.handover import Part


class Rot:
    """Covers for one organisation, so that a test can read what comes out."""

    extension = ".rot"

    def covers(self, organisation: str) -> bool:
        return organisation == "kingsway"

    def cover(self, _organisation: str, path: Path, out: BinaryIO) -> None:
        out.write(path.read_bytes()[::-1])


@pytest.fixture
def files(tmp_path: Path) -> FolderFiles:
    return FolderFiles.from_settings({"root": tmp_path / "files"})


def part(files: FolderFiles, name: str, *, stamped: bool = False) -> Part:
    with files.create("0c4xk2mz9abcde") as draft:
        draft.handle.write(b"abc")
    return Part(name=name, blob=draft.blob, size=3, stamped=stamped)


def gateway(files: FolderFiles, covering: Rot | None) -> Any:  # noqa: ANN401 - as much of a gateway as is asked for
    return SimpleNamespace(files=files, covering=covering)


def sent(organisation: str) -> Any:  # noqa: ANN401 - as much of a submission as is asked for
    return SimpleNamespace(name="x.csv", id="0c4xk2mz9abcde", organisation=SimpleNamespace(id=organisation))


def test_a_part_is_encrypted_for_those_who_want_it_alone(files: FolderFiles) -> None:
    plain = part(files, "x.report.json")
    made = covered(plain, "kingsway", "0c4xk2mz9abcde", gateway(files, Rot()))
    with files.open(made.blob) as file:
        assert (made.name, made.size, file.read()) == ("x.report.json.rot", 3, b"cba")
    with files.open(plain.blob) as file:
        assert file.read() == b"abc"
    for organisation, covering in (("hilltop", Rot()), ("kingsway", None)):
        assert covered(plain, organisation, "0c4xk2mz9abcde", gateway(files, covering)) == plain


def test_a_name_that_bears_a_minute_gives_way_to_one_that_bears_the_submission(files: FolderFiles) -> None:
    parts = {"report.json": part(files, "x.report.json"), "forward.CSV": part(files, "LRB_1.CSV", stamped=True)}
    made = covered_set(parts, sent("kingsway"), gateway(files, Rot()))
    assert {key: (it.name, it.stamped) for key, it in made.items()} == {
        "report.json": ("x.report.json.rot", False),
        "forward.CSV": ("x.0c4xk2mz9abcde.forward.CSV.rot", False),
    }
    assert covered_set(parts, sent("hilltop"), gateway(files, Rot())) == parts

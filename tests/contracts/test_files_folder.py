"""What the file store in a folder promises beyond its port: names, rights, durability on one host."""

import errno
import hashlib
import os
import stat
from pathlib import Path

import pytest

from adapters.stores.files import FolderFiles
from gateway.core.errors import ConfigurationError, FilesError

SPACE = "0c4xk2mz9abcde"
CONTENT = b"x" * 100_000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture
def files(root: Path) -> FolderFiles:
    return FolderFiles.from_settings({"root": str(root)})


def everything(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


def test_a_blob_stands_under_the_last_characters_of_its_space(files: FolderFiles, root: Path, tmp_path: Path) -> None:
    (tmp_path / "staged").write_bytes(CONTENT)
    files.keep(tmp_path / "staged", SPACE, SHA256)
    assert everything(root) == [root / "de" / f"{SPACE}.{SHA256}"]


def test_nobody_else_can_read_it(files: FolderFiles, root: Path, tmp_path: Path) -> None:
    (tmp_path / "staged").write_bytes(CONTENT)
    (tmp_path / "staged").chmod(0o666)
    files.keep(tmp_path / "staged", SPACE, SHA256)
    with files.create(SPACE) as draft:
        draft.handle.write(b"other")
    assert {stat.S_IMODE(path.stat().st_mode) for path in everything(root)} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (root, root / "de")} == {0o700}


def test_a_file_of_another_file_system_is_copied(
    files: FolderFiles, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    staged = tmp_path / "staged"
    staged.write_bytes(CONTENT)
    rename = Path.rename

    def across(self: Path, target: Path) -> Path:
        if self == staged:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", across)
    files.keep(staged, SPACE, SHA256)
    assert [path.read_bytes() for path in everything(root)] == [CONTENT]
    assert stat.S_IMODE(everything(root)[0].stat().st_mode) == 0o600
    assert not staged.exists()


def test_bytes_are_synced_before_they_get_their_name(
    files: FolderFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    fsync, rename = os.fsync, Path.rename
    monkeypatch.setattr(os, "fsync", lambda fd: (steps.append("sync"), fsync(fd))[1])
    monkeypatch.setattr(Path, "rename", lambda self, to: (steps.append("rename"), rename(self, to))[1])
    (tmp_path / "staged").write_bytes(CONTENT)
    files.keep(tmp_path / "staged", SPACE, SHA256)
    with files.create(SPACE) as draft:
        draft.handle.write(b"other")
    assert steps == ["sync", "sync", "rename", "sync", "sync", "rename", "sync"]  # the second is of the new folder


def test_a_full_disk_fails_the_draft_and_leaves_nothing(
    files: FolderFiles, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_fd: int, _data: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def fill() -> None:
        with files.create(SPACE) as draft:
            monkeypatch.setattr(os, "write", full)
            draft.handle.write(CONTENT * 20)

    with pytest.raises(FilesError, match="No space left"):
        fill()
    monkeypatch.undo()
    assert everything(root) == []


def test_a_draft_that_cannot_be_synced_is_no_blob(
    files: FolderFiles, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_fd: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    def fill() -> None:
        with files.create(SPACE) as draft:
            draft.handle.write(CONTENT)
            monkeypatch.setattr(os, "fsync", broken)

    with pytest.raises(FilesError, match="Input/output error"):
        fill()
    assert everything(root) == []


def test_a_link_in_the_store_is_not_followed(files: FolderFiles, root: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (root / "de").mkdir()
    (root / "de" / f"{SPACE}.{SHA256}").symlink_to(tmp_path / "secret")
    with pytest.raises(FilesError):
        files.open(f"{SPACE}/{SHA256}")


@pytest.mark.parametrize("settings", [{}, {"root": None}, {"root": "x", "colour": "red"}])
def test_wrong_settings_are_named(settings: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError, match=r"root|colour"):
        FolderFiles.from_settings(settings)


def test_a_root_that_cannot_be_made_is_a_fault_of_the_settings(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="Check `root`"):
        FolderFiles.from_settings({"root": tmp_path / "file" / "files"})


def test_drafts_that_nobody_writes_any_more_are_swept_and_others_stay(tmp_path: Path) -> None:
    files = FolderFiles.from_settings({"root": tmp_path})
    with files.create("ab") as draft:
        draft.handle.write(b"being written")
        draft.handle.flush()
        (written,) = tmp_path.glob("*/.tmp-*")
        left = written.with_name(".tmp-left")
        left.write_bytes(b"left by a killed process")
        fresh = written.with_name(".tmp-fresh")
        fresh.write_bytes(b"just being made")
        for path in (written, left):
            os.utime(path, (0, 0))
        FolderFiles.from_settings({"root": tmp_path})
        assert sorted(path.name for path in tmp_path.glob("*/.tmp-*")) == sorted([written.name, fresh.name])
    with files.open(draft.blob) as file:
        assert file.read() == b"being written"

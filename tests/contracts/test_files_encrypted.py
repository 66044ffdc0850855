"""What the sealed file store promises beyond its port: nothing in the clear, nothing changed unseen, keys that end."""

import hashlib
import os
import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.stores.encrypted_files import EncryptedFiles
from adapters.stores.files import FolderFiles
from adapters.stores.key_ring import KeyRing
from adapters.stores.sealing import HEAD_BYTES, STRETCH, TAG
from gateway.core.errors import ConfigurationError, FilesError
from tests.fakes import FakeFileKeys

SPACE = "0c4xk2mz9abcde"
CONTENT = secrets.token_bytes(3 * STRETCH + 1000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()
BLOB = f"{SPACE}/{SHA256}"
MASTER = secrets.token_bytes(32)
SEALED = STRETCH + TAG


@pytest.fixture
def keys() -> FakeFileKeys:
    return FakeFileKeys()


@pytest.fixture
def shelf(tmp_path: Path) -> FolderFiles:
    return FolderFiles.from_settings({"root": tmp_path / "files"})


@pytest.fixture
def files(shelf: FolderFiles, keys: FakeFileKeys) -> EncryptedFiles:
    return sealed(shelf, keys, MASTER)


def sealed(shelf: FolderFiles, keys: FakeFileKeys, *masters: bytes) -> EncryptedFiles:
    settings = {"shelf": shelf, "keys": keys, "masters": masters, "scratch": shelf.scratch.root}
    return EncryptedFiles.from_settings(settings).owned("kingsway")


def kept(files: EncryptedFiles, content: bytes = CONTENT, space: str = SPACE) -> str:
    with files.create(space) as draft:
        draft.handle.write(content)
    return draft.blob


def read(files: EncryptedFiles, blob: str = BLOB) -> bytes:
    with files.open(blob) as file:
        return file.read()


def on_disk(shelf: FolderFiles, blob: str = BLOB) -> Path:
    return shelf._path(blob)


def test_nothing_of_a_file_stands_on_the_disk_in_the_clear(files: EncryptedFiles, shelf: FolderFiles) -> None:
    content = b"Ada,Quill,1000000043\r\n" * 10_000
    kept(files, content)
    raw = b"".join(path.read_bytes() for path in shelf._root.rglob("*") if path.is_file())
    assert len(raw) > len(content)
    assert b"Quill" not in raw
    assert len({raw[at : at + 22] for at in range(HEAD_BYTES, len(content), 22)}) > 9_000  # no pattern either


def test_the_same_bytes_never_look_the_same(files: EncryptedFiles, shelf: FolderFiles) -> None:
    first = on_disk(shelf, kept(files)).read_bytes()
    assert on_disk(shelf, kept(files)).read_bytes()[HEAD_BYTES:] != first[HEAD_BYTES:]


def swapped(raw: bytes) -> bytes:
    first, second = (raw[HEAD_BYTES + at * SEALED :][:SEALED] for at in (0, 1))
    return raw[:HEAD_BYTES] + second + first + raw[HEAD_BYTES + 2 * SEALED :]


TAMPERED: dict[str, Callable[[bytes], bytes]] = {
    "a bit of the first stretch": lambda raw: _flipped(raw, HEAD_BYTES + 5),
    "a bit of the last stretch": lambda raw: _flipped(raw, len(raw) - 1),
    "the key's number": lambda raw: _flipped(raw, 6),
    "the file's own salt": lambda raw: _flipped(raw, 25),
    "the name's tag": lambda raw: _flipped(raw, HEAD_BYTES - 1),
    "cut within a stretch": lambda raw: raw[:-10],
    "cut between two stretches": lambda raw: raw[: HEAD_BYTES + 3 * SEALED],
    "cut within the head": lambda raw: raw[: HEAD_BYTES - 1],
    "cut behind the head": lambda raw: raw[:HEAD_BYTES],
    "empty": lambda _: b"",
    "a stretch doubled": lambda raw: raw[: HEAD_BYTES + SEALED] + raw[HEAD_BYTES:],
    "two stretches swapped": swapped,
    "longer": lambda raw: raw + bytes(SEALED),
    "other bytes in the clear": lambda _: CONTENT[:-1],
}


def _flipped(raw: bytes, place: int) -> bytes:
    return raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]


@pytest.mark.parametrize("change", TAMPERED)
def test_a_changed_file_is_refused(files: EncryptedFiles, shelf: FolderFiles, change: str) -> None:
    path = on_disk(shelf, kept(files))
    path.write_bytes(TAMPERED[change](path.read_bytes()))
    with pytest.raises(FilesError):
        read(files)
    with pytest.raises(FilesError), files.local(BLOB):
        pass


def test_what_was_kept_before_the_store_was_sealed_is_still_read(files: EncryptedFiles, shelf: FolderFiles) -> None:
    with shelf.create(SPACE) as draft:
        draft.handle.write(CONTENT)
    assert read(files) == CONTENT
    on_disk(shelf).write_bytes(CONTENT[:-1])
    with pytest.raises(FilesError, match="not those that were kept"):
        files.open(BLOB)


def test_what_is_read_from_the_middle_is_authentic_too(files: EncryptedFiles, shelf: FolderFiles) -> None:
    path = on_disk(shelf, kept(files))
    path.write_bytes(_flipped(path.read_bytes(), HEAD_BYTES + 2 * SEALED + 7))
    with files.open(BLOB) as file:
        file.seek(2 * STRETCH)
        with pytest.raises(FilesError, match="not those that were sealed"):
            file.read(1)


def test_a_file_that_was_given_anothers_name_is_refused(files: EncryptedFiles, shelf: FolderFiles) -> None:
    other = kept(files, b"other bytes of the same submission")
    kept(files)
    on_disk(shelf, other).replace(on_disk(shelf))
    with pytest.raises(FilesError, match="another's name"):
        read(files)


def test_an_upload_that_changed_before_it_was_sealed_is_not_kept(
    files: EncryptedFiles, shelf: FolderFiles, tmp_path: Path
) -> None:
    path = tmp_path / "arriving"
    path.write_bytes(CONTENT + b"more")
    with pytest.raises(FilesError, match="not those that were received"):
        files.keep(path, SPACE, SHA256)
    assert path.read_bytes() == CONTENT + b"more"
    assert list(shelf.blobs()) == []


def test_each_organisation_has_a_key_of_its_own(files: EncryptedFiles, keys: FakeFileKeys) -> None:
    kept(files)
    kept(files.owned("hilltop"), space="0c4xk2mz9abcdf")
    assert [(key.organisation, key.version) for key in keys.all()] == [("hilltop", 1), ("kingsway", 1)]
    assert len({key.wrapped for key in keys.all()}) == 2


def test_bytes_of_nobody_are_not_kept(shelf: FolderFiles, keys: FakeFileKeys) -> None:
    store = EncryptedFiles.from_settings(
        {"shelf": shelf, "keys": keys, "masters": (MASTER,), "scratch": shelf.scratch.root}
    )
    with pytest.raises(FilesError, match="Nobody is named"):
        kept(store)


def test_after_a_rotation_new_files_have_the_new_key_and_old_ones_are_still_read(
    files: EncryptedFiles, keys: FakeFileKeys, shelf: FolderFiles
) -> None:
    kept(files)
    KeyRing(keys, [MASTER]).renew("kingsway")
    new = kept(files, b"new")
    assert read(files) == CONTENT
    assert on_disk(shelf).read_bytes()[4:20] == keys.all()[0].id.bytes
    assert on_disk(shelf, new).read_bytes()[4:20] == keys.all()[1].id.bytes


def test_a_new_master_key_takes_over_and_the_former_one_may_go(
    files: EncryptedFiles, keys: FakeFileKeys, shelf: FolderFiles
) -> None:
    kept(files)
    new = secrets.token_bytes(32)
    with pytest.raises(FilesError, match="no master key"):
        read(sealed(shelf, keys, new))
    assert read(sealed(shelf, keys, new, MASTER)) == CONTENT
    ring = KeyRing(keys, [new, MASTER])
    assert (ring.rewrap(), ring.rewrap()) == (1, 0)
    assert read(sealed(shelf, keys, new)) == CONTENT
    with pytest.raises(FilesError, match="no master key"):
        read(files)


def test_a_wrapped_key_serves_no_other_organisation(files: EncryptedFiles, keys: FakeFileKeys) -> None:
    kept(files)
    (key,) = keys.all()
    keys._keys["kingsway", 1] = replace(key, organisation="hilltop")
    with pytest.raises(FilesError, match="no master key"):
        read(files)


def test_with_its_keys_destroyed_an_organisation_has_no_bytes_any_more_and_others_have(
    files: EncryptedFiles, keys: FakeFileKeys, shelf: FolderFiles
) -> None:
    kept(files)
    theirs = kept(files.owned("hilltop"), b"theirs", "0c4xk2mz9abcdf")
    keys.shred("kingsway")
    for store in (files, sealed(shelf, keys, MASTER)):
        with pytest.raises(FilesError, match="its key was destroyed"):
            read(store)
    assert read(files, theirs) == b"theirs"
    again = kept(files, b"sent later")
    assert read(files, again) == b"sent later"
    assert keys.newest("kingsway").version == 2


def test_a_key_that_this_database_does_not_know_is_told(files: EncryptedFiles, shelf: FolderFiles) -> None:
    kept(files)
    with pytest.raises(FilesError, match="not in this database"):
        read(sealed(shelf, FakeFileKeys(), MASTER))


@pytest.mark.parametrize("masters", [(), (b"short",), (MASTER, b"short")])
def test_a_master_key_that_is_none_is_refused(shelf: FolderFiles, masters: tuple[bytes, ...]) -> None:
    with pytest.raises(ConfigurationError, match="32 bytes in Base64"):
        sealed(shelf, FakeFileKeys(), *masters)


def test_a_full_disk_fails_the_draft_and_leaves_nothing(
    files: EncryptedFiles, shelf: FolderFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_fd: int, _data: object) -> int:
        raise OSError(28, os.strerror(28))

    def fill() -> None:
        with files.create(SPACE) as draft:
            monkeypatch.setattr(os, "write", full)
            draft.handle.write(CONTENT * 20)

    with pytest.raises(FilesError, match="No space left"):
        fill()
    monkeypatch.undo()
    assert list(shelf.blobs()) == []
    assert list(shelf.scratch.root.iterdir()) == []

"""The contract of the `Files` port. A further adapter is one more name in the fixture's list."""

import hashlib
import stat
from collections.abc import Callable
from io import TextIOWrapper
from pathlib import Path
from secrets import token_bytes
from threading import Thread
from traceback import format_exception

import pytest

from adapters.stores.encrypted_files import EncryptedFiles
from adapters.stores.files import FolderFiles
from adapters.stores.s3_files import S3Files
from gateway.core.errors import FilesError
from gateway.core.ports.files import Files
from tests.bucket import Client
from tests.fakes import FakeFileKeys

SPACE = "0c4xk2mz9abcde"
OTHER_SPACE = "0c4xk2mz9abcdf"
CONTENT = b"ULN\r\n1000000043\r\n" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()

Staged = Callable[[bytes], Path]


@pytest.fixture
def folder_files(tmp_path: Path) -> Files:
    return FolderFiles.from_settings({"root": tmp_path / "files"})


@pytest.fixture
def s3_files(s3_client: Client, bucket: dict[str, object], tmp_path: Path) -> Files:
    return S3Files(s3_client, str(bucket["bucket"]), tmp_path / "scratch")


@pytest.fixture
def sealed_folder(folder_files: Files, tmp_path: Path) -> Files:
    return sealed(folder_files, tmp_path)


@pytest.fixture
def sealed_s3(s3_files: Files, tmp_path: Path) -> Files:
    return sealed(s3_files, tmp_path)


def sealed(shelf: Files, folder: Path) -> Files:
    settings = {"shelf": shelf, "keys": FakeFileKeys(), "masters": (bytes(32),), "scratch": folder / "scratch"}
    return EncryptedFiles.from_settings(settings).owned("kingsway")


@pytest.fixture(params=["folder_files", "s3_files", "sealed_folder", "sealed_s3"])
def files(request: pytest.FixtureRequest) -> Files:
    return request.getfixturevalue(request.param)


@pytest.fixture
def staged(tmp_path: Path) -> Staged:
    def put(content: bytes) -> Path:
        path = tmp_path / "staged"
        path.write_bytes(content)
        return path

    return put


def read(files: Files, blob: str) -> bytes:
    with files.open(blob) as file:
        return file.read()


def test_a_store_is_tried_whoever_asks_and_nothing_of_it_stays(request: pytest.FixtureRequest, files: Files) -> None:
    everybodys = files.owned("kingsway")
    if isinstance(files, EncryptedFiles):
        everybodys = EncryptedFiles(files._shelf, files._ring, files._scratch)
    everybodys.probe()
    below = "s3_files" if "s3" in request.node.callspec.id else "folder_files"
    assert list(request.getfixturevalue(below).blobs()) == []


def test_a_kept_file_is_taken_over_and_named_by_its_space_and_digest(files: Files, staged: Staged) -> None:
    path = staged(CONTENT)
    blob = files.keep(path, SPACE, SHA256)
    assert blob == f"{SPACE}/{SHA256}"
    assert read(files, blob) == CONTENT
    assert not path.exists()


def test_a_space_is_cleared_whole_and_alone(files: Files, staged: Staged) -> None:
    mine = [files.keep(staged(content), SPACE, hashlib.sha256(content).hexdigest()) for content in (CONTENT, b"")]
    other = files.keep(staged(CONTENT), OTHER_SPACE, SHA256)
    assert files.clear(SPACE) == 2
    for blob in mine:
        with pytest.raises(FilesError):
            files.open(blob)
    assert read(files, other) == CONTENT
    assert files.clear(SPACE) == 0


def test_the_same_bytes_in_the_same_space_are_kept_once(files: Files, staged: Staged) -> None:
    first = files.keep(staged(CONTENT), SPACE, SHA256)
    again = staged(CONTENT)
    assert files.keep(again, SPACE, SHA256) == first
    assert read(files, first) == CONTENT
    assert not again.exists()


def test_keeping_again_after_the_file_was_taken_over_changes_nothing(files: Files, staged: Staged) -> None:
    path = staged(CONTENT)
    blob = files.keep(path, SPACE, SHA256)
    assert files.keep(path, SPACE, SHA256) == blob
    assert read(files, blob) == CONTENT


def test_two_spaces_share_no_bytes(files: Files, staged: Staged) -> None:
    first = files.keep(staged(CONTENT), SPACE, SHA256)
    second = files.keep(staged(CONTENT), OTHER_SPACE, SHA256)
    files.remove(first)
    assert read(files, second) == CONTENT
    with pytest.raises(FilesError):
        files.open(first)


def test_a_file_that_is_not_there_cannot_be_kept(files: Files, tmp_path: Path) -> None:
    with pytest.raises(FilesError):
        files.keep(tmp_path / "absent", SPACE, SHA256)


def test_a_draft_is_a_blob_once_its_block_has_ended(files: Files) -> None:
    with files.create(SPACE) as draft:
        for start in range(0, len(CONTENT), 1000):
            draft.handle.write(CONTENT[start : start + 1000])
    assert draft.blob == f"{SPACE}/{SHA256}"
    assert draft.size == len(CONTENT)
    assert read(files, draft.blob) == CONTENT


def test_a_draft_may_be_empty(files: Files) -> None:
    with files.create(SPACE) as draft:
        pass
    assert draft.size == 0
    assert read(files, draft.blob) == b""


def test_a_draft_takes_text_through_a_wrapper_that_closes_it(files: Files) -> None:
    with files.create(SPACE) as draft, TextIOWrapper(draft.handle, encoding="utf-8", newline="") as text:
        text.write("given_name\r\nZoë\r\n")
    assert read(files, draft.blob) == "given_name\r\nZoë\r\n".encode()


def test_two_drafts_of_the_same_bytes_in_one_space_are_one_blob(files: Files) -> None:
    with files.create(SPACE) as first, files.create(SPACE) as second:
        first.handle.write(CONTENT)
        second.handle.write(CONTENT)
    assert first.blob == second.blob
    assert read(files, first.blob) == CONTENT


def test_nothing_is_left_of_a_draft_whose_block_raises(files: Files) -> None:
    def break_off() -> None:
        with files.create(SPACE) as draft:
            draft.handle.write(CONTENT)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        break_off()
    with pytest.raises(FilesError):
        files.open(f"{SPACE}/{SHA256}")


def test_a_missing_blob_cannot_be_opened_or_had_locally(files: Files) -> None:
    with pytest.raises(FilesError):
        files.open(f"{SPACE}/{SHA256}")
    with pytest.raises(FilesError), files.local(f"{SPACE}/{SHA256}"):
        pass


def test_a_blob_can_be_read_by_path_while_the_block_lasts(files: Files, staged: Staged) -> None:
    blob = files.keep(staged(CONTENT), SPACE, SHA256)
    with files.local(blob) as path:
        assert path.read_bytes() == CONTENT
    assert read(files, blob) == CONTENT


def test_an_open_blob_can_be_read_from_any_place(files: Files, staged: Staged) -> None:
    blob = files.keep(staged(CONTENT), SPACE, SHA256)
    with files.open(blob) as file:
        file.seek(5)
        assert file.read(10) == CONTENT[5:15]


def test_a_large_file_is_kept_whole_and_read_from_any_place(files: Files, staged: Staged) -> None:
    content = token_bytes(17 << 20)  # two parts in a bucket
    with files.create(SPACE) as draft:
        draft.handle.write(content)
    assert draft.size == len(content)
    kept = files.keep(staged(content), OTHER_SPACE, draft.blob.partition("/")[2])
    for blob in (draft.blob, kept):
        assert read(files, blob) == content
    with files.local(kept) as path:
        assert path.read_bytes() == content
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with files.open(kept) as file:
        assert file.seek(0, 2) == len(content)
        for place in (16 << 20, (1 << 16) - 2, 0, len(content) - 3, len(content)):
            file.seek(place)
            assert file.read(5) == content[place : place + 5]


@pytest.mark.parametrize("size", [0, 1, (1 << 16) - 1, 1 << 16, (1 << 16) + 1, 3 << 16])
def test_a_file_of_any_size_comes_back_as_it_was(files: Files, size: int) -> None:
    content = (b"1000000043," * 20_000)[:size]
    with files.create(SPACE) as draft:
        draft.handle.write(content)
    assert draft.size == size
    assert read(files, draft.blob) == content
    with files.local(draft.blob) as path:
        assert path.read_bytes() == content


def test_nothing_is_left_behind_in_the_scratch_folder(files: Files, staged: Staged, tmp_path: Path) -> None:
    blob = files.keep(staged(CONTENT), SPACE, SHA256)
    with files.create(SPACE) as draft:
        draft.handle.write(b"other")
    with files.local(blob) as path:
        assert path.exists()
    assert list((tmp_path / "scratch").iterdir()) == []


def test_the_store_of_an_organisation_reads_what_another_kept(files: Files, staged: Staged) -> None:
    blob = files.owned("hilltop").keep(staged(CONTENT), SPACE, SHA256)
    assert read(files, blob) == CONTENT


def test_removing_twice_is_no_error(files: Files, staged: Staged) -> None:
    blob = files.keep(staged(CONTENT), SPACE, SHA256)
    files.remove(blob)
    files.remove(blob)
    with pytest.raises(FilesError):
        files.open(blob)


@pytest.mark.parametrize(
    "blob",
    ["", "x", "../etc/passwd", f"../{SHA256}", f"{SPACE}/../{SHA256}", f"{SPACE}/{SHA256}/", f"/{SPACE}/{SHA256}",
     f"{SPACE}/{SHA256}\n", f"{SPACE}/{SHA256.upper()}", f"{SPACE}.x/{SHA256}"],
)  # fmt: skip
def test_a_name_that_is_no_blob_leads_nowhere(files: Files, blob: str) -> None:
    with pytest.raises(FilesError):
        files.open(blob)
    with pytest.raises(FilesError):
        files.remove(blob)
    with pytest.raises(FilesError), files.local(blob):
        pass


@pytest.mark.parametrize("space", ["", "..", "a/b", "a.b", "/etc", "A B"])
def test_a_space_that_is_none_is_refused(files: Files, staged: Staged, space: str) -> None:
    path = staged(CONTENT)
    with pytest.raises(FilesError):
        files.keep(path, space, SHA256)
    with pytest.raises(FilesError), files.create(space):
        pass
    assert path.read_bytes() == CONTENT


def test_an_error_tells_nothing_of_the_senders_file_name(files: Files, tmp_path: Path) -> None:
    planted = tmp_path / "Zoe Example 1000000043.csv"
    with pytest.raises(FilesError) as caught:
        files.keep(planted, SPACE, SHA256)
    assert planted.name not in "".join(format_exception(caught.value))


def test_many_at_once_are_all_kept(files: Files) -> None:
    def write(number: int) -> None:
        with files.create(f"{SPACE}{number}") as draft:
            draft.handle.write(CONTENT)

    threads = [Thread(target=write, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert all(read(files, f"{SPACE}{number}/{SHA256}") == CONTENT for number in range(20))

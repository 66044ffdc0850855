"""A whole gateway on a sealed file store: every blob that it makes has its organisation's key."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.stores.encrypted_files import EncryptedFiles
from adapters.stores.sealing import MARK
from gateway.core.errors import FilesError
from gateway.core.submission import Folder, Status
from gateway.pipeline import process
from tests.desk import ADA, COLLEGE, Desk, desk_of


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=True)
    settings = {"shelf": made.gateway.files, "keys": made.record.file_keys, "masters": (bytes(32),)}
    sealed = EncryptedFiles.from_settings(settings | {"scratch": tmp_path / "scratch"})
    made.gateway = replace(made.gateway, files=sealed)
    yield made
    made.record.close()


def test_all_that_a_submission_leaves_is_sealed_and_is_read_again(desk: Desk) -> None:
    submission = desk.send([ADA])
    assert process(submission, desk.gateway).status is Status.DELIVERED
    assert [row["outcome"] for row in desk.rows(submission, "match.csv")] == ["exact_match"]
    kept = [path.read_bytes() for path in (desk.folder / "files").rglob("*") if path.is_file()]
    assert len(kept) > 3
    assert all(content.startswith(MARK) for content in kept)
    assert desk.rows_of("select distinct organisation from file_key") == [(COLLEGE.id,)]


def test_a_shredded_organisations_files_are_lost_and_its_submission_is_parked_not_lost(desk: Desk) -> None:
    done = desk.send([ADA])
    process(done, desk.gateway)
    waiting = desk.send([ADA, replace(ADA, given_name="Grace")])
    assert desk.record.file_keys.shred(COLLEGE.id) == 1
    for file in desk.gateway.mailboxes.listing(COLLEGE.id, Folder.OUT):
        with pytest.raises(FilesError, match="its key was destroyed"):
            desk.gateway.files.open(str(file.blob))
    held = process(waiting, desk.gateway)
    assert str(held.held_reason).endswith("its key was destroyed. Check its disk and rights, then replay.")

"""The master keys of the file store: private, in Base64, the newest first."""

import base64
import stat
from pathlib import Path

import pytest

from gateway.config import FilesSettings
from gateway.core.errors import ConfigurationError
from gateway.master_keys import make_master_key, master_keys, renew_master_key

SETTINGS = FilesSettings(master_key_file=Path("master.key"))


def test_a_new_home_gets_a_master_key_that_nobody_else_can_read_and_keeps_it(tmp_path: Path) -> None:
    make_master_key(tmp_path)
    (key,) = master_keys(tmp_path, SETTINGS)
    assert len(key) == 32
    assert stat.S_IMODE((tmp_path / "master.key").stat().st_mode) == 0o600
    make_master_key(tmp_path)
    assert master_keys(tmp_path, SETTINGS) == (key,)
    assert [path.name for path in tmp_path.iterdir()] == ["master.key"]


def test_a_renewed_master_key_stands_before_the_former_one(tmp_path: Path) -> None:
    make_master_key(tmp_path)
    (former,) = master_keys(tmp_path, SETTINGS)
    renew_master_key(tmp_path, SETTINGS)
    new, kept = master_keys(tmp_path, SETTINGS)
    assert kept == former != new
    assert stat.S_IMODE((tmp_path / "master.key").stat().st_mode) == 0o600


def test_a_master_key_that_others_can_read_is_refused_with_the_cure(tmp_path: Path) -> None:
    make_master_key(tmp_path)
    (tmp_path / "master.key").chmod(0o604)
    with pytest.raises(ConfigurationError, match=f"chmod 600 {tmp_path / 'master.key'}"):
        master_keys(tmp_path, SETTINGS)


def test_a_master_key_may_come_from_the_environment_where_it_is_not_renewed_here(tmp_path: Path) -> None:
    settings = FilesSettings(master_key=base64.b64encode(bytes(32)).decode())
    assert master_keys(tmp_path, settings) == (bytes(32),)
    with pytest.raises(ConfigurationError, match=r"files\.master_key"):
        renew_master_key(tmp_path, settings)


@pytest.mark.parametrize("content", [b"no base 64!", b"\xff\xfe"])
def test_a_file_that_is_no_master_key_is_refused(tmp_path: Path, content: bytes) -> None:
    make_master_key(tmp_path)
    (tmp_path / "master.key").write_bytes(content)
    with pytest.raises(ConfigurationError):
        master_keys(tmp_path, SETTINGS)


def test_a_master_key_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="Check that it is there"):
        master_keys(tmp_path, SETTINGS)


def test_without_one_files_are_kept_as_they_are(tmp_path: Path) -> None:
    assert master_keys(tmp_path, FilesSettings()) == ()

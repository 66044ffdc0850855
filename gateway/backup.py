"""Backup and restore: the database first, then the bytes that it names, then settings and host keys.

A backup folder holds `blobs/` (each blob once, however many backups there are) and a folder for each backup with
`database/` (a base backup), `home/`, their digests in `copied.sha256`, those of the blobs of that moment in
`blobs.sha256` (both as `sha256sum -c` reads them), and `backup.json`. The file store's master key is never in it.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from gateway import bootstrap, config
from gateway.bootstrap import House
from gateway.core.errors import BlobMissingError, ConfigurationError
from gateway.core.ports.files import Shelf
from gateway.secret_files import refuse_readable

MANIFEST: Final = "backup.json"
_LIST: Final = "blobs.sha256"
_COPIED: Final = "copied.sha256"
_BLOBS: Final = "blobs"
_STEP: Final = 1 << 20
_TAKEN_ALONG: Final = (config.FILE_NAME, "host-keys", "receipt.key", "receipt-keys", "pgp.key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What was backed up: where, when, where the database stood, how many blobs, and how many of them were new."""

    folder: str
    made_at: str
    embedded: bool
    database: Mapping[str, str]
    blobs: int
    new: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was restored: blobs, those that a row names but nobody has, and numbers that were left out of issuing."""

    home: str
    blobs: int
    missing: int
    skipped: int


def back_up(house: House, target: Path) -> Backup:
    """Write one more backup into a folder, whole or not at all, while the gateway runs."""
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    refuse_readable(target, "the folder of the backups, which holds learners' records")
    moment = bootstrap.now()
    folder = target / f"{moment:%Y%m%dT%H%M%S.%fZ}"
    draft = target / f".{folder.name}"
    draft.mkdir(mode=0o700)
    try:
        with house.record.backups.copy(draft / "database") as stood:
            known = _known(target)
            blobs, new = _copy_blobs(bootstrap.shelf(house.home, house.settings.files), target, draft, known)
        _take_along(house.home, draft / "home")
        _list_copied(draft)
        made = Backup(
            folder=str(folder),
            made_at=moment.isoformat(),
            embedded=house.settings.database.url is None,
            database=stood,
            blobs=blobs,
            new=new,
        )
        (draft / MANIFEST).write_text(json.dumps({"version": 1} | asdict(made), indent=2) + "\n", encoding="utf-8")
        os.sync()
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return made


def newest(target: Path) -> Path:
    """Return the folder of the last backup, or the folder itself where it is one; raise ConfigurationError for none."""
    made = [target] if (target / MANIFEST).exists() else _made(target)
    if not made:
        raise ConfigurationError(f"There is no backup in {target}: name a folder that `gateway backup` wrote.")
    return made[-1]


def verify(folder: Path) -> int:
    """Hold every blob and the database of a backup against what was copied; return how many blobs there are.

    Raise ConfigurationError that names the first that differs.
    """
    _hold(folder, _COPIED)
    return _hold(folder, _LIST)


def restore(folder: Path, home: Path, master_key_file: Path | None, skip: int) -> Restored:
    """Make a new home of a backup that was verified: database, bytes, settings, host keys; nothing is started."""
    if home.exists() and any(home.iterdir()):
        raise ConfigurationError(f"{home} is not empty. Restore into a new home.")
    verify(folder)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copytree(folder / "home", home, dirs_exist_ok=True)
    settings = config.load(home)
    if settings.files.master_key_file is not None:
        _put_key(master_key_file, home / settings.files.master_key_file)
    if (folder / "database").exists():
        bootstrap.restoring().restore(home.resolve(), folder / "database")
    kept = _put_blobs(folder, bootstrap.shelf(home.resolve(), settings.files), home)
    with bootstrap.opened(home) as house:
        return _begun_anew(house, kept, skip)


def _hold(folder: Path, name: str) -> int:
    count = 0
    for digest, path in _listed(folder, name):
        if not path.is_file() or _sha256(path) != digest:
            raise ConfigurationError(f"{path} is missing or has changed since it was backed up: use another backup.")
        count += 1
    return count


def _begun_anew(house: House, kept: set[str], skip: int) -> Restored:
    backups = house.record.backups
    return Restored(
        home=str(house.home),
        blobs=len(kept),
        missing=len(set(backups.named()) - kept),
        skipped=backups.begin_anew(skip),
    )


def _copy_blobs(shelf: Shelf, target: Path, draft: Path, known: Mapping[str, str]) -> tuple[int, int]:
    """Copy the blobs that no earlier backup has, and list all of them; return how many there are, and how many new."""
    count = new = 0
    with (draft / _LIST).open("w", encoding="utf-8") as listed:
        for blob in shelf.blobs():
            path = _place(target, blob)
            digest = known.get(blob) if path.is_file() else None
            if digest is None:
                try:
                    digest = _copy(shelf, blob, path)
                except BlobMissingError:
                    continue  # what a step left for the next one is gone: it begins anew where this is restored
                new += 1
            listed.write(f"{digest}  ../{path.relative_to(target)}\n")
            count += 1
    return count, new


def _copy(shelf: Shelf, blob: str, path: Path) -> str:
    """Copy a blob as it lies there, under another name until it is whole; return the digest of what was copied."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}")
    draft.unlink(missing_ok=True)
    digest = hashlib.sha256()
    raw, _ = shelf.raw(blob)
    with closing(raw), os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as copy:
        while chunk := raw.read(_STEP):
            digest.update(chunk)
            copy.write(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    draft.rename(path)
    return digest.hexdigest()


def _put_blobs(folder: Path, shelf: Shelf, home: Path) -> set[str]:
    """Hand every blob of a backup to a file store, and return their names."""
    kept = set()
    arriving = home / "restoring"
    for _, path in _listed(folder, _LIST):
        space, _, sha256 = path.name.partition(".")
        shutil.copyfile(path, arriving)
        kept.add(shelf.keep(arriving, space, sha256))
    return kept


def _put_key(given: Path | None, path: Path) -> None:
    if given is None:
        raise ConfigurationError(
            "The file store of this backup is sealed, and its master key is in no backup. Name your copy of it with "
            "--master-key-file."
        )
    refuse_readable(given, "the master key of the file store")
    path.touch(mode=0o600)
    shutil.copyfile(given, path)


def _take_along(home: Path, folder: Path) -> None:
    folder.mkdir(mode=0o700)
    for name in _TAKEN_ALONG:
        source = home / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        elif source.exists():
            shutil.copy2(source, folder / name)


def _known(target: Path) -> dict[str, str]:
    """Return the digest of every blob that the last backup lists."""
    made = _made(target)
    return {path.name.replace(".", "/"): digest for digest, path in _listed(made[-1], _LIST)} if made else {}


def _made(target: Path) -> list[Path]:
    return sorted(path.parent for path in target.glob(f"[0-9]*/{MANIFEST}"))


def _list_copied(draft: Path) -> None:
    """List the digest of everything but the blobs: database, settings, host keys."""
    copied = sorted(path for path in draft.rglob("*") if path.is_file() and path.parent != draft)
    lines = [f"{_sha256(path)}  {path.relative_to(draft)}\n" for path in copied]
    (draft / _COPIED).write_text("".join(lines), encoding="utf-8")


def _listed(folder: Path, name: str) -> Iterator[tuple[str, Path]]:
    with (folder / name).open(encoding="utf-8") as lines:
        for line in lines:
            digest, _, place = line.rstrip("\n").partition("  ")
            yield digest, (folder / place).resolve()


def _place(target: Path, blob: str) -> Path:
    space, _, sha256 = blob.partition("/")
    return target / _BLOBS / space[-2:] / f"{space}.{sha256}"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

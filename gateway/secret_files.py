"""Secrets that stand in files: read only where nobody else can read them."""

import os
import stat
from pathlib import Path

from gateway.core.errors import ConfigurationError

OTHERS = 0o077


def refuse_readable(path: Path, what: str) -> None:
    """Raise ConfigurationError with the cure where others than our own user may read or change a secret's file."""
    try:
        seen = path.stat()
    except OSError as error:
        raise ConfigurationError(f"{what}, {path}, cannot be read: {error.strerror}. Check that it is there.") from None
    if seen.st_uid not in {os.geteuid(), 0}:
        raise ConfigurationError(f"{what}, {path}, belongs to another user. Run `chown {os.geteuid()} {path}`.")
    if stat.S_IMODE(seen.st_mode) & OTHERS:
        raise ConfigurationError(f"Others can read {path}, {what}. Run `chmod 600 {path}`, and change what it held.")


def secret(path: Path, what: str) -> str:
    """Return what a private file holds, without the line's end; raise ConfigurationError where it is not private."""
    refuse_readable(path, what)
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError):
        raise ConfigurationError(f"{what}, {path}, cannot be read as text. Write it anew.") from None


def write_secret(path: Path, text: str) -> None:
    """Write a secret's file that nobody else can read, whole or not at all, so that it outlives a power cut."""
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

"""The master keys of the file store: one a line in Base64, the newest first; they are never in the database."""

import base64
import binascii
import secrets
from pathlib import Path
from typing import Final

from gateway.config import FilesSettings
from gateway.core.errors import ConfigurationError
from gateway.secret_files import secret, write_secret

FILE_NAME: Final = "master.key"
_KEY_BYTES: Final = 32
_WHAT: Final = "the master key of the file store (files.master_key_file)"


def master_keys(home: Path, settings: FilesSettings) -> tuple[bytes, ...]:
    """Return the master keys, none where files are kept as they are; raise ConfigurationError where one is none."""
    if settings.master_key is not None:
        text = settings.master_key.get_secret_value()
    elif settings.master_key_file is not None:
        text = secret(home / settings.master_key_file, _WHAT)
    else:
        return ()
    try:
        return tuple(base64.b64decode(line, validate=True) for line in text.split())
    except (binascii.Error, ValueError):
        raise ConfigurationError(f"{_WHAT.capitalize()} is no Base64. Put back a copy of it.") from None


def make_master_key(home: Path) -> None:
    """Write a home's first master key; one that is there stays."""
    path = home / FILE_NAME
    if not path.exists():
        write_secret(path, _line())


def renew_master_key(home: Path, settings: FilesSettings) -> None:
    """Put a new master key before the former ones; raise ConfigurationError where it is not in a file."""
    if settings.master_key_file is None or settings.master_key is not None:
        raise ConfigurationError(
            "The master key does not stand in a file, so it cannot be renewed here. Put a new one before the former, "
            "separated by a blank, where it is set (files.master_key), then run `gateway files rotate`."
        )
    path = home / settings.master_key_file
    write_secret(path, _line() + secret(path, _WHAT) + "\n")


def _line() -> str:
    return base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode() + "\n"

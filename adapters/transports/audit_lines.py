"""The audit lines of the SFTP server: every event as a line of JSON, in a chain, in a file of the home."""

import fcntl
import logging
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from gateway.core.errors import ConfigurationError
from gateway.core.line_chain import START, digest_of, line_of

FIELDS: Final = (
    "peer", "organisation", "fingerprint", "folder", "extension", "bytes", "sha256", "submission", "status", "reason",
    "seconds", "code", "exception_type",
)  # fmt: skip
"""What a line may tell of an event: no file name, no content, no learner's value."""
_LAST: Final = 64 * 1024


class AuditLines(logging.Handler):
    """Appends what happens to a file that nobody else may read or write."""

    def __init__(self, path: Path) -> None:
        super().__init__(logging.INFO)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._previous = _continued(self._descriptor)
        except OSError as error:
            raise ConfigurationError(
                f"The audit lines {path} cannot be written: {error.strerror}. Does a server run that writes them?"
            ) from error

    def emit(self, record: logging.LogRecord) -> None:
        """Append one event; where the disk takes none, the log still tells it."""
        told = {name: record.__dict__[name] for name in FIELDS if record.__dict__.get(name) not in (None, "")}
        at = datetime.fromtimestamp(record.created, UTC).isoformat()
        line = line_of({"at": at, "event": record.getMessage(), **told}, self._previous)
        with suppress(OSError):
            written = os.write(self._descriptor, line)
            if written < len(line):
                os.ftruncate(self._descriptor, os.fstat(self._descriptor).st_size - written)
            else:
                self._previous = digest_of(line)

    def close(self) -> None:
        """Give the file back."""
        os.close(self._descriptor)
        super().close()


def _continued(descriptor: int) -> str:
    """Return the digest of the last whole line; what a crash left of another one is cut off."""
    size = os.fstat(descriptor).st_size
    end = os.pread(descriptor, _LAST, max(0, size - _LAST))
    whole = end[: end.rfind(b"\n") + 1]
    os.ftruncate(descriptor, size - len(end) + len(whole))
    return digest_of(whole[whole.rfind(b"\n", 0, -1) + 1 :]) if whole else START

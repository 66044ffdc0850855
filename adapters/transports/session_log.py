"""What OpenSSH's sftp server says of its uploads: its log tells a file that was closed from one that was cut.

A file's name, size and time look the same in both cases. `internal-sftp -l INFO` writes `close` for the first and
`forced close` for the second, and names every rename. The log outlives whoever reads it, so what was uploaded while
the gateway was down is judged like anything else: the log of the day before (`<log>.1`) is read first, and a log that
is rotated is read to its end before the next.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final

from adapters.transports.sftp_tree import normal

_LINE: Final = re.compile(rb"(?:internal-sftp|sftp-server)\[(\d+)\]: (.*?)\r?\n?$")
_OPENED: Final = re.compile(rb"session opened for local user (\S+) from ")
_OPEN: Final = re.compile(rb'open "(.*)" flags (\S+) mode ')
_CLOSE: Final = re.compile(rb'(forced )?close "(.*)" bytes read \d+ written (\d+)$')
_RENAME: Final = re.compile(rb'(?:posix-)?rename old "(.*)" new "(.*)"$')
_REMOVE: Final = re.compile(rb'remove name "(.*)"$')
_ESCAPED: Final = re.compile(rb"\\(\\|[0-7]{3})")

Key = tuple[str, str]
"""Whose upload, and its path from the mailbox's root."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the log said last of an upload: by which session, whether it was closed, and how much it wrote."""

    session: bytes
    whole: bool
    written: int = 0
    anew: bool = False
    before: "Said | None" = None
    """What held before it was opened once more, where that may have failed."""

    def fits(self, size: int) -> bool:
        """Tell whether a file of that size may be the one that was closed; one that was resumed may have more."""
        if not self.whole:
            return self.before is not None and self.before.fits(size)
        return size == self.written if self.anew else size >= self.written


class SessionLog:
    """Follows the log of an outside sftp server, as syslog writes it."""

    def __init__(self, path: Path, root: Path) -> None:
        self._path = path
        self._root = root
        self._file: BinaryIO | None = None
        self._rest = b""
        self._users: dict[bytes, str] = {}
        self._said: dict[Key, Said] = {}
        self._doubts: dict[bytes, tuple[Key, Said | None]] = {}
        with suppress(FileNotFoundError), path.with_name(f"{path.name}.1").open("rb") as former:
            self._take(former.read())

    def read(self) -> None:
        """Take in what was written since; a log that is not there yet says nothing."""
        if self._file is None:
            with suppress(FileNotFoundError):
                self._file = self._path.open("rb")
        if self._file is not None:
            more = self._file.read()
            self._take(more)
            if not more and self._is_over(self._file):
                self.close()

    def close(self) -> None:
        """Close the log."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _is_over(self, file: BinaryIO) -> bool:
        """Tell whether the log has another file now, or begins anew in this one."""
        try:
            there, here = self._path.stat(), Path(f"/proc/self/fd/{file.fileno()}").stat()
        except FileNotFoundError:
            return False  # whoever writes it has not begun the next yet
        return there.st_ino != here.st_ino or there.st_size < file.tell()

    def said(self, organisation: str, path: str) -> Said | None:
        """Return what the log said last of an upload, or None where it said nothing."""
        return self._said.get((organisation, path))

    def forget(self, organisation: str, folder: str, names: Collection[str]) -> None:
        """Forget what was said of files in a folder that are no longer there."""
        for owner, path in list(self._said):
            inside, _, name = path.rpartition("/")
            if owner == organisation and inside == folder and name not in names:
                del self._said[owner, path]

    def _take(self, more: bytes) -> None:
        *lines, self._rest = (self._rest + more).split(b"\n")
        for line in lines:
            found = _LINE.search(line)
            if found:
                self._hear(*found.groups())

    def _hear(self, session: bytes, text: bytes) -> None:
        """Take in what a session says.

        «sent status» tells of a failure, of what the session said last or of a request that the log does not show.
        """
        opened = _OPENED.match(text)
        if opened:
            self._users[session] = opened[1].decode(errors="replace")
        elif text.startswith(b"session closed "):
            self._users.pop(session, None)
            self._doubts.pop(session, None)
        elif session in self._users:
            doubt = self._doubts.pop(session, None)
            if not text.startswith(b"sent status "):
                self._apply(self._changes(session, text))
            elif doubt:
                self._apply([doubt])

    def _apply(self, changes: Iterable[tuple[Key, Said | None]]) -> None:
        for key, said in changes:
            if said is None:
                self._said.pop(key, None)
            else:
                self._said[key] = said

    def _changes(self, session: bytes, text: bytes) -> Iterator[tuple[Key, Said | None]]:
        """Yield what a line changes in what is known of files."""
        if (opened := _OPEN.match(text)) and b"WRITE" in opened[2]:
            yield from self._open(session, self._key(session, opened[1]), anew=b"TRUNCATE" in opened[2])
        elif closed := _CLOSE.match(text):
            key = self._key(session, closed[2])
            was = self._said.get(key)
            if was and was.session == session and not was.whole:
                yield key, replace(was, whole=not closed[1], written=int(closed[3]), before=None)
        elif renamed := _RENAME.match(text):
            yield from self._rename(session, *(self._key(session, it) for it in renamed.groups()))
        elif removed := _REMOVE.match(text):
            yield self._key(session, removed[1]), None

    def _open(self, session: bytes, key: Key, *, anew: bool) -> Iterator[tuple[Key, Said | None]]:
        was, now = self._said.get(key), Said(session, whole=False, anew=anew)
        if was and was.whole:
            self._doubts[session] = key, replace(now, before=was)
        yield key, now

    def _rename(self, session: bytes, old: Key, new: Key) -> Iterator[tuple[Key, Said | None]]:
        said = self._said.get(old)
        if said is None:
            self._doubts[session] = new, self._said.get(new)
        yield old, None
        yield new, said or Said(session, whole=True)

    def _key(self, session: bytes, written: bytes) -> Key:
        """Return whose file a session means by a path, as it is written in the log."""
        path = _ESCAPED.sub(_character, written).decode(errors="surrogateescape")
        user = self._users[session]
        return user, "/".join(normal(path.removeprefix(f"{self._root / user}/")))


def _character(found: "re.Match[bytes]") -> bytes:
    return found[1] if found[1] == b"\\" else bytes([int(found[1], 8) & 0xFF])

"""Responses and receipts in folders that an outside server serves: written apart, and renamed when they are whole.

    <root>/<organisation>/out/<name>, receipts/<name>          what the organisation sees
    <root>/.gateway/shown/<organisation>/<out or receipts>=<name>
                                                               an empty mark: it has been put there

A response that was put there and is there no longer was deleted by its owner, which acknowledges it. The tables are
the truth: what they list is put there, what they list no longer is taken away, and nothing else is touched.
"""

import os
import uuid
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final

from adapters.transports.sftp_reception import events
from adapters.transports.staging import DIRECTORY
from gateway.core.ports.gateway import Intake
from gateway.core.submission import Folder, MailboxFile

_MODE: Final = 0o644
"""Readable for all who may enter the folder: its mode decides who does."""
_CHUNK: Final = 1024 * 1024


class Outbox:
    """The `out/` and `receipts/` folders of all organisations below a root."""

    def __init__(self, root: Path, intake: Intake) -> None:
        self._root = root
        self._intake = intake
        self._shown = root / ".gateway" / "shown"
        self._new = root / ".gateway" / "new"

    def show(self, organisation: str, folder: Folder) -> None:
        """Bring a folder in step with the tables, and acknowledge what its owner deleted."""
        with ExitStack() as opened, suppress(FileNotFoundError, NotADirectoryError):
            mailbox = _opened(self._root / organisation, None, opened)
            inside = _opened(Path(folder.value), mailbox, opened)
            marks = self._shown / organisation
            marks.mkdir(mode=0o700, exist_ok=True)
            listed = {it.name: it for it in self._intake.mailboxes.listing(organisation, folder)}
            self._put(organisation, listed, inside, marks / f"{folder.value}=")
            _clear(listed, inside, marks / f"{folder.value}=")

    def _put(self, organisation: str, listed: Mapping[str, MailboxFile], inside: int, mark: Path) -> None:
        there = set(os.listdir(inside))
        for name, file in listed.items():
            shown = mark.with_name(mark.name + name)
            if name in there:
                shown.touch(mode=0o600)
            elif shown.exists() and file.folder is Folder.OUT:
                self._intake.mailboxes.acknowledge(organisation, name)
                shown.unlink()
                events.info("acknowledged", extra={"organisation": organisation})
            else:
                self._write(file, inside)
                shown.touch(mode=0o600)

    def _write(self, file: MailboxFile, inside: int) -> None:
        """Write a file where nobody looks, and rename it into the folder when it is whole and durable."""
        path = self._new / uuid.uuid4().hex
        try:
            with path.open("xb") as target:
                if file.body is not None:
                    target.write(file.body)
                else:
                    with self._intake.files.open(file.blob or "") as kept:
                        while piece := kept.read(_CHUNK):
                            target.write(piece)
                target.flush()
                os.fchmod(target.fileno(), _MODE)
                os.fsync(target.fileno())
            os.rename(path, file.name, dst_dir_fd=inside)
            os.fsync(inside)
        finally:
            path.unlink(missing_ok=True)


def _clear(listed: Mapping[str, MailboxFile], inside: int, mark: Path) -> None:
    """Take away what was put there and is listed no longer: superseded, expired, or acknowledged."""
    for shown in mark.parent.iterdir():
        name = shown.name.removeprefix(mark.name)
        if name != shown.name and name not in listed:
            with suppress(FileNotFoundError):
                os.unlink(name, dir_fd=inside)
            shown.unlink()


def _opened(path: Path, within: int | None, opened: ExitStack) -> int:
    descriptor = os.open(path, DIRECTORY, dir_fd=within)
    opened.callback(os.close, descriptor)
    return descriptor

"""One organisation's mailbox as its owner sees it: a table, not a disk, so that no path leads out of it."""

import io
import os
import unicodedata
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO, Final

from adapters.transports.sftp_quota import Meter
from adapters.transports.sftp_reception import JOBS, NOT_YET, Reception, events, extension, is_final
from adapters.transports.staging import Place
from adapters.transports.upload import Upload, UploadRefusedError
from gateway.core.submission import Folder, MailboxFile

MOST_NAME_BYTES: Final = 200
_UNPRINTABLE = frozenset({"Cc", "Zl", "Zp"})
_TOP = (Folder.IN, Folder.OUT, Folder.RECEIPTS)


@dataclass(frozen=True, slots=True)
class Node:
    """A file or a folder as it is listed."""

    name: str
    size: int
    modified: float
    is_folder: bool = False


@dataclass(frozen=True, slots=True)
class Spot:
    """What a path means: the root (no folder), a folder (no name), or a name in a folder."""

    folder: Folder | None
    name: str = ""


def normal(path: str) -> list[str]:
    """Return the steps of a path from the root; `..` never leads above it."""
    steps: list[str] = []
    for step in path.split("/"):
        if step == "..":
            del steps[-1:]
        elif step not in ("", "."):
            steps.append(step)
    return steps


def spot_of(path: str) -> Spot:
    """Return what a path means; one that can mean nothing raises FileNotFoundError."""
    steps = normal(path)
    if not steps:
        return Spot(None)
    known = {folder.value: folder for folder in Folder}
    if "/".join(steps) in known:
        return Spot(known["/".join(steps)])
    folder = known.get("/".join(steps[:-1]))
    if folder is None:
        raise FileNotFoundError
    return Spot(folder, steps[-1])


def is_acceptable(name: str) -> bool:
    """Tell whether a client may give a file that name: up to 200 bytes, all of them printable.

    Our own names for receipts and responses begin with the client's and are longer.
    """
    return len(name.encode()) <= MOST_NAME_BYTES and is_plain(name)


def is_plain(name: str) -> bool:
    """Tell whether a name holds printable characters alone."""
    return not any(unicodedata.category(it) in _UNPRINTABLE for it in name)


class MailboxTree:
    """A mailbox by paths; refusals are OSErrors, our own faults GatewayErrors.

    `hidden` are names in `in/` that this session must no longer see: those whose upload we failed to take, and those
    that a client deleted before it renames a newer upload to them.
    """

    def __init__(self, reception: Reception, organisation: str) -> None:
        self._reception = reception
        self._organisation = organisation
        self._mailboxes = reception.intake.mailboxes
        self._staging = reception.staging
        self.hidden: set[Place] = set()

    def stat(self, path: str) -> Node:
        """Return what stands at a path; raise FileNotFoundError where there is nothing."""
        spot = spot_of(path)
        if not spot.name:
            return self._folder(spot.folder.rpartition("/")[2] if spot.folder else "/")
        node = self._staged(spot) or self._kept(spot)
        if node is None:
            raise FileNotFoundError
        return node

    def listing(self, path: str) -> list[Node]:
        """Return what stands in a folder, by name."""
        spot = spot_of(path)
        if spot.name:
            raise NotADirectoryError
        if spot.folder is None:
            return [self._folder(folder) for folder in _TOP]
        nodes = {file.name: _node(file) for file in self._listed(spot.folder)}
        if spot.folder in JOBS:
            staged = self._staging.listing(self._organisation, spot.folder)
            nodes |= {it.name: Node(it.name, it.size, it.modified) for it in staged}
        if spot.folder is Folder.IN:
            nodes["check"] = self._folder("check")
        return [nodes[name] for name in sorted(nodes)]

    def read(self, path: str) -> tuple[Node, BinaryIO]:
        """Open a response or a receipt; what was sent cannot be read back."""
        spot = spot_of(path)
        node = self.stat(path)
        file = self._file(spot)
        if not spot.name or spot.folder in JOBS or file is None:
            raise PermissionError
        if file.body is not None:
            return node, io.BytesIO(file.body)
        return node, self._reception.intake.files.open(file.blob or "")

    def write(self, path: str, flags: int) -> tuple[Place, Upload, Meter]:
        """Open an upload; a name that is being written, or an accepted one to go on with, is refused.

        So is one for which there is no room, or none within the organisation's quota.
        """
        spot = spot_of(path)
        place = self._place(spot)
        if self._reception.closing.is_set():
            raise BlockingIOError
        if self._staging.find(place) is None and self._kept(spot) is not None and not _replaces(flags):
            raise FileExistsError
        meter = self._reception.begin(place)
        with ExitStack() as undo:
            undo.callback(meter.end, published=False)
            upload = self._staging.open(place, flags, self._reception.settings.max_bytes)
            undo.callback(upload.release)
            meter.spend(upload.size)
            undo.pop_all()
        return place, upload, meter

    def remove(self, path: str) -> None:
        """Acknowledge a response, or drop an own upload that is not published."""
        spot = spot_of(path)
        if spot.folder is Folder.OUT and spot.name:
            if not is_plain(spot.name) or not self._mailboxes.acknowledge(self._organisation, spot.name):
                raise FileNotFoundError
            about = {"organisation": self._organisation, "extension": extension(spot.name)}
            events.info("acknowledged", extra=about)
        elif self._staged(spot) is not None:
            self._staging.remove(self._place(spot))
        elif self.stat(path) and self._makes_way(spot):
            self.hidden.add(self._place(spot))
        else:
            raise PermissionError

    def touch(self, path: str, seconds: int) -> None:
        """List an accepted upload with the time that its sender gives it; nothing else has a time of theirs."""
        spot = spot_of(path)
        file = self._file(spot) if spot.folder in JOBS else None
        if file is not None:
            self._mailboxes.touch(self._organisation, file, datetime.fromtimestamp(seconds, UTC))

    def rename(self, old: str, new: str, *, replace: bool) -> None:
        """Rename an own upload that nobody is writing; a «not yet» name that becomes final is published by it."""
        self.stat(old)
        source, target = self._place(spot_of(old)), self._place(spot_of(new))
        staged = self._staging.find(source)
        if staged is None:
            raise PermissionError
        if is_final(target.name) and not is_final(source.name) and not staged.closed:
            raise UploadRefusedError("the upload was cut off: send it again")
        upload = self._staging.rename(source, target, replace=replace)
        try:
            if staged.closed and is_final(target.name):
                self.publish(target, upload)
        finally:
            upload.release()

    def publish(self, place: Place, upload: Upload) -> None:
        """Hand a complete upload over; when that fails this session no longer sees its name."""
        self.hidden.add(place)
        self._reception.publish(place, upload)
        self.hidden.discard(place)

    def _place(self, spot: Spot) -> Place:
        if not spot.name or spot.folder not in JOBS or not is_acceptable(spot.name):
            raise PermissionError
        return Place(self._organisation, spot.folder, spot.name)

    def _makes_way(self, spot: Spot) -> bool:
        """Tell whether a closed «not yet» upload waits for this name: clients delete the old name, then rename."""
        if spot.folder not in JOBS or not spot.name:
            return False
        waiting = (self._staging.find(Place(self._organisation, spot.folder, spot.name + it)) for it in NOT_YET)
        return any(staged is not None and staged.closed for staged in waiting)

    def _staged(self, spot: Spot) -> Node | None:
        if spot.folder not in JOBS or not spot.name or not is_acceptable(spot.name):
            return None
        staged = self._staging.find(self._place(spot))
        return None if staged is None else Node(staged.name, staged.size, staged.modified)

    def _kept(self, spot: Spot) -> Node | None:
        file = self._file(spot)
        return None if file is None else _node(file)

    def _file(self, spot: Spot) -> MailboxFile | None:
        if not spot.folder or not spot.name or not is_plain(spot.name):
            return None
        if Place(self._organisation, spot.folder, spot.name) in self.hidden:
            return None
        return self._mailboxes.find(self._organisation, spot.folder, spot.name)

    def _listed(self, folder: Folder) -> Iterable[MailboxFile]:
        files = self._mailboxes.listing(self._organisation, folder)
        return (it for it in files if Place(self._organisation, folder, it.name) not in self.hidden)

    def _folder(self, name: str) -> Node:
        return Node(name, 0, self._reception.intake.clock().timestamp(), is_folder=True)


def _node(file: MailboxFile) -> Node:
    return Node(file.name, file.size, file.modified_at.timestamp())


def _replaces(flags: int) -> bool:
    return bool(flags & os.O_TRUNC) and not flags & os.O_EXCL

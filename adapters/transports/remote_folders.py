"""Folders on a partner's server: whole files are fetched and removed there, responses put under their names at once."""

import hashlib
import stat
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

import paramiko

from adapters.transports.outside_settings import Partner, PartnersSettings, RemoteWhole
from adapters.transports.sftp_reception import events, extension, is_final
from adapters.transports.sftp_tree import is_acceptable
from gateway.core.documents import Receipt
from gateway.core.errors import GatewayError
from gateway.core.ids import mailbox_name
from gateway.core.ports.gateway import Intake
from gateway.core.quota import USED_UP
from gateway.core.submission import Arrival, Folder, Job, MailboxFile

DONE: Final = ".done"
_PIECE: Final = 32 * 1024
_AHEAD: Final = 64
"""Requests that are asked for ahead: 2 MiB."""

Look = tuple[int | None, int | None]
"""Size and time of a file, as its server says."""


class PickUp:
    """Fetches a partner's files; it remembers what it saw and took, for as long as it is this process's turn."""

    def __init__(self, partner: Partner, intake: Intake, settings: PartnersSettings) -> None:
        self._partner = partner
        self._intake = intake
        self._settings = settings
        self._seen: dict[str, Look] = {}
        self._taken: dict[str, Look] = {}
        self._about: dict[str, object] = {"organisation": partner.organisation}

    def fetch(self, client: paramiko.SFTPClient) -> None:
        """Take every whole file of the folder over, and remove it there."""
        folder = self._partner.pick_up or "."
        listed = {it.filename: it for it in client.listdir_attr(folder)}
        seen = {name: (it.st_size, it.st_mtime) for name, it in listed.items()}
        former, self._seen = self._seen, seen
        self._taken = {name: look for name, look in self._taken.items() if seen.get(name) == look}
        for name in sorted(listed):
            path = f"{folder}/{name}"
            if name in self._taken:
                self._remove(client, path, name, listed)
            elif self._may_be_taken(listed[name], former.get(name), listed) and self._take(client, path, listed[name]):
                self._taken[name] = seen[name]
                self._remove(client, path, name, listed)

    def _may_be_taken(
        self, file: paramiko.SFTPAttributes, former: Look | None, listed: Mapping[str, paramiko.SFTPAttributes]
    ) -> bool:
        """Tell whether a file is whole and the quota of the day holds it; else it stays there for the next visit."""
        if not self._is_whole(file, former, listed):
            return False
        if self._intake.allowance(self._partner.organisation).holds(file.st_size or 0):
            return True
        events.warning("left", extra=self._about | {"extension": extension(file.filename), "reason": USED_UP})
        return False

    def _is_whole(
        self, file: paramiko.SFTPAttributes, former: Look | None, listed: Mapping[str, paramiko.SFTPAttributes]
    ) -> bool:
        name = file.filename
        if not stat.S_ISREG(file.st_mode or 0) or not is_final(name) or name.endswith(DONE):
            return False
        if not is_acceptable(name) or (file.st_size or 0) > self._settings.max_bytes:
            events.warning("left", extra=self._about | {"extension": extension(name), "bytes": file.st_size})
            return False
        if self._partner.complete is RemoteWhole.DONE:
            return name + DONE in listed
        return former == (file.st_size, file.st_mtime) or name + DONE in listed

    def _take(self, client: paramiko.SFTPClient, path: str, file: paramiko.SFTPAttributes) -> bool:
        """Fetch a file and hand it over; one that is not what its server says is left for the next visit."""
        copy = self._settings.staging_folder / uuid.uuid4().hex
        about = self._about | {"extension": extension(file.filename)}
        try:
            size, sha256 = self._copied(client, path, copy, file.st_size or 0)
            after = client.stat(path)
            if (size, file.st_mtime) != (file.st_size, after.st_mtime) or after.st_size != size:
                events.warning("left", extra=about | {"bytes": size, "reason": "not the size that its server says"})
                return False
            receipt = self._intake.take_in(self._arrival(file.filename, copy, size, sha256))
        finally:
            copy.unlink(missing_ok=True)
        about |= {"bytes": size, "sha256": sha256, "submission": receipt.id, "status": receipt.status}
        events.info("published", extra=about)
        if self._partner.push is not None:
            self._answer(client, receipt)
        return True

    def _copied(self, client: paramiko.SFTPClient, path: str, copy: Path, size: int) -> tuple[int, str]:
        """Fetch a file and return its size and digest; one that goes on past the size it should have is not read on."""
        digest, got = hashlib.sha256(), 0
        with copy.open("xb") as target, client.open(path, "rb") as source:
            source.prefetch(size, _AHEAD)
            while got <= size and (piece := source.read(_PIECE)):
                target.write(piece)
                digest.update(piece)
                got += len(piece)
        return got, digest.hexdigest()

    def _arrival(self, name: str, copy: Path, size: int, sha256: str) -> Arrival:
        organisation = self._intake.organisations.find(self._partner.organisation)
        if organisation is None:
            raise GatewayError(
                f"There is no organisation {self._partner.organisation}; add it, or take its [[partners]] out."
            )
        return Arrival(organisation=organisation, name=name, path=copy, size=size, sha256=sha256, job=Job.FULL)

    def _answer(self, client: paramiko.SFTPClient, receipt: Receipt) -> None:
        """Bring a receipt before its file is removed."""
        name = mailbox_name(receipt.file, receipt.id, "receipt.json")
        file = self._intake.mailboxes.find(self._partner.organisation, Folder.RECEIPTS, name)
        if file is not None:
            _put(client, f"{self._partner.push}/{name}", file, self._intake)

    def _remove(
        self, client: paramiko.SFTPClient, path: str, name: str, listed: Mapping[str, paramiko.SFTPAttributes]
    ) -> None:
        """Remove a file that was taken, and its mark; where that is refused the next visit tries again."""
        try:
            client.remove(path)
            if name + DONE in listed:
                client.remove(path + DONE)
        except FileNotFoundError:
            pass
        except OSError as error:
            if isinstance(error, TimeoutError):
                raise
            events.warning("not removed", extra=self._about | {"extension": extension(name)})


def push(partner: Partner, intake: Intake, client: paramiko.SFTPClient) -> None:
    """Bring every response that waits to a partner; each that stands there whole is acknowledged."""
    for file in intake.mailboxes.listing(partner.organisation, Folder.OUT):
        if _put(client, f"{partner.push}/{file.name}", file, intake):
            intake.mailboxes.acknowledge(partner.organisation, file.name)
            events.info("pushed", extra={"organisation": partner.organisation, "bytes": file.size})
        else:
            events.warning("left", extra={"organisation": partner.organisation, "reason": "its name is taken there"})


def _put(client: paramiko.SFTPClient, path: str, file: MailboxFile, intake: Intake) -> bool:
    """Write a file beside its name and rename it; True where it stands there whole, also from an earlier visit.

    False where something else has the name: names are never used twice by us, so that is none of ours.
    """
    with suppress(FileNotFoundError):
        return bool(client.stat(path).st_size == file.size)
    folder, _, name = path.rpartition("/")
    temporary = f"{folder}/.{hashlib.sha256(name.encode()).hexdigest()[:16]}.part"
    try:
        with client.open(temporary, "wb") as target:
            target.set_pipelined(pipelined=True)
            _copy(file, intake, target.write)
        _rename(client, temporary, path, file.size)
    except OSError:
        with suppress(OSError, EOFError, paramiko.SSHException):
            client.remove(temporary)
        raise
    return True


def _copy(file: MailboxFile, intake: Intake, write: Callable[[bytes], object]) -> None:
    if file.body is not None:
        write(file.body)
        return
    kept: BinaryIO
    with intake.files.open(file.blob or "") as kept:
        while piece := kept.read(_PIECE):
            write(piece)


def _rename(client: paramiko.SFTPClient, old: str, new: str, size: int) -> None:
    """Give a file that has its whole size its name in one step; servers of other makes know only plain rename."""
    if client.stat(old).st_size != size:
        raise OSError("it does not stand there as it was sent")
    try:
        client.posix_rename(old, new)
    except (FileNotFoundError, TimeoutError):
        raise
    except OSError:
        client.rename(old, new)

"""What every SFTP session shares: the settings, the staging folder, and the one way to the gateway."""

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from adapters.transports.bans import Bans
from adapters.transports.sftp_quota import Meter, Quotas
from adapters.transports.sftp_settings import SftpSettings
from adapters.transports.staging import Place, Staging
from adapters.transports.upload import Upload, UploadRefusedError
from gateway.core.documents import Receipt
from gateway.core.errors import GatewayError
from gateway.core.ports.gateway import Intake
from gateway.core.submission import Arrival, Folder, Job

events = logging.getLogger("gateway.sftp")
"""Events by name; everything else stands in `extra`. No file name: it may tell of a learner."""

events.setLevel(logging.INFO)  # the audit lines are whole, however little the log tells

JOBS = {Folder.IN: Job.FULL, Folder.CHECK: Job.CHECK}
NOT_YET = (".part", ".partial", ".filepart", ".tmp", ".temp", "~", ".swp")
_EXTENSIONS = frozenset({"csv", "xml", "zip", "txt", "json", "dat", "xlsx", "part", "partial", "filepart", "tmp"})


def is_final(name: str) -> bool:
    """Tell whether a file of that name is published on CLOSE; the others mean «not yet», until they are renamed."""
    return not name.startswith(".") and not name.lower().endswith(NOT_YET)


def extension(name: str) -> str:
    """Return a name's extension where it is one of the usual, so that nothing else of the name is logged."""
    last = name.rpartition(".")[2].lower()
    return last if last in _EXTENSIONS else "other"


class UnderWay:
    """Counts uploads and requests under way, so that a closing server can wait for them."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0

    def begin(self) -> None:
        """Count one more."""
        with self._changed:
            self._count += 1

    def end(self) -> None:
        """Count one less."""
        with self._changed:
            self._count -= 1
            self._changed.notify_all()

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Count one more while the block lasts."""
        self.begin()
        try:
            yield
        finally:
            self.end()

    def wait(self, seconds: float) -> bool:
        """Wait until nothing is under way, but no longer than that; tell whether that came."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._count, timeout=seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """Takes complete uploads over for the gateway."""

    settings: SftpSettings
    intake: Intake
    staging: Staging
    bans: Bans
    quotas: Quotas
    work: UnderWay = field(default_factory=UnderWay)
    closing: threading.Event = field(default_factory=threading.Event)

    def begin(self, place: Place) -> Meter:
        """Count one more open upload; raise UploadRefusedError where there is no room for it on our disk or quota."""
        disk = os.statvfs(self.staging.root)
        if disk.f_bavail * disk.f_frsize < self.settings.reserve_bytes:
            events.error("fault", extra={"reason": "the disk of the staging folder is full"})
            raise UploadRefusedError("there is no room on our side: send it again later")
        return self.quotas.begin(place.organisation)

    def publish(self, place: Place, upload: Upload) -> None:
        """Hand a complete upload to the gateway; when this raises, its name is gone and the gateway has not got it.

        What the sender left incomplete is dropped. What we failed to take is set aside, and no byte of it is lost.
        """
        keep, taken = True, None
        try:
            sha256 = upload.seal()
            taken = self._take_in(place, upload, sha256)
        except UploadRefusedError:
            keep = False
            raise
        finally:
            aside = self.staging.clear(place, upload, keep=keep and taken is None)
            _tell(place, upload, taken, aside if keep else "")

    def hold(self, place: Place, upload: Upload) -> None:
        """Keep a «not yet» upload that its client closed, until it is renamed; an incomplete one is dropped."""
        try:
            sha256 = upload.seal()
        except UploadRefusedError:
            self.staging.clear(place, upload, keep=False)
            raise
        upload.mark_closed()
        about = {"organisation": place.organisation, "extension": extension(place.name), "bytes": upload.size}
        events.info("upload_closed", extra=about | {"sha256": sha256})

    def _take_in(self, place: Place, upload: Upload, sha256: str) -> Receipt:
        organisation = self.intake.organisations.find(place.organisation)
        if organisation is None:
            raise GatewayError(f"The organisation {place.organisation} is gone; its upload is set aside.")
        return self.intake.take_in(
            Arrival(
                organisation=organisation,
                name=place.name,
                path=self.staging.path(place),
                size=upload.size,
                sha256=sha256,
                job=JOBS[place.folder],
            )
        )


def _tell(place: Place, upload: Upload, receipt: Receipt | None, aside: str | None) -> None:
    """Tell what became of an upload; `aside` is empty for one that was incomplete, None where no file was left."""
    about = {"organisation": place.organisation, "extension": extension(place.name), "bytes": upload.size}
    if receipt is not None:
        events.info(
            "published",
            extra=about | {"submission": receipt.id, "sha256": receipt.sha256, "status": receipt.status},
        )
    elif aside == "":
        events.warning("refused", extra=about | {"reason": "incomplete"})
    else:
        events.error("set_aside", extra=about | {"where": f"unpublished/{aside}" if aside else "file store"})

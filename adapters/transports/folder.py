"""Behind an outside SFTP server, such as OpenSSH or SFTPGo: mailboxes are folders that it serves.

Every second a sweep looks into them. Nothing is heard from inotify or from a hook: an event that is missed loses what
it told, network file systems send none, and a sweep must find everything in any case, after every start.
"""

import fcntl
import os
import threading
from collections.abc import Mapping
from contextlib import closing, suppress
from datetime import timedelta
from itertools import count
from typing import Final, Self

from adapters.transports.folder_inbox import Inbox
from adapters.transports.folder_outbox import Outbox
from adapters.transports.outside_settings import FolderSettings, Whole
from adapters.transports.sftp_reception import events
from gateway.core.errors import ConfigurationError, GatewayError
from gateway.core.ports.gateway import Intake
from gateway.core.submission import Folder, Organisation

_OUT_EVERY: Final = 3
_RECEIPTS_EVERY: Final = 60
"""Of how many sweeps one looks for new responses, and for notices among the receipts; own receipts come at once."""
_ATTEMPT_S: Final = 1.0


class FolderTransport:
    """The `Transport` port on folders."""

    def __init__(self, settings: FolderSettings) -> None:
        self._settings = settings
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> Self:
        """Return a transport that is not open; raise ConfigurationError where a setting is wrong."""
        read = FolderSettings.of(settings)
        if read.complete is Whole.LOG and read.log is None:
            raise ConfigurationError(
                "`folder.log` must name the log of the outside server, or `folder.complete` be rename or done."
            )
        return cls(read)

    def open(self, intake: Intake) -> str:
        """Begin to take files and return a line that says where."""
        root = self._settings.root
        try:
            for folder in ("claimed", "shown", "new"):
                (root / ".gateway" / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
            self._settings.staging_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = os.open(root / ".gateway" / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise ConfigurationError(
                f"The folder {root} cannot be used: {error.strerror}. Check `folder.root` and who owns it."
            ) from error
        self._thread = threading.Thread(target=self._run, args=(intake, lock), name="folder", daemon=True)
        self._thread.start()
        return f"mailbox folders in {root}"

    def close(self, grace: timedelta) -> None:
        """Take no new file, and let the one that is being taken end within the grace."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(grace.total_seconds())

    def _run(self, intake: Intake, lock: int) -> None:
        """Sweep until closed; of several gateways on one root, one does."""
        try:
            while not self._stop.is_set() and not _is_ours(lock):
                self._stop.wait(_ATTEMPT_S)
            if self._stop.is_set():
                return
            for copy in self._settings.staging_folder.iterdir():
                copy.unlink()
            inbox, outbox = Inbox(self._settings, intake), Outbox(self._settings.root, intake)
            with closing(inbox):
                for turn in count():
                    if self._stop.wait(self._settings.every_s if turn else 0):
                        return
                    self._sweep(intake, inbox, outbox, turn)
        finally:
            os.close(lock)

    def _sweep(self, intake: Intake, inbox: Inbox, outbox: Outbox, turn: int) -> None:
        """Look into every mailbox once; a fault in one keeps nobody else waiting."""
        with suppress(GatewayError):  # the database is away: the next sweep asks again
            inbox.listen()
            for organisation in intake.organisations.all():
                if self._stop.is_set():
                    return
                try:
                    self._visit(organisation, inbox, outbox, turn)
                except (GatewayError, OSError) as error:
                    about = {"organisation": organisation.id, "exception_type": type(error).__name__}
                    events.error("fault", extra=about | {"code": getattr(error, "errno", None)})

    def _visit(self, organisation: Organisation, inbox: Inbox, outbox: Outbox, turn: int) -> None:
        taken = inbox.sweep(organisation)
        if taken or turn % _RECEIPTS_EVERY == 0:
            outbox.show(organisation.id, Folder.RECEIPTS)
        if turn % _OUT_EVERY == 0:
            outbox.show(organisation.id, Folder.OUT)


def _is_ours(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

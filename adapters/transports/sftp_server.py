"""The SFTP server: listens, lets sessions in within bounds, and ends those that have had their time.

It is made for a trusted network. Where it faces the Internet, OpenSSH or SFTPGo stands in front (`design/intake` 3.3).
"""

import ctypes
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import timedelta
from selectors import EVENT_READ, DefaultSelector
from typing import Final, Self

from adapters.transports.audit_lines import AuditLines
from adapters.transports.bans import Bans, within
from adapters.transports.host_keys import HostKeys, ensure_host_keys
from adapters.transports.sftp_policy import LEGACY, MODERN
from adapters.transports.sftp_quota import Quotas
from adapters.transports.sftp_reception import Reception, events
from adapters.transports.sftp_session import Session, Terms
from adapters.transports.sftp_settings import SftpSettings
from adapters.transports.staging import Staging
from adapters.transports.unfinished import Unfinished
from gateway.core.errors import ConfigurationError
from gateway.core.ports.gateway import Intake

_LOOK_AFTER_S: Final = 0.5
_END_S: Final = 5.0
_BACKLOG: Final = 128
_ARENA_MAX: Final = -8
"""Number of `mallopt`'s parameter, from malloc.h of glibc."""
_HEAPS: Final = 2


@dataclass(frozen=True, slots=True)
class _Door:
    """A listening socket, and on what terms it speaks."""

    listener: socket.socket
    terms: Terms

    @property
    def address(self) -> tuple[str, int]:
        host, port = self.listener.getsockname()[:2]
        return str(host), int(port)


class SftpServer:
    """The `Transport` port on paramiko."""

    def __init__(self, settings: SftpSettings) -> None:
        self._settings = settings
        self._sessions: list[Session] = []
        self._doors: list[_Door] = []
        self._audit: AuditLines | None = None
        self._reception: Reception | None = None
        self._thread: threading.Thread | None = None

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> Self:
        """Return a server that is not open; raise ConfigurationError where a setting is wrong."""
        return cls(SftpSettings.of(settings))

    @property
    def address(self) -> tuple[str, int]:
        """Return host and port that the open server listens on."""
        return self._door(0).address

    @property
    def legacy_address(self) -> tuple[str, int]:
        """Return the same of the listener for old clients."""
        return self._door(1).address

    def _door(self, number: int) -> _Door:
        if number >= len(self._doors):
            raise ConfigurationError("The SFTP server does not listen there; call `open` first, or set `legacy_port`.")
        return self._doors[number]

    def open(self, intake: Intake) -> str:
        """Begin to take files and return a line that says where."""
        _share_heaps()
        keys = ensure_host_keys(self._settings.host_key_folder)
        self._reception = Reception(
            settings=self._settings,
            intake=intake,
            staging=self._staging(),
            bans=Bans(self._settings.bans),
            quotas=Quotas(intake.allowance),
        )
        with ExitStack() as undo:
            for port, policy in ((self._settings.port, MODERN), (self._settings.legacy_port, LEGACY)):
                if port is not None:
                    self._doors.append(_Door(self._listening(port), Terms(keys, policy)))
                    undo.callback(self._shut)
            if self._settings.audit_file is not None:
                self._audit = AuditLines(self._settings.audit_file)
                events.addHandler(self._audit)
            undo.pop_all()
        self._thread = threading.Thread(target=self._run, args=(self._reception,), name="sftp-server", daemon=True)
        self._thread.start()
        return self._line(keys)

    def _line(self, keys: HostKeys) -> str:
        host, port = self.address
        legacy = f", for old clients on port {self.legacy_address[1]}" if len(self._doors) > 1 else ""
        coming = "".join(f", to be followed by {key.fingerprint}" for key in keys.coming)
        return f"SFTP on {host}:{port}, host key {keys.current[0].fingerprint}{coming}{legacy}"

    def _staging(self) -> Staging:
        try:
            return Staging(self._settings.staging_folder)
        except OSError as error:
            raise ConfigurationError(
                f"The staging folder cannot be made: {error.strerror}. Check `staging_folder` and who owns it."
            ) from error

    def _listening(self, port: int) -> socket.socket:
        host = self._settings.host
        try:
            family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
            listener = socket.create_server((host, port), family=family, backlog=_BACKLOG)
        except OSError as error:
            raise ConfigurationError(
                f"The SFTP server cannot listen on {host}:{port}: {error.strerror}. Choose another `host` or `port`."
            ) from error
        listener.setblocking(False)  # noqa: FBT003 - the name of the method says it
        return listener

    def _shut(self) -> None:
        for door in self._doors:
            door.listener.close()
        self._doors = []

    def close(self, grace: timedelta) -> None:
        """Take no new session, let open uploads end within the grace, then cut."""
        if self._reception is None or self._thread is None:
            return
        self._reception.closing.set()
        for door in self._doors:
            with suppress(OSError):
                door.listener.shutdown(socket.SHUT_RDWR)  # ends the wait for the next connection
        self._thread.join()
        self._shut()
        self._reception.work.wait(grace.total_seconds())
        for session in self._sessions:
            session.transport.close()
        until = time.monotonic() + _END_S
        for session in self._sessions:
            session.join(until)
            session.ended()
        self._sessions, self._thread = [], None
        if self._audit is not None:
            events.removeHandler(self._audit)
            self._audit.close()
            self._audit = None

    def _run(self, reception: Reception) -> None:
        """Let connections in until the server closes."""
        unfinished = Unfinished(reception.staging, reception.intake.clock, self._settings.unfinished_s)
        with DefaultSelector() as ready:
            for door in self._doors:
                ready.register(door.listener, EVENT_READ, door)
            while not reception.closing.is_set():
                for key, _ in ready.select(_LOOK_AFTER_S):
                    self._accept(key.data, reception)
                self._look_after()
                unfinished.tell()

    def _accept(self, door: _Door, reception: Reception) -> None:
        try:
            connection, peer = door.listener.accept()
        except BlockingIOError:  # it is gone already
            return
        except OSError as error:  # such as out of descriptors: look again shortly
            if not reception.closing.is_set():
                events.error("fault", extra={"exception_type": type(error).__name__, "code": error.errno})
                reception.closing.wait(_LOOK_AFTER_S)
            return
        connection.setblocking(True)  # noqa: FBT003 - the name of the method says it
        self._admit(connection, (str(peer[0]), door.terms), reception)

    def _admit(self, connection: socket.socket, caller: tuple[str, Terms], reception: Reception) -> None:
        """Start a session, or hang up on who is shut out, or where there are too many of that sort."""
        peer, terms = caller
        reason = "closing" if reception.closing.is_set() else self._too_many(peer)
        if reception.bans.is_banned(peer):
            reason = "banned"
        if reason:
            connection.close()
            events.warning("refused", extra={"peer": peer, "reason": reason})
            return
        session = None
        try:
            session = Session(reception, connection, peer, terms, lambda: len(self._sessions))
            session.start()
        except (OSError, RuntimeError) as error:  # gone already, or no thread to be had
            connection.close()
            events.error("fault", extra={"peer": peer, "exception_type": type(error).__name__})
        else:
            self._sessions.append(session)

    def _too_many(self, peer: str) -> str:
        waiting = [it for it in self._sessions if it.transport.is_active() and not it.is_authenticated]
        if len(self._sessions) >= self._settings.max_sessions:
            return "too many sessions"
        if len(waiting) >= self._settings.max_unauthenticated:
            return "too many that have not logged in"
        same = sum(session.peer == peer for session in waiting)
        trusted = within(peer, self._settings.trusted_networks)
        if same >= self._settings.max_unauthenticated_per_address and not trusted:
            return "too many from this address that have not logged in"
        return ""

    def _look_after(self) -> None:
        """Forget sessions that are over and cut those that have had their time."""
        over = [session for session in self._sessions if session.is_over]
        self._sessions = [session for session in self._sessions if session not in over]
        for session in over:
            session.ended()
        for session in filter(lambda it: it.transport.is_active(), self._sessions):
            reason = self._overdue(session)
            if reason:
                session.cut(reason)

    def _overdue(self, session: Session) -> str:
        now = time.monotonic()
        if not session.is_authenticated:
            return "not logged in in time" if now - session.began > self._settings.login_grace_s else ""
        if now - session.last_heard > self._settings.idle_s:
            return "idle"
        if session.is_slow(now):
            return "too slow"
        return "session too long" if now - session.began > self._settings.session_s else ""


def _share_heaps() -> None:
    """Let the threads of hundreds of sessions share two heaps: what one frees another uses. glibc has eight a core."""
    with suppress(AttributeError):  # another C library, which has no such thing
        ctypes.CDLL(None).mallopt(_ARENA_MAX, _HEAPS)

"""The SFTP server: listens, lets sessions in within bounds, and ends those that have had their time.

It is made for a trusted network. Where it faces the Internet, OpenSSH or SFTPGo stands in front (`design/intake` 3.3).
"""

import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Final, Self

import paramiko

from adapters.transports.host_keys import ensure_host_keys
from adapters.transports.sftp_reception import Reception, events
from adapters.transports.sftp_session import Session
from adapters.transports.sftp_settings import SftpSettings
from adapters.transports.staging import Staging
from gateway.core.errors import ConfigurationError
from gateway.core.ports.gateway import Intake

_LOOK_AFTER_S: Final = 0.5
_END_S: Final = 5.0
_BACKLOG: Final = 128


class SftpServer:
    """The `Transport` port on paramiko."""

    def __init__(self, settings: SftpSettings) -> None:
        self._settings = settings
        self._keys: list[paramiko.PKey] = []
        self._sessions: list[Session] = []
        self._listener: socket.socket | None = None
        self._reception: Reception | None = None
        self._thread: threading.Thread | None = None

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> Self:
        """Return a server that is not open; raise ConfigurationError where a setting is wrong."""
        return cls(SftpSettings.of(settings))

    @property
    def address(self) -> tuple[str, int]:
        """Return host and port that the open server listens on."""
        if self._listener is None:
            raise ConfigurationError("The SFTP server is not open; call `open` first.")
        host, port = self._listener.getsockname()[:2]
        return str(host), int(port)

    def open(self, intake: Intake) -> str:
        """Begin to take files and return a line that says where."""
        self._keys = ensure_host_keys(self._settings.host_key_folder)
        self._reception = Reception(settings=self._settings, intake=intake, staging=self._staging())
        self._listener = self._listening()
        self._thread = threading.Thread(target=self._run, name="sftp-server", daemon=True)
        self._thread.start()
        host, port = self.address
        return f"SFTP on {host}:{port}, host key {self._keys[0].fingerprint}"

    def _staging(self) -> Staging:
        try:
            return Staging(self._settings.staging_folder)
        except OSError as error:
            raise ConfigurationError(
                f"The staging folder cannot be made: {error.strerror}. Check `staging_folder` and who owns it."
            ) from error

    def _listening(self) -> socket.socket:
        host, port = self._settings.host, self._settings.port
        try:
            family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
            listener = socket.create_server((host, port), family=family, backlog=_BACKLOG)
        except OSError as error:
            raise ConfigurationError(
                f"The SFTP server cannot listen on {host}:{port}: {error.strerror}. Choose another `host` or `port`."
            ) from error
        listener.settimeout(_LOOK_AFTER_S)
        return listener

    def close(self, grace: timedelta) -> None:
        """Take no new session, let open uploads end within the grace, then cut."""
        if self._reception is None or self._listener is None or self._thread is None:
            return
        self._reception.closing.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # ends the wait for the next connection
        self._thread.join()
        self._listener.close()
        self._reception.work.wait(grace.total_seconds())
        for session in self._sessions:
            session.transport.close()
        until = time.monotonic() + _END_S
        for session in self._sessions:
            session.join(until)
            session.ended()
        self._sessions, self._listener, self._thread = [], None, None

    def _run(self) -> None:
        """Let connections in until the server closes."""
        if self._listener is None or self._reception is None:
            return
        while not self._reception.closing.is_set():
            try:
                connection, peer = self._listener.accept()
            except TimeoutError:
                pass
            except OSError as error:  # such as out of descriptors: look again shortly
                if self._reception.closing.is_set():
                    return
                events.error("fault", extra={"exception_type": type(error).__name__, "code": error.errno})
                self._reception.closing.wait(_LOOK_AFTER_S)
            else:
                self._admit(connection, str(peer[0]), self._reception)
            self._look_after()

    def _admit(self, connection: socket.socket, peer: str, reception: Reception) -> None:
        """Start a session, or hang up where there are too many of that sort."""
        reason = "closing" if reception.closing.is_set() else self._too_many(peer)
        if reason:
            connection.close()
            events.warning("refused", extra={"peer": peer, "reason": reason})
            return
        session = None
        try:
            session = Session(reception, connection, peer, self._keys)
            session.start()
        except (OSError, RuntimeError) as error:  # gone already, or no thread to be had
            connection.close()
            events.error("fault", extra={"peer": peer, "exception_type": type(error).__name__})
        else:
            self._sessions.append(session)

    def _too_many(self, peer: str) -> str:
        waiting = [session for session in self._sessions if not session.is_authenticated]
        if len(self._sessions) >= self._settings.max_sessions:
            return "too many sessions"
        if len(waiting) >= self._settings.max_unauthenticated:
            return "too many that have not logged in"
        if sum(session.peer == peer for session in waiting) >= self._settings.max_unauthenticated_per_address:
            return "too many from this address that have not logged in"
        return ""

    def _look_after(self) -> None:
        """Forget sessions that are over and cut those that have had their time."""
        over = [session for session in self._sessions if not session.transport.is_active()]
        self._sessions = [session for session in self._sessions if session not in over]
        for session in over:
            session.ended()
        for session in self._sessions:
            reason = self._overdue(session)
            if reason:
                session.cut(reason)

    def _overdue(self, session: Session) -> str:
        now = time.monotonic()
        if not session.is_authenticated:
            return "not logged in in time" if now - session.began > self._settings.login_grace_s else ""
        if now - session.last_heard > self._settings.idle_s:
            return "idle"
        return "session too long" if now - session.began > self._settings.session_s else ""

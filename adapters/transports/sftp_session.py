"""Who may log in, and what a session may open: a public key and the SFTP subsystem, nothing else."""

import base64
import hmac
import logging
import re
import socket
import threading
import time
from typing import Final

import paramiko

from adapters.transports.sftp_protocol import Conversation
from adapters.transports.sftp_reception import Reception, events
from gateway.core.errors import GatewayError

WINDOW: Final = 4 * 1024 * 1024
"""What a client may send ahead: 100 MB/s at a distance of 40 ms, and no more memory for each upload on a slow disk."""
MOST_CHANNEL_PACKET: Final = 128 * 1024
RSA_BITS: Final = 3072
KEX: Final = ("mlkem768x25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256")
CIPHERS: Final = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes256-ctr")
MACS: Final = ("hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512")
"""The last two for libssh2 before 1.11, and so for the curl of Debian 12; with aes256-ctr they are sound."""
KEY_TYPES: Final = ("ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-512", "rsa-sha2-256")
KEEPALIVE: Final = ((socket.TCP_KEEPIDLE, 60), (socket.TCP_KEEPINTVL, 15), (socket.TCP_KEEPCNT, 4))

_ORGANISATION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NOBODY = "-"
_NO_KEY = b"\0" * 51
_LOG = "gateway.sftp.paramiko"
logging.getLogger(_LOG).setLevel(logging.CRITICAL)  # what it has to say, the session's own events say


class Session(paramiko.ServerInterface):  # type: ignore[misc] # paramiko ships no types
    """One connection, from its first byte to its end."""

    def __init__(self, reception: Reception, connection: socket.socket, peer: str, keys: list[paramiko.PKey]) -> None:
        self.peer = peer
        self.organisation = ""
        self.began = self.last_heard = time.monotonic()
        self._reception = reception
        self._conversations: list[Conversation] = []
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in KEEPALIVE:
            connection.setsockopt(socket.IPPROTO_TCP, option, value)
        self.transport = paramiko.Transport(
            connection, default_window_size=WINDOW, default_max_packet_size=MOST_CHANNEL_PACKET
        )
        self.transport.set_log_channel(_LOG)
        self.transport.local_version = "SSH-2.0-LearnerGateway"
        self._restrict(keys)

    def _restrict(self, keys: list[paramiko.PKey]) -> None:
        options = self.transport.get_security_options()
        options.kex, options.ciphers, options.digests, options.key_types = KEX, CIPHERS, MACS, KEY_TYPES
        for key in keys:
            self.transport.add_server_key(key)

    def start(self) -> None:
        """Begin to speak, on a thread of the session's own."""
        self.transport.start_server(threading.Event(), self)
        events.info("connection", extra={"peer": self.peer})

    @property
    def is_authenticated(self) -> bool:
        """Return whether the client has proved its key."""
        return bool(self.transport.is_authenticated())

    def cut(self, reason: str) -> None:
        """End the connection now."""
        events.warning("cut", extra={"peer": self.peer, "organisation": self.organisation, "reason": reason})
        self.transport.close()

    def ended(self) -> None:
        """Tell that the connection is over, and why where it was not the client's wish."""
        error = self.transport.saved_exception
        reason = "" if error is None or isinstance(error, EOFError) else type(error).__name__
        about = {"peer": self.peer, "organisation": self.organisation, "reason": reason}
        events.info("connection_ended", extra=about | {"seconds": round(time.monotonic() - self.began, 1)})

    def join(self, until: float) -> None:
        """Wait until the session's threads have ended and its unfinished uploads are put away, but no longer."""
        for thread in (self.transport, *self._conversations):
            thread.join(max(0.0, until - time.monotonic()))

    def get_allowed_auths(self, username: str) -> str:  # noqa: ARG002 - paramiko's method
        """Offer public keys alone."""
        return "publickey"

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        """Accept a valid key of the organisation; a wrong key and an unknown name cost the same and look the same."""
        known = _ORGANISATION.fullmatch(username) is not None
        try:
            keys = self._reception.intake.organisations.keys(username if known else _NOBODY)
        except GatewayError as error:
            events.error("fault", extra={"exception_type": type(error).__name__, "error": str(error)})
            self.transport.close()  # no answer: «refused» would make the client give up a good key
            return int(paramiko.AUTH_FAILED)
        offered, moment = key.asbytes(), self._reception.intake.clock()
        fits = [hmac.compare_digest(offered, _blob(it.public_key)) & it.valid_at(moment) for it in keys]
        fits.append(hmac.compare_digest(offered, _NO_KEY))
        if known and any(fits) and _is_strong(key):
            self.organisation = username
            return int(paramiko.AUTH_SUCCESSFUL)
        about = {"peer": self.peer, "organisation": username if keys else "", "fingerprint": key.fingerprint}
        events.warning("login_refused", extra=about)
        return int(paramiko.AUTH_FAILED)

    def check_channel_request(self, kind: str, chanid: int) -> int:  # noqa: ARG002 - paramiko's method
        """Open a few sessions and nothing else; closed channels are dropped, as nobody accepts them from paramiko."""
        waiting = self.transport.server_accepts
        waiting[:] = [channel for channel in waiting if not channel.closed]
        if kind != "session" or len(waiting) >= self._reception.settings.max_channels:
            return int(paramiko.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED)
        if not self._conversations:
            events.info("login", extra={"peer": self.peer, "organisation": self.organisation})
        self.last_heard = time.monotonic()
        return int(paramiko.OPEN_SUCCEEDED)

    def check_channel_subsystem_request(self, channel: paramiko.Channel, name: str) -> bool:
        """Start SFTP, once on each channel."""
        self._conversations = [it for it in self._conversations if it.is_alive()]
        if name != "sftp" or any(it.sock is channel for it in self._conversations):
            return False
        conversation = Conversation(channel, name, self, self._reception)
        conversation.sock = channel
        self._conversations.append(conversation)
        conversation.start()
        return True


def _blob(public_key: str) -> bytes:
    """Return the key of a line as OpenSSH writes it; a line that is none fits nothing."""
    words = public_key.split()
    try:
        return base64.b64decode(words[min(1, len(words) - 1)], validate=True)
    except (IndexError, ValueError):
        return b""


def _is_strong(key: paramiko.PKey) -> bool:
    return not isinstance(key, paramiko.RSAKey) or bool(key.get_bits() >= RSA_BITS)

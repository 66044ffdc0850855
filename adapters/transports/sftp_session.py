"""Who may log in, and what a session may open: a public key and the SFTP subsystem, nothing else."""

import base64
import hmac
import logging
import re
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import paramiko

from adapters.transports.bans import network, within
from adapters.transports.host_keys import HostKeys
from adapters.transports.sftp_negotiation import Negotiation
from adapters.transports.sftp_policy import Policy
from adapters.transports.sftp_protocol import Conversation
from adapters.transports.sftp_reception import Reception, events
from gateway.core.errors import GatewayError
from gateway.core.submission import OrganisationKey

WINDOW: Final = 4 * 1024 * 1024
"""What a client may send ahead: 100 MB/s at a distance of 40 ms, and no more memory for each upload on a slow disk."""
WINDOWS: Final = 8 * 1024 * 1024
"""What all clients may send ahead, shared by the sessions there are: what is not written yet lies in memory."""
LEAST_WINDOW: Final = 32 * 1024
MOST_CHANNEL_PACKET: Final = 128 * 1024
RSA_BITS: Final = 3072
KEEPALIVE: Final = ((socket.TCP_KEEPIDLE, 60), (socket.TCP_KEEPINTVL, 15), (socket.TCP_KEEPCNT, 4))

ANNOUNCE: Final = "hostkeys-00@openssh.com"
PROVE: Final = "hostkeys-prove-00@openssh.com"

_ORGANISATION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NOBODY = "-"
_NO_KEY = b"\0" * 51
_LOG = "gateway.sftp.paramiko"
logging.getLogger(_LOG).setLevel(logging.CRITICAL)  # what it has to say, the session's own events say


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a listener speaks: by which keys it is known, and which algorithms it offers."""

    keys: HostKeys
    policy: Policy


class Session(paramiko.ServerInterface):  # type: ignore[misc] # paramiko ships no types
    """One connection, from its first byte to its end."""

    def __init__(
        self, reception: Reception, connection: socket.socket, peer: str, terms: Terms, sessions: Callable[[], int]
    ) -> None:
        """Take a connection over; `sessions` returns how many there are with it."""
        self.peer = peer
        self._sessions = sessions
        self.organisation = ""
        self.began = self.last_heard = self._heard_from = time.monotonic()
        self.received = self._heard_bytes = 0
        self._is_in = False
        self._reception = reception
        self._terms = terms
        self._conversations: list[Conversation] = []
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in KEEPALIVE:
            connection.setsockopt(socket.IPPROTO_TCP, option, value)
        self.transport = Negotiation(
            connection, default_window_size=WINDOW, default_max_packet_size=MOST_CHANNEL_PACKET
        )
        self.transport.set_log_channel(_LOG)
        self.transport.local_version = "SSH-2.0-LearnerGateway"
        terms.policy.impose(self.transport)
        for key in terms.keys.current:
            self.transport.add_server_key(key)

    def start(self) -> None:
        """Begin to speak, on a thread of the session's own."""
        self.transport.start_server(threading.Event(), self)
        events.info("connection", extra={"peer": self.peer})

    @property
    def is_authenticated(self) -> bool:
        """Return whether the client has proved its key."""
        return bool(self.transport.is_authenticated())

    @property
    def is_over(self) -> bool:
        """Return whether the connection has ended and every unfinished upload of it is put away."""
        return not (self.transport.is_active() or any(it.is_alive() for it in self._conversations))

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
        threads: tuple[threading.Thread, ...] = (self.transport, *self._conversations)
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))

    def is_slow(self, now: float) -> bool:
        """Tell whether an upload has been open for a while in which too few bytes came."""
        settings = self._reception.settings
        if not any(it.is_uploading for it in self._conversations):
            self._heard_from, self._heard_bytes = now, self.received
        if now - self._heard_from < settings.rate_window_s:
            return False
        slow = self.received - self._heard_bytes < settings.rate_bytes
        self._heard_from, self._heard_bytes = now, self.received
        return slow

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
        fits = [self._opens(it, key) for it in keys]
        fits.append(hmac.compare_digest(key.asbytes(), _NO_KEY))
        banned = self._reception.bans.is_banned(self.peer, username)
        if known and any(fits) and _is_strong(key) and not banned:
            self.organisation = username
            return int(paramiko.AUTH_SUCCESSFUL)
        about = {"peer": self.peer, "organisation": username if keys else "", "fingerprint": key.fingerprint}
        events.warning("login_refused", extra=about | ({"reason": "banned"} if banned else {}))
        if not banned:
            self._count_refusal(username, about)
        return int(paramiko.AUTH_FAILED)

    def _opens(self, key: OrganisationKey, offered: paramiko.PKey) -> bool:
        """Tell whether a key that we know is the offered one, and may be used now and from here."""
        moment = self._reception.intake.clock()
        here = not key.networks or within(self.peer, [network(it) for it in key.networks])
        return hmac.compare_digest(offered.asbytes(), _blob(key.public_key)) & key.valid_at(moment) & here

    def _count_refusal(self, username: str, about: dict[str, object]) -> None:
        seconds = self._reception.bans.refused(self.peer, username)
        if seconds:
            events.error("ban", extra=about | {"seconds": round(seconds)})
        if self._reception.bans.is_banned(self.peer):
            self.transport.close()

    def check_channel_request(self, kind: str, chanid: int) -> int:  # noqa: ARG002 - paramiko's method
        """Open a few sessions and nothing else; closed channels are dropped, as nobody accepts them from paramiko."""
        waiting = self.transport.server_accepts
        waiting[:] = [channel for channel in waiting if not channel.closed]
        if kind != "session" or len(waiting) >= self._reception.settings.max_channels:
            return int(paramiko.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED)
        if not self._is_in:
            self._logged_in()
        self.transport.default_window_size = window(self._sessions())  # that of the channel to be opened
        self.last_heard = time.monotonic()
        return int(paramiko.OPEN_SUCCEEDED)

    def _logged_in(self) -> None:
        """Note the login, and tell the client by which keys we are known, those to come among them."""
        self._is_in = True
        self._reception.bans.accepted(self.peer, self.organisation)
        events.info("login", extra={"peer": self.peer, "organisation": self.organisation})
        self.transport.global_request(ANNOUNCE, [key.asbytes() for key in self._terms.keys.announced], wait=False)

    def check_global_request(self, kind: str, msg: paramiko.Message) -> bool | tuple[bytes, ...]:
        """Prove that announced host keys are ours, as OpenSSH's client asks before it notes them; refuse all else."""
        if kind != PROVE or not self.is_authenticated:
            return False
        asked: list[bytes] = []
        while msg.get_remainder():
            asked.append(msg.get_binary())
        return self._terms.keys.proofs(asked, self.transport.session_id) or False

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


def window(sessions: int) -> int:
    """Return how much the client of one of so many sessions may send ahead, in bytes."""
    return max(LEAST_WINDOW, min(WINDOW, WINDOWS // max(1, sessions)))


def _blob(public_key: str) -> bytes:
    """Return the key of a line as OpenSSH writes it; a line that is none fits nothing."""
    words = public_key.split()
    try:
        return base64.b64decode(words[min(1, len(words) - 1)], validate=True)
    except (IndexError, ValueError):
        return b""


def _is_strong(key: paramiko.PKey) -> bool:
    return not isinstance(key, paramiko.RSAKey) or bool(key.get_bits() >= RSA_BITS)

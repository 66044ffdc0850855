"""A connection on which the client's offer is heard before ours is made.

Of the ciphers that both know the client's preference decides (RFC 4253, 7.1), and many clients name CTR before GCM:
with CTR every packet's digest is made in Python besides, a fifth of what an upload costs. So a client that knows GCM is
offered nothing else, and one that does not, or that restricts itself, is offered all that the listener has.
"""

import select
import socket
from typing import Final

import paramiko

WAIT_MS: Final = 500
"""How long a client's offer is waited for: a client may wait for ours, which then goes out whole."""
_GCM: Final = "gcm@openssh.com"


class Negotiation(paramiko.Transport):  # type: ignore[misc] # paramiko ships no types
    """A server's side of a connection, made on a socket as paramiko's own is."""

    def __init__(self, connection: socket.socket, **sizes: int) -> None:
        super().__init__(connection, **sizes)
        self._heard_first = False

    def _send_kex_init(self) -> None:
        """Send our offer; the first time only where the client's does not come, for `_negotiate_keys` sends it then."""
        if not self._heard_first:
            self._heard_first = True
            comes = select.poll()
            comes.register(self.sock, select.POLLIN)
            if comes.poll(WAIT_MS):
                return
        super()._send_kex_init()

    def _negotiate_keys(self, message: paramiko.Message) -> None:
        """Hear the client's offer, and make ours where it has not been made."""
        if self.local_kex_init is None:
            theirs = self._really_parse_kex_init(paramiko.Message(message.asbytes()))
            options = self.get_security_options()
            gcm = [it for it in options.ciphers if it.endswith(_GCM)]
            if all(set(gcm) & set(theirs[f"{side}_encrypt_algo_list"]) for side in ("client", "server")):
                options.ciphers = gcm
        super()._negotiate_keys(message)

"""Which algorithms a listener offers: sound ones alone, and on the `legacy` listener a few older ones beside them."""

from dataclasses import dataclass
from typing import Final

import paramiko


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a listener offers, the best first; nothing that is no longer sound (cbc, 3des, sha1, md5) stands in any."""

    kex: tuple[str, ...]
    ciphers: tuple[str, ...]
    macs: tuple[str, ...]
    key_types: tuple[str, ...]

    def impose(self, transport: paramiko.Transport) -> None:
        """Let a connection agree on nothing else."""
        options = transport.get_security_options()
        options.kex, options.ciphers = self.kex, self.ciphers
        options.digests, options.key_types = self.macs, self.key_types


MODERN: Final = Policy(
    kex=("mlkem768x25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256"),
    ciphers=("aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes256-ctr"),
    macs=("hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com"),
    key_types=("ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-512", "rsa-sha2-256"),
)
LEGACY: Final = Policy(
    kex=(
        *MODERN.kex,
        "ecdh-sha2-nistp384",
        "ecdh-sha2-nistp521",
        "diffie-hellman-group16-sha512",
        "diffie-hellman-group14-sha256",
    ),
    ciphers=(*MODERN.ciphers, "aes192-ctr", "aes128-ctr"),
    macs=(*MODERN.macs, "hmac-sha2-256", "hmac-sha2-512"),
    key_types=MODERN.key_types,
)
"""For libssh2 before 1.11, and so for the curl of Debian 12, and for clients of its age."""

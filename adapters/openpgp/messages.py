"""What a process of its own does with one OpenPGP message: it reads an order, writes bytes, and says what was wrong.

Apart from the gateway's own processes, because a stranger's message is taken to pieces here: its memory is given back,
and whoever reads the bytes can end it as soon as there are too many. Bytes leave it before the signature behind them
was seen, so they count for nothing until it has ended well.
"""

import json
import resource
import sys
from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from pysequoia import Cert, Tsk, decrypt_file, encrypt_file
from pysequoia.packet import PacketPile

from adapters.openpgp.faults import REFUSED, PgpFault

_OUT: Final = "/dev/fd/1"
_MOST_MEMORY: Final = 512 << 20
"""What a message of any size may take; Sequoia holds some 25 MB of it at once, several times over."""


class _Signers:
    """The certificates that a message may be signed with, and who is named as its signer."""

    def __init__(self, certificates: list[bytes]) -> None:
        self._certificates = certificates
        self.named: list[str] = []

    def certificates_of(self, keys: list[str]) -> list[Cert]:
        """Return the certificates; the message itself says by which keys it is signed."""
        self.named = keys
        return [Cert.from_bytes(it) for it in self._certificates]

    def fault(self) -> PgpFault:
        """Return why no signature was valid."""
        if not self.named:
            return PgpFault.UNSIGNED
        signers = [it for it in self._certificates if self._holds_named(it)]
        if not signers:
            return PgpFault.SIGNER
        return PgpFault.SIGNATURE if any(is_good(Cert.from_bytes(it)) for it in signers) else PgpFault.EXPIRED

    def _holds_named(self, certificate: bytes) -> bool:
        keys = [packet.fingerprint for packet in PacketPile.from_bytes(certificate) if packet.fingerprint]
        return any(key.casefold().endswith(named.casefold()) for key in keys for named in self.named)


def is_good(certificate: Cert) -> bool:
    """Tell whether a certificate is neither expired nor revoked by its owner."""
    lasts = certificate.expiration is None or certificate.expiration > datetime.now(UTC)
    return lasts and not certificate.is_revoked


def run(order: Mapping[str, Any]) -> PgpFault | None:
    """Do what is ordered and return what was wrong, or None."""
    certificates = [b64decode(it) for it in order["certificates"]]
    if order["do"] == "close":
        return _close(order["path"], [Cert.from_bytes(it) for it in certificates])
    return _open(order["path"], order["key"], _Signers(certificates))


def _close(path: str, certificates: list[Cert]) -> PgpFault | None:
    recipients = [it for it in certificates if is_good(it)]
    if not recipients:
        return PgpFault.NO_CERTIFICATE
    encrypt_file(path, _OUT, recipients=recipients, armor=False)
    return None


def _open(path: str, key: str, signers: _Signers) -> PgpFault | None:
    decryptor = Tsk.from_bytes(key.encode()).decryptor()
    try:
        opened = decrypt_file(path, _OUT, decryptor, signers.certificates_of)
    except (RuntimeError, OSError) as error:
        return _meaning(str(error), signers)
    return None if opened.valid_sigs else signers.fault()


def _meaning(words: str, signers: _Signers) -> PgpFault:
    """Return what Sequoia's words mean; whatever they do not say is a message that did not come whole."""
    if words.startswith("No key to decrypt message"):
        return PgpFault.RECIPIENT
    if words.startswith("Unexpected message structure"):
        return PgpFault.STRUCTURE
    if "no valid signatures" in words:
        return signers.fault()
    return PgpFault.DAMAGED


def main() -> int:
    """Run the order on standard input; say what was wrong on standard error, in one word."""
    resource.setrlimit(resource.RLIMIT_DATA, (_MOST_MEMORY, _MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # no copy of a key or of a learner's data on a disk
    fault = run(json.load(sys.stdin))
    if fault is None:
        return 0
    sys.stderr.write(fault)
    return REFUSED


if __name__ == "__main__":
    sys.exit(main())

"""The organisations' keys, unwrapped for the moment in which they are used and never held longer.

So a key that is destroyed is of no use to any process from the next file on.
"""

import secrets
from collections.abc import Sequence
from typing import Final
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.stores.blobs import fail
from gateway.core.errors import ConfigurationError
from gateway.core.ports.file_keys import KeptKeys, WrappedKey

KEY_BYTES: Final = 32
_NONCE: Final = 12


class KeyRing:
    """The wrapped keys, and the master keys that open them; the first one wraps new ones."""

    def __init__(self, keys: KeptKeys, masters: Sequence[bytes]) -> None:
        if not masters or any(len(master) != KEY_BYTES for master in masters):
            raise ConfigurationError(
                "The master key of the file store must be 32 bytes in Base64, one a line, the newest first. "
                "`gateway init` makes one."
            )
        self._keys = keys
        self._masters = masters

    def current(self, organisation: str) -> tuple[UUID, bytes]:
        """Return the number and the bytes of the key that an organisation's new files are sealed with."""
        kept = self._keys.newest(organisation)
        if kept is None or kept.wrapped is None:
            kept = self.renew(organisation)
        return kept.id, self._unwrapped(kept, f"the key of {organisation}")

    def key(self, number: UUID, blob: str) -> bytes:
        """Return the key that a blob was sealed with; raise FilesError where it is not there or was destroyed."""
        kept = self._keys.find(number)
        if kept is None:
            fail("read", blob, "the key that it was sealed with is not in this database")
        return self._unwrapped(kept, blob)

    def renew(self, organisation: str) -> WrappedKey:
        """Make the next version of an organisation's key; its former ones still open what they sealed."""
        newest = self._keys.newest(organisation)
        version = newest.version + 1 if newest else 1
        key = WrappedKey(id=uuid4(), organisation=organisation, version=version, wrapped=None)
        return self._keys.add(self._wrapped(key, secrets.token_bytes(KEY_BYTES)))

    def rewrap(self) -> int:
        """Wrap every key with the newest master key, and return how many had another."""
        changed = 0
        for kept in self._keys.all():
            if self._opened(kept, self._masters[0]) is None:
                again = self._wrapped(kept, self._unwrapped(kept, f"the key of {kept.organisation}"))
                self._keys.rewrap(kept.id, again.wrapped or b"")
                changed += 1
        return changed

    def _wrapped(self, key: WrappedKey, secret: bytes) -> WrappedKey:
        nonce = secrets.token_bytes(_NONCE)
        sealed = nonce + AESGCM(self._masters[0]).encrypt(nonce, secret, _about(key))
        return WrappedKey(id=key.id, organisation=key.organisation, version=key.version, wrapped=sealed)

    def _unwrapped(self, kept: WrappedKey, what: str) -> bytes:
        if kept.wrapped is None:
            fail("read", what, "its key was destroyed")
        found = [secret for master in self._masters if (secret := self._opened(kept, master)) is not None]
        if not found:
            fail("read", what, "no master key that is set opens its key; put the former one back as a further line")
        return found[0]

    @staticmethod
    def _opened(kept: WrappedKey, master: bytes) -> bytes | None:
        sealed = kept.wrapped or b""
        try:
            return AESGCM(master).decrypt(sealed[:_NONCE], sealed[_NONCE:], _about(kept))
        except InvalidTag:
            return None


def _about(key: WrappedKey) -> bytes:
    return f"{key.id} {key.organisation} {key.version}".encode()

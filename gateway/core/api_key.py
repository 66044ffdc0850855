"""Keys by which programs use the HTTP interface for an organisation; only a digest of their secret half is kept."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Final

_FORM: Final = re.compile(r"lgk_([0-9a-z]{12})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key of an organisation: valid from and until, from these networks (any, where none is named)."""

    id: str
    organisation: str
    digest: bytes
    comment: str = ""
    networks: tuple[str, ...] = ()
    not_before: datetime | None = None
    not_after: datetime | None = None
    revoked_at: datetime | None = None
    used_at: datetime | None = None

    def opens(self, secret: str, moment: datetime, address: str) -> bool:
        """Tell whether that secret is this key's, and the key good at that moment from that address."""
        same = hmac.compare_digest(self.digest, digest_of(secret))
        begun = self.not_before is None or self.not_before <= moment
        lasts = self.revoked_at is None and (self.not_after is None or moment <= self.not_after)
        return same and begun and lasts and self._admits(address)

    def _admits(self, address: str) -> bool:
        if not self.networks:
            return True
        try:
            source = ip_address(address)
        except ValueError:
            return False
        return any(source in ip_network(network) for network in self.networks)


def written(key: str, secret: str) -> str:
    """Return a key as its holder writes it."""
    return f"lgk_{key}_{secret}"


def read(text: str) -> tuple[str, str] | None:
    """Return id and secret of a key as its holder writes it, or None where it has not the form of one."""
    found = _FORM.fullmatch(text)
    return None if found is None else (found[1], found[2])


def digest_of(secret: str) -> bytes:
    """Return what is kept of a secret: it is random and 256 bits long, so that one quick digest is enough."""
    return hashlib.sha256(secret.encode()).digest()

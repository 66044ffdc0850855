"""Whose OpenPGP certificates are known, and what encrypts responses to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class PgpCertificate:
    """An OpenPGP certificate (a public key with what belongs to it) that an operator has registered."""

    organisation: str
    fingerprint: str
    certificate: bytes
    comment: str = ""
    revoked_at: datetime | None = None


class PgpCertificates(Protocol):
    """The certificates of all organisations."""

    def add(self, certificate: PgpCertificate) -> None:
        """Keep a certificate in place of an earlier one of its fingerprint; StoreError where nobody is of that id."""
        ...

    def all(self, organisation: str) -> Sequence[PgpCertificate]:
        """Return an organisation's certificates, revoked ones too, oldest first."""
        ...

    def revoke(self, organisation: str, fingerprint: str, moment: datetime) -> None:
        """Use a certificate no longer; raise StoreError where the organisation has no such one in force."""
        ...


class Covering(Protocol):
    """Encrypts responses for organisations that have a certificate."""

    extension: str

    def covers(self, organisation: str) -> bool:
        """Tell whether an organisation's responses are encrypted."""
        ...

    def cover(self, organisation: str, path: Path, out: BinaryIO) -> None:
        """Write a file encrypted to an organisation's certificates; raise GatewayError where none can be used."""
        ...

"""The gateway's own OpenPGP key, and what is read of an organisation's certificate."""

from pathlib import Path
from typing import Final

from gateway.core.errors import ConfigurationError
from gateway.core.ports.pgp import PgpCertificate
from gateway.secret_files import secret, write_secret

FILE_NAME: Final = "pgp.key"
_WHAT: Final = "the gateway's OpenPGP key (pgp.key)"


def make_pgp_key(home: Path, name: str) -> None:
    """Write a home's OpenPGP key; one that is there stays."""
    from pysequoia import CipherSuite, Profile, Tsk

    from gateway.pgp_preferences import without_compression

    if (home / FILE_NAME).exists():
        return
    made = Tsk.generate(name, profile=Profile.RFC4880, cipher_suite=CipherSuite.Cv25519)
    write_secret(home / FILE_NAME, str(Tsk.from_bytes(without_compression(bytes(made)))))


def pgp_key(home: Path) -> str | None:
    """Return a home's OpenPGP key, armoured, None where it has none; ConfigurationError where others can read it."""
    return secret(home / FILE_NAME, _WHAT) if (home / FILE_NAME).exists() else None


def public_half(key: str) -> tuple[str, str]:
    """Return fingerprint and armoured certificate of a key, to give to organisations."""
    from pysequoia import Tsk

    certificate = Tsk.from_bytes(key.encode()).extract_certificate()
    return certificate.fingerprint, str(certificate)


def read_certificate(organisation: str, content: bytes) -> PgpCertificate:
    """Return the one certificate in a file, be it armoured; raise ConfigurationError where there is another number."""
    from pysequoia import Cert
    from pysequoia.packet import PacketPile, Tag

    try:
        found = Cert.split_bytes(content)
    except (RuntimeError, OSError):
        found = []
    if len(found) != 1:
        raise ConfigurationError(
            f"The file holds {len(found) or 'no'} OpenPGP certificates; give the one that gpg --export wrote."
        )
    (certificate,) = found
    if any(packet.tag in (Tag.SecretKey, Tag.SecretSubkey) for packet in PacketPile.from_bytes(content)):
        raise ConfigurationError("The file holds a secret key. Give the public one alone, as gpg --export writes it.")
    return PgpCertificate(
        organisation=organisation,
        fingerprint=certificate.fingerprint,
        certificate=bytes(certificate),
        comment=", ".join(str(it) for it in certificate.user_ids),
    )

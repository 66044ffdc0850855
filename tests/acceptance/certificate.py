"""A TLS certificate for this machine, and the settings of an HTTP interface that has it."""

from datetime import timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from gateway import bootstrap

PORTAL: Final = '[portal]\nport = 0\ncertificate_file = "tls.pem"\nkey_file = "tls.key"\n'


def certify(home: Path, days: int = 1) -> None:
    """Make a certificate for this machine that signs itself and ends in so many days."""
    key, now = Ed25519PrivateKey.generate(), bootstrap.now()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=9)).not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, None)
    )  # fmt: skip
    (home / "tls.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (home / "tls.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (home / "tls.key").chmod(0o600)

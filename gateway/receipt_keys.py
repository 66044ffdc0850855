"""The key that receipts are signed with (Ed25519), its former ones, and what a signature proves.

The signature is over the receipt's JSON object without `signature`: names in order, no blanks, UTF-8. So anybody can
check it with any Ed25519 tool, and no later version of this program is needed.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gateway.core.documents import Receipt
from gateway.core.errors import ConfigurationError
from gateway.secret_files import secret, write_secret

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

FILE_NAME: Final = "receipt.key"
PUBLIC_FOLDER: Final = "receipt-keys"
_WHAT: Final = "the key that receipts are signed with (receipt.key)"
_ID_DIGITS: Final = 16
_MOST_BYTES: Final = 1 << 16
_PEM_END: Final = "-----END PUBLIC KEY-----\n"

Signer = Callable[[Receipt], Receipt]


class Proof(StrEnum):
    """What a receipt's signature says."""

    VALID = "valid"
    CHANGED = "changed"
    UNKNOWN_KEY = "unknown-key"
    UNSIGNED = "unsigned"


def make_receipt_key(home: Path, *, renew: bool = False) -> None:
    """Write a home's key; one that is there stays, unless it is renewed. The public halves of all are kept."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

    if (home / FILE_NAME).exists() and not renew:
        return
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (home / PUBLIC_FOLDER).mkdir(mode=0o700, exist_ok=True)
    write_secret(home / PUBLIC_FOLDER / f"{_id_of(key.public_key())}.pem", public.decode())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_secret(home / FILE_NAME, private.decode())  # last: no receipt is signed before its key is published


def receipt_signer(home: Path) -> Signer | None:
    """Return what signs receipts with a home's key, None where it has none; raise ConfigurationError where it is bad.

    The key is read again when its file is another one, so that a renewed key needs no restart.
    """
    if not (home / FILE_NAME).exists():
        return None
    _private(home)
    held: dict[tuple[int, int], Ed25519PrivateKey] = {}

    def sign(receipt: Receipt) -> Receipt:
        seen = (home / FILE_NAME).stat()
        version = (seen.st_ino, seen.st_mtime_ns)
        if version not in held:
            held.clear()
            held[version] = _private(home)
        key = held[version]
        named = receipt.model_copy(update={"key_id": _id_of(key.public_key())})
        signature = key.sign(signed_form(named.model_dump(mode="json")))
        return named.model_copy(update={"signature": base64.b64encode(signature).decode()})

    return sign


def signed_form(receipt: Mapping[str, object]) -> bytes:
    """Return the bytes that a receipt's signature is over."""
    facts = {name: value for name, value in receipt.items() if name != "signature"}
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def public_keys(home: Path) -> dict[str, str]:
    """Return every public key of a home as PEM by its id, the one in force first."""
    found = {path.stem: path.read_text(encoding="ascii") for path in sorted((home / PUBLIC_FOLDER).glob("*.pem"))}
    if not (home / FILE_NAME).exists():
        return found
    present = _id_of(_private(home).public_key())
    return {key: found[key] for key in sorted(found, key=lambda it: it != present)}


def read_public_keys(path: Path) -> dict[str, str]:
    """Return the public keys of a PEM file by their ids; raise ConfigurationError where it holds none."""
    try:
        parts = path.read_text(encoding="ascii").split(_PEM_END)
        texts = [part + _PEM_END for part in parts[:-1]]
        found = {_id_of(_public(text)): text for text in texts}
    except (OSError, ValueError):
        found = {}
    if not found:
        raise ConfigurationError(f"{path} holds no public key. `gateway receipt key` of the gateway prints it.")
    return found


def read_receipt(path: Path) -> dict[str, object]:
    """Return the receipt that a file holds, with whatever stands in it; raise ConfigurationError where it is none."""
    try:
        with path.open("rb") as file:
            found = json.loads(file.read(_MOST_BYTES))
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigurationError(f"{path} is no receipt; give the file that ends in .receipt.json.") from error
    if not isinstance(found, dict):
        raise ConfigurationError(f"{path} is no receipt; give the file that ends in .receipt.json.")
    return found


def proof_of(receipt: Mapping[str, object], keys: Mapping[str, str]) -> Proof:
    """Return what a receipt's signature says when it is held against these public keys."""
    from cryptography.exceptions import InvalidSignature

    key_id, signature = receipt.get("key_id"), receipt.get("signature")
    if not isinstance(key_id, str) or not isinstance(signature, str):
        return Proof.UNSIGNED
    if key_id not in keys:
        return Proof.UNKNOWN_KEY
    try:
        _public(keys[key_id]).verify(base64.b64decode(signature, validate=True), signed_form(receipt))
    except (InvalidSignature, ValueError):
        return Proof.CHANGED
    return Proof.VALID


def _private(home: Path) -> "Ed25519PrivateKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(secret(home / FILE_NAME, _WHAT).encode(), password=None)
    except ValueError:
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigurationError(f"{_WHAT.capitalize()} is no Ed25519 key. Put back a copy of it, or take it away.")
    return key


def _public(text: str) -> "Ed25519PublicKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    key = load_pem_public_key(text.encode())
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("not an Ed25519 key")  # noqa: TRY004 - a value of a file, which the callers tell
    return key


def _id_of(key: "Ed25519PublicKey") -> str:
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:_ID_DIGITS]

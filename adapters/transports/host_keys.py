"""The server's own keys, by which its clients know it: one ed25519, one RSA of 3072 bits, and those to come.

A key that is to follow stands beside the one in force as `<name>.next`, until the operator gives it the name in
force. At every login it is announced (`hostkeys-00@openssh.com`: OpenSSH's client notes it by itself); all others are
told its fingerprint. A client that knows the key of the other sort never notices.
"""

import os
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import paramiko
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from gateway.core.errors import ConfigurationError

RSA_BITS: Final = 3072


def _rsa() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=RSA_BITS)


KEYS: Final[Mapping[str, Callable[[], Ed25519PrivateKey | RSAPrivateKey]]] = MappingProxyType(
    {"ssh_host_ed25519_key": Ed25519PrivateKey.generate, "ssh_host_rsa_key": _rsa}
)


NEXT: Final = ".next"


@dataclass(frozen=True, slots=True)
class HostKeys:
    """The keys in force, and those that will follow them."""

    current: Sequence[paramiko.PKey]
    coming: Sequence[paramiko.PKey] = ()

    @property
    def announced(self) -> list[paramiko.PKey]:
        """Return all keys that a client may note as ours."""
        return [*self.current, *self.coming]

    def proofs(self, asked: Sequence[bytes], session: bytes) -> tuple[bytes, ...]:
        """Sign each of the asked keys with itself, in the order asked; nothing where one is not ours."""
        ours = {key.asbytes(): key for key in self.announced}
        if not asked or any(blob not in ours for blob in asked):
            return ()
        return tuple(_proof(ours[blob], session) for blob in asked)


def _proof(key: paramiko.PKey, session: bytes) -> bytes:
    message = paramiko.Message()
    for part in (b"hostkeys-prove-00@openssh.com", session, key.asbytes()):
        message.add_string(part)
    algorithm = "rsa-sha2-512" if isinstance(key, paramiko.RSAKey) else None
    signature: bytes = key.sign_ssh_data(message.asbytes(), algorithm).asbytes()
    return signature


def ensure_host_keys(folder: Path) -> HostKeys:
    """Return the host keys of a folder, made where they are missing; refuse one that others may read."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        current = [_key(folder / name, make) for name, make in KEYS.items()]
        coming = [_read(folder / f"{name}{NEXT}") for name in KEYS if (folder / f"{name}{NEXT}").exists()]
    except OSError as error:
        raise ConfigurationError(
            f"The host keys in {folder} cannot be read or made: {error.strerror}. Give that folder to our own user."
        ) from error
    return HostKeys(current, coming)


def _key(path: Path, make: Callable[[], Ed25519PrivateKey | RSAPrivateKey]) -> paramiko.PKey:
    if not path.exists():
        _write(path, make())
    return _read(path)


def _read(path: Path) -> paramiko.PKey:
    if path.stat().st_mode & 0o077:
        raise ConfigurationError(f"Others can read the host key {path}. Run `chmod 600 {path}`, or make a new key.")
    try:
        return paramiko.PKey.from_path(str(path))
    except (ValueError, paramiko.SSHException) as error:
        raise ConfigurationError(
            f"The host key {path} is no private key. Put back a copy of it, or remove it and a new one is made."
        ) from error


def _write(path: Path, key: Ed25519PrivateKey | RSAPrivateKey) -> None:
    """Write a new key and then give it its name: a crash leaves no half of a key, and of two starts one key wins."""
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        path.hardlink_to(temporary)
    temporary.unlink()

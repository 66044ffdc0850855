"""Makes an OpenPGP key say that messages to it are not to be compressed.

gpg compresses what it encrypts unless the recipient's key says otherwise, and Sequoia's verifier takes no compressed
message. So its user id bears a self-signature that says so (RFC 4880, 5.2.3.9); Sequoia's Python interface makes none.
"""

import hashlib
import struct
from collections.abc import Iterator
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_USER_ID, _SIGNATURE = 13, 2
_POSITIVE_CERTIFICATION: Final = 0x13
_EDDSA: Final = 22
_SHA512: Final = 10
_ONE_OCTET: Final = 192
_POINT_BYTES: Final = 33 + 2
"""A public point of Curve25519 as OpenPGP writes it, behind its length in bits."""


def without_compression(key: bytes) -> bytes:
    """Return an Ed25519 key with another signature on its first user id: no compression, and how else to encrypt."""
    packets = list(_packets(key))
    secret = packets[0][1]
    user_id = next(number for number, (tag, _) in enumerate(packets) if tag == _USER_ID)
    public = secret[: 7 + secret[6] + _POINT_BYTES]
    signed = _certification(public, _private(secret, len(public)), packets[user_id][1])
    packets[user_id + 1] = (_SIGNATURE, signed)
    return b"".join(_packet(tag, body) for tag, body in packets)


def _packets(key: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield tag and body of every packet; those of a key are short."""
    at = 0
    while at < len(key):
        size, head = key[at + 1], 2
        if size >= _ONE_OCTET:
            size, head = ((size - _ONE_OCTET) << 8) + key[at + 2] + _ONE_OCTET, 3
        yield key[at] & 0x3F, key[at + head : at + head + size]
        at += head + size


def _packet(tag: int, body: bytes) -> bytes:
    size = len(body)
    length = bytes([size]) if size < _ONE_OCTET else struct.pack(">H", size - _ONE_OCTET + (_ONE_OCTET << 8))
    return bytes([0xC0 | tag]) + length + body


def _private(secret: bytes, at: int) -> Ed25519PrivateKey:
    """Return the private half behind the public one: a use octet (0: not encrypted), and a number."""
    (bits,) = struct.unpack_from(">H", secret, at + 1)
    size = (bits + 7) // 8
    return Ed25519PrivateKey.from_private_bytes(secret[at + 3 : at + 3 + size].rjust(32, b"\0"))


def _certification(public: bytes, private: Ed25519PrivateKey, user_id: bytes) -> bytes:
    framed = b"\x99" + struct.pack(">H", len(public)) + public
    fingerprint = hashlib.sha1(framed, usedforsecurity=False).digest()
    hashed = b"".join([
        _part(2, public[1:5]),  # made when the key was
        _part(27, b"\x03"),  # it certifies and signs
        _part(11, b"\x09\x07"),  # AES-256, AES-128
        _part(21, b"\x0a\x08"),  # SHA-512, SHA-256
        _part(22, b"\x00"),  # no compression
        _part(30, b"\x01"),  # what is encrypted bears a digest
        _part(25, b"\x01"),  # the primary user id
        _part(33, b"\x04" + fingerprint),
    ])  # fmt: skip
    head = bytes([4, _POSITIVE_CERTIFICATION, _EDDSA, _SHA512]) + struct.pack(">H", len(hashed)) + hashed
    named = b"\xb4" + struct.pack(">I", len(user_id)) + user_id
    digest = hashlib.sha512(framed + named + head + b"\x04\xff" + struct.pack(">I", len(head))).digest()
    signature = private.sign(digest)
    issuer = _part(16, fingerprint[-8:])
    numbers = _number(signature[:32]) + _number(signature[32:])
    return head + struct.pack(">H", len(issuer)) + issuer + digest[:2] + numbers


def _part(kind: int, value: bytes) -> bytes:
    return bytes([len(value) + 1, kind]) + value


def _number(value: bytes) -> bytes:
    number = int.from_bytes(value, "big")
    return struct.pack(">H", number.bit_length()) + number.to_bytes((number.bit_length() + 7) // 8, "big")

"""Bytes sealed for the disk: AES-256-GCM in stretches of 64 KiB, so that a part of a file can be read and trusted.

A sealed file is a head and its stretches. The head: a mark, the number of the organisation's key, 32 random bytes, and
a tag of the blob's name. Keys of the file's own are derived from the organisation's key and the random bytes. Each
stretch is sealed under its number and whether it is the last: one that is changed, cut off, moved within the file or
brought from another is refused, and so is a whole file that has been given another's name.
"""

import hashlib
import hmac
import io
import secrets
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from adapters.stores.blobs import Placed, fail

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MARK: Final = b"LGS1"
STRETCH: Final = 64 << 10
TAG: Final = 16
_SALT: Final = 32
_HEAD: Final = struct.Struct(f"!4s16s{_SALT}s32s")
HEAD_BYTES: Final = _HEAD.size
_SEALED: Final = STRETCH + TAG


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a sealed file."""

    key: UUID
    salt: bytes
    tag: bytes = bytes(32)

    @classmethod
    def new(cls, key: UUID) -> Self:
        """Return the head of a new file under a key."""
        return cls(key, secrets.token_bytes(_SALT))

    @classmethod
    def read(cls, raw: io.RawIOBase, blob: str) -> Self:
        """Return the head that a sealed file begins with; raise FilesError where it is cut short."""
        content = _exactly(raw, HEAD_BYTES)
        if len(content) < HEAD_BYTES:
            fail("read", blob, "it is shorter than it was")
        _, key, salt, tag = _HEAD.unpack(content)
        return cls(UUID(bytes=key), salt, tag)

    def written(self, keys: "FileKeys", blob: str) -> bytes:
        """Return the head with the name of its blob bound to it."""
        return _HEAD.pack(MARK, self.key.bytes, self.salt, keys.tag(blob))


def is_sealed(raw: io.RawIOBase) -> bool:
    """Tell whether a file begins as sealed ones do, and go back to its begin."""
    begin = _exactly(raw, len(MARK))
    raw.seek(0)
    return begin == MARK


class FileKeys:
    """The keys of one file: one that seals its stretches, one that binds its name."""

    def __init__(self, organisation_key: bytes, salt: bytes) -> None:
        derived = HKDF(SHA256(), 64, salt, b"learner-gateway file").derive(organisation_key)
        self._sealer = AESGCM(derived[:32])
        self._naming = derived[32:]

    def tag(self, blob: str) -> bytes:
        """Return the tag of a blob's name."""
        return hmac.digest(self._naming, blob.encode(), hashlib.sha256)

    def seal(self, number: int, content: bytearray | memoryview, *, last: bool) -> bytes:
        """Return a stretch sealed in its place."""
        return self._sealer.encrypt(_place(number, last=last), content, MARK)

    def unseal(self, number: int, content: bytes, *, last: bool) -> bytes:
        """Return what a stretch holds; raise InvalidTag where it is not the one that was sealed in this place."""
        return self._sealer.decrypt(_place(number, last=last), content, MARK)


def _place(number: int, *, last: bool) -> bytes:
    return struct.pack("!QI", number, last)


class Sealer:
    """Seals what it is given, stretch by stretch; the last one is known when no more comes."""

    def __init__(self, keys: FileKeys) -> None:
        self._keys = keys
        self._left = bytearray()
        self._number = 0

    def take(self, content: bytes | memoryview) -> bytes:
        """Return what can be written by now."""
        self._left += content
        whole = (len(self._left) - 1) // STRETCH
        with memoryview(self._left) as left:
            done = [self._next(left[at * STRETCH : (at + 1) * STRETCH], last=False) for at in range(whole)]
        del self._left[: whole * STRETCH]
        return b"".join(done)

    def end(self) -> bytes:
        """Return the last stretch, which may be empty."""
        return self._next(self._left, last=True)

    def _next(self, content: bytearray | memoryview, *, last: bool) -> bytes:
        self._number += 1
        return self._keys.seal(self._number - 1, content, last=last)


class Unsealed(Placed):
    """The bytes of a sealed file, of which every stretch that is read is authentic and in its place."""

    def __init__(self, raw: io.RawIOBase, sealed_size: int, keys: FileKeys, blob: str) -> None:
        body = sealed_size - HEAD_BYTES
        self._stretches = -(-body // _SEALED)
        super().__init__(body - TAG * self._stretches)
        if self._stretches < 1 or self.size < 0:
            fail("read", blob, "it is shorter than it was")
        self._raw, self._keys, self._blob = raw, keys, blob
        self._held = -1
        self._content = b""

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Read on, as far as the buffer or the file goes; raise FilesError where a stretch is not authentic."""
        view = memoryview(buffer).cast("B")
        done = 0
        while done < len(view) and (self._at < self.size or not self.size):
            content = self._stretch(self._at // STRETCH)
            piece = content[self._at % STRETCH :][: len(view) - done]
            if not piece:
                break
            view[done : done + len(piece)] = piece
            done += len(piece)
            self._at += len(piece)
        return done

    def close(self) -> None:
        """Close what lies below too."""
        self._raw.close()
        super().close()

    def _stretch(self, number: int) -> bytes:
        if number != self._held:
            if number != self._held + 1:
                self._raw.seek(HEAD_BYTES + number * _SEALED)
            sealed = _exactly(self._raw, _SEALED)
            try:
                self._content = self._keys.unseal(number, sealed, last=number == self._stretches - 1)
            except InvalidTag:
                fail("read", self._blob, "its bytes are not those that were sealed")
            self._held = number
        return self._content


def _exactly(raw: io.RawIOBase, count: int) -> bytes:
    """Return so many bytes, or fewer where the file ends."""
    found = raw.read(count) or b""
    while len(found) < count and (piece := raw.read(count - len(found))):
        found += piece
    return found

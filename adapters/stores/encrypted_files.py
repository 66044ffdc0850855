"""A file store whose bytes are sealed before another one keeps them: each organisation's with a key of its own.

What a step needs as a local path is unsealed into the scratch folder while its block lasts. The keys stand in the
database, each wrapped by a master key that does not: without both nothing can be read, and an organisation whose keys
are destroyed has no bytes any more, wherever copies of them lie.
"""

import hashlib
import io
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self, cast

from pydantic import BaseModel, ConfigDict, SkipValidation

from adapters.stores.blobs import BUFFER, copied, fail, name_of, reader, refuse_changed
from adapters.stores.key_ring import KeyRing
from adapters.stores.scratch import Scratch
from adapters.stores.sealing import HEAD_BYTES, FileKeys, Head, Sealer, Unsealed, is_sealed
from gateway.core.errors import FilesError
from gateway.core.ports.file_keys import KeptKeys
from gateway.core.ports.files import Draft, Shelf

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class EncryptedSettings(BaseModel):
    """The store that keeps the sealed bytes, where the wrapped keys stand, and the master keys, the newest first."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    shelf: SkipValidation[Shelf]
    keys: SkipValidation[KeptKeys]
    masters: tuple[bytes, ...]
    scratch: Path


class EncryptedFiles:
    """The `Files` port on top of another one."""

    def __init__(self, shelf: Shelf, ring: KeyRing, scratch: Scratch, organisation: str | None = None) -> None:
        self._shelf, self._ring, self._scratch, self._organisation = shelf, ring, scratch, organisation

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> Self:
        """Return the file store; raise ConfigurationError where a master key is none."""
        read = EncryptedSettings.model_validate(settings)
        return cls(read.shelf, KeyRing(read.keys, read.masters), Scratch(read.scratch))

    def owned(self, organisation: str) -> Self:
        """Return this store for what belongs to an organisation: all that it keeps there is sealed with its key."""
        return type(self)(self._shelf, self._ring, self._scratch, organisation)

    def keep(self, path: Path, space: str, sha256: str) -> str:
        """Take over a complete local file and return its blob; the same bytes in the same space are kept once."""
        blob = f"{space}/{sha256}"
        name_of(blob)
        if not path.exists():
            return self._shelf.keep(path, space, sha256)  # an earlier call has taken it over, or there is none
        with self._drafted(space) as draft:
            try:
                with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as plain:
                    while chunk := plain.read(BUFFER):
                        draft.handle.write(chunk)
            except OSError as error:
                fail("kept", blob, error.strerror)
            draft.end()
            if draft.blob != blob:
                fail("kept", blob, "its bytes are not those that were received")
            self._shelf.keep(draft.path, space, sha256)
        with suppress(OSError):
            path.unlink()
        return blob

    @contextmanager
    def create(self, space: str) -> Iterator[Draft]:
        """Open a draft; when its block ends its bytes are durable, and when it raises nothing is left of it."""
        name_of(f"{space}/{'0' * 64}")
        with self._drafted(space) as draft:
            yield draft
            draft.end()
            self._shelf.keep(draft.path, space, name_of(draft.blob).sha256)

    def probe(self) -> None:
        """Write something below and remove it, in the clear: it is nobody's; raise FilesError where that fails."""
        self._shelf.probe()

    def open(self, blob: str) -> BinaryIO:
        """Open a blob for reading; raise FilesError where it is missing, and where it has changed."""
        raw, size = self._shelf.raw(blob)
        try:
            if is_sealed(raw):
                plain = self._unsealed(raw, size, blob)
                return reader(plain, plain.size, blob)
            refuse_changed(raw, blob)  # kept in the clear, before this store was sealed
            raw.seek(0)
            return reader(raw, size, blob)
        except FilesError:
            raw.close()
            raise

    @contextmanager
    def local(self, blob: str) -> Iterator[Path]:
        """Give a path on this host that holds the blob's bytes while the block lasts; raise FilesError for others."""
        with copied(self.open(blob), self._scratch) as path:
            yield path

    def remove(self, blob: str) -> None:
        """Remove a blob; one that is not there is no error."""
        self._shelf.remove(blob)

    def clear(self, space: str) -> int:
        """Remove every blob of a space and return how many there were; run again, it removes what is left."""
        return self._shelf.clear(space)

    def _unsealed(self, raw: io.RawIOBase, size: int, blob: str) -> Unsealed:
        head = Head.read(raw, blob)
        keys = FileKeys(self._ring.key(head.key, blob), head.salt)
        if keys.tag(blob) != head.tag:
            fail("read", blob, "it bears another's name")
        return Unsealed(raw, size, keys, blob)

    def renew(self, organisation: str) -> int:
        """Seal new files of an organisation with a new key, and return its version; former ones open what they did."""
        return self._ring.renew(organisation).version

    def rewrap(self) -> int:
        """Wrap every key with the newest master key, and return how many had another."""
        return self._ring.rewrap()

    @contextmanager
    def _drafted(self, space: str) -> Iterator["_SealedDraft"]:
        if self._organisation is None:
            raise FilesError("Nobody is named whose bytes these are, so they cannot be sealed. Report it.")
        key, secret = self._ring.current(self._organisation)
        with self._scratch.file() as (path, descriptor):
            draft = _SealedDraft(path, descriptor, space, Head.new(key), secret)
            try:
                yield draft
            finally:
                draft.abandon()


class _SealedDraft:
    """A file that is sealed while it is written; `blob` names what it holds and `size` counts it once it has ended."""

    def __init__(self, path: Path, descriptor: int, space: str, head: Head, secret: bytes) -> None:
        self.path = path
        self._space, self._head = space, head
        self._keys = FileKeys(secret, head.salt)
        self._writer = _SealingWriter(descriptor, self._keys, space)
        self.handle = cast("BinaryIO", io.BufferedWriter(self._writer, BUFFER))
        self.blob = ""
        self.size = 0

    def end(self) -> None:
        """Seal what is buffered and name it."""
        self.handle.close()
        self.blob = f"{self._space}/{self._writer.digest.hexdigest()}"
        self.size = self._writer.size
        self._writer.finish(self._head.written(self._keys, self.blob))

    def abandon(self) -> None:
        """Let the file go, whatever has come of it."""
        with suppress(FilesError):  # what was buffered may not fit the disk; it is of no use any more
            self.handle.close()


class _SealingWriter(io.RawIOBase):
    """Seals what it is given into a descriptor that it does not own, behind room for the head."""

    def __init__(self, descriptor: int, keys: FileKeys, space: str) -> None:
        self._descriptor, self._space = descriptor, space
        self._sealer = Sealer(keys)
        self.digest = hashlib.sha256()
        self.size = 0
        self._put(bytes(HEAD_BYTES))

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: "ReadableBuffer", /) -> int:
        """Seal and write; return how much was taken."""
        view = memoryview(data).cast("B")
        self.digest.update(view)
        self.size += len(view)
        self._put(self._sealer.take(view))
        return len(view)

    def finish(self, head: bytes) -> None:
        """Write the last stretch, and the head in its room."""
        self._put(self._sealer.end())
        os.pwrite(self._descriptor, head, 0)

    def _put(self, content: bytes) -> None:
        view = memoryview(content)
        try:
            while view:
                view = view[os.write(self._descriptor, view) :]
        except OSError as error:
            fail("written", self._space, error.strerror)

"""The file store in an S3-compatible bucket, for gateways of several hosts; an object is named as its blob is.

A name stands for bytes that never change, and an object appears whole or not at all, so nothing is written in parts
that anybody could see. The SDK's own retries are off: `s3_calls` tries again, the reading of an answer's body included.
"""

import io
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Self

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from adapters.stores.blobs import Placed, copied, fail, name_of, reader
from adapters.stores.files import FolderDraft
from adapters.stores.s3_calls import Calls, Client, is_missing
from adapters.stores.scratch import Scratch
from gateway.core.errors import ConfigurationError
from gateway.core.ports.files import Draft
from gateway.core.settings import AdapterSettings

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PART: Final = 16 << 20
"""Bytes that are sent at once; what is larger goes in several parts."""
_FIRST_READ: Final = 256 << 10
_LARGEST_READ: Final = 8 << 20
_TIMEOUT_S: Final = 20


class S3Settings(AdapterSettings):
    """Where the bucket is, and where files stand on this host while they are written and read."""

    what = "the file store"

    bucket: str
    scratch: Path
    endpoint: str | None = None
    region: str | None = None
    credentials_file: Path | None = None


class S3Files:
    """The `Files` port on a bucket."""

    def __init__(self, client: Client, bucket: str, scratch: Path) -> None:
        self._calls = Calls(client, bucket)
        self.scratch = Scratch(scratch)

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> Self:
        """Return the file store; raise ConfigurationError where the bucket cannot be reached with these settings."""
        read = S3Settings.of(settings)
        try:
            client = _client(read)
            client.head_bucket(Bucket=read.bucket)
        except (BotoCoreError, ClientError, ValueError) as error:
            raise ConfigurationError(
                f"The bucket {read.bucket} cannot be used ({_why(error)}). Check files.bucket, files.endpoint, "
                "files.region and the credentials: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the file "
                "files.credentials_file."
            ) from None
        return cls(client, read.bucket, read.scratch)

    def owned(self, organisation: str) -> Self:  # noqa: ARG002 - a plain store keeps everybody's bytes alike
        """Return this store for what belongs to an organisation."""
        return self

    def keep(self, path: Path, space: str, sha256: str) -> str:
        """Take over a complete local file and return its blob; the same bytes in the same space are kept once."""
        blob = f"{space}/{sha256}"
        name_of(blob)
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        except FileNotFoundError:
            self._calls.size(blob)  # an earlier call has taken it over, or there is nothing to be kept
            return blob
        except OSError as error:
            fail("kept", blob, error.strerror)
        with os.fdopen(descriptor, "rb") as file:
            self._send(file, blob)
        with suppress(OSError):
            path.unlink()
        return blob

    @contextmanager
    def create(self, space: str) -> Iterator[Draft]:
        """Open a draft; when its block ends its bytes are durable, and when it raises nothing is left of it."""
        name_of(f"{space}/{'0' * 64}")
        with self.scratch.file() as (path, descriptor):
            draft = FolderDraft(os.dup(descriptor), space)
            try:
                yield draft
                draft.end()
            finally:
                draft.abandon()
            with path.open("rb") as file:
                self._send(file, draft.blob)

    def probe(self) -> None:
        """Write something and remove it; raise FilesError where that cannot be done."""
        with self.create("probe") as draft:
            pass
        self.remove(draft.blob)

    def open(self, blob: str) -> BinaryIO:
        """Open a blob for reading; raise FilesError where it is missing, and at its end where it has changed."""
        return reader(*self.raw(blob), blob)

    def raw(self, blob: str) -> tuple[io.RawIOBase, int]:
        """Return a blob's bytes as they lie there, unbuffered and not checked, and how many they are."""
        name_of(blob)
        size = self._calls.size(blob)
        return _Ranged(self._calls, blob, size), size

    @contextmanager
    def local(self, blob: str) -> Iterator[Path]:
        """Give a path on this host that holds the blob's bytes while the block lasts; raise FilesError for others."""
        with copied(self.open(blob), self.scratch) as path:
            yield path

    def remove(self, blob: str) -> None:
        """Remove a blob; one that is not there is no error."""
        name_of(blob)
        self._calls.remove(blob)

    def clear(self, space: str) -> int:
        """Remove every blob of a space and return how many there were; run again, it removes what is left."""
        name_of(f"{space}/{'0' * 64}")
        blobs = list(self._calls.listing(f"{space}/"))
        for blob in blobs:
            self._calls.remove(blob)
        return len(blobs)

    def blobs(self) -> Iterator[str]:
        """Yield the name of every blob."""
        return self._calls.listing()

    def _send(self, file: BinaryIO, blob: str) -> None:
        first = file.read(PART)
        if len(first) < PART:
            self._calls.put(blob, first)
        else:
            self._calls.put_in_parts(blob, first, iter(lambda: file.read(PART), b""))


class _Ranged(Placed):
    """An object that is read stretch by stretch, in larger ones the longer it is read in order."""

    def __init__(self, calls: Calls, blob: str, size: int) -> None:
        super().__init__(size)
        self._calls, self._blob = calls, blob
        self._begin = 0
        self._held = b""
        self._step = _FIRST_READ

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Read on from the stretch that is held, or fetch the next one."""
        view = memoryview(buffer).cast("B")
        if not self._begin <= self._at < self._begin + len(self._held):
            self._fetch(len(view))
        begin = self._at - self._begin
        count = min(len(view), len(self._held) - begin)
        view[:count] = self._held[begin : begin + count]
        self._at += count
        return count

    def _fetch(self, least: int) -> None:
        self._step = min(_LARGEST_READ, self._step * 4) if self._at == self._begin + len(self._held) else _FIRST_READ
        end = min(self.size, self._at + max(self._step, least))
        self._held = self._calls.read(self._blob, self._at, end) if self._at < end else b""
        self._begin = self._at


def _client(settings: S3Settings) -> Client:
    session = botocore.session.Session()
    if settings.credentials_file is not None:
        session.set_config_variable("credentials_file", str(settings.credentials_file))
    return boto3.Session(botocore_session=session).client(
        "s3",
        endpoint_url=settings.endpoint,
        region_name=settings.region,
        config=Config(
            retries={"total_max_attempts": 1},
            connect_timeout=_TIMEOUT_S,
            read_timeout=_TIMEOUT_S,
            s3={"addressing_style": "path"} if settings.endpoint else None,
        ),
    )


def _why(error: Exception) -> str:
    """Return what a service says of a fault, and never a request's text: that may hold a signature."""
    if isinstance(error, ClientError):
        return "it is not there" if is_missing(error) else str(error.response.get("Error", {}).get("Code"))
    return type(error).__name__

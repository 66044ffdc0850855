"""What is asked of a bucket, each call tried again while the fault may pass, and its faults as ours."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any, Final, NoReturn, TypeVar

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, IncompleteReadError
from botocore.exceptions import ConnectionError as Unreachable
from tenacity import retry, retry_if_exception, stop_after_delay, wait_exponential_jitter

from adapters.stores.blobs import fail
from gateway.core.errors import BlobMissingError

Answer = TypeVar("Answer")
Client = Any
"""What boto3 makes at run time; its methods are the operations of S3."""

_PATIENCE: Final = timedelta(seconds=20)
_SERVER_FAULT: Final = 500
_MISSING: Final = frozenset({"NoSuchKey", "NoSuchUpload", "NoSuchBucket", "404"})
_PASSING: Final = frozenset({"SlowDown", "RequestTimeout", "Throttling", "ThrottlingException", "TooManyRequests"})


def is_missing(error: Exception) -> bool:
    """Tell whether a fault says that something is not there."""
    return isinstance(error, ClientError) and str(error.response.get("Error", {}).get("Code")) in _MISSING


def _passes(error: BaseException) -> bool:
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return status >= _SERVER_FAULT or error.response.get("Error", {}).get("Code") in _PASSING
    return isinstance(error, Unreachable | HTTPClientError | IncompleteReadError)


@retry(
    retry=retry_if_exception(_passes),
    wait=wait_exponential_jitter(multiplier=0.1, max=2),
    stop=stop_after_delay(_PATIENCE),
    reraise=True,
)
def _tried(call: Callable[[], Answer]) -> Answer:
    return call()


class Calls:
    """One bucket, and what a file store asks of it."""

    def __init__(self, client: Client, bucket: str) -> None:
        self._client, self._bucket = client, bucket

    def size(self, blob: str) -> int:
        """Return how many bytes an object has; raise FilesError where it is missing."""
        answer = self._asked("read", blob, lambda: self._client.head_object(Bucket=self._bucket, Key=blob))
        return int(answer["ContentLength"])

    def read(self, blob: str, begin: int, end: int) -> bytes:
        """Return the bytes from a place until before another."""

        def read() -> bytes:
            where = f"bytes={begin}-{end - 1}"
            answer = self._client.get_object(Bucket=self._bucket, Key=blob, Range=where)
            return bytes(answer["Body"].read())

        found: bytes = self._asked("read", blob, read)
        if len(found) != end - begin:
            fail("read", blob, "it is shorter than it was")
        return found

    def put(self, blob: str, content: bytes) -> None:
        """Keep a whole object."""
        self._asked("kept", blob, lambda: self._client.put_object(Bucket=self._bucket, Key=blob, Body=content))

    def put_in_parts(self, blob: str, first: bytes, others: Iterable[bytes]) -> None:
        """Keep an object that is sent in parts; nobody sees it before the last one has come."""
        where = {"Bucket": self._bucket, "Key": blob}
        upload = self._asked("kept", blob, lambda: self._client.create_multipart_upload(**where))["UploadId"]
        try:
            parts = [self._part(blob, upload, *it) for it in enumerate(_chain(first, others), start=1)]
            self._complete(blob, upload, parts)
        except BaseException:
            self._asked(
                "kept", blob, lambda: self._client.abort_multipart_upload(**where, UploadId=upload), missing=True
            )
            raise

    def remove(self, blob: str) -> None:
        """Remove an object; one that is not there is no error."""
        self._asked("removed", blob, lambda: self._client.delete_object(Bucket=self._bucket, Key=blob), missing=True)

    def listing(self, begin: str = "") -> Iterator[str]:
        """Yield the name of every object, or of those whose name begins so, in order."""
        following: dict[str, str] = {"Prefix": begin}
        while True:
            more = dict(following)
            page = self._asked("listed", "blobs", lambda: self._client.list_objects_v2(Bucket=self._bucket, **more))  # noqa: B023 - called at once
            yield from (it["Key"] for it in page.get("Contents", ()))
            if not page.get("IsTruncated"):
                return
            following = {"Prefix": begin, "ContinuationToken": page["NextContinuationToken"]}

    def _part(self, blob: str, upload: str, number: int, content: bytes) -> dict[str, Any]:
        where = {"Bucket": self._bucket, "Key": blob, "UploadId": upload, "PartNumber": number}
        answer = self._asked("kept", blob, lambda: self._client.upload_part(**where, Body=content))
        checked = {name: answer[name] for name in answer if name.startswith("Checksum") and name != "ChecksumType"}
        return {"PartNumber": number, "ETag": answer["ETag"], **checked}

    def _complete(self, blob: str, upload: str, parts: list[dict[str, Any]]) -> None:
        """End an upload; one that a lost answer says nothing of has ended where the object is there."""

        def complete() -> None:
            try:
                self._client.complete_multipart_upload(
                    Bucket=self._bucket, Key=blob, UploadId=upload, MultipartUpload={"Parts": parts}
                )
            except ClientError as error:
                if not is_missing(error):
                    raise
                self._client.head_object(Bucket=self._bucket, Key=blob)

        self._asked("kept", blob, complete)

    def _asked(self, done: str, blob: str, call: Callable[[], Answer], *, missing: bool = False) -> Any:  # noqa: ANN401 - the service's own answer
        try:
            return _tried(call)
        except (BotoCoreError, ClientError) as error:
            if not (missing and is_missing(error)):
                _fail(done, blob, error)


def _fail(done: str, blob: str, error: Exception) -> NoReturn:
    if is_missing(error):
        fail(done, blob, "it is not there", BlobMissingError)
    code = error.response.get("Error", {}).get("Code") if isinstance(error, ClientError) else type(error).__name__
    fail(done, blob, f"the bucket answers {code}")


def _chain(first: bytes, others: Iterable[bytes]) -> Iterator[bytes]:
    yield first
    yield from others

"""What the file store in a bucket promises beyond its port: whole or not at all, tried again, private on this host."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.stores import s3_files
from adapters.stores.s3_files import S3Files
from gateway.core.errors import ConfigurationError, FilesError
from tests.bucket import Client

SPACE = "0c4xk2mz9abcde"
CONTENT = b"ULN\r\n1000000043\r\n" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
BLOB = f"{SPACE}/{SHA256}"

Settings = dict[str, object]


@pytest.fixture
def files(bucket: dict[str, object], tmp_path: Path) -> S3Files:
    return S3Files.from_settings(bucket | {"scratch": tmp_path / "scratch"})


def kept(files: S3Files, content: bytes = CONTENT) -> str:
    with files.create(SPACE) as draft:
        draft.handle.write(content)
    return draft.blob


def test_other_bytes_under_the_name_of_a_blob_are_refused(
    files: S3Files, s3_client: Client, bucket: dict[str, object]
) -> None:
    blob = kept(files)
    s3_client.put_object(Bucket=bucket["bucket"], Key=blob, Body=CONTENT[:-1] + b"x")
    with pytest.raises(FilesError, match="not those that were kept"), files.local(blob):
        pass
    with files.open(blob) as file, pytest.raises(FilesError, match="not those that were kept"):
        file.read()


def test_a_blob_that_was_cut_short_is_refused(files: S3Files, s3_client: Client, bucket: dict[str, object]) -> None:
    blob = kept(files)
    s3_client.put_object(Bucket=bucket["bucket"], Key=blob, Body=CONTENT[:-1])
    with pytest.raises(FilesError, match="not those that were kept"), files.local(blob):
        pass


def test_an_upload_in_parts_that_breaks_off_is_seen_by_nobody_and_leaves_no_part(
    files: S3Files, s3_client: Client, bucket: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3_files, "PART", 5 << 20)
    seen: list[str] = []
    part = files._calls._part

    def second_fails(blob: str, upload: str, number: int, content: bytes) -> object:
        seen.extend(files.blobs())
        if number > 1:
            raise FilesError("the network is gone")
        return part(blob, upload, number, content)

    monkeypatch.setattr(files._calls, "_part", second_fails)
    with pytest.raises(FilesError, match="the network is gone"):
        kept(files, b"x" * (11 << 20))
    assert seen == list(files.blobs()) == []
    assert "Uploads" not in s3_client.list_multipart_uploads(Bucket=bucket["bucket"])


def test_a_fault_that_passes_is_not_noticed(files: S3Files, monkeypatch: pytest.MonkeyPatch) -> None:
    client = files._calls._client
    for name in ("put_object", "head_object", "get_object"):
        monkeypatch.setattr(client, name, _failing_once(getattr(client, name)))
    blob = kept(files)
    with files.open(blob) as file:
        assert file.read() == CONTENT


def _failing_once(call: Callable[..., object]) -> Callable[..., object]:
    tries: list[int] = []

    def fail_first(**how: object) -> object:
        from botocore.exceptions import ClientError, EndpointConnectionError

        tries.append(1)
        if len(tries) == 1:
            raise EndpointConnectionError(endpoint_url="http://s3")
        if len(tries) == 2:
            raise ClientError({"Error": {"Code": "SlowDown"}, "ResponseMetadata": {"HTTPStatusCode": 503}}, "call")
        return call(**how)

    return fail_first


def test_an_upload_whose_last_answer_was_lost_is_found_to_be_there(
    files: S3Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    from botocore.exceptions import ConnectionClosedError

    monkeypatch.setattr(s3_files, "PART", 5 << 20)
    complete = files._calls._client.complete_multipart_upload
    calls: list[int] = []

    def lose_the_answer(**how: object) -> object:
        calls.append(1)
        answer = complete(**how)
        if len(calls) == 1:
            raise ConnectionClosedError(endpoint_url="http://s3")
        return answer

    monkeypatch.setattr(files._calls._client, "complete_multipart_upload", lose_the_answer)
    blob = kept(files, b"y" * (6 << 20))
    assert list(files.blobs()) == [blob]


def test_every_blob_is_listed_however_many_there_are(files: S3Files, monkeypatch: pytest.MonkeyPatch) -> None:
    client = files._calls._client
    listing = client.list_objects_v2
    monkeypatch.setattr(client, "list_objects_v2", lambda **how: listing(**how, MaxKeys=2))
    blobs = sorted(kept(files, bytes([number])) for number in range(5))
    assert list(files.blobs()) == blobs


@pytest.mark.parametrize(
    ("wrong", "named"),
    [({"bucket": "not-there"}, "files.bucket"), ({"endpoint": "http://127.0.0.1:9"}, "files.endpoint"),
     ({"colour": "red"}, "colour"), ({"credentials_file": "/not/there"}, "credentials")],
)  # fmt: skip
def test_a_bucket_that_cannot_be_used_is_told_with_the_settings(
    bucket: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: Settings, named: str
) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(ConfigurationError, match=named):
        S3Files.from_settings(bucket | {"scratch": tmp_path / "scratch"} | wrong)

"""An S3 of this session's own on the loopback address: moto's server stands in."""

import logging
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

_numbers = count(1)
Client = Any  # boto3 makes its classes at run time
CREDENTIALS = "[default]\naws_access_key_id = test\naws_secret_access_key = test-secret\n"


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """Yield the address of a running server."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def s3_client(s3_endpoint: str) -> Client:
    """Return what looks into the buckets from outside."""
    import boto3

    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test-secret", "region_name": "eu-west-2"}
    return boto3.client("s3", endpoint_url=s3_endpoint, **keys)


@pytest.fixture
def bucket(s3_endpoint: str, s3_client: Client, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """Return the settings of a fresh bucket, its credentials in a private file."""
    name = f"gateway-{next(_numbers)}"
    credentials = tmp_path_factory.mktemp("s3") / "credentials"
    credentials.touch(mode=0o600)
    credentials.write_text(CREDENTIALS)
    s3_client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    return {"bucket": name, "endpoint": s3_endpoint, "region": "eu-west-2", "credentials_file": credentials}

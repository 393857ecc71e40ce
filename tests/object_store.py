"""An object store on this machine with the API of S3, for tests."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.request import Request, urlopen

import pytest

_REGION = "eu-central-1"


@dataclass(frozen=True)
class ObjectStore:
    """The store and a client of it that is none of ours.

    Attributes:
        address: for AWS_ENDPOINT_URL.
        client: of botocore.
    """

    address: str
    client: Any

    def bucket(self, name: str) -> str:
        """The URI of a new bucket."""
        place = {"LocationConstraint": _REGION}
        self.client.create_bucket(Bucket=name, CreateBucketConfiguration=place)
        return f"s3://{name}"

    def buckets(self) -> list[str]:
        """Those that there are."""
        return [bucket["Name"] for bucket in self.client.list_buckets()["Buckets"]]


@contextmanager
def object_store(monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    """A store that runs, and the environment in which it is the one that `s3://` means."""
    from botocore.session import get_session
    from moto.server import ThreadedMotoServer
    from s3fs import S3FileSystem

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    for name, value in {
        "AWS_ENDPOINT_URL": address,
        "AWS_ACCESS_KEY_ID": "tests",
        "AWS_SECRET_ACCESS_KEY": "tests",
        "AWS_DEFAULT_REGION": _REGION,
    }.items():
        monkeypatch.setenv(name, value)
    # What was stored outlives a server.
    urlopen(Request(f"{address}/moto-api/reset", method="POST"))
    S3FileSystem.clear_instance_cache()  # else that of a store before this one would be met
    try:
        yield ObjectStore(address, get_session().create_client("s3", endpoint_url=address))
    finally:
        server.stop()
        S3FileSystem.clear_instance_cache()

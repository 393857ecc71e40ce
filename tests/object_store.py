"""An object store on this machine with the API of S3, for tests."""

import logging
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal
from urllib.request import Request, urlopen

import pytest

_REGION = "eu-central-1"


Trouble = Literal["busy", "dropped", "unanswered"]
"""Of a put: 503; the connection ends before it is done; or after, without an answer."""


class Front:
    """Stands before a store, counts its puts and spoils some.

    Attributes:
        trouble: is asked for each put, by its key; None: it goes through.
        puts: that went through, by key.
    """

    def __init__(self, store: Callable[..., Iterable[bytes]]) -> None:
        self.trouble: Callable[[str], Trouble | None] = lambda _: None
        self.puts: Counter[str] = Counter()
        self._store = store
        self._one_at_a_time = threading.Lock()

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """As WSGI has it."""
        if environ["REQUEST_METHOD"] != "PUT":
            return self._store(environ, start)
        key = environ["PATH_INFO"].lstrip("/")
        with self._one_at_a_time:
            trouble = self.trouble(key)
            self.puts[key] += trouble not in ("busy", "dropped")
        if trouble == "busy":
            start("503 Service Unavailable", [("Content-Length", "0"), ("Connection", "close")])
            return [b""]
        answer = [] if trouble == "dropped" else self._store(environ, start)
        if trouble is not None:
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return answer


def first_times(times: int, trouble: Trouble) -> Callable[[str], Trouble | None]:
    """Trouble for the first puts, whatever they put."""
    left = [trouble] * times
    return lambda _: left.pop() if left else None


@dataclass(frozen=True)
class ObjectStore:
    """The store and a client of it that is none of ours.

    Attributes:
        address: for AWS_ENDPOINT_URL.
        client: of botocore.
        front: before it.
        server: of moto.
    """

    address: str
    client: Any
    front: Front
    server: Any

    def bucket(self, name: str) -> str:
        """The URI of a new bucket."""
        place = {"LocationConstraint": _REGION}
        self.client.create_bucket(Bucket=name, CreateBucketConfiguration=place)
        return f"s3://{name}"

    def go_away(self) -> None:
        """Answer nobody any more."""
        self.server.stop()
        self.server._server.server_close()

    def come_back(self) -> None:
        """At the same address, with what was stored."""
        self.server._port = int(self.address.rpartition(":")[2])
        self.server.start()

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
    front = server._server.app = Front(server._server.app)
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
        client = get_session().create_client("s3", endpoint_url=address)
        yield ObjectStore(address, client, front, server)
    finally:
        server.stop()
        S3FileSystem.clear_instance_cache()

"""A review that is served over real HTTP, of rows whose clips are real."""

import http.client
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import uuid4

import pytest

from pipeline.dataset.folder import DatasetFolder
from pipeline.review import ReviewChoices, open_server
from stages.file_state import state_of
from stages.rows import Row
from tests.clips import tone, write_clip
from tests.pipeline.conftest import annotation, utterance


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Client:
    """Asks a server, as its page would."""

    address: str

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
    ) -> Reply:
        """`path` is below the token, unless it begins with a slash."""
        parts = urlsplit(self.address)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        try:
            whole = path if path.startswith("/") else f"{parts.path}{path}"
            connection.request(method, whole, body, headers or {})
            reply = connection.getresponse()
            told = {name.lower(): value for name, value in reply.getheaders()}
            return Reply(reply.status, told, reply.read())
        finally:
            connection.close()

    def post(self, path: str, content: Any) -> Reply:
        headers = {"Content-Type": "application/json"}
        return self.ask(path, method="POST", headers=headers, body=json.dumps(content).encode())

    def queue(self, **asked: Any) -> Any:
        reply = self.post("api/queue", {"reviewer": "anna", **asked})
        assert reply.status == 200, reply.body
        return reply.json

    def ids(self, **asked: Any) -> list[str]:
        return [row["unit_id"] for row in self.queue(**asked)["rows"]]

    def unit(self, unit_id: str, reviewer: str = "anna") -> Any:
        reply = self.ask(f"api/unit?unit={quote(unit_id, safe='')}&reviewer={quote(reviewer)}")
        assert reply.status == 200, reply.body
        return reply.json

    def clip(self, unit_id: str, **headers: str) -> Reply:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask(f"api/clip?unit={quote(unit_id, safe='')}", headers=told)

    def decision(self, unit_id: str, reviewer: str = "anna", **said: Any) -> dict[str, Any]:
        version = self.unit(unit_id, reviewer)["version"]
        return {
            "id": uuid4().hex,
            "unit": unit_id,
            "version": version,
            "reviewer": reviewer,
            "verdict": "accepted",
            **said,
        }

    def decide(self, unit_id: str, reviewer: str = "anna", **said: Any) -> Any:
        reply = self.post("api/decisions", self.decision(unit_id, reviewer, **said))
        assert reply.status == 200, reply.body
        return reply.json


Serve = Callable[..., Client]


@contextmanager
def _serving() -> Iterator[Serve]:
    with ExitStack() as stack:

        def begin(folder: DatasetFolder, **choices: Any) -> Client:
            served = stack.enter_context(open_server(folder, ReviewChoices(**choices), 0))
            thread = threading.Thread(target=served.run)
            thread.start()
            stack.callback(thread.join)
            stack.callback(lambda: setattr(served.server, "should_exit", True))
            return Client(served.address)

        yield begin


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serves a folder until the test ends."""
    with _serving() as begin:
        yield begin


@pytest.fixture(scope="module")
def serve_all() -> Iterator[Serve]:
    """As `serve`, for all tests of a file that change nothing."""
    with _serving() as begin:
        yield begin


@pytest.fixture(scope="session")
def filmed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Four seconds of numbered pictures and a tone."""
    path = tmp_path_factory.mktemp("filmed") / "talk.mp4"
    return write_clip(path, seconds=4, audio=tone()).read_bytes()


@pytest.fixture
def clip(tmp_path: Path, filmed: bytes) -> Path:
    """A file of it."""
    path = tmp_path / "talk.mp4"
    path.write_bytes(filmed)
    return path


def row_of(clip: Path | str, video_id: str = "talk.mp4", **changes: Any) -> Row:
    """A window of two utterances of a clip."""
    spoken = [
        utterance(0, 0.5, 1.5, text="Oh.", speaker="A"),
        utterance(1, 2.0, 3.5, text="Never.", speaker="B", labels=["fear"], label_confidence=[0.3]),
    ]
    row = annotation(video_id, utterances=spoken)
    uri = str(clip)
    return {**row, "uri": uri, "file": state_of(uri), "end_s": 4.0, **changes}


@pytest.fixture
def folder(write_run: Callable[..., DatasetFolder], clip: Path) -> DatasetFolder:
    """A run of one clip with two utterances and another in which nobody speaks."""
    return write_run([row_of(clip), row_of(clip, "silent.mp4", utterances=[])], failures=[])


@pytest.fixture
def client(serve: Serve, folder: DatasetFolder) -> Client:
    return serve(folder)

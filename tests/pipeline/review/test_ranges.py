"""Parts of a file, as players ask for them."""

from collections.abc import Callable
from pathlib import Path

import fsspec
import pytest

from pipeline.dataset.folder import DatasetFolder
from pipeline.review.ranges import Part, Unsatisfiable, asked_part
from tests.clips import write_clip
from tests.object_store import object_store
from tests.pipeline.review.conftest import Client, Serve, row_of


@pytest.mark.parametrize(
    ("header", "part"),
    [
        (None, None),
        ("bytes=0-", Part(0, 9)),
        ("bytes=2-4", Part(2, 4)),
        ("bytes=9-9", Part(9, 9)),
        ("bytes=4-400", Part(4, 9)),
        ("bytes=-3", Part(7, 9)),
        ("bytes=-300", Part(0, 9)),
        ("bytes=0-1,3-4", None),
        ("bytes=-", None),
        ("bytes=a-b", None),
        ("lines=0-1", None),
        (f"bytes=0-{'9' * 5000}", None),
    ],
)
def test_a_range_is_read_as_players_write_it(header: str | None, part: Part | None) -> None:
    assert asked_part(header, 10) == part


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=99-100", "bytes=5-4", "bytes=-0"])
def test_a_range_without_a_byte_of_the_file_is_refused(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        asked_part(header, 10)


def test_a_clip_comes_whole_or_in_parts(client: Client, clip: Path) -> None:
    content = clip.read_bytes()
    whole = client.clip("talk.mp4#u0")
    assert (whole.status, whole.body) == (200, content)
    assert whole.headers["content-type"] == "video/mp4"
    assert whole.headers["accept-ranges"] == "bytes"
    part = client.clip("talk.mp4#u0", Range="bytes=100-199")
    assert (part.status, part.body) == (206, content[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(content)}"
    assert client.clip("talk.mp4#u0", Range="bytes=-7").body == content[-7:]
    beyond = client.clip("talk.mp4#u0", Range=f"bytes={len(content)}-")
    assert beyond.status == 416
    assert beyond.headers["content-range"] == f"bytes */{len(content)}"


def test_the_head_of_a_clip_says_how_large_it_is(client: Client, clip: Path) -> None:
    reply = client.ask("api/clip?unit=talk.mp4%23u0", method="HEAD")
    assert (reply.status, reply.body) == (200, b"")
    assert reply.headers["content-length"] == str(clip.stat().st_size)


def test_a_clip_in_an_object_store_comes_in_parts_too(
    monkeypatch: pytest.MonkeyPatch,
    write_run: Callable[..., DatasetFolder],
    serve: Serve,
    clip: Path,
    tmp_path: Path,
) -> None:
    other = write_clip(tmp_path / "other.mkv", seconds=1)
    with object_store(monkeypatch) as store:
        uri = f"{store.bucket('videos')}/day 1/talk.mp4"
        fsspec.filesystem("s3").pipe_file(uri, clip.read_bytes())
        fsspec.filesystem("s3").pipe_file(f"{uri}.mkv", other.read_bytes())
        rows = [row_of(uri), row_of(f"{uri}.mkv", "other", end_s=1.0)]
        client = serve(write_run(rows, failures=[]))
        shown = client.unit("talk.mp4#u0")["clip"]
        assert (shown["kind"], shown["replaced"]) == ("source", "")
        part = client.clip("talk.mp4#u0", Range="bytes=100-199")
        assert (part.status, part.body) == (206, clip.read_bytes()[100:200])
        cut = client.clip("other#u0")
        assert (cut.status, cut.body[4:8]) == (200, b"ftyp")

"""What is played of a window, and what is said where it cannot be."""

import io
import os
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from pipeline.dataset.folder import DatasetFolder
from pipeline.review.clip import Clip
from pipeline.review.cut import write_cut
from pipeline.review.cut_cache import CutCache
from stages.faults import DataFault
from tests.clips import number_of, tone, write_clip
from tests.pipeline.review.conftest import Client, Serve, row_of

Write = Callable[..., DatasetFolder]


def _kind(path: Path) -> Any:
    return Clip(str(path), None, 0.0, 1.0).told()["kind"]


@pytest.mark.parametrize(
    ("name", "options", "kind"),
    [
        ("a.mp4", {}, "source"),
        ("a.mov", {"audio": tone()}, "source"),
        ("a.webm", {"codec": "libvpx-vp9"}, "source"),
        ("a.mkv", {}, "cut"),
        ("a.avi", {"codec": "mpeg4"}, "cut"),
        ("a.mp4", {"codec": "libx265"}, "cut"),
        ("a.mp4", {"pix_fmt": "yuv444p"}, "cut"),
        ("a.ts", {}, "cut"),
    ],
)
def test_what_browsers_play_is_served_as_it_is(
    tmp_path: Path, name: str, options: dict[str, Any], kind: str
) -> None:
    assert _kind(write_clip(tmp_path / name, seconds=1, **options)) == kind


def _frames(content: bytes) -> list[tuple[float, int]]:
    with av.open(io.BytesIO(content)) as container:
        return [
            (float(frame.time or 0), number_of(frame.to_ndarray(format="gray")))
            for frame in container.decode(video=0)
        ]


@pytest.mark.parametrize(
    "name",
    [
        "talk.avi",
        pytest.param("talk.mkv", marks=pytest.mark.slow),
        pytest.param("talk.ts", marks=pytest.mark.slow),
    ],
)
def test_a_cut_holds_the_pictures_of_the_window_at_their_times(
    tmp_path: Path, write_run: Write, serve: Serve, name: str
) -> None:
    codec = "mpeg4" if name.endswith("avi") else "libx264"
    clip = write_clip(tmp_path / name, seconds=4, codec=codec, audio=tone(), audio_codec="mp2")
    row = row_of(clip, start_s=1.0, end_s=3.0, utterances=[])
    client = serve(write_run([row], failures=[]))
    shown = client.unit("talk.mp4#0")
    assert shown["clip"]["kind"] == "cut"
    assert shown["clip"]["offset_s"] == 1.0
    reply = client.clip("talk.mp4#0")
    assert reply.headers["content-type"] == "video/mp4"
    frames = _frames(reply.body)
    # Of a stream whose sound begins first, the picture before is still on display then.
    assert [number for _, number in frames[-50:]] == list(range(25, 75))
    assert len(frames) <= 51
    times = [time for time, _ in frames[-50:]]
    assert np.allclose(times, np.arange(50) / 25, atol=0.04)
    with av.open(io.BytesIO(reply.body)) as container:
        sound = container.streams.audio[0]
        assert (container.streams.video[0].codec_context.name, sound.codec_context.name) == (
            "h264",
            "aac",
        )
        heard = sum(frame.samples for frame in container.decode(sound)) / 48_000
        assert heard == pytest.approx(2.0, abs=0.1)
    part = client.clip("talk.mp4#0", Range="bytes=10-19")
    assert (part.status, part.body) == (206, reply.body[10:20])


def test_a_cut_of_a_turned_video_stands_upright(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.mov", seconds=0.4, rotation=90)
    write_cut(str(clip), 0.0, 0.4, tmp_path / "cut.mp4")
    with av.open(str(tmp_path / "cut.mp4")) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (96, 160)


def test_a_cut_keeps_the_shape_of_pixels_and_begins_with_the_window(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.mkv", seconds=1.0, pixel_aspect=Fraction(4, 3))
    write_cut(str(clip), 0.23, 0.7, tmp_path / "cut.mp4")
    with av.open(str(tmp_path / "cut.mp4")) as container:
        stream = container.streams.video[0]
        assert stream.sample_aspect_ratio == Fraction(4, 3)
        times = [frame.time for frame in container.decode(stream)]
    # The picture of 0.20 s stands when the window begins; the next comes 0.01 s after.
    assert times[:3] == pytest.approx([0.0, 0.01, 0.05], abs=1e-3)


def test_what_has_no_pictures_in_the_window_cannot_be_cut(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_text("no video")
    with pytest.raises(DataFault, match="holds no video"):
        write_cut(str(path), 0.0, 1.0, tmp_path / "cut.mp4")


def test_cuts_are_made_once_and_the_oldest_go(tmp_path: Path) -> None:
    clips = [
        Clip(str(write_clip(tmp_path / f"{n}.mkv", seconds=0.4)), None, 0.0, 0.4) for n in range(3)
    ]
    cache = CutCache(most_bytes=1)
    try:
        first = cache.path_of(clips[0])
        made = first.stat().st_mtime_ns
        assert cache.path_of(clips[0]).stat().st_mtime_ns == made
        for clip in clips[1:]:
            cache.path_of(clip)
        assert not first.exists()
        assert len(list(first.parent.iterdir())) == 1
    finally:
        cache.close()
    assert not first.parent.exists()


def test_a_video_that_is_gone_is_told_and_the_rest_is_shown(client: Client, clip: Path) -> None:
    clip.unlink()
    shown = client.unit("talk.mp4#u0")
    assert shown["clip"]["kind"] == "gone"
    assert "there is no such file" in shown["clip"]["trouble"]
    assert shown["text"] == "Oh."
    assert shown["window"]["face_strip"]
    assert client.clip("talk.mp4#u0").status == 404


def test_another_file_in_its_place_is_told(client: Client, clip: Path) -> None:
    state = clip.stat()
    os.utime(clip, (state.st_atime, state.st_mtime + 60))
    moved = client.unit("talk.mp4#u0")["clip"]
    assert "it was of" in moved["replaced"]
    assert not moved["has_other_size"]
    write_clip(clip, seconds=1)
    other = client.unit("talk.mp4#u0")["clip"]
    assert "bytes and has" in other["replaced"]
    assert other["has_other_size"]

"""Opening files and URIs, and what is said of them, on real files."""

import os
import stat
import struct
from pathlib import Path
from urllib.parse import quote

import fsspec
import pytest

from stages.faults import DataFault, ErrorKind
from stages.media import (
    MediaFacts,
    is_uri,
    local_path,
    media_facts,
    open_media,
    video_stream,
)
from stages.start import timeline_origin_s
from tests.clips import numbered, tone, write_clip
from tests.web import served


def facts_of(uri: object) -> MediaFacts:
    with open_media(str(uri)) as container:
        return media_facts(container)


def fault_of(uri: object) -> DataFault:
    with pytest.raises(DataFault) as caught, open_media(str(uri)):
        pass
    return caught.value


@pytest.mark.parametrize(
    "text",
    ["s3://b/a", "file:///a", "zip://a.mp4::s3://b/c.zip", "zip::s3://b", "hf://x", "http://h/a"],
)
def test_what_is_a_uri(text: str) -> None:
    assert is_uri(text)


@pytest.mark.parametrize(
    "text",
    ["a.mp4", "/a/b", "a::b.mp4", "12:30.mp4", "C:", "C:/a", "a:b.mp4", "a b://c", "/s3://b", ""],
)
def test_what_is_a_path(text: str) -> None:
    assert not is_uri(text)
    assert local_path(text) == Path(text)


@pytest.mark.parametrize("uri", ["s3://b/a", "zip://a.mp4::file:///c.zip", "zip::file:///c.zip"])
def test_what_is_elsewhere_has_no_local_path(uri: str) -> None:
    assert local_path(uri) is None


def test_escapes_of_a_file_uri_are_taken_as_written_where_the_file_is_named_so(
    tmp_path: Path,
) -> None:
    assert local_path(f"file://{tmp_path}/a%20b.mp4") == tmp_path / "a b.mp4"
    (tmp_path / "a%20b.mp4").touch()
    assert local_path(f"file://{tmp_path}/a%20b.mp4") == tmp_path / "a%20b.mp4"


def test_facts_of_a_plain_clip(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.mp4", seconds=2, fps=25, audio=tone())
    facts = facts_of(clip)
    assert facts.duration_s == pytest.approx(2.0, abs=0.04)
    assert (facts.fps, facts.width, facts.height) == (25.0, 160, 96)
    assert facts.has_audio
    assert facts.has_video


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.mp4", "libx264"),
        ("a.mkv", "libx264"),
        ("a.ts", "libx264"),
        ("a.avi", "mpeg4"),
        ("a.mpg", "mpeg2video"),
        ("raw.h264", "libx264"),
        ("a.webm", "libvpx"),
    ],
)
def test_facts_leave_the_file_at_its_start(tmp_path: Path, name: str, codec: str) -> None:
    raw = "h264" if name == "raw.h264" else None
    clip = write_clip(tmp_path / name, codec=codec, container=raw)
    with open_media(str(clip)) as container:
        media_facts(container)
        assert sum(1 for _ in container.decode(video=0)) == 50


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_width_and_height_are_as_shown(tmp_path: Path, turn: int) -> None:
    facts = facts_of(write_clip(tmp_path / "r.mp4", rotation=turn, seconds=0.2))
    assert (facts.width, facts.height) == ((160, 96) if turn == 180 else (96, 160))


@pytest.mark.parametrize("name", ["o.mp4", "o.mkv", "o.ts"])
def test_an_offset_is_neither_in_the_origin_nor_in_the_duration(tmp_path: Path, name: str) -> None:
    clip = write_clip(tmp_path / name, offset_s=5.0, b_frames=False)
    with open_media(str(clip)) as container:
        assert timeline_origin_s(container) == pytest.approx(5.0, abs=0.01)
        assert media_facts(container).duration_s == pytest.approx(2.0, abs=0.05)


def test_an_elementary_stream_lasts_as_long_as_its_frames(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "raw.h264", container="h264")
    assert facts_of(clip).duration_s == pytest.approx(2.0)


def test_a_live_recording_without_a_duration_is_measured(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "l.webm", codec="libvpx", container_options={"live": "1"})
    assert facts_of(clip).duration_s == pytest.approx(2.0, abs=0.05)


def test_cover_art_is_not_video(tmp_path: Path) -> None:
    import av

    song = tmp_path / "song.mp3"
    with av.open(str(song), "w") as out:
        sound = out.add_stream("libmp3lame", rate=48000, layout="mono")
        cover = out.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = 64, 64, "yuvj420p"
        cover.disposition = av.stream.Disposition.attached_pic
        picture = av.VideoFrame.from_ndarray(numbered(3, (64, 64)), format="rgb24")
        out.mux(cover.encode(picture.reformat(format="yuvj420p")))
        out.mux(cover.encode(None))
        silence = av.AudioFrame(format="s16p", layout="mono", samples=48000)
        silence.sample_rate = 48000
        out.mux(sound.encode(silence))
        out.mux(sound.encode(None))
    with open_media(str(song)) as container:
        assert len(container.streams.video) == 1
        assert video_stream(container) is None
        facts = media_facts(container)
    assert (facts.has_audio, facts.has_video, facts.width) == (True, False, 0)


def test_any_name_opens(tmp_path: Path) -> None:
    names = ["with space.MP4", "quo'te\".mp4", "影片 фильм.mp4", "50%20off.mp4", "a#b?c.mp4",
             "x::y.mp4", "concat:a|b.mp4", "%03d.mp4"]  # fmt: skip
    clip = write_clip(tmp_path / "a.mp4", seconds=0.2).read_bytes()
    for name in names:
        (tmp_path / name).write_bytes(clip)
        assert facts_of(tmp_path / name).width == 160, name
        assert facts_of(f"file://{tmp_path / name}").width == 160, name
        assert facts_of(f"file://{quote(str(tmp_path / name))}").width == 160, name


def test_a_relative_path_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_clip(tmp_path / "a.mp4", seconds=0.2)
    monkeypatch.chdir(tmp_path)
    assert facts_of("a.mp4").width == 160


def test_an_object_store_is_read_in_place(tmp_path: Path) -> None:
    store = fsspec.filesystem("memory")
    clip = write_clip(tmp_path / "a.mkv", seconds=1.0)
    store.pipe("/corpus/a.mkv", clip.read_bytes())
    store.pipe("/corpus/empty.mkv", b"")
    assert facts_of("memory://corpus/a.mkv").duration_s == pytest.approx(1.0, abs=0.05)
    assert fault_of("memory://corpus/none.mkv").kind == ErrorKind.NOT_FOUND
    assert fault_of("memory://corpus/empty.mkv").kind == ErrorKind.EMPTY_FILE
    assert fault_of("nosuchscheme://corpus/a.mkv").kind == ErrorKind.UNREADABLE


def _longer_than_a_block(clip: Path) -> Path:
    """`clip` with 12 MB behind it that players pass over: more than fsspec fetches at once."""
    with clip.open("ab") as file:
        file.write(struct.pack(">I4s", 12_000_000, b"free") + bytes(12_000_000 - 8))
    return clip


def test_a_web_address_is_read_in_place(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.mp4", seconds=1.0)
    _longer_than_a_block(write_clip(tmp_path / "long a.mp4", seconds=1.0))
    (tmp_path / "empty.mp4").touch()
    with served(tmp_path) as address:
        for name in ("a.mp4", "long%20a.mp4"):
            with open_media(f"{address}/{name}") as container:
                assert media_facts(container).duration_s == pytest.approx(1.0, abs=0.05)
                assert sum(1 for _ in container.decode(video=0)) == 25
        assert fault_of(f"{address}/none.mp4").kind == ErrorKind.NOT_FOUND
        assert fault_of(f"{address}/empty.mp4").kind == ErrorKind.EMPTY_FILE


@pytest.mark.parametrize("faststart", [False, True])
def test_a_server_that_sends_no_part_of_a_file_gives_the_whole_or_a_fault(
    tmp_path: Path, faststart: bool
) -> None:
    options = {"movflags": "faststart"} if faststart else {}
    clip = write_clip(tmp_path / "a.mp4", seconds=1.0, container_options=options)
    with served(tmp_path, ranges=False) as address:
        with open_media(f"{address}/a.mp4") as container:
            assert sum(1 for _ in container.decode(video=0)) == 25
        _longer_than_a_block(clip)
        fault = fault_of(f"{address}/a.mp4")
    assert fault.kind == ErrorKind.UNREADABLE
    assert "cannot seek" in fault.message


def test_a_stream_of_unknown_length_is_a_fault(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.mp4", seconds=1.0)
    with served(tmp_path, ranges=False, lengths=False) as address:
        fault = fault_of(f"{address}/a.mp4")
    assert fault.kind == ErrorKind.UNREADABLE
    assert "cannot seek" in fault.message


def test_metadata_in_another_encoding_is_no_obstacle(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.mkv", seconds=0.2, metadata={"title": "XXXXXXXX"})
    clip.write_bytes(clip.read_bytes().replace(b"XXXXXXXX", b"Caf\xe9 \xff\xfe"))
    assert facts_of(clip).width == 160


def test_what_is_not_there(tmp_path: Path) -> None:
    assert fault_of(tmp_path / "none.mp4").kind == ErrorKind.NOT_FOUND
    (tmp_path / "empty.mp4").touch()
    assert fault_of(tmp_path / "empty.mp4").kind == ErrorKind.EMPTY_FILE
    folder = fault_of(tmp_path)
    assert folder.kind == ErrorKind.UNREADABLE
    assert "folder" in folder.message


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    assert stat.S_ISFIFO((tmp_path / "pipe.mp4").stat().st_mode)
    assert fault_of(tmp_path / "pipe.mp4").kind == ErrorKind.UNREADABLE


def test_an_mp4_without_its_index_is_unreadable(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.mp4", seconds=2.0)
    whole = clip.read_bytes()
    (tmp_path / "cut.mp4").write_bytes(whole[: len(whole) // 2])
    fault = fault_of(tmp_path / "cut.mp4")
    assert fault.kind == ErrorKind.UNREADABLE
    assert "cut.mp4" in fault.message


@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nreal.mp4\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile real.mp4\n",
        "1\n00:00:01,000 --> 00:00:02,000\nhello\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n",
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period/></MPD>',
        "nothing but text\n" * 50,
    ],
    ids=["hls", "concat", "subtitles", "sdp", "dash", "text"],
)
@pytest.mark.parametrize("name", ["x.mp4", "x.m3u8"])
def test_text_never_opens_another_file(tmp_path: Path, text: str, name: str) -> None:
    write_clip(tmp_path / "real.mp4", seconds=0.2)
    (tmp_path / name).write_text(text)
    assert fault_of(tmp_path / name).kind == ErrorKind.UNREADABLE

from pathlib import Path

import pytest

from stages.appended import appended_at
from stages.media import open_media
from tests.clips import write_clip

FORMS = {
    "a.mp4": {},
    "faststart.mp4": {"container_options": {"movflags": "faststart"}},
    "fragmented.mp4": {"container_options": {"movflags": "frag_keyframe+empty_moov"}},
    "a.mkv": {},
    "live.webm": {"codec": "libvpx", "container_options": {"live": "1"}},
}


def found(path: Path) -> int | None:
    with open_media(str(path)) as container:
        return appended_at(container)


@pytest.mark.parametrize("name", FORMS)
def test_where_another_recording_begins(tmp_path: Path, name: str) -> None:
    clip = write_clip(tmp_path / name, seconds=0.4, **FORMS[name])
    assert found(clip) is None
    size = clip.stat().st_size
    clip.write_bytes(clip.read_bytes() * 2)
    assert found(clip) == size


def test_a_file_that_the_demuxer_reads_too_keeps_its_place(tmp_path: Path) -> None:
    import fsspec

    clip = write_clip(tmp_path / "a.mkv", seconds=1.0)
    fsspec.filesystem("memory").pipe("/joined.mkv", clip.read_bytes() * 2)
    with open_media("memory://joined.mkv") as container:
        packets = container.demux(video=0)
        next(packets)
        assert appended_at(container) == clip.stat().st_size
        assert sum(packet.size > 0 for packet in packets) >= 24


def test_other_formats_are_not_looked_at(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.ts", seconds=0.4)
    clip.write_bytes(clip.read_bytes() * 2)
    assert found(clip) is None

"""One window of a real file: which pictures, at which times, and what is said of the rest."""

import io
import subprocess
import sys
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from stages.decode.config import DecodeConfig
from stages.decode.window import DecodedWindow, decode_window
from stages.faults import DataFault, ErrorKind
from stages.media import media_facts, open_media
from tests.clips import number_of, numbered, regular, tone, write_clip

CONTAINERS = {
    "a.mp4": {},
    "a.mkv": {},
    "a.ts": {"offset_s": 1.4},
    "offset.mp4": {"offset_s": 5.0},
    "offset.mkv": {"offset_s": 5.0},
    "fragmented.mp4": {"container_options": {"movflags": "frag_keyframe+empty_moov"}},
    "hevc.mp4": {"codec": "libx265"},
    "a.webm": {"codec": "libvpx-vp9"},
    "live.webm": {"codec": "libvpx", "container_options": {"live": "1"}},
    "a.avi": {"codec": "mjpeg", "pix_fmt": "yuvj420p"},
    "b-frames.avi": {"codec": "mpeg4", "options": {"bf": "2"}},
    "a.mpg": {"codec": "mpeg2video"},
    "raw.h264": {"container": "h264"},
    "a.flv": {},
}


def window_of(
    clip: Path, start_s: float = 0.0, end_s: float | None = None, **config: int
) -> DecodedWindow:
    with open_media(str(clip)) as container:
        declared_s = media_facts(container).duration_s
    with open_media(str(clip)) as container:
        end_s = declared_s if end_s is None else end_s
        return decode_window(container, start_s, end_s, DecodeConfig(**config), declared_s)


def fault_of(clip: Path, **config: int) -> DataFault:
    with pytest.raises(DataFault) as caught:
        window_of(clip, 0.0, 2.0, **config)
    return caught.value


def lumas(window: DecodedWindow) -> NDArray[np.uint8]:
    """The luma planes [J, H, W] of the analysis frames."""
    return window.analysis_frames[:, : window.analysis_frames.shape[1] * 2 // 3]


def numbers(window: DecodedWindow) -> list[int]:
    return [number_of(luma) for luma in lumas(window)]


def global_numbers(window: DecodedWindow) -> list[int]:
    return [number_of(frame[..., 1]) for frame in window.frames]


@pytest.fixture(scope="module")
def long_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten seconds at 29.97 frames a second with B-frames, a key frame every 2.5 s."""
    path = tmp_path_factory.mktemp("clips") / "long.mp4"
    return write_clip(path, seconds=10.0, fps=29.97, keyframe_every=75)


def test_shapes_and_times_of_a_whole_clip(long_clip: Path) -> None:
    window = window_of(long_clip)
    assert window.frames.shape == (16, 112, 112, 3)
    assert window.frames.dtype == window.analysis_frames.dtype == np.uint8
    assert window.analysis_frames.shape == (300, 144, 160)
    assert window.analysis_times_s == pytest.approx(regular(300 / 29.97, 29.97), abs=1e-3)
    assert window.warnings == []
    assert all(isinstance(time, float) for time in window.frame_times_s)


def test_global_frames_are_those_timechat_takes(long_clip: Path) -> None:
    for count in (1, 4, 16, 96):
        window = window_of(long_clip, max_frames=count)
        indices = np.arange(0, 300, 300 / count).astype(int).tolist()
        assert global_numbers(window) == indices
        assert window.frame_times_s == pytest.approx(np.array(indices) / 29.97, abs=1e-3)


def test_fewer_frames_than_asked_for_are_taken_once_each(tmp_path: Path) -> None:
    window = window_of(write_clip(tmp_path / "a.mp4", seconds=0.2), max_frames=96)
    assert global_numbers(window) == numbers(window) == [0, 1, 2, 3, 4]


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(cuts=st.lists(st.floats(0.05, 9.9), min_size=1, max_size=4, unique=True))
def test_neighbouring_windows_share_no_frame_and_lose_none(
    long_clip: Path, cuts: list[float]
) -> None:
    borders = [0.0, *sorted(cuts), 10.1]
    seen: list[int] = []
    for start_s, end_s in pairwise(borders):
        window = window_of(long_clip, start_s, end_s)
        times = window.analysis_times_s
        assert all(start_s <= time < end_s for time in [*times, *window.frame_times_s])
        if end_s - start_s > 0.04:
            seen += numbers(window)
        else:  # so short that its only picture may be its neighbour's
            seen += [n for n, t in zip(numbers(window), times, strict=True) if t > start_s]
    assert sorted(set(seen)) == list(range(300))
    assert len(seen) - len(set(seen)) <= sum(b - a <= 0.04 for a, b in pairwise(borders))


@pytest.mark.parametrize("name", CONTAINERS)
def test_windows_cover_every_container_exactly_once(tmp_path: Path, name: str) -> None:
    clip = write_clip(tmp_path / name, keyframe_every=20, **CONTAINERS[name])
    borders = (0.0, 0.7, 0.74, 1.3, 9.0)
    windows = [window_of(clip, start_s, end_s) for start_s, end_s in pairwise(borders)]
    assert [number for window in windows for number in numbers(window)] == list(range(50))
    times = [time for window in windows for time in window.analysis_times_s]
    assert times == pytest.approx(regular(2.0, 25), abs=2e-3)


UNEVEN = sorted({round(0.033 * k + (k % 5) * 0.004 + (k // 20) * 0.3, 3) for k in range(60)})


@pytest.mark.parametrize("times", [None, UNEVEN], ids=["constant", "variable"])
@pytest.mark.parametrize("offset_s", [0.0, 3.2])
@pytest.mark.parametrize("name", ["f.mp4", "f.mkv", "f.ts", "f.webm"])
def test_a_flash_is_found_at_its_time(
    tmp_path: Path, name: str, offset_s: float, times: list[float] | None
) -> None:
    at_s = 1.4
    stamps = times or regular(2.0, 25)
    index = int(np.searchsorted(stamps, at_s, side="right")) - 1
    frame_s = stamps[index + 1] - stamps[index]
    clip = write_clip(
        tmp_path / name,
        times=stamps,
        codec="libvpx-vp9" if name == "f.webm" else "libx264",
        b_frames=times is None,
        offset_s=offset_s,
        picture=lambda i, _: np.full((96, 160, 3), 235 if i == index else 16, np.uint8),
    )
    window = window_of(clip, 0.3, 2.0)
    brightest = int(lumas(window).mean((1, 2)).argmax())
    assert abs(window.analysis_times_s[brightest] - at_s) <= frame_s
    assert lumas(window)[brightest].mean() > 150


def test_sound_that_starts_first_moves_the_picture_to_its_place(tmp_path: Path) -> None:
    clip = write_clip(
        tmp_path / "late.mp4", audio=tone(), seconds=2.0, times=[1 + t for t in regular(1.0, 25)]
    )
    window = window_of(clip)
    assert window.analysis_times_s[0] == pytest.approx(1.0, abs=0.05)
    before = window_of(clip, 0.0, 0.5)
    assert global_numbers(before) == numbers(before) == [0]
    assert before.frame_times_s == before.analysis_times_s == [0.0]
    assert "starts only at 1.0" in before.warnings[0]


def test_what_an_edit_list_cuts_off_is_not_shown(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "n.mp4", offset_s=-1.0)  # the muxer writes an edit list
    window = window_of(clip)
    assert numbers(window) == list(range(25, 50))
    assert window.analysis_times_s == pytest.approx(regular(1.0, 25), abs=1e-3)


def test_a_slide_show_gives_each_window_the_slide_on_display(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "s.mkv", times=[0.0, 5.0, 10.0], fps=0.2, b_frames=False)
    window = window_of(clip, 7.0, 9.0)
    assert global_numbers(window) == [1]
    assert window.frame_times_s == [7.0]
    assert numbers(window) == [1] * 10  # a picture that stays is looked at again and again
    assert window.analysis_times_s == pytest.approx(regular(9.0, 5)[35:])
    assert window.warnings == []
    change = window_of(clip, 9.0, 11.0)
    assert global_numbers(change) == [1, 2]
    assert change.frame_times_s == [9.0, 10.0]
    assert numbers(change) == [1] * 5 + [2] * 5


def test_a_window_past_the_picture_takes_its_last_frame_and_says_so(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.mp4", audio=tone(), seconds=6.0, times=regular(2.0, 25))
    window = window_of(clip, 4.0, 6.0)
    assert global_numbers(window) == numbers(window) == [49]
    assert window.frame_times_s == window.analysis_times_s == [4.0]
    assert window.warnings == [
        "the picture ends at 2.00 s, the file declares 6.00 s; its last frame stands for this "
        "window"
    ]


def test_a_picture_longer_than_declared_is_told_of(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.mp4", seconds=2.0)
    with open_media(str(clip)) as container:
        window = decode_window(container, 0.0, 1.0, DecodeConfig(), declared_s=1.0)
    assert len(window.analysis_frames) == 25
    assert "goes on after 1.00 s" in window.warnings[0]
    assert window_of(clip, 0.0, 1.0).warnings == []


def test_above_thirty_a_second_frames_are_thinned_by_time(tmp_path: Path) -> None:
    window = window_of(write_clip(tmp_path / "a.mp4", fps=60, seconds=2.0))
    assert numbers(window) == list(range(0, 120, 2))
    assert global_numbers(window) == [int(k * 7.5) for k in range(16)]


def test_a_late_window_is_reached_by_seeking(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.mp4", seconds=120.0, fps=10, picture=noise)

    class Counted(io.FileIO):
        total = 0

        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(size) or b""
            Counted.total += len(data)
            return data

    with Counted(str(clip)) as file, av.open(file) as container:
        Counted.total = 0
        window = decode_window(container, 118.0, 120.0, DecodeConfig())
    assert len(window.analysis_frames) == 20
    assert Counted.total < clip.stat().st_size / 10


def noise(index: int, _: float) -> NDArray[np.uint8]:
    return np.random.default_rng(index).integers(0, 255, (96, 160, 3), np.uint8)


def test_an_mp4_cut_in_the_middle_gives_the_frames_there_are(tmp_path: Path) -> None:
    clip = write_clip(
        tmp_path / "a.mp4", seconds=4.0, picture=noise, container_options={"movflags": "faststart"}
    )
    whole = clip.read_bytes()
    clip.write_bytes(whole[: len(whole) * 55 // 100])
    window = window_of(clip)
    assert 40 < len(window.analysis_frames) < 60
    end_s = window.analysis_times_s[-1] + 0.04
    assert any(f"the picture ends at {end_s:.2f} s" in text for text in window.warnings)
    assert any("the file declares 4.00 s" in text for text in window.warnings)
    with pytest.raises(DataFault, match=r"from 3\.00 to 4\.00 s .* neither a picture nor sound"):
        window_of(clip, 3.0, 4.0)


def test_a_last_picture_that_stays_for_long_is_none_of_later_windows(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.mkv", times=[0.0, 1.0, 2.0, 90.0], fps=1, b_frames=False)
    assert numbers(window_of(clip, 60.0, 90.0))  # another picture follows
    with pytest.raises(DataFault, match="neither a picture nor sound") as caught:
        window_of(clip, 95.0, 100.0)
    assert caught.value.kind is ErrorKind.NO_FRAMES


def test_a_window_behind_picture_and_sound_holds_nothing(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.mkv", times=regular(1.0, 25), seconds=6.0, audio=tone())
    assert window_of(clip, 4.0, 6.0).warnings
    with pytest.raises(DataFault, match="neither a picture nor sound"):
        window_of(clip, 6.5, 7.0)


def test_broken_packets_are_skipped_and_counted(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.webm", codec="libvpx-vp9", keyframe_every=5, picture=noise)
    with av.open(str(clip)) as container:
        places = [(p.pos, p.size) for p in container.demux(video=0) if p.size]
    data = bytearray(clip.read_bytes())
    for position, size in places[22:24]:
        data[position + 4 : position + size] = b"\x00" * (size - 4)
    clip.write_bytes(data)
    window = window_of(clip)
    assert 40 <= len(window.analysis_frames) < 50
    assert any("broken video packet" in text for text in window.warnings)
    assert window_of(clip, 0.0, 0.4).warnings == []


def test_frames_stamped_out_of_order_are_left_out_and_counted(tmp_path: Path) -> None:
    clip = tmp_path / "a.mkv"
    stamps = [0, 40, 80, 60, 120, 120, 160, 200]  # milliseconds
    with av.open(str(clip), "w") as out:
        stream = out.add_stream("mjpeg", rate=25)
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuvj420p"
        for index, stamp in enumerate(stamps):
            picture = av.VideoFrame.from_ndarray(numbered(index), format="rgb24")
            picture.pts = index
            for packet in stream.encode(picture.reformat(format="yuvj420p")):
                packet.time_base = Fraction(1, 1000)
                packet.pts, packet.dts = stamp + 100, index  # no decoding time is out of order
                out.mux(packet)
    window = window_of(clip, 0.0, 1.0)
    assert numbers(window) == [0, 1, 2, 4, 6, 7]
    assert window.analysis_times_s == pytest.approx([0, 0.04, 0.08, 0.12, 0.16, 0.2])
    assert "2 video frames with a time stamp out of order were left out" in window.warnings


def test_a_picture_that_changes_size_keeps_the_windows_size(tmp_path: Path) -> None:
    parts = [
        write_clip(tmp_path / f"{width}.h264", container="h264", size=(width, width // 2))
        for width in (160, 320, 120)
    ]
    joined = tmp_path / "joined.h264"
    joined.write_bytes(b"".join(part.read_bytes() for part in parts))
    window = window_of(joined, 0.0, 10.0)
    assert window.analysis_frames.shape == (150, 120, 160)
    assert numbers(window) == [*range(50)] * 3


def test_a_picture_that_grows_beyond_the_limit_is_not_decoded(tmp_path: Path) -> None:
    parts = [
        write_clip(tmp_path / f"{width}.h264", container="h264", size=(width, width // 2))
        for width in (160, 640)
    ]
    joined = tmp_path / "joined.h264"
    joined.write_bytes(b"".join(part.read_bytes() for part in parts))
    window = window_of(joined, 0.0, 10.0, max_pixels=160 * 96)
    assert numbers(window) == [*range(50)]
    assert any("broken video packets" in text for text in window.warnings)


def test_files_without_pictures(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "sound.wav"), "w") as out:
        sound = out.add_stream("pcm_s16le", rate=48000, layout="mono")
        frame = av.AudioFrame(format="s16", layout="mono", samples=4800)
        frame.sample_rate = 48000
        out.mux(sound.encode(frame))
    assert fault_of(tmp_path / "sound.wav").kind == ErrorKind.NO_VIDEO
    clip = write_clip(tmp_path / "none.mkv", times=[], audio=tone())
    assert fault_of(clip).kind == ErrorKind.NO_FRAMES


def test_a_stream_of_rubbish_has_no_frames(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.mp4", seconds=1.0, container_options={"movflags": "faststart"})
    with av.open(str(clip)) as container:
        places = [(p.pos, p.size) for p in container.demux(video=0) if p.size]
    data = bytearray(clip.read_bytes())
    for position, size in places:
        data[position : position + size] = b"\xff" * size
    clip.write_bytes(data)
    fault = fault_of(clip)
    assert fault.kind == ErrorKind.NO_FRAMES
    assert "25 broken packets" in fault.message


@pytest.mark.parametrize("codec", ["libx264", "mjpeg"])
def test_a_picture_too_large_is_refused_by_what_it_declares(tmp_path: Path, codec: str) -> None:
    clip = write_clip(
        tmp_path / "a.mp4",
        codec=codec,
        pix_fmt="yuv420p" if codec == "libx264" else "yuvj420p",
        size=(8192, 8192),
        times=[0.0],
        picture=lambda *_: np.zeros((8192, 8192, 3), np.uint8),
    )
    fault = fault_of(clip)
    assert fault.kind == ErrorKind.TOO_LARGE
    assert "8192 x 8192" in fault.message
    assert "decode.max_pixels" in fault.message


def test_the_default_limit_lets_8k_pass() -> None:
    assert 7680 * 4320 <= DecodeConfig().max_pixels < 8192 * 8192


def test_a_window_whose_frames_would_not_fit_is_refused(long_clip: Path) -> None:
    with pytest.raises(DataFault) as caught:
        window_of(long_clip, 0.0, 10.0, max_analysis_mib=4)
    assert caught.value.kind == ErrorKind.TOO_LARGE
    assert "decode.max_analysis_mib" in caught.value.message


@pytest.mark.slow
def test_thirty_seconds_take_less_than_a_gigabyte(tmp_path: Path) -> None:
    still = numbered(5, (640, 360))
    clip = write_clip(tmp_path / "a.mp4", fps=30, seconds=30, size=(640, 360),
                      picture=lambda *_: still)  # fmt: skip
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from stages.decode.config import DecodeConfig\n"
        "from stages.decode.window import decode_window\n"
        "from stages.media import open_media\n"
        "with open_media(sys.argv[1]) as container:\n"
        "    window = decode_window(container, 0.0, 30.0, DecodeConfig())\n"
        "assert window.analysis_frames.shape == (900, 540, 640)\n"
        "status = Path('/proc/self/status').read_text()\n"  # ru_maxrss would be the parent's
        "print(status.split('VmHWM:')[1].split()[0])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(clip)], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 700 * 1024  # KiB; the frames alone are 311 MB

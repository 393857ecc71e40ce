"""Picture and sound stand on one clock: a flash and a beep at a known time are found there."""

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stages.decode import DecodeConfig, DecodeStage
from stages.listening.sound import RATE, Sound
from stages.media import media_facts, open_media, video_stream
from stages.timeline import timeline_of
from tests.clips import regular, write_clip
from tests.rows import source

SECONDS, BEEP_S = 4.0, 0.2
VARIABLE = [0.0, 0.04, 0.08, 0.3, 0.34, 0.5, 0.9, 1.0, 1.02, 1.06, 1.3, 1.34, 1.38, 1.6, 2.0]
VARIABLE += [2.04, 2.08, 2.12, 2.48, 2.52, 2.56, 2.6, 3.0, 3.04, 3.3, 3.5, 3.54, 3.9]


def _write(path: Path, at_s: float, **how: object) -> Path:
    """Black with a white frame at `at_s`, silence with a beep from `at_s` on."""

    def picture(_: int, time_s: float) -> np.ndarray:
        return np.full((96, 160, 3), 235 if abs(time_s - at_s) < 1e-6 else 16, np.uint8)

    def beep(times: np.ndarray) -> np.ndarray:
        heard = (times >= at_s) & (times < at_s + BEEP_S)
        return 0.5 * heard * np.sin(2 * np.pi * 1000 * times)

    return write_clip(path, seconds=SECONDS, picture=picture, audio=beep, **how)


def _flash_s(path: Path) -> float:
    with open_media(str(path)) as container:
        facts = media_facts(container)
    given = source(uri=str(path), start_s=0.0, end_s=facts.duration_s, media=vars(facts))
    (row,) = DecodeStage(DecodeConfig())([given])
    assert row.get("error") is None, row["error"]
    frames = row["analysis_frames"]
    luma = frames[:, : frames.shape[1] * 2 // 3].mean(axis=(1, 2))
    return row["analysis_times_s"][int(luma.argmax())]


def _beep_s(path: Path) -> float:
    with open_media(str(path)) as container:
        duration_s = media_facts(container).duration_s
        samples = np.concatenate(list(Sound(container, duration_s).pieces()))
    return float(np.argmax(np.abs(samples) > 0.2)) / RATE


WAYS = {
    "constant rate": ("a.mp4", {}),
    "constant rate, 29.97": ("a.mp4", {"fps": 30000 / 1001, "times": regular(4, 30000 / 1001)}),
    "variable rate, Matroska": ("a.mkv", {"times": VARIABLE}),
    "variable rate, mp4": ("a.mp4", {"times": VARIABLE}),
    "start offset, mp4": ("a.mp4", {"offset_s": 3.0}),
    "start offset, Matroska": ("a.mkv", {"offset_s": 3.0}),
    "start offset, MPEG-TS": ("a.ts", {"offset_s": 3.0}),
}


@pytest.mark.parametrize("way", WAYS)
def test_flash_and_beep_are_found_at_their_time(way: str, tmp_path: Path) -> None:
    name, how = WAYS[way]
    times = how.get("times") or regular(SECONDS, 25)
    at_s = min(times, key=lambda time_s: abs(time_s - 2.5))
    path = _write(tmp_path / name, at_s, **how)
    frame_s = 0.04
    assert _flash_s(path) == pytest.approx(at_s, abs=frame_s)
    assert _beep_s(path) == pytest.approx(at_s, abs=frame_s)


@settings(max_examples=8, deadline=None)
@given(frame=st.integers(0, 99), offset_s=st.sampled_from([0.0, 0.5, 7.25]))
def test_wherever_the_flash_is_the_beep_is_there_too(
    tmp_path_factory: pytest.TempPathFactory, frame: int, offset_s: float
) -> None:
    path = tmp_path_factory.mktemp("timeline") / "a.mkv"
    _write(path, frame / 25, offset_s=offset_s)
    assert abs(_flash_s(path) - _beep_s(path)) <= 0.04


def _declaring(path: Path, seconds: float) -> Path:
    """A Matroska file whose header says that it lasts so long."""
    content = bytearray(path.read_bytes())
    element = content.index(b"\x44\x89\x88")  # Duration, a float of eight bytes
    struct.pack_into(">d", content, element + 3, 1000 * seconds)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("declared_s", [3600.0, 82_800.0, 9.0])
@pytest.mark.parametrize("offset_s", [0.0, 3.0])
def test_a_file_lasts_as_long_as_what_is_in_it_whatever_it_says(
    declared_s: float, offset_s: float, tmp_path: Path
) -> None:
    path = _declaring(write_clip(tmp_path / "a.mkv", seconds=2, offset_s=offset_s), declared_s)
    with open_media(str(path)) as container:
        timeline = timeline_of(container, video_stream(container))
        assert media_facts(container).duration_s == pytest.approx(2.0, abs=0.05)
    assert timeline.warnings == [
        f"The file says that it lasts {declared_s:.2f} s, and ends after "
        f"{timeline.duration_s:.2f} s; it may be cut off."
    ]


@pytest.mark.parametrize("name", ["a.mkv", "a.webm", "a.avi", "a.flv", "a.nut", "a.ts"])
@pytest.mark.parametrize("share", [0.6])
def test_a_file_that_is_cut_off_ends_where_it_is(name: str, share: float, tmp_path: Path) -> None:
    codec = {"a.webm": "libvpx", "a.avi": "mpeg4"}.get(name, "libx264")
    path = write_clip(tmp_path / name, seconds=8, codec=codec, b_frames=False)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with open_media(str(path)) as container:
        assert media_facts(container).duration_s == pytest.approx(8 * share, abs=1.5)


@pytest.mark.parametrize(
    ("name", "offset_s"),
    [("a.avi", 0.0), *((name, at) for name in ("a.mkv", "a.mp4", "a.ts") for at in (0.0, 3.0))],
)
def test_a_whole_file_is_not_called_cut_off(name: str, offset_s: float, tmp_path: Path) -> None:
    path = _write(tmp_path / name, 2.52, offset_s=offset_s, b_frames=name != "a.avi")
    with open_media(str(path)) as container:
        timeline = timeline_of(container, video_stream(container))
    assert timeline.warnings == []
    assert timeline.duration_s == pytest.approx(SECONDS, abs=0.1)

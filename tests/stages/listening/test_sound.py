import io
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stages.listening.sound import RATE, Samples, Sound, jumps
from tests.clips import write_clip
from tests.stages.transcribe.making import write_sound


def heard(path: Path, duration_s: float = 0.0) -> tuple[Samples, list[str]]:
    with av.open(str(path)) as container:
        sound = Sound(container, duration_s)
        pieces = list(sound.pieces())
    return np.concatenate([np.zeros(0, np.float32), *pieces]), sound.warnings


def clicks(at: list[float], seconds: float, rate: int = RATE) -> Samples:
    """A short tone at each of the times."""
    sound = np.zeros(int(seconds * rate), np.float32)
    length = rate // 100
    for time in at:
        first = round(time * rate)
        sound[first : first + length] = 0.8 * np.sin(np.arange(length) * 2 * np.pi * 1000 / rate)
    return sound


def onsets(samples: Samples) -> list[float]:
    """Where it becomes loud after 50 ms of quiet, seconds."""
    loud = np.flatnonzero(np.abs(samples) > 0.2)
    first = np.concatenate([[True], np.diff(loud) > RATE // 20])[: len(loud)]
    return [float(sample) / RATE for sample in loud[first]]


def near(times: list[float]) -> object:
    return pytest.approx(times, abs=0.002)


def test_samples_stand_where_they_are_heard(tmp_path: Path) -> None:
    samples, warnings = heard(write_sound(tmp_path / "a.mkv", clicks([0.5, 1.25], 3)))
    assert len(samples) == 3 * RATE
    assert samples.dtype == np.float32
    assert onsets(samples) == near([0.5, 1.25])
    assert warnings == []


@pytest.mark.parametrize(
    ("name", "codec", "rate"),
    [
        ("a.mkv", "pcm_f32le", 16_000),
        ("a.mkv", "flac", 44_100),
        ("a.wav", "pcm_s16le", 8_000),
        ("a.mkv", "pcm_s24le", 96_000),
    ],
)
def test_any_rate_and_sample_format(tmp_path: Path, name: str, codec: str, rate: int) -> None:
    path = write_sound(tmp_path / name, clicks([0.5, 1.25], 3, rate), rate=rate, codec=codec)
    samples, warnings = heard(path)
    assert onsets(samples) == near([0.5, 1.25])
    assert len(samples) == pytest.approx(3 * RATE, abs=2)
    assert warnings == []


@pytest.mark.parametrize(("ending", "codec"), [("mp4", "aac"), ("mkv", "libopus"), ("ts", "aac")])
def test_sound_that_starts_after_the_picture(tmp_path: Path, ending: str, codec: str) -> None:
    click = clicks([1.5], 4, 48_000)
    path = write_clip(
        tmp_path / f"a.{ending}",
        seconds=4,
        audio=lambda times: click[np.round(times * 48_000).astype(int)].astype(float),
        audio_start_s=0.5,
        audio_codec=codec,
    )
    samples, _ = heard(path, 4.0)
    assert onsets(samples) == pytest.approx([1.5], abs=0.005)


@pytest.mark.parametrize("ending", ["mp4", "mkv", "ts"])
def test_a_file_whose_clock_starts_late_begins_at_zero(tmp_path: Path, ending: str) -> None:
    click = clicks([1.5], 4, 48_000)
    path = write_clip(
        tmp_path / f"a.{ending}",
        seconds=4,
        offset_s=7.0,
        b_frames=False,
        audio=lambda times: click[np.round(times * 48_000).astype(int)].astype(float),
    )
    with av.open(str(path)) as container:
        origin = (container.start_time or 0) / 1e6
        first = min(
            float(packet.pts * packet.time_base)
            for packet in container.demux(video=0)
            if packet.pts is not None
        )
    samples, _ = heard(path, 4.2)
    assert onsets(samples) == pytest.approx([1.5 + first - origin], abs=0.005)


def test_a_gap_between_time_stamps_is_silence(tmp_path: Path) -> None:
    sound = clicks([0.5, 1.5, 2.5], 3)
    path = write_sound(tmp_path / "a.mkv", sound, without=(1.0, 2.0))
    samples, warnings = heard(path)
    assert onsets(samples) == near([0.5, 2.5])
    assert len(samples) == 3 * RATE
    assert warnings == []


def test_sound_before_the_start_is_left_out_and_beyond_the_end_too(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.mkv", clicks([0.5, 1.5, 2.5], 3))
    samples, _ = heard(path, 2.0)
    assert len(samples) == 2 * RATE
    assert onsets(samples) == near([0.5, 1.5])


def test_the_default_track_is_heard_and_named(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.mkv", clicks([1], 2), clicks([0.5], 2), default_track=1)
    samples, warnings = heard(path)
    assert onsets(samples) == near([0.5])
    assert warnings == ["It has 2 sound tracks; track 2 (no language given) was heard."]


def test_a_broken_stretch_becomes_silence_of_its_length(tmp_path: Path) -> None:
    path = write_sound(
        tmp_path / "a.mkv", clicks([0.5, 1.5, 2.5], 3, 44_100), rate=44_100, codec="flac"
    )
    data = bytearray(path.read_bytes())
    with av.open(str(path)) as container:
        places = [
            (packet.pos, packet.size)
            for packet in container.demux(audio=0)
            if packet.pos and 1.2 < float((packet.pts or 0) * packet.time_base) < 1.8
        ]
    for place, size in places:
        data[place + 16 : place + size] = bytes(max(size - 16, 0))
    path.write_bytes(data)
    samples, warnings = heard(path)
    assert onsets(samples) == near([0.5, 2.5])
    assert "broken pieces of its sound" in warnings[0]


def test_a_file_cut_in_the_middle_is_heard_up_to_there(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.mkv", clicks([0.5, 2.5], 3))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    samples, _ = heard(path)
    assert onsets(samples) == near([0.5])


def test_a_clock_that_is_reset_is_joined_and_said(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.ts", clicks([0.5], 2), codec="mp2")
    later = write_sound(tmp_path / "b.ts", clicks([0.5], 2), codec="mp2", starts_s=[50_000])
    path.write_bytes(path.read_bytes() + later.read_bytes())
    samples, warnings = heard(path, 4.0)
    assert onsets(samples) == pytest.approx([0.5, 2.5], abs=0.06)
    assert any("clock of the file begins again at 2.0" in warning for warning in warnings)


def test_long_sound_comes_in_pieces_of_bounded_length(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.wav", np.zeros(45 * RATE, np.float32))
    with av.open(str(path)) as container:
        lengths = [len(piece) for piece in Sound(container, 0.0).pieces()]
    assert sum(lengths) == 45 * RATE
    assert max(lengths) <= 11 * RATE


def test_a_long_gap_is_filled_piece_by_piece(tmp_path: Path) -> None:
    sound = clicks([0.5, 99.5], 100)
    path = write_sound(tmp_path / "a.mkv", sound, without=(1.0, 99.0))
    with av.open(str(path)) as container:
        pieces = list(Sound(container, 100.0).pieces())
    assert max(map(len, pieces)) <= 20 * RATE
    assert onsets(np.concatenate(pieces)) == near([0.5, 99.5])


@settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20
)
@given(
    starts_ms=st.integers(0, 3000),
    gap_ms=st.integers(0, 1000),
    rate=st.sampled_from([8_000, 16_000, 44_100, 48_000]),
)
def test_wherever_it_starts_and_breaks_a_click_is_in_its_place(
    tmp_path: Path, starts_ms: int, gap_ms: int, rate: int
) -> None:
    path = write_sound(
        tmp_path / "a.mkv",
        np.zeros(rate // 2, np.float32),
        clicks([0.5, 2.5], 3, rate),
        rate=rate,
        starts_s=[0, starts_ms / 1000],
        without=(1.0, 1.0 + gap_ms / 1000),
        default_track=1,
    )
    samples, _ = heard(path)
    late_s = starts_ms / 1000
    assert onsets(samples) == pytest.approx([0.5 + late_s, 2.5 + late_s], abs=0.004)


def heard_from(path: Path, start_s: float, duration_s: float) -> Samples:
    with av.open(str(path)) as container:
        pieces = list(Sound(container, duration_s).pieces(start_s))
    return np.concatenate([np.zeros(0, np.float32), *pieces])


@pytest.mark.parametrize(
    ("name", "codec", "rate"),
    [
        ("a.mkv", "pcm_s16le", 16_000),
        ("a.mp4", "aac", 48_000),
        ("a.mkv", "libmp3lame", 44_100),
        ("a.ts", "mp2", 48_000),
        ("a.avi", "mp2", 44_100),
        ("a.webm", "libopus", 48_000),
    ],
)
@pytest.mark.parametrize("start_s", [0.2, 4.3, 9.75, 11.99])
def test_from_a_later_start_it_is_what_it_is_from_the_first(
    tmp_path: Path, name: str, codec: str, rate: int, start_s: float
) -> None:
    at = [0.5, 4.5, 8.25, 10.0]
    path = write_sound(tmp_path / name, clicks(at, 12, rate), rate=rate, codec=codec)
    whole, later = heard(path, 12.0)[0], heard_from(path, start_s, 12.0)
    first = round(start_s * RATE)
    # Some containers stamp in whole milliseconds, and the place is counted from the first frame.
    assert len(later) == pytest.approx(len(whole) - first, abs=RATE // 1000)
    assert onsets(later) == near([time - start_s for time in onsets(whole) if time > start_s])
    assert np.abs(later).sum() == pytest.approx(np.abs(whole[first:]).sum(), rel=0.03, abs=1)


class _Counted(io.FileIO):
    """A file that knows how many of its bytes were read."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        content = super().read(size)
        self.taken += len(content)
        return content


def test_what_is_before_a_later_start_is_not_read(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.mkv", clicks([290.5], 300))
    with _Counted(path) as file, av.open(file) as container:
        sound = Sound(container, 300.0)
        file.taken = 0
        samples = np.concatenate(list(sound.pieces(290.0)))
        assert file.taken < path.stat().st_size / 10
    assert onsets(samples) == near([0.5])


def test_a_later_start_in_appended_recordings_is_counted_from_the_first(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.ts", clicks([0.5], 2), codec="mp2")
    path.write_bytes(path.read_bytes() * 2)
    assert onsets(heard_from(path, 2.2, 4.0)) == pytest.approx([0.3], abs=0.06)


def test_a_later_start_in_a_gap_is_silence_until_there_is_sound(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.mkv", clicks([0.5, 9.5], 10), without=(1.0, 9.0))
    samples = heard_from(path, 5.0, 10.0)
    assert len(samples) == 5 * RATE
    assert onsets(samples) == near([4.5])


def test_a_clock_that_leaps_out_of_the_video_is_told_of(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.mkv", clicks([0.5, 99.5], 100), without=(1.0, 99.0))
    samples, warnings = heard(path, 3.0)
    assert onsets(samples) == near([0.5, 1.5])
    assert jumps(warnings)
    assert not jumps(heard(write_sound(tmp_path / "b.mkv", clicks([0.5], 3)), 3.0)[1])

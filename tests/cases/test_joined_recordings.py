"""Recordings appended to one another: the clock begins again in the middle of the file."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from stages.decode import DecodeConfig, DecodeStage
from stages.listening.sound import Sound
from stages.media import media_facts, open_media
from tests.cases.front import CASES, pictures_in, spoken, through
from tests.clips import Sound as Heard
from tests.clips import numbered, write_clip
from tests.rows import source
from tests.stages.decode.test_window import numbers, window_of
from tests.stages.listening.test_sound import onsets

MPEG2 = {"codec": "mpeg2video", "audio_codec": "mp2"}
VP8 = {"codec": "libvpx", "audio_codec": "libopus"}


def beep(times: np.ndarray) -> np.ndarray:
    return 0.5 * ((times >= 1) & (times < 1.1)) * np.sin(2 * np.pi * 1000 * times)


def part(
    path: Path, first: int, seconds: float = 2.0, audio: Heard | None = beep, **how: object
) -> Path:
    """A recording whose pictures are numbered from `first` on, with a beep at 1 s."""
    return write_clip(
        path,
        seconds=seconds,
        picture=lambda index, _: numbered(first + index),
        audio=audio,
        keyframe_every=20,
        **how,
    )


def joined(path: Path, *parts: Path) -> Path:
    path.write_bytes(b"".join(recording.read_bytes() for recording in parts))
    return path


def looked_at(clip: Path) -> tuple[list[int], list[float], list[str]]:
    """The pictures of all windows, their times, and all warnings."""
    with open_media(str(clip)) as container:
        duration_s = media_facts(container).duration_s
    borders = [0.0, 0.7, 1.3, duration_s]
    windows = [window_of(clip, start_s, end_s) for start_s, end_s in pairwise(borders)]
    return (
        [number for window in windows for number in numbers(window)],
        [time_s for window in windows for time_s in window.analysis_times_s],
        [text for window in windows for text in window.warnings],
    )


def beeps(clip: Path) -> list[float]:
    with open_media(str(clip)) as container:
        sound = Sound(container, media_facts(container).duration_s)
        return onsets(np.concatenate(list(sound.pieces())))


def test_two_recordings_of_a_receiver() -> None:
    (row,) = through(CASES / "joined_streams" / "joined.ts", "decode")
    assert row["media"]["duration_s"] == pytest.approx(6.0, abs=0.2)
    assert pictures_in([row]) == 60
    assert [start_s for start_s, _ in spoken([row])] == pytest.approx([1.0, 3.5], abs=0.2)
    assert any("clock of the file begins again at 3.0" in text for text in row["warnings"])


@pytest.mark.parametrize(
    ("ending", "how", "offsets_s"),
    [
        pytest.param("ts", {}, (0.0, 0.0, 0.0), marks=pytest.mark.slow),
        ("ts", {}, (1000.0, 3.0, 50.0)),  # back, and far ahead
        pytest.param("mpg", MPEG2, (0.0, 0.0, 0.0), marks=pytest.mark.slow),
    ],
)
def test_pictures_and_sound_go_on_together(
    tmp_path: Path, ending: str, how: dict[str, str], offsets_s: tuple[float, ...]
) -> None:
    lengths_s, first, parts = (2.0, 1.6, 2.4), 0, []
    for index, (seconds, offset_s) in enumerate(zip(lengths_s, offsets_s, strict=True)):
        path = tmp_path / f"{index}.{ending}"
        parts.append(part(path, first, seconds, offset_s=offset_s, **how))
        first += round(seconds * 25)
    clip = joined(tmp_path / f"a.{ending}", *parts)
    shown, times_s, warnings = looked_at(clip)
    assert shown == list(range(150))
    assert max(np.diff(times_s)) < 0.1
    assert all("begins again" in text for text in warnings)
    shown_s = [times_s[index] for index in (25, 75, 115)]  # with each part's beep
    assert beeps(clip) == pytest.approx(shown_s, abs=0.06)


def test_recordings_without_sound(tmp_path: Path) -> None:
    parts = [part(tmp_path / f"{first}.ts", first, audio=None) for first in (0, 50)]
    shown, times_s, _ = looked_at(joined(tmp_path / "a.ts", *parts))
    assert shown == list(range(100))
    assert times_s == pytest.approx(np.arange(100) / 25, abs=1e-3)


def test_a_recording_with_sound_after_one_without(tmp_path: Path) -> None:
    silent = part(tmp_path / "0.ts", 0, audio=None)
    clip = joined(tmp_path / "a.ts", silent, part(tmp_path / "1.ts", 50))
    shown, times_s, _ = looked_at(clip)
    assert shown == list(range(100))
    assert beeps(clip) == pytest.approx([times_s[75]], abs=0.06)


@pytest.mark.parametrize(
    ("ending", "how"),
    [
        ("mkv", {}),
        pytest.param("webm", VP8, marks=pytest.mark.slow),
        ("webm", VP8 | {"container_options": {"live": "1"}}),
        ("flv", {}),
        ("mp4", {}),
        pytest.param(
            "mp4",
            {"container_options": {"movflags": "frag_keyframe+empty_moov"}},
            marks=pytest.mark.slow,
        ),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, ending: str, how: dict[str, str]) -> None:
    parts = [part(tmp_path / f"{first}.{ending}", first, **how) for first in (0, 50)]
    clip = joined(tmp_path / f"a.{ending}", *parts)
    shown, _, warnings = looked_at(clip)
    assert shown == list(range(50))
    assert any("file goes on after 2.0" in text for text in warnings)
    assert looked_at(parts[0])[2] == []


def test_a_later_window_is_as_the_first(tmp_path: Path) -> None:
    parts = [part(tmp_path / f"{first}.ts", first) for first in (0, 50)]
    clip = joined(tmp_path / "a.ts", *parts)
    with open_media(str(clip)) as container:
        media = vars(media_facts(container))
    rows = [
        source(uri=str(clip), media=media, start_s=start_s, end_s=end_s)
        for start_s, end_s in pairwise((0.0, 1.5, 3.0, media["duration_s"]))
    ]
    together = DecodeStage(DecodeConfig()).process(rows)
    alone = [row for given in rows for row in DecodeStage(DecodeConfig()).process([given])]
    for one, other in zip(together, alone, strict=True):
        assert one["analysis_times_s"] == other["analysis_times_s"]
        assert np.array_equal(one["analysis_frames"], other["analysis_frames"])
        assert one["warnings"] == other["warnings"]
